//! An answer on its way to disk: a thread may wait for it, a task may await it.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use crate::NotSaved;

type Kept = Result<(), NotSaved>;

/// An answer on its way to disk. As a future it is ready when the answer is at rest, or cannot be.
#[derive(Debug)]
pub struct Saving(Arc<Slot>);

/// The store's end of a [`Saving`]; dropped without a word it says that the store does not answer.
#[derive(Debug)]
pub(crate) struct Keeping(Arc<Slot>);

#[derive(Debug, Default)]
struct Slot {
    state: Mutex<State>,
    told: Condvar,
}

#[derive(Debug, Default)]
struct State {
    kept: Option<Kept>,
    waker: Option<Waker>,
}

/// Both ends of an answer's way.
pub(crate) fn saving() -> (Keeping, Saving) {
    let slot = Arc::<Slot>::default();
    (Keeping(Arc::clone(&slot)), Saving(slot))
}

impl Slot {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what became of it; the first word counts.
    fn tell(&self, kept: Kept) {
        let mut state = self.lock();
        state.kept.get_or_insert(kept);
        let waker = state.waker.take();
        drop(state);
        self.told.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl Saving {
    /// Waits until the answer is at rest (it survives `kill -9` then), at most `timeout`.
    pub fn wait(self, timeout: Duration) -> Result<(), NotSaved> {
        let waited = self.0.told.wait_timeout_while(self.0.lock(), timeout, |state| state.kept.is_none());
        let kept = waited.unwrap_or_else(PoisonError::into_inner).0.kept.clone();
        kept.unwrap_or_else(|| Err(silent()))
    }
}

impl Future for Saving {
    type Output = Result<(), NotSaved>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut state = self.0.lock();
        match state.kept.clone() {
            Some(kept) => Poll::Ready(kept),
            None => {
                state.waker = Some(context.waker().clone());
                Poll::Pending
            }
        }
    }
}

impl Keeping {
    /// Says what became of the answer. Who asked may have stopped waiting; then it goes nowhere.
    pub(crate) fn send(self, kept: Kept) {
        self.0.tell(kept);
    }
}

impl Drop for Keeping {
    fn drop(&mut self) {
        self.0.tell(Err(silent()));
    }
}

fn silent() -> NotSaved {
    NotSaved("the store does not answer".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::Wake;

    use super::*;

    #[derive(Default)]
    struct Woken(AtomicUsize);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn it_is_pending_until_the_store_says_and_then_wakes_who_awaits_it() {
        let (keeping, mut saving) = saving();
        let woken = Arc::<Woken>::default();
        let waker = Waker::from(Arc::clone(&woken));
        let mut poll = |context: &mut Context<'_>| Pin::new(&mut saving).poll(context);
        assert!(poll(&mut Context::from_waker(&waker)).is_pending());
        assert_eq!(woken.0.load(Ordering::SeqCst), 0);
        keeping.send(Ok(()));
        assert_eq!(woken.0.load(Ordering::SeqCst), 1);
        assert_eq!(poll(&mut Context::from_waker(&waker)), Poll::Ready(Ok(())));
    }

    #[test]
    fn a_store_that_hangs_up_or_takes_too_long_has_not_saved_it() {
        let (keeping, lost) = saving();
        drop(keeping);
        assert_eq!(lost.wait(Duration::from_secs(60)), Err(silent()));
        let (_keeping, late) = saving();
        assert_eq!(late.wait(Duration::from_millis(1)), Err(silent()));
    }
}
