//! Names for header fields: which stand in the file, and edits that change them.

use std::collections::HashSet;

use aurora_table::writer;
use aurora_text::TextEdit;

use crate::{ColumnView, TableView};

/// The columns whose header field stands in the file, when the header is one record: columns beyond the end of a
/// short header have none that could be edited.
pub(crate) fn written<'a>(table: &'a TableView<'_>) -> Vec<&'a ColumnView<'a>> {
    if table.detection.layout.header_records != 1 {
        return Vec::new();
    }
    let mut end = None;
    let behind = |column: &&ColumnView<'_>| {
        let stands = end.is_none_or(|end| column.header.span.start > end);
        if stands {
            end = Some(column.header.span.end);
        }
        stands
    };
    table.columns.iter().filter(behind).collect()
}

/// Edits that give columns new names; a name that another column has is numbered.
pub(crate) fn rename(
    table: &TableView<'_>,
    new_name: impl Fn(&ColumnView<'_>, &HashSet<String>) -> Option<String>,
) -> Vec<TextEdit> {
    let mut taken = HashSet::new();
    let mut edits = Vec::new();
    for column in written(table) {
        let name = match new_name(column, &taken) {
            Some(name) => {
                let name = unique(name, &taken);
                let text = writer::quote_if_needed(&name, &table.detection.dialect).into_owned();
                if name != column.header.name {
                    edits.push(TextEdit::new(column.header.span, text));
                }
                name
            }
            None => column.header.name.clone(),
        };
        taken.insert(key(&name));
    }
    edits
}

/// What two names must share to count as equal.
pub(crate) fn key(name: &str) -> String {
    name.trim().to_lowercase()
}

fn unique(name: String, taken: &HashSet<String>) -> String {
    if !taken.contains(&key(&name)) {
        return name;
    }
    let numbered = (2..).map(|n| format!("{name}_{n}"));
    numbered.into_iter().find(|name| !taken.contains(&key(name))).unwrap_or_default()
}
