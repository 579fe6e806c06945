//! What an answer may be about, by the number that rests: a transform, a check, a role, or nothing.

use aurora_learning::value_belief::{WRONG_VALUE, check_of};
use aurora_learning::{ActionId, Target, roles};
use aurora_profile::Role;

use crate::recommendation::{LEAVE_AS_IS, LEAVE_AS_IS_NUMBER};
use crate::{checks, transforms};

/// What an answer about a value is called where no check has flagged it.
pub const WRONG_VALUE_CODE: &str = "wrong-value";

/// The code of an action, or its number when this version does not know it.
pub fn code_of(action: ActionId) -> String {
    known_code(action).unwrap_or_else(|| format!("action {}", action.0))
}

/// Whether this version knows the action.
pub fn is_known(action: ActionId) -> bool {
    known_code(action).is_some()
}

fn known_code(action: ActionId) -> Option<String> {
    if action.0 == LEAVE_AS_IS_NUMBER {
        return Some(LEAVE_AS_IS.to_owned());
    }
    if action == WRONG_VALUE {
        return Some(WRONG_VALUE_CODE.to_owned());
    }
    let check = |number: u16| checks::CHECKS.iter().map(|c| c.meta()).find(|meta| meta.number == number);
    match check_of(action) {
        Some(WRONG_VALUE) => return Some("values that no check has flagged are wrong".to_owned()),
        Some(flag) => return check(flag.0).map(|meta| format!("values are wrong: {}", meta.code)),
        None => {}
    }
    let transform = transforms::TRANSFORMS.iter().map(|t| t.meta()).find(|meta| meta.number == action.0);
    match (transform, roles::role_of(action)) {
        (Some(meta), _) => Some(meta.code.to_owned()),
        (None, Some(role)) => Some(format!("treat as {}", role.as_str())),
        (None, None) => check(action.0).map(|meta| format!("report {}", meta.code)),
    }
}

/// The action called `code` in answers about `target`.
pub fn id_of(target: Target, code: &str) -> Option<ActionId> {
    match target {
        Target::Role => Role::ALL.into_iter().find(|role| role.as_str() == code).map(roles::action_of),
        Target::Transform if code == LEAVE_AS_IS => Some(ActionId(LEAVE_AS_IS_NUMBER)),
        Target::Transform => transforms::find(code).map(|transform| ActionId(transform.meta().number)),
        Target::Check => checks::find(code).map(|check| ActionId(check.meta().number)),
        Target::Value => value_action(code),
    }
}

/// The number of "wrong" for the action called `code` of an answer about a value.
fn value_action(code: &str) -> Option<ActionId> {
    if code == WRONG_VALUE_CODE {
        return Some(WRONG_VALUE);
    }
    checks::find(code).map(|check| ActionId(check.meta().number))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_a_word() {
        let transform = transforms::find("log1p-column").unwrap().meta().number;
        let words: Vec<_> =
            [LEAVE_AS_IS_NUMBER, transform, 2000, 65_000].map(|n| code_of(ActionId(n))).to_vec();
        assert_eq!(words, ["leave-as-is", "log1p-column", "treat as numeric", "action 65000"]);
    }
}
