//! Taking connections: a cap, a time for the head of a request, and an end that loses no request under way.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::time::{sleep, timeout};
use tower::Service as _;

use crate::app::App;
use crate::config::ConfigError;
use crate::edge::{Peer, edge};
use crate::telemetry;

/// Longest head of a request, bytes.
const HEAD: usize = 32 * 1024;

/// Connections to the metrics' port.
const METRICS_CONNECTIONS: usize = 16;

/// How long a connection that ends is still read from, so that the answer arrives before the reset: bytes and time.
const LINGER: (usize, Duration) = (4 << 20, Duration::from_secs(1));

/// What a connection above the cap is told.
const FULL: &[u8] =
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 1\r\ncontent-type: application/problem+json\r\n\
content-length: 83\r\nconnection: close\r\n\r\n\
{\"code\":\"overloaded\",\"title\":\"there is more to do than the hub can\",\"status\":503}\r\n";

/// A hub that listens and serves as soon as it is [`Server::run`].
pub struct Server {
    app: Arc<App>,
    api: TcpListener,
    metrics: TcpListener,
}

impl Server {
    /// Listens on both addresses.
    ///
    /// # Errors
    /// One is taken, or not of this machine.
    pub async fn bind(app: Arc<App>) -> Result<Self, ConfigError> {
        let bind = async |key: &str, address: SocketAddr| {
            TcpListener::bind(address)
                .await
                .map_err(|error| ConfigError(format!("cannot listen on {address}: {error}; set {key}")))
        };
        let api = bind("listen", app.config.listen).await?;
        let metrics = bind("metrics_listen", app.config.metrics_listen).await?;
        Ok(Self { app, api, metrics })
    }

    /// Where the API and where the metrics are.
    ///
    /// # Errors
    /// The system does not say.
    pub fn addresses(&self) -> std::io::Result<(SocketAddr, SocketAddr)> {
        Ok((self.api.local_addr()?, self.metrics.local_addr()?))
    }

    /// Serves until `end`, which tells whether to announce it; then announces it, takes no more, and waits for what is
    /// under way. True when nothing had to be cut off.
    pub async fn run(self, end: impl Future<Output = End>) -> bool {
        let Self { app, api, metrics } = self;
        let (router, _) = crate::api::router();
        let router = router.layer(from_fn_with_state(Arc::clone(&app), edge)).with_state(Arc::clone(&app));
        let connections = app.config.limits.connections as usize;
        let cap = Arc::new(Semaphore::new(connections));
        let serving = tokio::spawn(accept(api, router, Arc::clone(&app), Arc::clone(&cap)));
        let metrics_cap = Arc::new(Semaphore::new(METRICS_CONNECTIONS));
        let router = Router::new().route("/metrics", get(show_metrics)).with_state(Arc::clone(&app));
        let showing = tokio::spawn(accept(metrics, router, Arc::clone(&app), metrics_cap));

        let announces = end.await == End::Announced;
        app.life.drain();
        tracing::info!("ending");
        if announces {
            sleep(Duration::from_secs(u64::from(app.config.shutdown.announce_seconds))).await;
        }
        serving.abort();
        app.life.close();
        // Every connection holds a permit: all of them are free when none is left.
        let all = u32::try_from(connections).unwrap_or(u32::MAX);
        let drained =
            timeout(Duration::from_secs(u64::from(app.config.shutdown.drain_seconds)), cap.acquire_many(all));
        let is_drained = drained.await.is_ok();
        showing.abort();
        tracing::info!(is_drained, "ended");
        is_drained
    }
}

/// How the end comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// Balancers get time to notice.
    Announced,
    /// A person waits at the terminal.
    AtOnce,
}

/// Waits for SIGTERM (announced) or Ctrl-C (at once). Both are listened for from the call on, not from the first
/// poll: a hub that has said that it listens is one that a signal ends well.
///
/// # Errors
/// The system lets nobody listen for signals.
pub fn signalled() -> std::io::Result<impl Future<Output = End>> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        Ok(async move {
            tokio::select! {
                _ = terminate.recv() => End::Announced,
                _ = interrupt.recv() => End::AtOnce,
            }
        })
    }
    #[cfg(not(unix))]
    {
        let mut interrupt = tokio::signal::windows::ctrl_c()?;
        Ok(async move {
            interrupt.recv().await;
            End::AtOnce
        })
    }
}

async fn show_metrics(State(app): State<Arc<App>>) -> Response {
    ([(CONTENT_TYPE, telemetry::CONTENT)], app.metrics.text()).into_response()
}

/// Takes connections for ever.
async fn accept(listener: TcpListener, router: Router, app: Arc<App>, cap: Arc<Semaphore>) {
    loop {
        let (stream, peer) = match listener.accept().await {
            Ok(taken) => taken,
            Err(error) => {
                // Out of files, or the other end has gone: neither is mended by trying at once.
                tracing::warn!(error = %error, "a connection was not taken");
                sleep(Duration::from_millis(20)).await;
                continue;
            }
        };
        // An answer is one write; Nagle would hold it back behind the one before.
        let _ = stream.set_nodelay(true);
        match Arc::clone(&cap).try_acquire_owned() {
            Ok(permit) => {
                let connection = connection(stream, peer, router.clone(), app.life.closing(), permit);
                tokio::spawn(connection(header_time(&app)));
            }
            Err(_) => {
                app.metrics.shed("connections");
                let _ = stream.try_write(FULL);
            }
        }
    }
}

fn header_time(app: &App) -> Duration {
    Duration::from_secs(u64::from(app.config.limits.header_seconds))
}

/// Serves one connection to its end.
fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    router: Router,
    mut closing: watch::Receiver<bool>,
    permit: OwnedSemaphorePermit,
) -> impl FnOnce(Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
    move |header_time| {
        Box::pin(async move {
            let _permit = permit;
            let service = hyper::service::service_fn(move |mut request: hyper::Request<Incoming>| {
                let mut router = router.clone();
                request.extensions_mut().insert(Peer(peer));
                let answer: Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>> =
                    Box::pin(async move { router.call(request).await });
                answer
            });
            let mut connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(header_time)
                .max_buf_size(HEAD)
                .serve_connection(TokioIo::new(stream), service);
            let mut is_closing = *closing.borrow();
            if is_closing {
                Pin::new(&mut connection).graceful_shutdown();
            }
            loop {
                tokio::select! {
                    served = poll_fn(|context| connection.poll_without_shutdown(context)) => {
                        if served.is_ok() {
                            linger(connection.into_parts().io.into_inner()).await;
                        }
                        return;
                    }
                    changed = closing.changed(), if !is_closing => {
                        is_closing = true;
                        if changed.is_ok() {
                            Pin::new(&mut connection).graceful_shutdown();
                        }
                    }
                }
            }
        })
    }
}

/// Says that no more comes, and reads for a moment what the other end still sends: a close with bytes unread is a
/// reset, which can overtake the answer (413 to an upload that goes on).
async fn linger(mut stream: TcpStream) {
    if stream.shutdown().await.is_err() {
        return;
    }
    let (most, patience) = LINGER;
    let read = async {
        let mut buffer = vec![0; 16 * 1024];
        let mut n_bytes = 0;
        while n_bytes < most {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(n) => n_bytes += n,
            }
        }
    };
    let _ = timeout(patience, read).await;
}
