//! The only things a store accepts, and the marker that says so.

use crate::{
    ActionId, Day, DomainId, Kind, LedgerId, LineageTag, NameGroup, NameHash, ReleasedCell, Scope, Target,
    Verdict,
};

mod sealed {
    pub trait Sealed {}
}

/// Implemented only for ids, released buckets, answers, and keyed hashes. The store's API takes nothing
/// else, so a `String` from a field does not compile:
///
/// ```compile_fail
/// fn store<T: aurora_privacy::Persistable>(_: T) {}
/// store("a field's value".to_owned());
/// ```
///
/// and neither do exact buckets:
///
/// ```compile_fail
/// fn store<T: aurora_privacy::Persistable>(_: T) {}
/// store(aurora_privacy::LiveCell { kind: 0, nulls: 0, skew: 0, distinct: 0 });
/// ```
///
/// ```
/// fn store<T: aurora_privacy::Persistable>(_: T) {}
/// store(aurora_privacy::ActionId(1));
/// ```
pub trait Persistable: sealed::Sealed {}

macro_rules! persistable {
    ($($kind:ty),+ $(,)?) => { $(impl sealed::Sealed for $kind {} impl Persistable for $kind {})+ };
}

persistable!(
    ReleasedCell,
    ActionId,
    DomainId,
    NameGroup,
    NameHash,
    LineageTag,
    LedgerId,
    Answer,
    Spend,
    Choice,
    Kind,
    Scope,
    Target,
    Verdict,
);

/// One answer as it rests. It has no place for an exact cell, a value, a record or a score.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Answer {
    /// The day.
    pub day: Day,
    /// The file through its versions, and the column's position; `None` when the file has no name yet.
    pub place: Option<crate::ColumnPlace>,
    /// Domain.
    pub domain: DomainId,
    /// Name group.
    pub group: NameGroup,
    /// Exact name, keyed; `None` when the header is not certain.
    pub name: Option<NameHash>,
    /// The spend whose draw tells the column's cell; `None` when there is none.
    pub ledger: Option<LedgerId>,
    /// What it is about.
    pub target: Target,
    /// The action asked about.
    pub asked: ActionId,
    /// What the person did.
    pub kind: Kind,
    /// How far it reaches.
    pub scope: Scope,
    /// What the person wanted instead.
    pub wanted: Option<ActionId>,
}

/// One spend of privacy budget.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Spend {
    /// The column that is paid for.
    pub place: crate::ColumnPlace,
    /// The domain of the file.
    pub domain: DomainId,
    /// Thousandths of ε.
    pub meps: u32,
    /// Version of the mechanism.
    pub scheme: u32,
    /// Bits of the number of records.
    pub band: u32,
    /// The day.
    pub day: Day,
}

/// A rule that the person switched off or brought in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Choice {
    /// Domain.
    pub domain: DomainId,
    /// Name group.
    pub group: NameGroup,
    /// Released cell's number, or −1.
    pub cell: i16,
    /// Action.
    pub action: ActionId,
    /// What was decided.
    pub verdict: Verdict,
    /// When.
    pub day: Day,
}
