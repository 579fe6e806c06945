//! `GET /v1/me`, `DELETE /v1/me`: all that is held of the member who asks, and leaving.

use std::sync::Arc;

use aurora_team::wire::Me;
use axum::extract::State;
use axum::http::StatusCode;

use super::Signed;
use crate::app::App;
use crate::auth::Viewer;
use crate::body::Json;
use crate::model::Verb;
use crate::problem::Problem;

/// Gives all that is held of me.
#[utoipa::path(get, path = "/v1/me", operation_id = "me", security(("token" = [])),
    responses((status = 200, description = "All that is held.", body = Me), Signed))]
pub(super) async fn me(State(app): State<Arc<App>>, Viewer(principal): Viewer) -> Result<Json<Me>, Problem> {
    let (tenant, member) = (principal.tenant, principal.member);
    let installs = app.hub.repo.installs(tenant, member).await?;
    let me = Me {
        tenant: tenant.0,
        member: member.0,
        role: principal.role,
        installs: installs.iter().map(|install| (install.id.0, install.last_day)).collect(),
        votes: app.hub.repo.votes(tenant, member).await?,
        meps: app.hub.repo.spent(tenant, member).await?,
    };
    Ok(Json(StatusCode::OK, me))
}

/// Leaves the team: my votes are gone at once, cards that they made at the next release.
#[utoipa::path(delete, path = "/v1/me", operation_id = "leave", security(("token" = [])),
    responses((status = 204, description = "Left."), Signed))]
pub(super) async fn leave(
    State(app): State<Arc<App>>,
    Viewer(principal): Viewer,
) -> Result<StatusCode, Problem> {
    let (tenant, member) = (principal.tenant, principal.member);
    let act = principal.act(Verb::Leave, member.0, app.hub.clock.now());
    app.hub.repo.remove(tenant, member, act).await?;
    app.members.forget(&(tenant, member));
    Ok(StatusCode::NO_CONTENT)
}
