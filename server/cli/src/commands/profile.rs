//! `aurora profile`: what each column holds.

use std::io::Write;
use std::process::ExitCode;

use aurora_advice::HeaderField;
use aurora_analysis::Streamed;
use aurora_profile::spark::bars;
use aurora_profile::{ColumnProfile, RoleGuess, ValueKind};
use serde_json::{Value, json};

use crate::progress::Progress;
use crate::reading::{ReadArguments, Reading};
use crate::render::{self, Format, Style, inert};
use crate::streamed;

/// Print what each column holds.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// The file, or `-` for standard input.
    path: String,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Threads that summarise; the result is the same for any number. 0 takes one a processor.
    #[arg(long, default_value_t = 0)]
    threads: usize,
    #[command(flatten)]
    read: ReadArguments,
}

/// A column with everything that is shown of it.
struct Column<'a> {
    header: &'a HeaderField,
    profile: &'a ColumnProfile,
    role: &'a RoleGuess,
}

fn columns(table: &Streamed) -> impl Iterator<Item = Column<'_>> {
    let parts = table.headers.iter().zip(&table.profiles).zip(&table.roles);
    parts.map(|((header, profile), role)| Column { header, profile, role })
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let n_threads = match arguments.threads {
        0 => std::thread::available_parallelism().map_or(1, usize::from).min(16),
        n => n,
    };
    let progress = Progress::new("reading");
    let reading = Reading::of_path(&arguments.read, &arguments.path);
    let table = streamed::read(&arguments.path, &reading, true, n_threads, Some(&progress))?;
    drop(progress);
    match arguments.format {
        Format::Json => render::json(&json!({
            "file": arguments.path,
            "records": table.structure.n_records,
            "columns": columns(&table).enumerate().map(|(idx, column)| to_json(idx, &column)).collect::<Vec<_>>(),
        }))?,
        Format::Text => render::page(|out| print(&table, out))?,
    }
    Ok(ExitCode::SUCCESS)
}

fn to_json(idx: usize, column: &Column<'_>) -> Value {
    let profile = column.profile;
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

fn print(table: &Streamed, out: &mut impl Write) -> std::io::Result<()> {
    let style = Style::stdout();
    writeln!(out, "{} records, {} columns", table.structure.n_records, table.headers.len())?;
    let head = format!(
        "{:>4}  {:<24} {:<16} {:>6} {:>9}  {:<20}  {:>10} {:>10} {:>10}",
        "#", "column", "kind", "null", "distinct", "distribution", "min", "median", "max"
    );
    writeln!(out, "{}", style.paint("1", &head))?;
    for (idx, column) in columns(table).enumerate() {
        let profile = column.profile;
        let about = if profile.distinct_error > 0.0 { "~" } else { "" };
        let [min, median, max] = match &profile.numbers {
            Some(n) if profile.kind().is_number() => [n.min, n.median(), n.max].map(short),
            _ => [const { String::new() }; 3],
        };
        // Twenty equal intervals of numbers, or the most frequent values.
        let spark = format!("{:<20}", bars(&profile.spark()));
        writeln!(
            out,
            "{:>4}  {:<24} {:<16} {:>5.0}% {:>9}  {}  {min:>10} {median:>10} {max:>10}",
            idx + 1,
            inert(&column.header.name, 23),
            profile.kind().as_str(),
            profile.null_share() * 100.0,
            format!("{about}{}", profile.distinct),
            style.paint(if profile.is_mostly_numbers() { "36" } else { "33" }, &spark),
        )?;
    }
    Ok(())
}

/// A number in at most 10 characters.
fn short(x: f64) -> String {
    let plain = format!("{x}");
    if plain.len() <= 10 { plain } else { format!("{x:.4e}") }
}
