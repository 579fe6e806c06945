//! The built server with a simulated person in front of it.

use std::path::Path;
use std::time::Instant;

use anyhow::Context;
use aurora_testing::lsp_client::{Client, Start};
use serde_json::{Value, json};

/// The server with its store.
pub(super) struct Served {
    client: Client,
    /// Milliseconds from each answer of the person to what is now advised.
    pub(super) answered_in: Vec<f64>,
}

impl Served {
    /// Starts `binary lsp` with the store in `store`, as settings in `config` have it.
    pub(super) fn start(binary: &Path, store: &Path, settings: &Value) -> Self {
        let start = Start::new(binary).arg("--store").arg(store);
        let client = start.options(json!({"settings": settings})).start();
        Self { client, answered_in: Vec::new() }
    }

    /// Opens `text` under `uri`.
    pub(super) fn open(&mut self, uri: &str, text: &str) {
        self.client.open(uri, text);
    }

    /// What is advised for `column`, or for every column.
    pub(super) fn recommendations(&mut self, uri: &str, column: Option<usize>) -> anyhow::Result<Vec<Value>> {
        self.client.notifications.clear();
        let answer = self.client.call("aurora/recommendations", json!({"uri": uri, "column": column}));
        answer.as_array().cloned().context("aurora/recommendations answers with no list")
    }

    /// Gives one answer; what is now advised for its column.
    pub(super) fn correct(&mut self, answer: &Value) -> Value {
        let params = json!({"command": "aurora.correct", "arguments": [answer]});
        let begun = Instant::now();
        let advice = self.client.call("workspace/executeCommand", params);
        self.answered_in.push(begun.elapsed().as_secs_f64() * 1e3);
        advice
    }

    /// Ends the server as an editor does.
    pub(super) fn stop(self) -> anyhow::Result<()> {
        anyhow::ensure!(self.client.shut_down() == 0, "the server did not end well");
        Ok(())
    }
}

/// The text of a file, whatever its encoding.
pub(super) fn text_of(path: &Path) -> anyhow::Result<String> {
    let bytes = std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The fields of a file as an independent reader sees them, its header first.
pub(super) fn fields_of(text: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let record = |record: csv::Result<csv::StringRecord>| Ok(record?.iter().map(str::to_owned).collect());
    reader.records().map(record).collect()
}
