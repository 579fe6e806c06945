//! `eval transforms`: what is advised for every column of every file, in the words of the benchmark.

use std::path::Path;

use serde_json::{Value, json};

use super::product::{Product, csv_files, file_name};
use super::write_lines;

/// Writes `{"file", "column", "label", "scores"}` of every column in `folder`/csv to `out`; says how many.
pub(crate) fn write_recommendations(folder: &Path, out: &Path) -> anyhow::Result<usize> {
    let files = csv_files(&folder.join("csv"))?;
    let mut lines = Vec::new();
    for (file, columns) in files.iter().zip(Product::build()?.recommend(&files)?) {
        for column in columns.as_array().into_iter().flatten() {
            lines.push(json!({
                "file": file_name(file),
                "column": column["name"],
                "label": label(column),
                "scores": {"log": score(column, "log"), "factor": declare(column)},
            }));
        }
    }
    write_lines(out, &lines)
}

/// The benchmark's word for an action that changes the scale of a column.
fn word(action: &str) -> Option<&'static str> {
    Some(match action {
        "log-column" | "log1p-column" => "log",
        "sqrt-column" => "sqrt",
        "reciprocal" => "reciprocal",
        "yeo-johnson-column" | "box-cox-column" => "yeojohnson",
        "rank" | "quantile-normal" => "rank",
        aurora_advice::recommendation::LEAVE_AS_IS => "none",
        _ => return None,
    })
}

fn recommendations(column: &Value) -> impl Iterator<Item = (&'static str, f64)> {
    let all = column["recommendations"].as_array().into_iter().flatten();
    all.filter_map(|r| Some((word(r["action"].as_str()?)?, r["confidence"].as_f64()?)))
}

/// The first word that the ranking gives; where it leaves the scale alone, what the role says.
fn label(column: &Value) -> &'static str {
    match recommendations(column).next().map_or("none", |(word, _)| word) {
        "none" => match column["role"]["code"].as_str() {
            Some("categorical") => "factor",
            Some("datetime") => "datetime",
            _ => "none",
        },
        word => word,
    }
}

fn score(column: &Value, wanted: &str) -> f64 {
    recommendations(column).filter(|(word, _)| *word == wanted).map(|(_, p)| p).fold(0.0, f64::max)
}

/// How likely the column must be declared a category: the role's probability, less where it is written as text or
/// as 0 and 1, which the statistics of these packages' authors take for one without being told.
fn declare(column: &Value) -> f64 {
    column["role"]["declare"].as_f64().unwrap_or(0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(role: &str, actions: &[(&str, f64)]) -> Value {
        let list: Vec<_> = actions.iter().map(|(a, p)| json!({"action": a, "confidence": p})).collect();
        json!({"role": {"code": role, "p": 0.5, "declare": 0.4}, "recommendations": list})
    }

    #[test]
    fn the_first_action_on_the_scale_is_the_label() {
        let skewed =
            column("sentence", &[("trim-whitespace", 0.9), ("log1p-column", 0.6), ("leave-as-is", 0.4)]);
        assert_eq!((label(&skewed), score(&skewed, "log")), ("log", 0.6));
        let left = column("categorical", &[("leave-as-is", 0.9), ("log-column", 0.1)]);
        assert_eq!((label(&left), score(&left, "log"), declare(&left)), ("factor", 0.1, 0.4));
    }
}
