//! Tests of the beliefs.

use super::*;
use crate::NameHash;
use crate::{NameGroup, Target};
use aurora_privacy::LiveCell;
use proptest::prelude::*;

fn key(group: u16) -> ColumnKey {
    ColumnKey {
        domain: DomainId(7),
        group: NameGroup(group),
        name: Some(NameHash([group as u8; 8])),
        cell: Some(LiveCell { kind: 1, nulls: 0, skew: 2, distinct: 1 }),
        ..ColumnKey::default()
    }
}

fn answer(key: ColumnKey, asked: u16, kind: Kind) -> Correction {
    let asked = ActionId(asked);
    Correction { day: 1, key, target: Target::Transform, asked, kind, scope: Scope::Alike, wanted: None }
}

#[test]
fn the_equations_are_those_of_the_design() {
    let mut beliefs = Beliefs::default();
    let mut other_name = key(1);
    other_name.name = None;
    beliefs.learn(&answer(key(1), 1001, Kind::Accept));
    beliefs.learn(&answer(other_name, 1001, Kind::Accept));
    let belief = beliefs.belief(&key(1), ActionId(1001), 0.4);
    let m1 = (2.0 + 3.0 * 0.4) / 5.0;
    let m2 = (2.0 + m1) / 3.0;
    let m3 = (1.0 + m2) / 2.0;
    assert_eq!(belief.p, m3);
    assert_eq!(belief.steps.iter().map(|s| s.p).collect::<Vec<_>>(), [m1, m2, m3]);
}

#[test]
fn an_override_speaks_against_the_one_and_for_the_other() {
    let mut beliefs = Beliefs::default();
    let mut correction = answer(key(1), 1001, Kind::Override);
    correction.wanted = Some(ActionId(1002));
    beliefs.learn(&correction);
    assert!(beliefs.belief(&key(1), ActionId(1001), 0.6).p < 0.2);
    assert!(beliefs.belief(&key(1), ActionId(1002), 0.2).p > 0.8);
}

#[test]
fn an_undo_retracts_the_accept() {
    let mut beliefs = Beliefs::default();
    beliefs.learn(&answer(key(1), 1001, Kind::Accept));
    beliefs.learn(&answer(key(1), 1001, Kind::Undo));
    let mut dismissed = Beliefs::default();
    dismissed.learn(&answer(key(1), 1001, Kind::Dismiss));
    assert_eq!(
        beliefs.belief(&key(1), ActionId(1001), 0.5).p,
        dismissed.belief(&key(1), ActionId(1001), 0.5).p
    );
}

#[test]
fn a_flipped_preference_is_followed_within_six_answers() {
    let mut beliefs = Beliefs::default();
    for _ in 0..100 {
        beliefs.learn(&answer(key(1), 1001, Kind::Accept));
    }
    let menu = [(ActionId(1001), 0.6), (ActionId(1002), 0.3)];
    let mut flipped = answer(key(1), 1001, Kind::Override);
    flipped.wanted = Some(ActionId(1002));
    let needed = (1..).find(|_| {
        beliefs.learn(&flipped);
        beliefs.rank(&key(1), &menu)[0].0 == ActionId(1002)
    });
    assert!(needed.unwrap() <= 6, "{needed:?}");
}

#[test]
fn an_answer_for_one_column_stays_there_and_one_for_all_goes_everywhere() {
    let mut beliefs = Beliefs::default();
    let place = Some(ColumnPlace { lineage: crate::LineageTag([1; 16]), column: 3 });
    let mut here = answer(ColumnKey { place, ..key(1) }, 11, Kind::Dismiss);
    here.scope = Scope::Column;
    beliefs.learn(&here);
    assert!(beliefs.belief(&here.key, ActionId(11), 0.95).p < 0.4);
    assert_eq!(beliefs.belief(&key(1), ActionId(11), 0.95).p, 0.95);
    here.scope = Scope::All;
    beliefs.learn(&here);
    let far = ColumnKey { domain: DomainId(99), ..ColumnKey::default() };
    assert!(beliefs.belief(&far, ActionId(11), 0.95).p < 0.4);
}

#[test]
fn what_does_worse_than_the_prior_loses_its_vote_but_for_the_column_itself() {
    let mut beliefs = Beliefs::default();
    let (log, root) = (ActionId(1104), ActionId(1121));
    let place = |column| Some(ColumnPlace { column, ..ColumnPlace::default() });
    for column in 0..3 {
        let contest = Some(crate::Contest { built_in: log, learned: root });
        let mut correction =
            answer(ColumnKey { contest, place: place(column), ..key(1) }, 1121, Kind::Override);
        correction.wanted = Some(log);
        beliefs.learn(&correction);
    }
    let fresh = ColumnKey { place: place(9), ..key(1) };
    assert_eq!(beliefs.belief(&fresh, root, 0.6), Belief::built_in(0.6));
    let answered = ColumnKey { place: place(0), ..key(1) };
    assert!(beliefs.belief(&answered, root, 0.6).p < 0.3);
}

#[test]
fn a_switched_off_rule_has_no_vote() {
    let mut beliefs = Beliefs::default();
    let mut unnamed = key(1);
    unnamed.name = None;
    beliefs.learn(&answer(unnamed, 1001, Kind::Accept));
    let rule = RuleKey { domain: DomainId(7), group: NameGroup(1), cell: None, action: ActionId(1001) };
    beliefs.choose(&rule, Verdict::Disabled);
    assert_eq!(beliefs.belief(&unnamed, ActionId(1001), 0.3), Belief::built_in(0.3));
}

#[test]
fn the_switch_is_what_really_happens() {
    let mut beliefs = Beliefs::default();
    for _ in 0..5 {
        beliefs.learn(&answer(key(1), 1001, Kind::Accept));
    }
    let menu = [(ActionId(1001), 0.5), (ActionId(1002), 0.45)];
    let dismissal = answer(key(1), 1001, Kind::Dismiss);
    let switch = beliefs.switch(&dismissal, &menu).unwrap();
    for _ in 1..switch.dismissals {
        beliefs.learn(&dismissal);
        assert_eq!(beliefs.rank(&key(1), &menu)[0].0, ActionId(1001));
    }
    beliefs.learn(&dismissal);
    assert_eq!(beliefs.rank(&key(1), &menu)[0].0, switch.to);
}

#[test]
fn the_switch_to_leaving_a_column_alone_counts_the_reluctance_to_do_so() {
    let mut beliefs = Beliefs::default();
    let key = key(1);
    let menu = [(ActionId(1001), 0.8), (crate::correction::LEAVE_AS_IS, 0.2)];
    let dismissal = answer(key, 1001, Kind::Dismiss);
    let promised = beliefs.switch(&dismissal, &menu).map(|switch| switch.dismissals);
    let (mut overtaken, mut switched) = (None, None);
    for n in 1..=20 {
        beliefs.learn(&dismissal);
        let p = menu.map(|(action, prior)| beliefs.of(&key).belief(action, prior).p);
        overtaken = overtaken.or((p[1] > p[0]).then_some(n));
        switched = switched.or((beliefs.rank(&key, &menu)[0].0 == menu[1].0).then_some(n));
    }
    assert_eq!(promised, switched);
    assert!(
        overtaken.is_some() && switched.is_none_or(|n| Some(n) > overtaken),
        "{overtaken:?} {switched:?}"
    );
}

proptest! {
    #[test]
    fn shown_deltas_add_up(
        prior in 0.01..0.99f64,
        answers in proptest::collection::vec((0..3u16, 0..2u16, 0..5usize, 0..3usize), 0..60),
    ) {
        let mut beliefs = Beliefs::default();
        for (group, action, kind, scope) in answers {
            let mut key = key(group);
            key.place = Some(ColumnPlace { column: group.into(), ..ColumnPlace::default() });
            let mut correction = answer(key, 1001 + action, Kind::ALL[kind]);
            correction.scope = Scope::ALL[scope];
            correction.wanted = Some(ActionId(1002));
            beliefs.learn(&correction);
        }
        for group in 0..3 {
            let belief = beliefs.belief(&key(group), ActionId(1001), prior);
            let sum: f64 = belief.steps.iter().map(|step| step.delta).sum();
            prop_assert!((sum - (belief.p - prior)).abs() < 1e-12);
            prop_assert!(0.0 <= belief.lower && belief.lower <= belief.p && belief.p <= 1.0);
            let bounded = beliefs.nodes().iter().all(|(node, action, c)| {
                c.s >= 0.0 && c.f >= 0.0 && c.s + c.f <= node.level().cap(*action) + 1e-9
            });
            prop_assert!(bounded);
        }
    }
}

#[test]
fn an_undo_retracts_what_columns_that_look_alike_were_told() {
    let profile = aurora_profile::ColumnProfile::default();
    let (guess, standing) = aurora_profile::role::guess_and_standing("amount", &profile);
    let look = crate::Look::of("amount", &profile, &guess, standing);
    let seen = ColumnKey { look: Some(look), place: Some(ColumnPlace::default()), ..key(1) };
    // Another column that looks just so: nothing but the look reaches it.
    let alike = ColumnKey { look: Some(look), domain: seen.domain, ..ColumnKey::default() };
    let after = |kinds: &[Kind]| {
        let mut beliefs = Beliefs::default();
        kinds.iter().for_each(|&kind| beliefs.learn(&answer(seen, 1001, kind)));
        beliefs.belief(&alike, ActionId(1001), 0.5).p
    };
    assert!(after(&[Kind::Accept]) > 0.5);
    assert_eq!(after(&[Kind::Accept, Kind::Undo]), after(&[Kind::Dismiss]));
    assert_eq!(
        after(&[Kind::Accept, Kind::Accept, Kind::Undo]),
        after(&[Kind::Accept, Kind::Dismiss]),
        "only one is taken back"
    );
}

#[test]
fn an_undo_retracts_what_was_said_of_a_role() {
    let role = crate::correction::FIRST_ROLE;
    let of = |column: u32| ColumnKey {
        place: Some(ColumnPlace { column, ..ColumnPlace::default() }),
        guess: Some(ActionId(role)),
        ..key(1)
    };
    let answer = |kind| Correction { target: Target::Role, ..answer(of(0), role + 1, kind) };
    let after = |kinds: &[Kind]| {
        let mut beliefs = Beliefs::default();
        kinds.iter().for_each(|&kind| beliefs.learn(&answer(kind)));
        beliefs.belief(&ColumnKey { place: None, ..of(0) }, ActionId(role + 1), 0.1).p
    };
    assert!(after(&[Kind::Accept]) > 0.1);
    assert_eq!(after(&[Kind::Accept, Kind::Undo]), after(&[Kind::Dismiss]));
}
