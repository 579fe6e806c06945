//! The answers a person may give from the menu of a place.

use aurora_advice::Finding;
use aurora_analysis::values::WRONG_VALUE_CODE;
use serde_json::{Value, json};
use tower_lsp::lsp_types::{CodeAction, CodeActionKind};

use crate::handlers::code_action::Menu;
use crate::handlers::execute_command::{CorrectArguments, KindWord, ScopeWord, TargetWord, WhyArguments};
use crate::handlers::hover;
use crate::to_proto;

/// Roles in the menu of a client that cannot show a list of its own.
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
                    "description": format!("{:.0} %", r.belief.p * 100.0),
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

    pub(super) fn answers(&self, finding: &Finding, out: &mut Vec<CodeAction>) {
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
        for (scope, title) in scopes {
            if scope == ScopeWord::Alike && column.is_none() {
                continue;
            }
            let answer = CorrectArguments::of_check(&uri, column, finding.code, KindWord::Dismiss, scope);
            let title = format!("{title}: {}", finding.code);
            if out.iter().any(|action| action.title == title) {
                continue;
            }
            out.push(self.command(&title, CodeActionKind::QUICKFIX, "aurora.correct", json!(answer)));
        }
        out.push(self.why(column, finding.code));
    }

    pub(super) fn why(&self, column: Option<usize>, action: &str) -> CodeAction {
        let title = format!("Why this? ({action})");
        if self.session.client().commands.iter().any(|command| command == "aurora.client.showWhy") {
            let learned = self.session.learning.learned();
            let markdown = hover::why(self.reading, &learned.beliefs, column, Some(action));
            let page = json!({"title": action, "markdown": markdown});
            return self.command(&title, CodeActionKind::QUICKFIX, "aurora.client.showWhy", page);
        }
        let argument = WhyArguments { uri: self.uri(), column, action: Some(action.to_owned()) };
        self.command(&title, CodeActionKind::QUICKFIX, "aurora.why", json!(argument))
    }

    /// "Treat as …": what a column is for, on its name.
    pub(super) fn roles(&self, column: usize, out: &mut Vec<CodeAction>) {
        let Some(ranked) = self.analysis.columns.get(column).map(|column| &column.role.ranked) else {
            return;
        };
        let (Some((best, _)), uri) = (ranked.first(), self.uri()) else { return };
        let answer = |wanted: &str| CorrectArguments {
            target: TargetWord::Role,
            wanted: Some(wanted.to_owned()),
            ..CorrectArguments::of_transform(&uri, Some(column), best.as_str(), KindWord::Override)
        };
        let others = ranked.iter().skip(1);
        if self.session.client().commands.iter().any(|command| command == "aurora.client.choose") {
            let item = |(role, p): &(aurora_profile::Role, f64)| {
                json!({
                    "title": role.as_str(),
                    "description": format!("{:.0} %", p * 100.0),
                    "command": "aurora.correct",
                    "arguments": [answer(role.as_str())],
                })
            };
            let items: Vec<Value> = others.map(item).collect();
            let title = format!("Now taken for {}. What is it?", best.as_str());
            let list = json!({"title": title, "items": items});
            out.push(self.command(
                "Treat as …",
                CodeActionKind::REFACTOR_REWRITE,
                "aurora.client.choose",
                list,
            ));
            return;
        }
        for (role, _) in others.take(MAX_ROLES) {
            let title = format!("Treat as {}", role.as_str());
            let answer = json!(answer(role.as_str()));
            out.push(self.command(&title, CodeActionKind::REFACTOR_REWRITE, "aurora.correct", answer));
        }
    }

    /// "This value is wrong", "this value is right": of any field, flagged or not.
    pub(super) fn verdicts(&self, column: usize, record: u64, out: &mut Vec<CodeAction>) {
        let is_here = |finding: &&Finding| {
            finding.place.field == Some(column)
                && std::iter::once(&finding.place).chain(&finding.related).any(|p| p.record == Some(record))
        };
        let of_values = |finding: &&Finding| finding.kind == aurora_advice::FindingKind::Value;
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
