//! `aurora profile`: what each column holds.

use std::process::ExitCode;

use aurora_advice::Settings;
use aurora_analysis::{Analysis, Column};
use aurora_learning::{Beliefs, ColumnKey};
use aurora_profile::ValueKind;
use serde_json::{Value, json};

use crate::input;
use crate::render::{self, Format, Style, inert};

/// Print what each column holds.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// The file, or `-` for standard input.
    path: String,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let opened = input::open(&arguments.path)?;
    let analysis =
        Analysis::of(&opened.document.snapshot(), &Settings::default(), &Beliefs::default(), &|_, _, _| {
            ColumnKey::default()
        });
    match arguments.format {
        Format::Json => render::json(&json!({
            "file": arguments.path,
            "records": analysis.structure.n_records,
            "columns": analysis.columns.iter().enumerate().map(to_json).collect::<Vec<_>>(),
        }))?,
        Format::Text => print(&analysis),
    }
    Ok(ExitCode::SUCCESS)
}

fn to_json((idx, column): (usize, &Column)) -> Value {
    let profile = &column.profile;
    let kinds: serde_json::Map<_, _> =
        ValueKind::ALL.iter().map(|&kind| (kind.as_str().to_owned(), json!(profile.count(kind)))).collect();
    let counts = |list: &[aurora_profile::Count]| -> Vec<Value> {
        list.iter().map(|count| json!({"value": count.value, "n": count.n})).collect()
    };
    json!({
        "column": idx,
        "name": column.header.name,
        "kind": profile.kind().as_str(),
        "role": {"code": column.role.best().as_str(), "p": column.role.p(column.role.best())},
        "n": profile.n,
        "nulls": profile.n_null(),
        "kinds": kinds,
        "null_tokens": counts(&profile.null_tokens),
        "distinct": profile.distinct,
        "distinct_error": profile.distinct_error,
        "top": counts(&profile.top),
        "top_error": profile.top_error,
        "numbers": profile.numbers.as_ref().map(|n| json!({
            "n": n.n, "min": n.min, "max": n.max, "mean": n.mean, "variance": n.variance,
            "skewness": n.skewness, "kurtosis": n.kurtosis, "median": n.median(),
            "quartiles": [n.quantile(0.25), n.quantile(0.5), n.quantile(0.75)],
            "percentile_error": n.percentile_error,
        })),
    })
}

#[allow(clippy::print_stdout)]
fn print(analysis: &Analysis) {
    let style = Style::stdout();
    println!("{} records, {} columns", analysis.structure.n_records, analysis.columns.len());
    let head = format!(
        "{:>4}  {:<24} {:<16} {:>6} {:>9}  {:>12} {:>12} {:>12}",
        "#", "column", "kind", "null", "distinct", "min", "median", "max"
    );
    println!("{}", style.paint("1", &head));
    for (idx, column) in analysis.columns.iter().enumerate() {
        let profile = &column.profile;
        let about = if profile.distinct_error > 0.0 { "~" } else { "" };
        let [min, median, max] = match &profile.numbers {
            Some(n) if profile.kind().is_number() => [n.min, n.median(), n.max].map(short),
            _ => [const { String::new() }; 3],
        };
        println!(
            "{:>4}  {:<24} {:<16} {:>5.0}% {:>9}  {min:>12} {median:>12} {max:>12}",
            idx + 1,
            inert(&column.header.name, 23),
            profile.kind().as_str(),
            profile.null_share() * 100.0,
            format!("{about}{}", profile.distinct),
        );
    }
}

/// A number in at most 10 characters.
fn short(x: f64) -> String {
    let plain = format!("{x}");
    if plain.len() <= 10 { plain } else { format!("{x:.4e}") }
}
