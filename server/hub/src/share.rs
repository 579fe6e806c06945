//! What a hub publishes of its members' votes: cards of a threshold (`team`), or differentially private ones (`dp`).

pub mod dp;
pub mod release;
pub mod team;
