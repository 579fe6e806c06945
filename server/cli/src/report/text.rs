//! For people: the finding in a line, the line of the file, carets below what is meant.

use std::io::Write;

use aurora_advice::Severity;

use super::{Diagnostic, Excerpt, Report};
use crate::render::{self, Style, inert};

/// Writes to standard output as findings come.
pub(super) struct Text;

impl Report for Text {
    fn add(&mut self, _file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()> {
        let style = Style::stdout();
        render::page(|out| found.iter().try_for_each(|diagnostic| write_finding(out, style, diagnostic)))
    }
}

fn write_finding(out: &mut impl Write, style: Style, diagnostic: &Diagnostic) -> std::io::Result<()> {
    let colour = colour(diagnostic.severity);
    let severity = style.paint(colour, diagnostic.severity.as_str());
    writeln!(
        out,
        "{}:{}:{}: {severity} {} [{}]",
        inert(&diagnostic.file, 400),
        diagnostic.line,
        diagnostic.column,
        inert(&diagnostic.message, 400),
        diagnostic.code,
    )?;
    match &diagnostic.excerpt {
        Some(excerpt) => write_excerpt(out, style, colour, excerpt),
        None => Ok(()),
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
