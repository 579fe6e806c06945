//! Roles as actions: what a column is for, as the built-in guess and the person's answers have it.

use aurora_profile::{Role, RoleGuess};

use crate::correction::FIRST_ROLE;
use crate::{ActionId, Belief, Beliefs, ColumnKey};

/// The action "treat as `role`".
pub fn action_of(role: Role) -> ActionId {
    let at = Role::ALL.iter().position(|&one| one == role).unwrap_or_default();
    ActionId(FIRST_ROLE + at as u16)
}

/// The role behind an action.
pub fn role_of(action: ActionId) -> Option<Role> {
    Role::ALL.get(usize::from(action.0.checked_sub(FIRST_ROLE)?)).copied()
}

/// Every role of the column at `key`, best first, starting from the built-in guess.
pub fn rank(beliefs: &Beliefs, key: &ColumnKey, guess: &RoleGuess) -> Vec<(Role, Belief)> {
    let menu: Vec<_> = guess.ranked.iter().map(|&(role, p)| (action_of(role), p)).collect();
    let ranked = beliefs.rank(key, &menu);
    ranked.into_iter().filter_map(|(action, belief)| Some((role_of(action)?, belief))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_has_its_action() {
        for role in Role::ALL {
            assert_eq!(role_of(action_of(role)), Some(role));
        }
        assert_eq!(
            (action_of(Role::ALL[0]).0, role_of(ActionId(1999)), role_of(ActionId(2009))),
            (2000, None, None)
        );
    }
}
