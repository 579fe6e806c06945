//! For people: the finding in a line, the line of the file, carets below what is meant.

use std::io::Write;

use aurora_advice::Severity;

use super::{Diagnostic, Excerpt, Report};
use crate::render::{Style, inert};

/// Writes to standard output as findings come.
pub(super) struct Text;

impl Report for Text {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        let style = Style::stdout();
        let mut out = std::io::stdout().lock();
        for diagnostic in &found {
            let severity = style.paint(colour(diagnostic.severity), diagnostic.severity.as_str());
            writeln!(
                out,
                "{}:{}:{}: {severity} {} [{}]",
                inert(&diagnostic.file, 400),
                diagnostic.line,
                diagnostic.column,
                inert(&diagnostic.message, 400),
                diagnostic.code,
            )?;
            if let Some(excerpt) = &diagnostic.excerpt {
                write_excerpt(&mut out, style, colour(diagnostic.severity), excerpt)?;
            }
        }
        Ok(())
    }
}

fn write_excerpt(out: &mut impl Write, style: Style, colour: &str, excerpt: &Excerpt) -> std::io::Result<()> {
    let bar = style.paint("2", "│");
    let [before, inside] = [&excerpt.before, &excerpt.inside].map(|text| inert(text, 100));
    writeln!(out, "  {bar} {before}{inside}{}", inert(&excerpt.after, 100))?;
    let carets = "^".repeat(inside.chars().count().clamp(1, 60));
    writeln!(out, "  {bar} {}{}", " ".repeat(before.chars().count()), style.paint(colour, &carets))
}

fn colour(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "31;1",
        Severity::Warning => "33;1",
        Severity::Information => "34;1",
        Severity::Hint | Severity::Advice => "36;1",
    }
}
