//! What the client can do, and what the server offers to it.

use serde_json::{Value, json};
use tower_lsp::lsp_types::{self as lsp, ServerCapabilities};

use crate::handlers::execute_command::COMMANDS;
use crate::handlers::semantic_tokens;

/// How columns of a position are counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Code units of UTF-16.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The protocol's word.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Utf8 => "utf-8",
            Self::Utf16 => "utf-16",
            Self::Utf32 => "utf-32",
        }
    }
}

/// Hints in the text; none unless asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Hints {
    /// The kind of a column after its name.
    pub(crate) kinds: bool,
    /// Blanks that let columns stand under each other.
    pub(crate) aligned: bool,
}

/// What the client declared in `initialize`. Read from the JSON itself: the types of lsp-types 0.94 misspell
/// `workspace.diagnostics` and refuse a whole message for one field of an unexpected shape.
#[derive(Clone, Debug, Default)]
pub(crate) struct Client {
    /// The negotiated encoding.
    pub(crate) encoding: Encoding,
    /// It asks for diagnostics; else they are pushed.
    pub(crate) pulls_diagnostics: bool,
    /// It may be told to ask again.
    pub(crate) refreshes_diagnostics: bool,
    /// Pushed diagnostics may carry a version.
    pub(crate) versioned_diagnostics: bool,
    /// Edits may name the version that they are for.
    pub(crate) document_changes: bool,
    /// Edits may create files.
    pub(crate) creates_files: bool,
    /// Code actions may be objects with an edit.
    pub(crate) action_literals: bool,
    /// Edits of code actions may be computed when chosen.
    pub(crate) resolves_edits: bool,
    /// Code actions may carry data for that.
    pub(crate) action_data: bool,
    /// A code action may be marked preferred.
    pub(crate) preferred_actions: bool,
    /// Hover may be Markdown.
    pub(crate) markdown: bool,
    /// Symbols may be nested.
    pub(crate) nested_symbols: bool,
    /// Settings can be asked for.
    pub(crate) configuration: bool,
    /// Changed settings can be told on demand.
    pub(crate) registers_configuration: bool,
    /// Files can be watched on demand.
    pub(crate) watches_files: bool,
    /// It can apply an edit that the server sends.
    pub(crate) applies_edits: bool,
    /// It wants to see these hints in the text.
    pub(crate) hints: Hints,
    /// It wants columns in colours.
    pub(crate) wants_tokens: bool,
    /// Code lenses may be asked for again.
    pub(crate) refreshes_lenses: bool,
    /// It shows that something takes long.
    pub(crate) shows_progress: bool,
    /// It shows what `aurora/status` says.
    pub(crate) shows_status: bool,
    /// Commands that the client itself runs (`initializationOptions.clientCommands`).
    pub(crate) commands: Vec<String>,
}

impl Client {
    /// What the parameters of `initialize` say.
    pub(crate) fn read(params: &Value) -> Self {
        let at = |path: &str| params.pointer(&format!("/capabilities/{path}"));
        let yes = |path: &str| at(path).and_then(Value::as_bool).unwrap_or(false);
        let lists = |path: &str, word: &str| {
            at(path).and_then(Value::as_array).is_some_and(|list| list.iter().any(|item| item == word))
        };
        let encoding = if lists("general/positionEncodings", "utf-8") {
            Encoding::Utf8
        } else if lists("general/positionEncodings", "utf-16") || at("general/positionEncodings").is_none() {
            Encoding::Utf16
        } else if lists("general/positionEncodings", "utf-32") {
            Encoding::Utf32
        } else {
            Encoding::Utf16
        };
        let commands = params.pointer("/initializationOptions/clientCommands").and_then(Value::as_array);
        Self {
            encoding,
            pulls_diagnostics: at("textDocument/diagnostic").is_some_and(Value::is_object),
            refreshes_diagnostics: yes("workspace/diagnostics/refreshSupport")
                || yes("workspace/diagnostic/refreshSupport"),
            versioned_diagnostics: yes("textDocument/publishDiagnostics/versionSupport"),
            document_changes: yes("workspace/workspaceEdit/documentChanges"),
            creates_files: yes("workspace/workspaceEdit/documentChanges")
                && lists("workspace/workspaceEdit/resourceOperations", "create"),
            action_literals: at("textDocument/codeAction/codeActionLiteralSupport").is_some(),
            resolves_edits: lists("textDocument/codeAction/resolveSupport/properties", "edit"),
            action_data: yes("textDocument/codeAction/dataSupport"),
            preferred_actions: yes("textDocument/codeAction/isPreferredSupport"),
            markdown: at("textDocument/hover/contentFormat").is_none()
                || lists("textDocument/hover/contentFormat", "markdown"),
            nested_symbols: yes("textDocument/documentSymbol/hierarchicalDocumentSymbolSupport"),
            configuration: yes("workspace/configuration"),
            registers_configuration: yes("workspace/didChangeConfiguration/dynamicRegistration"),
            watches_files: yes("workspace/didChangeWatchedFiles/dynamicRegistration"),
            applies_edits: yes("workspace/applyEdit"),
            hints: Hints::read(params.pointer("/initializationOptions/inlayHints")),
            wants_tokens: params.pointer("/initializationOptions/semanticTokens") == Some(&Value::Bool(true)),
            refreshes_lenses: yes("workspace/codeLens/refreshSupport"),
            shows_progress: yes("window/workDoneProgress"),
            shows_status: commands.is_some()
                || params.pointer("/initializationOptions/status") == Some(&Value::Bool(true)),
            commands: commands
                .map(|list| list.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                .unwrap_or_default(),
        }
    }

    /// Whether edits are computed only when an action is chosen.
    pub(crate) const fn lazy_edits(&self) -> bool {
        self.resolves_edits && self.action_data
    }
}

/// What the server offers to `client`.
pub(crate) fn server(client: &Client) -> ServerCapabilities {
    let mut offered = json!({
        "positionEncoding": client.encoding.as_str(),
        "textDocumentSync": {"openClose": true, "change": 2, "willSaveWaitUntil": true, "save": {"includeText": false}},
        "hoverProvider": true,
        "codeActionProvider": {
            "codeActionKinds": ["quickfix", "refactor.rewrite", "source.fixAll.aurora"],
            "resolveProvider": true,
        },
        "executeCommandProvider": {"commands": COMMANDS},
        "documentSymbolProvider": true,
        "foldingRangeProvider": true,
        "codeLensProvider": {"resolveProvider": false},
        "selectionRangeProvider": true,
        "documentHighlightProvider": true,
        "completionProvider": {"resolveProvider": false},
        "renameProvider": {"prepareProvider": true},
        "definitionProvider": true,
        "documentFormattingProvider": true,
        "documentRangeFormattingProvider": true,
        "workspace": {"workspaceFolders": {"supported": true, "changeNotifications": true}},
    });
    if client.pulls_diagnostics {
        offered["diagnosticProvider"] =
            json!({"identifier": "aurora", "interFileDependencies": false, "workspaceDiagnostics": true});
    }
    // Off unless asked for: other extensions colour columns too.
    if client.hints != Hints::default() {
        offered["inlayHintProvider"] = json!(true);
    }
    if client.wants_tokens {
        offered["semanticTokensProvider"] = json!({
            "legend": {"tokenTypes": semantic_tokens::TYPES, "tokenModifiers": []},
            "range": true,
            "full": true,
        });
    }
    serde_json::from_value(offered).unwrap_or_else(|error| {
        tracing::error!(%error, "the offer does not fit the protocol's types");
        ServerCapabilities {
            text_document_sync: Some(lsp::TextDocumentSyncKind::INCREMENTAL.into()),
            ..ServerCapabilities::default()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_offer_fits_the_types() {
        let client = Client { pulls_diagnostics: true, ..Client::default() };
        let offered = server(&client);
        assert!(offered.diagnostic_provider.is_some() && offered.hover_provider.is_some());
    }

    #[test]
    fn the_encoding_is_utf_8_when_offered_else_utf_16() {
        let encoding = |list: Value| {
            Client::read(&json!({"capabilities": {"general": {"positionEncodings": list}}})).encoding
        };
        assert_eq!(encoding(json!(["utf-32", "utf-8", "utf-16"])), Encoding::Utf8);
        assert_eq!(encoding(json!(["utf-32", "utf-16"])), Encoding::Utf16);
        assert_eq!(encoding(json!(["utf-32"])), Encoding::Utf32);
        assert_eq!(encoding(json!([])), Encoding::Utf16);
        assert_eq!(Client::read(&json!({})).encoding, Encoding::Utf16);
        assert_eq!(Client::read(&Value::Null).encoding, Encoding::Utf16);
    }
}
