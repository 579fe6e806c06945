//! A recipe as plain text: TOML, with a word at its top on what it holds.

use std::fmt::Write;

use toml::de::{DeTable, DeValue};

use crate::{Parameter, Recipe, Step, Table};

/// What stands at the top of every recipe.
const NOTICE: &str = "# A recipe of AURORA: what was done to a table, to be done to the next one of the kind.\n\
    # It holds column names and values of that table: keep it only where the table itself may be kept.\n\
    # `aurora recipe apply THIS FILE` replays it, `aurora recipe export THIS --to pandas` writes it as code.\n";

/// The version of the format.
const VERSION: i64 = 1;

/// A recipe larger than this is not read.
pub const MAX_BYTES: u64 = 16 << 20;

/// Writes `recipe`.
pub fn write(recipe: &Recipe) -> String {
    let Table { delimiter, quote, encoding, skip_lines, columns } = &recipe.table;
    let mut out = format!(
        "{NOTICE}\nrecipe = {VERSION}\n\n[table]\ndelimiter = {}\nquote = {}\nencoding = {}\nskip-lines = {skip_lines}\n\
         columns = {}\n",
        quoted(delimiter),
        quoted(quote),
        quoted(encoding),
        list(columns),
    );
    for step in &recipe.steps {
        let _ = write!(out, "\n[[step]]\ntransform = {}\n", quoted(&step.transform));
        if let Some(column) = &step.column {
            let _ = writeln!(out, "column = {}", quoted(column));
        }
        for (key, holds) in [("per-record", step.per_record), ("in-place", step.in_place)] {
            if holds {
                let _ = writeln!(out, "{key} = true");
            }
        }
        if !step.names.is_empty() {
            let _ = writeln!(out, "names = {}", list(&step.names));
        }
        for (name, value) in &step.parameters {
            let value = match value {
                Parameter::Text(text) => quoted(text),
                Parameter::List(values) => list(values),
            };
            let _ = writeln!(out, "parameters.{name} = {value}");
        }
        if !step.values.is_empty() {
            out.push_str("values = [\n");
            for (from, to) in &step.values {
                let _ = writeln!(out, "  [{}, {}],", quoted(from), quoted(to));
            }
            out.push_str("]\n");
        }
    }
    out
}

/// Reads a recipe; a message says what is wrong in it.
pub fn read(text: &str) -> Result<Recipe, String> {
    let table = DeTable::parse(text).map_err(|error| error.message().to_owned())?;
    let top = table.get_ref();
    match top.get("recipe").map(|value| value.get_ref()) {
        Some(DeValue::Integer(n)) if n.as_str() == VERSION.to_string() => {}
        Some(DeValue::Integer(n)) => {
            return Err(format!("it is of version {n}, and this program reads version {VERSION}"));
        }
        _ => return Err("it does not begin with `recipe = 1`".to_owned()),
    }
    let mut recipe = Recipe::default();
    if let Some(DeValue::Table(table)) = top.get("table").map(|value| value.get_ref()) {
        let text =
            |key: &str, default: &str| table.get(key).map_or(Ok(default.to_owned()), |v| string(v, key));
        recipe.table = Table {
            delimiter: text("delimiter", ",")?,
            quote: text("quote", "\"")?,
            encoding: text("encoding", "utf-8")?,
            skip_lines: match table.get("skip-lines").map(|value| value.get_ref()) {
                Some(DeValue::Integer(n)) => n.as_str().parse().map_err(|_| "skip-lines is no count")?,
                _ => 0,
            },
            columns: table.get("columns").map_or(Ok(Vec::new()), |value| strings(value, "columns"))?,
        };
    }
    let steps = match top.get("step").map(|value| value.get_ref()) {
        Some(DeValue::Array(steps)) => steps,
        None => return Ok(recipe),
        Some(_) => return Err("step is no list of tables".to_owned()),
    };
    for (n, step) in steps.iter().enumerate() {
        let DeValue::Table(step) = step.get_ref() else { return Err("a step is no table".to_owned()) };
        recipe.steps.push(read_step(step).map_err(|error| format!("step {}: {error}", n + 1))?);
    }
    Ok(recipe)
}

type Value<'a> = toml::Spanned<DeValue<'a>>;

fn read_step(table: &DeTable<'_>) -> Result<Step, String> {
    let mut step = Step::default();
    for (key, value) in table {
        match key.get_ref().as_ref() {
            "transform" => step.transform = string(value, "transform")?,
            "column" => step.column = Some(string(value, "column")?),
            "per-record" => step.per_record = truth(value, "per-record")?,
            "in-place" => step.in_place = truth(value, "in-place")?,
            "names" => step.names = strings(value, "names")?,
            "values" => step.values = pairs(value)?,
            "parameters" => {
                let DeValue::Table(table) = value.get_ref() else {
                    return Err("parameters is no table".to_owned());
                };
                for (name, value) in table {
                    let name = name.get_ref().to_string();
                    let value = match value.get_ref() {
                        DeValue::Array(_) => Parameter::List(strings(value, &name)?),
                        _ => Parameter::Text(string(value, &name)?),
                    };
                    step.parameters.push((name, value));
                }
            }
            unknown => return Err(format!("a step has no {unknown}")),
        }
    }
    if aurora_advice::transforms::find(&step.transform).is_none() {
        return Err(format!("no transform is called {:?}; `aurora explain` lists them", step.transform));
    }
    Ok(step)
}

fn string(value: &Value<'_>, key: &str) -> Result<String, String> {
    match value.get_ref() {
        DeValue::String(text) => Ok(text.to_string()),
        _ => Err(format!("{key} is no text")),
    }
}

fn truth(value: &Value<'_>, key: &str) -> Result<bool, String> {
    match value.get_ref() {
        DeValue::Boolean(holds) => Ok(*holds),
        _ => Err(format!("{key} is neither true nor false")),
    }
}

fn strings(value: &Value<'_>, key: &str) -> Result<Vec<String>, String> {
    match value.get_ref() {
        DeValue::Array(values) => values.iter().map(|value| string(value, key)).collect(),
        _ => Err(format!("{key} is no list")),
    }
}

fn pairs(value: &Value<'_>) -> Result<Vec<(String, String)>, String> {
    let DeValue::Array(entries) = value.get_ref() else { return Err("values is no list".to_owned()) };
    entries
        .iter()
        .map(|entry| match strings(entry, "an entry of values")?.as_slice() {
            [from, to] => Ok((from.clone(), to.clone())),
            _ => Err("an entry of values has two texts: the old value and the new one".to_owned()),
        })
        .collect()
}

fn list(values: &[String]) -> String {
    format!("[{}]", values.iter().map(|value| quoted(value)).collect::<Vec<_>>().join(", "))
}

/// `text` as a basic string of TOML.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let step = Step {
            transform: "merge-categories".to_owned(),
            column: Some("a \"b\"\n\u{202e}".to_owned()),
            in_place: true,
            names: vec!["x".to_owned()],
            parameters: vec![
                ("formats".to_owned(), Parameter::List(vec!["%d/%m/%Y".to_owned()])),
                ("lambda".to_owned(), Parameter::Text("0.5".to_owned())),
            ],
            values: vec![("Rome ".to_owned(), "Rome".to_owned()), (String::new(), "\\".to_owned())],
            ..Step::default()
        };
        let mut recipe = Recipe { steps: vec![step], ..Recipe::default() };
        recipe.table.columns = vec!["a".to_owned(), "ö".to_owned()];
        let text = write(&recipe);
        assert!(text.starts_with("# A recipe") && text.contains("holds column names and values"));
        assert_eq!(read(&text), Ok(recipe));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_step() {
        for (text, said) in [
            ("", "recipe = 1"),
            ("recipe = 2", "version 2"),
            ("recipe = 1\n[[step]]\ntransform = \"nonsense\"", "step 1: no transform is called \"nonsense\""),
            ("recipe = 1\n[[step]]\ntransform = \"mask\"\ncolour = 1", "no colour"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(said), "{error}");
        }
    }
}
