//! The commands, in alphabetical order.

pub(crate) mod check;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod lsp;
pub(crate) mod profile;
pub(crate) mod recommend;
pub(crate) mod sniff;
