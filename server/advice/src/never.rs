//! The never-list of the catalogue: what a plain threshold once fired at in a real file, each with data of our own, and
//! each beside a twin at which the same check or transform does fire, so that silence is no accident.

use aurora_learning::{Beliefs, ColumnKey};

use crate::sample::Sample;
use crate::{Profile, Settings, Severity, Target, checks, recommend, transforms};

/// `n` records under `header`; `row` gives them by number.
fn table(header: &str, n: usize, row: impl Fn(usize) -> String) -> String {
    (0..n).fold(format!("{header}\n"), |text, i| format!("{text}{}\n", row(i)))
}

/// `n` records that begin with a running number, so that single columns of texts are tables too.
fn column(name: &str, n: usize, value: impl Fn(usize) -> String) -> String {
    table(&format!("{name},other"), n, |i| format!("{},w{}", value(i), i * 7 % 11))
}

/// One of `values`, the earlier the more often, in no order.
fn one_of(values: &[&str], i: usize) -> String {
    values[(i * i + i / 3) % values.len()].to_owned()
}

/// A spread of numbers with a long right tail.
fn tail(i: usize) -> f64 {
    ((i * 37 % 101) as f64 / 14.0).exp()
}

/// Whether any of the checks `codes` finds something in `text`, advice included, under the default settings.
fn fires(text: &str, codes: &[&str], profile: Profile) -> Vec<String> {
    let mut sample = Sample::new(text).standard();
    sample.settings = Settings { profile, ..Settings::default() };
    let found = sample.with(checks::run_unrouted).0;
    let named = found.into_iter().filter(|finding| codes.contains(&finding.code));
    named.map(|finding| format!("{}: {}", finding.code, finding.message)).collect()
}

/// What of `codes` is offered for the first column, in the menu or for a finding.
fn offered(text: &str, codes: &[&'static str]) -> Vec<&'static str> {
    let sample = Sample::new(text).standard();
    sample.with(|table| {
        let found = checks::run_unrouted(table).0;
        let by_finding = |code: &str| {
            let fixes = found.iter().filter(|finding| finding.severity != Severity::Advice);
            fixes.flat_map(|finding| &finding.fixes).any(|fix| {
                fix.transform == code
                    && matches!(fix.target, Target::File | Target::Column(0) | Target::InPlace(0))
            })
        };
        let menu = recommend(table, &table.columns[0], &ColumnKey::default(), &Beliefs::default());
        let fits =
            |code: &str| transforms::find(code).and_then(|t| t.propose(table, Target::Column(0))).is_some();
        let in_menu = |code: &str| menu.iter().any(|one| one.action == code) && fits(code);
        codes.iter().copied().filter(|code| by_finding(code) || in_menu(code)).collect()
    })
}

/// A line of the list: what it is, the checks that stay silent, their data, and the twin's.
type Silence = (&'static str, &'static [&'static str], String, String);

fn silences() -> Vec<Silence> {
    let answers = |odd: &'static str| {
        column("opinion", 160, move |i| match i {
            40 | 90 => odd.to_owned(),
            _ => one_of(&["Very favorably", "Somewhat favorably", "Very favorably", "No opinion"], i),
        })
    };
    let airports = |odd: &'static str| {
        column("airport", 160, move |i| match i {
            40 | 90 => odd.to_owned(),
            _ => one_of(&["FRA", "CDG", "FRA", "LHR", "MAD"], i),
        })
    };
    let day = |i: usize| format!("{}-{:02}-{:02}", 1970 + i / 336, i / 28 % 12 + 1, i % 28 + 1);
    let people = |last: &str, sum: u32| {
        let rows = table("region,n", 24, |i| format!("r{i},{}", i + 10));
        format!("{rows}{last},{sum}\n")
    };
    let skew = |name: &str, value: &dyn Fn(usize) -> String| column(name, 120, value);
    vec![
        (
            "`Very unfavorably` as a typo of `Very favorably`",
            &["suspected-typo"],
            answers("Very unfavorably"),
            answers("Very favorbly"),
        ),
        (
            "airport codes BRA ~ FRA",
            &["suspected-typo"],
            airports("BRA"),
            answers("No opinoin").replace("opinoin", "opinon"),
        ),
        (
            "`NA` as null among country codes (Namibia)",
            &["mixed-null-tokens", "disguised-nulls"],
            column("country", 60, |i| {
                if i % 9 == 0 { String::new() } else { one_of(&["DE", "NA", "FR", "ZA"], i) }
            }),
            column("weight", 60, |i| {
                if i % 9 == 0 { String::new() } else { one_of(&["1.5", "NA", "2.5", "n/a", "-", "7.25"], i) }
            }),
        ),
        (
            "`UNK` as disguised null",
            &["disguised-nulls"],
            column("station", 60, |i| one_of(&["BER", "UNK", "ROM", "OSL"], i)),
            column("age", 60, |i| if i % 6 == 0 { "999".to_owned() } else { (i * 7 % 60 + 18).to_string() }),
        ),
        (
            "1970-01-01 as disguised null in a daily series",
            &["disguised-nulls"],
            column("day", 400, day),
            column(
                "weight",
                60,
                |i| if i % 6 == 0 { "unknown".to_owned() } else { format!("{}.5", i * 7 % 60) },
            ),
        ),
        (
            "`-` or `-Andy Allanson` as formula",
            &["formula-injection"],
            column("player", 60, |i| {
                one_of(&["-", "-Andy Allanson", "-Bo Diaz", "+49 170 1234", "@ada", "-5"], i)
            }),
            column("player", 60, |i| if i == 7 { "=1+1".to_owned() } else { format!("-Player {}", i % 9) }),
        ),
        (
            "a population as a phone number",
            &["personal-data"],
            column("population", 80, |i| (1_000_000 + i * 48_271 % 8_999_999).to_string()),
            column("phone", 80, |i| format!("+49 170 {:07}", i * 48_271 % 9_999_999)),
        ),
        (
            "year 1871 as code",
            &["code-as-number"],
            column("founded", 80, |i| (1871 + i * 7 % 120).to_string()),
            column("zip", 80, |i| format!("{:05}", 1_067 + i * 997 % 9_000)),
        ),
        (
            "altitude 1600 as code",
            &["code-as-number"],
            column("altitude", 80, |i| (1600 + i * 37 % 900).to_string()),
            column("zip", 80, |i| format!("{:05}", 1_067 + i * 997 % 9_000)),
        ),
        (
            "sex m/f as mixed kinds because f reads as Boolean",
            &["mixed-kinds", "mixed-booleans", "unexpected-kind"],
            column("sex", 80, |i| one_of(&["m", "f", "f", "m", "f"], i)),
            column("paid", 80, |i| one_of(&["yes", "no", "Y", "N", "1"], i)),
        ),
        ("a record `All …` as totals", &["totals-record"], people("All mammals", 50), people("Total", 516)),
        ("a record `Average` as totals", &["totals-record"], people("Average", 21), people("Sum", 516)),
        (
            "skew of a 0/1 flag",
            &["skewed"],
            skew("flag", &|i| u8::from(i % 30 == 0).to_string()),
            skew("amount", &|i| format!("{:.2}", tail(i))),
        ),
        (
            "skew of a year",
            &["skewed"],
            skew("year", &|i| (2020 - (tail(i) / 7.0) as i32).to_string()),
            skew("amount", &|i| format!("{:.2}", tail(i))),
        ),
        (
            "skew of a latitude",
            &["skewed"],
            skew("latitude", &|i| format!("{:.4}", tail(i) / 20.0)),
            skew("amount", &|i| format!("{:.2}", tail(i))),
        ),
        (
            "skew of an id",
            &["skewed"],
            skew("customer_id", &|i| ((tail(i) * 50.0) as u32 * 200 + i as u32).to_string()),
            skew("amount", &|i| format!("{:.2}", tail(i))),
        ),
        (
            "blank records as repeated header",
            &["repeated-header"],
            table(
                "name,city,",
                40,
                |i| if i % 9 == 3 { ",,".to_owned() } else { format!("n{i},c{},x", i % 5) },
            ),
            table("name,city,", 40, |i| {
                if i == 9 { "name,city,".to_owned() } else { format!("n{i},c{},x", i % 5) }
            }),
        ),
        (
            "months `Oct-14` as spreadsheet damage",
            &["spreadsheet-damage"],
            column("month", 60, |i| format!("{}-{}", one_of(&["Oct", "Mar", "Sep", "Jan"], i), 10 + i % 9)),
            column("part", 60, |i| {
                if i == 9 { "MAR-1".to_owned() } else { format!("{}-{}", 800 + i, 10 + i % 80) }
            }),
        ),
        (
            "a tick-box column as constant",
            &["constant", "quasi-constant", "null-heavy"],
            column("member", 60, |i| if i % 3 == 0 { "x".to_owned() } else { String::new() }),
            column("member", 60, |_| "x".to_owned()),
        ),
    ]
}

#[test]
fn checks_stay_silent_at_what_the_never_list_names() {
    let mut wrong = Vec::new();
    for (what, codes, quiet, loud) in silences() {
        for found in fires(&quiet, codes, Profile::Standard) {
            wrong.push(format!("{what}: {found}"));
        }
        if fires(&loud, codes, Profile::Standard).is_empty() {
            wrong.push(format!("{what}: the twin is silent too"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_looser_profile_takes_no_opposite_for_a_typo_and_doubts_an_airport() {
    let lines = silences();
    let (what, codes, quiet, _) = &lines[0];
    assert_eq!(fires(quiet, codes, Profile::Audit), [""; 0], "{what}");
    let (what, _, quiet, _) = &lines[1];
    let found = Sample::new(quiet).standard().audit().find("suspected-typo");
    let sure = found.iter().flat_map(|finding| &finding.related).any(|place| place.confidence >= 0.5);
    assert!(!sure, "{what}: {found:?}");
    // Nor are they merged beside spellings that are.
    let spelled = quiet.replacen("CDG", "cdg", 1);
    let merged = Sample::new(&spelled).standard().after("merge-categories", Target::Column(0)).unwrap();
    assert!(merged.contains("BRA") && !merged.contains("cdg"));
}

#[test]
fn a_date_that_begins_with_its_year_is_no_warning() {
    let warnings = |text: &str| {
        let sample = Sample::new(text).standard();
        let found = sample.with(checks::run_unrouted).0;
        let loud = found.into_iter().filter(|finding| finding.severity <= Severity::Warning);
        loud.map(|finding| finding.code).collect::<Vec<_>>()
    };
    let day = |i: usize| format!("2020-01-{:02}", 22 + i % 9);
    assert_eq!(warnings(&column("day", 60, day)), [""; 0]);
    let mixed = |i: usize| if i.is_multiple_of(2) { format!("{}/01/2020", 22 + i % 9) } else { day(i) };
    assert!(!warnings(&column("day", 60, mixed)).is_empty());
}

/// A line of the list: what it is, the transforms that are not offered, the data, and data for which they are.
type Refusal = (&'static str, &'static [&'static str], String, String);

const LOGS: &[&str] = &["log-column", "log1p-column", "sqrt-column", "box-cox-column"];

fn refusals() -> Vec<Refusal> {
    let amount = || column("amount", 120, |i| format!("{:.2}", tail(i)));
    let of = |name: &str, value: &dyn Fn(usize) -> String| column(name, 120, value);
    let mut all: Vec<Refusal> = vec![
        ("powers of years", LOGS, of("year", &|i| (1950 + (tail(i) / 20.0) as i32).to_string()), amount()),
        ("powers of coordinates", LOGS, of("longitude", &|i| format!("{:.4}", tail(i) / 8.0)), amount()),
        (
            "powers of ids",
            LOGS,
            of("customer_id", &|i| ((tail(i) * 50.0) as u32 * 200 + i as u32).to_string()),
            amount(),
        ),
        ("powers of flags", LOGS, of("flag", &|i| u8::from(i % 20 == 0).to_string()), amount()),
        (
            "powers of levels",
            LOGS,
            of("satisfaction", &|i| one_of(&["1", "1", "1", "2", "5", "1", "3"], i)),
            amount(),
        ),
        ("powers of returns", LOGS, of("return", &|i| format!("{:.3}", tail(i) / 90.0 - 0.4)), amount()),
        ("powers of growth", LOGS, of("growth_rate", &|i| format!("{:.3}", tail(i) / 90.0 - 0.4)), amount()),
        ("powers of angles", LOGS, of("wind_direction_deg", &|i| format!("{:.1}", tail(i) / 4.0)), amount()),
        ("powers of hours", LOGS, of("hour", &|i| ((tail(i) / 60.0) as u32 % 24).to_string()), amount()),
        ("powers of ranks", LOGS, of("rank", &|i| (i + 1).to_string()), amount()),
        ("powers of what is a logarithm", LOGS, of("log_income", &|i| format!("{:.2}", tail(i))), amount()),
        ("powers of what is a logarithm", LOGS, of("ln_income", &|i| format!("{:.2}", tail(i))), amount()),
        ("powers of a left tail", LOGS, of("amount", &|i| format!("{:.2}", 2_000.0 - tail(i))), amount()),
    ];
    let winsorize = &["winsorize"];
    all.push((
        "winsorising ids",
        winsorize,
        of("customer_id", &|i| if i == 50 { "99999999".to_owned() } else { (1000 + i).to_string() }),
        amount(),
    ));
    all.push((
        "winsorising dates",
        winsorize,
        of("day", &|i| if i == 50 { "2924-01-01".to_owned() } else { format!("2024-01-{:02}", i % 28 + 1) }),
        amount(),
    ));
    all.push((
        "winsorising a column of zeros",
        winsorize,
        of("visits", &|i| if i % 3 == 0 { format!("{:.2}", tail(i)) } else { "0".to_owned() }),
        amount(),
    ));
    let mean = &["impute-mean"];
    let gaps = |value: &dyn Fn(usize) -> String| -> Box<dyn Fn(usize) -> String> {
        let values: Vec<String> =
            (0..120).map(|i| if i % 4 == 1 { String::new() } else { value(i) }).collect();
        Box::new(move |i| values[i].clone())
    };
    let measured = || of("height", &gaps(&|i| format!("{:.1}", 150.0 + (i * 7 % 50) as f64 / 1.3)));
    all.push((
        "the mean of codes",
        mean,
        of("zip", &gaps(&|i| format!("{:05}", 1_067 + i * 997 % 90_000))),
        measured(),
    ));
    all.push(("the mean of flags", mean, of("flag", &gaps(&|i| (i % 2).to_string())), measured()));
    all.push(("the mean of tick boxes", mean, of("member", &gaps(&|_| "1".to_owned())), measured()));
    let one_hot = &["one-hot-encode"];
    let group = || of("group", &|i| one_of(&["north", "south", "west"], i));
    all.push((
        "one-hot of counts",
        one_hot,
        of("n_children", &|i| one_of(&["0", "1", "2", "3", "4", "5"], i)),
        group(),
    ));
    all.push(("one-hot of ids", one_hot, of("customer_id", &|i| format!("C{}", 100 + i)), group()));
    let merge = &["merge-categories"];
    let cased = || of("city", &|i| one_of(&["Rome", "rome", "Oslo", "Bern"], i));
    all.push((
        "merging across digits",
        merge,
        of("phase", &|i| one_of(&["Phase 1", "Phase 2", "Phase 12", "Phase 21"], i)),
        cased(),
    ));
    all.push((
        "merging across Roman numerals",
        merge,
        of("phase", &|i| one_of(&["Phase I", "Phase II", "Phase III", "Phase IV"], i)),
        cased(),
    ));
    all.push((
        "merging opposites",
        merge,
        of("opinion", &|i| one_of(&["favorable", "unfavorable", "favorable", "favorable"], i)),
        cased(),
    ));
    let null = &["mark-as-null"];
    let words =
        || of("weight", &|i| if i % 11 == 4 { "unknown".to_owned() } else { format!("{}.5", i * 7 % 60) });
    all.push((
        "`NA` in text as missing",
        null,
        of("country", &|i| one_of(&["DE", "NA", "FR", "ZA"], i)),
        words(),
    ));
    all.push((
        "`None` in text as missing",
        null,
        of("choice", &|i| one_of(&["All of them", "None", "Some of them"], i)),
        words(),
    ));
    let split: &[&str] = &["split-column", "explode-records", "multi-label-encode"];
    let tags = || of("tags", &|i| one_of(&["red;blue", "red", "blue;green", "green;red"], i));
    let quoted = |value: &'static str| move |i: usize| format!("\"{value} {}\"", i % 17);
    all.push((
        "splitting prose",
        split,
        of("note", &quoted("We came late, saw little, and left again, tired of it")),
        tags(),
    ));
    all.push((
        "splitting addresses of pages",
        split,
        of("url", &|i| format!("https://example.org/a;b/{}?x=1;y={}", i % 7, i % 5)),
        tags(),
    ));
    all.push((
        "splitting JSON",
        split,
        of("data", &|i| format!("\"{{\"\"a\"\": {}, \"\"b\"\": [1, 2]}}\"", i % 9)),
        tags(),
    ));
    let whole = &["integer-column"];
    let floats = || of("year", &|i| format!("{}.0", 1990 + i % 30));
    all.push((
        "whole numbers where the width says something",
        whole,
        of("version", &|i| format!("{}.{}", i % 9, ["0", "00"][i % 2])),
        floats(),
    ));
    all.push((
        "whole numbers where zeros lead",
        whole,
        of("code", &|i| format!("{:05}.0", 67 + i * 997 % 90_000)),
        floats(),
    ));
    all
}

#[test]
fn transforms_are_not_offered_where_the_never_list_says() {
    let mut wrong = Vec::new();
    for (what, codes, not, well) in refusals() {
        for code in offered(&not, codes) {
            wrong.push(format!("{what}: {code} is offered"));
        }
        if offered(&well, codes).is_empty() {
            wrong.push(format!("{what}: the twin is not offered any of {codes:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn repeated_measures_are_neither_sorted_nor_thinned_out_nor_filled_across_groups() {
    // Each patient is measured several times, and twice the same comes out.
    let visit = |i: usize| {
        let (patient, day) = (i / 4 + 1, i % 4);
        let pressure = if day == 1 { String::new() } else { format!("{}.5", 110 + patient * 7 % 30) };
        format!("{patient},{},{pressure}", day / 2)
    };
    let repeated = Sample::new(&table("patient,visit,pressure", 120, visit)).standard();
    let fixes = |sample: &Sample| {
        let found = sample.with(checks::run_unrouted).0;
        let fixes = found.iter().flat_map(|finding| &finding.fixes).map(|fix| fix.transform);
        fixes.collect::<std::collections::BTreeSet<_>>()
    };
    let offered = fixes(&repeated);
    for code in
        ["sort-records", "remove-duplicate-records", "fill-forward", "fill-backward", "interpolate-linear"]
    {
        assert!(!offered.contains(code), "{code}: {offered:?}");
    }
    // A series of one thing, with a swap, a repeated record and a gap.
    let series = |i: usize| {
        let day = match i {
            50 => 51,
            51 => 50,
            90 => 89,
            _ => i,
        };
        let level = if day % 4 == 1 { String::new() } else { format!("{}.5", day * 37 % 101) };
        format!("2024-{:02}-{:02},{},{level}", day / 28 + 1, day % 28 + 1, 1000 + day)
    };
    let single = Sample::new(&table("day,number,level", 120, series)).standard();
    let offered = fixes(&single);
    for code in ["sort-records", "remove-duplicate-records", "fill-forward"] {
        assert!(offered.contains(code), "{code}: {offered:?}");
    }
}
