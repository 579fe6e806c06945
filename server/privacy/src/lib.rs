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

/// What the guarantee does not say.
pub const NOT_CLAIMED: &[&str] = &[
    "Your answers are kept as you gave them, each with its question; an answer can show that a check fired. Which columns you answered is known too.",
    "Someone whose data fill g records is protected by g times ε, not by ε.",
    "The same record in two files (a copy, a move, a rename, an export) adds up; `dataset = \"…\"` in aurora.toml joins copies.",
    "How many records and columns a file has, its column names and how it is written are not hidden; nor is a record that changes how the rest is split, such as a stray quote.",
    "What is recommended while a file is open is exact; memory, swap, undo files of editors and the CSV itself are out of scope.",
    "Whoever steals the key of this install can test guesses of names; draws take a time that depends on the noise.",
];
