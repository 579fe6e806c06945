//! `control-character`

use std::ops::ControlFlow;

use aurora_profile::{ColumnProfile, Oddness};
use aurora_text::Span;

use crate::transform::Target;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Fix, Place, Severity, TableView, documented};

documented! {
    /// Characters that nobody sees and that steer terminals and text direction.
    ///
    /// # What it finds
    /// NUL and other control characters, and the marks that turn the direction of the text around them: one
    /// finding a file. Tabs and line ends do not count.
    ///
    /// # Why it matters
    /// They make equal values differ, cut strings off in other programs, and can show a text other than the
    /// one that is read.
    ///
    /// # Example
    /// ```csv
    /// id,name
    /// 1,Ada
    /// 2,Grace
    /// 3,Linus
    /// ```
    ///
    /// # When it is wrong
    /// Files whose values hold control characters on purpose.
    pub struct ControlCharacter;
}

static META: CheckMeta = CheckMeta {
    code: "control-character",
    number: 7,
    kind: FindingKind::Record,
    severity: Severity::Warning,
    confidence: 0.0,
    transforms: &["remove-control-characters"],
    docs: ControlCharacter::DOCS,
};

impl Check for ControlCharacter {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let mut n = 0_u64;
    let mut places = Vec::new();
    let mut n_nul = 0_u64;
    each(table, &mut |c, span| {
        n += 1;
        n_nul += u64::from(c == '\0');
        if places.len() <= MAX_PLACES {
            places.push(Place { span, record: None, field: None, confidence: 1.0 });
        }
    });
    let mut places = places.into_iter();
    let Some(place) = places.next() else { return };
    let what = if n_nul == n { "NUL character" } else { "control character" };
    out.push(Finding {
        code: META.code,
        severity: META.severity,
        kind: META.kind,
        message: format!("{n} {what}{}", if n == 1 { "" } else { "s" }),
        place,
        related: places.collect(),
        n_places: n,
        confidence: 1.0,
        fixes: vec![Fix { transform: "remove-control-characters", target: Target::File, preferred: true }],
    });
}

/// Further places that a finding shows.
const MAX_PLACES: usize = 20;

/// Shows every control character of the records, and its absolute span. Those that the dialect gives a meaning
/// (a delimiter of U+001F) are none.
pub(crate) fn each(table: &TableView<'_>, see: &mut dyn FnMut(char, Span)) {
    let shows = |profile: &ColumnProfile| profile.n_odd(Oddness::Control) + profile.n_odd(Oddness::Bidi) > 0;
    if table.is_all_profiled() && !table.columns.iter().any(|column| shows(column.profile)) {
        return;
    }
    table.source.visit(0..u64::MAX, &mut |block| {
        let delimiter = block.dialect.delimiter.as_str();
        let (Some(first), Some(last)) = (block.records.bounds.first(), block.records.bounds.last()) else {
            return ControlFlow::Continue(());
        };
        // From the first data record on: a block may begin with the header.
        let (start, end) = (first.start as usize, last.end as usize);
        let bytes = &block.text.as_bytes()[start..end];
        // Nearly all text has none of these bytes: one quick look decides.
        if bytes.iter().any(|&byte| is_suspect(byte)) {
            for (at, c) in block.text[start..end].char_indices() {
                if is_control(c) && !delimiter.contains(c) {
                    let at = block.before.bytes + start + at;
                    see(c, Span::new(at, at + c.len_utf8()));
                }
            }
        }
        ControlFlow::Continue(())
    });
}

/// Whether `byte` is a control character or may begin one: U+0080 to U+009F, and the direction marks.
fn is_suspect(byte: u8) -> bool {
    (byte < b' ' && !matches!(byte, b'\t' | b'\n' | b'\r')) || matches!(byte, 0x7f | 0xc2 | 0xe2)
}

/// Control characters, and marks that turn the direction of text.
fn is_control(c: char) -> bool {
    (c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'))
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use crate::Target;
    use crate::sample::Sample;

    #[test]
    fn a_flood_of_nul_is_one_finding() {
        let text = format!("a,b\n1,{}\n2,x\n", "\0".repeat(10_000));
        let found = Sample::new(&text).find("control-character");
        assert_eq!((found.len(), found[0].n_places), (1, 10_000));
        assert_eq!(found[0].message, "10000 NUL characters");
    }

    #[test]
    fn they_go_and_all_else_stays() {
        let text = "a,b\n1,x\u{202e}y\tz\r\n2,\u{1b}[31m\n";
        let after = Sample::new(text).after("remove-control-characters", Target::File);
        assert_eq!(after.as_deref(), Some("a,b\n1,xy\tz\r\n2,[31m\n"));
    }

    #[test]
    fn ordinary_text_has_none() {
        assert!(!Sample::new("a,b\n1,“née”\u{a0}x\n2,\u{2028}\n").has("control-character"));
    }
}
