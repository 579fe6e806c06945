//! `textDocument/codeAction` and `codeAction/resolve`: fixes of findings, what is advised for the column, all safe
//! fixes at once, and the answers a person may give.

use std::sync::Arc;

use aurora_advice::{Finding, Proposal, TableView, Target, Transform, transforms};
use aurora_analysis::Analysis;
use aurora_learning::wording;
use aurora_text::{Span, TextEdit};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{
    CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command,
    Diagnostic,
};

use crate::documents::{Reading, View};
use crate::handlers::offer::{Offer, REOPEN, is_safe};
use crate::handlers::{alike, diagnostics, from_reading, split};
use crate::locate::{Located, locate, reaches};
use crate::pool::CancelToken;
use crate::server::Server;
use crate::session::{Session, now_token, now_view};
use crate::{from_proto, to_proto};

/// `source.fixAll.aurora`
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.aurora");
/// Fixes listed for a finding about a column; the others wait among what is advised for it.
const MAX_COLUMN_FIXES: usize = 3;
/// Fixes listed for any other finding: ways to read a broken record, of which no other list tells.
const MAX_FIXES: usize = 5;
/// Fixes listed for all findings of a place: a selection may hold thousands.
const MAX_OF_PLACE: usize = 20;
/// Recommendations listed for a column.
const MAX_RECOMMENDATIONS: usize = 5;
/// Confidence from which a recommendation is in the menu.
const MENU: f64 = 0.4;

/// Lists what can be done at the given place.
pub(crate) async fn list(server: &Server, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let Some(view) = now_view() else { return Ok(None) };
    let session = Arc::clone(&server.0);
    let (shown, token) = (view.clone(), now_token());
    from_reading(server, &view, move |reading| {
        let analysis = reading.analysis.as_deref()?;
        let span = from_proto::span(reading.rope(), params.range, session.client().encoding)?;
        let actions = analysis.with_table(&reading.config.config.settings, |table| {
            let menu = Menu { session: &session, view: &shown, reading, analysis, table, span, token };
            menu.actions(&params)
        });
        if session.client().action_literals {
            return Some(actions.into_iter().map(CodeActionOrCommand::from).collect());
        }
        // A client of old takes commands only.
        let commands = actions.into_iter().filter(|action| action.data.is_none() && action.edit.is_none());
        Some(commands.filter_map(|action| action.command).map(CodeActionOrCommand::from).collect())
    })
    .await
}

/// What can be done at one place.
pub(super) struct Menu<'a> {
    pub(super) session: &'a Session,
    pub(super) view: &'a View,
    pub(super) reading: &'a Reading,
    pub(super) analysis: &'a Analysis,
    table: &'a TableView<'a>,
    span: Span,
    token: CancelToken,
}

/// The fixes that a menu has already: no action stands in it twice.
#[derive(Default)]
struct Listed {
    fixes: Vec<(&'static str, Target)>,
    /// Of records: two ways to mend one may come to the same.
    edits: Vec<Vec<TextEdit>>,
    /// Titles of the fixes that their findings prefer.
    preferred: Vec<String>,
}

impl Listed {
    fn holds(&self, code: &str, target: Target) -> bool {
        self.fixes.contains(&(code, target))
    }

    /// Notes a fix that it does not hold; whether it does something that no other of them does.
    fn add(&mut self, table: &TableView<'_>, transform: &dyn Transform, target: Target) -> bool {
        let code = transform.meta().code;
        if matches!(target, Target::Record(_)) {
            let edits = transform.edits(table, target);
            if self.edits.contains(&edits) {
                return false;
            }
            self.edits.push(edits);
        }
        self.fixes.push((code, target));
        true
    }

    /// Notes in `action` a finding that it mends, and whether that one prefers it.
    fn also_mends(&mut self, action: &mut CodeAction, diagnostic: Option<&Diagnostic>, preferred: bool) {
        action.diagnostics = match action.diagnostics.take() {
            Some(mends) => Some(mends.into_iter().chain(diagnostic.cloned()).collect()),
            None => diagnostic.map(|diagnostic| vec![diagnostic.clone()]),
        };
        if preferred {
            self.preferred.push(action.title.clone());
            action.is_preferred = action.is_preferred.map(|_| true);
        }
    }
}

impl Menu<'_> {
    fn actions(&self, params: &CodeActionParams) -> Vec<CodeAction> {
        let only = params.context.only.as_ref();
        let wants = |kind: &CodeActionKind| {
            only.is_none_or(|only| {
                only.iter().any(|wanted| {
                    let (kind, wanted) = (kind.as_str(), wanted.as_str());
                    wanted.is_empty() || kind == wanted || kind.starts_with(&format!("{wanted}."))
                })
            })
        };
        let at = locate(self.table, self.span.start);
        let mut actions = Vec::new();
        let touching: Vec<(usize, &Finding)> = diagnostics::shown(self.reading)
            .filter(|(_, finding)| reaches(finding.place.span, self.span))
            .collect();
        let mut listed = Listed::default();
        if wants(&CodeActionKind::QUICKFIX) {
            for (idx, finding) in &touching {
                self.fixes(*idx, finding, &params.context.diagnostics, &mut listed, &mut actions);
            }
            // What each finding prefers stands above all that could be done instead.
            actions.sort_by_key(|action| !listed.preferred.contains(&action.title));
            // In the menu as a fix: some editors hide what is done to the whole source from the menu of a place.
            if !touching.is_empty() && !(only.is_some() && wants(&FIX_ALL)) {
                self.fix_all(CodeActionKind::QUICKFIX, 2, &mut actions);
            }
        }
        if let Some(at) = at.filter(|_| wants(&CodeActionKind::QUICKFIX)) {
            self.done_by_hand(at.column, &mut actions);
        }
        if let Some(at) = at.filter(|_| wants(&CodeActionKind::REFACTOR_REWRITE)) {
            self.recommendations(at, &listed, &mut actions);
            self.treat_as(at, &mut actions);
        }
        if wants(&CodeActionKind::QUICKFIX) {
            let findings: Vec<&Finding> = touching.iter().map(|(_, finding)| *finding).collect();
            self.answers(&findings, &mut actions);
        }
        if let Some(at) = at.filter(|_| wants(&CodeActionKind::REFACTOR_REWRITE))
            && let Some(record) = at.record
        {
            self.verdicts(at.column, record, &mut actions);
        }
        if only.is_some() && wants(&FIX_ALL) {
            self.fix_all(FIX_ALL, 1, &mut actions);
        }
        actions
    }

    /// The first few fixes of `finding` that are not in the menu yet.
    fn fixes(
        &self,
        idx: usize,
        finding: &Finding,
        asked: &[Diagnostic],
        listed: &mut Listed,
        out: &mut Vec<CodeAction>,
    ) {
        let diagnostic = asked.iter().find(|diagnostic| {
            diagnostic.data.as_ref().and_then(|data| data["finding"].as_u64()) == Some(idx as u64)
        });
        // Of the fixes that a check prefers, in its order, the first that can be done here.
        let mut preferred = true;
        let (mut n_column_fixes, mut n_fixes) = (0, 0);
        for fix in &finding.fixes {
            let of_column = matches!(fix.target, Target::Column(_) | Target::InPlace(_));
            let (n, most) =
                if of_column { (&mut n_column_fixes, MAX_COLUMN_FIXES) } else { (&mut n_fixes, MAX_FIXES) };
            if *n == most || out.len() == MAX_OF_PLACE {
                continue;
            }
            let Some(transform) = transforms::find(fix.transform) else { continue };
            let Some(proposal) = transform.propose(self.table, fix.target) else { continue };
            if listed.holds(fix.transform, fix.target) {
                let title = to_proto::inert(&proposal.title);
                let best = fix.preferred && std::mem::take(&mut preferred);
                if let Some(action) = out.iter_mut().find(|action| action.title == title) {
                    listed.also_mends(action, diagnostic, best);
                }
                continue;
            }
            if !listed.add(self.table, transform, fix.target) {
                continue;
            }
            *n += 1;
            let column = finding.place.field.filter(|&column| column < self.analysis.columns.len());
            if fix.transform == REOPEN {
                listed.preferred.push(proposal.title.clone());
                out.extend(self.reopen(&proposal));
                continue;
            }
            if fix.transform == split::CODE {
                out.extend(self.split(&proposal));
                continue;
            }
            let mut action = self.action(
                &proposal.title,
                CodeActionKind::QUICKFIX,
                Some((fix.transform, fix.target)),
                column,
                Vec::new(),
            );
            let best = fix.preferred && std::mem::take(&mut preferred);
            action.is_preferred = Some(false).filter(|_| self.session.client().preferred_actions);
            listed.also_mends(&mut action, diagnostic, best);
            out.push(action);
        }
    }

    /// Only the editor can read the file's bytes in another way; others are told of the command line by the finding.
    fn reopen(&self, proposal: &Proposal) -> Option<CodeAction> {
        const COMMAND: &str = "aurora.client.reopenWithEncoding";
        let encoding =
            proposal.parameters.iter().find(|(name, _)| *name == "encoding").map(|(_, label)| label)?;
        let argument = json!({"uri": self.uri(), "encoding": encoding});
        self.can(COMMAND).then(|| self.command(&proposal.title, CodeActionKind::QUICKFIX, COMMAND, argument))
    }

    /// Files beside the document, for a client that can create them.
    fn split(&self, proposal: &Proposal) -> Option<CodeAction> {
        split::offered(self.session, self.reading, self.table, &self.view.document.uri)?;
        let target = Some((split::CODE, Target::File));
        Some(self.action(&proposal.title, CodeActionKind::QUICKFIX, target, None, Vec::new()))
    }

    /// What is advised for the column, without what is a fix in this menu already.
    fn recommendations(&self, at: Located, listed: &Listed, out: &mut Vec<CodeAction>) {
        let Some(column) = self.analysis.columns.get(at.column) else { return };
        let considered = column.recommendations.iter().filter(|r| r.belief.p >= MENU);
        for r in considered.take(MAX_RECOMMENDATIONS) {
            let Some(transform) = transforms::find(r.action) else { continue };
            let target = Target::Column(at.column);
            let Some(proposal) = transform.propose(self.table, target) else { continue };
            if !listed.holds(r.action, target) {
                let title = format!("{} ({})", proposal.title, wording::sureness(r.belief.p));
                out.push(self.action(
                    &title,
                    CodeActionKind::REFACTOR_REWRITE,
                    Some((r.action, target)),
                    Some(at.column),
                    Vec::new(),
                ));
            }
            let alike = alike::columns(self.analysis, self.table, at.column, transform);
            if !alike.is_empty() {
                let title = format!("{}, in all {} columns like this", r.action, alike.len() + 1);
                let apply = Some((r.action, target));
                let column = Some(at.column);
                out.push(self.action(&title, CodeActionKind::REFACTOR_REWRITE, apply, column, alike));
            }
        }
        if column.recommendations.is_empty() {
            return;
        }
        if self.can("aurora.client.choose") {
            out.push(self.wanted(at.column));
        }
        let best = column.recommendations[0].action;
        if best != "leave-as-is" {
            out.push(CodeAction {
                kind: Some(CodeActionKind::REFACTOR_REWRITE),
                ..self.why(Some(at.column), best)
            });
        }
    }

    /// Whether the client itself runs `command`.
    pub(super) fn can(&self, command: &str) -> bool {
        self.session.client().commands.iter().any(|known| known == command)
    }

    /// All safe fixes in one, where there are at least so many.
    fn fix_all(&self, kind: CodeActionKind, least: usize, out: &mut Vec<CodeAction>) {
        let safe = diagnostics::shown(self.reading).filter(|(_, finding)| is_safe(self.table, finding));
        if safe.take(least).count() == least {
            out.push(self.action("Fix all that is safe", kind, None, None, Vec::new()));
        }
    }

    pub(super) fn uri(&self) -> String {
        self.view.document.uri.to_string()
    }

    pub(super) fn command(
        &self,
        title: &str,
        kind: CodeActionKind,
        command: &str,
        argument: Value,
    ) -> CodeAction {
        CodeAction {
            title: title.to_owned(),
            kind: Some(kind),
            command: Some(Command {
                title: title.to_owned(),
                command: command.to_owned(),
                arguments: Some(vec![argument]),
            }),
            ..CodeAction::default()
        }
    }

    /// An action with an edit, computed now only for clients that cannot ask for it later.
    fn action(
        &self,
        title: &str,
        kind: CodeActionKind,
        apply: Option<(&str, Target)>,
        column: Option<usize>,
        alike: Vec<usize>,
    ) -> CodeAction {
        let text = (self.view.version, self.view.snapshot.generation);
        let uri = self.view.document.uri.clone();
        let mut offer = Offer::new(self.session, uri, text, apply, column);
        offer.alike = alike;
        let title = to_proto::inert(title);
        let mut action = CodeAction { title, kind: Some(kind), ..CodeAction::default() };
        if self.session.client().lazy_edits() {
            // Without its command either: one that has a command is taken for whole by some editors.
            action.data = Some(json!(offer));
        } else {
            action.command = offer.announcement(&action.title);
            action.edit = offer.edit(self.session, self.view, self.reading, self.table, &self.token);
        }
        action
    }
}

/// `codeAction/resolve`: the edit of the chosen action, against the newest text.
pub(crate) async fn resolve(server: &Server, mut action: CodeAction) -> Result<CodeAction> {
    let Some(data) = action.data.clone() else { return Ok(action) };
    let offer: Offer =
        serde_json::from_value(data).map_err(|error| Error::invalid_params(error.to_string()))?;
    let view = now_view().ok_or_else(Error::content_modified)?;
    if view.snapshot.generation != offer.generation {
        return Err(Error::content_modified());
    }
    action.command = offer.announcement(&action.title);
    let session = Arc::clone(&server.0);
    let (shown, token) = (view.clone(), now_token());
    let edit = from_reading(server, &view, move |reading| {
        let analysis = reading.analysis.as_deref()?;
        let settings = &reading.config.config.settings;
        analysis.with_table(settings, |table| offer.edit(&session, &shown, reading, table, &token))
    })
    .await?;
    action.edit = Some(edit.ok_or_else(Error::content_modified)?);
    Ok(action)
}
