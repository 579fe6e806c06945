//! Annotations of GitHub Actions: workflow commands on standard output.

use std::io::Write;

use aurora_advice::Severity;

use super::{Diagnostic, Report, slashed};
use crate::render;

/// A command a finding.
pub(super) struct Github;

impl Report for Github {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        render::page(|out| found.iter().try_for_each(|diagnostic| write_command(out, diagnostic)))
    }
}

fn write_command(out: &mut impl Write, diagnostic: &Diagnostic) -> std::io::Result<()> {
    let level = match diagnostic.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Information | Severity::Hint | Severity::Advice => "notice",
    };
    let mut place = format!("line={},endLine={}", diagnostic.line, diagnostic.end_line);
    // Columns are taken for one line only.
    if diagnostic.line == diagnostic.end_line {
        let end = diagnostic.end_column.max(diagnostic.column + 1) - 1;
        place.push_str(&format!(",col={},endColumn={end}", diagnostic.column));
    }
    writeln!(
        out,
        "::{level} file={},{place},title=AURORA ({})::{}",
        escaped(&slashed(&diagnostic.file), true),
        diagnostic.code,
        escaped(&diagnostic.message, false),
    )
}

/// `text` so that it ends neither the command nor, within a property, the property.
fn escaped(text: &str, property: bool) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    if property { text.replace(':', "%3A").replace(',', "%2C") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_end_its_property_nor_a_message_its_command() {
        assert_eq!(escaped("a,b:c%\n", true), "a%2Cb%3Ac%25%0A");
        assert_eq!(escaped("x\r\n::error::y", false), "x%0D%0A::error::y");
    }
}
