//! The page `SCHEMAS.md`, written from the codes. `cargo xtask docs` writes it; a test fails when it is stale.

use crate::CODES;

/// Which schemas are read, and what is found.
pub fn schema_page() -> String {
    let mut page = "<!-- Written by `cargo xtask docs` from the doc comments; edit those. -->\n\n# Schemas\n\n\
        `aurora check` holds a table to the schema beside it, the first of these that speaks of the table:\n\n\
        1. `datapackage.json`: the resource with the table's path (Data Package, frictionless)\n\
        2. `FILE.csv.schema.json` or `FILE.schema.json` (Table Schema)\n\
        3. `FILE.csv-metadata.json` or `csv-metadata.json` (CSV on the Web)\n\
        4. `schema.json` of the folder (Table Schema)\n\n\
        Nothing is fetched, and no file outside of the folder is read. `--isolated` reads none.\n\
        `aurora schema infer FILE --output FILE.schema.json` writes one that the file keeps to.\n"
        .to_owned();
    for (code, docs) in CODES {
        let deeper = docs.markdown().replace("\n# ", "\n### ");
        page.push_str(&format!("\n## {code}\n\n{}\n", deeper.trim_end()));
    }
    page
}
