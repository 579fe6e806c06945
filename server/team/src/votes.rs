//! Votes: what a member's own answers say, key by key. A pure function of what is at rest.

use std::collections::{BTreeMap, HashMap, HashSet};

use aurora_advice::action::code_of;
use aurora_advice::checks;
use aurora_learning::correction::LEAVE_AS_IS;
use aurora_learning::{
    ActionId, AtRest, Correction, DomainId, Kind, NameGroup, Scope, StoredAnswer, Target, wording,
};
use aurora_privacy::LedgerId;

use crate::wire::{Key, MAX_VOTES, Vote, Votes};
use crate::{Domain, VERSION, dictionary};

/// What the answers at rest say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Own {
    /// The votes, ascending.
    pub votes: Vec<Vote>,
    /// Keys with as many answers for as against, ascending: a vote that the hub holds on one holds no more.
    pub withdrawn: Vec<Key>,
}

impl Own {
    /// Whether they say nothing.
    pub fn is_empty(&self) -> bool {
        self.votes.is_empty() && self.withdrawn.is_empty()
    }
}

/// What the answers at rest say. `elsewhere` are domains of the person's that are said to be about something else than
/// `domain`: their answers are left out.
///
/// Only answers about transforms and checks that were meant for columns alike or for all, of a column with a drawn
/// cell, count: an accept and an override to an action for it, a dismissal, an override away and an undo against it.
/// More for than against is yes, fewer is no, as many is no vote, and takes an earlier one back. What was done by hand is
/// none of them.
pub fn of(at_rest: &AtRest, domain: Domain, elsewhere: &HashSet<DomainId>) -> Own {
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
    let mut own = Own::default();
    for ((group, cell, action), n) in balance {
        let key = Key { domain: domain.0, group, cell, action };
        match n {
            0 => own.withdrawn.push(key),
            n => own.votes.push(key.vote(n > 0)),
        }
    }
    own
}

/// They as they are sent: the bodies of as many requests as it takes, first the votes, then what is taken back.
pub fn bodies(own: &Own) -> Vec<Vec<u8>> {
    let n = own.votes.len();
    let body = |from: usize| {
        let (mut votes, mut withdrawn) = (Vec::new(), Vec::new());
        for at in from..(from + MAX_VOTES).min(n + own.withdrawn.len()) {
            match own.votes.get(at) {
                Some(&vote) => votes.push(vote),
                None => withdrawn.push(own.withdrawn[at - n]),
            }
        }
        let votes = Votes { dictionary: VERSION, votes, withdrawn, exposure: None };
        serde_json::to_vec(&votes).unwrap_or_default()
    };
    (0..n + own.withdrawn.len()).step_by(MAX_VOTES).map(body).collect()
}

/// What a vote says, in a sentence: `In finance files, columns named like "amount" (reals, strong right skew): yes to
/// log1p-column.`
pub fn sentence(vote: &Vote) -> String {
    let side = if vote.yes { "yes" } else { "no" };
    format!("{}: {side} to {}.", about(Key::from(*vote)), action(vote.action))
}

/// What taking a vote back says, in a sentence: `In finance files, columns named like "amount" (reals, strong right
/// skew): take back your vote on log1p-column, if the hub has one.`
pub fn withdrawal(key: &Key) -> String {
    format!("{}: take back your vote on {}, if the hub has one.", about(*key), action(key.action))
}

/// The columns that a key is about, in words.
fn about(key: Key) -> String {
    let domain = Domain(key.domain).word().unwrap_or("other");
    format!("In {domain} files, {}", wording::columns(NameGroup(key.group), Some(key.cell)))
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

    fn own(answers: &[Answer]) -> Own {
        let answers = answers.iter().zip(1..).map(|(&answer, id)| StoredAnswer { id, answer }).collect();
        let draws = vec![Draw { ledger: LedgerId(1), cell: CELL }];
        of(&AtRest { answers, draws, choices: Vec::new() }, DOMAIN, &HashSet::from([DomainId(6)]))
    }

    fn votes(answers: &[Answer]) -> Vec<Vote> {
        own(answers).votes
    }

    fn yes(action: u16, yes: bool) -> Vote {
        Vote { domain: 1, group: 2, cell: CELL.id(), action, yes }
    }

    #[test]
    fn more_for_is_yes_more_against_is_no_and_as_many_takes_back() {
        let (accept, dismiss, undo) = (answer(Kind::Accept), answer(Kind::Dismiss), answer(Kind::Undo));
        assert_eq!(votes(&[accept]), [yes(1001, true)]);
        assert_eq!(votes(&[accept, accept, dismiss]), [yes(1001, true)]);
        let none = Own { votes: Vec::new(), withdrawn: vec![yes(1001, true).into()] };
        assert_eq!(own(&[accept, dismiss]), none);
        assert_eq!(own(&[accept, undo]), none);
        assert_eq!(own(&[]), Own::default());
        assert_eq!(votes(&[accept, undo, undo]), [yes(1001, false)]);
        assert_eq!(votes(&[Answer { scope: Scope::All, ..dismiss }]), [yes(1001, false)]);
    }

    #[test]
    fn an_override_is_a_no_and_a_yes() {
        let told = Answer { wanted: Some(ActionId(1002)), ..answer(Kind::Override) };
        assert_eq!(votes(&[told]), [yes(1001, false), yes(1002, true)]);
        let both = Own { votes: vec![yes(1002, true)], withdrawn: vec![yes(1001, true).into()] };
        assert_eq!(own(&[told, answer(Kind::Accept)]), both);
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
            assert_eq!(own(&[answer]), Own::default(), "{answer:?}");
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
        let told = withdrawal(&yes(1000, true).into());
        assert!(told.starts_with("In finance files, "), "{told}");
        let end = ": take back your vote on leaving the column as it is, if the hub has one.";
        assert!(told.ends_with(end), "{told}");
    }

    #[test]
    fn bodies_hold_every_vote_once_and_no_more_than_may_be_sent() {
        let all = |n_votes: u16, n_withdrawn: u16| Own {
            votes: (0..n_votes).map(|n| Vote { group: n, ..yes(1001, true) }).collect(),
            withdrawn: (0..n_withdrawn).map(|n| Key { group: n, ..yes(1002, true).into() }).collect(),
        };
        for (n_votes, n_withdrawn, n_bodies) in
            [(450, 0, 3), (0, 201, 2), (150, 50, 1), (150, 51, 2), (200, 1, 2), (0, 0, 0)]
        {
            let (own, mut read) = (all(n_votes, n_withdrawn), Own::default());
            let sent = bodies(&own);
            for body in &sent {
                let part: Votes = serde_json::from_slice(body).unwrap();
                assert!((1..=MAX_VOTES).contains(&(part.votes.len() + part.withdrawn.len())));
                read.votes.extend(part.votes);
                read.withdrawn.extend(part.withdrawn);
            }
            assert_eq!((sent.len(), read), (n_bodies, own));
        }
        let text = |own| String::from_utf8(bodies(&own).remove(0)).unwrap();
        let (cell, start) = (CELL.id(), r#"{"dictionary":1,"votes":["#);
        let vote = format!(r#"{start}{{"domain":1,"group":0,"cell":{cell},"action":1001,"yes":true}}]"#);
        assert_eq!(text(all(1, 0)), vote.clone() + "}");
        let key = format!(r#","withdrawn":[{{"domain":1,"group":0,"cell":{cell},"action":1002}}]}}"#);
        assert_eq!(text(all(1, 1)), vote + &key);
    }

    proptest! {
        #[test]
        fn every_key_is_of_the_dictionaries_and_named_once(
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
            let Own { votes, withdrawn } = own(&answers);
            let actions = dictionary::actions();
            let keys: Vec<Key> = votes.iter().map(|&vote| vote.into()).chain(withdrawn).collect();
            for &key in &keys {
                prop_assert_eq!(dictionary::unknown_field(key, &actions), None);
            }
            prop_assert_eq!(keys.iter().collect::<HashSet<_>>().len(), keys.len());
        }
    }
}
