//! Who is asking: tokens and assertions, verified exactly, and what the person behind may do.

pub mod assertion;
pub mod code;
pub mod jws;
pub mod keys;
pub mod principal;
pub mod signing_key;
pub mod token;
pub mod verified;

pub use principal::{Admin, Member, Principal, Viewer};
