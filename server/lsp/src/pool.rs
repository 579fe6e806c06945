//! A small pool of threads for everything that computes, so that reading, writing and cancelling never wait.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

use tokio::sync::oneshot;

/// Says whether the answer is still wanted; long loops ask it now and then.
#[derive(Clone, Debug, Default)]
pub(crate) struct CancelToken(Arc<AtomicBool>);

impl CancelToken {
    /// Nobody waits for the answer any more.
    pub(crate) fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether to stop.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Cancels its token when the future that holds it is dropped.
pub(crate) struct CancelOnDrop(pub(crate) CancelToken);

impl Drop for CancelOnDrop {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Who waits for a job.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lane {
    /// A person.
    Request,
    /// Nobody in particular.
    Background,
    /// A person who asks for what is at rest, or changes it: the disk is waited for.
    Store,
}

/// A job panicked or the pool is gone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Died;

type Job = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Jobs {
    requests: VecDeque<Job>,
    background: VecDeque<Job>,
    store: VecDeque<Job>,
}

impl Jobs {
    fn of(&mut self, lane: Lane) -> &mut VecDeque<Job> {
        match lane {
            Lane::Request => &mut self.requests,
            Lane::Background => &mut self.background,
            Lane::Store => &mut self.store,
        }
    }
}

struct Shared {
    jobs: Mutex<Jobs>,
    added: Condvar,
}

/// The pool. Its threads end with the process.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Shared>);

impl Pool {
    /// As many threads for background jobs as the machine has processors (allocators keep what a thread has freed,
    /// so large jobs stay on few threads), six for requests, so that a few slow ones leave room for the next
    /// quick one, and one that may wait for the store (which does one thing after the other as well).
    pub(crate) fn start() -> Self {
        let n_background = std::thread::available_parallelism().map_or(2, usize::from).clamp(1, 4);
        let shared = Arc::new(Shared { jobs: Mutex::default(), added: Condvar::new() });
        let lanes = [(Lane::Background, n_background), (Lane::Request, 6), (Lane::Store, 1)];
        let lanes = lanes.into_iter().flat_map(|(lane, n)| std::iter::repeat_n(lane, n));
        for (idx, lane) in lanes.enumerate() {
            let shared = Arc::clone(&shared);
            let thread = std::thread::Builder::new().name(format!("cpu-{idx}")).stack_size(8 << 20);
            if let Err(error) = thread.spawn(move || work(&shared, lane)) {
                tracing::error!(%error, "cannot start a thread");
            }
        }
        Self(shared)
    }

    /// Runs `job`; a panic in it is an error here and nothing more.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Died> {
        let (answer, answered) = oneshot::channel();
        let job: Job = Box::new(move || {
            // `answer` is closed when the request was cancelled before its turn came.
            if !answer.is_closed() {
                let _ = answer.send(catch_unwind(AssertUnwindSafe(job)));
            }
        });
        self.add(lane, job);
        match answered.await {
            Ok(Ok(result)) => Ok(result),
            _ => Err(Died),
        }
    }

    fn add(&self, lane: Lane, job: Job) {
        let mut jobs = self.0.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.of(lane).push_back(job);
        drop(jobs);
        self.0.added.notify_all();
    }
}

fn work(shared: &Shared, lane: Lane) {
    let mut jobs = shared.jobs.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        if let Some(job) = jobs.of(lane).pop_front() {
            drop(jobs);
            job();
            jobs = shared.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        } else {
            jobs = shared.added.wait(jobs).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
