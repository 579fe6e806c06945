//! Bodies and queries as handlers get them: bounded in bytes and time, with our problems for what cannot be read.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http_body_util::{BodyExt as _, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::error::Category;
use sha2::{Digest as _, Sha256};

use crate::app::App;
use crate::problem::Problem;

/// A body of JSON with the hash of its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body<T> {
    /// What it says.
    pub value: T,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "content-type",
                "the body must be application/json",
            ));
        }
        let bytes = read(request, app).await?;
        let value = serde_json::from_slice(&bytes).map_err(|error| match error.classify() {
            Category::Data => unknown_field().with(format!(
                "see line {}, column {}; nothing was stored",
                error.line(),
                error.column()
            )),
            _ => Problem::bad("broken-json", "the body is no JSON").with(format!(
                "see line {}, column {}",
                error.line(),
                error.column()
            )),
        })?;
        if !holds_objects(&bytes) {
            return Err(unknown_field().with("objects must be written as objects; nothing was stored"));
        }
        Ok(Self { value, sha256: Sha256::digest(&bytes).into() })
    }
}

fn unknown_field() -> Problem {
    Problem::refused("unknown-field", "the body has a field that is unknown, missing or of another type")
}

/// Whether a text that was read as one of our bodies is an object, and its lists are lists of objects. Serde takes a
/// list of the fields' values for an object too, which the description of the API does not.
fn holds_objects(json: &[u8]) -> bool {
    let mut bytes = json.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).peekable();
    if bytes.peek() != Some(&b'{') {
        return false;
    }
    let mut is_text = false;
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => is_text = !is_text,
            b'\\' if is_text => drop(bytes.next()),
            b'[' if !is_text && !matches!(bytes.peek(), Some(b'{' | b']')) => return false,
            _ => {}
        }
    }
    true
}

async fn read(request: Request, app: &App) -> Result<Bytes, Problem> {
    let most = app.config.limits.body_bytes as usize;
    let too_large = || {
        Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", "the body is too large")
            .with(format!("send at most {most} bytes"))
    };
    let body = request.into_body();
    if http_body::Body::size_hint(&body).lower() > most as u64 {
        return Err(too_large());
    }
    // A little less than the whole request gets, so that it is this that is said.
    let patience = Duration::from_millis(u64::from(app.config.limits.request_ms) * 3 / 4);
    match tokio::time::timeout(patience, Limited::new(body, most).collect()).await {
        Err(_) => Err(Problem::new(StatusCode::REQUEST_TIMEOUT, "body-slow", "the body came too slowly")),
        Ok(Ok(whole)) => Ok(whole.to_bytes()),
        Ok(Err(error)) if error.is::<http_body_util::LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Problem::bad("body-broken", "the body ended before its end")),
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let text = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    text.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case("application/json")
}

/// The query of a request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Arc<App>> for Query<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<App>) -> Result<Self, Problem> {
        axum::extract::Query::try_from_uri(&parts.uri).map(|query| Self(query.0)).map_err(|_| {
            Problem::bad("bad-query", "the query has a parameter that is unknown, missing or of another type")
        })
    }
}

/// The number in the path of a request.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Number(pub i64);

impl FromRequestParts<Arc<App>> for Number {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let path = axum::extract::Path::<String>::from_request_parts(parts, app).await;
        // What is no number of ours is the number of nothing.
        let number = path.ok().and_then(|path| path.0.parse().ok());
        number.map(Self).ok_or_else(Problem::not_found)
    }
}

/// An answer of JSON.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Json<T>(pub StatusCode, pub T);

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        match serde_json::to_vec(&self.1) {
            Ok(bytes) => (self.0, [(CONTENT_TYPE, "application/json")], bytes).into_response(),
            Err(error) => {
                tracing::error!(error = %error, "an answer could not be written");
                Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "something is broken here")
                    .into_response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_of_values_is_no_object() {
        for good in [r#"{"a":[{"b":1},{"b":2}],"c":[ ]}"#, r#" {"a":"[1\\\"[2"}"#] {
            assert!(holds_objects(good.as_bytes()), "{good}");
        }
        for bad in [r#"[1,[]]"#, r#"{"a":[[1,2]]}"#, r#"{"a":[ 1]}"#] {
            assert!(!holds_objects(bad.as_bytes()), "{bad}");
        }
    }
}
