//! What tests of several crates share.

pub mod lsp_client;
pub mod made_up;
pub mod random;
