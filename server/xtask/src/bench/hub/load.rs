//! An open load, and what came of it.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;

use super::client::{Client, request};

/// Which share of the requests are uploads of twenty votes.
const ONE_UPLOAD_IN: u64 = 10;

/// Milliseconds in which all connections are made, before the first request.
pub(super) const HEAD_START_MS: u64 = 1_500;

/// How much is sent.
#[derive(Clone, Copy)]
pub(super) struct Load {
    pub(super) per_second: u64,
    pub(super) seconds: u64,
    pub(super) clocked: Clocked,
}

/// From when the time of a request runs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Clocked {
    /// From the moment at which it should be sent, however late the connection is.
    FromItsMoment,
    /// From the moment at which it was sent.
    FromSending,
}

/// Times of answers, in microseconds.
#[derive(Default, Clone)]
pub(super) struct Times(Vec<u32>);

impl Times {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// A quantile, in milliseconds; infinite when there is no answer.
    pub(super) fn quantile_ms(&self, q: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let at = ((sorted.len() as f64 * q).ceil() as usize).max(1) - 1;
        sorted.get(at).map_or(f64::INFINITY, |&us| f64::from(us) / 1e3)
    }
}

/// What came of a load.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) gets: Times,
    pub(super) puts: Times,
    by_status: BTreeMap<u16, u64>,
    broken: BTreeMap<String, u64>,
}

impl Outcome {
    fn add(&mut self, other: Self) {
        self.gets.0.extend(other.gets.0);
        self.puts.0.extend(other.puts.0);
        other.by_status.into_iter().for_each(|(status, n)| *self.by_status.entry(status).or_default() += n);
        other.broken.into_iter().for_each(|(why, n)| *self.broken.entry(why).or_default() += n);
    }

    pub(super) fn all_2xx(&self) -> Times {
        Times(self.gets.0.iter().chain(&self.puts.0).copied().collect())
    }

    /// Requests answered by something else than 2xx, or not.
    pub(super) fn n_failed(&self) -> u64 {
        let others = self.by_status.iter().filter(|(status, _)| !(200..300).contains(*status));
        others.map(|(_, n)| n).sum::<u64>() + self.broken.values().sum::<u64>()
    }

    pub(super) fn n_5xx(&self) -> u64 {
        self.by_status.iter().filter(|(status, _)| **status >= 500).map(|(_, n)| n).sum()
    }

    pub(super) fn n_broken(&self) -> u64 {
        self.broken.values().sum()
    }

    /// Of all requests, those answered by `status`.
    pub(super) fn share_of(&self, status: u16) -> f64 {
        let all = self.by_status.values().sum::<u64>() + self.n_broken();
        self.by_status.get(&status).copied().unwrap_or(0) as f64 / all.max(1) as f64
    }

    /// What failed, in a line.
    pub(super) fn failures(&self) -> String {
        format!("{:?} {:?}", self.by_status, self.broken)
    }
}

/// Sends the load over one connection for each token, the moments dealt out in turn.
pub(super) async fn run(
    address: SocketAddr,
    tokens: &Arc<Vec<String>>,
    load: Load,
) -> anyhow::Result<Outcome> {
    let n = tokens.len() as u64;
    let total = load.per_second * load.seconds;
    let begin = Instant::now() + Duration::from_millis(HEAD_START_MS);
    let gap = Duration::from_secs(1).as_nanos() as u64 / load.per_second;
    let mut tasks = tokio::task::JoinSet::new();
    for i in 0..n {
        let tokens = Arc::clone(tokens);
        tasks.spawn(async move {
            let mut client = Client::new(address);
            let mut outcome = Outcome::default();
            // Connected before it begins; what fails shows when it is used.
            let _ = client.connect().await;
            let authorization = format!("authorization: Bearer {}\r\n", tokens[i as usize]);
            let get = request("GET", "/v1/rules?dictionary=1", &authorization, "");
            for (k, at) in (i..total).step_by(n as usize).zip(0_u64..) {
                let moment = begin + Duration::from_nanos(gap * k);
                let is_upload = (at + i).is_multiple_of(ONE_UPLOAD_IN);
                let upload = is_upload.then(|| upload(&authorization, i, at));
                tokio::time::sleep_until(moment.into()).await;
                let from = match load.clocked {
                    Clocked::FromItsMoment => moment,
                    Clocked::FromSending => Instant::now(),
                };
                match client.ask(upload.as_deref().unwrap_or(&get)).await {
                    Ok(answer) => {
                        *outcome.by_status.entry(answer.status).or_default() += 1;
                        let us = u32::try_from(from.elapsed().as_micros()).unwrap_or(u32::MAX);
                        if (200..300).contains(&answer.status) {
                            (if is_upload { &mut outcome.puts } else { &mut outcome.gets }).0.push(us);
                        }
                    }
                    Err(error) => *outcome.broken.entry(error.to_string()).or_default() += 1,
                }
            }
            outcome
        });
    }
    let mut outcome = Outcome::default();
    while let Some(one) = tasks.join_next().await {
        outcome.add(one?);
    }
    Ok(outcome)
}

/// An upload of twenty votes, each time on other keys and sides.
fn upload(authorization: &str, member: u64, n: u64) -> Vec<u8> {
    let votes: Vec<_> = (0..20)
        .map(|j| {
            let group = (n * 7 + j) % 70;
            json!({ "domain": 1, "group": group, "cell": j, "action": 1000, "yes": !(n + j + member).is_multiple_of(3) })
        })
        .collect();
    put(authorization, &format!("load-{member}-{n}-{:?}", Instant::now()), &votes)
}

/// The request of an upload; `key` may hold what is not allowed in a header, which becomes `-`.
pub(super) fn put(authorization: &str, key: &str, votes: &[serde_json::Value]) -> Vec<u8> {
    let key: String = key.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
    let headers = format!("{authorization}idempotency-key: {key}\r\n");
    request("PUT", "/v1/votes", &headers, &json!({ "dictionary": 1, "votes": votes }).to_string())
}
