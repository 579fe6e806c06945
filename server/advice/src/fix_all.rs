//! All fixes of a table at once: what "fix all" and `aurora fix` apply.

use aurora_text::TextEdit;

use crate::{Finding, FixClass, TableView, transforms};

/// Edits that mend several findings, and what they came from.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FixAll {
    /// Sorted, not overlapping.
    pub edits: Vec<TextEdit>,
    /// Code of each transform that was applied, with how often.
    pub applied: Vec<(&'static str, usize)>,
    /// Findings with a fix that had to wait, because it overlaps another; a second pass gets them.
    pub n_waiting: usize,
}

/// Which fixes are taken.
#[derive(Clone, Debug)]
pub struct FixOptions {
    /// Take fixes that change values too, where a finding prefers one.
    pub allow_unsafe: bool,
    /// Only fixes of these checks, kinds or transforms; empty means all.
    pub select: Vec<String>,
}

/// Transforms that change what a spreadsheet would run; a person applies them one by one.
const NEVER: &[&str] = &["neutralise-formula"];

/// For each finding the first fix whose class is allowed; where two overlap, the earlier in the text wins.
pub fn fix_all(table: &TableView<'_>, findings: &[Finding], options: &FixOptions) -> FixAll {
    let mut wanted = Vec::new();
    for finding in findings {
        for fix in &finding.fixes {
            let named = |word: &String| {
                word == finding.code || word == fix.transform || word == finding.kind.as_str()
            };
            if !options.select.is_empty() && !options.select.iter().any(named) {
                continue;
            }
            if NEVER.contains(&fix.transform) {
                continue;
            }
            if wanted.contains(&(fix.transform, fix.target)) {
                // What mends another finding mends this one too.
                break;
            }
            let Some(transform) = transforms::find(fix.transform) else { continue };
            let Some(proposal) = transform.propose(table, fix.target) else { continue };
            let allowed = match proposal.class {
                FixClass::Safe => true,
                FixClass::Unsafe => options.allow_unsafe && fix.preferred,
                FixClass::New => false,
            };
            if allowed {
                wanted.push((fix.transform, fix.target));
                break;
            }
            if fix.preferred {
                // What fits better waits for a person: two halves of one record are not padded.
                break;
            }
        }
    }
    let mut all = FixAll::default();
    for (code, target) in wanted {
        let Some(transform) = transforms::find(code) else { continue };
        let edits = transform.edits(table, target);
        if edits.is_empty() {
            continue;
        }
        if edits.iter().any(|edit| overlaps(&all.edits, edit)) {
            all.n_waiting += 1;
            continue;
        }
        for edit in edits {
            let at = all.edits.partition_point(|other| other.span < edit.span);
            all.edits.insert(at, edit);
        }
        match all.applied.iter_mut().find(|(applied, _)| *applied == code) {
            Some((_, n)) => *n += 1,
            None => all.applied.push((code, 1)),
        }
    }
    all
}

/// Whether `edit` touches a byte that one of the sorted `edits` changes, or inserts where one of them does.
fn overlaps(edits: &[TextEdit], edit: &TextEdit) -> bool {
    let at = edits.partition_point(|other| other.span < edit.span);
    let before = at.checked_sub(1).map(|at| &edits[at]);
    before.is_some_and(|other| other.span.end > edit.span.start || other.span == edit.span)
        || edits.get(at).is_some_and(|other| other.span.start < edit.span.end || other.span == edit.span)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checks;
    use crate::sample::Sample;
    use aurora_text::{Span, edit};
    use proptest::prelude::*;

    /// Good records and one that is put together from pieces that break records.
    fn table(broken: &str) -> String {
        let good = |from: u32| -> String {
            (from..from + 6).map(|n| format!("{n},\"Nut {n}, M{n}\",2024-01-0{n}\n")).collect()
        };
        format!("id,part,day\n{}{broken}\n{}", good(1), good(3))
    }

    /// `text` after the safe fixes of its structure and white space.
    fn fixed(text: &str) -> String {
        let mut text = text.to_owned();
        for _ in 0..4 {
            let sample = Sample::detected(&text);
            let words = ["structure", "untidy-whitespace"].map(str::to_owned).to_vec();
            let options = FixOptions { allow_unsafe: false, select: words };
            let all = sample.with(|table| fix_all(table, &checks::run_all(table).0, &options));
            if all.edits.is_empty() {
                break;
            }
            text = edit::apply(&text, &all.edits);
        }
        text
    }

    /// What every reader takes for part of a value.
    fn letters(text: &str) -> String {
        text.chars().filter(|ch| ch.is_alphanumeric()).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn safe_fixes_keep_every_letter_and_every_good_record(
            pieces in prop::collection::vec(
                prop_oneof![
                    Just("9"), Just(","), Just(", "), Just("\""), Just("\\\""), Just("\"\""), Just(" "),
                    Just("Bolt"), Just("x y"), Just("2024-01-09"),
                ],
                1..12,
            ),
        ) {
            let text = table(&pieces.concat());
            let after = fixed(&text);
            prop_assert_eq!(letters(&after), letters(&text), "{}", after);
            for good in text.lines().filter(|line| line.contains("Nut")) {
                prop_assert!(after.contains(good), "{} in {}", good, after);
            }
        }
    }

    #[test]
    fn touching_edits_do_not_overlap_but_equal_insertions_do() {
        let edits = [TextEdit::new(Span::new(2, 4), "x"), TextEdit::new(Span::empty(6), "y")];
        assert!(!overlaps(&edits, &TextEdit::new(Span::new(0, 2), "")));
        assert!(!overlaps(&edits, &TextEdit::new(Span::new(4, 6), "")));
        assert!(overlaps(&edits, &TextEdit::new(Span::new(3, 5), "")));
        assert!(overlaps(&edits, &TextEdit::new(Span::empty(6), "z")));
    }
}
