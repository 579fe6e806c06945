//! What the enums are in the store: small numbers, never reused. And the limits that all backends share.

use aurora_team::wire::{Mode, Role};

use crate::model::Verb;
use crate::repo::RepoError;

/// How long an idempotency key is remembered, seconds.
pub(crate) const REMEMBERED: i64 = 24 * 3600;

/// How long the audit is kept, seconds.
pub(crate) const AUDIT_KEPT: i64 = 400 * 86_400;

/// Thousandths of ε that a member may spend in a lifetime; the triggers of both schemas know it too.
pub(crate) const LIFETIME_MEPS: u32 = 900;

/// Rows of a page at most.
pub(crate) const MAX_PAGE: u32 = 200;

const MODES: [Mode; 2] = [Mode::Team, Mode::Dp];
const ROLES: [Role; 3] = [Role::Viewer, Role::Member, Role::Admin];
const VERBS: [Verb; 10] = [
    Verb::CreateTenant,
    Verb::Invite,
    Verb::Enrol,
    Verb::Remove,
    Verb::Leave,
    Verb::Revoke,
    Verb::StartExperiment,
    Verb::StopExperiment,
    Verb::Release,
    Verb::Resize,
];

/// The number of `value` in its list; every value is listed (see the test).
fn number<T: PartialEq>(list: &[T], value: &T) -> i16 {
    list.iter().position(|one| one == value).map_or(-1, |at| at as i16)
}

fn value<T: Copy>(list: &[T], number: i16) -> Result<T, RepoError> {
    usize::try_from(number)
        .ok()
        .and_then(|at| list.get(at).copied())
        .ok_or_else(|| RepoError::Unavailable("it holds a number that this program does not know".to_owned()))
}

pub(crate) fn mode_number(mode: Mode) -> i16 {
    number(&MODES, &mode)
}

pub(crate) fn mode(number: i16) -> Result<Mode, RepoError> {
    value(&MODES, number)
}

pub(crate) fn role_number(role: Role) -> i16 {
    number(&ROLES, &role)
}

pub(crate) fn role(number: i16) -> Result<Role, RepoError> {
    value(&ROLES, number)
}

pub(crate) fn verb_number(verb: Verb) -> i16 {
    number(&VERBS, &verb)
}

pub(crate) fn verb(number: i16) -> Result<Verb, RepoError> {
    value(&VERBS, number)
}

/// A count of the store as one of the model; sums that passed the model's range stay at its end.
pub(crate) fn count(stored: i64) -> u32 {
    u32::try_from(stored.max(0)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_comes_back_and_other_numbers_are_refused() {
        // A verb that is missing in the list would be -1; the match makes a new one show up here.
        for at in VERBS {
            match at {
                Verb::CreateTenant
                | Verb::Invite
                | Verb::Enrol
                | Verb::Remove
                | Verb::Leave
                | Verb::Revoke
                | Verb::StartExperiment
                | Verb::StopExperiment
                | Verb::Release
                | Verb::Resize => assert_eq!(verb(verb_number(at)).unwrap(), at),
            }
        }
        assert!(MODES.iter().all(|&one| mode(mode_number(one)).unwrap() == one));
        assert!(ROLES.iter().all(|&one| role(role_number(one)).unwrap() == one));
        assert!(mode(2).is_err() && role(-1).is_err() && verb(10).is_err());
        assert_eq!((count(-1), count(7), count(1 << 40)), (0, 7, u32::MAX));
    }
}
