//! `aurora recipe`: what was done to a table, replayed on the next one, or written as code.

use std::io::Write;
use std::process::ExitCode;

use anyhow::{Context, bail};
use aurora_advice::{Settings, Target as ApplyTo};
use aurora_analysis::Analysis;
use aurora_learning::{Beliefs, ColumnKey};
use aurora_recipe::{Operation, Recipe, Step, Target, apply, export, file};

use crate::commands::fix;
use crate::input;
use crate::output::Output;
use crate::reading::{ReadArguments, Reading};
use crate::render::inert;

/// Show, replay and export recipes: what was done to a table.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Fit transforms to a file, one after the other, and print the recipe; the file stays as it is.
    New {
        /// The file.
        path: String,
        /// A transform and its column, for example `log1p-column=amount`; `file` transforms stand alone. A `!` at the
        /// end replaces the column's values instead of adding a column.
        #[arg(required = true, value_name = "TRANSFORM[=COLUMN][!]")]
        steps: Vec<String>,
        #[command(flatten)]
        read: ReadArguments,
    },
    /// Print the steps of a recipe.
    Show {
        /// The recipe.
        recipe: String,
    },
    /// Do to a file what the recipe says.
    Apply {
        /// The recipe.
        recipe: String,
        /// The file, or `-` for standard input.
        path: String,
        /// Where to write; standard output when absent. The file appears when all is written.
        #[arg(long)]
        output: Option<String>,
        /// Write also what cannot be written back as it was: bytes that could not be decoded are lost.
        #[arg(long)]
        r#unsafe: bool,
        #[command(flatten)]
        read: ReadArguments,
    },
    /// Print the recipe as code; exit with 1 when a step had to be left out, which the code says.
    Export {
        /// The recipe.
        recipe: String,
        /// The tool.
        #[arg(long, value_enum)]
        to: Tool,
    },
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Tool {
    /// Python with pandas.
    Pandas,
    /// Python with Polars.
    Polars,
    /// A pipeline of scikit-learn.
    Sklearn,
    /// SQL of DuckDB.
    Duckdb,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::New { path, steps, read } => new(path, steps, &Reading::of_path(read, path))?,
        Command::Show { recipe } => show(&read(recipe)?)?,
        Command::Apply { recipe, path, output, r#unsafe, read: told } => {
            let (recipe, reading) = (read(recipe)?, Reading::of_path(told, path));
            replay(&recipe, path, output.as_deref(), *r#unsafe, &reading)?;
        }
        Command::Export { recipe, to } => return write_code(&read(recipe)?, *to),
    }
    Ok(ExitCode::SUCCESS)
}

fn read(path: &str) -> anyhow::Result<Recipe> {
    if path != "-" && std::fs::metadata(path).is_ok_and(|facts| facts.len() > file::MAX_BYTES) {
        bail!("{path} is no recipe: larger than {} MiB", file::MAX_BYTES >> 20);
    }
    let text = String::from_utf8(input::read(path)?).with_context(|| format!("{path} is no recipe"))?;
    file::read(&text).map_err(|error| anyhow::anyhow!("{path} is no recipe that can be read: {error}"))
}

fn new(path: &str, steps: &[String], reading: &Reading) -> anyhow::Result<()> {
    let mut opened = input::open(path, reading)?;
    let facts = opened.document.snapshot().file.as_ref().clone();
    let settings = Settings { select: vec!["structure".to_owned()], ..Settings::default() };
    let mut recipe: Option<Recipe> = None;
    for wanted in steps {
        let (wanted, in_place) =
            wanted.strip_suffix('!').map_or((wanted.as_str(), false), |rest| (rest, true));
        let (code, column) =
            wanted.split_once('=').map_or((wanted, None), |(code, column)| (code, Some(column)));
        if aurora_advice::transforms::find(code).is_none() {
            bail!("no transform is called {code}; `aurora explain` lists them");
        }
        let snapshot = opened.document.snapshot();
        let analysis =
            Analysis::of(&snapshot, &settings, &Beliefs::default(), &|_, _, _| ColumnKey::default());
        let done = analysis.with_table(&settings, |table| -> anyhow::Result<_> {
            recipe.get_or_insert_with(|| Recipe::of(table));
            let target = match column {
                None => ApplyTo::File,
                Some(name) => {
                    let found = table.columns.iter().find(|column| column.header.name == name);
                    let idx = found.with_context(|| format!("there is no column {name}"))?.idx;
                    if in_place { ApplyTo::InPlace(idx) } else { ApplyTo::Column(idx) }
                }
            };
            let step = Step::of(table, code, target)
                .with_context(|| format!("{code} does not apply to {}", column.unwrap_or("the file")))?;
            let transform = aurora_advice::transforms::find(code);
            Ok((step, transform.map(|transform| transform.edits(table, target)).unwrap_or_default()))
        });
        let (step, edits) = done?;
        recipe.get_or_insert_with(Recipe::default).steps.push(step);
        opened.text = aurora_text::edit::apply(&opened.text, &edits);
        let delimiter = snapshot.detection.dialect.delimiter;
        opened.document = input::document(&opened.text, facts.clone(), Some(delimiter));
    }
    let text = file::write(&recipe.unwrap_or_default());
    std::io::stdout().lock().write_all(text.as_bytes())?;
    Ok(())
}

fn show(recipe: &Recipe) -> anyhow::Result<()> {
    let mut out = std::io::stdout().lock();
    for (n, step) in recipe.steps.iter().enumerate() {
        write!(out, "{:>3}  {}", n + 1, inert(&step.describe(), 200))?;
        for (name, value) in &step.parameters {
            let value = match value {
                aurora_recipe::Parameter::Text(text) => text.clone(),
                aurora_recipe::Parameter::List(list) => list.join(", "),
            };
            write!(out, "  {name}={}", inert(&value, 60))?;
        }
        if !step.values.is_empty() {
            write!(out, "  {} literals", step.values.len())?;
        }
        if step.operation() == Operation::Other {
            write!(out, "  (cannot be exported)")?;
        }
        writeln!(out)?;
    }
    Ok(())
}

fn replay(
    recipe: &Recipe,
    path: &str,
    output: Option<&str>,
    allow_unsafe: bool,
    reading: &Reading,
) -> anyhow::Result<()> {
    let opened = input::open(path, reading)?;
    fix::refuse_loss(&opened, allow_unsafe).with_context(|| format!("cannot apply a recipe to {path}"))?;
    let facts = opened.document.snapshot().file.as_ref().clone();
    let pinned = reading.delimiter.map(|_| opened.document.snapshot().detection.dialect);
    let applied = apply(recipe, &opened.text, &facts, pinned)
        .map_err(|error| anyhow::anyhow!("{path}: {error}; nothing was written"))?;
    for n in applied.idle {
        eprintln!("aurora: step {} ({}) found nothing to do", n + 1, inert(&recipe.steps[n].describe(), 200));
    }
    let bytes = fix::encode(&opened, &applied.text)?;
    let Some(output) = output else {
        std::io::stdout().lock().write_all(&bytes)?;
        return Ok(());
    };
    let written = Output::to(output)?;
    written.file().write_all(&bytes).with_context(|| format!("cannot write {output}"))?;
    written.finish()
}

fn write_code(recipe: &Recipe, tool: Tool) -> anyhow::Result<ExitCode> {
    let target = match tool {
        Tool::Pandas => Target::Pandas,
        Tool::Polars => Target::Polars,
        Tool::Sklearn => Target::ScikitLearn,
        Tool::Duckdb => Target::DuckDb,
    };
    let exported = export(recipe, target).map_err(anyhow::Error::msg)?;
    std::io::stdout().lock().write_all(exported.code.as_bytes())?;
    for (n, reason) in &exported.left_out {
        eprintln!("aurora: step {} is left out: {}", n + 1, inert(reason, 300));
    }
    Ok(ExitCode::from(u8::from(!exported.left_out.is_empty())))
}
