//! What tests of several crates share.

pub mod authority;
pub mod forged;
pub mod hostile_hub;
pub mod leaks;
pub mod lsp_client;
pub mod made_up;
pub mod port;
pub mod proxy;
pub mod random;
pub mod real_hub;
#[cfg(unix)]
pub mod stack;
