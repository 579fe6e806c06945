//! `eval errors`: the fields that the audit profile thinks wrong, in the dirty half of each pair.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Context;
use serde_json::{Value, json};

use super::product::{Product, file_name};
use super::write_lines;

/// Confidence from which a place is flagged.
const FLAGGED: f64 = 0.5;

/// Writes `{"table", "row", "column"}` of every flagged field of `folder`/pairs to `out`; says how many.
pub(crate) fn write_flags(folder: &Path, out: &Path) -> anyhow::Result<usize> {
    let pairs = folder.join("pairs");
    let entries = std::fs::read_dir(&pairs).with_context(|| format!("cannot read {}", pairs.display()))?;
    let folders = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut tables = folders.collect::<Result<Vec<_>, _>>()?;
    tables.retain(|table| table.join("dirty.csv").is_file());
    tables.sort();
    let files: Vec<_> = tables.iter().map(|table| table.join("dirty.csv")).collect();
    let mut lines = Vec::new();
    for ((table, file), report) in tables.iter().zip(&files).zip(Product::build()?.audit(&files)?) {
        let text = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let rows = rows_of_lines(&text);
        for (row, column) in flags(&report, &rows) {
            lines.push(json!({"table": file_name(table), "row": row, "column": column}));
        }
    }
    write_lines(out, &lines)
}

/// Row and column of every place in one field whose confidence suffices.
fn flags(report: &Value, rows: &[usize]) -> BTreeSet<(usize, u64)> {
    let findings = report["diagnostics"].as_array().into_iter().flatten();
    let places = findings.flat_map(|finding| finding["places"].as_array().into_iter().flatten());
    let sure = places.filter(|place| place["confidence"].as_f64().is_some_and(|p| p >= FLAGGED));
    sure.filter_map(|place| {
        place["record"].as_u64()?;
        let line = usize::try_from(place["line"].as_u64()?).ok()?;
        // The scorer counts from the first row under the header.
        Some((rows.get(line.checked_sub(1)?)?.checked_sub(1)?, place["field"].as_u64()?))
    })
    .collect()
}

/// For each line of `text` the row it belongs to, as the scorer's reader counts: a line end inside quotes ends no
/// row, and a blank line is a row.
fn rows_of_lines(text: &[u8]) -> Vec<usize> {
    let (mut rows, mut row, mut quoted, mut before) = (vec![0], 0, false, b'\n');
    for &byte in text {
        match byte {
            b'"' if quoted => quoted = false,
            // A doubled quote closes and opens again.
            b'"' => quoted = matches!(before, b',' | b'\n' | b'\r' | b'"'),
            b'\n' => {
                row += usize::from(!quoted);
                rows.push(row);
            }
            _ => {}
        }
        before = byte;
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_ends_in_quotes_end_no_row() {
        assert_eq!(rows_of_lines(b"a,b\n1,\"x\ny \"\"z\"\"\n\"\nw\n\n2,3\n"), [0, 1, 1, 1, 2, 3, 4, 5]);
        assert_eq!(rows_of_lines(b"a\n5\" bolt\nb\n"), [0, 1, 2, 3]);
    }

    #[test]
    fn places_of_enough_confidence_are_flagged_once() {
        let place =
            |line: u64, p: f64| json!({"line": line, "record": line - 2, "field": 1, "confidence": p});
        let report = json!({"diagnostics": [
            {"places": [place(2, 0.9), place(3, 0.4), {"line": 1, "record": null, "field": 0, "confidence": 1.0}]},
            {"places": [place(2, 0.6)]},
        ]});
        assert_eq!(flags(&report, &[0, 1, 2, 3]).into_iter().collect::<Vec<_>>(), [(0, 1)]);
    }
}
