//! The way to Redis: one connection for all requests of a replica, short patience, one retry, and a circuit breaker.
//!
//! Redis holds nothing that may not be lost, so nobody waits for it: who gets no answer in time goes on without. After
//! [`MAX_FAILURES`] in a row it is not asked at all for [`PAUSE`]; then one request asks as a probe.

use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, Value};
use tokio::time::Instant;

use crate::cache::CacheDown;

/// How long connecting and answering may take together.
const PATIENCE: Duration = Duration::from_millis(50);
/// Failures in a row after which it is left alone.
const MAX_FAILURES: u32 = 5;
/// For how long it is left alone.
const PAUSE: Duration = Duration::from_secs(1);

/// What the circuit breaker is at.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Breaker {
    /// Requests pass.
    Closed,
    /// One request asks whether it is back.
    HalfOpen,
    /// Nobody asks.
    Open,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// With so many failures in a row.
    Closed(u32),
    /// Until then.
    Open(Instant),
    /// A probe is on its way; when it is lost, the next may go then.
    Probing(Instant),
}

/// The circuit breaker.
#[derive(Debug)]
struct Circuit(Mutex<State>);

impl Circuit {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a request may pass now.
    fn admits(&self) -> bool {
        let mut state = self.state();
        match *state {
            State::Closed(_) => true,
            State::Open(until) | State::Probing(until) if until <= Instant::now() => {
                *state = State::Probing(Instant::now() + PAUSE);
                true
            }
            State::Open(_) | State::Probing(_) => false,
        }
    }

    fn succeeded(&self) {
        *self.state() = State::Closed(0);
    }

    fn failed(&self) {
        let mut state = self.state();
        *state = match *state {
            State::Closed(n) if n + 1 < MAX_FAILURES => State::Closed(n + 1),
            // Requests that were under way when it opened say nothing new.
            State::Open(until) => State::Open(until),
            State::Closed(_) | State::Probing(_) => State::Open(Instant::now() + PAUSE),
        };
    }
}

/// A connection and how often it was made anew: who finds it broken ends just that one.
#[derive(Default)]
struct Current {
    number: u64,
    connection: Option<MultiplexedConnection>,
}

/// The way to a Redis.
pub struct Link {
    client: Client,
    patience: Duration,
    current: tokio::sync::Mutex<Current>,
    circuit: Circuit,
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The address may hold a password.
        f.debug_struct("Link").field("breaker", &self.breaker()).finish_non_exhaustive()
    }
}

impl Link {
    /// The way to the Redis at `url` (`redis://:PASSWORD@HOST:PORT/DB`). Connects when it is first used.
    ///
    /// # Errors
    /// [`CacheDown`] when `url` cannot be read.
    pub fn new(url: &str) -> Result<Self, CacheDown> {
        let client = Client::open(url).map_err(|_| CacheDown)?;
        let circuit = Circuit(Mutex::new(State::Closed(0)));
        Ok(Self { client, patience: PATIENCE, current: tokio::sync::Mutex::default(), circuit })
    }

    /// The same with another patience, for machines that are slower than any in service.
    #[must_use]
    pub fn with_patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// What the circuit breaker is at.
    pub fn breaker(&self) -> Breaker {
        match *self.circuit.state() {
            State::Closed(_) => Breaker::Closed,
            State::Open(until) if until > Instant::now() => Breaker::Open,
            State::Open(_) | State::Probing(_) => Breaker::HalfOpen,
        }
    }

    /// Sends a command that may be sent twice.
    pub(crate) async fn ask(&self, command: &Cmd) -> Result<Value, CacheDown> {
        if !self.circuit.admits() {
            return Err(CacheDown);
        }
        for _ in 0..2 {
            if let Some(answer) = self.try_once(command).await {
                self.circuit.succeeded();
                return Ok(answer);
            }
        }
        self.circuit.failed();
        Err(CacheDown)
    }

    async fn try_once(&self, command: &Cmd) -> Option<Value> {
        let mut used = None;
        let attempt = async {
            let (number, mut connection) = self.connection().await?;
            used = Some(number);
            connection.send_packed_command(command).await.ok()
        };
        let answer = tokio::time::timeout(self.patience, attempt).await.ok().flatten();
        if let (None, Some(number)) = (&answer, used) {
            // A late answer must not become that of another question: the connection ends.
            let mut current = self.current.lock().await;
            if current.number == number {
                current.connection = None;
            }
        }
        answer
    }

    async fn connection(&self) -> Option<(u64, MultiplexedConnection)> {
        let mut current = self.current.lock().await;
        if current.connection.is_none() {
            let config = AsyncConnectionConfig::new()
                .set_connection_timeout(Some(self.patience))
                .set_response_timeout(Some(self.patience));
            let connect = self.client.get_multiplexed_async_connection_with_config(&config);
            current.connection = Some(connect.await.ok()?);
            current.number += 1;
        }
        Some((current.number, current.connection.clone()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn it_opens_after_five_failures_probes_once_a_second_and_closes_on_success() {
        let circuit = Circuit(Mutex::new(State::Closed(0)));
        for _ in 0..4 {
            assert!(circuit.admits());
            circuit.failed();
        }
        circuit.succeeded();
        for _ in 0..5 {
            assert!(circuit.admits());
            circuit.failed();
        }
        assert!(!circuit.admits());
        // Those who were under way do not prolong it.
        circuit.failed();
        tokio::time::advance(PAUSE).await;
        assert!(circuit.admits());
        assert!(!circuit.admits(), "one probe at a time");
        circuit.failed();
        assert!(!circuit.admits());
        tokio::time::advance(PAUSE).await;
        assert!(circuit.admits());
        // A probe that is never heard of again is followed by another.
        tokio::time::advance(PAUSE).await;
        assert!(circuit.admits());
        circuit.succeeded();
        assert!(circuit.admits() && circuit.admits());
    }
}
