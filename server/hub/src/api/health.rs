//! `GET /livez`, `GET /readyz`: for balancers and orchestrators.

use std::sync::Arc;

use axum::extract::State;

use super::Always;
use crate::app::App;
use crate::problem::Problem;

/// Whether the process lives. Asks nothing.
#[utoipa::path(get, path = "/livez", operation_id = "livez", responses(
    (status = 200, description = "It lives.", body = String, content_type = "text/plain"),
    Always,
))]
pub(super) async fn livez() -> &'static str {
    "ok"
}

/// Whether requests should be sent here: the store was reached, has the right schema, and the hub is not ending.
#[utoipa::path(get, path = "/readyz", operation_id = "readyz", responses(
    (status = 200, description = "Requests may come.", body = String, content_type = "text/plain"),
    Always,
))]
pub(super) async fn readyz(State(app): State<Arc<App>>) -> Result<&'static str, Problem> {
    if app.life.is_ready() {
        return Ok("ok");
    }
    Err(Problem::unavailable("not-ready", "the hub is starting or ending"))
}
