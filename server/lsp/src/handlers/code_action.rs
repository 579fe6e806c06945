//! `textDocument/codeAction` and `codeAction/resolve`: fixes of findings, what is advised for the column, all safe
//! fixes at once, and the answers a person may give.

use std::sync::Arc;

use aurora_advice::{Finding, FixClass, Proposal, TableView, Target, transforms};
use aurora_analysis::Analysis;
use aurora_recipe::Step;
use aurora_text::{Span, TextEdit};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{
    self, CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, CodeActionResponse, Command,
    Diagnostic, Url, WorkspaceEdit,
};

use crate::capabilities::Client;
use crate::documents::{Reading, View};
use crate::handlers::execute_command::{AnnounceArguments, CorrectArguments, KindWord};
use crate::handlers::{alike, diagnostics, from_reading, split};
use crate::locate::{Located, locate, reaches};
use crate::server::Server;
use crate::session::{Session, now_view};
use crate::{edits, from_proto, to_proto};

/// `source.fixAll.aurora`
const FIX_ALL: CodeActionKind = CodeActionKind::new("source.fixAll.aurora");
/// The one fix that is no edit: only the editor can do it.
const REOPEN: &str = "reopen-with-encoding";
/// Fixes listed for one place.
const MAX_FIXES: usize = 20;
/// Recommendations listed for a column.
const MAX_RECOMMENDATIONS: usize = 5;
/// Confidence from which a recommendation is in the menu.
const MENU: f64 = 0.4;

/// What an action would do; computed when it is chosen.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Recipe {
    uri: Url,
    version: i32,
    generation: u64,
    ticket: u64,
    /// Transform and target; none for all safe fixes.
    apply: Option<(String, ApplyTo)>,
    /// The column that the answer is about.
    column: Option<usize>,
    /// Further columns to which the transform is applied; they are no answers of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    alike: Vec<usize>,
}

impl Recipe {
    /// Every target of the transform.
    fn targets(&self) -> impl Iterator<Item = (&str, Target)> {
        let first = self.apply.as_ref().map(|(code, target)| (code.as_str(), (*target).into()));
        let code = first.map_or("", |(code, _)| code);
        first.into_iter().chain(self.alike.iter().map(move |&column| (code, Target::Column(column))))
    }

    /// The transform to apply; none for all safe fixes.
    fn transform(&self) -> Option<&str> {
        self.apply.as_ref().map(|(code, _)| code.as_str())
    }

    /// Whether the document's text changes, which is announced; or only new files are made beside it.
    fn changes_text(&self) -> bool {
        self.transform() != Some(split::CODE)
    }
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
/// A transform's target on the wire.
enum ApplyTo {
    File,
    Column(usize),
    InPlace(usize),
    Record(u64),
    Field(u64, usize),
}

impl From<Target> for ApplyTo {
    fn from(target: Target) -> Self {
        match target {
            Target::File => Self::File,
            Target::Column(column) => Self::Column(column),
            Target::InPlace(column) => Self::InPlace(column),
            Target::Record(record) => Self::Record(record),
            Target::Field(record, column) => Self::Field(record, column),
        }
    }
}

impl From<ApplyTo> for Target {
    fn from(target: ApplyTo) -> Self {
        match target {
            ApplyTo::File => Self::File,
            ApplyTo::Column(column) => Self::Column(column),
            ApplyTo::InPlace(column) => Self::InPlace(column),
            ApplyTo::Record(record) => Self::Record(record),
            ApplyTo::Field(record, column) => Self::Field(record, column),
        }
    }
}

/// Lists what can be done at the given place.
pub(crate) async fn list(server: &Server, params: CodeActionParams) -> Result<Option<CodeActionResponse>> {
    let Some(view) = now_view() else { return Ok(None) };
    let session = Arc::clone(&server.0);
    let shown = view.clone();
    from_reading(server, &view, move |reading| {
        let analysis = reading.analysis.as_deref()?;
        let span = from_proto::span(reading.rope(), params.range, session.client().encoding)?;
        let actions = analysis.with_table(&reading.config.config.settings, |table| {
            let menu = Menu { session: &session, view: &shown, reading, analysis, table, span };
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
        if wants(&CodeActionKind::QUICKFIX) {
            for (idx, finding) in &touching {
                self.fixes(*idx, finding, &params.context.diagnostics, &mut actions);
            }
            // In the menu as a fix: some editors hide what is done to the whole source from the menu of a place.
            if !touching.is_empty() && !(only.is_some() && wants(&FIX_ALL)) {
                self.fix_all(CodeActionKind::QUICKFIX, 2, &mut actions);
            }
        }
        if let Some(at) = at.filter(|_| wants(&CodeActionKind::QUICKFIX)) {
            self.done_by_hand(at.column, &mut actions);
        }
        if let Some(at) = at.filter(|_| wants(&CodeActionKind::REFACTOR_REWRITE)) {
            self.recommendations(at, &mut actions);
            self.treat_as(at, &mut actions);
        }
        if wants(&CodeActionKind::QUICKFIX) {
            for (_, finding) in &touching {
                self.answers(finding, &mut actions);
            }
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

    fn fixes(&self, idx: usize, finding: &Finding, asked: &[Diagnostic], out: &mut Vec<CodeAction>) {
        let diagnostic = asked.iter().find(|diagnostic| {
            diagnostic.data.as_ref().and_then(|data| data["finding"].as_u64()) == Some(idx as u64)
        });
        // Of the fixes that a check prefers, in its order, the first that can be done here.
        let mut preferred = true;
        let mut listed: Vec<Vec<TextEdit>> = Vec::new();
        for fix in finding.fixes.iter().take(MAX_FIXES.saturating_sub(out.len())) {
            let Some(transform) = transforms::find(fix.transform) else { continue };
            let Some(proposal) = transform.propose(self.table, fix.target) else { continue };
            if matches!(fix.target, Target::Record(_)) {
                // Two ways to mend a record may come to the same.
                let edits = transform.edits(self.table, fix.target);
                if listed.contains(&edits) {
                    continue;
                }
                listed.push(edits);
            }
            let column = finding.place.field.filter(|&column| column < self.analysis.columns.len());
            if fix.transform == REOPEN {
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
            action.is_preferred = Some(best).filter(|_| self.session.client().preferred_actions);
            action.diagnostics = diagnostic.map(|diagnostic| vec![diagnostic.clone()]);
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

    fn recommendations(&self, at: Located, out: &mut Vec<CodeAction>) {
        let Some(column) = self.analysis.columns.get(at.column) else { return };
        let considered = column.recommendations.iter().filter(|r| r.belief.p >= MENU);
        for r in considered.take(MAX_RECOMMENDATIONS) {
            let Some(transform) = transforms::find(r.action) else { continue };
            let target = Target::Column(at.column);
            let Some(proposal) = transform.propose(self.table, target) else { continue };
            let title = format!("{} ({:.0} %)", proposal.title, r.belief.p * 100.0);
            out.push(self.action(
                &title,
                CodeActionKind::REFACTOR_REWRITE,
                Some((r.action, target)),
                Some(at.column),
                Vec::new(),
            ));
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
        let safe =
            diagnostics::shown(self.reading).filter(|(_, finding)| safe_fix(self.table, finding).is_some());
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
        let ticket = self.session.ticket();
        let recipe = Recipe {
            uri: self.view.document.uri.clone(),
            version: self.view.version,
            generation: self.view.snapshot.generation,
            ticket,
            apply: apply.map(|(transform, target)| (transform.to_owned(), target.into())),
            column,
            alike,
        };
        let title = to_proto::inert(title);
        let mut action = CodeAction { title, kind: Some(kind), ..CodeAction::default() };
        let client = self.session.client();
        if client.lazy_edits() {
            // Without its command either: one that has a command is taken for whole by some editors.
            action.data = Some(json!(recipe));
        } else {
            let files = split::edit(self.session, self.reading, self.table, &recipe.uri, recipe.transform());
            action.command = recipe.changes_text().then(|| announcement(&action.title, &recipe));
            action.edit = files.or_else(|| {
                let changes = changes(self.reading, self.table, &recipe);
                Some(edit(client, self.view, self.reading, &recipe, changes))
            });
        }
        action
    }
}

/// The command by which the client says that the action was taken.
fn announcement(title: &str, recipe: &Recipe) -> Command {
    let arguments = AnnounceArguments { uri: recipe.uri.to_string(), ticket: recipe.ticket };
    Command {
        title: title.to_owned(),
        command: "aurora.announce".to_owned(),
        arguments: Some(vec![json!(arguments)]),
    }
}

/// `codeAction/resolve`: the edit of the chosen action, against the newest text.
pub(crate) async fn resolve(server: &Server, mut action: CodeAction) -> Result<CodeAction> {
    let Some(data) = action.data.clone() else { return Ok(action) };
    let recipe: Recipe =
        serde_json::from_value(data).map_err(|error| Error::invalid_params(error.to_string()))?;
    let view = now_view().ok_or_else(Error::content_modified)?;
    if view.snapshot.generation != recipe.generation {
        return Err(Error::content_modified());
    }
    action.command = recipe.changes_text().then(|| announcement(&action.title, &recipe));
    let session = Arc::clone(&server.0);
    let shown = view.clone();
    let edit = from_reading(server, &view, move |reading| {
        let analysis = reading.analysis.as_deref()?;
        analysis.with_table(&reading.config.config.settings, |table| {
            if !recipe.changes_text() {
                return split::edit(&session, reading, table, &recipe.uri, recipe.transform());
            }
            let changes = changes(reading, table, &recipe);
            Some(edit(session.client(), &shown, reading, &recipe, changes))
        })
    })
    .await?;
    action.edit = Some(edit.ok_or_else(Error::content_modified)?);
    Ok(action)
}

/// The edit of all safe fixes, and how many places it changes.
pub(crate) fn fix_all(session: &Session, view: &View, reading: &Reading) -> Option<(WorkspaceEdit, usize)> {
    let edits = safe_edits(session, view, reading);
    let n = edits.len();
    let uri = view.document.uri.clone();
    (n > 0).then(|| (to_proto::workspace_edit(session.client(), uri, reading.version, edits), n))
}

/// The edits of all safe fixes, which the server itself has the client make: nobody else will announce them.
pub(crate) fn safe_edits(session: &Session, view: &View, reading: &Reading) -> Vec<lsp_types::TextEdit> {
    let Some(analysis) = reading.analysis.as_deref() else { return Vec::new() };
    let recipe = Recipe {
        uri: view.document.uri.clone(),
        version: reading.version,
        generation: reading.snapshot.generation,
        ticket: session.ticket(),
        apply: None,
        column: None,
        alike: Vec::new(),
    };
    let changes =
        analysis.with_table(&reading.config.config.settings, |table| changes(reading, table, &recipe));
    if changes.is_empty() {
        return Vec::new();
    }
    promise(view, reading, &recipe, &changes);
    view.document.with_promises(|promises, _| promises.announce(recipe.ticket));
    to_proto::text_edits(reading.rope(), &changes, session.client().encoding)
}

/// The edit of a column's transform, the number that announces it, and its title; `None` when it changes nothing.
pub(crate) fn column_edit(
    session: &Session,
    view: &View,
    reading: &Reading,
    column: usize,
    action: &str,
    all_alike: bool,
) -> Option<(WorkspaceEdit, u64, String)> {
    let analysis = reading.analysis.as_deref()?;
    let (transform, target) = (transforms::find(action)?, Target::Column(column));
    let ticket = session.ticket();
    let mut recipe = Recipe {
        uri: view.document.uri.clone(),
        version: reading.version,
        generation: reading.snapshot.generation,
        ticket,
        apply: Some((action.to_owned(), target.into())),
        column: Some(column),
        alike: Vec::new(),
    };
    let (title, changes) = analysis.with_table(&reading.config.config.settings, |table| {
        let mut title = transform.propose(table, target)?.title;
        if all_alike {
            recipe.alike = alike::columns(analysis, table, column, transform);
            title = format!("{action}, in {} columns", recipe.alike.len() + 1);
        }
        Some((title, changes(reading, table, &recipe)))
    })?;
    let title = to_proto::inert(&title);
    (!changes.is_empty()).then(|| (edit(session.client(), view, reading, &recipe, changes), ticket, title))
}

/// How many findings have a safe fix, up to `most`.
pub(crate) fn n_safe(reading: &Reading, most: usize) -> usize {
    let Some(analysis) = reading.analysis.as_deref() else { return 0 };
    analysis.with_table(&reading.config.config.settings, |table| {
        diagnostics::shown(reading)
            .filter(|(_, finding)| safe_fix(table, finding).is_some())
            .take(most)
            .count()
    })
}

/// What the text changes by.
fn changes(reading: &Reading, table: &TableView<'_>, recipe: &Recipe) -> Vec<TextEdit> {
    if recipe.apply.is_none() {
        return edits::bounded(reading.rope(), all_safe(reading, table));
    }
    let found = alike::edits(table, recipe.targets());
    edits::bounded(reading.rope(), found)
}

fn all_safe(reading: &Reading, table: &TableView<'_>) -> Vec<TextEdit> {
    let mut all: Vec<TextEdit> = Vec::new();
    for (_, finding) in diagnostics::shown(reading) {
        let Some((transform, target)) = safe_fix(table, finding) else { continue };
        let own = transform.edits(table, target);
        // A fix whose edits meet another fix's waits for the next pass.
        let free = own.iter().all(|edit| !all.iter().any(|other| meet(edit.span, other.span)));
        if free {
            all.extend(own);
        }
    }
    all
}

fn meet(a: Span, b: Span) -> bool {
    a.start <= b.end && b.start <= a.end
}

/// The preferred fix of `finding`, if it is a safe edit.
fn safe_fix(
    table: &TableView<'_>,
    finding: &Finding,
) -> Option<(&'static dyn aurora_advice::Transform, Target)> {
    let mut preferred = finding.fixes.iter().filter(|fix| fix.preferred && fix.transform != REOPEN);
    let (transform, fix, proposal) = preferred.find_map(|fix| {
        let transform = transforms::find(fix.transform)?;
        Some((transform, fix, transform.propose(table, fix.target)?))
    })?;
    (proposal.class == FixClass::Safe).then_some((transform, fix.target))
}

/// The edit for the client; the document remembers what it promises.
fn edit(
    client: &Client,
    view: &View,
    reading: &Reading,
    recipe: &Recipe,
    changes: Vec<TextEdit>,
) -> WorkspaceEdit {
    promise(view, reading, recipe, &changes);
    let edits = to_proto::text_edits(reading.rope(), &changes, client.encoding);
    to_proto::workspace_edit(client, recipe.uri.clone(), recipe.version, edits)
}

/// Has the document remember what the action makes of it.
fn promise(view: &View, reading: &Reading, recipe: &Recipe, changes: &[TextEdit]) {
    let key = |column: usize| Some(reading.analysis.as_deref()?.columns.get(column)?.key);
    let answer = recipe.apply.as_ref().map(|(code, _)| CorrectArguments {
        key: recipe.column.and_then(key),
        ..CorrectArguments::of_transform(recipe.uri.as_str(), recipe.column, code, KindWord::Accept)
    });
    let after = edits::applied(reading.rope(), changes);
    let steps = steps(reading, recipe);
    view.document.with_promises(|promises, _| {
        promises.promise(recipe.ticket, reading.rope().clone(), after, answer, steps);
    });
}

/// What the action does, as steps that can be replayed.
fn steps(reading: &Reading, recipe: &Recipe) -> aurora_recipe::Recipe {
    let Some(analysis) = reading.analysis.as_deref() else { return aurora_recipe::Recipe::default() };
    analysis.with_table(&reading.config.config.settings, |table| {
        let mut made = aurora_recipe::Recipe::of(table);
        match &recipe.apply {
            Some(_) => {
                recipe.targets().for_each(|(code, target)| made.steps.extend(Step::of(table, code, target)))
            }
            None => {
                for (_, finding) in diagnostics::shown(reading) {
                    let Some((transform, target)) = safe_fix(table, finding) else { continue };
                    let code = transform.meta().code;
                    let per_record = matches!(target, Target::Record(_) | Target::Field(..));
                    // One step stands for all records.
                    if !(per_record
                        && made.steps.iter().any(|step| step.per_record && step.transform == code))
                    {
                        made.steps.extend(Step::of(table, code, target));
                    }
                }
            }
        }
        made
    })
}
