//! `POST /v1/token`: an assertion of an install in, an access token of its member out.

use std::sync::Arc;
use std::time::Duration;

use aurora_team::wire::{Token, TokenRequest};
use axum::extract::State;
use axum::http::StatusCode;

use super::{Always, WithBody};
use crate::app::App;
use crate::auth::assertion::Asserted;
use crate::auth::jws::Reason;
use crate::auth::token::{Parties, issue};
use crate::body::{Body, Json};
use crate::problem::Problem;

/// How long an assertion's id is remembered: from its earliest (30 s in the future) to its latest (30 s after its
/// end), and a little more.
const REMEMBERED: Duration = Duration::from_secs(150);

/// Gives an access token for an assertion, once.
#[utoipa::path(post, path = "/v1/token", operation_id = "token", request_body = TokenRequest, responses(
    (status = 200, description = "The token.", body = Token),
    (status = 401, description = "The assertion is not taken.", body = aurora_team::wire::Problem, content_type = "application/problem+json"),
    WithBody, Always,
))]
pub(super) async fn token(
    State(app): State<Arc<App>>,
    body: Body<TokenRequest>,
) -> Result<Json<Token>, Problem> {
    let refused = |reason: Reason| {
        app.metrics.rejected(reason);
        Problem::unauthorized("assertion-refused", "the assertion is not taken")
            .with("make a new one; if that is refused too, join again by a new code")
    };
    let text = body.value.assertion;
    let asserted = Asserted::parse(&text).map_err(refused)?;
    let found = app.hub.repo.install(asserted.tenant, asserted.install).await?;
    let (install, member) = found.ok_or_else(|| refused("install"))?;
    let now = app.hub.clock.now();
    let jti = asserted.verify(&install.public_key, &app.config.issuer, now).map_err(refused)?;
    let who = format!("t:{}:{}", member.tenant.0, member.id.0);
    let decision = app.take(&who, app.config.limits.member()).await;
    if !decision.is_allowed {
        return Err(Problem::too_many(decision.retry_after));
    }
    let id = format!("hub:{}:jti:{}:{jti}", member.tenant.0, install.id.0);
    match app.hub.cache.first(&id, REMEMBERED).await {
        Ok(true) => {}
        Ok(false) => return Err(refused("replayed")),
        Err(_) => return Err(Problem::unavailable("cache-down", "assertions cannot be taken now")),
    }
    let today = app.hub.clock.today();
    if install.last_day < today {
        app.hub.repo.seen(member.tenant, install.id, today).await?;
    }
    let mut once = [0; 16];
    getrandom::fill(&mut once).map_err(|_| Problem::unavailable("no-entropy", "no token can be made now"))?;
    let parties = Parties { issuer: &app.config.issuer, audience: &app.config.audience };
    let lifetime = app.config.tokens.lifetime_seconds;
    let access_token = issue(app.keys.signing(), parties, member, now, lifetime, once);
    Ok(Json(StatusCode::OK, Token { access_token, expires_in: lifetime }))
}
