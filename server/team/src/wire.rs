//! The types on the wire between an install and a hub. Unknown fields are refused; votes and cards hold no text.

use serde::{Deserialize, Serialize};

/// What a vote is about.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Key {
    /// Number of the domain (`dictionary::Domain`).
    pub domain: u8,
    /// Number of the name group; 0 is "other".
    pub group: u16,
    /// Number of the released bucket cell, 0 to 107.
    pub cell: u8,
    /// Catalogue number of the action.
    pub action: u16,
}

impl From<Vote> for Key {
    fn from(vote: Vote) -> Self {
        Self { domain: vote.domain, group: vote.group, cell: vote.cell, action: vote.action }
    }
}

impl From<Card> for Key {
    fn from(card: Card) -> Self {
        Self { domain: card.domain, group: card.group, cell: card.cell, action: card.action }
    }
}

impl Key {
    /// The vote on it.
    pub fn vote(self, yes: bool) -> Vote {
        Vote { domain: self.domain, group: self.group, cell: self.cell, action: self.action, yes }
    }

    /// The card about it.
    pub fn card(self, members: u16, p_milli: u16) -> Card {
        Card {
            domain: self.domain,
            group: self.group,
            cell: self.cell,
            action: self.action,
            members,
            p_milli,
        }
    }
}

/// What a member thinks of one action on one kind of column, summed up over the member's own answers.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Vote {
    /// Number of the domain (`dictionary::Domain`).
    pub domain: u8,
    /// Number of the name group; 0 is "other".
    pub group: u16,
    /// Number of the released bucket cell, 0 to 107.
    pub cell: u8,
    /// Catalogue number of the action.
    pub action: u16,
    /// Whether it is wanted.
    pub yes: bool,
}

/// Body of `PUT /v1/votes`: replaces or takes back the member's own votes on the keys that it names, each once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Votes {
    /// Version of the dictionaries.
    pub dictionary: u32,
    /// With the withdrawn at most [`MAX_VOTES`].
    pub votes: Vec<Vote>,
    /// Keys on which the member has no vote any more; on such as there was none nothing is done.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withdrawn: Vec<Key>,
    /// What the running experiment showed this member since the last upload; absent without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exposure: Option<Exposure>,
}

/// How many votes one upload may hold, those that it takes back included.
pub const MAX_VOTES: usize = 200;

/// What an arm of an experiment showed a member, as counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Exposure {
    /// The experiment.
    pub experiment: i64,
    /// Recommendations shown.
    pub shown: u32,
    /// Of these, accepted.
    pub accepted: u32,
    /// Of these, accepted and then undone.
    pub undone: u32,
    /// Columns for which nothing was shown.
    pub abstained: u32,
}

/// What is published of one key: a prior, never applied by itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Number of the domain.
    pub domain: u8,
    /// Number of the name group.
    pub group: u16,
    /// Number of the bucket cell.
    pub cell: u8,
    /// Catalogue number of the action.
    pub action: u16,
    /// At least so many members had voted when the card was last decided: 5, 10, 20, 50 or 100 (a card of 5 stands until
    /// fewer than three are left). In a dp tenant 0: the count is noised, not classed.
    pub members: u16,
    /// Share of yes among them, in thousandths: the middle of one of a few coarse levels, never 0 or 1,000.
    pub p_milli: u16,
}

/// Answer of `GET /v1/rules`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rules {
    /// Version of the dictionaries.
    pub dictionary: u32,
    /// Number of the release; 0 before the first.
    pub release: i64,
    /// How the tenant publishes.
    pub mode: Mode,
    /// What protects the members, in one sentence that clients show with each card.
    pub notice: String,
    /// The published cards, ascending.
    pub cards: Vec<Card>,
    /// The arm of the running experiment, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arm: Option<Arm>,
}

/// In which arm of which experiment a member is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Arm {
    /// The experiment.
    pub experiment: i64,
    /// What this member is shown.
    pub variant: Variant,
}

/// What an arm shows.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Variant {
    /// Recommendations without team cards.
    WithoutCards,
    /// Recommendations with team cards.
    WithCards,
}

/// How a tenant publishes; fixed when it is made, for cards of the same votes would void the other's claim.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// A threshold of members (k-anonymous).
    Team,
    /// Differentially private, from 300 seats.
    Dp,
}

/// What a member may do. Each may all that the one before may.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Read rules and reports.
    Viewer,
    /// Vote.
    Member,
    /// Invite, remove, run experiments, read the audit.
    Admin,
}

/// Body of `POST /v1/enrol`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Enrol {
    /// The one-time code, as the admin handed it over: `TENANT-SECRET`.
    pub code: String,
    /// The install's Ed25519 public key, 32 bytes, base64url without padding.
    pub public_key: String,
}

/// Answer of `POST /v1/enrol`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Enrolled {
    /// The tenant.
    pub tenant: i32,
    /// The member.
    pub member: i64,
    /// The install; it signs assertions by this number.
    pub install: i64,
    /// What the member may do.
    pub role: Role,
    /// How the tenant publishes.
    pub mode: Mode,
    /// The hub's issuer: the `aud` of assertions.
    pub issuer: String,
}

/// Body of `POST /v1/token`: a JWT of at most 60 s, signed by the install's key, used once.
///
/// Claims: `iss` = `sub` = the install's number as text, `aud` = the hub's issuer, `tid` = the tenant, `iat`, `exp`,
/// `jti`; header `alg` EdDSA, `typ` `aurora-assertion+jwt`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct TokenRequest {
    /// The assertion.
    pub assertion: String,
}

/// Answer of `POST /v1/token`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    /// The access token, a JWT of typ `at+jwt`.
    pub access_token: String,
    /// Seconds until it ends, at most 600.
    pub expires_in: u32,
}

/// Answer of `GET /v1/me`: all that is held of a member.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The tenant.
    pub tenant: i32,
    /// The member.
    pub member: i64,
    /// What the member may do.
    pub role: Role,
    /// Installs by number, with the day each was last seen (days since 1970-01-01).
    pub installs: Vec<(i64, i32)>,
    /// The member's votes with the day of each.
    pub votes: Vec<(Vote, i32)>,
    /// Thousandths of ε spent in dp mode.
    pub meps: u32,
}

/// An error (RFC 9457): what went wrong, and what to do next.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// A stable word for programs.
    pub code: String,
    /// The kind of problem, in a line.
    pub title: String,
    /// The status.
    pub status: u16,
    /// What to do next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}
