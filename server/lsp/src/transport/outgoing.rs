//! The queue towards the client: anyone may add a message without waiting, one thread writes whole frames.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

/// Bytes that may wait before reading stops until the client has read some.
const MAX_WAITING: usize = 64 * 1024 * 1024;

#[derive(Default)]
struct Queue {
    frames: VecDeque<Vec<u8>>,
    bytes: usize,
    writing: bool,
    closed: bool,
}

/// Messages that wait to be written.
#[derive(Default)]
pub(crate) struct Outgoing {
    queue: Mutex<Queue>,
    changed: Condvar,
}

impl Outgoing {
    /// Adds a message. Never waits.
    pub(crate) fn send(&self, message: &impl Serialize) {
        let Ok(body) = serde_json::to_vec(message) else {
            tracing::error!("a message that cannot be serialised was dropped");
            return;
        };
        let mut queue = self.lock();
        if queue.closed {
            return;
        }
        queue.bytes += body.len();
        queue.frames.push_back(body);
        drop(queue);
        self.changed.notify_all();
    }

    /// Waits until the client has read enough of what is written to it.
    pub(crate) fn wait_for_room(&self) {
        let mut queue = self.lock();
        while queue.bytes > MAX_WAITING && !queue.closed {
            queue = self.wait(queue, Duration::from_millis(100));
        }
    }

    /// Waits until all is written, at most `patience`.
    pub(crate) fn drain(&self, patience: Duration) {
        let end = Instant::now() + patience;
        let mut queue = self.lock();
        while (!queue.frames.is_empty() || queue.writing) && !queue.closed && Instant::now() < end {
            queue = self.wait(queue, end.saturating_duration_since(Instant::now()));
        }
    }

    /// Writes until writing fails.
    pub(crate) fn write_to(&self, mut output: impl Write) -> io::Error {
        loop {
            let mut queue = self.lock();
            queue.writing = false;
            self.changed.notify_all();
            let body = loop {
                if let Some(body) = queue.frames.pop_front() {
                    break body;
                }
                queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
            };
            queue.writing = true;
            queue.bytes -= body.len();
            drop(queue);
            let header = format!("Content-Length: {}\r\n\r\n", body.len());
            let written = output
                .write_all(header.as_bytes())
                .and_then(|()| output.write_all(&body))
                .and_then(|()| output.flush());
            if let Err(error) = written {
                let mut queue = self.lock();
                queue.closed = true;
                queue.frames.clear();
                queue.bytes = 0;
                self.changed.notify_all();
                return error;
            }
        }
    }

    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'q>(&self, queue: MutexGuard<'q, Queue>, patience: Duration) -> MutexGuard<'q, Queue> {
        self.changed.wait_timeout(queue, patience).unwrap_or_else(PoisonError::into_inner).0
    }
}
