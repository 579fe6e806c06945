//! The thread that owns the store: the only one that waits for the disk.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender};
use std::time::Duration;

use aurora_learning::{Correction, Derived, RuleKey, Store, rebuild};
use aurora_privacy::{Choice, LedgerId, LineageTag, LiveCell, ReleasedCell, Spend, budget, price};

use crate::learner::{Evidence, Mechanism, NotSaved, Shared, Status};
use crate::saving::Keeping;
use crate::{Report, SqliteStore, StoreError};

/// How often to look whether another process has written.
const WATCH: Duration = Duration::from_secs(2);

/// How long after the last answer the derived tables are written.
const IDLE: Duration = Duration::from_millis(500);

/// Version of the mechanism and its statistics.
const SCHEME: u32 = 1;

/// The spend behind an answer, and what was drawn for it just now.
type Paid = (Option<LedgerId>, Option<(LedgerId, ReleasedCell)>);

type Reply<T> = SyncSender<Result<T, NotSaved>>;

/// What the thread is asked to do.
#[derive(Debug)]
pub(crate) enum Request {
    Answer { number: u64, correction: Box<Correction>, evidence: Option<Box<Evidence>>, reply: Keeping },
    Choose { choices: Vec<Choice>, reply: Reply<()> },
    ForgetRule { rule: RuleKey, reply: Reply<u64> },
    ForgetFile { lineage: LineageTag, reply: Reply<u64> },
    ForgetAll { reply: Reply<u64> },
    Report { reply: Reply<Report> },
    Refresh { reply: Reply<()> },
    Reload { reply: Reply<()> },
    Close,
}

/// Serves requests until the last learner is gone.
pub(crate) fn run(
    store: SqliteStore,
    mechanism: Mechanism,
    shared: &Shared,
    requests: &Receiver<Request>,
    ready: &SyncSender<()>,
) {
    let opened_as = shared.status();
    let mut keeper = Keeper { store, mechanism, shared, opened_as, seen: -1, dirty: false, last: 0 };
    keeper.reload();
    let _ = ready.send(());
    loop {
        let patience = if keeper.dirty { IDLE } else { WATCH };
        match requests.recv_timeout(patience) {
            Ok(Request::Close) | Err(RecvTimeoutError::Disconnected) => break,
            Ok(request) => keeper.serve(request),
            Err(RecvTimeoutError::Timeout) => {
                keeper.settle();
                keeper.watch();
            }
        }
    }
    keeper.settle();
}

struct Keeper<'a> {
    store: SqliteStore,
    mechanism: Mechanism,
    shared: &'a Shared,
    /// What is said while all goes well.
    opened_as: Status,
    /// The data version that was last read.
    seen: i64,
    /// Whether the derived tables lag behind.
    dirty: bool,
    /// Number of the last answer that was to be put at rest.
    last: u64,
}

impl Keeper<'_> {
    fn serve(&mut self, request: Request) {
        // Who asked may have stopped waiting; then the answer goes nowhere.
        match request {
            Request::Answer { number, correction, evidence, reply } => {
                let saved = self.answer(number, &correction, evidence.as_deref());
                reply.send(self.saved(saved));
            }
            Request::Choose { choices, reply } => {
                let done = self.store.choose(&choices);
                let _ = reply.send(self.changed(done, |_| false));
            }
            Request::ForgetRule { rule, reply } => {
                let done = self.forget_rule(&rule);
                let _ = reply.send(self.changed(done, |one| is_behind(one, &rule, one.key.cell)));
            }
            Request::ForgetFile { lineage, reply } => {
                let done = self.store.forget(lineage);
                let of_file = |one: &Correction| one.key.place.is_some_and(|place| place.lineage == lineage);
                let _ = reply.send(self.changed(done, of_file));
            }
            Request::ForgetAll { reply } => {
                let done = self.store.forget_all();
                let _ = reply.send(self.changed(done, |_| true));
            }
            Request::Report { reply } => {
                let report = self.store.report();
                let _ = reply.send(self.judge(report));
            }
            Request::Refresh { reply } => {
                self.watch();
                let _ = reply.send(Ok(()));
            }
            Request::Reload { reply } => {
                self.reload();
                let _ = reply.send(Ok(()));
            }
            Request::Close => {}
        }
    }

    /// Puts the answer at rest: spend, then draw, then keep both.
    fn answer(
        &mut self,
        number: u64,
        correction: &Correction,
        evidence: Option<&Evidence>,
    ) -> Result<(), StoreError> {
        self.last = number;
        let (ledger, drawn) = self.draw(correction, evidence)?;
        let id = self.store.append(&correction.at_rest(ledger), drawn)?;
        let mut live = self.shared.live();
        live.unsaved.retain(|(unsaved, _)| *unsaved != number);
        live.overlay.answers.insert(id, correction.key);
        live.answered.extend(correction.key.place);
        if let (Some(place), Some(_)) = (correction.key.place, ledger) {
            live.paid.insert(place);
        }
        self.dirty = true;
        Ok(())
    }

    fn draw(&mut self, correction: &Correction, evidence: Option<&Evidence>) -> Result<Paid, StoreError> {
        let Some(place) = correction.key.place else { return Ok((None, None)) };
        if let Some(ledger) = self.store.ledger_of(place)? {
            return Ok((Some(ledger), None));
        }
        let Some(evidence) = evidence else { return Ok((None, None)) };
        let Some(price) = price(evidence.n_records, evidence.n_columns) else { return Ok((None, None)) };
        let spend = Spend {
            place,
            domain: correction.key.domain,
            meps: price.meps,
            scheme: SCHEME,
            band: budget::band(evidence.n_records),
            day: correction.day,
        };
        let Some(ledger) = self.store.spend(&spend)? else { return Ok((None, None)) };
        // A failed draw gives nothing and keeps the spend.
        let drawn = (self.mechanism)(evidence, price);
        Ok((drawn.map(|_| ledger), drawn.map(|cell| (ledger, cell))))
    }

    fn forget_rule(&mut self, rule: &RuleKey) -> Result<u64, StoreError> {
        let at_rest = self.store.read()?;
        let draws: std::collections::HashMap<_, _> =
            at_rest.draws.iter().map(|d| (d.ledger, d.cell)).collect();
        let live = self.shared.live();
        let rests_on = |id: i64, answer: &aurora_privacy::Answer| {
            let drawn = || answer.ledger.and_then(|ledger| draws.get(&ledger).copied());
            let cell = live.overlay.answers.get(&id).and_then(|key| key.cell).or_else(drawn);
            is_behind(&Correction::from_rest(answer, None), rule, cell)
        };
        let ids: Vec<_> =
            at_rest.answers.iter().filter(|one| rests_on(one.id, &one.answer)).map(|one| one.id).collect();
        drop(live);
        self.store.delete_rule(rule, &ids)?;
        Ok(ids.len() as u64)
    }

    /// After something was taken away: everything is recomputed, and the log that still holds it is emptied. What could
    /// not be put at rest and is `forgotten` counts no more either.
    fn changed<T>(
        &mut self,
        done: Result<T, StoreError>,
        forgotten: impl Fn(&Correction) -> bool,
    ) -> Result<T, NotSaved> {
        if done.is_ok() {
            self.dirty = true;
            // Those asked for since are still to be put at rest.
            let last = self.last;
            self.shared.live().unsaved.retain(|(number, one)| *number > last || !forgotten(one));
            self.reload();
            self.settle();
        }
        self.judge(done)
    }

    /// What to say of an answer: in memory for want of a folder, it is not saved however well it went.
    fn saved(&self, done: Result<(), StoreError>) -> Result<(), NotSaved> {
        let done = self.judge(done);
        match &self.opened_as {
            Status::NotSaved(why) => done.and(Err(NotSaved(why.clone()))),
            _ => done,
        }
    }

    fn judge<T>(&self, done: Result<T, StoreError>) -> Result<T, NotSaved> {
        let done = done.map_err(|error| NotSaved(error.to_string()));
        self.shared.set_status(match (&done, &self.opened_as) {
            (Err(NotSaved(why)), Status::Saved(_)) => Status::NotSaved(why.clone()),
            _ => self.opened_as.clone(),
        });
        done
    }

    /// Takes in what another process has written.
    fn watch(&mut self) {
        if self.store.data_version().is_ok_and(|version| version != self.seen) {
            self.reload();
        }
    }

    /// Recomputes everything from rest, with what this session knows laid over it.
    fn reload(&mut self) {
        let version = self.store.data_version();
        let read = self.store.read();
        let (Ok(version), Ok(at_rest)) = (version, read) else { return };
        self.seen = version;
        let report = self.store.report();
        let mut live = self.shared.live();
        if let Ok(report) = report {
            live.paid = report
                .files
                .iter()
                .flat_map(|file| {
                    let place = |column| aurora_privacy::ColumnPlace { lineage: file.lineage, column };
                    file.columns.iter().map(move |column| place(column.column))
                })
                .collect();
        }
        let known: HashSet<i64> = at_rest.answers.iter().map(|one| one.id).collect();
        live.overlay.answers.retain(|id, _| known.contains(id));
        live.answered = at_rest.answers.iter().filter_map(|one| one.answer.place).collect();
        let mut learned = rebuild(&at_rest, &live.overlay);
        for (_, correction) in &live.unsaved {
            learned.learn(correction);
        }
        self.shared.publish(learned);
    }

    /// Writes the derived tables and empties the write-ahead log.
    fn settle(&mut self) {
        if !self.dirty {
            return;
        }
        self.dirty = false;
        let Ok(at_rest) = self.store.read() else { return };
        // Best effort: the derived tables are a convenience for other readers.
        let _ = self.store.write_derived(&Derived::of(&at_rest));
        let _ = self.store.checkpoint();
    }
}

/// Whether `rule` rests on the answer `one` about a column with these buckets.
fn is_behind(one: &Correction, rule: &RuleKey, cell: Option<LiveCell>) -> bool {
    one.key.domain == rule.domain
        && one.key.group == rule.group
        && (rule.cell.is_none() || rule.cell == cell.map(LiveCell::id))
        && one.votes().any(|(action, _)| action == rule.action)
}
