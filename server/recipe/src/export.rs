//! A recipe as code for other tools. What cannot be written there is said in the code, and in the result.

mod duckdb;
mod pandas;
mod polars;
mod scikit_learn;

use crate::{Operation, Recipe, Step};

/// What code is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Target {
    /// Python with pandas.
    Pandas,
    /// Python with Polars.
    Polars,
    /// A pipeline of scikit-learn over pandas tables.
    ScikitLearn,
    /// SQL of DuckDB.
    DuckDb,
}

/// Code, and what it leaves out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Exported {
    /// The code.
    pub code: String,
    /// Steps (from 0) that are not in it, each with the reason.
    pub left_out: Vec<(usize, String)>,
}

/// Writes `recipe` for `target`; a message when its table cannot be read there at all.
pub fn export(recipe: &Recipe, target: Target) -> Result<Exported, String> {
    let table = &recipe.table;
    if table.columns.is_empty() {
        return Err(
            "the table has no header, and code needs names of columns; insert a header first".to_owned()
        );
    }
    if table.delimiter.chars().count() > 1 || table.quote.chars().count() > 1 {
        return Err("the delimiter has several characters; `aurora convert` the file first".to_owned());
    }
    let mut names: Vec<&str> = table.columns.iter().map(String::as_str).collect();
    names.sort_unstable();
    let renames = recipe.steps.first().is_some_and(|step| matches!(step.operation(), Operation::Rename(_)));
    if names.windows(2).any(|pair| pair[0] == pair[1]) && (!renames || target == Target::DuckDb) {
        return Err("two columns have the same name; `number-duplicates` first".to_owned());
    }
    Ok(match target {
        Target::Pandas => pandas::export(recipe),
        Target::Polars => polars::export(recipe),
        Target::ScikitLearn => scikit_learn::export(recipe),
        Target::DuckDb => duckdb::export(recipe),
    })
}

/// The word at the top of all code.
fn notice(comment: &str) -> String {
    format!(
        "{comment} Written by `aurora recipe export`. It holds column names and values of the table that the recipe\n\
         {comment} was made from: keep it only where the table itself may be kept.\n"
    )
}

/// Why the step is not in the code; `None` for one of the file's form, which is left out without loss.
fn reason(step: &Step, tool: &str) -> Option<String> {
    match step.operation() {
        Operation::Form => None,
        _ => Some(format!("{} cannot be written for {tool}; `aurora recipe apply` does it", step.describe())),
    }
}

/// `text` in a comment: in one line.
fn in_comment(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

/// A string of Python.
fn python(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() || matches!(c, '\u{200e}'..='\u{202e}' | '\u{2060}'..='\u{2069}') => {
                out.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => out.push(c),
        }
    }
    out + "\""
}

/// A list of Python.
fn python_list<'a>(values: impl IntoIterator<Item = &'a str>) -> String {
    format!("[{}]", values.into_iter().map(python).collect::<Vec<_>>().join(", "))
}

/// Appends a function a step to `code`, its lines by `body`, and a comment where there is none. Returns what was left
/// out, by the step's place and with the reason, and the names of the functions in order.
fn python_steps(
    recipe: &Recipe,
    library: &str,
    body: impl Fn(&Operation<'_>) -> Option<Vec<String>>,
    code: &mut String,
) -> (Vec<(usize, String)>, Vec<String>) {
    let (mut left_out, mut names) = (Vec::new(), Vec::new());
    for (at, step) in recipe.steps.iter().enumerate() {
        let (n, what) = (at + 1, in_comment(&step.describe()));
        if let Some(lines) = body(&step.operation()) {
            code.push_str(&format!("\n\ndef step_{n}(t):\n    # {what}\n"));
            lines.iter().for_each(|line| code.push_str(&format!("    {line}\n")));
            names.push(format!("step_{n}"));
        } else if let Some(reason) = reason(step, library) {
            code.push_str(&format!("\n\n# step {n} is left out: {}\n", in_comment(&reason)));
            left_out.push((at, reason));
        } else {
            code.push_str(&format!("\n\n# step {n} ({what}) concerns the file's form, not its table\n"));
        }
    }
    (left_out, names)
}

/// A dictionary of Python.
fn python_dict(values: &[(String, String)]) -> String {
    let entries: Vec<_> =
        values.iter().map(|(from, to)| format!("{}: {}", python(from), python(to))).collect();
    format!("{{{}}}", entries.join(", "))
}

/// A number that Python and SQL read alike.
fn literal(x: f64) -> String {
    format!("{x:?}")
}

/// The names of the null tokens, as a set in the code.
fn null_tokens() -> impl Iterator<Item = &'static str> {
    std::iter::once("").chain(aurora_profile::value_kind::NULL_TOKENS.iter().copied())
}

/// What a plain number looks like, in the regular expressions of all targets.
const NUMBER: &str = r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Parameter;

    fn recipe(steps: Vec<Step>) -> Recipe {
        let mut recipe = Recipe { steps, ..Recipe::default() };
        recipe.table.columns = vec!["x".to_owned()];
        recipe
    }

    const TARGETS: [Target; 4] = [Target::Pandas, Target::Polars, Target::ScikitLearn, Target::DuckDb];

    #[test]
    fn what_cannot_be_written_is_said_in_the_code_and_in_the_result() {
        let step = Step {
            transform: "copy-dependent-value".to_owned(),
            column: Some("x\ny".to_owned()),
            ..Step::default()
        };
        for target in TARGETS {
            let exported = export(&recipe(vec![step.clone()]), target).unwrap();
            assert_eq!(exported.left_out.len(), 1, "{target:?}");
            let said = exported.code.lines().find(|line| line.contains("left out")).unwrap();
            assert!(said.trim_start().starts_with(['#', '-']), "{said}");
        }
    }

    #[test]
    fn what_concerns_the_form_of_the_file_is_no_loss() {
        let step = Step { transform: "pad-record".to_owned(), per_record: true, ..Step::default() };
        for target in TARGETS {
            assert!(export(&recipe(vec![step.clone()]), target).unwrap().left_out.is_empty());
        }
    }

    #[test]
    fn names_and_values_cannot_end_their_string() {
        let step = Step {
            transform: "impute-constant".to_owned(),
            column: Some("x".to_owned()),
            parameters: vec![("fill_value".to_owned(), Parameter::Text("\"); import os #'--\n".to_owned()))],
            ..Step::default()
        };
        let recipe = recipe(vec![step]);
        assert!(export(&recipe, Target::Pandas).unwrap().code.contains(r#""\"); import os #'--\n""#));
        assert!(export(&recipe, Target::DuckDb).unwrap().code.contains("'\"); import os #''--\n'"));
    }

    #[test]
    fn a_table_without_names_is_refused() {
        assert!(export(&Recipe::default(), Target::Pandas).is_err());
    }
}
