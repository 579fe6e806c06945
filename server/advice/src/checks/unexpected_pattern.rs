//! `unexpected-pattern`

use std::collections::{BTreeMap, HashMap};

use aurora_profile::ValueKind;
use foldhash::fast::RandomState;

use crate::count::{count, with_number};
use crate::spelling::distance;
use crate::{Check, CheckMeta, Checker, Finding, FindingKind, Severity, TableView, WholeTable, documented};

documented! {
    /// A value that is written unlike all others of its column.
    ///
    /// # What it finds
    /// Values whose sequence of letters, digits and signs is rare where nearly all share a few such
    /// sequences; words that change from small to capital letters inside; and the sign � that an earlier
    /// conversion put where it lost a character.
    ///
    /// # Why it matters
    /// A code in another form matches nothing; mostly a character was lost, added or swapped.
    ///
    /// # Example
    /// ```csv
    /// code,n
    /// AB-101,1
    /// AC-102,2
    /// AD-103,3
    /// AB-104,4
    /// AF-105,5
    /// AG-106,6
    /// AH-107,7
    /// AI-108,8
    /// AJ-109,9
    /// AK-110,1
    /// AL-111,2
    /// AM-112,3
    /// AN-113,4
    /// AO-114,5
    /// AP-115,6
    /// AQ-116,7
    /// AR-117,8
    /// AS-118,9
    /// AT-119,1
    /// A-U120,2
    /// ```
    ///
    /// # When it is wrong
    /// Where several forms are valid and one of them is rare.
    pub struct UnexpectedPattern;
}

static META: CheckMeta = CheckMeta {
    code: "unexpected-pattern",
    number: 201,
    kind: FindingKind::Value,
    severity: Severity::Information,
    confidence: 0.0,
    transforms: &["apply-pattern"],
    docs: UnexpectedPattern::DOCS,
};

impl Check for UnexpectedPattern {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Whole(look)
    }
}

/// The shape of `value`: letters, digits and everything else by class; runs collapsed or not, case kept or not. It is
/// written to `out`; how many characters it has.
fn shape(value: &str, runs: bool, case: bool, out: &mut String) -> usize {
    out.clear();
    let mut before = '\0';
    let mut n = 0;
    for c in value.chars() {
        let class = match c {
            'A'..='Z' if case => 'A',
            'a'..='z' | 'A'..='Z' => 'a',
            '0'..='9' => '9',
            _ if c.is_numeric() => '9',
            _ if c.is_uppercase() && case => 'A',
            _ if c.is_alphabetic() => 'a',
            _ if c.is_whitespace() => ' ',
            other => other,
        };
        if !(runs && class == before && (class.is_alphanumeric())) {
            out.push(class);
            n += 1;
        }
        before = class;
    }
    n
}

/// Values whose shape is rare at the first level at which few shapes explain the column, with whether the shape looks
/// like a slip of a common one (or is rarer still), and a confidence each.
fn odd_shapes(table: &TableView<'_>, column: &crate::whole_table::CodedColumn) -> Vec<(usize, bool, f64)> {
    let settings = table.settings;
    let present = column.n_present();
    if present < settings.min_records {
        return Vec::new();
    }
    let share = settings.audit_pattern_share - 0.02;
    let plain_numbers = column
        .present()
        .filter(|&code| column.kinds[code].is_number())
        .map(|code| u64::from(column.counts[code]))
        .sum::<u64>();
    if plain_numbers * 10 >= present * 7 {
        return Vec::new();
    }
    // Prose and names of several words have no form; codes, dates and numbers with units do.
    let weigh = |keep: &dyn Fn(&str) -> bool| {
        column
            .present()
            .filter(|&code| keep(&column.values[code]))
            .map(|code| u64::from(column.counts[code]))
            .sum::<u64>()
    };
    let coded = weigh(&|value| value.bytes().any(|b| b.is_ascii_digit()));
    let single = weigh(&|value| !value.trim().contains(' '));
    if coded * 10 < present * 7 && single * 10 < present * 8 {
        return Vec::new();
    }
    // Lengths tell something of codes only, and not of amounts.
    let amounts = column.count(ValueKind::DecoratedNumber) + plain_numbers;
    let amounts = amounts * 10 >= present * 7;
    let exact = coded * 10 >= present * 9 && !amounts;
    for (runs, case) in [(false, true), (true, true), (true, false)] {
        if !runs && !exact {
            continue;
        }
        // How often each shape occurs; each value with its shape, or none where that is long.
        let mut known: HashMap<String, usize, RandomState> = HashMap::default();
        let mut counts: Vec<u64> = Vec::new();
        let mut shapes = Vec::new();
        let mut written = String::new();
        for code in column.present() {
            let value = column.values[code].trim();
            let plain = if amounts { value.replace([',', '-', '(', ')'], "") } else { String::new() };
            if shape(if amounts { &plain } else { value }, runs, case, &mut written) > 24 {
                shapes.push((code, None));
                continue;
            }
            let at = known.get(written.as_str()).copied().unwrap_or_else(|| {
                known.insert(written.clone(), counts.len());
                counts.push(0);
                counts.len() - 1
            });
            counts[at] += u64::from(column.counts[code]);
            shapes.push((code, Some(at)));
        }
        // Common shapes have several values, or are a frequent value each.
        let is_common = |n: u64| n * 100 >= present * 3 && n >= 4;
        let common: u64 = counts.iter().copied().filter(|&n| is_common(n)).sum();
        let n_common = counts.iter().filter(|&&n| is_common(n)).count();
        let coverage = common as f64 / present as f64;
        if coverage < share || n_common > 6 {
            continue;
        }
        // The form of most values, of which others may be slips.
        let mut written = vec![""; counts.len()];
        known.iter().for_each(|(shape, &at)| written[at] = shape);
        let main = counts.iter().position(|n| n * 2 >= present).map(|at| written[at]);
        let near = |at: usize| main.is_some_and(|main| distance(written[at], main, 1) == Some(1));
        let n_of = |at: Option<usize>| at.map_or(1, |at| counts[at]);
        let rare: Vec<_> = shapes
            .into_iter()
            .filter(|(_, at)| !is_common(n_of(*at)))
            .map(|(code, at)| (code, n_of(at), n_of(at) <= 3 || at.is_some_and(near)))
            .collect();
        return rare
            .into_iter()
            .map(|(code, n, slip)| {
                let each = if n <= 2 {
                    0.1
                } else if n * 50 > present {
                    -0.15
                } else {
                    0.0
                };
                let simple = if n_common <= 2 { 0.08 } else { 0.0 };
                (code, slip, (0.45 + 2.0 * (coverage - 0.8).min(0.2) * 0.7 + each + simple).clamp(0.1, 0.95))
            })
            .collect();
    }
    Vec::new()
}

fn look(table: &TableView<'_>, whole: &WholeTable, out: &mut Vec<Finding>) {
    for view in table.columns {
        let column = &whole.columns[view.idx];
        let present = column.n_present();
        // Several fields of one other form are a form of their own, as are names and addresses.
        let meant = |(code, slip, _): &(usize, bool, f64)| {
            !table.settings.audit() && (!slip || !is_formal(column, *code))
        };
        let shapes = odd_shapes(table, column).into_iter().filter(|odd| !meant(odd));
        let mut odd: BTreeMap<usize, f64> = shapes.map(|(code, _, confidence)| (code, confidence)).collect();
        let few = table.settings.min_pattern_records < 50;
        // Prose is full of product names.
        let prose = view.profile.lengths.mean_words > 6.0;
        let cased = if prose { Vec::new() } else { crate::typos::odd_cases(column) };
        let n_cased: u64 = cased.iter().map(|&code| u64::from(column.counts[code])).sum();
        if present >= table.settings.min_records && n_cased * 12 <= present {
            for code in cased {
                let entry = odd.entry(code).or_insert(0.0);
                *entry = entry.max(0.72);
            }
        }
        // A character that an earlier conversion lost; what this file's own bytes lost is a finding of its own.
        if table.file.n_faults == 0 && !table.file.misread {
            let lost = column.present().filter(|&code| column.values[code].contains('\u{FFFD}'));
            odd.extend(lost.map(|code| (code, 0.85)));
        }
        // Signs alone (`***`, `---`) where everything else has letters or digits.
        let signs: Vec<usize> = column
            .present()
            .filter(|&code| !column.values[code].chars().any(char::is_alphanumeric))
            .collect();
        let n_signs: u64 = signs.iter().map(|&code| u64::from(column.counts[code])).sum();
        if n_signs * 6 <= present {
            for code in signs {
                let entry = odd.entry(code).or_insert(0.0);
                *entry = entry.max(0.66);
            }
        }
        let examples: Vec<_> =
            odd.keys().take(5).map(|&code| format!("'{}'", super::cut(&column.values[code]))).collect();
        let places = fields(whole, view.idx, &odd);
        out.extend(super::value_finding(
            &META,
            table,
            view.idx,
            places,
            super::Bar { confidence: 0.6, n: if few { 1 } else { 4 }, warn: 6 },
            |n| {
                format!(
                    "{n} of {} {} written unlike the others, such as {}{}",
                    count(present, "value"),
                    with_number(n as u64, "is", "are"),
                    examples.join(", "),
                    whole.sampled()
                )
            },
        ));
    }
}

/// Whether the form of the value `code` tells something in the standard profile: it is short and seldom, and the
/// column holds codes (digits throughout) or few values. Names and addresses are written as they please.
fn is_formal(column: &crate::whole_table::CodedColumn, code: usize) -> bool {
    let value = column.values[code].trim();
    let words = |text: &str| text.split_whitespace().count();
    let present = column.n_present().max(1);
    let weigh = |holds: &dyn Fn(usize) -> bool| -> u64 {
        column.present().filter(|&code| holds(code)).map(|code| u64::from(column.counts[code])).sum()
    };
    let coded = weigh(&|code| {
        let text = &column.values[code];
        text.bytes().any(|b| b.is_ascii_digit()) && words(text) <= 2
    });
    let few = column.n_distinct() as u64 * 10 <= present;
    column.counts[code] <= 2 && value.chars().count() <= 24 && (coded * 10 >= present * 9 || few)
}

/// The records of these values, each with the confidence of its value.
pub(crate) fn fields(whole: &WholeTable, column: usize, values: &BTreeMap<usize, f64>) -> Vec<(u64, f64)> {
    let codes = whole.columns[column].codes.iter().zip(&whole.records);
    codes
        .filter_map(|(code, &record)| values.get(&(*code as usize)).map(|&confidence| (record, confidence)))
        .collect()
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    #[test]
    fn prose_has_no_pattern() {
        let words = ["red fox", "a dog", "The End", "x", "12 monkeys", "C-3PO", "why?", "no, no", "(ok)"];
        assert!(!Sample::column("text", words.iter().cycle().take(60)).audit().has("unexpected-pattern"));
    }

    #[test]
    fn a_lost_character_is_found_in_prose_too() {
        let names = (0..60).map(|i| {
            if i == 7 { "Jos\u{FFFD} and the rest".to_owned() } else { format!("Ann and {i} more") }
        });
        let found = Sample::column("text", names).audit().find("unexpected-pattern");
        assert!(found[0].related.iter().any(|place| place.record == Some(7)));
    }

    #[test]
    fn short_columns_are_not_judged() {
        let codes = (0..30).map(|i| if i == 3 { "A-B99".to_owned() } else { format!("AB-{i:03}") });
        assert!(!Sample::column("code", codes).standard().has("unexpected-pattern"));
    }
}
