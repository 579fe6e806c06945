//! The one way out of the process.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

/// Whoever finds that the session is over says so here; `run` waits here and returns the code.
#[derive(Default)]
pub(crate) struct Door {
    code: Mutex<Option<u8>>,
    opened: Condvar,
    shut_down: AtomicBool,
}

impl Door {
    /// The client asked for `shutdown`: from now on leaving is a success.
    pub(crate) fn shut_down(&self) {
        self.shut_down.store(true, Ordering::SeqCst);
    }

    /// Whether `shutdown` was asked for.
    pub(crate) fn is_shut_down(&self) -> bool {
        self.shut_down.load(Ordering::SeqCst)
    }

    /// The session is over: 0 after `shutdown`, else 1.
    pub(crate) fn leave(&self) {
        self.leave_with(u8::from(!self.is_shut_down()));
    }

    /// The session cannot go on.
    pub(crate) fn leave_with(&self, code: u8) {
        self.code.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(code);
        self.opened.notify_all();
    }

    /// Waits for the end; the first reason counts.
    pub(crate) fn wait(&self) -> u8 {
        let mut code = self.code.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            if let Some(code) = *code {
                return code;
            }
            code = self.opened.wait(code).unwrap_or_else(PoisonError::into_inner);
        }
    }
}
