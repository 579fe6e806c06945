//! A recipe: how the table is read, and the steps.

use aurora_advice::TableView;

use crate::Step;

/// How the table was read that the recipe was made from.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Table {
    /// Between fields; empty for a single column.
    pub delimiter: String,
    /// Around fields; empty when there is none.
    pub quote: String,
    /// Label of the encoding.
    pub encoding: String,
    /// Lines before the header record.
    pub skip_lines: usize,
    /// The names of the columns before the first step; none when there is no header.
    pub columns: Vec<String>,
}

impl Default for Table {
    fn default() -> Self {
        Self {
            delimiter: ",".to_owned(),
            quote: "\"".to_owned(),
            encoding: "utf-8".to_owned(),
            skip_lines: 0,
            columns: Vec::new(),
        }
    }
}

/// What was done to a table.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Recipe {
    /// The table.
    pub table: Table,
    /// What was done, in order.
    pub steps: Vec<Step>,
}

impl Recipe {
    /// No steps yet, for `table`.
    pub fn of(table: &TableView<'_>) -> Self {
        let (dialect, layout) = (&table.detection.dialect, &table.detection.layout);
        let names = table.columns.iter().map(|column| column.header.name.clone());
        let table = Table {
            delimiter: dialect.delimiter.as_str().to_owned(),
            quote: dialect.quote.map(|quote| char::from(quote).to_string()).unwrap_or_default(),
            encoding: table.file.encoding.as_ref().map_or("utf-8", |guess| guess.label).to_owned(),
            skip_lines: layout.preamble_lines,
            columns: if layout.header_records > 0 { names.collect() } else { Vec::new() },
        };
        Self { table, steps: Vec::new() }
    }
}
