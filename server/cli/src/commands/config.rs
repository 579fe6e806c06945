//! `aurora config`: what is configured, and what can be.

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context;
use aurora_config::{Config, FileConfig, SETTINGS, Setting, Value};
use serde_json::{Map, Value as Json, json};

use crate::render::{self, Format, Style, inert};
use crate::suppress::quoted;

/// Show what is configured for a file, and what can be.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// Print every setting as it holds for a file, and where it comes from.
    Show {
        /// The file; without one, a file in the current folder.
        path: Option<String>,
        /// Output format.
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Print the JSON Schema of `aurora.toml`.
    Schema,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    match &arguments.command {
        Command::Show { path, format } => show(path.as_deref(), *format)?,
        Command::Schema => {
            let mut out = std::io::stdout().lock();
            serde_json::to_writer_pretty(&mut out, &schema())?;
            writeln!(out)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn show(path: Option<&str>, format: Format) -> anyhow::Result<()> {
    let path = path.unwrap_or("file.csv");
    let source = aurora_config::find(Path::new(path));
    let config = match &source {
        Some(source) => {
            let (config, complaints) = aurora_config::load(source);
            for complaint in complaints {
                eprintln!("aurora: {}: {}", source.display(), complaint.message);
            }
            config.for_file(&crate::configured::relative(path, source))
        }
        None => Config::default().for_file(path),
    };
    if format == Format::Json {
        let settings: Map<String, Json> = SETTINGS
            .iter()
            .map(|setting| {
                let given = given(&config, setting);
                let value = given.map_or_else(|| default(setting), |value| Ok(to_json(value)));
                Ok((setting.key.to_owned(), json!({"value": value?, "configured": given.is_some()})))
            })
            .collect::<anyhow::Result<_>>()?;
        return render::json(&json!({"file": source, "settings": settings}));
    }
    let mut out = std::io::stdout().lock();
    let style = Style::stdout();
    let source = source.map_or("none found; these are the defaults".to_owned(), |s| s.display().to_string());
    writeln!(out, "{}", style.paint("2", &format!("# configuration file: {source}")))?;
    for setting in SETTINGS {
        match (given(&config, setting), setting.default) {
            (Some(value), _) => writeln!(out, "{} = {}", style.paint("1", setting.key), to_toml(value))?,
            (None, "") => writeln!(out, "{}", style.paint("2", &format!("# {} is not set", setting.key)))?,
            (None, value) => {
                writeln!(out, "{} = {value}  {}", setting.key, style.paint("2", "# default"))?;
            }
        }
    }
    for suppression in &config.config.suppressions {
        let of =
            suppression.column.as_deref().map_or(String::new(), |name| format!(" of {}", inert(name, 60)));
        writeln!(out, "# suppressed{of}: {}", suppression.ignore.join(", "))?;
    }
    Ok(())
}

/// What the configuration says of `setting`; nothing when its default holds.
fn given<'a>(config: &'a FileConfig, setting: &Setting) -> Option<&'a Value> {
    config.config.given.iter().rev().find(|(key, _)| *key == setting.key).map(|(_, value)| value)
}

fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(flag) => json!(flag),
        Value::Integer(n) => json!(n),
        Value::Number(x) => json!(x),
        Value::Text(text) => json!(text),
        Value::List(list) => json!(list),
    }
}

fn to_toml(value: &Value) -> String {
    match value {
        Value::Bool(flag) => flag.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Number(x) => format!("{x:?}"),
        Value::Text(text) => quoted(text),
        Value::List(list) => {
            format!("[{}]", list.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
        }
    }
}

/// The default of `setting`; its TOML is JSON as well.
fn default(setting: &Setting) -> anyhow::Result<Json> {
    if setting.default.is_empty() {
        return Ok(Json::Null);
    }
    serde_json::from_str(setting.default).with_context(|| format!("the default of {}", setting.key))
}

/// The JSON Schema of `aurora.toml`.
fn schema() -> Json {
    let codes = json!({"type": "array", "items": {"type": "string"}});
    let suppression = |with_column: bool| {
        let mut properties = json!({
            "path": {"type": "string", "description": "A glob of the files, seen from the configuration file."},
            "ignore": codes,
        });
        if with_column {
            properties["column"] =
                json!({"type": "string", "description": "The column, as the header writes it."});
        }
        json!({
            "type": "object",
            "properties": properties,
            "required": ["ignore"],
            "additionalProperties": false,
        })
    };
    let mut top = properties(|_| true);
    let mut of_paths = properties(|setting| setting.per_path);
    of_paths.insert("path".to_owned(), json!({"type": "string", "description": "A glob of the files."}));
    top.insert(
        "override".to_owned(),
        json!({
            "type": "array",
            "description": "Settings that differ for some paths; later ones win.",
            "items": {
                "type": "object",
                "properties": of_paths,
                "required": ["path"],
                "additionalProperties": false,
            },
        }),
    );
    top.insert(
        "suppress".to_owned(),
        json!({
            "type": "array",
            "description": "Findings that are not wanted, of some files or columns.",
            "items": suppression(true),
        }),
    );
    top.insert(
        "columns".to_owned(),
        json!({
            "type": "object",
            "description": "Findings that are not wanted, by the name of the column.",
            "additionalProperties": suppression(false),
        }),
    );
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "aurora.toml",
        "type": "object",
        "properties": top,
        "additionalProperties": false,
    })
}

/// The settings that are `wanted`, those of a section within it.
fn properties(wanted: impl Fn(&Setting) -> bool) -> Map<String, Json> {
    let mut all = Map::new();
    for setting in SETTINGS.iter().filter(|setting| wanted(setting)) {
        let mut shape = setting.shape.json_schema();
        shape["description"] = json!(setting.doc);
        if let Ok(default) = default(setting)
            && !default.is_null()
        {
            shape["default"] = default;
        }
        match setting.key.split_once('.') {
            None => all.insert(setting.key.to_owned(), shape),
            Some((section, key)) => {
                let section = all.entry(section).or_insert_with(
                    || json!({"type": "object", "properties": {}, "additionalProperties": false}),
                );
                section["properties"][key] = shape;
                None
            }
        };
    }
    all
}
