//! The commands, in alphabetical order.

pub(crate) mod check;
pub(crate) mod completions;
pub(crate) mod config;
pub(crate) mod convert;
pub(crate) mod correct;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod hub;
pub(crate) mod lsp;
pub(crate) mod man;
pub(crate) mod privacy;
pub(crate) mod profile;
pub(crate) mod recipe;
pub(crate) mod recommend;
pub(crate) mod rules;
pub(crate) mod schema;
pub(crate) mod sniff;
pub(crate) mod team;
pub(crate) mod version;
