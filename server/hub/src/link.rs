//! The way to Redis: one connection for all requests of a replica, short patience, one retry, and a circuit breaker.
//!
//! Redis holds nothing that may not be lost, so nobody waits for it: who gets no answer in time goes on without. After
//! [`MAX_FAILURES`] in a row it is not asked at all for [`PAUSE`]; then one request asks as a probe.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use redis::aio::MultiplexedConnection;
use redis::{AsyncConnectionConfig, Client, Cmd, ConnectionAddr, RedisError, Value};
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::cache::CacheDown;
use crate::tls;

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

    /// Whether it opens by that, after it was closed.
    fn failed(&self) -> bool {
        let mut state = self.state();
        let opens = matches!(*state, State::Closed(n) if n + 1 >= MAX_FAILURES);
        *state = match *state {
            State::Closed(n) if n + 1 < MAX_FAILURES => State::Closed(n + 1),
            // Requests that were under way when it opened say nothing new.
            State::Open(until) => State::Open(until),
            State::Closed(_) | State::Probing(_) => State::Open(Instant::now() + PAUSE),
        };
        opens
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
    tls: Option<TlsConnector>,
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
    /// The way to the Redis at `url` (`redis://:PASSWORD@HOST:PORT/DB`, or `rediss://` for TLS with its certificate
    /// and host name verified). Connects when it is first used.
    ///
    /// # Errors
    /// [`CacheDown`] when `url` cannot be read.
    pub fn new(url: &str) -> Result<Self, CacheDown> {
        // TLS is not left to the library: that reads all certificates of the system anew for each connection, and
        // fails where one of them cannot be read.
        let (plain, tls) = match url.strip_prefix("rediss://") {
            Some(rest) => (&*format!("redis://{rest}"), Some(TlsConnector::from(Arc::new(tls::client())))),
            None => (url, None),
        };
        let client = Client::open(plain).map_err(|_| CacheDown)?;
        let circuit = Circuit(Mutex::new(State::Closed(0)));
        Ok(Self { client, tls, patience: PATIENCE, current: tokio::sync::Mutex::default(), circuit })
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
        let mut why = String::new();
        for _ in 0..2 {
            match self.try_once(command).await {
                Ok(answer) => {
                    self.circuit.succeeded();
                    return Ok(answer);
                }
                Err(error) => why = error,
            }
        }
        if self.circuit.failed() {
            tracing::warn!(error = %why, "Redis is done without until it answers");
        }
        Err(CacheDown)
    }

    /// The answer, or why there is none.
    async fn try_once(&self, command: &Cmd) -> Result<Value, String> {
        let mut used = None;
        let attempt = async {
            let (number, mut connection) = self.connection().await?;
            used = Some(number);
            connection.send_packed_command(command).await.map_err(|error| said(&error))
        };
        let answer = tokio::time::timeout(self.patience, attempt).await;
        let answer = answer.unwrap_or_else(|_| Err("not in time".to_owned()));
        if let (Err(_), Some(number)) = (&answer, used) {
            // A late answer must not become that of another question: the connection ends.
            let mut current = self.current.lock().await;
            if current.number == number {
                current.connection = None;
            }
        }
        answer
    }

    async fn connection(&self) -> Result<(u64, MultiplexedConnection), String> {
        let mut current = self.current.lock().await;
        let connection = match &current.connection {
            Some(connection) => connection.clone(),
            None => {
                let connection = self.connect().await?;
                current.number += 1;
                current.connection.insert(connection).clone()
            }
        };
        Ok((current.number, connection))
    }

    async fn connect(&self) -> Result<MultiplexedConnection, String> {
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.patience))
            .set_response_timeout(Some(self.patience));
        let info = self.client.get_connection_info();
        let (Some(tls), ConnectionAddr::Tcp(host, port)) = (&self.tls, info.addr()) else {
            let connection = self.client.get_multiplexed_async_connection_with_config(&config).await;
            return connection.map_err(|error| said(&error));
        };
        let stream = secured(tls, host, *port).await;
        let stream = stream.map_err(|error| tls::refusal(&error).unwrap_or_else(|| error.to_string()))?;
        let made = MultiplexedConnection::new_with_config(info.redis_settings(), stream, config).await;
        let (connection, driver) = made.map_err(|error| said(&error))?;
        tokio::spawn(driver);
        Ok(connection)
    }
}

async fn secured(tls: &TlsConnector, host: &str, port: u16) -> io::Result<TlsStream<TcpStream>> {
    let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
    let stream = TcpStream::connect((host, port)).await?;
    stream.set_nodelay(true)?;
    tls.connect(name, stream).await
}

/// Why there is no answer, without what was asked.
fn said(error: &RedisError) -> String {
    error.category().to_owned()
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
