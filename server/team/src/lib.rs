//! What a team shares: closed dictionaries, the types on the wire, and the client of the hub.
//!
//! Nothing here has a place for a text of the person's: a vote is five numbers of shipped dictionaries and a yes or
//! no. The hub (`server/hub`) knows this crate, never the other way round.

pub mod admin;
pub mod assertion;
pub mod dictionary;
pub mod jws;
pub mod wire;

pub use dictionary::{Domain, VERSION};
