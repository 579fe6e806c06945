//! What may rest on disk, and the mechanism that draws it. Small, audited alone, no way around it.
//!
//! [`persistable`] names the only things a store accepts; [`mechanism`] is the only maker of a [`ReleasedCell`];
//! [`sampler`] draws exact discrete Laplace noise by integers; [`budget`] says how much a file may spend;
//! [`statistics`] are the nine integers that are noised; [`keyed`] hashes names with the install's key.

pub mod budget;
pub mod cell;
pub mod ids;
pub mod keyed;
pub mod mechanism;
pub mod persistable;
pub mod proof;
pub mod sampler;
pub mod statistics;

pub use budget::{CAP_MEPS, Price, price};
pub use cell::LiveCell;
pub use ids::{
    ActionId, ColumnPlace, Day, DomainId, Kind, LedgerId, LineageTag, NameGroup, NameHash, Scope, Target,
    Verdict,
};
pub use keyed::InstallKey;
pub use mechanism::{ReleasedCell, release};
pub use persistable::{Answer, Choice, Persistable, Spend};
pub use sampler::{DrawError, Entropy};
pub use statistics::ColumnStatistics;
