//! Learning: what the person did becomes belief, and belief becomes rules that can be read.

pub mod belief;
pub mod correction;

pub use belief::{Belief, Beliefs};
pub use correction::{ActionId, ColumnKey, Correction, DomainId, Kind, NameGroup, NameHash, Scope, Target};
