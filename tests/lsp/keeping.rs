//! A server that keeps what it learns, and the table that the tests of answers speak about.

use std::path::Path;

use aurora_learning::Kind;
use aurora_store::SqliteStore;
use aurora_testing::lsp_client::{Client, Columns, Start, apply, edits_of};
use serde_json::{Value, json};

pub(crate) const URI: &str = "file:///a.csv";

/// A table with one short record and a column that calls for advice.
pub(crate) const SHORT: &str =
    "id,name,city\n1,Ada,London\n2,Grace,Oslo\n3,Linus\n4,Alan,Leeds\n5,Edsger,Austin\n6,Barbara,Boston\n";

/// A server that keeps what it learns in `folder`.
pub(crate) fn keeping(folder: &Path) -> Start {
    Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--store").arg(folder)
}

/// Kinds of the answers at rest, read by another connection.
pub(crate) fn kinds(folder: &Path) -> Vec<Kind> {
    let report = SqliteStore::open(folder).unwrap().report().unwrap();
    report.at_rest.answers.iter().map(|stored| stored.answer.kind).collect()
}

/// The fix that is preferred for the first finding of [`SHORT`]: the text after it, and the call that announces it.
pub(crate) fn offered(client: &mut Client) -> (String, Value) {
    let found = client.diagnostics(URI, 1);
    let action =
        client.actions(URI, &found[0]["range"]).into_iter().find(|a| a["isPreferred"] == true).unwrap();
    let action = client.call("codeAction/resolve", action);
    let mended = apply(SHORT, &edits_of(&action["edit"]), Columns::Utf16);
    let command = &action["command"];
    (mended, json!({"command": command["command"], "arguments": command["arguments"]}))
}
