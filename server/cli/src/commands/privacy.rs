//! `aurora privacy`: what is kept, what protects it, and how to be rid of it.

use std::process::ExitCode;

use anyhow::bail;
use aurora_learning::wording::date;
use aurora_learning::{StoredAnswer, name_group};
use aurora_privacy::{LiveCell, NOT_CLAIMED, Scope, proof};
use aurora_store::{ColumnReport, FileReport, Learner, Report};
use aurora_team::told;
use serde_json::{Value, json};

use crate::commands::rules::print;
use crate::commands::team;
use crate::configured::Configured;
use crate::learning::{StoreArguments, code_of, file_key};
use crate::render::{self, Format};

/// Show what is kept, prove what protects it, and forget it.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    /// Output format.
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Command {
    /// Show what is kept, file by file (what no command does too).
    Report {
        /// Files to show; all without any.
        files: Vec<String>,
    },
    /// Run the exact test of the mechanism. Exit status 0 only if the claim holds.
    Prove,
    /// Write all that is kept as JSON.
    Export,
    /// Delete a file's answers and empty what was drawn from it. What was spent stays spent.
    Forget {
        /// The file.
        #[arg(required_unless_present = "all")]
        file: Option<String>,
        /// Everything of every file.
        #[arg(long)]
        all: bool,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let command = arguments.command.clone().unwrap_or(Command::Report { files: Vec::new() });
    if matches!(command, Command::Prove) {
        return prove(arguments.format);
    }
    let mut configured = Configured::new(false);
    let learner = arguments.store.open(&configured.for_file("-"));
    match command {
        Command::Report { files } => {
            let mut report = learner.report()?;
            if !files.is_empty() {
                let wanted: Vec<_> = files
                    .iter()
                    .filter_map(|path| file_key(&learner, path, &configured.for_file(path)).lineage)
                    .collect();
                report.files.retain(|file| wanted.contains(&file.lineage));
                report
                    .at_rest
                    .answers
                    .retain(|one| one.answer.place.is_some_and(|p| wanted.contains(&p.lineage)));
            }
            let named = |report: &Report| {
                report.files.iter().map(|file| name(file, &files, &learner)).collect::<Vec<_>>()
            };
            match arguments.format {
                Format::Json => render::json(&to_json(&report, &named(&report)))?,
                Format::Text => {
                    let team = arguments.store.team().and_then(|team| team.status().ok().flatten());
                    let team = team.map(|status| told::rests(&status)).unwrap_or_default();
                    print(&(text(&report, &named(&report), &learner) + &team))?
                }
            }
        }
        Command::Export => {
            let report = learner.report()?;
            let names: Vec<_> = report.files.iter().map(|file| name(file, &[], &learner)).collect();
            render::json(&to_json(&report, &names))?;
        }
        Command::Forget { file, all } => {
            let n = match file {
                None if all => learner.forget_all()?,
                Some(path) if !all => {
                    let file = file_key(&learner, &path, &configured.for_file(&path));
                    let known = learner.report()?.files;
                    if !known.iter().any(|one| Some(one.lineage) == file.lineage) {
                        bail!(
                            "nothing is kept of {path}; `aurora privacy` lists what is, and `--all` forgets all of it"
                        );
                    }
                    learner.forget_file(&file)?
                }
                _ => bail!("pass a file or --all, not both"),
            };
            let team = team::forget(&arguments.store)?;
            match arguments.format {
                Format::Json => render::json(&json!({"forgotten": n, "team": team}))?,
                Format::Text => {
                    let also = team.map_or_else(String::new, |team| format!("; {team}"));
                    print(&format!(
                        "forgot {n} answers; what was spent of the privacy budget stays spent{also}"
                    ))?
                }
            }
        }
        Command::Prove => {}
    }
    Ok(ExitCode::SUCCESS)
}

fn prove(format: Format) -> anyhow::Result<ExitCode> {
    let proof = proof::prove();
    let holds = proof.holds();
    match format {
        Format::Json => render::json(&json!({
            "sampler": {"rates_milli": proof.rates, "largest_error": proof.sampler_error, "allowed": 1e-13},
            "tables": proof.tables.iter().map(|t| json!({
                "columns": t.n_columns,
                "max_records": t.max_records,
                "pairs": t.n_pairs,
                "largest_log_ratio": t.worst(),
            })).collect::<Vec<_>>(),
            "claimed": 0.9,
            "holds": holds,
        }))?,
        Format::Text => {
            let mut text = format!(
                "(a) sampler: probabilities along its decision tree against c·exp(−|z|·e/4000), e in {:?} thousandths\n    largest difference {:.1e} (allowed 1e-13)\n(b) all small tables, every substitution of a record, every output with the clamp cells, in integers\n",
                proof.rates, proof.sampler_error
            );
            for t in &proof.tables {
                text += &format!(
                    "    {} column{}, up to {} records: {} pairs of neighbouring columns, largest log-ratio {:.6}\n",
                    t.n_columns,
                    if t.n_columns == 1 { "" } else { "s" },
                    t.max_records,
                    t.n_pairs,
                    t.worst()
                );
            }
            text +=
                if holds { "the claim holds: ε ≤ 0.9, pure, for life" } else { "THE CLAIM DOES NOT HOLD" };
            print(&text)?;
        }
    }
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What we call a file: the path it was asked for by, else the beginning of its keyed hash.
fn name(file: &FileReport, files: &[String], learner: &Learner) -> String {
    let mut configured = Configured::new(false);
    let asked = files
        .iter()
        .find(|path| file_key(learner, path, &configured.for_file(path)).lineage == Some(file.lineage));
    asked.cloned().unwrap_or_else(|| {
        file.lineage.0[..4].iter().fold("file ".to_owned(), |hex, byte| format!("{hex}{byte:02x}"))
    })
}

fn thousandths(meps: u32) -> String {
    format!("{:.3}", f64::from(meps) / 1000.0)
}

fn buckets(column: &ColumnReport) -> String {
    column.buckets.map_or_else(|| "nothing (forgotten)".to_owned(), LiveCell::words)
}

fn question(one: &StoredAnswer) -> String {
    let answer = &one.answer;
    let place = answer.place.map_or_else(String::new, |place| format!("column {}, ", place.column + 1));
    let group =
        name_group::label(answer.group).map_or_else(String::new, |label| format!("named like \"{label}\", "));
    let wanted = answer.wanted.map_or_else(String::new, |wanted| format!(", wanted: {}", code_of(wanted)));
    let scope = if answer.scope == Scope::Alike { "" } else { answer.scope.as_str() };
    let scope = if scope.is_empty() { String::new() } else { format!(" ({scope})") };
    format!(
        "{}  {place}{group}{}: {} → {}{wanted}{scope}",
        date(answer.day),
        answer.target.as_str(),
        code_of(answer.asked),
        answer.kind.as_str()
    )
}

fn text(report: &Report, names: &[String], learner: &Learner) -> String {
    let mut text = format!(
        "{}\n\nDrawn from your data, ε-differentially private (ε ≤ 0.9 a file, for life)\n",
        learner.status()
    );
    if report.files.is_empty() {
        text += "  nothing\n";
    }
    for (file, name) in report.files.iter().zip(names) {
        let (used, cap) = (thousandths(file.used_meps), thousandths(file.cap_meps));
        let rest = thousandths(file.cap_meps.saturating_sub(file.used_meps));
        text += &format!("  {name}: ε = {used} of {cap} used, {rest} remains\n");
        for column in &file.columns {
            // People count from 1; the JSON counts from 0.
            let number = column.column + 1;
            text += &format!("    column {number}: {} (ε = {})\n", buckets(column), thousandths(column.meps));
        }
    }
    text += "\nYour answers, as you gave them, not noised\n";
    if report.at_rest.answers.is_empty() {
        text += "  none\n";
    }
    for one in &report.at_rest.answers {
        text += &format!("  {}\n", question(one));
    }
    text += "\nNot claimed\n";
    for line in NOT_CLAIMED {
        text += &format!("  - {line}\n");
    }
    text.trim_end().to_owned()
}

fn to_json(report: &Report, names: &[String]) -> Value {
    let files: Vec<_> = report
        .files
        .iter()
        .zip(names)
        .map(|(file, name)| {
            json!({
                "file": name,
                "epsilon_used": f64::from(file.used_meps) / 1000.0,
                "epsilon_cap": f64::from(file.cap_meps) / 1000.0,
                "columns": file.columns.iter().map(|column| json!({
                    "column": column.column,
                    "epsilon": f64::from(column.meps) / 1000.0,
                    "day": date(column.day),
                    "buckets": column.buckets.map(|b| json!({
                        "kind": b.kind, "nulls": b.nulls, "skew": b.skew, "distinct": b.distinct, "words": b.words(),
                    })),
                })).collect::<Vec<_>>(),
            })
        })
        .collect();
    let answers: Vec<_> = report
        .at_rest
        .answers
        .iter()
        .map(|one| {
            let answer = &one.answer;
            json!({
                "day": date(answer.day),
                "column": answer.place.map(|place| place.column),
                "group": name_group::label(answer.group),
                "target": answer.target.as_str(),
                "asked": code_of(answer.asked),
                "kind": answer.kind.as_str(),
                "scope": answer.scope.as_str(),
                "wanted": answer.wanted.map(code_of),
            })
        })
        .collect();
    json!({"files": files, "answers_as_given_not_noised": answers, "not_claimed": NOT_CLAIMED})
}
