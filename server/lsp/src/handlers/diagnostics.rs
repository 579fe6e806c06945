//! `textDocument/diagnostic`, `workspace/diagnostic`, and the list that is pushed to clients that do not ask.

use std::collections::HashMap;

use aurora_advice::{Finding, FindingKind, Place, Severity};
use serde_json::json;
use tower_lsp::jsonrpc::Result;
use tower_lsp::lsp_types::{
    self as lsp, Diagnostic, DiagnosticRelatedInformation, DocumentDiagnosticParams,
    DocumentDiagnosticReport, DocumentDiagnosticReportResult, FullDocumentDiagnosticReport, Location,
    NumberOrString, RelatedFullDocumentDiagnosticReport, RelatedUnchangedDocumentDiagnosticReport,
    UnchangedDocumentDiagnosticReport, Url, WorkspaceDiagnosticParams, WorkspaceDiagnosticReport,
    WorkspaceDiagnosticReportResult, WorkspaceDocumentDiagnosticReport,
    WorkspaceFullDocumentDiagnosticReport, WorkspaceUnchangedDocumentDiagnosticReport,
};

use crate::capabilities::Client;
use crate::documents::Reading;
use crate::server::Server;
use crate::session::now_view;
use crate::to_proto;

/// Places of a finding that are shown beside the first.
const MAX_RELATED: usize = 5;

/// The findings that are shown as diagnostics.
pub(crate) fn shown(reading: &Reading) -> impl Iterator<Item = (usize, &Finding)> {
    let findings = reading.analysis.as_ref().map_or(&[][..], |analysis| &analysis.findings);
    reading.shown.iter().filter_map(move |&idx| Some((idx, findings.get(idx)?)))
}

/// Share of the records, and their least number, from which one and the same fault of structure is a habit of the
/// file: one diagnostic, not one a record.
const HABIT: (f64, usize) = (0.2, 10);

/// What the client shows for `reading`.
pub(crate) fn of(client: &Client, uri: &Url, reading: &Reading) -> Vec<Diagnostic> {
    let n_records = reading.analysis.as_ref().map_or(0, |analysis| analysis.structure.n_records);
    let least = HABIT.1.max((HABIT.0 * n_records as f64) as usize);
    let mut alike: HashMap<(&str, &str), Vec<&Finding>> = HashMap::new();
    for (_, finding) in shown(reading).filter(|(_, finding)| finding.kind == FindingKind::Structure) {
        alike.entry((finding.code, &finding.message)).or_default().push(finding);
    }
    alike.retain(|_, findings| findings.len() > least);
    let mut diagnostics = Vec::new();
    for (idx, finding) in shown(reading) {
        let Some(others) = alike.get(&(finding.code, finding.message.as_str())) else {
            let message = to_proto::inert(&finding.message);
            diagnostics.push(diagnostic(client, uri, reading, (idx, finding), &finding.related, message));
            continue;
        };
        if !std::ptr::eq(others[0], finding) {
            continue;
        }
        let message = to_proto::inert(&finding.message);
        let message = format!("{message}: so in {} of {n_records} records", others.len());
        let places: Vec<Place> = others[1..].iter().take(MAX_RELATED).map(|other| other.place).collect();
        diagnostics.push(diagnostic(client, uri, reading, (idx, finding), &places, message));
    }
    diagnostics
}

/// The diagnostic of the finding with number `idx`, with its further places.
fn diagnostic(
    client: &Client,
    uri: &Url,
    reading: &Reading,
    (idx, finding): (usize, &Finding),
    related: &[Place],
    message: String,
) -> Diagnostic {
    let range = |span| to_proto::range(reading.rope(), span, client.encoding);
    let related: Vec<_> = related
        .iter()
        .take(MAX_RELATED)
        .map(|place| DiagnosticRelatedInformation {
            location: Location { uri: uri.clone(), range: range(place.span) },
            message: place
                .record
                .map_or_else(|| "here too".to_owned(), |record| format!("record {}", record + 1)),
        })
        .collect();
    Diagnostic {
        range: range(finding.place.span),
        severity: Some(severity(finding.severity)),
        code: Some(NumberOrString::String(finding.code.to_owned())),
        code_description: None,
        source: Some("aurora".to_owned()),
        message,
        related_information: (!related.is_empty()).then_some(related),
        tags: None,
        data: Some(json!({"finding": idx, "version": reading.version, "column": finding.place.field})),
    }
}

fn severity(severity: Severity) -> lsp::DiagnosticSeverity {
    match severity {
        Severity::Error => lsp::DiagnosticSeverity::ERROR,
        Severity::Warning => lsp::DiagnosticSeverity::WARNING,
        Severity::Information => lsp::DiagnosticSeverity::INFORMATION,
        Severity::Hint | Severity::Advice => lsp::DiagnosticSeverity::HINT,
    }
}

fn result_id(reading: &Reading) -> String {
    let (version, generation) = (reading.version, reading.snapshot.generation);
    format!("{version}.{generation}.{}.{}", reading.epoch, u8::from(reading.is_complete))
}

/// `textDocument/diagnostic`
pub(crate) async fn document(
    server: &Server,
    params: DocumentDiagnosticParams,
) -> Result<DocumentDiagnosticReportResult> {
    let uri = params.text_document.uri;
    let (result_id, items) = match now_view() {
        Some(view) => {
            // Only a client that can be told to ask again may be told less than all.
            let reading = if server.0.client().refreshes_diagnostics {
                view.reading().await?
            } else {
                view.complete_reading().await?
            };
            let id = result_id(&reading);
            if params.previous_result_id.as_ref() == Some(&id) {
                let unchanged = UnchangedDocumentDiagnosticReport { result_id: id };
                return Ok(DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
                    related_documents: None,
                    unchanged_document_diagnostic_report: unchanged,
                })
                .into());
            }
            (Some(id), of(server.0.client(), &uri, &reading))
        }
        None => (None, Vec::new()),
    };
    let full = FullDocumentDiagnosticReport { result_id, items };
    Ok(DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
        related_documents: None,
        full_document_diagnostic_report: full,
    })
    .into())
}

/// `workspace/diagnostic`: the documents that are open, as far as they are read.
pub(crate) async fn workspace(
    server: &Server,
    params: WorkspaceDiagnosticParams,
) -> Result<WorkspaceDiagnosticReportResult> {
    let known: Vec<_> = server.0.documents.iter().map(|document| document.value().clone()).collect();
    let mut items = Vec::new();
    for document in known {
        let Some(reading) = document.readings.borrow().clone() else { continue };
        let (uri, version) = (document.uri.clone(), Some(i64::from(reading.version)));
        let id = result_id(&reading);
        let before = params.previous_result_ids.iter().find(|previous| previous.uri == uri);
        items.push(if before.is_some_and(|previous| previous.value == id) {
            WorkspaceDocumentDiagnosticReport::Unchanged(WorkspaceUnchangedDocumentDiagnosticReport {
                uri,
                version,
                unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id: id },
            })
        } else {
            let items = of(server.0.client(), &uri, &reading);
            WorkspaceDocumentDiagnosticReport::Full(WorkspaceFullDocumentDiagnosticReport {
                uri,
                version,
                full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id: Some(id), items },
            })
        });
    }
    Ok(WorkspaceDiagnosticReport { items }.into())
}
