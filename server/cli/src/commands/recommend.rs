//! `aurora recommend`: what to do with each column.

use std::io::Write;
use std::process::ExitCode;

use aurora_advice::purpose::needs_declaring;
use aurora_advice::{Finding, Profile, checks};
use aurora_learning::wording;
use serde_json::{Value, json};

use crate::learning::{StoreArguments, Taught};
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
    store: StoreArguments,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let taught = Taught::open(&arguments.path, &arguments.store)?;
    match arguments.format {
        Format::Json => {
            let findings = audited(&taught);
            let columns: Vec<_> =
                (0..taught.analysis.columns.len()).map(|idx| column_json(&taught, idx, &findings)).collect();
            render::json(&columns)?;
        }
        Format::Text => print(&taught, &mut std::io::stdout().lock())?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What the audit profile finds, with every place.
fn audited(taught: &Taught) -> Vec<Finding> {
    let mut settings = taught.config.config.settings.clone();
    settings.profile = Profile::Audit;
    settings.max_findings = 0;
    taught.analysis.with_table(&settings, checks::run_all).0
}

/// The fields of column `idx` that are thought wrong, in the order of their records.
fn values(findings: &[Finding], idx: usize) -> Vec<Value> {
    let mut suspects: Vec<_> = findings
        .iter()
        .flat_map(|finding| finding.related.iter().map(move |place| (finding.code, place)))
        .filter(|(_, place)| place.field == Some(idx))
        .filter_map(|(code, place)| Some((place.record?, code, place.confidence)))
        .collect();
    suspects.sort_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let to_json =
        |(record, code, confidence)| json!({"record": record, "code": code, "confidence": confidence});
    suspects.into_iter().map(to_json).collect()
}

/// One column's object of `aurora/recommendations`, with how much its category needs declaring.
pub(crate) fn to_json(taught: &Taught, idx: usize) -> Value {
    column_json(taught, idx, &audited(taught))
}

fn column_json(taught: &Taught, idx: usize, findings: &[Finding]) -> Value {
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
        "values": values(findings, idx),
    })
}

fn print(taught: &Taught, out: &mut impl Write) -> std::io::Result<()> {
    for (idx, column) in taught.analysis.columns.iter().enumerate() {
        let (role, p) = &column.role.ranked[0];
        let name = inert(&column.header.name, 24);
        writeln!(out, "{idx:>3}  {name:<24} {} ({})", role.as_str(), wording::percent(*p))?;
        for r in &column.recommendations {
            writeln!(out, "       {:>3.0} %  {:<24} {}", r.belief.p * 100.0, r.action, inert(&r.why, 120))?;
        }
    }
    Ok(())
}
