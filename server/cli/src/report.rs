//! Findings as they are reported: their places as lines and columns, and one file a format.

mod github;
mod gitlab;
mod json;
mod junit;
mod rdjson;
mod sarif;
mod statistics;
mod text;

use aurora_advice::{Finding, Place, Severity};
use aurora_text::{LineIndex, Span};
use clap::ValueEnum;
use serde::Serialize;

/// How findings are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For people: the finding, its line, carets below it.
    #[default]
    Text,
    /// One JSON document.
    Json,
    /// One JSON object a line.
    Jsonl,
    /// Annotations of GitHub Actions.
    Github,
    /// A Code Quality report of GitLab.
    Gitlab,
    /// JUnit XML, a test suite a file.
    Junit,
    /// SARIF 2.1.0.
    Sarif,
    /// Reviewdog's diagnostic format.
    Rdjson,
}

/// A finding with its place in lines and columns, both from 1, columns in characters.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Diagnostic {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) end_line: usize,
    pub(crate) end_column: usize,
    pub(crate) record: Option<u64>,
    pub(crate) field: Option<usize>,
    pub(crate) code: &'static str,
    #[serde(serialize_with = "word")]
    pub(crate) severity: Severity,
    pub(crate) kind: &'static str,
    pub(crate) message: String,
    pub(crate) confidence: f64,
    pub(crate) n_places: u64,
    pub(crate) places: Vec<DiagnosticPlace>,
    /// The line it stands in, where the text is at hand.
    #[serde(skip)]
    pub(crate) excerpt: Option<Excerpt>,
}

/// A further place of a finding.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DiagnosticPlace {
    pub(crate) line: usize,
    pub(crate) column: usize,
    pub(crate) record: Option<u64>,
    pub(crate) field: Option<usize>,
    pub(crate) confidence: f64,
}

/// The line that a finding stands in.
#[derive(Clone, Debug)]
pub(crate) struct Excerpt {
    /// What stands before the finding in its line, at most [`BEFORE`] characters.
    pub(crate) before: String,
    /// What is found, as far as it is in the line.
    pub(crate) inside: String,
    /// What follows in the line.
    pub(crate) after: String,
    /// Bytes of UTF-8 from the line's start to the finding.
    pub(crate) byte_column: usize,
}

/// Characters shown before a finding, and of it and after it.
const BEFORE: usize = 60;
const SHOWN: usize = 100;

impl Excerpt {
    /// The line of `span` in `text`.
    pub(crate) fn of(text: &str, index: &LineIndex, span: Span) -> Self {
        let line_start = index.start(index.line(span.start)).unwrap_or(0);
        let rest = &text[span.start..];
        let line_end = span.start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        let whole_before = &text[line_start..span.start];
        let cut = whole_before.char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
        let end = span.end.min(line_end);
        let take = |text: &str| text.chars().take(SHOWN).collect::<String>();
        Self {
            before: whole_before[cut..].to_owned(),
            inside: take(&text[span.start..end]),
            after: take(&text[end..line_end]),
            byte_column: whole_before.len(),
        }
    }
}

fn word<S: serde::Serializer>(severity: &Severity, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(severity.as_str())
}

impl Diagnostic {
    /// `finding` in the file called `file`; `locate` gives line and column of a byte, both from 0.
    pub(crate) fn of(
        file: &str,
        finding: &Finding,
        locate: &dyn Fn(usize) -> (usize, usize),
        excerpt: Option<Excerpt>,
    ) -> Self {
        let Span { start, end } = finding.place.span;
        let (line, column) = locate(start);
        let (end_line, end_column) = locate(end);
        let place = |place: &Place| {
            let (line, column) = locate(place.span.start);
            DiagnosticPlace {
                line: line + 1,
                column: column + 1,
                record: place.record,
                field: place.field,
                confidence: place.confidence,
            }
        };
        Self {
            file: file.to_owned(),
            line: line + 1,
            column: column + 1,
            end_line: end_line + 1,
            end_column: end_column + 1,
            record: finding.place.record,
            field: finding.only_column(),
            code: finding.code,
            severity: finding.severity,
            kind: finding.kind.as_str(),
            message: finding.message.clone(),
            confidence: finding.confidence,
            n_places: finding.n_places,
            places: finding.related.iter().map(place).collect(),
            excerpt,
        }
    }
}

/// Takes findings file by file, and writes them in its format.
pub(crate) trait Report {
    /// All findings of one file, which may be none.
    fn add(&mut self, file: &str, found: Vec<Diagnostic>) -> anyhow::Result<()>;

    /// What is left to write when all files were seen.
    fn finish(&mut self) -> anyhow::Result<()> {
        Ok(())
    }
}

/// The report in `format`; with `statistics`, counts by check instead of the findings.
pub(crate) fn open(format: ReportFormat, statistics: bool) -> anyhow::Result<Box<dyn Report>> {
    if statistics {
        anyhow::ensure!(
            matches!(format, ReportFormat::Text | ReportFormat::Json),
            "--statistics prints text or json"
        );
        return Ok(Box::new(statistics::Statistics::new(format == ReportFormat::Json)));
    }
    Ok(match format {
        ReportFormat::Text => Box::new(text::Text),
        ReportFormat::Json => Box::new(json::Json::default()),
        ReportFormat::Jsonl => Box::new(json::JsonLines),
        ReportFormat::Github => Box::new(github::Github),
        ReportFormat::Gitlab => Box::new(gitlab::Gitlab::default()),
        ReportFormat::Junit => Box::new(junit::Junit::default()),
        ReportFormat::Sarif => Box::new(sarif::Sarif::default()),
        ReportFormat::Rdjson => Box::new(rdjson::Rdjson::default()),
    })
}

/// `path` without `./` before it and with `/` between its parts, as services that show code know it.
fn slashed(path: &str) -> String {
    let path = path.replace('\\', "/");
    path.strip_prefix("./").unwrap_or(&path).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_is_the_line_around_the_finding() {
        let text = "a,b\r\nö,<here>,z\nnext";
        let index = LineIndex::new(text);
        let at = text.find('<').unwrap();
        let excerpt = Excerpt::of(text, &index, Span::new(at, at + 6));
        let parts = (excerpt.before.as_str(), excerpt.inside.as_str(), excerpt.after.as_str());
        assert_eq!(parts, ("ö,", "<here>", ",z"));
        assert_eq!(excerpt.byte_column, 3);
    }
}
