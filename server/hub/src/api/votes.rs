//! `PUT /v1/votes`: replaces or takes back a member's own votes on the keys named, once per Idempotency-Key.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use aurora_team::dictionary;
use aurora_team::wire::{Exposure, MAX_VOTES, Variant, Votes};
use axum::extract::{FromRequestParts, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use sha2::{Digest as _, Sha256};

use super::rules::{arm, check_dictionary};
use super::{Signed, WithBody};
use crate::app::App;
use crate::auth::principal::limit;
use crate::auth::{Member, Principal};
use crate::body::Body;
use crate::model::{Change, Idempotency, VoteKey};
use crate::problem::Problem;
use crate::repo::Put;

/// Most that one exposure may count: a person sees fewer recommendations between two uploads.
const MOST_SHOWN: u32 = 100_000;

/// A member within the limit of uploads, and the hash of the Idempotency-Key.
pub(super) struct Upload {
    principal: Principal,
    key: [u8; 32],
}

impl FromRequestParts<Arc<App>> for Upload {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let Member(principal) = Member::from_request_parts(parts, app).await?;
        let who = format!("v:{}:{}", principal.tenant.0, principal.member.0);
        limit(app, parts, "votes", &who, app.config.limits.votes()).await?;
        let mut keys = parts.headers.get_all("idempotency-key").iter();
        let (Some(key), None) = (keys.next(), keys.next()) else {
            return Err(Problem::bad("idempotency-key", "there must be one Idempotency-Key")
                .with("send a new random one with each upload, and the same one when you try again"));
        };
        if !(8..=128).contains(&key.len()) || !key.as_bytes().iter().all(u8::is_ascii_graphic) {
            return Err(Problem::bad(
                "idempotency-key",
                "the Idempotency-Key must be 8 to 128 visible characters",
            ));
        }
        Ok(Self { principal, key: Sha256::digest(key.as_bytes()).into() })
    }
}

/// Replaces or takes back own votes on the keys named.
#[utoipa::path(put, path = "/v1/votes", operation_id = "votes", request_body = Votes,
    params(("Idempotency-Key" = String, Header, description = "8 to 128 visible characters, new for each upload.", min_length = 8, max_length = 128, pattern = "^[!-~]{8,128}$")),
    security(("token" = [])),
    responses((status = 204, description = "Stored, now or by the same request before."), WithBody, Signed))]
pub(super) async fn votes(
    State(app): State<Arc<App>>,
    upload: Upload,
    body: Body<Votes>,
) -> Result<StatusCode, Problem> {
    let Votes { dictionary, votes, withdrawn, exposure } = body.value;
    check_dictionary(dictionary)?;
    if votes.len() + withdrawn.len() > MAX_VOTES {
        return Err(Problem::refused(
            "too-many-votes",
            "an upload holds at most 200 votes, those taken back included; nothing was stored",
        )
        .with("send the rest in another upload"));
    }
    static ACTIONS: OnceLock<Vec<u16>> = OnceLock::new();
    let actions = ACTIONS.get_or_init(dictionary::actions);
    let mut keys = HashSet::new();
    let named = (1..).zip(&votes).map(|(n, &vote)| ("vote", n, VoteKey::from(vote)));
    let taken_back = (1..).zip(&withdrawn).map(|(n, &key)| ("withdrawn key", n, key));
    for (what, n, key) in named.chain(taken_back) {
        if let Some(field) = dictionary::unknown_field(key, actions) {
            return Err(Problem::refused("unknown-id", "a number is in no dictionary; nothing was stored")
                .with(format!("see `{field}` of {what} {n}")));
        }
        if !keys.insert(key) {
            return Err(Problem::refused("two-votes", "two votes are on one key; nothing was stored")
                .with(format!("leave out {what} {n}")));
        }
    }
    let Upload { principal, key } = upload;
    let exposure = match exposure {
        None => None,
        Some(exposure) => check_exposure(&app, principal, exposure).await?,
    };
    let once = Idempotency { key, body: body.sha256 };
    let now = app.hub.clock.now();
    let n_votes = votes.len() as u64;
    let change = Change { votes, withdrawn, exposure };
    let put = app.hub.repo.put_votes(principal.tenant, principal.member, change, once, now).await?;
    match put {
        Put::Stored => {
            app.metrics.votes_accepted.inc_by(n_votes);
            Ok(StatusCode::NO_CONTENT)
        }
        Put::Replayed => Ok(StatusCode::NO_CONTENT),
        Put::KeyReused => {
            Err(Problem::refused("key-reused", "the Idempotency-Key was used for another body")
                .with("send a new one; nothing was stored"))
        }
    }
}

/// The exposure with the member's arm; `None` when its experiment has ended meanwhile, for it counts no more.
async fn check_exposure(
    app: &App,
    principal: Principal,
    exposure: Exposure,
) -> Result<Option<(Exposure, bool)>, Problem> {
    let Exposure { shown, accepted, undone, abstained, .. } = exposure;
    if accepted > shown || undone > accepted || shown > MOST_SHOWN || abstained > MOST_SHOWN {
        return Err(Problem::refused("exposure", "the exposure's counts cannot be; nothing was stored")
            .with("undone ≤ accepted ≤ shown ≤ 100,000"));
    }
    let team = app.rules.team(&app.hub, principal.tenant).await?.ok_or_else(Problem::not_found)?;
    let arm = arm(&team, principal).filter(|arm| arm.experiment == exposure.experiment);
    Ok(arm.map(|arm| (exposure, arm.variant == Variant::WithCards)))
}
