//! Answers to what cannot be done: `application/problem+json` (RFC 9457) with a stable code.

use aurora_team::wire;
use axum::http::header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::repo::RepoError;

/// Content type of a problem.
pub const CONTENT: &str = "application/problem+json";

/// What went wrong, and what to do next. Texts are constants or numbers: nothing of a request is echoed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    /// The status.
    pub status: StatusCode,
    /// A stable word for programs.
    pub code: &'static str,
    /// The kind of problem.
    pub title: &'static str,
    /// What to do next.
    pub detail: Option<String>,
    /// Seconds after which to come again, for 429 and 503.
    pub retry_after: Option<u32>,
}

impl Problem {
    /// A problem of this kind.
    pub const fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        Self { status, code, title, detail: None, retry_after: None }
    }

    /// With what to do next.
    pub fn with(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// 400: a request that cannot be read.
    pub fn bad(code: &'static str, title: &'static str) -> Self {
        Self::new(StatusCode::BAD_REQUEST, code, title)
    }

    /// 401: a credential that is not taken. The reason stays in the metrics: it would help who forges.
    pub fn unauthorized(code: &'static str, title: &'static str) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, code, title)
    }

    /// 403: another role is needed.
    pub fn role() -> Self {
        Self::new(StatusCode::FORBIDDEN, "role", "your role may not do this")
            .with("ask an admin of your team")
    }

    /// 404: not there, or another team's.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", "there is no such thing in your team")
    }

    /// 422: understood, and refused; nothing was stored.
    pub fn refused(code: &'static str, title: &'static str) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, code, title)
    }

    /// 503: not now.
    pub fn unavailable(code: &'static str, title: &'static str) -> Self {
        Self {
            retry_after: Some(1),
            ..Self::new(StatusCode::SERVICE_UNAVAILABLE, code, title)
                .with("try again after Retry-After seconds")
        }
    }

    /// 429: come again in `seconds`.
    pub fn too_many(seconds: u32) -> Self {
        Self {
            retry_after: Some(seconds.max(1)),
            ..Self::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", "too many requests")
                .with("try again after Retry-After seconds")
        }
    }
}

impl From<RepoError> for Problem {
    fn from(error: RepoError) -> Self {
        match error {
            RepoError::Unavailable(why) => {
                tracing::warn!(error = %why, "the store does not answer");
                Self::unavailable("store-down", "the store does not answer")
            }
            error @ (RepoError::Schema { .. } | RepoError::Untrusted(_)) => {
                tracing::error!(error = %error, "the store cannot be used");
                Self::unavailable("store-down", "the store does not answer")
            }
            RepoError::Refused(why) => {
                tracing::warn!(error = %why, "the store refused");
                Self::refused("refused", "the store refused; nothing was stored")
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = wire::Problem {
            code: self.code.to_owned(),
            title: self.title.to_owned(),
            status: self.status.as_u16(),
            detail: self.detail,
        };
        let mut response = (self.status, serde_json::to_vec(&body).unwrap_or_default()).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
