//! Profiles: what each column of a table holds.

pub mod column_profile;
pub mod role;
pub mod summary;
pub mod value_kind;

pub use column_profile::{ColumnProfile, Count, Numbers};
pub use role::{Role, RoleGuess};
pub use summary::{ColumnSummary, Oddness};
pub use value_kind::ValueKind;
