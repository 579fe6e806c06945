//! `/v1/members`: who is in the team, inviting, removing.

use std::sync::Arc;

use aurora_team::admin::{Invite, Invited, MemberItem, PageOf};
use axum::extract::State;
use axum::http::StatusCode;

use super::pages::{Wanted, page_of};
use super::{Signed, WithBody, WithNumber, WithQuery};
use crate::app::App;
use crate::auth::Admin;
use crate::body::{Body, Json, Number, Query};
use crate::model::{MemberId, Verb};
use crate::operate;
use crate::problem::Problem;

/// Lists the members.
#[utoipa::path(get, path = "/v1/members", operation_id = "members", params(Wanted), security(("token" = [])),
    responses((status = 200, description = "A page.", body = PageOf<MemberItem>), WithQuery, Signed))]
pub(super) async fn members(
    State(app): State<Arc<App>>,
    Admin(principal): Admin,
    Query(wanted): Query<Wanted>,
) -> Result<Json<PageOf<MemberItem>>, Problem> {
    let page = wanted.page()?;
    let rows = app.hub.repo.members(principal.tenant, page).await?;
    let page = page_of(page, rows, |row| row.id.0, |row| MemberItem { member: row.id.0, role: row.role });
    Ok(Json(StatusCode::OK, page))
}

/// Makes a one-time code for a new member.
#[utoipa::path(post, path = "/v1/members", operation_id = "invite", request_body = Invite, security(("token" = [])),
    responses((status = 201, description = "The code, shown this once.", body = Invited), WithBody, Signed))]
pub(super) async fn invite(
    State(app): State<Arc<App>>,
    Admin(principal): Admin,
    body: Body<Invite>,
) -> Result<Json<Invited>, Problem> {
    let Invite { role, days } = body.value;
    if !(1..=30).contains(&days) {
        return Err(Problem::refused("days", "a code lives 1 to 30 days; nothing was stored"));
    }
    let invited = operate::invite(&app.hub, principal.tenant, role, days, Some(principal.member)).await?;
    Ok(Json(StatusCode::CREATED, invited))
}

/// Removes a member with all votes; cards that they made go at the next release.
#[utoipa::path(delete, path = "/v1/members/{member}", operation_id = "remove",
    params(("member" = i64, Path, description = "The member's number.")), security(("token" = [])),
    responses((status = 204, description = "Removed."),
        (status = 422, description = "An admin's own membership ends by DELETE /v1/me.", body = aurora_team::wire::Problem, content_type = "application/problem+json"),
        WithNumber, Signed))]
pub(super) async fn remove(
    State(app): State<Arc<App>>,
    Admin(principal): Admin,
    Number(member): Number,
) -> Result<StatusCode, Problem> {
    let member = MemberId(member);
    if member == principal.member {
        return Err(Problem::refused("own-membership", "one's own membership ends by DELETE /v1/me"));
    }
    let act = principal.act(Verb::Remove, member.0, app.hub.clock.now());
    if !app.hub.repo.remove(principal.tenant, member, act).await? {
        return Err(Problem::not_found());
    }
    app.members.forget(&(principal.tenant, member));
    Ok(StatusCode::NO_CONTENT)
}
