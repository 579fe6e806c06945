//! Differencing: over random histories of joins, leaves, votes and votes taken back, no release differs from the one
//! before on a key by fewer than three members' changes. The histories are kept a second time here, by other means than the store's.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use aurora_hub::model::{Change, MemberId, Tally, TenantId, Verb, VoteKey};
use aurora_hub::repo::Repo;
use aurora_hub::share::team;
use aurora_team::wire::Card;
use aurora_testing::random::Random;

use crate::backends;
use crate::help::{act, join, leave, now, once, team as new_team};

const KEYS: [VoteKey; 3] = [
    VoteKey { domain: 1, group: 1, cell: 1, action: 1001 },
    VoteKey { domain: 1, group: 2, cell: 1, action: 1001 },
    VoteKey { domain: 2, group: 1, cell: 90, action: 1002 },
];
const WEEKS: i32 = 16;

/// Who votes what on a key.
type Votes = BTreeMap<MemberId, bool>;

/// How many members vote otherwise in `a` than in `b`, or in one only.
fn n_changed(a: &Votes, b: &Votes) -> u32 {
    let members: BTreeSet<_> = a.keys().chain(b.keys()).collect();
    members.iter().filter(|member| a.get(member) != b.get(member)).count() as u32
}

/// What happened over all histories, for a test that saw nothing shows nothing.
#[derive(Clone, Copy, Default, Debug)]
struct Seen {
    appeared: u32,
    changed: u32,
    vanished: u32,
    /// Decided, and the card as before.
    same: u32,
    /// Counts that would give another card, and may not: too few have changed.
    held_back: u32,
    /// A vote was taken back.
    withdrawn: u32,
    /// One that had been counted was taken back and came again before the key was decided.
    again: u32,
}

struct History {
    repo: Arc<dyn Repo>,
    random: Random,
    tenant: TenantId,
    members: Vec<MemberId>,
    votes: [Votes; KEYS.len()],
    /// What they were when the key was last decided.
    decided: [Votes; KEYS.len()],
    /// Who was counted and has taken back since the key was last decided.
    took_back: [BTreeSet<MemberId>; KEYS.len()],
    seen: Seen,
}

impl History {
    async fn new(repo: Arc<dyn Repo>, seed: u64) -> Self {
        let tenant = new_team(&*repo).await;
        let (votes, decided, took_back) = Default::default();
        let random = Random::new(seed);
        Self { repo, random, tenant, members: Vec::new(), votes, decided, took_back, seen: Seen::default() }
    }

    fn below(&mut self, n: usize) -> usize {
        self.random.below(n)
    }

    async fn vote(&mut self, member: MemberId) {
        let mut change = Change::default();
        for (at, key) in KEYS.into_iter().enumerate() {
            match self.below(9) {
                0..5 => {
                    let yes = self.below(4) > 0;
                    change.votes.push(key.vote(yes));
                    self.votes[at].insert(member, yes);
                    self.seen.again += u32::from(self.took_back[at].contains(&member));
                }
                5..7 => {
                    change.withdrawn.push(key);
                    let had = self.votes[at].remove(&member).is_some();
                    self.seen.withdrawn += u32::from(had);
                    if had && self.decided[at].contains_key(&member) {
                        self.took_back[at].insert(member);
                    }
                }
                _ => {}
            }
        }
        self.repo.put_votes(self.tenant, member, change, once(), now()).await.unwrap();
    }

    async fn step(&mut self) {
        match self.below(10) {
            0..4 => {
                let member = join(&*self.repo, self.tenant).await;
                self.members.push(member);
                self.vote(member).await;
            }
            4..7 if !self.members.is_empty() => {
                let at = self.below(self.members.len());
                let member = self.members[at];
                self.vote(member).await;
            }
            7..10 if !self.members.is_empty() => {
                let at = self.below(self.members.len());
                let member = self.members.swap_remove(at);
                leave(&*self.repo, self.tenant, member).await;
                self.votes.iter_mut().for_each(|votes| {
                    votes.remove(&member);
                });
            }
            _ => {}
        }
    }

    fn tally(&self, at: usize) -> Tally {
        let yes = self.votes[at].values().filter(|&&yes| yes).count() as u32;
        let no = self.votes[at].len() as u32 - yes;
        Tally { key: KEYS[at], yes, no, changed: n_changed(&self.votes[at], &self.decided[at]) }
    }

    async fn release(&mut self, epoch: i32, before: &[Card]) -> Vec<Card> {
        let counted = Mutex::new(Vec::new());
        let decide = |tallies: &[Tally], cards: &[Card]| {
            *counted.lock().unwrap() = tallies.to_vec();
            team::cards(tallies, cards)
        };
        let made = self.repo.release_team(self.tenant, epoch, &decide, act(Verb::Release)).await.unwrap();
        let after = self.repo.cards(self.tenant, made.unwrap().id).await.unwrap();
        let counted: BTreeMap<VoteKey, Tally> =
            counted.into_inner().unwrap().into_iter().map(|tally| (tally.key, tally)).collect();
        for (at, key) in KEYS.into_iter().enumerate() {
            let own = self.tally(at);
            let stored = counted.get(&key).copied().unwrap_or(Tally { key, yes: 0, no: 0, changed: 0 });
            assert_eq!(stored, own);
            let of = |cards: &[Card]| cards.iter().copied().find(|&card| VoteKey::from(card) == key);
            let (old, new) = (of(before), of(&after));
            assert!(old == new || own.changed >= 3, "{old:?} became {new:?} by {} members", own.changed);
            if own.changed >= 3 {
                self.decided[at].clone_from(&self.votes[at]);
                self.took_back[at].clear();
                match (old, new) {
                    (None, Some(_)) => self.seen.appeared += 1,
                    (Some(_), None) => self.seen.vanished += 1,
                    (old, new) if old == new => self.seen.same += 1,
                    _ => self.seen.changed += 1,
                }
            } else if own.changed > 0 {
                let free = team::cards(&[Tally { changed: 3, ..own }], &old.into_iter().collect::<Vec<_>>());
                self.seen.held_back += u32::from(free.first().copied() != old);
            }
        }
        after
    }

    async fn run(mut self) -> Seen {
        let mut cards = Vec::new();
        for week in 0..WEEKS {
            for _ in 0..self.below(7) {
                self.step().await;
            }
            cards = self.release(week, &cards).await;
        }
        self.seen
    }
}

async fn no_difference_by_fewer_than_three(repo: Arc<dyn Repo>, n_histories: u64, at_once: usize) {
    let mut running = tokio::task::JoinSet::new();
    let mut sum = Seen::default();
    let add = |sum: &mut Seen, one: Seen| {
        sum.appeared += one.appeared;
        sum.changed += one.changed;
        sum.vanished += one.vanished;
        sum.same += one.same;
        sum.held_back += one.held_back;
        sum.withdrawn += one.withdrawn;
        sum.again += one.again;
    };
    for seed in 0..n_histories {
        if running.len() >= at_once {
            add(&mut sum, running.join_next().await.unwrap().unwrap());
        }
        let repo = Arc::clone(&repo);
        running.spawn(async move { History::new(repo, 1 + seed * 7919).await.run().await });
    }
    while let Some(one) = running.join_next().await {
        add(&mut sum, one.unwrap());
    }
    // Each kind often enough that one that went wrong would have been seen.
    let least = n_histories as u32 / 10;
    let Seen { appeared, changed, vanished, same, held_back, withdrawn, again } = sum;
    assert!(
        [appeared, changed, vanished, same, held_back, withdrawn, again].into_iter().all(|n| n >= least),
        "{sum:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_histories_on_the_embedded_store() {
    let Some((repo, _keep)) = backends::sqlite().await else { return };
    // So many at once that they share the waits for the disk.
    no_difference_by_fewer_than_three(repo, 1_000, 100).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_histories_on_postgres() {
    let Some((repo, ())) = backends::postgres().await else { return };
    // Fewer at once than the pool has connections: more would be shed.
    no_difference_by_fewer_than_three(repo, 100, 4).await;
}
