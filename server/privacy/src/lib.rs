//! What may rest on disk, and the mechanism that draws it. Small, audited alone, no way around it.

pub mod cell;
pub mod persistable;

pub use cell::{LiveCell, ReleasedCell};
pub use persistable::Persistable;
