//! The way to a hub: https unless it is on this machine, 5 s in all, no redirect, answers of 1 MB at most. Whatever
//! comes back, it is an answer of the wire's types or one line that says what is wrong.

use std::time::Duration;

use serde::de::DeserializeOwned;
use ureq::http::{Method, Request, Response};
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};

use crate::wire::{Enrol, Enrolled, Me, Problem, Rules, Token, TokenRequest};
use crate::{HubUrl, TeamError, VERSION, inert};

/// How long one request may take, from the name's resolution to the last byte.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most that an answer may hold, in bytes.
const MAX_ANSWER: u64 = 1 << 20;
/// The longest pause that a hub may ask for.
const MAX_PAUSE: Duration = Duration::from_secs(24 * 3600);

/// Cards as the hub has them now.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Pulled {
    /// Those that were pulled before are the newest.
    Same,
    /// New ones, with the tag that stands for them.
    New(Box<Rules>, Option<String>),
}

/// Speaks to one hub.
#[derive(Clone, Debug)]
pub struct Client {
    agent: Agent,
    url: HubUrl,
}

impl Client {
    /// A client of the hub at `url`. Nothing is sent before the first request.
    pub fn new(url: &HubUrl) -> Self {
        let tls = TlsConfig::builder().root_certs(RootCerts::PlatformVerifier).build();
        let mut config = Agent::config_builder()
            .timeout_global(Some(PATIENCE))
            .max_redirects(0)
            .http_status_as_error(false)
            .tls_config(tls)
            .user_agent(concat!("aurora/", env!("CARGO_PKG_VERSION")));
        if url.is_loopback() {
            config = config.proxy(None);
        }
        Self { agent: config.build().into(), url: url.clone() }
    }

    /// `POST /v1/enrol`: trades a code for a membership.
    pub fn enrol(&self, enrol: &Enrol) -> Result<Enrolled, TeamError> {
        self.json(self.send(Method::POST, "/v1/enrol", &[], &body(enrol))?)
    }

    /// `POST /v1/token`: trades an assertion for a token.
    pub fn token(&self, assertion: String) -> Result<Token, TeamError> {
        self.json(self.send(Method::POST, "/v1/token", &[], &body(&TokenRequest { assertion }))?)
    }

    /// `GET /v1/rules`: the published cards, unless `etag` stands for them.
    pub fn rules(&self, token: &Token, etag: Option<&str>) -> Result<Pulled, TeamError> {
        let path = format!("/v1/rules?dictionary={VERSION}");
        let known: Vec<_> = etag.map(|etag| ("if-none-match", etag)).into_iter().collect();
        let answer = self.send_as(token, Method::GET, &path, &known, b"")?;
        if answer.status() == 304 && etag.is_some() {
            return Ok(Pulled::Same);
        }
        let tag = answer.headers().get("etag").and_then(|tag| tag.to_str().ok());
        let tag = tag.filter(|tag| tag.len() <= 200).map(str::to_owned);
        self.json(answer).map(|rules| Pulled::New(Box::new(rules), tag))
    }

    /// `PUT /v1/votes`: hands over `body` just as it is. The same key with the same body counts once.
    pub fn put_votes(&self, token: &Token, key: &str, body: &[u8]) -> Result<(), TeamError> {
        let answer = self.send_as(token, Method::PUT, "/v1/votes", &[("idempotency-key", key)], body)?;
        self.bytes(answer).map(drop)
    }

    /// `GET /v1/me`: all that the hub holds of this member.
    pub fn me(&self, token: &Token) -> Result<Me, TeamError> {
        self.json(self.send_as(token, Method::GET, "/v1/me", &[], b"")?)
    }

    /// `DELETE /v1/me`: leaves; the votes are gone at once.
    pub fn leave(&self, token: &Token) -> Result<(), TeamError> {
        self.bytes(self.send_as(token, Method::DELETE, "/v1/me", &[], b"")?).map(drop)
    }

    fn send_as(
        &self,
        token: &Token,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Response<Body>, TeamError> {
        let bearer = format!("Bearer {}", token.access_token);
        let mut all = vec![("authorization", bearer.as_str())];
        all.extend_from_slice(headers);
        self.send(method, path, &all, body)
    }

    fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Result<Response<Body>, TeamError> {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.url.as_str()))
            .header("accept", "application/json, application/problem+json");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let sent = if body.is_empty() {
            self.agent.run(request.body(()).map_err(|_| self.garbage())?)
        } else {
            let request = request.header("content-type", "application/json");
            self.agent.run(request.body(body).map_err(|_| self.garbage())?)
        };
        sent.map_err(|error| self.fault(&error))
    }

    /// The body of an answer that says yes.
    fn bytes(&self, mut answer: Response<Body>) -> Result<Vec<u8>, TeamError> {
        let status = answer.status().as_u16();
        if (300..400).contains(&status) {
            return Err(TeamError::Redirect(self.host()));
        }
        let retry_after = answer
            .headers()
            .get("retry-after")
            .and_then(|pause| pause.to_str().ok()?.trim().parse().ok())
            .map(|seconds| Duration::from_secs(seconds).min(MAX_PAUSE));
        let read = answer.body_mut().with_config().limit(MAX_ANSWER).read_to_vec();
        if (200..300).contains(&status) {
            return read.map_err(|error| self.fault(&error));
        }
        let problem: Option<Problem> = read.ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let Some(problem) = problem else {
            if !(400..600).contains(&status) {
                return Err(self.garbage());
            }
            let (code, title) = ("no-problem".to_owned(), "it gives no reason".to_owned());
            return Err(TeamError::Refused { status, code, title, detail: None, retry_after });
        };
        Err(TeamError::Refused {
            status,
            code: inert(&problem.code, 60),
            title: inert(&problem.title, 200),
            detail: problem.detail.map(|detail| inert(&detail, 300)),
            retry_after,
        })
    }

    fn json<T: DeserializeOwned>(&self, answer: Response<Body>) -> Result<T, TeamError> {
        serde_json::from_slice(&self.bytes(answer)?).map_err(|_| self.garbage())
    }

    fn host(&self) -> String {
        self.url.host().to_owned()
    }

    fn garbage(&self) -> TeamError {
        TeamError::Garbage(self.host())
    }

    fn fault(&self, error: &ureq::Error) -> TeamError {
        let host = self.host();
        let unreachable =
            |why: &str| TeamError::Unreachable { host: self.host(), why: inert(why, 200), asked: false };
        match error {
            ureq::Error::Timeout(_) => TeamError::Slow(host),
            ureq::Error::BodyExceedsLimit(_) => TeamError::TooLong(host),
            ureq::Error::HostNotFound => unreachable("there is no such host"),
            ureq::Error::ConnectionFailed => unreachable("nobody listens there"),
            ureq::Error::Rustls(error) => unreachable(&format!("its certificate is not trusted ({error})")),
            ureq::Error::Tls(why) => unreachable(why),
            ureq::Error::Io(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
                unreachable("nobody listens there")
            }
            ureq::Error::Io(error) => {
                TeamError::Unreachable { host, why: inert(&error.to_string(), 200), asked: true }
            }
            ureq::Error::Protocol(_) | ureq::Error::Http(_) => TeamError::Garbage(host),
            other => unreachable(&other.to_string()),
        }
    }
}

fn body(value: &impl serde::Serialize) -> Vec<u8> {
    serde_json::to_vec(value).unwrap_or_default()
}
