//! Recipes: what was done to a table, step by step, kept in memory until somebody asks for it as text; replayed on the
//! next table of the kind, and exported as code for other tools.

pub mod apply;
pub mod export;
pub mod file;
pub mod operation;
pub mod recipe;
pub mod step;

pub use apply::{Applied, apply};
pub use export::{Exported, Target, export};
pub use operation::Operation;
pub use recipe::{Recipe, Table};
pub use step::{Parameter, Step};
