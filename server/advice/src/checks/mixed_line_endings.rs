//! `mixed-line-endings`

use std::ops::ControlFlow;

use aurora_table::BlockView;

use crate::file_text::{self, LineEnds};
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Reader, Severity, TableView, documented};

documented! {
    /// Lines that end in different ways.
    ///
    /// # What it finds
    /// More than one of LF, CRLF and lone CR between records. Line ends inside quoted fields do not count.
    ///
    /// # Why it matters
    /// Version control shows whole files as changed, and simple readers keep a stray CR in the last column.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ann
    /// ```
    ///
    /// # When it is wrong
    /// Never, but it rarely hurts.
    pub struct MixedLineEndings;
}

static META: CheckMeta = CheckMeta {
    code: "mixed-line-endings",
    number: 53,
    kind: FindingKind::File,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["normalise-line-endings"],
    docs: MixedLineEndings::DOCS,
};

impl Check for MixedLineEndings {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Reading(begin)
    }
}

fn begin<'a>(table: &'a TableView<'a>) -> Option<Box<dyn Reader + 'a>> {
    Some(Box::new(Ends { table, ends: LineEnds::default() }))
}

/// The line ends so far.
struct Ends<'a> {
    table: &'a TableView<'a>,
    ends: LineEnds,
}

impl Reader for Ends<'_> {
    fn read(&mut self, block: &BlockView<'_>) -> ControlFlow<()> {
        self.ends.read(block);
        ControlFlow::Continue(())
    }

    fn finish(self: Box<Self>, out: &mut Vec<Finding>) {
        let Some((first, n)) = self.ends.others() else { return };
        let majority = self.ends.majority();
        let all = self.ends.n(majority) + n;
        let name = file_text::name(majority);
        let message = format!("{n} of {all} line ends are not {name} as the others");
        let places = file_text::Places { spans: vec![first], n };
        out.extend(file_text::finding(&META, self.table, &places, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn the_first_odd_line_end_is_marked() {
        let text = "a,b\r\n1,2\n3,4\r\n5,\"6\n7\"\r\n";
        let found = Sample::new(text).find("mixed-line-endings");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].place.span.start, found[0].n_places), (8, 1));
        assert_eq!(found[0].message, "1 of 4 line ends are not CRLF as the others");
    }

    #[test]
    fn one_kind_is_calm() {
        for end in ["\n", "\r\n", "\r"] {
            let text = ["a,b", "1,2", "3,4", ""].join(end);
            assert!(Sample::new(&text).find("mixed-line-endings").is_empty(), "{end:?}");
        }
    }
}
