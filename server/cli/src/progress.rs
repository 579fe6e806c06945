//! A bar on the terminal while something takes long.

use std::cell::RefCell;
use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Nothing is shown before this: most commands are done by then.
const PATIENCE: Duration = Duration::from_millis(700);
/// How often the bar moves.
const PACE: Duration = Duration::from_millis(100);
const WIDTH: usize = 24;

/// How far a command is, on standard error when that is a terminal and the bar would not meet the output.
pub(crate) struct Progress {
    what: &'static str,
    shown: RefCell<Shown>,
}

struct Shown {
    on: bool,
    is_drawn: bool,
    started: Instant,
    last: Instant,
}

impl Progress {
    /// Nothing done yet of `what`, a verb (`checking`).
    pub(crate) fn new(what: &'static str) -> Self {
        let on =
            std::io::stderr().is_terminal() && std::env::var_os("TERM").is_some_and(|term| term != "dumb");
        let now = Instant::now();
        Self { what, shown: RefCell::new(Shown { on, is_drawn: false, started: now, last: now }) }
    }

    /// `done` of `all` are done, and `name` is next.
    pub(crate) fn at(&self, done: u64, all: u64, name: &str) {
        let mut shown = self.shown.borrow_mut();
        let now = Instant::now();
        if !shown.on || now - shown.started < PATIENCE || (shown.is_drawn && now - shown.last < PACE) {
            return;
        }
        shown.last = now;
        shown.is_drawn = true;
        let line = bar(self.what, done, all, name);
        let _ = write!(std::io::stderr().lock(), "\r\u{1b}[K{line}");
    }

    /// Takes the bar away, so that something else can be printed.
    pub(crate) fn clear(&self) {
        let mut shown = self.shown.borrow_mut();
        if shown.is_drawn {
            shown.is_drawn = false;
            let _ = write!(std::io::stderr().lock(), "\r\u{1b}[K");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        self.clear();
    }
}

fn bar(what: &str, done: u64, all: u64, name: &str) -> String {
    let share = if all == 0 { 1.0 } else { (done as f64 / all as f64).min(1.0) };
    let full = (share * WIDTH as f64) as usize;
    let name: String = crate::render::inert(name, 200);
    let tail: String = name.chars().rev().take(40).collect::<Vec<_>>().into_iter().rev().collect();
    format!("{what} [{}{}] {:>3.0} % {tail}", "━".repeat(full), " ".repeat(WIDTH - full), share * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_fills() {
        assert!(bar("checking", 1, 2, "a.csv").contains(&format!(
            "[{}{}]  50 % a.csv",
            "━".repeat(12),
            " ".repeat(12)
        )));
        assert!(bar("checking", 9, 2, "a\u{1b}.csv").contains("100 % a<U+001B>.csv"));
    }
}
