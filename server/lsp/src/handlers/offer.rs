//! What a code action would do: small while it is only offered, worked out when it is chosen.

use aurora_advice::{
    Finding, FixAll, FixOptions, TableView, Target, fix_all_unless, fix_of, together, transforms,
};
use aurora_recipe::Step;
use serde::{Deserialize, Serialize};
use serde_json::json;
use tower_lsp::lsp_types::{self, Command, Url, WorkspaceEdit};

use crate::capabilities::Client;
use crate::documents::{Reading, View};
use crate::handlers::execute_command::{AnnounceArguments, CorrectArguments, KindWord};
use crate::handlers::{alike, diagnostics, split};
use crate::pool::CancelToken;
use crate::session::Session;
use crate::{edits, to_proto};

/// The one fix that is no edit: only the editor can do it.
pub(super) const REOPEN: &str = "reopen-with-encoding";

/// What an action would do; computed when it is chosen.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Offer {
    uri: Url,
    version: i32,
    /// The snapshot that it was made for.
    pub(super) generation: u64,
    ticket: u64,
    /// Transform and target; none for all safe fixes.
    apply: Option<(String, ApplyTo)>,
    /// The column that the answer is about.
    column: Option<usize>,
    /// Further columns to which the transform is applied; they are no answers of their own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) alike: Vec<usize>,
}

impl Offer {
    /// An offer for the text of `version` and `generation`.
    pub(super) fn new(
        session: &Session,
        uri: Url,
        (version, generation): (i32, u64),
        apply: Option<(&str, Target)>,
        column: Option<usize>,
    ) -> Self {
        let apply = apply.map(|(transform, target)| (transform.to_owned(), target.into()));
        Self { uri, version, generation, ticket: session.ticket(), apply, column, alike: Vec::new() }
    }

    fn of_reading(
        session: &Session,
        view: &View,
        reading: &Reading,
        apply: Option<(&str, Target)>,
        column: Option<usize>,
    ) -> Self {
        let text = (reading.version, reading.snapshot.generation);
        Self::new(session, view.document.uri.clone(), text, apply, column)
    }

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

    /// The command by which the client says that the action called `title` was taken.
    pub(super) fn announcement(&self, title: &str) -> Option<Command> {
        let arguments = AnnounceArguments { uri: self.uri.to_string(), ticket: self.ticket };
        self.changes_text().then(|| Command {
            title: title.to_owned(),
            command: "aurora.announce".to_owned(),
            arguments: Some(vec![json!(arguments)]),
        })
    }

    /// What it comes to, worked out now; `None` where it can no longer be done, or `token` says that nobody wants it.
    pub(super) fn edit(
        &self,
        session: &Session,
        view: &View,
        reading: &Reading,
        table: &TableView<'_>,
        token: &CancelToken,
    ) -> Option<WorkspaceEdit> {
        if !self.changes_text() {
            return split::edit(session, reading, table, &self.uri, self.transform());
        }
        Some(self.write(session.client(), view, reading, &self.changes(reading, table, token)?))
    }

    /// What the text changes by, in so few edits that an editor stays awake; `None` once nobody wants it.
    fn changes(&self, reading: &Reading, table: &TableView<'_>, token: &CancelToken) -> Option<FixAll> {
        let stop = || token.is_cancelled();
        let mut found = match self.apply {
            None => {
                let findings = diagnostics::shown(reading).map(|(_, finding)| finding);
                fix_all_unless(&stop, table, findings, &FixOptions::SAFE)?
            }
            Some(_) => {
                let chosen = |(code, target)| Some((transforms::find(code)?, target));
                together(&stop, table, self.targets().filter_map(chosen))?
            }
        };
        found.edits = edits::bounded(reading.rope(), found.edits);
        Some(found)
    }

    /// These changes as an edit of its version, with the promise of what they make of the text.
    fn write(&self, client: &Client, view: &View, reading: &Reading, changes: &FixAll) -> WorkspaceEdit {
        self.promise(view, reading, changes);
        let edits = to_proto::text_edits(reading.rope(), &changes.edits, client.encoding);
        to_proto::workspace_edit(client, self.uri.clone(), self.version, edits)
    }

    /// Has the document remember what the action makes of it.
    fn promise(&self, view: &View, reading: &Reading, changes: &FixAll) {
        let key = |column: usize| Some(reading.analysis.as_deref()?.columns.get(column)?.key);
        let answer = self.apply.as_ref().map(|(code, _)| CorrectArguments {
            key: self.column.and_then(key),
            ..CorrectArguments::of_transform(self.uri.as_str(), self.column, code, KindWord::Accept)
        });
        let after = edits::applied(reading.rope(), &changes.edits);
        let steps = steps(reading, &changes.fixes);
        view.document.with_promises(|promises, _| {
            promises.promise(self.ticket, reading.rope().clone(), after, answer, steps);
        });
    }
}

/// What these fixes do, as steps that can be replayed.
fn steps(reading: &Reading, fixes: &[(&'static str, Target)]) -> aurora_recipe::Recipe {
    let Some(analysis) = reading.analysis.as_deref() else { return aurora_recipe::Recipe::default() };
    analysis.with_table(&reading.config.config.settings, |table| {
        let mut made = aurora_recipe::Recipe::of(table);
        for &(code, target) in fixes {
            let per_record = matches!(target, Target::Record(_) | Target::Field(..));
            // One step stands for all records.
            let stands = |step: &Step| step.per_record && step.transform == code;
            if !(per_record && made.steps.iter().any(stands)) {
                made.steps.extend(Step::of(table, code, target));
            }
        }
        made
    })
}

/// A transform's target on the wire.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
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

/// The edit of all safe fixes, and how many places it changes.
pub(crate) fn fix_all(
    session: &Session,
    view: &View,
    reading: &Reading,
    token: &CancelToken,
) -> Option<(WorkspaceEdit, usize)> {
    let edits = safe_edits(session, view, reading, token);
    let n = edits.len();
    let uri = view.document.uri.clone();
    (n > 0).then(|| (to_proto::workspace_edit(session.client(), uri, reading.version, edits), n))
}

/// The edits of all safe fixes, which the server itself has the client make: nobody else will announce them.
pub(crate) fn safe_edits(
    session: &Session,
    view: &View,
    reading: &Reading,
    token: &CancelToken,
) -> Vec<lsp_types::TextEdit> {
    let Some(analysis) = reading.analysis.as_deref() else { return Vec::new() };
    let offer = Offer::of_reading(session, view, reading, None, None);
    let settings = &reading.config.config.settings;
    let changes = analysis.with_table(settings, |table| offer.changes(reading, table, token));
    let Some(changes) = changes.filter(|changes| !changes.edits.is_empty()) else { return Vec::new() };
    offer.promise(view, reading, &changes);
    view.document.with_promises(|promises, _| promises.announce(offer.ticket));
    to_proto::text_edits(reading.rope(), &changes.edits, session.client().encoding)
}

/// The edit of a column's transform, the number that announces it, and its title; `None` when it changes nothing.
pub(crate) fn column_edit(
    session: &Session,
    view: &View,
    reading: &Reading,
    column: usize,
    (action, all_alike): (&str, bool),
    token: &CancelToken,
) -> Option<(WorkspaceEdit, u64, String)> {
    let analysis = reading.analysis.as_deref()?;
    let (transform, target) = (transforms::find(action)?, Target::Column(column));
    let mut offer = Offer::of_reading(session, view, reading, Some((action, target)), Some(column));
    let (title, changes) = analysis.with_table(&reading.config.config.settings, |table| {
        let mut title = transform.propose(table, target)?.title;
        if all_alike {
            offer.alike = alike::columns(analysis, table, column, transform);
            title = format!("{action}, in {} columns", offer.alike.len() + 1);
        }
        Some((title, offer.changes(reading, table, token)?))
    })?;
    let title = to_proto::inert(&title);
    (!changes.edits.is_empty())
        .then(|| (offer.write(session.client(), view, reading, &changes), offer.ticket, title))
}

/// How many findings have a safe fix, up to `most`.
pub(crate) fn n_safe(reading: &Reading, most: usize) -> usize {
    let Some(analysis) = reading.analysis.as_deref() else { return 0 };
    analysis.with_table(&reading.config.config.settings, |table| {
        diagnostics::shown(reading).filter(|(_, finding)| is_safe(table, finding)).take(most).count()
    })
}

/// Whether `finding` is among those that "fix all" mends.
pub(super) fn is_safe(table: &TableView<'_>, finding: &Finding) -> bool {
    fix_of(table, finding, &FixOptions::SAFE).is_some()
}
