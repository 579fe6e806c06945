//! `drifted-column`

use aurora_profile::{ColumnProfile, Oddness, ValueKind};

use crate::before::chance;
use crate::spelling::fingerprint;
use crate::{
    Check, CheckMeta, Checker, ColumnView, Finding, FindingKind, Settings, TableView, checks, documented,
};

documented! {
    /// A column that is no longer what it was in the last commit.
    ///
    /// # What it finds
    /// The file is compared with the same file at git `HEAD`, or in the revision of `--changed-since`, column by
    /// column. Told are, of columns of at least 20 records: another kind in at least 5 % of a column of numbers or
    /// dates that had none of it; nothing in at least 1 % of a column that had hardly any nulls; a category that was
    /// frequent and is gone, in a column of at most 50 texts. Each must be ten times as frequent as it was, and so
    /// frequent that chance explains it less than once in a thousand times: a file that only grew shows nothing.
    /// More than three such columns make one finding. *Audit*: any new kind, any null in a column that had none, any
    /// category that is gone.
    ///
    /// A file that is not in git, was not in the last commit, comes from standard input, or has more than 64 MiB is
    /// not compared; an editor compares when a file is opened or saved. Objects are read with git, of which no hook,
    /// filter or diff program runs. Where the check is ignored, git is not asked.
    ///
    /// # Why it matters
    /// Whoever reads the file was written for what it held: the export changed, a join lost its partner, a code was
    /// renamed. Nothing in the file itself tells.
    ///
    /// # Example
    /// In the last commit:
    /// ```csv
    /// shop,amount
    /// Rome,12.5
    /// Oslo,19.2
    /// Rome,14.1
    /// Oslo,11.8
    /// Rome,17.3
    /// Oslo,13.9
    /// ```
    /// Now:
    /// ```csv
    /// shop,amount
    /// Rome,12.5
    /// Oslo,n/k
    /// Rome,14.1
    /// Oslo,n/k
    /// Rome,n/k
    /// Oslo,n/k
    /// ```
    ///
    /// # When it is wrong
    /// When the change was meant: a category renamed on purpose, values marked as missing because they were wrong.
    /// The finding is gone with the next commit.
    pub struct DriftedColumn;
}

static META: CheckMeta = CheckMeta {
    code: "drifted-column",
    number: 134,
    kind: FindingKind::Column,
    severity: crate::Severity::Information,
    confidence: 0.0,
    transforms: &[],
    docs: DriftedColumn::DOCS,
};

impl Check for DriftedColumn {
    fn meta(&self) -> &'static CheckMeta {
        &META
    }

    fn checker(&self) -> Checker {
        Checker::Table(look)
    }
}

/// Columns told one by one; more are one finding.
const MAX_COLUMNS: usize = 3;
/// How many times as frequent as before a thing must be.
const RATIO: f64 = 10.0;
/// Fewer are slips, which other checks tell.
const MIN_VALUES: u64 = 3;
/// Categories named in the message.
const MAX_NAMED: usize = 3;

fn look(table: &TableView<'_>, out: &mut Vec<Finding>) {
    let Some(before) = &table.file.before else { return };
    let settings = table.settings;
    let mut found = Vec::new();
    for (column, was) in before.matched(table) {
        let now = column.profile;
        if was.n < settings.min_records || now.n < settings.min_records {
            continue;
        }
        let kind = other_kind(settings, was, now);
        let nulls = new_nulls(settings, was, now);
        // Of a column of another kind all categories are gone.
        let gone = if kind.is_some() { None } else { gone_categories(settings, was, now) };
        let odd = kind.as_ref().map(|(_, kind)| *kind).or(nulls.as_ref().map(|_| ValueKind::Null));
        let said: Vec<_> = kind.map(|(said, _)| said).into_iter().chain(nulls).chain(gone).collect();
        if !said.is_empty() {
            found.push(finding(
                table,
                column,
                format!("unlike {}: {}", before.revision, said.join("; ")),
                odd,
            ));
        }
    }
    checks::merge_above(
        &mut found,
        MAX_COLUMNS,
        &format!("columns are not what they were in {}", before.revision),
    );
    out.append(&mut found);
}

/// The finding on the header, with the first fields of the kind that is new.
fn finding(
    table: &TableView<'_>,
    column: &ColumnView<'_>,
    message: String,
    odd: Option<ValueKind>,
) -> Finding {
    let mut finding = Finding::on_column(&META, table, column, message);
    finding.confidence = 0.8;
    if let Some((n, records)) = odd.and_then(|kind| column.profile.odd.get(&Oddness::Kind(kind))) {
        let records: Vec<_> = records.iter().map(|&record| (record, 0.5)).collect();
        finding = finding.with_records(table, &records, *n);
    }
    finding
}

/// Whether something that held for `k_before` of `n_before` is so much more frequent among now's that chance is no
/// explanation.
fn is_new(settings: &Settings, (k_before, n_before): (u64, u64), (k, n): (u64, u64), least: f64) -> bool {
    if settings.audit() {
        return k_before == 0 && k > 0;
    }
    let (was, is) = (k_before as f64 / n_before.max(1) as f64, k as f64 / n.max(1) as f64);
    k >= MIN_VALUES
        && is >= least
        && is >= RATIO * was
        && chance(k_before, n_before, k, n) < settings.drift_chance
}

/// Kinds that a computation does not tell apart.
const FAMILIES: [(&str, &[ValueKind]); 2] =
    [("numbers", &[ValueKind::Integer, ValueKind::Real]), ("dates", &[ValueKind::Date, ValueKind::DateTime])];

/// What a column of numbers or of dates holds beside them, and which kind that is. A column that has become one of
/// numbers was mended.
fn other_kind(settings: &Settings, was: &ColumnProfile, now: &ColumnProfile) -> Option<(String, ValueKind)> {
    let count = |profile: &ColumnProfile, kinds: &[ValueKind]| -> u64 {
        kinds.iter().map(|&kind| profile.count(kind)).sum()
    };
    let (name, family) = FAMILIES.into_iter().max_by_key(|(_, kinds)| count(was, kinds))?;
    let (n_before, n) = (was.n_present(), now.n_present());
    let (k_before, k) = (n_before - count(was, family), n - count(now, family));
    if n_before < settings.min_records
        || !is_new(settings, (k_before, n_before), (k, n), settings.drift_share)
    {
        return None;
    }
    let others = ValueKind::ALL.into_iter().filter(|kind| *kind != ValueKind::Null && !family.contains(kind));
    let kind = others.max_by_key(|&kind| now.count(kind))?;
    let word = match kind {
        ValueKind::Integer | ValueKind::Real => "numbers",
        ValueKind::Date | ValueKind::DateTime => "dates",
        ValueKind::Time => "times",
        ValueKind::Boolean => "yes or no",
        ValueKind::DecoratedNumber => "numbers with signs or units",
        ValueKind::Null | ValueKind::Text => "texts",
    };
    let had = match k_before {
        0 => format!("all {n_before} were {name}"),
        _ => format!("{} of {n_before} were {name}", n_before - k_before),
    };
    Some((format!("{k} of {n} values are no {name} but mostly {word}, where {had}"), kind))
}

fn new_nulls(settings: &Settings, was: &ColumnProfile, now: &ColumnProfile) -> Option<String> {
    let (k_before, k) = (was.n_null(), now.n_null());
    is_new(settings, (k_before, was.n), (k, now.n), settings.drift_null_share).then(|| {
        let had = if k_before == 0 { "none".to_owned() } else { k_before.to_string() };
        format!("{k} of {} records hold nothing, where {had} of {} did", now.n, was.n)
    })
}

/// Categories that were frequent and do not occur any more, in no spelling.
fn gone_categories(settings: &Settings, was: &ColumnProfile, now: &ColumnProfile) -> Option<String> {
    let is_listed =
        |profile: &ColumnProfile| profile.top_error == 0 && profile.distinct == profile.top.len() as u64;
    let (n_before, n) = (was.n_present(), now.n_present());
    let is_category = is_listed(was)
        && is_listed(now)
        && was.kind() == ValueKind::Text
        && was.distinct > 1
        && was.distinct * 2 <= n_before;
    if !is_category {
        return None;
    }
    let key =
        |value: &str| Some(fingerprint(value)).filter(|key| !key.is_empty()).unwrap_or(value.to_owned());
    let there: std::collections::HashSet<_> = now.top.iter().map(|count| key(&count.value)).collect();
    let is_gone = |count: &&aurora_profile::Count| {
        !there.contains(&key(&count.value))
            // As likely as finding none of the old ones among so many of now, seen from the other side.
            && (settings.audit() || chance(0, n, count.n, n_before) < settings.drift_chance)
    };
    let gone: Vec<_> = was.top.iter().filter(is_gone).collect();
    let named: Vec<_> = gone
        .iter()
        .take(MAX_NAMED)
        .map(|count| format!("'{}' ({} of {n_before} values)", checks::cut(&count.value), count.n))
        .collect();
    match gone.len() {
        0 => None,
        1 => Some(format!("{} does not occur any more", named[0])),
        more if more <= MAX_NAMED => Some(format!("{} do not occur any more", named.join(", "))),
        more => Some(format!("{} and {} others do not occur any more", named.join(", "), more - MAX_NAMED)),
    }
}

#[cfg(test)]
mod tests {
    use crate::sample::Sample;

    fn table(n: usize, row: impl Fn(usize) -> String) -> String {
        (0..n).fold("id,city,amount,day\n".to_owned(), |text, i| format!("{text}{}\n", row(i)))
    }

    fn plain(i: usize) -> String {
        let (city, day) = (["Rome", "Oslo", "Bern"][i % 3], i % 28 + 1);
        format!("{i},{city},{}.5,2024-05-{day:02}", i * 7 % 50)
    }

    fn drift(before: &str, now: &str) -> Vec<String> {
        let sample = Sample::new(now).standard().since(before);
        sample.find("drifted-column").into_iter().map(|finding| finding.message).collect()
    }

    #[test]
    fn a_file_that_only_grew_shows_nothing() {
        let before = table(60, plain);
        for n in [60, 61, 120, 1_000] {
            assert_eq!(drift(&before, &table(n, plain)), [""; 0], "{n}");
        }
        // A first null, and a first slip, are natural.
        let mut grown = table(90, plain);
        grown.push_str("90,,oops,\n91,Rome,,2024-05-01\n");
        assert_eq!(drift(&before, &grown), [""; 0]);
        // Nor does a file without an earlier version.
        assert!(!Sample::new(&grown).has("drifted-column"));
    }

    #[test]
    fn another_kind_new_nulls_and_a_category_that_is_gone_are_told() {
        let before = table(60, plain);
        let text = |i: usize| if i.is_multiple_of(3) { plain(i).replace(".5,", " EUR,") } else { plain(i) };
        let said = drift(&before, &table(60, text));
        let expected = "unlike HEAD (1a2b3c4): 20 of 60 values are no numbers but mostly numbers with signs or units, \
                        where all 60 were numbers";
        assert_eq!(said, [expected]);

        let nulls = |i: usize| if i.is_multiple_of(4) { format!("{i},Rome,1.5,") } else { plain(i) };
        let said = drift(&before, &table(60, nulls));
        assert_eq!(said, ["unlike HEAD (1a2b3c4): 15 of 60 records hold nothing, where none of 60 did"]);

        let renamed = |i: usize| plain(i).replace("Oslo", "Kristiania");
        let said = drift(&before, &table(60, renamed));
        assert_eq!(said, ["unlike HEAD (1a2b3c4): 'Oslo' (20 of 60 values) does not occur any more"]);
    }

    #[test]
    fn what_was_mended_is_no_drift() {
        // Another spelling of the same, and numbers freed of their signs.
        let before = table(60, |i| plain(i).replace("Oslo", "OSLO ").replace(".5,", " EUR,"));
        assert_eq!(drift(&before, &table(60, plain)), [""; 0]);
    }

    #[test]
    fn many_columns_make_one_finding_and_audit_tells_the_first_null() {
        let before = table(60, plain);
        let emptied = |i: usize| if i.is_multiple_of(3) { ",,,".to_owned() } else { plain(i) };
        let found = Sample::new(&table(60, emptied)).standard().since(&before).find("drifted-column");
        assert_eq!((found.len(), found[0].n_places), (1, 4));
        assert!(found[0].message.starts_with("4 columns are not what they were in HEAD (1a2b3c4); here"));

        let mut grown = table(90, plain);
        grown.push_str("90,Rome,,2024-05-01\n");
        assert_eq!(Sample::new(&grown).audit().since(&before).find("drifted-column").len(), 1);
    }
}
