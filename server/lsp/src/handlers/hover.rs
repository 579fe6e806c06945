//! `textDocument/hover`: the column on its header, the field on a field, the page of the check on a finding.

use std::fmt::Write;

use aurora_advice::{Finding, Recommendation, count};
use aurora_analysis::Column;
use aurora_learning::wording;
use aurora_profile::spark::bars;
use aurora_profile::{Numbers, ValueKind};
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use crate::from_proto;
use crate::handlers::{diagnostics, from_reading, why};
use crate::locate::{Located, locate, reaches};
use crate::server::Server;
use crate::session::now_view;
use crate::to_proto::{self, code_span, escaped, one_line};

/// Characters of a field that are shown.
const MAX_SHOWN: usize = 80;

/// Answers the request.
pub(crate) async fn hover(server: &Server, params: HoverParams) -> Result<Option<Hover>> {
    let Some(view) = now_view() else { return Ok(None) };
    let client = server.0.client().clone();
    let position = params.text_document_position_params.position;
    from_reading(server, &view, move |reading| {
        let offset = from_proto::offset(reading.rope(), position, client.encoding);
        let analysis = reading.analysis.as_deref()?;
        let located = analysis.with_table(&reading.config.config.settings, |table| locate(table, offset));
        let findings: Vec<&Finding> = diagnostics::shown(reading)
            .map(|(_, finding)| finding)
            .filter(|finding| reaches(finding.place.span, aurora_text::Span::empty(offset)))
            .collect();
        let mut text = String::new();
        if let Some(located) = located {
            let column = analysis.columns.get(located.column);
            match located.record {
                None => text.push_str(&column.map(|column| header(column, &findings)).unwrap_or_default()),
                Some(record) => {
                    let raw = reading.rope().byte_slice(located.span.start..located.span.end).to_string();
                    text.push_str(&field(&located, record, &raw, column));
                }
            }
        }
        for finding in findings.iter().filter(|finding| finding.place.field.is_none() || !is_header(located))
        {
            if !text.is_empty() {
                text.push_str("\n\n---\n\n");
            }
            let _ = write!(text, "**{}** {}", finding.code, escaped(&finding.message, 400));
            if let Some(docs) = why::docs(finding.code) {
                let _ = write!(text, "\n\n{}", in_brief(&docs.markdown()));
            }
        }
        (!text.is_empty()).then(|| Hover {
            contents: HoverContents::Markup(MarkupContent {
                kind: if client.markdown { MarkupKind::Markdown } else { MarkupKind::PlainText },
                value: text,
            }),
            range: located.map(|located| to_proto::range(reading.rope(), located.span, client.encoding)),
        })
    })
    .await
}

/// A page for a small window: without its example, and with its headings run into the text.
pub(crate) fn in_brief(page: &str) -> String {
    let mut sections = page.split("\n# ");
    let mut brief = sections.next().unwrap_or_default().trim().to_owned();
    for section in sections.filter(|section| !section.starts_with("Example")) {
        let (heading, text) = section.split_once('\n').unwrap_or((section, ""));
        let _ = write!(brief, "\n\n*{}:* {}", heading.trim(), text.trim());
    }
    brief
}

fn is_header(located: Option<Located>) -> bool {
    located.is_some_and(|located| located.record.is_none())
}

/// The page of a column.
fn header(column: &Column, findings: &[&Finding]) -> String {
    let profile = &column.profile;
    let role = column.role.best();
    let mut text = format!(
        "**{}** · {} · {} ({:.0} %)\n",
        code_span(&column.header.name, MAX_SHOWN),
        profile.kind().as_str(),
        role.as_str(),
        column.role.p(role) * 100.0
    );
    let about = if profile.distinct_error > 0.0 { "about " } else { "" };
    let mut rows = vec![
        ("records", profile.n.to_string()),
        ("nulls", format!("{} ({:.1} %)", profile.n_null(), profile.null_share() * 100.0)),
        ("distinct", format!("{about}{}", profile.distinct)),
    ];
    if let Some(numbers) = &profile.numbers {
        rows.extend(quantiles(numbers));
    } else if !profile.top.is_empty() {
        let top: Vec<_> = (profile.top.iter().take(5))
            .map(|count| format!("{} ({})", one_line(&count.value, 24), count.n))
            .collect();
        rows.push(("most frequent", top.join(", ")));
    }
    // A block of plain text: editors that show Markdown as it is written would show a table's bars. No line in it
    // begins with a value, so no value can end it.
    text.push_str("\n```text\n");
    for (label, value) in rows {
        let _ = writeln!(text, "{label:<14} {value}");
    }
    text.push_str("```\n");
    for finding in findings {
        let _ = write!(text, "\n- **{}** {}", finding.code, escaped(&finding.message, 300));
    }
    let shown = column.recommendations.iter().filter(|r| r.belief.p >= 0.4).take(3);
    let lines: Vec<String> = shown.map(recommendation).collect();
    if !lines.is_empty() {
        let _ = write!(text, "\n\n{}", lines.join("\n"));
    }
    text
}

fn recommendation(r: &Recommendation) -> String {
    let belief = &r.belief;
    let (yes, no) = belief.answers;
    let from = if yes + no > 0.0 {
        format!("built in {}, your answers {yes:.0} for, {no:.0} against", wording::sureness(belief.prior))
    } else if belief.team.is_some() {
        format!("built in {}, no answers of yours yet", wording::sureness(belief.prior))
    } else {
        "built in, no answers of yours yet".to_owned()
    };
    let (p, lower) = (wording::sureness(belief.p), wording::sureness(belief.lower));
    let mut line = format!("- **{}** {p} (at least {lower}; {from}): {}", r.action, escaped(&r.why, 200));
    if let Some(step) = &belief.team {
        let _ = write!(line, "\n  - {} ({})", wording::team(step.prior), escaped(&step.notice, 300));
    }
    line
}

fn quantiles(numbers: &Numbers) -> Vec<(&'static str, String)> {
    let q = |share| short(numbers.quantile(share));
    vec![
        ("mean", format!("{} ± {}", short(numbers.mean), short(numbers.variance.sqrt()))),
        ("median", format!("{}  (half lie from {} to {})", q(0.5), q(0.25), q(0.75))),
        ("5 % to 95 %", format!("{} to {}", q(0.05), q(0.95))),
        ("skewness", short(numbers.skewness)),
        ("spread", format!("{} {} {}", short(numbers.min), bars(&numbers.bins), short(numbers.max))),
    ]
}

/// The page of a field.
fn field(located: &Located, record: u64, raw: &str, column: Option<&Column>) -> String {
    let name = column.map_or_else(
        || format!("column {}", located.column + 1),
        |column| code_span(&column.header.name, MAX_SHOWN),
    );
    let value = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or(raw);
    let kind = aurora_profile::value_kind::classify(value);
    let mut text = format!("**{name}** · record {} · {}", record + 1, kind.as_str());
    let Some(column) = column else { return text };
    let shown = code_span(value, MAX_SHOWN);
    let _ = write!(text, "\n\n{shown}");
    if let Some(unusual) = unusual(value, kind, column) {
        let _ = write!(text, "\n\n{unusual}");
    }
    text
}

/// How unusual the value is in its column, in one sentence.
fn unusual(value: &str, kind: ValueKind, column: &Column) -> Option<String> {
    let profile = &column.profile;
    if kind == ValueKind::Null {
        return Some(format!("one of {} nulls ({:.1} %)", profile.n_null(), profile.null_share() * 100.0));
    }
    let share = profile.count(kind) as f64 / profile.n_present().max(1) as f64;
    if share < 0.05 {
        return Some(format!(
            "unusual: {:.1} % of this column are {}, most are {}",
            share * 100.0,
            kind.as_str(),
            profile.kind().as_str()
        ));
    }
    if kind.is_number() {
        let number = aurora_profile::value_kind::number(value)?;
        let numbers = profile.numbers.as_ref().filter(|numbers| !numbers.percentiles.is_empty())?;
        let below = numbers.percentiles.partition_point(|&p| p < number);
        return Some(match below {
            0 => "the smallest of this column".to_owned(),
            101 => "beyond the largest of this column".to_owned(),
            _ => format!("larger than about {} % of this column", below - 1),
        });
    }
    let known = profile.top.iter().find(|count| count.value == value)?;
    let share = known.n as f64 / profile.n_present().max(1) as f64 * 100.0;
    let times = if known.n == 1 { "once".to_owned() } else { count(known.n, "time") };
    Some(format!("{times} in this column ({share:.1} %)"))
}

/// A number in at most six digits.
fn short(x: f64) -> String {
    if x == 0.0 {
        return "0".to_owned();
    }
    let size = x.abs();
    if !(1e-4..1e9).contains(&size) {
        return format!("{x:.3e}");
    }
    let digits = (5 - size.log10().floor() as i32).clamp(0, 6) as usize;
    let text = format!("{x:.digits$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_short() {
        let found: Vec<_> =
            [0.0, 1.0, 1204.0, 0.125, 2.345_678_9, 1e12, -1e-9].iter().map(|&x| short(x)).collect();
        assert_eq!(found, ["0", "1", "1204", "0.125", "2.34568", "1.000e12", "-1.000e-9"]);
    }

    #[test]
    fn hostile_text_is_inert() {
        let hostile =
            "[x](command:evil) <img src=x> ![a](http://b) `c` \u{202E}gpj.exe \u{1b}[31m www.a.b a@b.c | d";
        let shown = escaped(hostile, 200);
        for bad in ["](", "<img", "command:", "http:", "\u{202E}", "\u{1b}", "www.", "a@b"] {
            assert!(!shown.contains(bad), "{bad}: {shown}");
        }
        assert!(shown.contains("U+202E"), "{shown}");
    }

    #[test]
    fn a_code_span_holds_whatever_the_file_holds() {
        assert_eq!(code_span("32.91", 80), "`32.91`");
        assert_eq!(code_span("a`b``c", 80), "```a`b``c```");
        assert_eq!(code_span("`", 80), "`` ` ``");
        assert_eq!(code_span(" x ", 80), "`  x  `");
        assert_eq!(code_span("abc", 2), "`ab…`");
        assert_eq!(code_span("a\nb\u{1b}", 80), "`a<U+000A>b<U+001B>`");
    }

    #[test]
    fn a_page_in_brief_has_no_headings_and_no_example() {
        let page = "Short.\n\n# What it finds\nA.\nB.\n\n# Example\n```csv\na\n```\n\n# When it is wrong\nC.";
        assert_eq!(in_brief(page), "Short.\n\n*What it finds:* A.\nB.\n\n*When it is wrong:* C.");
    }

    #[test]
    fn our_own_sentences_stay_readable() {
        let sentence = "5 of 40 values, such as '$1,250.00' at 12:30; skewness 5.2, log(1 + x): 'a_b'";
        assert_eq!(escaped(sentence, 200), sentence);
        assert_eq!(escaped("- item", 200), "\\- item");
        assert_eq!(escaped("12. item", 200), "12\\. item");
    }
}
