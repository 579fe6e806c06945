//! Profiles: what each column of a table holds.

pub mod builder;
pub mod column_profile;
pub mod date;
pub mod decorated;
mod form;
pub mod hash;
pub mod histogram;
pub mod moments;
pub mod number;
mod oddness;
pub mod order;
pub mod registers;
pub mod role;
pub mod shape;
mod slot_index;
pub mod spark;
pub mod summary;
pub mod table_builder;
mod tally;
pub mod traits;
pub mod value_kind;
pub mod values;
mod window;

pub use builder::ColumnBuilder;
pub use column_profile::{ColumnProfile, Count, Lengths, Numbers, ShapeCount};
pub use date::{DateFormat, DateOrder};
pub use order::Order;
pub use role::{Role, RoleGuess};
pub use shape::Shape;
pub use summary::{ColumnSummary, Sample};
pub use table_builder::TableBuilder;
pub use traits::{Oddness, Traits};
pub use value_kind::ValueKind;
