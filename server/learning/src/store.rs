//! What learning asks of a store. Every argument is [`Persistable`](aurora_privacy::Persistable): ids, answers,
//! drawn buckets.

use aurora_privacy::{Answer, Choice, LedgerId, Persistable, ReleasedCell, Spend};

use crate::{AtRest, Learned, LineageTag};

/// Where answers and draws rest.
pub trait Store {
    /// Why it did not work.
    type Error;

    /// Pays for a column's only draw; `None` when it was paid before or the budget is spent. It is at rest
    /// before anything is drawn.
    fn spend(&mut self, spend: &Spend) -> Result<Option<LedgerId>, Self::Error>;

    /// The spend that paid for a column, if there is one.
    fn ledger_of(&mut self, place: aurora_privacy::ColumnPlace) -> Result<Option<LedgerId>, Self::Error>;

    /// Keeps an answer, and the draw that its spend paid for, in one transaction. It is at rest on return.
    fn append(
        &mut self,
        answer: &Answer,
        drawn: Option<(LedgerId, ReleasedCell)>,
    ) -> Result<i64, Self::Error>;

    /// Keeps what the person decided about rules, all of it or nothing; what holds then is [`aurora_privacy::Verdict::after`]
    /// what held before.
    fn choose(&mut self, choices: &[Choice]) -> Result<(), Self::Error>;

    /// Deletes a lineage's answers and empties its fingerprints. Its spends stay.
    fn forget(&mut self, lineage: LineageTag) -> Result<u64, Self::Error>;

    /// Everything at rest.
    fn read(&mut self) -> Result<AtRest, Self::Error>;

    /// Replaces the derived tables.
    fn write_derived(&mut self, derived: &Derived<'_>) -> Result<(), Self::Error>;
}

/// What was recomputed from rest, to be kept for other readers. Only [`Derived::of`] makes one, from the
/// sources themselves, so nothing that a session saw can get in.
#[derive(Debug)]
pub struct Derived<'a> {
    learned: Learned,
    source: &'a AtRest,
}

impl<'a> Derived<'a> {
    /// Recomputes.
    pub fn of(source: &'a AtRest) -> Self {
        Self { learned: crate::rebuild(source, &crate::Overlay::default()), source }
    }

    /// What was recomputed.
    pub fn learned(&self) -> &Learned {
        &self.learned
    }

    /// What it was recomputed from.
    pub fn source(&self) -> &AtRest {
        self.source
    }
}

/// The trait's arguments are what may rest; this does not compile otherwise.
const _: fn() = || {
    const fn may_rest<T: Persistable>() {}
    may_rest::<Answer>();
    may_rest::<Spend>();
    may_rest::<Choice>();
    may_rest::<ReleasedCell>();
    may_rest::<LedgerId>();
    may_rest::<LineageTag>();
};
