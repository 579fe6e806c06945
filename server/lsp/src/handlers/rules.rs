//! `aurora/rules` and `aurora/rule`: what has been learned and how well it does; to switch a rule off, or forget it.

use std::sync::Arc;

use aurora_advice::action::code_of;
use aurora_learning::wording::{self, date};
use aurora_learning::{DomainId, Learned, Rule, TeamPriors, Verdict, name_group};
use aurora_store::{Learner, today};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tower_lsp::jsonrpc::{Error, Result};
use tower_lsp::lsp_types::Url;

use crate::pool::Lane;
use crate::server::Server;
use crate::session::Session;
use crate::team;

/// The parameters of `aurora/rules`.
#[derive(Deserialize)]
pub(crate) struct Parameters {
    /// A document whose project is "this project".
    uri: Option<Url>,
}

/// The parameters of `aurora/rule`.
#[derive(Deserialize)]
pub(crate) struct RuleParameters {
    /// A document whose project is "this project".
    uri: Option<Url>,
    /// The rule's number.
    rule: u32,
    /// What to do with it.
    verb: Verb,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Verb {
    /// Its answers stay, but it has no say.
    Disable,
    /// It is judged by its answers again.
    Enable,
    /// The answers it rests on are deleted.
    Forget,
}

#[derive(Serialize)]
struct Answer {
    /// Where it is kept, or why it is not.
    status: String,
    answers: u64,
    /// Rules that count.
    learned: usize,
    rules: Vec<RuleJson>,
    curve: Vec<Day>,
    /// What the team holds; absent without its cards.
    #[serde(skip_serializing_if = "Option::is_none")]
    team: Option<TeamJson>,
}

#[derive(Serialize)]
struct TeamJson {
    /// What protects its members, and what does not.
    notice: String,
    /// The cards, a sentence each.
    cards: Vec<String>,
}

#[derive(Serialize)]
struct RuleJson {
    id: u32,
    tier: &'static str,
    /// In a sentence, with its record.
    text: String,
    /// Which columns, and what is done with them.
    columns: String,
    action: String,
    accepted: u32,
    answered: u32,
    confidence: f64,
    lower: f64,
    /// It belongs to the project of the document asked about.
    here: bool,
    disabled: bool,
    imported: bool,
    first: String,
    last: String,
    history: Vec<Change>,
}

/// A rule went from one tier to another.
#[derive(Serialize)]
struct Change {
    day: String,
    from: &'static str,
    to: &'static str,
}

#[derive(Serialize)]
struct Day {
    day: String,
    here: bool,
    answered: u32,
    accepted: u32,
    brier: f64,
}

/// `aurora/rules`
pub(crate) async fn list(server: &Server, params: Parameters) -> Result<Value> {
    let session = Arc::clone(&server.0);
    let job =
        move || session.learning.learner().map(|learner| answer(&session, &learner, params.uri.as_ref()));
    let found = server.0.pool.run(Lane::Request, job).await.map_err(|_| Error::internal_error())?;
    Ok(json!(found))
}

/// `aurora/rule`: does what is asked and says what the rules are now.
pub(crate) async fn change(server: &Server, params: RuleParameters) -> Result<Value> {
    let session = Arc::clone(&server.0);
    let job = move || {
        let Some(learner) = session.learning.learner() else { return Err("learning is off".to_owned()) };
        let known = learner.learned().rules.get(params.rule).copied();
        let key = known.ok_or_else(|| format!("there is no rule {}", params.rule))?.key;
        match params.verb {
            Verb::Disable => learner.choose(&key, Verdict::Disabled, today()),
            Verb::Enable => learner.choose(&key, Verdict::Enabled, today()),
            Verb::Forget => learner.forget_rule(&key).map(drop),
        }
        .map_err(|error| error.to_string())?;
        if matches!(params.verb, Verb::Forget) {
            team::forget(&session)?;
        }
        session.look_again();
        Ok(answer(&session, &learner, params.uri.as_ref()))
    };
    let done = server.0.pool.run(Lane::Store, job).await.map_err(|_| Error::internal_error())?;
    done.map(|answer| json!(answer)).map_err(Error::invalid_params)
}

fn answer(session: &Session, learner: &Learner, uri: Option<&Url>) -> Answer {
    let (learned, now) = (learner.learned(), today());
    let config = uri.map(|uri| session.configs.of(uri));
    let here = uri.zip(config.as_ref()).and_then(|(uri, config)| session.learning.file(uri, config));
    let here = here.map(|file| file.domain);
    let label = config.and_then(|config| config.config.domain).unwrap_or_else(|| "this project's".to_owned());
    let label_of = |domain: DomainId| (Some(domain) == here).then_some(label.as_str());
    Answer {
        status: learner.status().to_string(),
        answers: learned.n_answers,
        learned: learned.rules.n_learned(now),
        rules: learned
            .rules
            .shown(now)
            .into_iter()
            .map(|rule| rule_json(&learned, rule, label_of(rule.key.domain)))
            .collect(),
        curve: learned
            .curve
            .days()
            .map(|(day, domain, one)| Day {
                day: date(day),
                here: Some(domain) == here,
                answered: one.answered,
                accepted: one.accepted,
                brier: one.brier(),
            })
            .collect(),
        team: Some(learned.beliefs.team()).filter(|team| !team.is_empty()).map(team_json),
    }
}

fn team_json(team: &TeamPriors) -> TeamJson {
    let all = team.cards().into_iter();
    let cards =
        all.map(|((group, cell, action), prior)| aurora_team::cards::sentence(group, cell, action, prior));
    TeamJson { notice: team.notice().to_owned(), cards: cards.collect() }
}

fn rule_json(learned: &Learned, rule: &Rule, label: Option<&str>) -> RuleJson {
    let (life, action) = (&rule.life, code_of(rule.key.action));
    let changes = learned.rules.log().iter().filter(|change| change.rule == rule.key);
    RuleJson {
        id: rule.id,
        tier: life.tier_on(today()).as_str(),
        text: wording::rule(rule, label, &action),
        columns: wording::columns(rule.key.group, rule.key.cell),
        action,
        accepted: life.s,
        answered: life.s + life.f,
        confidence: life.mean(),
        lower: life.lower(),
        here: label.is_some(),
        disabled: rule.is_disabled(),
        imported: rule.verdict.is_some_and(Verdict::is_imported),
        first: date(life.created),
        last: date(life.last_answer),
        history: changes
            .map(|change| Change {
                day: date(change.day),
                from: change.from.as_str(),
                to: change.to.as_str(),
            })
            .collect(),
    }
}

/// A name group in words, for a list of answers.
pub(crate) fn group_words(group: aurora_learning::NameGroup) -> String {
    name_group::label(group).map_or_else(|| "other names".to_owned(), |label| format!("like \"{label}\""))
}
