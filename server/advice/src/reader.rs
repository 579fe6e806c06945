//! One pass over the records of a table, shared by all checks that read them: each is shown block after block.

use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use aurora_table::BlockView;

use crate::whole_table::WholeReader;
use crate::{Check, Checker, Finding, TableView, WholeTable};

/// What a check keeps while the table is read to it.
pub trait Reader {
    /// Looks at the next block; breaks once it wants no more of them.
    fn read(&mut self, block: &BlockView<'_>) -> ControlFlow<()>;

    /// Says what it found; called once, after the last block.
    fn finish(self: Box<Self>, out: &mut Vec<Finding>);
}

/// A reader on its way through the table.
enum State<'a> {
    Reads(Box<dyn Reader + 'a>),
    /// It wants no more blocks.
    Done(Box<dyn Reader + 'a>),
    /// It panicked.
    Broken,
}

/// The readers of some checks, and the table in memory if one of them wants it.
#[derive(Default)]
pub(crate) struct Readers<'a> {
    readers: Vec<(&'static str, State<'a>)>,
    whole: Option<WholeReader>,
}

impl<'a> Readers<'a> {
    /// What `checks` want to read of `table`, and the answers of those that read anything, after one pass at most.
    pub(crate) fn read(table: &'a TableView<'a>, checks: impl Iterator<Item = &'static dyn Check>) -> Self {
        let mut all = Self::default();
        for check in checks {
            match check.checker() {
                Checker::Reading(begin) => {
                    let begun = catch_unwind(AssertUnwindSafe(|| begin(table)));
                    let state = match begun {
                        Ok(Some(reader)) => State::Reads(reader),
                        Ok(None) => continue,
                        Err(_) => State::Broken,
                    };
                    all.readers.push((check.meta().code, state));
                }
                Checker::Whole(_) if all.whole.is_none() => all.whole = Some(WholeReader::of(table)),
                _ => {}
            }
        }
        if all.is_reading() {
            table.source.visit(0..u64::MAX, &mut |block| {
                all.show(block);
                if all.is_reading() { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
            });
        }
        all
    }

    fn is_reading(&self) -> bool {
        self.whole.is_some() || self.readers.iter().any(|(_, state)| matches!(state, State::Reads(_)))
    }

    fn show(&mut self, block: &BlockView<'_>) {
        if let Some(whole) = &mut self.whole {
            whole.read(block);
        }
        for (_, state) in &mut self.readers {
            let State::Reads(reader) = state else { continue };
            match catch_unwind(AssertUnwindSafe(|| reader.read(block))) {
                Ok(ControlFlow::Continue(())) => {}
                Ok(ControlFlow::Break(())) => {
                    if let State::Reads(reader) = std::mem::replace(state, State::Broken) {
                        *state = State::Done(reader);
                    }
                }
                Err(_) => *state = State::Broken,
            }
        }
    }

    /// Says what the check called `code` found; panics if it did.
    pub(crate) fn finish(&mut self, code: &str, out: &mut Vec<Finding>) {
        let Some(at) = self.readers.iter().position(|(known, _)| *known == code) else { return };
        match self.readers.swap_remove(at).1 {
            State::Reads(reader) | State::Done(reader) => reader.finish(out),
            State::Broken => panic!("the check panicked while the table was read"),
        }
    }

    /// The table in memory, when a check wanted it.
    pub(crate) fn take_whole(&mut self) -> Option<WholeTable> {
        self.whole.take().map(WholeReader::finish)
    }
}
