//! The ledger under random histories on the real embedded store: no member is drawn from beyond 0.9, and a store that
//! forgets to look is caught.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use aurora_hub::Hub;
use aurora_hub::cache::memory::MemoryCache;
use aurora_hub::clock::Clock;
use aurora_hub::limit::memory::MemoryLimiter;
use aurora_hub::model::{Act, Change, Idempotency, MemberId, Tenant, Verb};
use aurora_hub::repo::sqlite::SqliteRepo;
use aurora_hub::repo::{Page, Put};
use aurora_hub::share::dp::CAP_MEPS;
use aurora_hub::share::release::{Asked, NotDue, Outcome, Plan, ReleaseError, release_over};
use aurora_team::wire::{Mode, Role, Vote};

use crate::{Dice, key, list};

/// A clock that is set by hand.
#[derive(Default)]
struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

struct World {
    hub: Hub,
    clock: Arc<Hand>,
    tenant: Tenant,
    _folder: tempfile::TempDir,
    n_codes: u8,
}

fn act(verb: Verb) -> Act {
    Act { id: 0, actor: None, verb, object: 0, at: 0 }
}

impl World {
    async fn new(seats: u32) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let repo = SqliteRepo::open(&folder.path().join("hub.db")).unwrap();
        let clock = Arc::new(Hand(AtomicI64::new(20_000 * 86_400)));
        let hub = Hub {
            repo: Arc::new(repo),
            cache: Arc::new(MemoryCache::default()),
            limiter: Arc::new(MemoryLimiter::new(1)),
            clock: Arc::<Hand>::clone(&clock),
        };
        let id = hub.repo.create_tenant(Mode::Dp, seats, 0).await.unwrap();
        let tenant = hub.repo.tenant(id).await.unwrap().unwrap();
        Self { hub, clock, tenant, _folder: folder, n_codes: 0 }
    }

    async fn join(&mut self) -> MemberId {
        self.n_codes += 1;
        let code = [self.n_codes; 32];
        let (id, repo) = (self.tenant.id, &self.hub.repo);
        repo.invite(id, Role::Member, code, i64::MAX, act(Verb::Invite)).await.unwrap();
        repo.enrol(id, code, [self.n_codes; 32], 1).await.unwrap().member().unwrap().0.id
    }

    async fn vote(&self, member: MemberId, votes: &[Vote], once: u8) {
        let once = Idempotency { key: [once; 32], body: [0; 32] };
        let change = Change { votes: votes.to_vec(), ..Change::default() };
        let put = self.hub.repo.put_votes(self.tenant.id, member, change, once, 1).await.unwrap();
        assert_eq!(put, Put::Stored);
    }

    fn weeks_pass(&self, n: i64) {
        self.clock.0.fetch_add(n * 7 * 86_400, Ordering::Relaxed);
    }

    async fn release(&self, plan: Plan, asked: Asked) -> Result<Outcome, ReleaseError> {
        release_over(&self.hub, self.tenant, plan, asked, || list(4)).await
    }
}

/// The most thousandths of ε that any member was drawn at, of a history of releases.
fn most_drawn(history: &[(u32, BTreeSet<MemberId>)]) -> u32 {
    let mut drawn: BTreeMap<MemberId, u32> = BTreeMap::new();
    for (meps, members) in history {
        members.iter().for_each(|&member| *drawn.entry(member).or_default() += meps);
    }
    drawn.into_values().max().unwrap_or(0)
}

#[tokio::test]
async fn no_member_is_drawn_from_beyond_the_budget_and_a_ledger_skipped_is_caught() {
    let mut dice = Dice::new(3);
    let (mut with_ledger, mut without) = (Vec::new(), Vec::new());
    for _ in 0..6 {
        let mut world = World::new(300).await;
        let (mut members, mut history, mut everyone) = (Vec::new(), Vec::new(), Vec::new());
        for week in 0..14_u8 {
            for _ in 0..dice.next() % 3 {
                let member = world.join().await;
                world.vote(member, &[key(0).vote(true), key(1).vote(false)], world.n_codes).await;
                members.push(member);
            }
            if members.len() > 2 && dice.next().is_multiple_of(4) {
                let leaves = members.swap_remove((dice.next() % members.len() as u64) as usize);
                assert!(world.hub.repo.remove(world.tenant.id, leaves, act(Verb::Leave)).await.unwrap());
            }
            let meps = [300, 300, 900, 450][(dice.next() % 4) as usize];
            let spent =
                world.hub.repo.spend_dp(world.tenant.id, i32::from(week), meps, act(Verb::Release)).await;
            let (release, ballots) = spent.unwrap().unwrap();
            let drawn: BTreeSet<MemberId> = ballots.iter().map(|ballot| ballot.member).collect();
            assert_eq!(drawn.len(), ballots.len(), "one ballot a member");
            for &member in &drawn {
                assert!(world.hub.repo.spent(world.tenant.id, member).await.unwrap() <= CAP_MEPS);
            }
            history.push((meps, drawn));
            // The fault: whoever has votes is drawn from.
            everyone.push((meps, members.iter().copied().collect::<BTreeSet<MemberId>>()));
            // Sometimes the program ends between spend and draw: nothing is given back.
            if !dice.next().is_multiple_of(3) {
                world.hub.repo.store_dp(world.tenant.id, release.id, &[]).await.unwrap();
            }
        }
        with_ledger.push(most_drawn(&history));
        without.push(most_drawn(&everyone));
    }
    assert!(with_ledger.iter().all(|&most| most <= CAP_MEPS), "{with_ledger:?}");
    assert!(with_ledger.contains(&CAP_MEPS), "the budget is used: {with_ledger:?}");
    assert!(without.iter().any(|&most| most > CAP_MEPS), "not caught: ledger skipped {without:?}");
}

#[tokio::test]
async fn a_release_spends_draws_and_stores_once() {
    let mut world = World::new(300).await;
    for n in 0..60 {
        let member = world.join().await;
        world.vote(member, &[key(0).vote(true), key(1).vote(false)], n).await;
    }
    // By the week it waits for as many members as dp mode needs; that is public, votes are not.
    let outcome = world.release(Plan::Once, Asked::ByTheWeek).await.unwrap();
    assert_eq!(outcome, Outcome::NotDue(NotDue::TooFewMembers));
    assert!(world.hub.repo.latest_release(world.tenant.id).await.unwrap().is_none());
    let Outcome::Published(release) = world.release(Plan::Once, Asked::ByTheOperator).await.unwrap() else {
        panic!("it is due")
    };
    assert_eq!(release.meps, 900);
    let cards = world.hub.repo.cards(world.tenant.id, release.id).await.unwrap();
    assert!(cards.iter().any(|card| card.group == 0 && card.members == 0), "{cards:?}");
    assert!(!cards.iter().any(|card| card.group == 1), "{cards:?}");
    let audit = world.hub.repo.audit(world.tenant.id, Page { after: 0, limit: 200 }).await.unwrap();
    let lines: Vec<i64> =
        audit.iter().filter(|act| act.verb == Verb::Release).map(|act| act.object).collect();
    assert_eq!(lines, [release.id]);
    world.weeks_pass(1);
    let again = world.release(Plan::Once, Asked::ByTheOperator).await.unwrap();
    assert_eq!(again, Outcome::NotDue(NotDue::Spent));
}

#[tokio::test]
async fn three_releases_are_a_quarter_apart_and_then_none() {
    let mut world = World::new(300).await;
    let member = world.join().await;
    world.vote(member, &[key(0).vote(true)], 1).await;
    let released = |outcome| matches!(outcome, Outcome::Published(release) if release.meps == 300);
    assert!(released(world.release(Plan::Thrice, Asked::ByTheOperator).await.unwrap()));
    let same_week = world.release(Plan::Thrice, Asked::ByTheOperator).await.unwrap();
    assert_eq!(same_week, Outcome::NotDue(NotDue::WeekHasOne));
    world.weeks_pass(12);
    let soon = world.release(Plan::Thrice, Asked::ByTheWeek).await.unwrap();
    assert_eq!(soon, Outcome::NotDue(NotDue::TooSoon));
    for _ in 0..2 {
        world.weeks_pass(1);
        assert!(released(world.release(Plan::Thrice, Asked::ByTheOperator).await.unwrap()));
    }
    world.weeks_pass(1);
    for plan in [Plan::Thrice, Plan::Once] {
        let outcome = world.release(plan, Asked::ByTheOperator).await.unwrap();
        assert_eq!(outcome, Outcome::NotDue(NotDue::Spent));
    }
    assert_eq!(world.hub.repo.spent(world.tenant.id, member).await.unwrap(), CAP_MEPS);
}

#[tokio::test]
async fn a_small_tenant_is_refused_before_anything_is_spent() {
    let mut world = World::new(300).await;
    assert!(world.hub.repo.create_tenant(Mode::Dp, 299, 0).await.is_err(), "the store refuses it too");
    world.tenant.seats = 299;
    let refused = world.release(Plan::Once, Asked::ByTheOperator).await.unwrap_err();
    assert!(refused.to_string().contains("300 seats"), "{refused}");
    let none = world.hub.repo.releases(world.tenant.id, Page { after: 0, limit: 10 }).await.unwrap();
    assert!(none.is_empty());
}
