//! The store of learned rules in one SQLite file. Every write is a transaction that begins IMMEDIATE: a
//! deferred one that must upgrade its lock fails at once, whatever the busy timeout.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use aurora_learning::NodeKey;
use aurora_learning::{AtRest, Derived, Draw, RuleKey, Store, StoredAnswer, Tier};
use aurora_privacy::{
    ActionId, Answer, CAP_MEPS, Choice, ColumnPlace, DomainId, Kind, LedgerId, LineageTag, LiveCell,
    NameGroup, NameHash, ReleasedCell, Scope, Spend, Target, Verdict,
};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, TransactionBehavior, params};

use crate::open::{Mode, open, open_in_memory};
use crate::report::{ColumnReport, FileReport, Report};
use crate::{StoreError, place};

/// The store in SQLite.
#[derive(Debug)]
pub struct SqliteStore {
    connection: Connection,
    mode: Mode,
    /// `None` in memory.
    folder: Option<PathBuf>,
    /// Held from a spend until its draw is kept, so that nobody takes the draw for lost meanwhile.
    drawing: Option<File>,
}

impl SqliteStore {
    /// Opens the store in `folder`, making it where there is none.
    pub fn open(folder: &Path) -> Result<Self, StoreError> {
        Self::open_on(folder, None)
    }

    /// Opens the store through the file layer of SQLite called `vfs`, for file systems without shared memory.
    pub fn open_on(folder: &Path, vfs: Option<&str>) -> Result<Self, StoreError> {
        let place_error = |source| StoreError::Place { path: folder.to_owned(), source };
        let folder = place::prepare_folder(folder).map_err(place_error)?;
        let (connection, mode) = open(&folder, vfs)?;
        let mut store = Self { connection, mode, folder: Some(folder), drawing: None };
        store.give_up_lost_draws()?;
        Ok(store)
    }

    /// A store in memory.
    pub fn in_memory() -> Result<Self, StoreError> {
        Ok(Self { connection: open_in_memory()?, mode: Mode::Full, folder: None, drawing: None })
    }

    /// How it was opened.
    pub fn mode(&self) -> Mode {
        self.mode
    }

    /// Changes when another connection has written. Cheap.
    pub fn data_version(&self) -> Result<i64, StoreError> {
        Ok(self.connection.query_row("PRAGMA data_version", [], |row| row.get(0))?)
    }

    /// Empties the write-ahead log, which else keeps what was deleted.
    pub fn checkpoint(&self) -> Result<(), StoreError> {
        if self.mode == Mode::Full {
            self.connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        }
        Ok(())
    }

    fn write<T>(
        &mut self,
        act: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        if self.mode != Mode::Full {
            return Err(StoreError::ReadOnly);
        }
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = act(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// A spend without a draw is left by a crash between the two: it is given up, never drawn again. While another process
    /// draws, or where files cannot be locked, it is left for the next time: nothing reads it.
    fn give_up_lost_draws(&mut self) -> Result<(), StoreError> {
        let Some(folder) = self.folder.as_ref().filter(|_| self.mode == Mode::Full) else { return Ok(()) };
        let lost: i64 =
            self.connection
                .query_row("SELECT count(*) FROM fingerprint WHERE state=0", [], |row| row.get(0))?;
        let nobody_draws = || place::lock_if_nobody_draws(folder);
        if lost > 0
            && let Some(_held) = nobody_draws()
        {
            self.write(|t| t.execute("UPDATE fingerprint SET state=2 WHERE state=0", []))?;
        }
        Ok(())
    }

    /// Deletes the answers with these numbers, on which `rule` rests, and what was decided about it: neither is it
    /// switched off any more nor brought in.
    pub fn delete_rule(&mut self, rule: &RuleKey, ids: &[i64]) -> Result<(), StoreError> {
        self.write(|t| {
            t.execute(
                "DELETE FROM choice WHERE domain=?1 AND grp=?2 AND cell=?3 AND action=?4",
                params![rule.domain.0, rule.group.0, rule.cell_number(), rule.action.0],
            )?;
            let mut delete = t.prepare("DELETE FROM event WHERE id=?1")?;
            ids.iter().try_for_each(|id| delete.execute([id]).map(drop))
        })
    }

    /// Deletes every answer and choice, and empties every fingerprint. Spends stay.
    pub fn forget_all(&mut self) -> Result<u64, StoreError> {
        self.write(|t| {
            let n = t.execute("DELETE FROM event", [])?;
            t.execute("DELETE FROM choice", [])?;
            let empty =
                "UPDATE fingerprint SET state=2, kind=NULL, nulls=NULL, skew=NULL, dist=NULL WHERE state<2";
            t.execute(empty, [])?;
            Ok(n as u64)
        })
    }

    /// What is kept, file by file.
    pub fn report(&mut self) -> Result<Report, StoreError> {
        let mut files = Vec::new();
        let mut lineages = self.connection.prepare("SELECT id, tag, cap_meps FROM lineage ORDER BY id")?;
        let found: Vec<(i64, [u8; 16], u32)> = lineages
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (id, tag, cap_meps) in found {
            let mut spends = self.connection.prepare(
                "SELECT col, meps, day, state, kind, nulls, skew, dist FROM eps_ledger l JOIN fingerprint f ON f.ledger=l.id WHERE lineage=?1 ORDER BY col",
            )?;
            let columns: Vec<ColumnReport> = spends
                .query_map([id], |row| {
                    let buckets = match row.get::<_, i64>(3)? {
                        1 => Some(cell(row, 4)?),
                        _ => None,
                    };
                    Ok(ColumnReport {
                        column: row.get(0)?,
                        meps: row.get(1)?,
                        day: row.get(2)?,
                        forgotten: row.get::<_, i64>(3)? == 2,
                        buckets,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?;
            let used_meps = columns.iter().map(|column| column.meps).sum();
            files.push(FileReport { lineage: LineageTag(tag), cap_meps, used_meps, columns });
        }
        Ok(Report { files, at_rest: self.read_all()? })
    }

    fn read_all(&self) -> Result<AtRest, StoreError> {
        let mut answers = self.connection.prepare(
            "SELECT e.id, day, tag, col, e.domain, grp, name, ledger, target, asked, kind, scope, wanted FROM event e LEFT JOIN lineage l ON l.id=e.lineage ORDER BY e.id",
        )?;
        let mut draws = self.connection.prepare(
            "SELECT ledger, kind, nulls, skew, dist FROM fingerprint WHERE state=1 ORDER BY ledger",
        )?;
        let mut choices = self.connection.prepare(
            "SELECT domain, grp, cell, action, verdict, day FROM choice ORDER BY domain, grp, cell, action",
        )?;
        Ok(AtRest {
            answers: answers.query_map([], stored_answer)?.collect::<rusqlite::Result<_>>()?,
            draws: draws
                .query_map([], |row| Ok(Draw { ledger: LedgerId(row.get(0)?), cell: cell(row, 1)? }))?
                .collect::<rusqlite::Result<_>>()?,
            choices: choices
                .query_map([], |row| {
                    Ok(Choice {
                        domain: DomainId(row.get(0)?),
                        group: NameGroup(row.get(1)?),
                        cell: row.get(2)?,
                        action: ActionId(row.get(3)?),
                        verdict: numbered(row, 4, Verdict::from_number)?,
                        day: row.get(5)?,
                    })
                })?
                .collect::<rusqlite::Result<_>>()?,
        })
    }
}

impl Store for SqliteStore {
    type Error = StoreError;

    fn spend(&mut self, spend: &Spend) -> Result<Option<LedgerId>, StoreError> {
        // Where files cannot be locked nobody gives anything up either.
        self.drawing = self.folder.as_ref().and_then(|folder| place::lock_to_draw(folder).ok());
        let done = self.write(|t| {
            let lineage = lineage_id(t, spend.place.lineage, spend.domain)?;
            t.execute(
                "INSERT INTO eps_ledger(lineage, col, meps, scheme, band, day) VALUES(?1,?2,?3,?4,?5,?6)",
                params![lineage, spend.place.column, spend.meps, spend.scheme, spend.band, spend.day],
            )?;
            let ledger = t.last_insert_rowid();
            t.execute("INSERT INTO fingerprint(ledger, state) VALUES(?1, 0)", [ledger])?;
            Ok(LedgerId(ledger))
        });
        match done {
            Ok(ledger) => Ok(Some(ledger)),
            // The trigger refused: the column is paid, or the budget spent.
            Err(StoreError::Database(error))
                if error.sqlite_error_code() == Some(rusqlite::ErrorCode::ConstraintViolation) =>
            {
                self.drawing = None;
                Ok(None)
            }
            Err(error) => {
                self.drawing = None;
                Err(error)
            }
        }
    }

    fn ledger_of(&mut self, place: ColumnPlace) -> Result<Option<LedgerId>, StoreError> {
        let found = self.connection.query_row(
            "SELECT e.id FROM eps_ledger e JOIN lineage l ON l.id=e.lineage WHERE l.tag=?1 AND e.col=?2",
            params![place.lineage.0, place.column],
            |row| Ok(LedgerId(row.get(0)?)),
        );
        Ok(found.optional()?)
    }

    fn append(
        &mut self,
        answer: &Answer,
        drawn: Option<(LedgerId, ReleasedCell)>,
    ) -> Result<i64, StoreError> {
        let _drawing = self.drawing.take();
        self.write(|t| {
            if let Some((ledger, released)) = drawn {
                let b = released.buckets();
                // Forgotten meanwhile, it stays so.
                t.execute(
                    "UPDATE fingerprint SET state=1, kind=?2, nulls=?3, skew=?4, dist=?5 WHERE ledger=?1 AND state=0",
                    params![ledger.0, b.kind, b.nulls, b.skew, b.distinct],
                )?;
            }
            let lineage = answer.place.map(|place| lineage_id(t, place.lineage, answer.domain)).transpose()?;
            t.execute(
                "INSERT INTO event(day, lineage, col, domain, grp, name, ledger, target, asked, kind, scope, wanted) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11,?12)",
                params![
                    answer.day,
                    lineage,
                    answer.place.map(|place| place.column),
                    answer.domain.0,
                    answer.group.0,
                    answer.name.map(|name| name.0),
                    answer.ledger.map(|ledger| ledger.0),
                    answer.target as u8,
                    answer.asked.0,
                    answer.kind as u8,
                    answer.scope as u8,
                    answer.wanted.map(|wanted| wanted.0),
                ],
            )?;
            Ok(t.last_insert_rowid())
        })
    }

    fn choose(&mut self, choices: &[Choice]) -> Result<(), StoreError> {
        self.write(|t| {
            let mut earlier =
                t.prepare("SELECT verdict FROM choice WHERE domain=?1 AND grp=?2 AND cell=?3 AND action=?4")?;
            let mut keep = t.prepare(
                "INSERT INTO choice(domain, grp, cell, action, verdict, day) VALUES(?1,?2,?3,?4,?5,?6) ON CONFLICT DO UPDATE SET verdict=excluded.verdict, day=excluded.day",
            )?;
            for one in choices {
                let earlier = earlier
                    .query_row(params![one.domain.0, one.group.0, one.cell, one.action.0], |row| {
                        numbered(row, 0, Verdict::from_number)
                    })
                    .optional()?;
                let verdict = one.verdict.after(earlier) as u8;
                keep.execute(params![one.domain.0, one.group.0, one.cell, one.action.0, verdict, one.day])?;
            }
            Ok(())
        })
    }

    fn forget(&mut self, lineage: LineageTag) -> Result<u64, StoreError> {
        self.write(|t| {
            let n = t.execute("DELETE FROM event WHERE lineage=(SELECT id FROM lineage WHERE tag=?1)", [lineage.0])?;
            t.execute(
                "UPDATE fingerprint SET state=2, kind=NULL, nulls=NULL, skew=NULL, dist=NULL WHERE state<2 AND ledger IN (SELECT e.id FROM eps_ledger e JOIN lineage l ON l.id=e.lineage WHERE l.tag=?1)",
                [lineage.0],
            )?;
            Ok(n as u64)
        })
    }

    fn read(&mut self) -> Result<AtRest, StoreError> {
        // One read transaction, so that answers and draws belong together.
        self.connection.execute_batch("BEGIN")?;
        let read = self.read_all();
        self.connection.execute_batch("COMMIT")?;
        read
    }

    fn write_derived(&mut self, derived: &Derived<'_>) -> Result<(), StoreError> {
        let learned = derived.learned();
        self.write(|t| {
            t.execute_batch("DELETE FROM rule_log; DELETE FROM rule; DELETE FROM node; DELETE FROM curve;")?;
            let mut node = t.prepare("INSERT INTO node VALUES(?1,?2,?3,?4,?5,?6,?7,?8)")?;
            for (key, action, counts) in learned.beliefs.nodes() {
                let (domain, group, cell, name) = columns_of(key);
                node.execute(params![
                    key.level() as u8,
                    domain.0,
                    group.0,
                    cell,
                    name,
                    action.0,
                    counts.s,
                    counts.f
                ])?;
            }
            let mut rule = t.prepare("INSERT INTO rule VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)")?;
            let mut kept = HashMap::new();
            let risen: HashSet<_> = learned.rules.log().iter().map(|change| change.rule).collect();
            for one in learned.rules.all() {
                if one.life.tier == Tier::Watched && one.verdict.is_none() && !risen.contains(&one.key) {
                    continue;
                }
                kept.insert(one.key, one.id);
                rule.execute(params![
                    one.id,
                    one.key.domain.0,
                    one.key.group.0,
                    one.key.cell_number(),
                    one.key.action.0,
                    one.life.s,
                    one.life.f,
                    one.life.cusum_milli,
                    one.life.tier as u8,
                    one.life.created,
                    one.life.last_answer
                ])?;
            }
            let mut log = t.prepare("INSERT INTO rule_log VALUES(?1,?2,?3,?4,?5)")?;
            for change in learned.rules.log() {
                let Some(rule) = kept.get(&change.rule) else { continue };
                let reason = u8::from(change.to > Tier::Trusted);
                log.execute(params![rule, change.day, change.from as u8, change.to as u8, reason])?;
            }
            let mut curve = t.prepare("INSERT INTO curve VALUES(?1,?2,?3,?4,?5)")?;
            for (day, domain, one) in learned.curve.days() {
                let brier_milli = (1000.0 * one.brier()).round() as i64;
                curve.execute(params![day, domain.0, one.answered, one.accepted, brier_milli])?;
            }
            Ok(())
        })
    }
}

/// The row of a lineage, made at its first answer; its cap never changes.
fn lineage_id(t: &Transaction<'_>, tag: LineageTag, domain: DomainId) -> rusqlite::Result<i64> {
    let found = t.query_row("SELECT id FROM lineage WHERE tag=?1", [tag.0], |row| row.get(0)).optional()?;
    if let Some(id) = found {
        return Ok(id);
    }
    t.execute(
        "INSERT INTO lineage(tag, domain, cap_meps) VALUES(?1,?2,?3)",
        params![tag.0, domain.0, CAP_MEPS],
    )?;
    Ok(t.last_insert_rowid())
}

/// Domain, group, cell and name of a node, as its columns have them.
fn columns_of(key: NodeKey) -> (DomainId, NameGroup, i16, Vec<u8>) {
    match key {
        NodeKey::Everywhere => (DomainId(0), NameGroup(0), -1, Vec::new()),
        NodeKey::Group(domain, group) => (domain, group, -1, Vec::new()),
        NodeKey::Cell(domain, group, cell) => (domain, group, cell.into(), Vec::new()),
        NodeKey::Guess(domain, guess) => (domain, NameGroup(0), -1, guess.0.to_be_bytes().to_vec()),
        NodeKey::Name(domain, name) => (domain, NameGroup(0), -1, name.0.to_vec()),
        NodeKey::Column(place) => {
            let mut name = place.lineage.0.to_vec();
            name.extend(place.column.to_be_bytes());
            (DomainId(0), NameGroup(0), -1, name)
        }
    }
}

fn cell(row: &Row<'_>, from: usize) -> rusqlite::Result<LiveCell> {
    Ok(LiveCell {
        kind: row.get(from)?,
        nulls: row.get(from + 1)?,
        skew: row.get(from + 2)?,
        distinct: row.get(from + 3)?,
    })
}

fn numbered<T>(row: &Row<'_>, at: usize, of: impl Fn(i64) -> Option<T>) -> rusqlite::Result<T> {
    let number = row.get(at)?;
    of(number).ok_or(rusqlite::Error::IntegralValueOutOfRange(at, number))
}

fn stored_answer(row: &Row<'_>) -> rusqlite::Result<StoredAnswer> {
    let (lineage, column): (Option<[u8; 16]>, Option<u32>) = (row.get(2)?, row.get(3)?);
    let answer = Answer {
        day: row.get(1)?,
        place: lineage.zip(column).map(|(tag, column)| ColumnPlace { lineage: LineageTag(tag), column }),
        domain: DomainId(row.get(4)?),
        group: NameGroup(row.get(5)?),
        name: row.get::<_, Option<[u8; 8]>>(6)?.map(NameHash),
        ledger: row.get::<_, Option<i64>>(7)?.map(LedgerId),
        target: numbered(row, 8, Target::from_number)?,
        asked: ActionId(row.get(9)?),
        kind: numbered(row, 10, Kind::from_number)?,
        scope: numbered(row, 11, Scope::from_number)?,
        wanted: row.get::<_, Option<u16>>(12)?.map(ActionId),
    };
    Ok(StoredAnswer { id: row.get(0)?, answer })
}
