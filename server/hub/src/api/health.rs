//! `GET /livez`, `GET /readyz`: for balancers and orchestrators.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;

use super::Always;
use crate::app::App;
use crate::problem::Problem;

/// Whether the process lives. Asks nothing.
#[utoipa::path(get, path = "/livez", operation_id = "livez", responses(
    (status = 204, description = "It lives."),
    Always,
))]
pub(super) async fn livez() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// Whether requests should be sent here: the store was reached, has the right schema, and the hub is not ending.
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", responses(
    (status = 204, description = "Requests may come."),
    Always,
))]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<StatusCode, Problem> {
    if app.life.is_ready() {
        return Ok(StatusCode::NO_CONTENT);
    }
    Err(Problem::unavailable("not-ready", "the hub is starting or ending"))
}
