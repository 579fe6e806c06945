//! `workspace/executeCommand`: a closed list of commands with typed arguments.

use std::sync::Arc;

use aurora_learning::{ColumnKey, Kind, Scope, Target};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::{ExecuteCommandParams, MessageType, Url};

use crate::handlers::team::{self, TeamArguments};
use crate::handlers::{correct, formatting, offer, why};
use crate::learning;
use crate::pool::Lane;
use crate::server::Server;
use crate::session::{Session, now_token};
use crate::to_proto;

/// The commands that editors register. `aurora.reinterpret` and `aurora.layout` are understood as well but not listed:
/// extensions have commands of those names themselves, and a client refuses to register one twice.
pub(crate) const COMMANDS: &[&str] = &[
    "aurora.announce",
    "aurora.apply",
    "aurora.correct",
    "aurora.fixAll",
    "aurora.recipe",
    "aurora.team.join",
    "aurora.team.leave",
    "aurora.team.preview",
    "aurora.team.publish",
    "aurora.team.pull",
    "aurora.team.share",
    "aurora.team.status",
    "aurora.why",
];

macro_rules! words {
    ($(#[$doc:meta])* $wire:ident for $core:ident { $($variant:ident),* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(rename_all = "lowercase")]
        pub(crate) enum $wire { $(#[doc = stringify!($variant)] $variant),* }

        impl From<$wire> for $core {
            fn from(word: $wire) -> Self {
                match word { $($wire::$variant => Self::$variant),* }
            }
        }

        impl From<$core> for $wire {
            fn from(word: $core) -> Self {
                match word { $($core::$variant => Self::$variant),* }
            }
        }
    };
}

words! {
    /// What a correction is about.
    TargetWord for Target { Role, Transform, Check, Value }
}
words! {
    /// What the person did.
    KindWord for Kind { Accept, Dismiss, Override, Undo, Manual }
}
words! {
    /// How far an answer reaches.
    ScopeWord for Scope { Column, Alike, All }
}

/// The argument of `aurora.correct`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub(crate) struct CorrectArguments {
    /// The document.
    pub(crate) uri: String,
    /// The column, from 0.
    pub(crate) column: Option<usize>,
    /// What it is about.
    pub(crate) target: TargetWord,
    /// The role, transform or check asked about.
    pub(crate) action: String,
    /// What the person did.
    pub(crate) kind: KindWord,
    /// What the person wanted instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) wanted: Option<String>,
    /// The data record of a value, from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) record: Option<u64>,
    /// How far the answer reaches; columns alike when not given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) scope: Option<ScopeWord>,
    /// Where the column stood among the beliefs when the answer was made ready: since then the text may have become
    /// what the answer is about. Never told to the client.
    #[serde(skip)]
    pub(crate) key: Option<ColumnKey>,
}

impl CorrectArguments {
    /// An answer about the transform `action`.
    pub(crate) fn of_transform(uri: &str, column: Option<usize>, action: &str, kind: KindWord) -> Self {
        Self {
            uri: uri.to_owned(),
            column,
            target: TargetWord::Transform,
            action: action.to_owned(),
            kind,
            wanted: None,
            record: None,
            scope: None,
            key: None,
        }
    }

    /// An answer about the check `action`.
    pub(crate) fn of_check(
        uri: &str,
        column: Option<usize>,
        action: &str,
        kind: KindWord,
        scope: ScopeWord,
    ) -> Self {
        let target = TargetWord::Check;
        Self { target, scope: Some(scope), ..Self::of_transform(uri, column, action, kind) }
    }
}

/// The argument of `aurora.announce`: an action was taken.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct AnnounceArguments {
    /// The document.
    pub(crate) uri: String,
    /// The number that the action was given.
    pub(crate) ticket: u64,
}

/// The argument of `aurora.why`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct WhyArguments {
    /// The document.
    pub(crate) uri: String,
    /// The column, from 0.
    pub(crate) column: Option<usize>,
    /// The check or transform to explain.
    pub(crate) action: Option<String>,
}

/// The argument of `aurora.fixAll` and `aurora.recipe`.
#[derive(Debug, Deserialize)]
struct DocumentArguments {
    uri: String,
}

/// The argument of `aurora.apply`.
#[derive(Debug, Deserialize)]
struct ApplyArguments {
    uri: String,
    /// The column, from 0.
    column: usize,
    /// The transform.
    action: String,
    /// Apply it to every column like this one: one edit, one vote.
    #[serde(default)]
    alike: bool,
}

/// The argument of `aurora.layout`.
#[derive(Debug, Deserialize)]
struct LayoutArguments {
    uri: String,
    /// `aligned` or `compact`.
    layout: String,
}

/// The argument of `aurora.reinterpret`.
#[derive(Debug, Deserialize)]
struct ReinterpretArguments {
    uri: String,
    /// The delimiter; none to detect it again.
    delimiter: Option<String>,
}

/// Runs a command.
pub(crate) async fn run(server: &Server, params: ExecuteCommandParams) -> Result<Option<Value>> {
    let argument = params.arguments.into_iter().next().unwrap_or(Value::Null);
    match params.command.as_str() {
        "aurora.correct" => correct::run(&server.0, read(argument)?).await.map(Some),
        "aurora.announce" => announce(&server.0, &read(argument)?),
        "aurora.why" => why(&server.0, read(argument)?).await.map(Some),
        "aurora.apply" => apply(&server.0, read(argument)?).await,
        "aurora.layout" => layout(&server.0, &read(argument)?).await,
        "aurora.fixAll" => fix_all(&server.0, &read(argument)?).await,
        "aurora.recipe" => recipe(&server.0, &read(argument)?).map(Some),
        "aurora.reinterpret" => reinterpret(&server.0, &read(argument)?),
        command => match command.strip_prefix("aurora.team.").filter(|_| COMMANDS.contains(&command)) {
            Some(verb) => {
                let arguments = if argument.is_null() { TeamArguments::default() } else { read(argument)? };
                team::run(&server.0, verb, arguments).await.map(Some)
            }
            None => Err(Error::invalid_params("no such command")),
        },
    }
}

fn read<T: for<'de> Deserialize<'de>>(argument: Value) -> Result<T> {
    serde_json::from_value(argument).map_err(|error| Error::invalid_params(error.to_string()))
}

/// The URI that `uri` is.
pub(super) fn uri(uri: &str) -> Result<Url> {
    Url::parse(uri).map_err(|_| Error::invalid_params("not a uri"))
}

/// What is said of a document that is not open.
pub(super) fn not_open() -> Error {
    Error::invalid_params("the document is not open")
}

fn announce(session: &Arc<Session>, arguments: &AnnounceArguments) -> Result<Option<Value>> {
    if let Some(view) = session.view(&uri(&arguments.uri)?) {
        let done = view.document.announce(arguments.ticket);
        learning::take_in(session, done);
    }
    Ok(None)
}

async fn why(session: &Arc<Session>, arguments: WhyArguments) -> Result<Value> {
    let view = session.view(&uri(&arguments.uri)?).ok_or_else(not_open)?;
    let reading = view.reading().await?;
    let shared = Arc::clone(session);
    let (column, action) = (arguments.column, arguments.action);
    let asked = action.clone();
    let explain = move || why::explain(&shared, &reading, column, asked.as_deref());
    let why = session.pool.run(Lane::Store, explain).await.map_err(|_| Error::internal_error())?;
    if !session.client().commands.iter().any(|command| command == "aurora.client.showWhy") {
        session.link.show(MessageType::INFO, &why.markdown);
    }
    Ok(json!({"title": action, "markdown": why.markdown, "lines": why.lines}))
}

/// Sends the edit of one transform of a column to the client; the accept counts when the text has become that.
async fn apply(session: &Arc<Session>, arguments: ApplyArguments) -> Result<Option<Value>> {
    let view = session.view(&uri(&arguments.uri)?).ok_or_else(not_open)?;
    let reading = view.complete_reading().await?;
    let (shared, shown, token) = (Arc::clone(session), view.clone(), now_token());
    let found = session.pool.run(Lane::Request, move || {
        let wanted = (arguments.action.as_str(), arguments.alike);
        offer::column_edit(&shared, &shown, &reading, arguments.column, wanted, &token)
    });
    let found = found.await.map_err(|_| Error::internal_error())?;
    let (edit, ticket, title) = found.ok_or_else(|| Error::invalid_params("nothing to change here"))?;
    let session = Arc::clone(session);
    let label = title.clone();
    tokio::spawn(async move {
        let params = json!({"label": format!("AURORA: {label}"), "edit": edit});
        let answer = session.link.ask("workspace/applyEdit", params).await;
        if answer.is_some_and(|answer| answer["applied"] == true) {
            let done = view.document.announce(ticket);
            learning::take_in(&session, done);
        }
    });
    Ok(Some(json!(title)))
}

/// Sends the edit that lays out the columns to the client.
async fn layout(session: &Arc<Session>, arguments: &LayoutArguments) -> Result<Option<Value>> {
    let view = session.view(&uri(&arguments.uri)?).ok_or_else(not_open)?;
    let layout = formatting::layout(&arguments.layout)
        .ok_or_else(|| Error::invalid_params("a layout is aligned or compact"))?;
    let reading = view.complete_reading().await?;
    let shared = Arc::clone(session);
    let found = session.pool.run(Lane::Request, move || {
        let all = aurora_text::Span::new(0, reading.rope().len_bytes());
        let changes = formatting::changes(&reading, layout, all)?;
        formatting::expect(&shared, &view.document, &reading, &changes);
        let client = shared.client();
        let edits = to_proto::text_edits(reading.rope(), &changes, client.encoding);
        let n = edits.len();
        let uri = view.document.uri.clone();
        Ok((n, to_proto::workspace_edit(client, uri, reading.version, edits)))
    });
    let (n, edit) = found.await.map_err(|_| Error::internal_error())??;
    if n > 0 {
        let session = Arc::clone(session);
        tokio::spawn(async move {
            let params = json!({"label": "AURORA: lay out the columns", "edit": edit});
            session.link.ask("workspace/applyEdit", params).await;
        });
    }
    Ok(Some(json!(n)))
}

/// Sends the edit of all safe fixes to the client. What comes of it is not waited for.
async fn fix_all(session: &Arc<Session>, arguments: &DocumentArguments) -> Result<Option<Value>> {
    let view = session.view(&uri(&arguments.uri)?).ok_or_else(not_open)?;
    let reading = view.complete_reading().await?;
    let (shared, token) = (Arc::clone(session), now_token());
    let found = session.pool.run(Lane::Request, move || offer::fix_all(&shared, &view, &reading, &token));
    let Some((edit, n)) = found.await.map_err(|_| Error::internal_error())? else {
        return Ok(Some(json!(0)));
    };
    let session = Arc::clone(session);
    tokio::spawn(async move {
        let params = json!({"label": "AURORA: fix all that is safe", "edit": edit});
        session.link.ask("workspace/applyEdit", params).await;
    });
    Ok(Some(json!(n)))
}

/// What was accepted in the document since it was opened, as the text of a recipe, for the client to show or write.
fn recipe(session: &Arc<Session>, arguments: &DocumentArguments) -> Result<Value> {
    let view = session.view(&uri(&arguments.uri)?).ok_or_else(not_open)?;
    let recipe = view.document.with_promises(|promises, _| promises.recipe()).unwrap_or_default();
    Ok(json!({"steps": recipe.steps.len(), "text": aurora_recipe::file::write(&recipe)}))
}

fn reinterpret(session: &Arc<Session>, arguments: &ReinterpretArguments) -> Result<Option<Value>> {
    let view = session.view(&uri(&arguments.uri)?).ok_or_else(not_open)?;
    let delimiter = match &arguments.delimiter {
        Some(text) => Some(
            aurora_table::Delimiter::from_text(text)
                .filter(|_| !text.contains(['\n', '\r']))
                .ok_or_else(|| Error::invalid_params("a delimiter has one to eight bytes"))?,
        ),
        None => None,
    };
    let dialect = view.document.reinterpret(delimiter);
    session.choose(&view.document.uri, dialect);
    view.document.changed.notify_one();
    Ok(None)
}
