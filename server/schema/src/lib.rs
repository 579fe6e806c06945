//! Schemas that lie beside a table: Table Schema (Data Package) and CSVW are read into one [`Schema`], a table is checked
//! against it, and one is inferred from what the columns hold.

pub mod check;
mod csvw;
mod frictionless;
pub mod infer;
mod page;
pub mod schema;

use std::path::{Path, PathBuf};

use serde_json::Value;

pub use check::{CODES, check, docs};
pub use infer::infer;
pub use page::schema_page;
pub use schema::{Constraints, Field, Kind, Schema};

/// A schema file larger than this is not read.
pub const MAX_BYTES: u64 = 4 << 20;

/// How a file is read as the schema of the table with this name in this folder; `None` when it is none of that table's.
type Read = fn(&Value, &str, &Path) -> Result<Option<Schema>, String>;

/// Where a schema of the table at `path` may lie, in the order in which they are looked for.
fn candidates(path: &Path) -> Vec<(PathBuf, Read)> {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
        return Vec::new();
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    let stem = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let places: [(String, Read); 6] = [
        ("datapackage.json".to_owned(), frictionless::of_package),
        (format!("{name}.schema.json"), frictionless::of_schema),
        (format!("{stem}.schema.json"), frictionless::of_schema),
        (format!("{name}-metadata.json"), csvw::of_metadata),
        ("csv-metadata.json".to_owned(), csvw::of_metadata),
        ("schema.json".to_owned(), frictionless::of_schema),
    ];
    places.into_iter().map(|(place, read)| (folder.join(place), read)).collect()
}

/// The files in which a schema of the table at `path` may lie.
pub fn places(path: &Path) -> Vec<PathBuf> {
    candidates(path).into_iter().map(|(file, _)| file).collect()
}

/// The schema that lies beside the table at `path`, with the file that holds it: what a Data Package says of the table,
/// else a Table Schema of its name, else its CSVW metadata, else the folder's `schema.json`. The error names the file
/// that cannot be read, and why.
pub fn beside(path: &Path) -> Result<Option<(PathBuf, Schema)>, (PathBuf, String)> {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy().into_owned()) else {
        return Ok(None);
    };
    let folder = path.parent().unwrap_or(Path::new(""));
    for (file, read) in candidates(path) {
        if !std::fs::metadata(&file).is_ok_and(|facts| facts.is_file()) {
            continue;
        }
        let found = read_json(&file).and_then(|json| read(&json, &name, folder));
        match found {
            Ok(Some(schema)) => return Ok(Some((file, schema))),
            Ok(None) => {}
            Err(error) => return Err((file, error)),
        }
    }
    Ok(None)
}

fn read_json(file: &Path) -> Result<Value, String> {
    let facts = std::fs::metadata(file).map_err(|error| format!("cannot be read: {error}"))?;
    if facts.len() > MAX_BYTES || !facts.is_file() {
        return Err(format!("no regular file of at most {} MiB, so it is not read", MAX_BYTES >> 20));
    }
    let text = std::fs::read_to_string(file).map_err(|error| format!("cannot be read: {error}"))?;
    serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|error| format!("no JSON: {error}"))
}
