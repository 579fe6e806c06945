//! What a team shares: closed dictionaries, the types on the wire, and the client of the hub.
//!
//! Nothing here has a place for a text of the person's: a vote is five numbers of shipped dictionaries and a yes or
//! no. The hub (`server/hub`) knows this crate, never the other way round.
//!
//! [`Team`] is the client: join, preview, publish, pull, leave. Everything it keeps are four files of the data folder;
//! without them it is never heard of.

pub mod admin;
pub mod assertion;
pub mod cards;
pub mod client;
pub mod dictionary;
pub mod error;
mod held;
pub mod identity;
pub mod jws;
mod private_file;
pub mod queue;
pub mod team;
pub mod told;
pub mod url;
pub mod votes;
pub mod wire;

pub use cards::Cards;
pub use client::{Client, Pulled};
pub use dictionary::{Domain, VERSION};
pub use error::TeamError;
pub use identity::{Key, Membership};
pub use queue::Queue;
pub use team::{Preview, Published, Status, Team};
pub use url::HubUrl;

/// A text of the hub's as it may be shown: no control characters, at most `max` characters.
pub(crate) fn inert(text: &str, max: usize) -> String {
    let is_shown = |c: &char| {
        !c.is_control()
            && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    text.chars().filter(is_shown).take(max).collect()
}

#[cfg(test)]
mod sample {
    use crate::wire::{Mode, Role};
    use crate::{HubUrl, Membership};

    pub(crate) fn membership(url: &str) -> Membership {
        Membership {
            url: HubUrl::parse(url).unwrap(),
            issuer: "hub.example".to_owned(),
            tenant: 3,
            member: 5,
            install: 7,
            role: Role::Member,
            mode: Mode::Team,
            domain: 1,
            share: false,
            joined: 20_000,
            published: None,
            n_published: 0,
            digest: None,
        }
    }
}
