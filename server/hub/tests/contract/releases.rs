//! Releases of cards and the ledger.

use std::sync::{Arc, Mutex};

use aurora_hub::model::{MemberId, Tally, TenantId, Verb, VoteKey};
use aurora_hub::repo::{Repo, RepoError};
use aurora_team::wire::{Card, Mode};

use crate::help::{ALL, KEY, act, dp, join, leave, now, team, vote, withdraw};

const OTHER: VoteKey = VoteKey { group: 9, ..KEY };

/// Publishes a card of the share of yes on every key of five voters that may change, keeps the rest, and gives what
/// the store counted.
async fn release(repo: &dyn Repo, tenant: TenantId, epoch: i32) -> Vec<Tally> {
    let seen = Mutex::new(Vec::new());
    let decide = |tallies: &[Tally], before: &[Card]| {
        *seen.lock().unwrap() = tallies.to_vec();
        let is_fixed = |key| tallies.iter().all(|tally| tally.key != key || tally.changed < 3);
        let mut cards: Vec<Card> =
            before.iter().copied().filter(|&card| is_fixed(VoteKey::from(card))).collect();
        for tally in tallies.iter().filter(|tally| tally.changed >= 3 && tally.yes + tally.no >= 5) {
            cards.push(tally.key.card(5, (1000 * tally.yes / (tally.yes + tally.no)) as u16));
        }
        cards
    };
    assert!(repo.release_team(tenant, epoch, &decide, act(Verb::Release)).await.unwrap().is_some());
    seen.into_inner().unwrap()
}

async fn cards(repo: &dyn Repo, tenant: TenantId) -> Vec<Card> {
    let latest = repo.latest_release(tenant).await.unwrap().unwrap();
    repo.cards(tenant, latest.id).await.unwrap()
}

async fn voters(repo: &dyn Repo, tenant: TenantId, n: usize, key: VoteKey) -> Vec<MemberId> {
    let mut members = Vec::new();
    for _ in 0..n {
        let member = join(repo, tenant).await;
        vote(repo, tenant, member, key, true).await;
        members.push(member);
    }
    members
}

pub(crate) async fn two_releases_of_a_week_at_once_are_one(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    voters(&*repo, tenant, 5, KEY).await;
    assert_eq!(repo.latest_release(tenant).await.unwrap(), None);
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let repo = Arc::clone(&repo);
            tokio::spawn(async move {
                let decide = |_: &[Tally], _: &[Card]| {
                    std::thread::sleep(std::time::Duration::from_millis(20));
                    vec![KEY.card(5, 1000)]
                };
                repo.release_team(tenant, 7, &decide, act(Verb::Release)).await.unwrap()
            })
        })
        .collect();
    let mut made = Vec::new();
    for one in tries {
        made.extend(one.await.unwrap());
    }
    assert_eq!(made.len(), 1);
    assert_eq!((made[0].epoch, made[0].meps), (7, 0));
    assert_eq!(repo.releases(tenant, ALL).await.unwrap(), made);
    assert_eq!(repo.latest_release(tenant).await.unwrap(), Some(made[0]));
    assert_eq!(repo.cards(tenant, made[0].id).await.unwrap(), [KEY.card(5, 1000)]);
    let audit = repo.audit(tenant, ALL).await.unwrap();
    let objects = audit.iter().filter(|act| act.verb == Verb::Release).map(|act| act.object);
    assert_eq!(objects.collect::<Vec<_>>(), [made[0].id]);
}

pub(crate) async fn a_change_counts_until_the_key_is_decided(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let members = voters(&*repo, tenant, 2, KEY).await;
    let tally = |yes, no, changed| Tally { key: KEY, yes, no, changed };
    // Two are too few to decide anything, and count on.
    assert_eq!(release(&*repo, tenant, 1).await, [tally(2, 0, 2)]);
    assert_eq!(release(&*repo, tenant, 2).await, [tally(2, 0, 2)]);
    let more = voters(&*repo, tenant, 2, KEY).await;
    // Decided: no card. From here on it counts anew, else the fifth one's vote could be read off.
    assert_eq!(release(&*repo, tenant, 3).await, [tally(4, 0, 4)]);
    voters(&*repo, tenant, 1, KEY).await;
    assert_eq!(release(&*repo, tenant, 4).await, [tally(5, 0, 1)]);
    // There and back is no change, and neither is the same again.
    vote(&*repo, tenant, members[0], KEY, false).await;
    vote(&*repo, tenant, members[0], KEY, true).await;
    vote(&*repo, tenant, members[1], KEY, true).await;
    assert_eq!(release(&*repo, tenant, 5).await, [tally(5, 0, 1)]);
    vote(&*repo, tenant, more[0], KEY, false).await;
    vote(&*repo, tenant, more[1], KEY, false).await;
    assert_eq!(release(&*repo, tenant, 6).await, [tally(3, 2, 3)]);
    assert_eq!(cards(&*repo, tenant).await, [KEY.card(5, 600)]);
    // Each key for itself.
    vote(&*repo, tenant, members[0], OTHER, true).await;
    let other = Tally { key: OTHER, yes: 1, no: 0, changed: 1 };
    assert_eq!(release(&*repo, tenant, 7).await, [tally(3, 2, 0), other]);
    assert_eq!(cards(&*repo, tenant).await, [KEY.card(5, 600)]);
}

pub(crate) async fn who_left_counts_as_changed(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let members = voters(&*repo, tenant, 6, KEY).await;
    release(&*repo, tenant, 1).await;
    assert_eq!(cards(&*repo, tenant).await, [KEY.card(5, 1000)]);
    // Who comes and goes between two releases was never there.
    let passing = voters(&*repo, tenant, 1, KEY).await[0];
    leave(&*repo, tenant, passing).await;
    let tally = |yes, no, changed| Tally { key: KEY, yes, no, changed };
    assert_eq!(release(&*repo, tenant, 2).await, [tally(6, 0, 0)]);
    leave(&*repo, tenant, members[0]).await;
    // Who changed and then left has changed once.
    vote(&*repo, tenant, members[1], KEY, false).await;
    leave(&*repo, tenant, members[1]).await;
    assert_eq!(release(&*repo, tenant, 3).await, [tally(4, 0, 2)]);
    assert_eq!(cards(&*repo, tenant).await, [KEY.card(5, 1000)]);
    for &member in &members[2..] {
        leave(&*repo, tenant, member).await;
    }
    assert_eq!(release(&*repo, tenant, 4).await, [tally(0, 0, 6)]);
    assert_eq!(cards(&*repo, tenant).await, []);
    assert_eq!(release(&*repo, tenant, 5).await, []);
}

pub(crate) async fn who_takes_back_counts_once(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let members = voters(&*repo, tenant, 6, KEY).await;
    release(&*repo, tenant, 1).await;
    let tally = |yes, no, changed| Tally { key: KEY, yes, no, changed };
    // Back and forth is no change; to the other side by way of none is one.
    withdraw(&*repo, tenant, members[0], KEY).await;
    assert_eq!(release(&*repo, tenant, 2).await, [tally(5, 0, 1)]);
    vote(&*repo, tenant, members[0], KEY, true).await;
    assert_eq!(release(&*repo, tenant, 3).await, [tally(6, 0, 0)]);
    for _ in 0..3 {
        withdraw(&*repo, tenant, members[0], KEY).await;
        vote(&*repo, tenant, members[0], KEY, false).await;
    }
    assert_eq!(release(&*repo, tenant, 4).await, [tally(5, 1, 1)]);
    // Who took back and then left has changed once; who came and took back was never there.
    withdraw(&*repo, tenant, members[1], KEY).await;
    leave(&*repo, tenant, members[1]).await;
    let passing = voters(&*repo, tenant, 1, KEY).await[0];
    withdraw(&*repo, tenant, passing, KEY).await;
    assert_eq!(release(&*repo, tenant, 5).await, [tally(4, 1, 2)]);
    assert_eq!(cards(&*repo, tenant).await, [KEY.card(5, 1000)]);
    // The third change decides, and from here on it counts anew.
    withdraw(&*repo, tenant, members[2], KEY).await;
    assert_eq!(release(&*repo, tenant, 6).await, [tally(3, 1, 3)]);
    assert_eq!(cards(&*repo, tenant).await, []);
    assert_eq!(release(&*repo, tenant, 7).await, [tally(3, 1, 0)]);
    // Nobody remembers what was taken back before: it comes as a new vote.
    vote(&*repo, tenant, members[2], KEY, true).await;
    assert_eq!(release(&*repo, tenant, 8).await, [tally(4, 1, 1)]);
}

pub(crate) async fn nothing_stays_of_a_vote_taken_back(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let members = voters(&*repo, tenant, 5, KEY).await;
    release(&*repo, tenant, 1).await;
    for &member in &members {
        withdraw(&*repo, tenant, member, KEY).await;
    }
    let none = Tally { key: KEY, yes: 0, no: 0, changed: 5 };
    assert_eq!(release(&*repo, tenant, 2).await, [none]);
    assert_eq!(cards(&*repo, tenant).await, []);
    // Once decided there is no row, so leaving says nothing any more.
    assert_eq!(release(&*repo, tenant, 3).await, []);
    leave(&*repo, tenant, members[0]).await;
    assert_eq!(release(&*repo, tenant, 4).await, []);
}

pub(crate) async fn no_card_changes_by_fewer_than_three(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let members = voters(&*repo, tenant, 5, KEY).await;
    release(&*repo, tenant, 1).await;
    for &member in &members[..2] {
        vote(&*repo, tenant, member, KEY, false).await;
    }
    // Whoever decides: the store refuses, and the week has no release.
    for cards in [vec![], vec![KEY.card(5, 600)], vec![KEY.card(5, 1000), OTHER.card(5, 1)]] {
        let decide = |_: &[Tally], _: &[Card]| cards.clone();
        let refused = repo.release_team(tenant, 2, &decide, act(Verb::Release)).await;
        assert!(matches!(refused, Err(RepoError::Refused(_))), "{refused:?}");
    }
    assert_eq!(repo.releases(tenant, ALL).await.unwrap().len(), 1);
    vote(&*repo, tenant, members[2], KEY, false).await;
    release(&*repo, tenant, 2).await;
    assert_eq!(cards(&*repo, tenant).await, [KEY.card(5, 400)]);
}

pub(crate) async fn a_release_that_fails_leaves_nothing(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    voters(&*repo, tenant, 5, KEY).await;
    // No such class.
    let decide = |_: &[Tally], _: &[Card]| vec![KEY.card(6, 1000)];
    let refused = repo.release_team(tenant, 1, &decide, act(Verb::Release)).await;
    assert!(matches!(refused, Err(RepoError::Refused(_))), "{refused:?}");
    assert_eq!(repo.releases(tenant, ALL).await.unwrap(), []);
    assert!(repo.audit(tenant, ALL).await.unwrap().iter().all(|act| act.verb != Verb::Release));
    assert_eq!(release(&*repo, tenant, 1).await, [Tally { key: KEY, yes: 5, no: 0, changed: 5 }]);
}

pub(crate) async fn no_member_spends_more_than_900(repo: Arc<dyn Repo>) {
    let tenant = dp(&*repo).await;
    let members = voters(&*repo, tenant, 3, KEY).await;
    vote(&*repo, tenant, members[1], OTHER, false).await;
    let silent = join(&*repo, tenant).await;
    // Of several at once, each week has one, and none spends past the cap. Not more than a store has connections.
    let tries: Vec<_> = (0..6)
        .map(|_| {
            let repo = Arc::clone(&repo);
            tokio::spawn(async move {
                let mut made = Vec::new();
                for epoch in 0..6 {
                    made.extend(repo.spend_dp(tenant, epoch, 200, act(Verb::Release)).await.unwrap());
                }
                made
            })
        })
        .collect();
    let mut n_members = Vec::new();
    for one in tries {
        n_members.extend(one.await.unwrap().iter().map(|(_, ballots)| ballots.len()));
    }
    n_members.sort_unstable();
    assert_eq!(n_members, [0, 0, 3, 3, 3, 3]);
    for &member in &members {
        assert_eq!(repo.spent(tenant, member).await.unwrap(), 800);
    }
    assert_eq!(repo.spent(tenant, silent).await.unwrap(), 0);
    // Who came later has more left; 100 more fit for all.
    vote(&*repo, tenant, silent, KEY, true).await;
    let (_, ballots) = repo.spend_dp(tenant, 20, 101, act(Verb::Release)).await.unwrap().unwrap();
    assert_eq!(ballots.iter().map(|ballot| ballot.member).collect::<Vec<_>>(), [silent]);
    let (_, ballots) = repo.spend_dp(tenant, 21, 100, act(Verb::Release)).await.unwrap().unwrap();
    let voted: Vec<_> = ballots.iter().map(|ballot| (ballot.member, ballot.votes.clone())).collect();
    assert_eq!(voted[1], (members[1], vec![KEY.vote(true), OTHER.vote(false)]));
    assert_eq!(voted.len(), 4);
    // For life: gone and come again, the old ledger is as full as it was.
    leave(&*repo, tenant, members[0]).await;
    let anew = voters(&*repo, tenant, 1, KEY).await[0];
    repo.spend_dp(tenant, 22, 900, act(Verb::Release)).await.unwrap().unwrap();
    let spent = async |member| repo.spent(tenant, member).await.unwrap();
    assert_eq!((spent(members[0]).await, spent(members[1]).await, spent(anew).await), (900, 900, 900));
}

pub(crate) async fn who_took_all_back_spends_nothing(repo: Arc<dyn Repo>) {
    let tenant = dp(&*repo).await;
    let members = voters(&*repo, tenant, 3, KEY).await;
    vote(&*repo, tenant, members[0], OTHER, false).await;
    for member in [members[0], members[1]] {
        withdraw(&*repo, tenant, member, KEY).await;
    }
    let (_, ballots) = repo.spend_dp(tenant, 1, 300, act(Verb::Release)).await.unwrap().unwrap();
    let voted: Vec<_> = ballots.iter().map(|ballot| (ballot.member, ballot.votes.clone())).collect();
    assert_eq!(voted, [(members[0], vec![OTHER.vote(false)]), (members[2], vec![KEY.vote(true)])]);
    assert_eq!(repo.spent(tenant, members[1]).await.unwrap(), 0);
}

pub(crate) async fn a_dp_release_is_drawn_once(repo: Arc<dyn Repo>) {
    let tenant = dp(&*repo).await;
    voters(&*repo, tenant, 3, KEY).await;
    let (first, _) = repo.spend_dp(tenant, 1, 300, act(Verb::Release)).await.unwrap().unwrap();
    // Spent, not drawn: nothing is published yet, and the week is used.
    assert_eq!(repo.latest_release(tenant).await.unwrap(), None);
    assert_eq!(repo.spend_dp(tenant, 1, 300, act(Verb::Release)).await.unwrap(), None);
    repo.store_dp(tenant, first.id, &[OTHER.card(0, 900), KEY.card(0, 1000)]).await.unwrap();
    assert_eq!(repo.latest_release(tenant).await.unwrap(), Some(first));
    assert_eq!(cards(&*repo, tenant).await, [KEY.card(0, 1000), OTHER.card(0, 900)]);
    for id in [first.id, first.id + 1] {
        let again = repo.store_dp(tenant, id, &[KEY.card(0, 1)]).await;
        assert!(matches!(again, Err(RepoError::Refused(_))), "{again:?}");
    }
    assert_eq!(cards(&*repo, tenant).await.len(), 2);
}

pub(crate) async fn a_tenant_publishes_in_its_own_mode(repo: Arc<dyn Repo>) {
    let (team, dp) = (team(&*repo).await, dp(&*repo).await);
    let none = |_: &[Tally], _: &[Card]| vec![];
    let release = act(Verb::Release);
    let refused = repo.release_team(dp, 1, &none, release).await;
    assert!(matches!(refused, Err(RepoError::Refused(_))), "{refused:?}");
    let refused = repo.spend_dp(team, 1, 300, release).await;
    assert!(matches!(refused, Err(RepoError::Refused(_))), "{refused:?}");
    let refused = repo.create_tenant(Mode::Dp, 299, now()).await;
    assert!(matches!(refused, Err(RepoError::Refused(_))), "{refused:?}");
}
