//! `cargo xtask roles`: the features of labelled columns, for `train_roles.py`; `eval roles` writes predictions.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context;
use aurora_profile::role::{Evidence, NumberRange, features, guess_from};
use serde_json::Value;

use crate::eval::Product;
use crate::eval::product::{csv_files, file_name};

/// A column of a `columns.jsonl`.
struct Labelled {
    id: String,
    domain: String,
    column: Value,
}

impl Labelled {
    fn evidence(&self) -> Evidence<'_> {
        let stat = |name: &str| self.column["stats"][name].as_f64().unwrap_or(0.0);
        let range = NumberRange {
            mean: stat("mean"),
            deviation: stat("std_dev"),
            min: stat("min_val"),
            max: stat("max_val"),
        };
        // The benchmark writes zeros where a column is not numeric.
        let is_numeric = [range.mean, range.deviation, range.min, range.max].iter().any(|&x| x != 0.0);
        let samples = self.column["samples"].as_array().map(Vec::as_slice).unwrap_or_default();
        Evidence {
            name: self.column["name"].as_str().unwrap_or_default(),
            n: stat("total_vals"),
            n_null: stat("num_nans"),
            distinct: stat("num_of_dist_val") as u64,
            range: is_numeric.then_some(range),
            samples: samples.iter().filter_map(Value::as_str).collect(),
        }
    }
}

fn read(folder: &Path) -> anyhow::Result<Vec<Labelled>> {
    let path = folder.join("columns.jsonl");
    let text = std::fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let columns = text.lines().map(|line| -> anyhow::Result<Labelled> {
        let column: Value = serde_json::from_str(line)?;
        let text = |name: &str| column[name].as_str().unwrap_or_default().to_owned();
        Ok(Labelled { id: text("id"), domain: text("domain"), column })
    });
    columns.collect()
}

/// Writes `id,domain,label,f0,f1,…` of every labelled column in `folder` (laid out like the benchmark's) to `out`.
/// Says how many there are.
pub(crate) fn write_features(folder: &Path, out: &Path) -> anyhow::Result<usize> {
    let truth = std::fs::read_to_string(folder.join("truth.csv")).context("cannot read truth.csv")?;
    let labels: HashMap<&str, &str> =
        truth.lines().filter_map(|line| Some((line.split(',').next()?, line.rsplit(',').next()?))).collect();
    let (mut text, mut n) = (String::new(), 0);
    for column in read(folder)? {
        let Some(label) = labels.get(column.id.as_str()) else { continue };
        write!(text, "{},{},{label}", column.id, column.domain)?;
        for value in features(&column.evidence()) {
            write!(text, ",{value}")?;
        }
        text.push('\n');
        n += 1;
    }
    std::fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(n)
}

/// Writes `id,label` of every column in `folder` to `out`; returns how many.
pub(crate) fn write_predictions(folder: &Path, out: &Path) -> anyhow::Result<usize> {
    let columns = read(folder)?;
    let mut text = "id,label\n".to_owned();
    for column in &columns {
        writeln!(text, "{},{}", column.id, guess_from(&column.evidence()).best().as_str())?;
    }
    std::fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(columns.len())
}

/// Writes `file,column_index,label` of every column of the whole files in `folder`/raw_csv, as the built program
/// says, to `out`; returns how many.
pub(crate) fn write_raw_predictions(folder: &Path, out: &Path) -> anyhow::Result<usize> {
    let files = csv_files(&folder.join("raw_csv"))?;
    let mut text = "file,column_index,label\n".to_owned();
    let mut n = 0;
    for (file, columns) in files.iter().zip(Product::build()?.recommend(&files)?) {
        for column in columns.as_array().into_iter().flatten() {
            let role = column["role"]["code"].as_str().unwrap_or_default();
            writeln!(text, "\"{}\",{},{role}", file_name(file).replace('"', "\"\""), column["column"])?;
            n += 1;
        }
    }
    std::fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(n)
}
