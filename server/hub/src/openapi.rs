//! The description of the API, made from the handlers; `server/hub/openapi.json` is kept equal to it by a test.

use utoipa::openapi::security::{Http, HttpAuthScheme, SecurityScheme};
use utoipa::openapi::{Components, Info, OpenApi, Paths};

/// The description as it is committed.
pub fn json() -> String {
    let (_, openapi) = crate::api::router();
    openapi.to_pretty_json().unwrap_or_default() + "\n"
}

/// What stands before the paths.
pub(crate) fn head() -> OpenApi {
    let mut info = Info::new("AURORA hub", env!("CARGO_PKG_VERSION"));
    info.description = Some(
        "The optional hub of a team: votes of closed dictionaries in, weekly published cards out. Errors are \
         application/problem+json with a stable code."
            .to_owned(),
    );
    OpenApi::new(info, Paths::new())
}

/// What stands after them.
pub(crate) fn finish(openapi: &mut OpenApi) {
    let components = openapi.components.get_or_insert_with(Components::new);
    let mut bearer = Http::new(HttpAuthScheme::Bearer);
    bearer.bearer_format = Some("at+jwt, EdDSA".to_owned());
    components.add_security_scheme("token", SecurityScheme::Http(bearer));
}
