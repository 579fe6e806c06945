//! Configuration: `aurora.toml` found upward from a file, read key by key, with a complaint for each key that is
//! unknown or wrong. A bad configuration never stops anything: what is wrong is left at its default and said.

pub mod config;
pub mod file;
pub mod page;
pub mod setting;

pub use config::{Config, FileConfig, Override, Suppression, escaped_glob};
pub use file::{Complaint, ComplaintKind, FILE_NAME, MAX_BYTES, find, known_code, load, parse};
pub use page::settings_page;
pub use setting::{SETTINGS, Setting, Shape, Value};
