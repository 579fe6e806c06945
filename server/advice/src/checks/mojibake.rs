//! `mojibake`

use std::ops::ControlFlow;

use aurora_table::BlockView;

use crate::file_text::{self, Misread};
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Reader, Severity, TableView, documented};

documented! {
    /// Letters that were UTF-8, were read in another encoding, and were saved again.
    ///
    /// # What it finds
    /// Fields that hold sequences like `Ã©`, `â€™` or the `√©` of old Macs, when undoing the misreading gives
    /// likelier text and doing it again gives the same bytes. Twice misread text is undone twice.
    ///
    /// # Why it matters
    /// Names do not match, searches miss, and each further round makes it worse.
    ///
    /// # Example
    /// ```csv
    /// name,city
    /// Renée,BesanÃ§on
    /// Zoë,OrlÃ©ans
    /// ```
    ///
    /// # When it is wrong
    /// Texts about encodings.
    pub struct Mojibake;
}

static META: CheckMeta = CheckMeta {
    code: "mojibake",
    number: 52,
    kind: FindingKind::File,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["repair-mojibake"],
    docs: Mojibake::DOCS,
};

impl Check for Mojibake {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Reading(begin)
    }
}

fn begin<'a>(table: &'a TableView<'a>) -> Option<Box<dyn Reader + 'a>> {
    let misread = Misread::of(table);
    let any = misread.wants_records() || !misread.edits.is_empty();
    any.then(|| Box::new(Fields { table, misread }) as Box<dyn Reader + 'a>)
}

/// The misread fields so far.
struct Fields<'a> {
    table: &'a TableView<'a>,
    misread: Misread,
}

impl Reader for Fields<'_> {
    fn read(&mut self, block: &BlockView<'_>) -> ControlFlow<()> {
        if !self.misread.wants_records() {
            return ControlFlow::Break(());
        }
        self.misread.read(block);
        ControlFlow::Continue(())
    }

    fn finish(self: Box<Self>, out: &mut Vec<Finding>) {
        let mut edits = self.misread.edits;
        let n = edits.len() as u64;
        let Some(first) = edits.first() else { return };
        let example: String = first.new_text.chars().take(40).collect();
        let plural = if n == 1 { "field was" } else { "fields were" };
        let message =
            format!("{n} {plural} read in a wrong encoding and saved again; the first should be {example}");
        edits.truncate(self.table.settings.max_findings.max(6));
        let places = file_text::Places { spans: edits.into_iter().map(|edit| edit.span).collect(), n };
        out.extend(file_text::finding(&META, self.table, &places, message));
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn one_finding_names_the_fields() {
        let text = "nom,city\nRenée,BesanÃ§on\nZoë,OrlÃ©ans\n";
        let found = Sample::new(text).find("mojibake");
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].n_places, found[0].place.span.of(text)), (2, "BesanÃ§on"));
        assert_eq!(found[0].related[0].span.of(text), "OrlÃ©ans");
    }

    #[test]
    fn good_letters_are_left_alone() {
        assert!(Sample::new("nom,ville\nRenée,Besançon\nŻaneta,Łódź\n").find("mojibake").is_empty());
    }
}
