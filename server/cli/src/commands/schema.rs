//! `aurora schema`: the schema of a table.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use aurora_advice::Settings;
use aurora_analysis::Analysis;
use aurora_learning::{Beliefs, ColumnKey};

use crate::input;
use crate::reading::{ReadArguments, Reading};

/// Write the schema that a table keeps to.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Print a Table Schema (frictionless) of a file; as `FILE.schema.json` beside it, `aurora check` holds the file to it.
    Infer {
        /// The file, or `-` for standard input.
        path: String,
        /// Where to write, instead of standard output; an existing file is not replaced.
        #[arg(long, value_name = "FILE")]
        output: Option<PathBuf>,
        #[command(flatten)]
        read: ReadArguments,
    },
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let Command::Infer { path, output, read } = &arguments.command;
    let opened = input::open(path, &Reading::of_path(read, path))?;
    let settings = Settings { select: vec!["structure".to_owned()], ..Settings::default() };
    let snapshot = opened.document.snapshot();
    let analysis = Analysis::of(&snapshot, &settings, &Beliefs::default(), &|_, _, _| ColumnKey::default());
    let schema = analysis.with_table(&settings, aurora_schema::infer);
    let text = serde_json::to_string_pretty(&schema)? + "\n";
    match output {
        None => std::io::stdout().lock().write_all(text.as_bytes())?,
        Some(output) => {
            // A schema is often mended by hand: it is never lost to a second run.
            let file = std::fs::File::options().write(true).create_new(true).open(output);
            file.and_then(|mut file| file.write_all(text.as_bytes()))
                .with_context(|| format!("cannot write {}", output.display()))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
