//! The routing table: one line a request.

use std::sync::Arc;

use serde_json::Value;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::*;
use tower_lsp::{LanguageServer, async_trait};

use crate::capabilities;
use crate::handlers::{
    code_action, code_lens, diagnostics, document_symbol, execute_command, folding_range, hover,
    recommendations,
};
use crate::handlers::{
    completion, definition, document_highlight, formatting, inlay_hint, rename, selection_range,
    semantic_tokens, will_save,
};
use crate::handlers::{privacy, profile, records, rules};
use crate::lifecycle;
use crate::session::Session;

/// What tower-lsp calls. The shell has applied document changes and taken the snapshot before.
pub(crate) struct Server(pub(crate) Arc<Session>);

impl Server {
    /// `aurora/recommendations`
    pub(crate) async fn recommendations(&self, params: recommendations::Parameters) -> Result<Value> {
        recommendations::answer(self, params).await
    }

    /// `aurora/profile`
    pub(crate) async fn profile(&self, params: profile::Parameters) -> Result<Value> {
        profile::answer(self, params).await
    }

    /// `aurora/records`
    pub(crate) async fn records(&self, params: records::Parameters) -> Result<Value> {
        records::answer(self, params).await
    }

    /// `aurora/rules`
    pub(crate) async fn rules(&self, params: rules::Parameters) -> Result<Value> {
        rules::list(self, params).await
    }

    /// `aurora/rule`
    pub(crate) async fn rule(&self, params: rules::RuleParameters) -> Result<Value> {
        rules::change(self, params).await
    }

    /// `aurora/privacy`
    pub(crate) async fn privacy(&self, params: privacy::Parameters) -> Result<Value> {
        privacy::report(self, params).await
    }

    /// `aurora/forget`
    pub(crate) async fn forget(&self, params: privacy::Parameters) -> Result<Value> {
        privacy::forget(self, params).await
    }
}

#[async_trait]
impl LanguageServer for Server {
    async fn initialize(&self, _: InitializeParams) -> Result<InitializeResult> {
        Ok(InitializeResult {
            capabilities: capabilities::server(self.0.client()),
            server_info: Some(ServerInfo {
                name: "aurora".to_owned(),
                version: Some(env!("CARGO_PKG_VERSION").to_owned()),
            }),
        })
    }

    async fn initialized(&self, _: InitializedParams) {
        lifecycle::initialized(&self.0);
    }

    async fn shutdown(&self) -> Result<()> {
        Ok(())
    }

    async fn did_change_configuration(&self, params: DidChangeConfigurationParams) {
        lifecycle::configuration_changed(&self.0, &params.settings);
    }

    async fn did_change_watched_files(&self, _: DidChangeWatchedFilesParams) {
        lifecycle::files_changed(&self.0);
    }

    async fn did_change_workspace_folders(&self, params: DidChangeWorkspaceFoldersParams) {
        let uris =
            |folders: Vec<WorkspaceFolder>| folders.into_iter().map(|folder| folder.uri).collect::<Vec<_>>();
        self.0.change_folders(uris(params.event.added), &uris(params.event.removed));
    }

    async fn did_save(&self, params: DidSaveTextDocumentParams) {
        lifecycle::saved(&self.0, &params.text_document.uri);
    }

    async fn will_save_wait_until(
        &self,
        params: WillSaveTextDocumentParams,
    ) -> Result<Option<Vec<TextEdit>>> {
        will_save::fix(self, params).await
    }

    async fn diagnostic(&self, params: DocumentDiagnosticParams) -> Result<DocumentDiagnosticReportResult> {
        diagnostics::document(self, params).await
    }

    async fn workspace_diagnostic(
        &self,
        params: WorkspaceDiagnosticParams,
    ) -> Result<WorkspaceDiagnosticReportResult> {
        diagnostics::workspace(self, params).await
    }

    async fn hover(&self, params: HoverParams) -> Result<Option<Hover>> {
        hover::hover(self, params).await
    }

    async fn code_action(&self, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
        code_action::list(self, params).await
    }

    async fn code_action_resolve(&self, action: CodeAction) -> Result<CodeAction> {
        code_action::resolve(self, action).await
    }

    async fn execute_command(&self, params: ExecuteCommandParams) -> Result<Option<Value>> {
        execute_command::run(self, params).await
    }

    async fn document_symbol(&self, params: DocumentSymbolParams) -> Result<Option<DocumentSymbolResponse>> {
        document_symbol::symbols(self, params).await
    }

    async fn folding_range(&self, params: FoldingRangeParams) -> Result<Option<Vec<FoldingRange>>> {
        folding_range::folds(self, params).await
    }

    async fn code_lens(&self, params: CodeLensParams) -> Result<Option<Vec<CodeLens>>> {
        code_lens::lenses(self, params).await
    }

    async fn selection_range(&self, params: SelectionRangeParams) -> Result<Option<Vec<SelectionRange>>> {
        selection_range::ranges(self, params).await
    }

    async fn document_highlight(
        &self,
        params: DocumentHighlightParams,
    ) -> Result<Option<Vec<DocumentHighlight>>> {
        document_highlight::highlights(self, params).await
    }

    async fn goto_definition(&self, params: GotoDefinitionParams) -> Result<Option<GotoDefinitionResponse>> {
        definition::definition(self, params).await
    }

    async fn formatting(&self, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        formatting::format(self, None, params.options).await
    }

    async fn range_formatting(&self, params: DocumentRangeFormattingParams) -> Result<Option<Vec<TextEdit>>> {
        formatting::format(self, Some(params.range), params.options).await
    }

    async fn completion(&self, params: CompletionParams) -> Result<Option<CompletionResponse>> {
        completion::complete(self, params).await
    }

    async fn prepare_rename(
        &self,
        params: TextDocumentPositionParams,
    ) -> Result<Option<PrepareRenameResponse>> {
        rename::prepare(self, params).await
    }

    async fn rename(&self, params: RenameParams) -> Result<Option<WorkspaceEdit>> {
        rename::rename(self, params).await
    }

    async fn inlay_hint(&self, params: InlayHintParams) -> Result<Option<Vec<InlayHint>>> {
        inlay_hint::hints(self, params).await
    }

    async fn semantic_tokens_full(&self, _: SemanticTokensParams) -> Result<Option<SemanticTokensResult>> {
        Ok(semantic_tokens::tokens(self, None).await?.map(SemanticTokensResult::Tokens))
    }

    async fn semantic_tokens_range(
        &self,
        params: SemanticTokensRangeParams,
    ) -> Result<Option<SemanticTokensRangeResult>> {
        Ok(semantic_tokens::tokens(self, Some(params.range)).await?.map(SemanticTokensRangeResult::Tokens))
    }
}
