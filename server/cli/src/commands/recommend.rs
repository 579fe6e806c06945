//! `aurora recommend`: what to do with each column.

use std::process::ExitCode;

use aurora_advice::Settings;
use aurora_analysis::{Analysis, Column};
use aurora_learning::{Beliefs, ColumnKey};
use serde_json::{Value, json};

use crate::input;
use crate::render::{self, Format, inert};

/// Print what to do with each column.
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
        Format::Json => {
            let columns: Vec<_> = analysis.columns.iter().enumerate().map(to_json).collect();
            render::json(&columns)?;
        }
        Format::Text => print(&analysis),
    }
    Ok(ExitCode::SUCCESS)
}

fn to_json((idx, column): (usize, &Column)) -> Value {
    let alternatives: Vec<Value> =
        column.role.ranked.iter().skip(1).map(|(role, p)| json!({"code": role.as_str(), "p": p})).collect();
    let recommendations: Vec<Value> = column
        .recommendations
        .iter()
        .map(|r| {
            json!({
                "action": r.action,
                "confidence": r.belief.p,
                "class": r.class.as_str(),
                "findings": r.findings,
                "why": r.why,
            })
        })
        .collect();
    let role = column.role.best();
    json!({
        "column": idx,
        "name": column.header.name,
        "role": {"code": role.as_str(), "p": column.role.p(role), "alternatives": alternatives},
        "recommendations": recommendations,
        "values": [],
    })
}

#[allow(clippy::print_stdout)]
fn print(analysis: &Analysis) {
    for (idx, column) in analysis.columns.iter().enumerate() {
        let role = column.role.best();
        println!(
            "{:>3}  {:<24} {} ({:.0} %)",
            idx + 1,
            inert(&column.header.name, 24),
            role.as_str(),
            column.role.p(role) * 100.0
        );
        for r in &column.recommendations {
            println!("       {:>3.0} %  {:<24} {}", r.belief.p * 100.0, r.action, inert(&r.why, 120));
        }
    }
}
