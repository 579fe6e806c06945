//! The routes, one file each. Every handler's extractors say in their order what is looked at first: the token, the
//! limits, the role, and only then the request.

mod audit;
mod enrol;
mod experiments;
mod health;
mod me;
mod members;
mod pages;
mod releases;
mod rules;
mod token;
mod votes;

use std::sync::Arc;

use aurora_team::wire::Problem as ProblemBody;
use axum::http::StatusCode;
use utoipa::openapi::OpenApi;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::app::App;
use crate::problem::Problem;

/// All routes of the API with their description.
pub fn router() -> (axum::Router<Arc<App>>, OpenApi) {
    let router = OpenApiRouter::with_openapi(crate::openapi::head())
        .routes(routes!(enrol::enrol))
        .routes(routes!(token::token))
        .routes(routes!(rules::rules))
        .routes(routes!(votes::votes))
        .routes(routes!(me::me, me::leave))
        .routes(routes!(members::members, members::invite))
        .routes(routes!(members::remove))
        .routes(routes!(experiments::experiments, experiments::start))
        .routes(routes!(experiments::stop))
        .routes(routes!(experiments::report))
        .routes(routes!(audit::audit))
        .routes(routes!(releases::releases))
        .routes(routes!(health::livez))
        .routes(routes!(health::readyz));
    let (router, mut openapi) = router.split_for_parts();
    crate::openapi::finish(&mut openapi);
    let router = router.fallback(async || Problem::not_found()).method_not_allowed_fallback(async || {
        Problem::new(StatusCode::METHOD_NOT_ALLOWED, "method", "this is not done here")
            .with("the header Allow lists what is")
    });
    (router, openapi)
}

/// What every route may answer.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "read by the macro alone")]
enum Always {
    /// Forwarded without https, or past the hub's proxies.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// Too many requests; Retry-After says when to come again.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemBody),
    /// Overloaded, or something that is needed does not answer; Retry-After says when to come again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// What every route with a token may answer besides.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "read by the macro alone")]
enum Signed {
    /// No access token, or one that is not taken.
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(ProblemBody),
    /// Another role is needed; or forwarded without https.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// Too many requests; Retry-After says when to come again.
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(ProblemBody),
    /// Overloaded, or something that is needed does not answer; Retry-After says when to come again.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// What every route with a body may answer besides.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "read by the macro alone")]
enum WithBody {
    /// The body is no JSON, or a header is missing.
    #[response(status = 400, content_type = "application/problem+json")]
    Bad(ProblemBody),
    /// The body came too slowly.
    #[response(status = 408, content_type = "application/problem+json")]
    Slow(ProblemBody),
    /// The body is too large.
    #[response(status = 413, content_type = "application/problem+json")]
    TooLarge(ProblemBody),
    /// The body is not application/json.
    #[response(status = 415, content_type = "application/problem+json")]
    ContentType(ProblemBody),
    /// Understood and refused: an unknown field or number, too many, or against a rule. Nothing was stored.
    #[response(status = 422, content_type = "application/problem+json")]
    Refused(ProblemBody),
}

/// What a list may answer besides.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "read by the macro alone")]
enum WithQuery {
    /// The query has a parameter that is unknown, missing or of another type.
    #[response(status = 400, content_type = "application/problem+json")]
    Bad(ProblemBody),
}

/// What a route with a number in its path may answer besides.
#[derive(utoipa::IntoResponses)]
#[allow(dead_code, reason = "read by the macro alone")]
enum WithNumber {
    /// There is no such thing in this team.
    #[response(status = 404, content_type = "application/problem+json")]
    NotFound(ProblemBody),
}
