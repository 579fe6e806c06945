//! Advice: what is wrong in a table (checks), how to mend it (transforms), and which of it to say (ranking).

pub mod check;
pub mod checks;
pub mod docs;
pub mod finding;
pub mod fix_all;
pub mod recommendation;
pub mod settings;
pub mod table_view;
pub mod transform;
pub mod transforms;

#[cfg(test)]
pub(crate) mod on_text;

pub use check::{Check, CheckMeta, Checker};
pub use docs::Docs;
pub use finding::{Finding, FindingKind, Fix, Place, Severity};
pub use fix_all::{FixAll, FixOptions, fix_all};
pub use recommendation::{Recommendation, recommend};
pub use settings::{Profile, Settings};
pub use table_view::{ColumnView, FileFacts, HeaderField, Structure, TableView};
pub use transform::{FixClass, Proposal, Target, Transform, TransformMeta};
