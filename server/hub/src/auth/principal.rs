//! Who is asking, as handlers get it: token, then limiter, then role, in this order and before any body is read.

use std::sync::{Arc, Mutex, PoisonError};

use aurora_team::wire::Role;
use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;

use super::jws::Reason;
use super::token::{self, Parties, Verified};
use crate::app::App;
use crate::fresh::Came;
use crate::limit::{Decision, Quota};
use crate::model::{Act, MemberId, TenantId, Verb};
use crate::problem::Problem;

/// A member with a good token, within the limits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Principal {
    /// The tenant.
    pub tenant: TenantId,
    /// The member.
    pub member: MemberId,
    /// What the member may do.
    pub role: Role,
}

impl Principal {
    /// A line of the audit.
    pub fn act(&self, verb: Verb, object: i64, now: i64) -> Act {
        Act { id: 0, actor: Some(self.member), verb, object, at: now }
    }
}

/// A viewer or more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Viewer(pub Principal);

/// A member or more.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Member(pub Principal);

/// An admin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Admin(pub Principal);

/// What the limiter said of a request, for the headers of its answer.
#[derive(Clone, Default, Debug)]
pub struct Said(Arc<Mutex<Option<(&'static str, Quota, Decision)>>>);

impl Said {
    /// Notes a decision; the last one is shown.
    pub fn note(&self, name: &'static str, quota: Quota, decision: Decision) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((name, quota, decision));
    }

    /// The decision.
    pub fn get(&self) -> Option<(&'static str, Quota, Decision)> {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Counts a request of `who` against `quota`, called `name` in the headers.
///
/// # Errors
/// 429.
pub async fn limit(
    app: &App,
    parts: &Parts,
    name: &'static str,
    who: &str,
    quota: Quota,
) -> Result<(), Problem> {
    let decision = app.take(who, quota).await;
    if let Some(said) = parts.extensions.get::<Said>() {
        said.note(name, quota, decision);
    }
    if decision.is_allowed { Ok(()) } else { Err(Problem::too_many(decision.retry_after)) }
}

impl Principal {
    /// Who sends a request. Where `may_be_stale`, that the store is gone is no reason to refuse whom it knew in the
    /// last ten minutes.
    async fn of(parts: &Parts, app: &App, may_be_stale: bool) -> Result<Self, Problem> {
        let rejected = |reason: Reason| {
            app.metrics.rejected(reason);
            Problem::unauthorized("token-refused", "the access token is not taken")
                .with("get a new one from /v1/token")
        };
        let Some(token) = bearer(&parts.headers).map_err(rejected)? else {
            app.metrics.rejected("missing");
            return Err(Problem::unauthorized("token-missing", "there is no access token")
                .with("send `Authorization: Bearer TOKEN`; /v1/token gives one"));
        };
        let verified = verify(app, token).map_err(rejected)?;
        let key = (verified.tenant, verified.member);
        let fetch = || app.hub.repo.member(verified.tenant, verified.member);
        let is_bad_time = || may_be_stale && app.hub.repo.is_gone();
        let (mut member, mut came) = app.members.get(&key, is_bad_time, fetch).await?;
        // A token that another replica has just given knows better than what is kept here.
        if member.is_some_and(|member| member.token_version < verified.version) {
            app.members.forget(&key);
            (member, came) = app.members.get(&key, is_bad_time, fetch).await?;
        }
        app.metrics.cached(
            "members",
            match came {
                Came::Hit => "hit",
                Came::Miss => "miss",
                Came::Stale => "stale",
            },
        );
        let member = member.ok_or_else(|| rejected("member"))?;
        if member.token_version != verified.version || member.role != verified.role {
            return Err(rejected("version"));
        }
        let who = format!("m:{}:{}", member.tenant.0, member.id.0);
        limit(app, parts, "member", &who, app.config.limits.member()).await?;
        Ok(Self { tenant: member.tenant, member: member.id, role: member.role })
    }
}

/// The token of the one Authorization header; `None` without the header.
fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Reason> {
    let mut all = headers.get_all(AUTHORIZATION).iter();
    let Some(value) = all.next() else { return Ok(None) };
    if all.next().is_some() {
        return Err("form");
    }
    let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).ok_or("form")?;
    if scheme.eq_ignore_ascii_case("bearer") { Ok(Some(token)) } else { Err("form") }
}

/// What the token stands for, by the cache or by its signature.
fn verify(app: &App, token: &str) -> Result<Verified, Reason> {
    if token.len() > super::jws::MAX_BYTES {
        return Err("too-long");
    }
    let keys = app.keys.set();
    let now = app.hub.clock.now();
    if let Some(verified) = app.verified.get(token, keys.generation(), now) {
        app.metrics.cached("tokens", "hit");
        return Ok(verified);
    }
    let parties = Parties { issuer: &app.config.issuer, audience: &app.config.audience };
    let verified = token::verify(token, &keys, parties, now)?;
    app.metrics.cached("tokens", "miss");
    app.verified.put(token, keys.generation(), verified);
    Ok(verified)
}

/// The extractors of a role and more. What an admin does, and what changes something, is not done for one of whom the
/// store was not asked just now.
macro_rules! at_least {
    ($($name:ident)*) => {$(
        impl FromRequestParts<Arc<App>> for $name {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
                let may_be_stale = parts.method.is_safe() && Role::$name != Role::Admin;
                let principal = Principal::of(parts, app, may_be_stale).await?;
                if principal.role < Role::$name {
                    return Err(Problem::role());
                }
                Ok(Self(principal))
            }
        }
    )*};
}

at_least!(Viewer Member Admin);
