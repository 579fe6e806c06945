//! `POST /v1/enrol`: a one-time code and an install's public key in; who that makes it out.

use std::sync::Arc;

use aurora_team::wire::{Enrol, Enrolled};
use axum::extract::State;
use axum::http::StatusCode;

use super::{Always, WithBody};
use crate::app::App;
use crate::auth::{assertion, code};
use crate::body::{Body, Json};
use crate::problem::Problem;
use crate::repo::Joined;

/// Joins a team by a one-time code. Sent again with the same key it gives the same answer, while the code lives.
#[utoipa::path(post, path = "/v1/enrol", operation_id = "enrol", request_body = Enrol, responses(
    (status = 201, description = "Joined.", body = Enrolled),
    (status = 401, description = "The code is unknown, expired, or was used with another key.", body = aurora_team::wire::Problem, content_type = "application/problem+json"),
    (status = 403, description = "All seats are taken.", body = aurora_team::wire::Problem, content_type = "application/problem+json"),
    WithBody, Always,
))]
pub(super) async fn enrol(State(app): State<Arc<App>>, body: Body<Enrol>) -> Result<Json<Enrolled>, Problem> {
    let Enrol { code, public_key } = body.value;
    let Some(public_key) = assertion::public_key(&public_key) else {
        return Err(Problem::refused("public-key", "the public key is no Ed25519 key")
            .with("send its 32 bytes as base64url without padding"));
    };
    let refused = || {
        app.metrics.rejected("code");
        Problem::unauthorized("code-refused", "the code is unknown, used or expired")
            .with("ask an admin of your team for a new one")
    };
    let (tenant, sha256) = code::read(&code).ok_or_else(refused)?;
    let enrolled = app.hub.repo.enrol(tenant, sha256, public_key, app.hub.clock.now()).await?;
    let (member, install) = match enrolled {
        Joined::Member(member, install) => (member, install),
        Joined::Unknown => return Err(refused()),
        Joined::Full => {
            return Err(Problem::new(StatusCode::FORBIDDEN, "team-full", "all seats of the team are taken")
                .with("the code stays good: an admin removes who has left, or the operator adds seats"));
        }
    };
    let found = app.hub.repo.tenant(tenant).await?.ok_or_else(refused)?;
    let enrolled = Enrolled {
        tenant: tenant.0,
        member: member.id.0,
        install: install.0,
        role: member.role,
        mode: found.mode,
        issuer: app.config.issuer.clone(),
    };
    Ok(Json(StatusCode::CREATED, enrolled))
}
