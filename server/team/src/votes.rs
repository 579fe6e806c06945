//! Votes: what a member's own answers say, key by key. A pure function of what is at rest.

use std::collections::{BTreeMap, HashMap, HashSet};

use aurora_advice::action::code_of;
use aurora_advice::checks;
use aurora_learning::correction::LEAVE_AS_IS;
use aurora_learning::{
    ActionId, AtRest, Correction, DomainId, Kind, NameGroup, Scope, StoredAnswer, Target, wording,
};
use aurora_privacy::LedgerId;

use crate::wire::{MAX_VOTES, Vote, Votes};
use crate::{Domain, VERSION, dictionary};

/// The votes of the answers at rest, ascending. `elsewhere` are domains of the person's that are said to be about
/// something else than `domain`: their answers are left out.
///
/// Only answers about transforms and checks that were meant for columns alike or for all, of a column with a drawn
/// cell, count: an accept and an override to an action for it, a dismissal, an override away and an undo against it.
/// More for than against is yes, fewer is no, as many is no vote. What was done by hand is none of them.
pub fn of(at_rest: &AtRest, domain: Domain, elsewhere: &HashSet<DomainId>) -> Vec<Vote> {
    let cells: HashMap<LedgerId, u8> =
        at_rest.draws.iter().map(|draw| (draw.ledger, draw.cell.id())).collect();
    let actions = dictionary::actions();
    let mut balance: BTreeMap<(u16, u8, u16), i64> = BTreeMap::new();
    for StoredAnswer { answer, .. } in &at_rest.answers {
        let counts = matches!(answer.target, Target::Transform | Target::Check)
            && matches!(answer.scope, Scope::Alike | Scope::All)
            && answer.kind != Kind::Manual
            && !elsewhere.contains(&answer.domain);
        let Some(&cell) = answer.ledger.filter(|_| counts).and_then(|ledger| cells.get(&ledger)) else {
            continue;
        };
        for (action, yes) in Correction::from_rest(answer, None).votes() {
            if actions.binary_search(&action.0).is_ok() {
                *balance.entry((answer.group.0, cell, action.0)).or_default() += if yes { 1 } else { -1 };
            }
        }
    }
    let decided = balance.into_iter().filter(|&(_, n)| n != 0);
    decided
        .map(|((group, cell, action), n)| Vote { domain: domain.0, group, cell, action, yes: n > 0 })
        .collect()
}

/// The votes as they are sent: the bodies of as many requests as it takes.
pub fn bodies(votes: &[Vote]) -> Vec<Vec<u8>> {
    let body = |votes: &[Vote]| {
        let votes = Votes { dictionary: VERSION, votes: votes.to_vec(), exposure: None };
        serde_json::to_vec(&votes).unwrap_or_default()
    };
    votes.chunks(MAX_VOTES).map(body).collect()
}

/// What a vote says, in a sentence: `In finance files, columns named like "amount" (reals, strong right skew): yes to
/// log1p-column.`
pub fn sentence(vote: &Vote) -> String {
    let domain = Domain(vote.domain).word().unwrap_or("other");
    let columns = wording::columns(NameGroup(vote.group), Some(vote.cell));
    format!(
        "In {domain} files, {columns}: {} to {}.",
        if vote.yes { "yes" } else { "no" },
        action(vote.action)
    )
}

/// An action in words.
pub fn action(number: u16) -> String {
    let code = code_of(ActionId(number));
    match number {
        _ if number == LEAVE_AS_IS.0 => "leaving the column as it is".to_owned(),
        _ if checks::find(&code).is_some() => format!("reporting {code}"),
        _ => code,
    }
}

#[cfg(test)]
mod tests {
    use aurora_learning::Draw;
    use aurora_privacy::{Answer, LiveCell};
    use proptest::prelude::*;

    use super::*;

    const CELL: LiveCell = LiveCell { kind: 1, nulls: 0, skew: 2, distinct: 2 };
    const DOMAIN: Domain = Domain(1);

    fn answer(kind: Kind) -> Answer {
        Answer {
            day: 20_000,
            place: None,
            domain: DomainId(5),
            group: NameGroup(2),
            name: None,
            ledger: Some(LedgerId(1)),
            target: Target::Transform,
            asked: ActionId(1001),
            kind,
            scope: Scope::Alike,
            wanted: None,
        }
    }

    fn votes(answers: &[Answer]) -> Vec<Vote> {
        let answers = answers.iter().zip(1..).map(|(&answer, id)| StoredAnswer { id, answer }).collect();
        let draws = vec![Draw { ledger: LedgerId(1), cell: CELL }];
        of(&AtRest { answers, draws, choices: Vec::new() }, DOMAIN, &HashSet::from([DomainId(6)]))
    }

    fn yes(action: u16, yes: bool) -> Vote {
        Vote { domain: 1, group: 2, cell: CELL.id(), action, yes }
    }

    #[test]
    fn more_for_is_yes_more_against_is_no_and_as_many_is_nothing() {
        let (accept, dismiss, undo) = (answer(Kind::Accept), answer(Kind::Dismiss), answer(Kind::Undo));
        assert_eq!(votes(&[accept]), [yes(1001, true)]);
        assert_eq!(votes(&[accept, accept, dismiss]), [yes(1001, true)]);
        assert_eq!(votes(&[accept, dismiss]), []);
        assert_eq!(votes(&[accept, undo]), []);
        assert_eq!(votes(&[accept, undo, undo]), [yes(1001, false)]);
        assert_eq!(votes(&[Answer { scope: Scope::All, ..dismiss }]), [yes(1001, false)]);
    }

    #[test]
    fn an_override_is_a_no_and_a_yes() {
        let told = Answer { wanted: Some(ActionId(1002)), ..answer(Kind::Override) };
        assert_eq!(votes(&[told]), [yes(1001, false), yes(1002, true)]);
        assert_eq!(votes(&[told, answer(Kind::Accept)]), [yes(1002, true)]);
    }

    #[test]
    fn what_is_no_vote_is_none() {
        let accept = answer(Kind::Accept);
        let none = [
            Answer { target: Target::Role, asked: ActionId(2000), ..accept },
            Answer { target: Target::Value, asked: ActionId(3), ..accept },
            Answer { scope: Scope::Column, ..accept },
            Answer { ledger: None, ..accept },
            Answer { ledger: Some(LedgerId(2)), ..accept },
            Answer { kind: Kind::Manual, wanted: Some(ActionId(1002)), ..accept },
            Answer { domain: DomainId(6), ..accept },
            Answer { asked: ActionId(3000), ..accept },
            Answer { asked: ActionId(1999), ..accept },
        ];
        for answer in none {
            assert_eq!(votes(&[answer]), [], "{answer:?}");
        }
        let of_unknown_name = Answer { group: NameGroup(0), ..accept };
        assert_eq!(votes(&[of_unknown_name]), [Vote { group: 0, ..yes(1001, true) }]);
    }

    #[test]
    fn a_vote_reads_as_a_sentence() {
        let told =
            sentence(&Vote { group: aurora_learning::name_group::group_of("amount").0, ..yes(1000, true) });
        assert!(
            told.starts_with("In finance files, columns named like \"amount\" (reals, strong right skew"),
            "{told}"
        );
        assert!(told.ends_with("yes to leaving the column as it is."), "{told}");
    }

    #[test]
    fn bodies_hold_every_vote_once_and_no_more_than_may_be_sent() {
        let all: Vec<_> = (0..450).map(|n| Vote { group: n, ..yes(1001, true) }).collect();
        let sent = bodies(&all);
        let read = sent.iter().map(|body| serde_json::from_slice::<Votes>(body).unwrap().votes);
        assert_eq!(sent.len(), 3);
        assert_eq!(read.flatten().collect::<Vec<_>>(), all);
        assert_eq!(
            String::from_utf8(bodies(&all[..1])[0].clone()).unwrap(),
            format!(
                r#"{{"dictionary":1,"votes":[{{"domain":1,"group":0,"cell":{},"action":1001,"yes":true}}]}}"#,
                CELL.id()
            )
        );
        assert!(bodies(&[]).is_empty());
    }

    proptest! {
        #[test]
        fn every_vote_is_of_the_dictionaries_and_one_a_key(
            answers in proptest::collection::vec(
                (0..4usize, any::<u16>(), 0..5usize, 0..3usize, 0..2i64, any::<u16>()), 0..60,
            ),
        ) {
            let answers: Vec<_> = answers.into_iter().map(|(target, asked, kind, scope, ledger, group)| Answer {
                target: Target::ALL[target],
                asked: ActionId(asked % 2100),
                kind: Kind::ALL[kind],
                scope: Scope::ALL[scope],
                ledger: Some(LedgerId(ledger)),
                group: NameGroup(group % 3),
                wanted: Some(ActionId(1000 + asked % 30)),
                ..answer(Kind::Accept)
            }).collect();
            let found = votes(&answers);
            let actions = dictionary::actions();
            for vote in &found {
                prop_assert_eq!(dictionary::unknown_field(vote, &actions), None);
            }
            let keys: HashSet<_> = found.iter().map(|vote| (vote.group, vote.cell, vote.action)).collect();
            prop_assert_eq!(keys.len(), found.len());
        }
    }
}
