//! `aurora correct`: answer about a column, as one would in an editor.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use aurora_learning::{Correction, Kind, Scope, Target};
use aurora_privacy::ColumnStatistics;
use aurora_store::{Evidence, today};

use crate::commands::recommend;
use crate::learning::{StoreArguments, Taught, action_of};
use crate::reading::ReadArguments;
use crate::render;

/// How long to wait for the disk.
const PATIENCE: Duration = Duration::from_secs(20);

/// Answer about a column: what is learned from it shows in the next recommendation.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    /// The file.
    path: String,
    /// The column: its name, or its number counted from 0 as in the JSON of `aurora recommend`.
    #[arg(long, value_name = "N|NAME")]
    column: String,
    /// What the answer is about: role, transform, check or value.
    #[arg(long, value_parser = word(Target::from_word, Target::ALL.iter().map(|t| t.as_str())))]
    target: Target,
    /// The role, transform or check that was asked about.
    #[arg(long, value_name = "CODE")]
    action: String,
    /// The answer: accept, dismiss, override, undo or manual. Of a value: accept = it is wrong, dismiss = it is right.
    #[arg(long, value_parser = word(Kind::from_word, Kind::ALL.iter().map(|k| k.as_str())))]
    kind: Kind,
    /// What was wanted instead (override, manual).
    #[arg(long, value_name = "CODE")]
    wanted: Option<String>,
    /// The data record of the value, from 0. It is not stored.
    #[arg(long, value_name = "R")]
    record: Option<u64>,
    /// How far it reaches: this column, columns alike, or all.
    #[arg(long, default_value = "alike", value_parser = word(Scope::from_word, Scope::ALL.iter().map(|s| s.as_str())))]
    scope: Scope,
    #[command(flatten)]
    read: ReadArguments,
    #[command(flatten)]
    store: StoreArguments,
}

/// Parses a word of a closed list.
fn word<T: Clone + Send + Sync + 'static>(
    of: fn(&str) -> Option<T>,
    words: impl Iterator<Item = &'static str>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    let words = words.collect::<Vec<_>>().join(", ");
    move |text| of(text).ok_or_else(|| format!("one of {words}"))
}

/// Runs the command and prints the column's recommendations as they are now.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let taught = Taught::open(&arguments.path, &arguments.read, &arguments.store)?;
    let idx = taught.column(&arguments.column)?;
    let records = taught.analysis.structure.n_records;
    if arguments.record.is_some_and(|record| record >= records) {
        bail!("there is no such record; the file has {records}");
    }
    let asked = action_of(arguments.target, &arguments.action)?;
    let wanted = arguments.wanted.as_deref().map(|code| action_of(arguments.target, code)).transpose()?;
    if arguments.kind == Kind::Override && wanted.is_none() {
        bail!("an override needs --wanted");
    }
    let mut key = taught.analysis.columns[idx].key;
    if let (Target::Value, Some(record)) = (arguments.target, arguments.record) {
        key.value = taught.candidates().facts(idx, record).map(|facts| facts.look);
    }
    let correction = Correction {
        day: today(),
        key,
        target: arguments.target,
        asked,
        kind: arguments.kind,
        scope: arguments.scope,
        wanted,
    };
    let n_columns = taught.analysis.columns.len() as u64;
    let evidence = taught.learner.wants_evidence(&key, records, n_columns).then(|| {
        let read = |table: &aurora_advice::TableView<'_>| ColumnStatistics::read(table.source, idx);
        let statistics = taught.analysis.with_table(&taught.config.config.settings, read);
        Evidence { n_records: records, n_columns, statistics }
    });
    taught.learner.correct(&correction, evidence).wait(PATIENCE).context("the answer was not kept")?;
    // The file is not read again: standard input cannot be, and another may have changed a file meanwhile.
    let taught = taught.anew(&arguments.store);
    render::json(&recommend::to_json(&taught, idx))?;
    Ok(ExitCode::SUCCESS)
}
