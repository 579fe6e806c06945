//! Replaying a recipe on the text of the next table.

use std::collections::HashMap;

use aurora_advice::fit::present;
use aurora_advice::transforms::pseudonymise;
use aurora_advice::{
    Change, FileFacts, FixOptions, NewColumn, Settings, TableView, Target, fix_all, number_text, power,
    transforms,
};
use aurora_analysis::{Analysis, Document, OpenOptions};
use aurora_learning::{Beliefs, ColumnKey};
use aurora_profile::value_kind::number;
use aurora_table::Dialect;
use aurora_text::edit;

use crate::operation::{Map, Otherwise, Test};
use crate::{Operation, Recipe, Step};

/// A table after a recipe.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Applied {
    /// The text.
    pub text: String,
    /// Steps (from 0) that changed nothing here.
    pub idle: Vec<usize>,
}

/// The text of the file that `file` describes, read in the dialect that is `pinned` if one is, after all steps of
/// `recipe`; a message when a step cannot be done.
pub fn apply(
    recipe: &Recipe,
    text: &str,
    file: &FileFacts,
    mut pinned: Option<Dialect>,
) -> Result<Applied, String> {
    let mut applied = Applied { text: text.to_owned(), idle: Vec::new() };
    for (n, step) in recipe.steps.iter().enumerate() {
        let document = Document::open(
            &applied.text,
            &OpenOptions { file: file.clone(), pinned, ..OpenOptions::default() },
        );
        let snapshot = document.snapshot();
        // What the steps make of the table does not change how it is read.
        pinned = Some(snapshot.detection.dialect);
        let wanted = step.per_record;
        let settings = Settings {
            max_findings: 0,
            // Only repairs of single records are looked for by findings.
            select: if wanted { Vec::new() } else { vec!["structure".to_owned()] },
            ..Settings::default()
        };
        let analysis =
            Analysis::of(&snapshot, &settings, &Beliefs::default(), &|_, _, _| ColumnKey::default());
        let edits = analysis.with_table(&settings, |table| -> Result<_, String> {
            if step.per_record {
                let options = FixOptions { allow_unsafe: true, select: vec![step.transform.clone()] };
                return Ok(fix_all(table, &analysis.findings, &options).edits);
            }
            let target = target(step, table)?;
            let column = target.column().unwrap_or(0);
            if let Some(change) = change(&step.operation(), column, table) {
                return Ok(change.edits(table));
            }
            let transform = transforms::find(&step.transform);
            Ok(transform.map(|transform| transform.edits(table, target)).unwrap_or_default())
        });
        let edits = edits.map_err(|error| format!("step {} ({}): {error}", n + 1, step.describe()))?;
        if edits.is_empty() {
            applied.idle.push(n);
        } else {
            applied.text = edit::apply(&applied.text, &edits);
        }
    }
    Ok(applied)
}

fn target(step: &Step, table: &TableView<'_>) -> Result<Target, String> {
    let Some(name) = &step.column else { return Ok(Target::File) };
    let mut named = table.columns.iter().filter(|column| column.header.name == *name);
    match (named.next(), named.next()) {
        (Some(column), None) if step.in_place => Ok(Target::InPlace(column.idx)),
        (Some(column), None) => Ok(Target::Column(column.idx)),
        (Some(_), Some(_)) => Err(format!("two columns are called \"{name}\"; number them first")),
        (None, _) => Err(format!("there is no column \"{name}\" in this table")),
    }
}

/// What `operation` does with what was fitted before; `None` when the transform itself is to do it, because it fits
/// nothing or looks at the whole column.
fn change<'a>(operation: &Operation<'a>, column: usize, table: &'a TableView<'_>) -> Option<Change<'a>> {
    match *operation {
        Operation::Number(_, new, map) => {
            let map = function(map)?;
            let written = move |value: &str| number(value).and_then(&map).map(number_text::write);
            Some(match new {
                None => Change::Replace(column, Box::new(move |_, value| written(value))),
                Some(new) => {
                    add(column, vec![(new.to_owned(), Box::new(move |v| written(v).unwrap_or_default()))])
                }
            })
        }
        // Whoever asked for pseudonyms wants them also where this table's values alone would not tell.
        Operation::Pseudonym(name) => Some(pseudonymise::change(column, name)),
        Operation::Clip(_, low, high) => Some(Change::Replace(
            column,
            Box::new(move |_, value| {
                let x = number(value).filter(|x| *x < low || *x > high)?;
                Some(number_text::write(x.clamp(low, high)))
            }),
        )),
        Operation::Fill(_, fill) => Some(Change::Replace(
            column,
            Box::new(move |_, value| present(value).is_none().then(|| fill.to_owned())),
        )),
        Operation::FillByGroup(_, by, values, otherwise) => {
            let by = table.columns.iter().find(|column| column.header.name == by)?.idx;
            let groups: HashMap<&str, &str> = pairs(values);
            let keys = aurora_advice::fit::values(table, by);
            Some(Change::Replace(
                column,
                Box::new(move |record, value| {
                    let key = keys.get(record as usize).map_or("", |key| key.trim());
                    let fill = groups.get(key).copied().unwrap_or(otherwise);
                    present(value).is_none().then(|| fill.to_owned())
                }),
            ))
        }
        Operation::Flag(_, new, test) => Some(add(
            column,
            vec![(
                new.to_owned(),
                Box::new(move |value| {
                    let holds = match test {
                        Test::Missing => Some(present(value).is_none()),
                        Test::Zero => number(value).map(|x| x == 0.0),
                        Test::Outside(low, high) => number(value).map(|x| x < low || x > high),
                    };
                    holds.map_or(String::new(), |holds| u8::from(holds).to_string())
                }),
            )],
        )),
        Operation::Indicators(_, ref columns) => {
            let one = |&(name, value): &(&'a str, &'a str)| -> (String, Value<'a>) {
                (name.to_owned(), Box::new(move |held| u8::from(held == value).to_string()))
            };
            Some(add(column, columns.iter().map(one).collect()))
        }
        Operation::Labels(_, separator, ref columns) => {
            let one = |&(name, part): &(&'a str, &'a str)| -> (String, Value<'a>) {
                let holds = move |held: &str| held.split(separator).any(|own| own.trim() == part);
                (name.to_owned(), Box::new(move |held| u8::from(holds(held)).to_string()))
            };
            Some(add(column, columns.iter().map(one).collect()))
        }
        Operation::Split(_, separator, names) => {
            let one = |(at, name): (usize, &String)| -> (String, Value<'a>) {
                let part =
                    move |held: &str| held.split(separator).nth(at).unwrap_or_default().trim().to_owned();
                (name.clone(), Box::new(part))
            };
            Some(add(column, names.iter().enumerate().map(one).collect()))
        }
        Operation::Lookup(_, new, values, otherwise) => {
            let values = pairs(values);
            let found = move |value: &str| match (values.get(value), otherwise) {
                (Some(&new), _) => Some(new.to_owned()),
                (None, Otherwise::Keep) => None,
                (None, Otherwise::Empty) => Some(String::new()),
                (None, Otherwise::Word(word)) => Some(present(value).map_or("", |_| word).to_owned()),
            };
            Some(match new {
                None => Change::Replace(column, Box::new(move |_, value| found(value))),
                Some(new) => {
                    add(column, vec![(new.to_owned(), Box::new(move |v| found(v).unwrap_or_default()))])
                }
            })
        }
        _ => None,
    }
}

type Value<'a> = Box<dyn FnMut(&str) -> String + 'a>;

fn add<'a>(column: usize, columns: Vec<(String, Value<'a>)>) -> Change<'a> {
    let new = |(name, mut value): (String, Value<'a>)| NewColumn {
        name,
        value: Box::new(move |_, held: &str| value(held)),
    };
    Change::Add(column, columns.into_iter().map(new).collect())
}

fn pairs(values: &[(String, String)]) -> HashMap<&str, &str> {
    values.iter().map(|(from, to)| (from.as_str(), to.as_str())).collect()
}

/// The function of a map that looks at one number alone.
fn function(map: Map) -> Option<impl Fn(f64) -> Option<f64>> {
    if matches!(map, Map::Rank | Map::NormalQuantile) {
        return None;
    }
    Some(move |x: f64| {
        let (holds, y) = match map {
            Map::Log1p => (x >= 0.0, x.ln_1p()),
            Map::Log => (x > 0.0, x.ln()),
            Map::Sqrt => (x >= 0.0, x.sqrt()),
            Map::Cbrt => (true, x.cbrt()),
            Map::Reciprocal => (x != 0.0, 1.0 / x),
            Map::BoxCox(lambda) => (x > 0.0, power::box_cox(x, lambda)),
            Map::YeoJohnson(lambda) => (true, power::yeo_johnson(x, lambda)),
            Map::Affine(centre, scale) => (true, (x - centre) / scale),
            Map::Rank | Map::NormalQuantile => (false, x),
        };
        holds.then_some(y)
    })
}
