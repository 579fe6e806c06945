//! The entry: threads for reading and writing, the runtime between them, and the one way out.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use serde_json::Value;
use tokio::runtime::{Builder, Runtime};
use tower::Service;

use crate::door::Door;
use crate::session::Session;
use crate::shell::Shell;
use crate::transport::frame::{Frame, FrameReader};
use crate::transport::message::{self, Incoming};
use crate::transport::outgoing::Outgoing;
use crate::{fault_report, faults, learning, team};

/// Exit code when a document can no longer be trusted.
const BROKEN_DOCUMENT: u8 = 70;
/// How long what is written may take to be read at the end.
const PATIENCE_AT_EXIT: Duration = Duration::from_millis(300);
/// How long the last answers may take to come to rest, where the disk is slow or another process has locked the store.
/// A client that does not want to wait so long ends the process.
const PATIENCE_TO_CLOSE: Duration = Duration::from_secs(5);
/// How often a parent process is looked for.
const PARENT_CHECK: Duration = Duration::from_secs(2);

/// What `aurora lsp` was started with.
#[derive(Clone, Debug, Default)]
pub struct ServeOptions {
    /// Folder of the learned rules; `None` is the platform's data folder.
    pub store: Option<PathBuf>,
    /// Answers are not kept beyond the session.
    pub no_learning: bool,
    /// An `aurora.toml` to use instead of the one found upward of each document.
    pub config: Option<PathBuf>,
    /// Filter of the log on standard error (`error`, `warn`, `info`, `debug`, `trace`, or a directive list).
    pub log: Option<String>,
}

/// Serves until the client leaves; the exit code is 0 only after a `shutdown` request.
pub fn run(options: &ServeOptions) -> ExitCode {
    start_log(options.log.as_deref());
    let runtime = match Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => Arc::new(runtime),
        Err(error) => {
            tracing::error!(%error, "cannot start the runtime");
            return ExitCode::FAILURE;
        }
    };
    let door = Arc::new(Door::default());
    let outgoing = Arc::new(Outgoing::default());
    fault_report::install(learning::folder(options).path(), Arc::clone(&outgoing));
    let session = Arc::new(Session::new(options, Arc::clone(&outgoing), Arc::clone(&door)));

    // Before anything can be answered: whoever was answered may send a signal.
    leave_on_signal(&runtime, &door);
    let started =
        start_writer(&outgoing, &door).and_then(|()| start_reader(Arc::clone(&runtime), &session, &outgoing));
    if let Err(error) = started {
        tracing::error!(%error, "cannot start a thread");
        return ExitCode::FAILURE;
    }
    faults::slow_start();
    look_again_when_open(&session);
    team::start(&session);

    let code = door.wait();
    outgoing.drain(PATIENCE_AT_EXIT);
    session.learning.close(PATIENCE_TO_CLOSE);
    // Nobody waits for what only waits, for git above all.
    if let Some(runtime) = Arc::into_inner(runtime) {
        runtime.shutdown_background();
    }
    ExitCode::from(code)
}

fn start_log(filter: Option<&str>) {
    let filter = tracing_subscriber::EnvFilter::try_new(filter.unwrap_or("warn"))
        .unwrap_or_else(|_| tracing_subscriber::EnvFilter::new("warn"));
    // tower-lsp's own log lines quote parameters, which hold field values.
    let filter = match "tower_lsp=off".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    };
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false);
    // Another log of this process stays as it is.
    let _ = log.try_init();
}

fn start_writer(outgoing: &Arc<Outgoing>, door: &Arc<Door>) -> std::io::Result<()> {
    let (outgoing, door) = (Arc::clone(outgoing), Arc::clone(door));
    std::thread::Builder::new().name("writer".to_owned()).spawn(move || {
        let error = outgoing.write_to(std::io::stdout());
        tracing::warn!(kind = ?error.kind(), "standard output is closed");
        door.leave();
    })?;
    Ok(())
}

fn start_reader(
    runtime: Arc<Runtime>,
    session: &Arc<Session>,
    outgoing: &Arc<Outgoing>,
) -> std::io::Result<()> {
    let (session, outgoing) = (Arc::clone(session), Arc::clone(outgoing));
    let thread = std::thread::Builder::new().name("reader".to_owned()).stack_size(8 << 20);
    thread.spawn(move || {
        let _inside = runtime.enter();
        let mut shell = Shell::new(Arc::clone(&session));
        let mut frames = FrameReader::new(std::io::stdin());
        loop {
            match frames.next_frame() {
                Frame::Body(body) => {
                    let message = message::read(body);
                    if !dispatch(&runtime, &mut shell, &session, &outgoing, message) {
                        return;
                    }
                }
                Frame::End => return session.door.leave(),
                Frame::Broken(reason) => {
                    tracing::error!(reason, "standard input is not framed as the protocol says");
                    return session.door.leave_with(1);
                }
            }
            outgoing.wait_for_room();
        }
    })?;
    Ok(())
}

/// Hands one message on; `false` when it was the last.
fn dispatch(
    runtime: &Runtime,
    shell: &mut Shell,
    session: &Arc<Session>,
    outgoing: &Arc<Outgoing>,
    message: Incoming,
) -> bool {
    let in_order = match &message {
        Incoming::Call(request) if request.method() == "exit" => {
            session.door.leave();
            return false;
        }
        Incoming::Call(request) => {
            if request.method() == "initialize" {
                watch_parent(runtime, session, request.params());
            }
            // `initialize` changes the state of the service; a notification changes ours.
            request.id().is_none() || request.method() == "initialize"
        }
        _ => true,
    };
    let answer = match catch_unwind(AssertUnwindSafe(|| shell.call(message))) {
        Ok(answer) => answer,
        Err(_) => {
            tracing::error!("a document could not be changed; the editor is asked to start again");
            session.door.leave_with(BROKEN_DOCUMENT);
            return false;
        }
    };
    let send = {
        let outgoing = Arc::clone(outgoing);
        async move {
            if let Ok(Some(response)) = answer.await {
                outgoing.send(&response);
            }
        }
    };
    if in_order {
        runtime.block_on(send);
    } else {
        runtime.spawn(send);
    }
    true
}

/// Leaves when the process that `initialize` names is gone.
fn watch_parent(runtime: &Runtime, session: &Arc<Session>, params: Option<&Value>) {
    let pid = params.and_then(|params| params.get("processId")).and_then(Value::as_i64);
    let Some(pid) = pid.and_then(|pid| i32::try_from(pid).ok()).filter(|&pid| pid > 0) else { return };
    let session = Arc::clone(session);
    runtime.spawn(async move {
        while is_alive(pid) {
            tokio::time::sleep(PARENT_CHECK).await;
        }
        tracing::warn!("the editor is gone");
        session.door.leave();
    });
}

#[cfg(unix)]
fn is_alive(pid: i32) -> bool {
    let Some(pid) = rustix::process::Pid::from_raw(pid) else { return true };
    // Anything but "no such process" means that there is one.
    rustix::process::test_kill_process(pid) != Err(rustix::io::Errno::SRCH)
}

/// Elsewhere the end of standard input says it.
#[cfg(not(unix))]
fn is_alive(_pid: i32) -> bool {
    true
}

/// What was read before the store was open is read again with what was learned.
fn look_again_when_open(session: &Arc<Session>) {
    let session = Arc::clone(session);
    let wait = move || {
        // Opened sooner than that, it was waited for.
        if session.learning.is_open() && session.learning.age() > learning::PATIENCE_AT_START {
            session.look_again();
        }
    };
    if let Err(error) = std::thread::Builder::new().name("await-store".to_owned()).spawn(wait) {
        tracing::error!(%error, "cannot start a thread");
    }
}

fn leave_on_signal(runtime: &Runtime, door: &Arc<Door>) {
    let door = Arc::clone(door);
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        // Listened for from now on, not from when the task first runs.
        let _context = runtime.enter();
        let Ok(mut terminate) = signal(SignalKind::terminate()) else { return };
        runtime.spawn(async move {
            terminate.recv().await;
            door.leave();
        });
    }
    #[cfg(not(unix))]
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            door.leave();
        }
    });
}
