//! Roles as actions: what a column is for, as the built-in guess and the person's answers have it.

use aurora_profile::{Role, RoleGuess};

use crate::correction::FIRST_ROLE;
use crate::{ActionId, Belief, Beliefs, ColumnKey, Level};

/// The action "treat as `role`".
pub fn action_of(role: Role) -> ActionId {
    let at = Role::ALL.iter().position(|&one| one == role).unwrap_or_default();
    ActionId(FIRST_ROLE + at as u16)
}

/// The role behind an action.
pub fn role_of(action: ActionId) -> Option<Role> {
    place_of(action).map(|at| Role::ALL[at])
}

/// The place in [`Role::ALL`] of the role behind an action.
pub(crate) fn place_of(action: ActionId) -> Option<usize> {
    action.0.checked_sub(FIRST_ROLE).map(usize::from).filter(|&at| at < Role::ALL.len())
}

/// The roles as a menu with their built-in probabilities, best first.
pub fn menu(guess: &RoleGuess) -> Vec<(ActionId, f64)> {
    // A role that the guess rules out must still be learnable.
    guess.ranked.iter().map(|&(role, p)| (action_of(role), p.max(1e-4))).collect()
}

/// Every role of the column at `key`, best first: from the built-in guess, moved by answers, unless those have
/// lately done worse than the guess in this domain.
pub fn rank(beliefs: &Beliefs, key: &ColumnKey, guess: &RoleGuess) -> Vec<(Role, Belief)> {
    let menu = menu(guess);
    let mut ranked = beliefs.rank(key, &menu);
    let answered_here = |belief: &Belief| belief.steps.iter().any(|step| step.level == Level::Column);
    if beliefs.guess_is_better(key.domain) && !ranked.iter().any(|(_, belief)| answered_here(belief)) {
        ranked = menu.iter().map(|&(action, p)| (action, Belief::built_in(p))).collect();
    }
    ranked.into_iter().filter_map(|(action, belief)| Some((role_of(action)?, belief))).collect()
}

/// The guess as the person's answers have moved it: each role with its belief, best first.
pub fn learned(beliefs: &Beliefs, key: &ColumnKey, guess: &RoleGuess) -> RoleGuess {
    let ranked = rank(beliefs, key, guess);
    if ranked.iter().all(|(_, belief)| !belief.is_learned()) {
        return guess.clone();
    }
    RoleGuess { ranked: ranked.into_iter().map(|(role, belief)| (role, belief.p)).collect() }
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
