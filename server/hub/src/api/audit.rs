//! `GET /v1/audit`: who did what, for 400 days.

use std::sync::Arc;

use aurora_team::admin::{ActItem, PageOf};
use axum::extract::State;
use axum::http::StatusCode;

use super::pages::{Wanted, page_of};
use super::{Signed, WithQuery};
use crate::app::App;
use crate::auth::Admin;
use crate::body::{Json, Query};
use crate::model::Verb;
use crate::problem::Problem;

/// Lists what was done.
#[utoipa::path(get, path = "/v1/audit", operation_id = "audit", params(Wanted), security(("token" = [])),
    responses((status = 200, description = "A page.", body = PageOf<ActItem>), WithQuery, Signed))]
pub(super) async fn audit(
    State(app): State<Arc<App>>,
    Admin(principal): Admin,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PageOf<ActItem>>, Problem> {
    let page = wanted.page()?;
    let rows = app.hub.repo.audit(principal.tenant, page).await?;
    let item = |act: crate::model::Act| ActItem {
        id: act.id,
        actor: act.actor.map(|member| member.0),
        verb: word(act.verb).to_owned(),
        object: act.object,
        at: act.at,
    };
    Ok(Json(StatusCode::OK, page_of(page, rows, |row| row.id, item)))
}

fn word(verb: Verb) -> &'static str {
    match verb {
        Verb::CreateTenant => "create-tenant",
        Verb::Invite => "invite",
        Verb::Enrol => "enrol",
        Verb::Remove => "remove",
        Verb::Leave => "leave",
        Verb::Revoke => "revoke",
        Verb::StartExperiment => "start-experiment",
        Verb::StopExperiment => "stop-experiment",
        Verb::Release => "release",
        Verb::Resize => "resize",
    }
}
