//! `GET /v1/rules`: the published cards, and the arm of the member in the running experiment.

use std::sync::Arc;

use aurora_team::dictionary::VERSION;
use aurora_team::wire::{Arm, Rules, Variant};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use super::Signed;
use crate::app::App;
use crate::auth::{Principal, Viewer};
use crate::body::Query;
use crate::experiment;
use crate::problem::Problem;
use crate::rules_cache::Team;

/// Which dictionaries the client knows.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Wanted {
    /// Version of the client's dictionaries.
    #[param(minimum = 1)]
    dictionary: u32,
}

/// Gives the published cards.
#[utoipa::path(get, path = "/v1/rules", operation_id = "rules",
    params(Wanted, ("If-None-Match" = Option<String>, Header, description = "ETag of what the client has.")),
    security(("token" = [])),
    responses(
        (status = 200, description = "The cards.", body = Rules, headers(("ETag" = String, description = "Of this answer."))),
        (status = 304, description = "The client has them."),
        (status = 400, description = "The query has a parameter that is unknown, missing or of another type.", body = aurora_team::wire::Problem, content_type = "application/problem+json"),
        (status = 422, description = "The hub does not know these dictionaries.", body = aurora_team::wire::Problem, content_type = "application/problem+json"),
        Signed,
))]
pub(super) async fn rules(
    State(app): State<Arc<App>>,
    Viewer(principal): Viewer,
    Query(wanted): Query<Wanted>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let dictionary = wanted.dictionary;
    check_dictionary(dictionary)?;
    let team = app.rules.team(&app.hub, principal.tenant).await?.ok_or_else(Problem::not_found)?;
    let arm = arm(&team, principal);
    let etag = etag(dictionary, &team, arm);
    let kept = [
        (ETAG, HeaderValue::from_str(&etag).map_err(|_| Problem::not_found())?),
        (CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
    ];
    if is_known(&headers, &etag) {
        return Ok((StatusCode::NOT_MODIFIED, kept).into_response());
    }
    let rendered = app.rules.rendered(&app.hub, &app.metrics, principal.tenant, dictionary, &team).await?;
    let body = match arm {
        None => rendered,
        Some(arm) => with_arm(&rendered, arm).into(),
    };
    Ok((kept, [(CONTENT_TYPE, "application/json")], body).into_response())
}

/// 422 for dictionaries that this hub does not know.
pub(super) fn check_dictionary(dictionary: u32) -> Result<(), Problem> {
    if (1..=VERSION).contains(&dictionary) {
        return Ok(());
    }
    Err(Problem::refused("dictionary", "the hub does not know these dictionaries")
        .with(format!("it knows versions 1 to {VERSION}; whichever is older must be updated")))
}

/// In which arm of the running experiment a member is.
pub(super) fn arm(team: &Team, principal: Principal) -> Option<Arm> {
    let running = team.experiment.as_ref()?;
    Some(Arm { experiment: running.id, variant: experiment::arm(running, principal.member) })
}

/// The answer is wholly told by dictionary, release and arm.
fn etag(dictionary: u32, team: &Team, arm: Option<Arm>) -> String {
    let arm = arm.map_or_else(String::new, |arm| {
        let variant = match arm.variant {
            Variant::WithCards => "w",
            Variant::WithoutCards => "o",
        };
        format!("-e{}{variant}", arm.experiment)
    });
    format!("\"d{dictionary}-r{}{arm}\"", team.release)
}

/// Whether If-None-Match names the tag (compared weakly, RFC 9110 section 13.1.2).
fn is_known(headers: &HeaderMap, etag: &str) -> bool {
    let named = headers.get_all(IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    named.flat_map(|value| value.split(',')).any(|one| {
        let one = one.trim();
        one == "*" || one.strip_prefix("W/").unwrap_or(one) == etag
    })
}

/// The arm as the last field of the rendered object.
fn with_arm(rendered: &[u8], arm: Arm) -> Vec<u8> {
    let mut bytes = rendered.strip_suffix(b"}").unwrap_or(rendered).to_vec();
    bytes.extend_from_slice(b",\"arm\":");
    bytes.extend(serde_json::to_vec(&arm).unwrap_or_default());
    bytes.push(b'}');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use aurora_team::wire::Mode;

    #[test]
    fn an_arm_is_put_into_what_was_rendered_for_all() {
        let arm = Arm { experiment: 3, variant: Variant::WithCards };
        let plain = Rules {
            dictionary: 1,
            release: 2,
            mode: Mode::Team,
            notice: "n".to_owned(),
            cards: Vec::new(),
            arm: None,
        };
        let bytes = with_arm(&serde_json::to_vec(&plain).unwrap(), arm);
        let read: Rules = serde_json::from_slice(&bytes).unwrap();
        assert_eq!(read, Rules { arm: Some(arm), ..plain });
    }

    #[test]
    fn a_tag_is_known_in_a_list_and_weakly() {
        let known = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(IF_NONE_MATCH, HeaderValue::from_static(value));
            is_known(&headers, "\"d1-r2\"")
        };
        assert!(known("\"d1-r2\"") && known("\"x\", W/\"d1-r2\"") && known("*"));
        assert!(!known("\"d1-r3\"") && !known("d1-r2") && !known(""));
    }
}
