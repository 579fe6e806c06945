//! `GET /v1/releases`: when cards were published, and what of ε each spent.

use std::sync::Arc;

use aurora_team::admin::{PageOf, ReleaseItem};
use axum::extract::State;
use axum::http::StatusCode;

use super::pages::{Wanted, page_of};
use super::{Signed, WithQuery};
use crate::app::App;
use crate::auth::Viewer;
use crate::body::{Json, Query};
use crate::problem::Problem;

/// Lists the releases.
#[utoipa::path(get, path = "/v1/releases", operation_id = "releases", params(Wanted), security(("token" = [])),
    responses((status = 200, description = "A page.", body = PageOf<ReleaseItem>), WithQuery, Signed))]
pub(super) async fn releases(
    State(app): State<Arc<App>>,
    Viewer(principal): Viewer,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PageOf<ReleaseItem>>, Problem> {
    let page = wanted.page()?;
    let rows = app.hub.repo.releases(principal.tenant, page).await?;
    let item = |row: crate::model::Release| ReleaseItem { release: row.id, week: row.epoch, meps: row.meps };
    Ok(Json(StatusCode::OK, page_of(page, rows, |row| row.id, item)))
}
