//! The types on the wire of an admin's requests, and of lists. Unknown fields are refused.

use serde::{Deserialize, Serialize};

use crate::wire::Role;

/// A page of a list, ascending by number.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PageOf<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// Pass it as `after` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<i64>,
}

/// A member as an admin sees one: no vote, no count of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct MemberItem {
    /// The member.
    pub member: i64,
    /// What the member may do.
    pub role: Role,
}

/// Body of `POST /v1/members`: an invitation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// What the new member may do.
    pub role: Role,
    /// Days until the code ends, 1 to 30.
    #[serde(default = "Invite::usual_days")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 30))]
    pub days: u8,
}

impl Invite {
    /// A week.
    pub fn usual_days() -> u8 {
        7
    }
}

/// Answer of `POST /v1/members`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invited {
    /// The one-time code, `TENANT-SECRET`. The hub keeps its hash only: it is shown this once.
    pub code: String,
    /// When it ends, seconds since 1970-01-01.
    pub expires: i64,
}

/// Body of `POST /v1/experiments`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewExperiment {
    /// Share of members that see no cards, in hundredths of a percent: 1 to 9,999.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 9999))]
    pub without_cards: u16,
    /// For how many days it runs, 1 to 365; the report is made after the last, not before.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub days: u16,
}

/// An experiment as it was begun.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ExperimentItem {
    /// Its number.
    pub experiment: i64,
    /// Share of members that see no cards, in hundredths of a percent.
    pub without_cards: u16,
    /// First day (days since 1970-01-01).
    pub starts: i32,
    /// The day from which the report may be read.
    pub ends: i32,
    /// Whether an admin has ended it before.
    pub stopped: bool,
}

/// A release of cards.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ReleaseItem {
    /// Its number.
    pub release: i64,
    /// The week of it: weeks since the one of 1970-01-01.
    pub week: i32,
    /// Thousandths of ε that it spent; 0 in team mode.
    pub meps: u32,
}

/// A line of the audit. It names no rule and no vote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ActItem {
    /// Its number.
    pub id: i64,
    /// The member who did it; absent for the operator.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor: Option<i64>,
    /// What was done, in a word.
    pub verb: String,
    /// To which number (member, experiment, release).
    pub object: i64,
    /// When, seconds since 1970-01-01.
    pub at: i64,
}
