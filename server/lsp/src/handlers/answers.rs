//! The answers a person may give from the menu of a place.

use aurora_advice::{Finding, checks};
use aurora_analysis::values::WRONG_VALUE_CODE;
use aurora_learning::wording;
use aurora_profile::Role;
use serde_json::{Value, json};
use tower_lsp::lsp_types::{CodeAction, CodeActionKind};

use crate::handlers::code_action::Menu;
use crate::handlers::execute_command::{CorrectArguments, KindWord, ScopeWord, TargetWord, WhyArguments};
use crate::locate::Located;
use crate::to_proto;

/// Roles offered one by one, where the client cannot show a list of its own.
const MAX_ROLES: usize = 3;

impl Menu<'_> {
    /// "I wanted …": one keypress, the list ordered by confidence.
    pub(super) fn wanted(&self, column: usize) -> CodeAction {
        let recommendations = &self.analysis.columns[column].recommendations;
        let uri = self.uri();
        let best = recommendations[0].action;
        let items: Vec<Value> = recommendations
            .iter()
            .skip(1)
            .map(|r| {
                let answer = CorrectArguments {
                    wanted: Some(r.action.to_owned()),
                    ..CorrectArguments::of_transform(&uri, Some(column), best, KindWord::Override)
                };
                json!({
                    "title": r.action,
                    "description": wording::sureness(r.belief.p),
                    "detail": r.why,
                    "command": "aurora.correct",
                    "arguments": [answer],
                })
            })
            .collect();
        let name = to_proto::inert(&self.analysis.columns[column].header.name);
        let title = format!("What would you do with \"{name}\"?");
        self.command(
            "I wanted …",
            CodeActionKind::REFACTOR_REWRITE,
            "aurora.client.choose",
            json!({"title": title, "items": items}),
        )
    }

    /// "Keep as your preference": what was done by hand here is what a transform does.
    pub(super) fn done_by_hand(&self, column: usize, out: &mut Vec<CodeAction>) {
        let uri = self.uri();
        let (last, n_columns) = (column + 1, self.analysis.columns.len());
        // A column that has gone is spoken of at the next one, or at the last.
        let is_here = |of: usize| of == column || (of >= n_columns && last == n_columns);
        let offers: Vec<_> = self.view.document.with_by_hand(|by_hand| {
            by_hand.offers().iter().filter(|offer| is_here(offer.column)).cloned().collect()
        });
        for offer in offers {
            let title = to_proto::inert(&offer.title());
            let answer = json!(offer.answer(&uri));
            out.push(self.command(&title, CodeActionKind::QUICKFIX, "aurora.correct", answer));
        }
    }

    /// What may be said of the findings of a place. Where there are several, the wider answers are one list, if the
    /// client has one to show.
    pub(super) fn answers(&self, findings: &[&Finding], out: &mut Vec<CodeAction>) {
        let folded = findings.len() > 1 && self.can("aurora.client.choose");
        let mut wider = Vec::new();
        let add = |action: CodeAction, out: &mut Vec<CodeAction>| {
            if !out.iter().any(|listed| listed.title == action.title) {
                out.push(action);
            }
        };
        for finding in findings {
            for (scope, dismissal) in self.dismissals(finding) {
                let wide = folded && scope != ScopeWord::Column;
                add(dismissal, if wide { &mut wider } else { out });
            }
            let column = finding.place.field.filter(|&column| column < self.analysis.columns.len());
            add(self.why(column, finding.code), out);
        }
        if !wider.is_empty() {
            let items: Vec<Value> = wider
                .into_iter()
                .filter_map(|action| action.command)
                .map(|c| json!({"title": c.title, "command": c.command, "arguments": c.arguments}))
                .collect();
            out.push(self.command(
                "Never …",
                CodeActionKind::QUICKFIX,
                "aurora.client.choose",
                json!({"title": "What should not be said again?", "items": items}),
            ));
        }
    }

    /// "Dismiss", for this column and wider.
    fn dismissals(&self, finding: &Finding) -> Vec<(ScopeWord, CodeAction)> {
        // What a schema promises is not learned away: the schema is mended, or the finding ignored by the settings.
        if checks::find(finding.code).is_none() {
            return Vec::new();
        }
        let uri = self.uri();
        let column = finding.place.field.filter(|&column| column < self.analysis.columns.len());
        let scopes = [
            (
                ScopeWord::Column,
                if column.is_some() { "Dismiss for this column" } else { "Dismiss for this file" },
            ),
            (ScopeWord::Alike, "Never for columns like this"),
            (ScopeWord::All, "Never anywhere"),
        ];
        let fitting = scopes.into_iter().filter(|(scope, _)| *scope != ScopeWord::Alike || column.is_some());
        fitting
            .map(|(scope, words)| {
                let answer = CorrectArguments::of_check(&uri, column, finding.code, KindWord::Dismiss, scope);
                let title = format!("{words}: {}", finding.code);
                (scope, self.command(&title, CodeActionKind::QUICKFIX, "aurora.correct", json!(answer)))
            })
            .collect()
    }

    /// "Treat as …": what the column is for, by the person's word. One list where the client has one; else the next
    /// likely roles, one action each.
    pub(super) fn treat_as(&self, at: Located, out: &mut Vec<CodeAction>) {
        let Some(column) = self.analysis.columns.get(at.column) else { return };
        let uri = self.uri();
        let best = column.role.best();
        let answer = |role: Role| CorrectArguments {
            target: TargetWord::Role,
            wanted: (role != best).then(|| role.as_str().to_owned()),
            ..CorrectArguments::of_transform(
                &uri,
                Some(at.column),
                best.as_str(),
                if role == best { KindWord::Accept } else { KindWord::Override },
            )
        };
        let ranked = &column.role.ranked;
        if !self.can("aurora.client.choose") {
            for &(role, _) in ranked.iter().skip(1).take(MAX_ROLES) {
                let title = format!("Treat as {}", role.as_str());
                out.push(self.command(
                    &title,
                    CodeActionKind::REFACTOR_REWRITE,
                    "aurora.correct",
                    json!(answer(role)),
                ));
            }
            return;
        }
        let items: Vec<Value> = ranked
            .iter()
            .map(|&(role, p)| {
                json!({
                    "title": role.as_str(),
                    "description": wording::sureness(p),
                    "detail": role_words(role),
                    "command": "aurora.correct",
                    "arguments": [answer(role)],
                })
            })
            .collect();
        let name = to_proto::inert(&column.header.name);
        let title = format!("What is \"{name}\"? Now it is read as {}.", best.as_str());
        out.push(self.command(
            "Treat as …",
            CodeActionKind::REFACTOR_REWRITE,
            "aurora.client.choose",
            json!({"title": title, "items": items}),
        ));
    }

    /// "Why this?": the page is asked for when it is wanted.
    pub(super) fn why(&self, column: Option<usize>, action: &str) -> CodeAction {
        let title = format!("Why this? ({action})");
        let argument = WhyArguments { uri: self.uri(), column, action: Some(action.to_owned()) };
        let shows = self.can("aurora.client.showWhy");
        let command = if shows { "aurora.client.showWhy" } else { "aurora.why" };
        self.command(&title, CodeActionKind::QUICKFIX, command, json!(argument))
    }

    /// "This value is wrong", "this value is right": of any field, flagged or not.
    pub(super) fn verdicts(&self, column: usize, record: u64, out: &mut Vec<CodeAction>) {
        let is_here = |finding: &&Finding| {
            finding.place.field == Some(column)
                && std::iter::once(&finding.place).chain(&finding.related).any(|p| p.record == Some(record))
        };
        let of_values = |finding: &&Finding| {
            finding.kind == aurora_advice::FindingKind::Value && checks::find(finding.code).is_some()
        };
        let flagged = self.analysis.findings.iter().filter(of_values).find(is_here);
        let uri = self.uri();
        for (kind, title) in
            [(KindWord::Accept, "This value is wrong"), (KindWord::Dismiss, "This value is right")]
        {
            let code = flagged.map_or(WRONG_VALUE_CODE, |finding| finding.code);
            let answer = CorrectArguments {
                target: TargetWord::Value,
                record: Some(record),
                ..CorrectArguments::of_transform(&uri, Some(column), code, kind)
            };
            out.push(self.command(title, CodeActionKind::REFACTOR_REWRITE, "aurora.correct", json!(answer)));
        }
    }
}

/// A role in a person's words.
const fn role_words(role: Role) -> &'static str {
    match role {
        Role::Numeric => "amounts and measures: means and sums make sense",
        Role::Categorical => "one of a few kinds, also when written as a number",
        Role::Datetime => "days, times, or both",
        Role::Sentence => "running text",
        Role::Url => "addresses of pages",
        Role::EmbeddedNumber => "numbers with a unit or a sign beside them",
        Role::List => "several values in one field",
        Role::NotGeneralizable => "names the record: an id, a key, nothing to count",
        Role::ContextSpecific => "codes whose meaning is not in the file",
    }
}
