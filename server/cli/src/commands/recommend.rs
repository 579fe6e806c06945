//! `aurora recommend`: what to do with each column.

use std::io::Write;
use std::process::ExitCode;

use aurora_advice::purpose::needs_declaring;
use aurora_analysis::Suspect;
use aurora_learning::wording;
use serde_json::{Value, json};

use crate::learning::{StoreArguments, Taught};
use crate::reading::ReadArguments;
use crate::render::{self, Format, inert};

/// Print what to do with each column.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// The file, or `-` for standard input.
    path: String,
    /// Output format.
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    read: ReadArguments,
    #[command(flatten)]
    store: StoreArguments,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let taught = Taught::open(&arguments.path, &arguments.read, &arguments.store)?;
    match arguments.format {
        Format::Json => {
            let columns: Vec<_> =
                (0..taught.analysis.columns.len()).map(|idx| to_json(&taught, idx)).collect();
            render::json(&columns)?;
        }
        Format::Text => render::page(|out| print(&taught, out))?,
    }
    Ok(ExitCode::SUCCESS)
}

/// One column's object of `aurora/recommendations`, with how much its category needs declaring.
pub(crate) fn to_json(taught: &Taught, idx: usize) -> Value {
    let column = &taught.analysis.columns[idx];
    let roles = &column.role.ranked;
    let alternatives: Vec<Value> =
        roles.iter().skip(1).map(|(role, p)| json!({"code": role.as_str(), "p": p})).collect();
    let recommendations: Vec<Value> = column
        .recommendations
        .iter()
        .map(|r| {
            json!({
                "action": r.action,
                "confidence": r.belief.p,
                "lower": r.belief.lower,
                "class": r.class.as_str(),
                "findings": r.findings,
                "why": r.why,
                "because": wording::why(&r.belief, column.key.group, None, None),
            })
        })
        .collect();
    let (role, p) = &roles[0];
    let suspects = taught.candidates().suspects(idx, &column.key, &taught.learner.learned().beliefs);
    json!({
        "column": idx,
        "name": column.header.name,
        "role": {
            "code": role.as_str(),
            "p": p,
            "alternatives": alternatives,
            "declare": needs_declaring(&column.profile, &column.role),
        },
        "recommendations": recommendations,
        "values": suspects_json(&suspects.wrong),
        "ask": suspects_json(&suspects.ask),
    })
}

fn suspects_json(suspects: &[Suspect]) -> Vec<Value> {
    suspects
        .iter()
        .map(
            |suspect| json!({"record": suspect.record, "code": suspect.code, "confidence": suspect.belief.p}),
        )
        .collect()
}

fn print(taught: &Taught, out: &mut impl Write) -> std::io::Result<()> {
    for (idx, column) in taught.analysis.columns.iter().enumerate() {
        let (role, p) = &column.role.ranked[0];
        let name = inert(&column.header.name, 24);
        writeln!(out, "{idx:>3}  {name:<24} {} ({})", role.as_str(), wording::sureness(*p))?;
        for r in &column.recommendations {
            writeln!(
                out,
                "       {:>5}  {:<24} {}",
                wording::sureness(r.belief.p),
                r.action,
                inert(&r.why, 120)
            )?;
        }
    }
    Ok(())
}
