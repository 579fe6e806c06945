//! `aurora.team.…`: join, preview, publish, pull, share, leave, status. The hub may take its time: each runs on a
//! thread of its own, so that no other request waits.

use std::sync::Arc;

use aurora_team::queue::By;
use aurora_team::{Domain, HubUrl, Team, TeamError, told};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::oneshot;
use tower_lsp::jsonrpc::{Error, ErrorCode, Result};

use crate::session::Session;
use crate::team::{preview, refresh};

/// The protocol's "request failed": its message is for the person.
const REQUEST_FAILED: i64 = -32803;

/// The argument of every one of them; each takes what it needs.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(crate) struct TeamArguments {
    /// The hub's address (join).
    url: Option<String>,
    /// The admin's code (join).
    code: Option<String>,
    /// Word of the domain (join).
    domain: Option<String>,
    /// Whether votes are shared in the background (join, share).
    share: Option<bool>,
    /// What a preview showed (publish): only that is sent.
    digest: Option<String>,
    /// Leave the hub out (leave).
    local: bool,
}

/// Runs the command `aurora.team.<verb>`.
pub(crate) async fn run(session: &Arc<Session>, verb: &str, arguments: TeamArguments) -> Result<Value> {
    let (shared, verb) = (Arc::clone(session), verb.to_owned());
    let (answer, answered) = oneshot::channel();
    let work = move || {
        let done = shared.team.team().map_err(|error| error.to_string()).and_then(|team| {
            let done = act(&shared, &team, &verb, &arguments);
            refresh(&shared, &team);
            done
        });
        let _ = answer.send(done);
    };
    std::thread::Builder::new()
        .name("team-request".to_owned())
        .spawn(work)
        .map_err(|_| Error::internal_error())?;
    let done = answered.await.map_err(|_| Error::internal_error())?;
    done.map_err(|message| Error {
        code: ErrorCode::ServerError(REQUEST_FAILED),
        message: message.into(),
        data: None,
    })
}

fn act(
    session: &Session,
    team: &Team,
    verb: &str,
    arguments: &TeamArguments,
) -> std::result::Result<Value, String> {
    let told = |error: TeamError| error.to_string();
    match verb {
        "join" => {
            let missing = |what: &str| format!("{what} is missing");
            let url = arguments.url.as_deref().ok_or_else(|| missing("the address"))?;
            let code = arguments.code.as_deref().ok_or_else(|| missing("the code"))?;
            let domain = arguments.domain.as_deref().and_then(Domain::from_word);
            let domain = domain.ok_or_else(|| missing("the domain, a word of the list,"))?;
            let share = arguments.share.unwrap_or(false);
            let membership =
                team.join(&HubUrl::parse(url).map_err(told)?, code, domain, share).map_err(told)?;
            // The first cards are a convenience: the membership stands without them.
            let _ = team.pull();
            let mut json = told::membership_json(&membership);
            json["text"] = json!(told::joined(&membership));
            Ok(json)
        }
        "preview" => {
            let preview = preview(session, team).map_err(told)?;
            let mut json = told::preview_json(&preview);
            json["text"] = json!(preview.text());
            Ok(json)
        }
        "publish" => {
            let preview = preview(session, team).map_err(told)?;
            if arguments.digest.as_ref().is_some_and(|digest| *digest != preview.digest()) {
                return Err(TeamError::Changed.to_string());
            }
            let published = team.publish(&preview, By::Hand).map_err(told)?;
            if published.failure.is_none() {
                session.team.exposures.told();
            }
            let text = told::published(&preview, &published)?;
            Ok(json!({"taken": published.taken, "waiting": published.waiting, "text": text}))
        }
        "pull" => {
            let is_new = team.pull().map_err(told)?;
            let status = team.status().map_err(told)?;
            Ok(json!({"new": is_new, "text": status.map(|status| told::cards_line(&status))}))
        }
        "share" => {
            let membership = team.share(arguments.share.unwrap_or(false)).map_err(told)?;
            Ok(json!({"share": membership.share, "text": told::sharing(&membership)}))
        }
        "status" => Ok(match team.status().map_err(told)? {
            None => json!({"joined": false, "domains": words()}),
            Some(status) => {
                let mut json = told::status_json(&status, None);
                json["text"] = json!(told::status_text(&status, None));
                json
            }
        }),
        "leave" => {
            team.leave(arguments.local).map_err(|error| told::not_left(&error))?;
            Ok(json!({"left": true, "text": told::left(arguments.local)}))
        }
        _ => Err("no such command".to_owned()),
    }
}

/// The words of the domains, for who asks what to join for.
fn words() -> Vec<&'static str> {
    Domain::all().filter_map(Domain::word).collect()
}
