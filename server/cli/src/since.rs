//! What changed since a git revision.

use std::collections::HashMap;
use std::path::Path;

use anyhow::bail;
use aurora_advice::{Finding, Place};
use aurora_analysis::Analysis;
use aurora_git::{Limits, Revision, Version};
use aurora_text::LineIndex;

/// A revision that the person named: however long it takes.
pub(crate) struct Since(Revision);

impl Since {
    /// The revision called `revision`: a branch, a tag, a hash, `HEAD~3`.
    pub(crate) fn new(revision: &str) -> anyhow::Result<Self> {
        Ok(Self(Revision::new(revision, Limits::NONE)?))
    }

    /// The file at `path` as it was; `None` when the revision did not have it.
    pub(crate) fn before(&mut self, path: &str) -> anyhow::Result<Option<Version>> {
        if path == "-" {
            bail!("--changed-since needs files, not standard input");
        }
        Ok(self.0.file(Path::new(path))?)
    }
}

/// The findings of `after` that the change from `before` brought: those in records whose lines are new, and those of
/// columns and of the file that were not there, or had fewer places.
pub(crate) fn brought<'a>(before: &(String, Analysis), after: &'a (String, Analysis)) -> Vec<&'a Finding> {
    let index = LineIndex::new(&after.1.snapshot.rope.to_string());
    let is_new = new_lines(&before.0, &after.0);
    let name = |analysis: &Analysis, place: &Place| {
        place.field.and_then(|at| analysis.columns.get(at)).map(|column| column.header.name.clone())
    };
    let mut known: HashMap<(&str, Option<String>), u64> = HashMap::new();
    for finding in &before.1.findings {
        let n = known.entry((finding.code, name(&before.1, &finding.place))).or_default();
        *n = (*n).max(finding.n_places);
    }
    let in_new_record = |record: u64, finding: &Finding| {
        let settings = aurora_advice::Settings::default();
        let bounds = after.1.with_table(&settings, |table| {
            table.with_record(record, |block, r| r.span().shift(block.before.bytes))
        });
        let (start, end) =
            bounds.map_or((finding.place.span.start, finding.place.span.end), |b| (b.start, b.end));
        (index.line(start)..=index.line(end)).any(|line| is_new.get(line).copied().unwrap_or(true))
    };
    let is_brought = |finding: &&Finding| match finding.place.record {
        Some(record) => in_new_record(record, finding),
        None => {
            let had = known.get(&(finding.code, name(&after.1, &finding.place)));
            had.is_none_or(|&n| n < finding.n_places)
        }
    };
    after.1.findings.iter().filter(is_brought).collect()
}

/// For each line of `after`, whether it is new: `before` has no such line, or has it fewer times until here.
fn new_lines(before: &str, after: &str) -> Vec<bool> {
    let mut left: HashMap<&str, u64> = HashMap::new();
    for line in lines(before) {
        *left.entry(line).or_default() += 1;
    }
    lines(after)
        .map(|line| match left.get_mut(line) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            _ => true,
        })
        .collect()
}

/// Lines without their ends, cut where [`LineIndex`] cuts.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let end = if text[at..].starts_with("\r\n") { at + 2 } else { at + 1 };
        rest = Some(&text[end..]);
        Some(&text[..at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_new_when_it_was_not_there_or_not_as_often() {
        assert_eq!(new_lines("a\nb\nc\n", "a\nx\nb\r\nb\nc\n"), [false, true, false, true, false, false]);
        assert_eq!(new_lines("", "a"), [true]);
    }
}
