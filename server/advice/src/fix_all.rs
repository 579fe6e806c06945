//! All fixes of a table at once: what "fix all" in an editor and `aurora fix` apply.

use std::collections::{BTreeSet, HashSet};

use aurora_text::{Span, TextEdit};

use crate::{Finding, FixClass, Proposal, TableView, Target, Transform, transforms};

/// A transform with what it is applied to.
pub type Chosen = (&'static dyn Transform, Target);

/// Edits that mend several findings, and what they came from.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct FixAll {
    /// Sorted, not overlapping.
    pub edits: Vec<TextEdit>,
    /// Code of each transform that was applied, with how often.
    pub applied: Vec<(&'static str, usize)>,
    /// What each was applied to, by code, in the order of the findings.
    pub fixes: Vec<(&'static str, Target)>,
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

impl FixOptions {
    /// What is taken where nobody has looked at each.
    pub const SAFE: Self = Self { allow_unsafe: false, select: Vec::new() };

    fn allows(&self, class: FixClass) -> bool {
        match class {
            FixClass::Safe => true,
            FixClass::Unsafe => self.allow_unsafe,
            FixClass::New => false,
        }
    }
}

/// Transforms that change what a spreadsheet would run; a person applies them one by one.
const NEVER: &[&str] = &["neutralise-formula"];

/// Transforms that make up values, or throw away what nothing brings back: choices of the person who works with the data,
/// and no mends of a slip. They are taken where they, or their check, are named.
const CHOICES: &[&str] = &[
    "clip-iqr",
    "drop-column",
    "drop-null-records",
    "explode-records",
    "fill-backward",
    "fill-forward",
    "impute-constant",
    "impute-group-median",
    "impute-mean",
    "impute-median",
    "impute-mode",
    "interpolate-linear",
    "mark-as-null",
    "mask",
    "pseudonymise",
    "winsorize",
];

/// Transforms that change no text: only an editor can do what they say, and the person chooses that it does.
const NO_EDITS: &[&str] = &["reinterpret-as", "reopen-with-encoding"];

/// The fix that is taken for `finding`: the first whose class is allowed. `None` where there is none, and where what fits
/// better waits for a person: two halves of one record are not padded.
pub fn fix_of(table: &TableView<'_>, finding: &Finding, options: &FixOptions) -> Option<Chosen> {
    for fix in &finding.fixes {
        let named = |word: &String| word == finding.code || word == fix.transform;
        let is_named = options.select.iter().any(named);
        let is_selected = is_named || options.select.iter().any(|word| word == finding.kind.as_str());
        if !options.select.is_empty() && !is_selected || CHOICES.contains(&fix.transform) && !is_named {
            continue;
        }
        if NEVER.contains(&fix.transform) {
            continue;
        }
        let Some(transform) = transforms::find(fix.transform) else { continue };
        let Some(proposal) = transform.propose(table, fix.target) else { continue };
        let allowed = options.allows(proposal.class) && (fix.preferred || proposal.class == FixClass::Safe);
        if allowed {
            return (!NO_EDITS.contains(&fix.transform)).then_some((transform, fix.target));
        }
        if fix.preferred {
            return None;
        }
    }
    None
}

/// All that is done for `finding`: [`fix_of`], and the same elsewhere where the finding is about several columns.
fn fixes_of(table: &TableView<'_>, finding: &Finding, options: &FixOptions) -> Vec<Chosen> {
    let Some((transform, first)) = fix_of(table, finding, options) else { return Vec::new() };
    let is_further = |target: Target| {
        let allows = |proposal: Proposal| options.allows(proposal.class);
        target != first && transform.propose(table, target).is_some_and(allows)
    };
    let same = finding.fixes.iter().filter(|fix| fix.transform == transform.meta().code);
    let further = same.map(|fix| fix.target).filter(|target| is_further(*target));
    [first].into_iter().chain(further).map(|target| (transform, target)).collect()
}

/// The fixes of all `findings` together; where two overlap, that of the earlier finding wins.
pub fn fix_all(table: &TableView<'_>, findings: &[Finding], options: &FixOptions) -> FixAll {
    fix_all_unless(&|| false, table, findings, options).unwrap_or_default()
}

/// The same, unless `stop` says meanwhile that nobody waits for it any more: it is asked before each fix.
pub fn fix_all_unless<'a>(
    stop: &dyn Fn() -> bool,
    table: &TableView<'_>,
    findings: impl IntoIterator<Item = &'a Finding>,
    options: &FixOptions,
) -> Option<FixAll> {
    let mut seen = HashSet::new();
    // One fix may mend several findings.
    let is_new = |(transform, target): &Chosen| seen.insert((transform.meta().code, *target));
    let chosen = findings.into_iter().flat_map(|finding| fixes_of(table, finding, options)).filter(is_new);
    together(stop, table, chosen)
}

/// Fixes made together: one that overlaps an earlier one waits as a whole, for half of it may be worse than nothing
/// (where both last columns are to go, half of a delimiter would be left behind). `None` when `stop` said so.
pub fn together(
    stop: &dyn Fn() -> bool,
    table: &TableView<'_>,
    fixes: impl IntoIterator<Item = Chosen>,
) -> Option<FixAll> {
    let (mut codes, mut edits) = (Vec::new(), Vec::new());
    for (transform, target) in fixes {
        if stop() {
            return None;
        }
        let own = transform.edits(table, target);
        if !own.is_empty() {
            edits.extend(own.into_iter().map(|edit| (edit, codes.len())));
            codes.push((transform.meta().code, target));
        }
    }
    // Each fix's edits are sorted already, so that this is a merge.
    edits.sort_by_key(|(edit, _)| edit.span);
    let waits = waiting(&edits, codes.len());
    let mut all = FixAll {
        edits: edits.into_iter().filter(|(_, fix)| !waits[*fix]).map(|(edit, _)| edit).collect(),
        n_waiting: waits.iter().filter(|waits| **waits).count(),
        ..FixAll::default()
    };
    for ((code, target), _) in codes.into_iter().zip(waits).filter(|(_, waits)| !waits) {
        all.fixes.push((code, target));
        match all.applied.iter_mut().find(|(applied, _)| *applied == code) {
            Some((_, n)) => *n += 1,
            None => all.applied.push((code, 1)),
        }
    }
    Some(all)
}

/// Which of `n_fixes` fixes overlap an earlier one that does not itself wait. `edits` are sorted, each with the number of
/// its fix.
fn waiting(edits: &[(TextEdit, usize)], n_fixes: usize) -> Vec<bool> {
    // One sweep finds the fixes that meet others at all. There are few as a rule, and only they are looked at closely.
    let mut is_contested = vec![false; n_fixes];
    let (mut from, mut end) = (0, 0);
    for at in 0..=edits.len() {
        let span = edits.get(at).map(|(edit, _)| edit.span);
        let joins = span.is_some_and(|span| at > from && (span.start < end || span == edits[at - 1].0.span));
        if !joins {
            let cluster = &edits[from..at];
            if cluster.iter().any(|(_, fix)| *fix != cluster[0].1) {
                cluster.iter().for_each(|(_, fix)| is_contested[*fix] = true);
            }
            (from, end) = (at, 0);
        }
        end = end.max(span.map_or(0, |span| span.end));
    }
    let contested = edits.iter().filter(|(_, fix)| is_contested[*fix]);
    let mut contested: Vec<(usize, Span)> = contested.map(|(edit, fix)| (*fix, edit.span)).collect();
    contested.sort_by_key(|(fix, _)| *fix);
    let mut waits = vec![false; n_fixes];
    let mut kept = BTreeSet::new();
    for own in contested.chunk_by(|(a, _), (b, _)| a == b) {
        if own.iter().any(|(_, span)| overlaps(&kept, *span)) {
            waits[own[0].0] = true;
        } else {
            kept.extend(own.iter().map(|(_, span)| *span));
        }
    }
    waits
}

/// Whether `span` has a byte in common with one of the separate spans `kept`, or is the same insertion.
fn overlaps(kept: &BTreeSet<Span>, span: Span) -> bool {
    let before = kept.range(..span).next_back();
    let after = kept.range(span..).next();
    before.is_some_and(|other| other.end > span.start)
        || after.is_some_and(|other| other.start < span.end || *other == span)
}

#[cfg(test)]
mod tests {
    use aurora_text::{Span, edit};
    use proptest::prelude::*;

    use super::*;
    use crate::checks;
    use crate::sample::Sample;

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
    fn a_choice_is_taken_only_by_name() {
        let text = "weight,city\n34.5,Rome\n,Oslo\n,Bern\n41.25,Rome\n29.5,Oslo\n";
        let applied = |select: &[&str]| {
            Sample::new(text).with(|table| {
                let findings = crate::checks::run_unrouted(table).0;
                let select = select.iter().map(|word| (*word).to_owned()).collect();
                fix_all(table, &findings, &FixOptions { allow_unsafe: true, select }).applied
            })
        };
        assert!(applied(&[]).iter().all(|(code, _)| !CHOICES.contains(code)), "{:?}", applied(&[]));
        assert_eq!(applied(&["null-heavy"]), [("impute-median", 1)]);
        assert_eq!(applied(&["impute-median"]), [("impute-median", 1)]);
        assert_eq!(applied(&["column"]), applied(&[]));
    }

    #[test]
    fn the_choices_are_of_the_catalogue() {
        assert!(CHOICES.iter().all(|code| transforms::find(code).is_some()));
    }

    #[test]
    fn what_changes_no_text_is_no_fix_and_lets_nothing_worse_be_one() {
        assert!(NO_EDITS.iter().all(|code| transforms::find(code).is_some()));
        Sample::detected("a;b,c\n1;2,3\n4;5,6\n").with(|table| {
            let findings = crate::checks::run_unrouted(table).0;
            let doubtful = findings.iter().find(|finding| finding.code == "doubtful-dialect").unwrap();
            assert!(doubtful.fixes.iter().any(|fix| fix.transform == "convert-dialect"), "{doubtful:?}");
            assert!(fix_of(table, doubtful, &FixOptions::SAFE).is_none());
        });
    }

    #[test]
    fn a_fix_of_two_findings_is_made_once() {
        Sample::new("id,name\n1, Ada\n2, Bob\n3, Cy\n4,Di\n").with(|table| {
            let mut findings = crate::checks::run_unrouted(table).0;
            findings.retain(|finding| fix_of(table, finding, &FixOptions::SAFE).is_some());
            let once = fix_all(table, &findings, &FixOptions::SAFE);
            assert!(!once.edits.is_empty());
            findings.extend(findings.clone());
            assert_eq!(fix_all(table, &findings, &FixOptions::SAFE), once);
        });
    }

    #[test]
    fn a_finding_about_several_columns_is_mended_in_all_of_them() {
        let record = |n: usize| format!("{n}, a{n}, b{n}, c{n}, d{n}, e{n}, f{n}\n");
        let text = (0..20).fold("n,a,b,c,d,e,f\n".to_owned(), |text, n| text + &record(n));
        Sample::new(&text).with(|table| {
            let findings = crate::checks::run_unrouted(table).0;
            let all = fix_all(table, &findings, &FixOptions::SAFE);
            assert_eq!(all.applied, [("trim-whitespace", 6)]);
            assert_eq!(aurora_text::edit::apply(&text, &all.edits), text.replace(' ', ""));
        });
    }

    #[test]
    fn nobody_is_waited_for_who_does_not_wait() {
        Sample::new("id,name\n1, Ada\n2, Bob\n").with(|table| {
            let findings = crate::checks::run_unrouted(table).0;
            assert_eq!(fix_all_unless(&|| true, table, &findings, &FixOptions::SAFE), None);
        });
    }

    #[test]
    fn touching_edits_do_not_overlap_but_equal_insertions_do() {
        let kept = BTreeSet::from([Span::new(2, 4), Span::empty(6)]);
        assert!(!overlaps(&kept, Span::new(0, 2)));
        assert!(!overlaps(&kept, Span::new(4, 6)));
        assert!(overlaps(&kept, Span::new(3, 5)));
        assert!(overlaps(&kept, Span::empty(6)));
    }

    /// The plain twin: every edit of a fix against every edit that is kept.
    fn waiting_one_by_one(edits: &[(TextEdit, usize)], n_fixes: usize) -> Vec<bool> {
        let mut kept: Vec<Span> = Vec::new();
        let meet = |a: Span, b: Span| a == b || a.start < b.end && b.start < a.end;
        (0..n_fixes)
            .map(|fix| {
                let own = || edits.iter().filter(|(_, of)| *of == fix).map(|(edit, _)| edit.span);
                let waits = own().any(|span| kept.iter().any(|other| meet(span, *other)));
                kept.extend(own().filter(|_| !waits));
                waits
            })
            .collect()
    }

    #[test]
    fn who_waits_is_found_as_one_by_one() {
        let mut seed = 7_u64;
        let mut dice = |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) % below
        };
        let mut n_waiting = 0;
        for _ in 0..2_000 {
            let n_fixes = 1 + dice(6) as usize;
            let mut edits = Vec::new();
            for fix in 0..n_fixes {
                // Separate edits, as a transform makes them.
                let mut at = dice(20) as usize;
                for _ in 0..dice(4) {
                    let end = at + dice(4) as usize;
                    edits.push((TextEdit::new(Span::new(at, end), ""), fix));
                    at = end + 1 + dice(12) as usize;
                }
            }
            edits.sort_by_key(|(edit, _)| edit.span);
            let waits = waiting(&edits, n_fixes);
            assert_eq!(waits, waiting_one_by_one(&edits, n_fixes), "{edits:?}");
            n_waiting += waits.iter().filter(|waits| **waits).count();
        }
        assert!(n_waiting > 500, "{n_waiting}");
    }

    /// Compared one with the other, these would take hours.
    #[test]
    fn long_columns_and_many_small_fixes_are_put_together_in_a_moment() {
        let edit = |start: usize, fix: usize| (TextEdit::new(Span::new(start, start + 1), ""), fix);
        // Two columns; a third that meets the first once; a thousand records, every second of which meets the second.
        let columns = (0..200_000).flat_map(|n| [edit(n * 4, 0), edit(n * 4 + 2, 1)]);
        let third = [edit(800_000, 2), edit(400, 2)];
        let records = (0..1_000).map(|n| edit(n * 400 + 2 + n % 2, n + 3));
        let mut edits: Vec<_> = columns.chain(third).chain(records).collect();
        edits.sort_by_key(|(edit, _)| edit.span);
        let waits = waiting(&edits, 1_003);
        assert_eq!(waits[..3], [false, false, true]);
        assert!(waits[3..].iter().enumerate().all(|(n, waits)| *waits == (n % 2 == 0)));
    }
}
