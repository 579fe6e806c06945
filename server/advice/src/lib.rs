//! Advice: what is wrong in a table (checks), how to mend it (transforms), and which of it to say (ranking).

pub mod action;
pub mod before;
pub mod calendar;
pub mod change;
pub mod check;
pub mod checks;
pub mod count;
pub mod dependencies;
pub mod docs;
#[cfg(test)]
mod examples;
mod file_text;
pub mod finding;
pub mod fit;
pub mod fix_all;
mod header_names;
mod limits;
#[cfg(test)]
mod never;
pub mod number_text;
mod one_cause;
pub mod pages;
pub mod power;
pub mod purpose;
mod quote_fault;
pub mod reader;
pub mod recommendation;
mod remedy;
#[cfg(test)]
mod sample;
pub mod settings;
pub mod spelling;
pub mod table_view;
pub mod transform;
pub mod transforms;
pub mod typos;
pub mod whole_table;

#[cfg(test)]
pub(crate) mod on_text;

pub use before::Before;
pub use change::{Change, NewColumn, Preview};
pub use check::{Check, CheckMeta, Checker};
pub use count::{count, with_number};
pub use docs::Docs;
pub use finding::{Finding, FindingKind, Fix, Place, Severity};
pub use fix_all::{Chosen, FixAll, FixOptions, fix_all, fix_all_unless, fix_of, together};
pub use purpose::{Purpose, purpose};
pub use reader::Reader;
pub use recommendation::{Recommendation, recommend};
pub use settings::{Profile, Settings, Suppressed};
pub use table_view::{ColumnView, FileFacts, HeaderField, Structure, TableView};
pub use transform::{Fitted, FixClass, Proposal, Target, Transform, TransformMeta};
pub use whole_table::WholeTable;
