//! Members, codes, the audit, and that tenants are apart.

use std::sync::Arc;

use aurora_hub::model::{Act, Change, Experiment, InstallId, MemberId, TenantId, Verb};
use aurora_hub::repo::{Joined, Page, Repo};
use aurora_team::wire::{Exposure, Mode, Role};

use crate::help::{ALL, KEY, act, bytes, dp, fresh, join, leave, now, once, shown, team, vote, votes};

pub(crate) async fn a_code_enrols_once(repo: Arc<dyn Repo>) {
    assert!(repo.check_schema().await.unwrap() >= 1);
    let tenant = team(&*repo).await;
    let code = bytes(fresh());
    repo.invite(tenant, Role::Admin, code, now() + 60, act(Verb::Invite)).await.unwrap();
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let repo = Arc::clone(&repo);
            tokio::spawn(async move { repo.enrol(tenant, code, bytes(n), now()).await.unwrap().member() })
        })
        .collect();
    let mut enrolled = Vec::new();
    for one in tries {
        enrolled.extend(one.await.unwrap());
    }
    let [(member, install)] = enrolled[..] else { panic!("{} times", enrolled.len()) };
    assert_eq!((member.tenant, member.role, member.token_version), (tenant, Role::Admin, 0));
    let (found, owner) = repo.install(tenant, install).await.unwrap().unwrap();
    assert_eq!((found.member, owner), (member.id, member));
    assert_eq!(i64::from(found.last_day), now() / 86_400);
    assert_eq!(repo.installs(tenant, member.id).await.unwrap(), [found]);
    // A day is noted once it is later.
    repo.seen(tenant, install, found.last_day + 2).await.unwrap();
    repo.seen(tenant, install, found.last_day + 1).await.unwrap();
    assert_eq!(repo.install(tenant, install).await.unwrap().unwrap().0.last_day, found.last_day + 2);
    assert_eq!(repo.members(tenant, ALL).await.unwrap(), [member]);
    let verbs: Vec<_> = repo.audit(tenant, ALL).await.unwrap().iter().map(|act| act.verb).collect();
    assert_eq!(verbs, [Verb::CreateTenant, Verb::Invite, Verb::Enrol]);
}

pub(crate) async fn a_code_expires_and_is_its_tenants(repo: Arc<dyn Repo>) {
    let (tenant, other) = (team(&*repo).await, team(&*repo).await);
    let (code, now) = (bytes(fresh()), now());
    repo.invite(tenant, Role::Member, code, now + 60, act(Verb::Invite)).await.unwrap();
    let enrol = async |tenant, code, now| repo.enrol(tenant, code, bytes(1), now).await.unwrap();
    assert_eq!(enrol(other, code, now).await, Joined::Unknown);
    assert_eq!(enrol(tenant, bytes(fresh()), now).await, Joined::Unknown);
    assert_eq!(enrol(tenant, code, now + 60).await, Joined::Unknown);
    assert!(enrol(tenant, code, now + 59).await.member().is_some());
    // What has expired is deleted.
    let code = bytes(fresh());
    repo.invite(tenant, Role::Member, code, now + 60, act(Verb::Invite)).await.unwrap();
    repo.expire(tenant, now + 60).await.unwrap();
    assert_eq!(enrol(tenant, code, now).await, Joined::Unknown);
}

pub(crate) async fn members_come_in_pages_and_tokens_are_revoked(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let mut joined = Vec::new();
    for _ in 0..205 {
        joined.push(join(&*repo, tenant).await);
    }
    let mut read = Vec::new();
    loop {
        let after = read.last().map_or(0, |last: &MemberId| last.0);
        let page = repo.members(tenant, Page { after, limit: 100 }).await.unwrap();
        if page.is_empty() {
            break;
        }
        assert!(page.len() <= 100);
        read.extend(page.iter().map(|member| member.id));
    }
    assert_eq!(read, joined);
    assert_eq!(repo.members(tenant, Page { after: 0, limit: 1000 }).await.unwrap().len(), 200);
    assert!(repo.revoke(tenant, joined[3], act(Verb::Revoke)).await.unwrap());
    assert_eq!(repo.member(tenant, joined[3]).await.unwrap().unwrap().token_version, 1);
    assert_eq!(repo.member(tenant, joined[4]).await.unwrap().unwrap().token_version, 0);
    assert!(!repo.revoke(tenant, MemberId(i64::MAX), act(Verb::Revoke)).await.unwrap());
    assert_eq!(repo.member(tenant, MemberId(0)).await.unwrap(), None);
    assert_eq!(repo.member(tenant, MemberId(i64::MIN)).await.unwrap(), None);
}

pub(crate) async fn who_leaves_takes_all_but_the_ledger(repo: Arc<dyn Repo>) {
    let tenant = dp(&*repo).await;
    let member = join(&*repo, tenant).await;
    let install = repo.installs(tenant, member).await.unwrap()[0].id;
    vote(&*repo, tenant, member, KEY, true).await;
    let again = once();
    repo.put_votes(tenant, member, Change::default(), again, now()).await.unwrap();
    repo.spend_dp(tenant, 1, 300, act(Verb::Release)).await.unwrap().unwrap();
    leave(&*repo, tenant, member).await;
    assert!(!repo.remove(tenant, member, act(Verb::Leave)).await.unwrap());
    assert_eq!(repo.member(tenant, member).await.unwrap(), None);
    assert_eq!(repo.install(tenant, install).await.unwrap(), None);
    assert_eq!(repo.votes(tenant, member).await.unwrap(), []);
    assert_eq!(repo.spent(tenant, member).await.unwrap(), 300);
    // A token that is still about stores nothing.
    assert!(repo.put_votes(tenant, member, votes(&[KEY.vote(true)]), once(), now()).await.is_err());
    assert!(repo.put_votes(tenant, member, votes(&[KEY.vote(true)]), again, now()).await.is_err());
    assert_eq!(repo.votes(tenant, member).await.unwrap(), []);
    // Who comes again is a new member: no number is used twice, so nobody inherits a ledger.
    let anew = join(&*repo, tenant).await;
    assert!(anew > member);
    assert_eq!(
        (repo.spent(tenant, anew).await.unwrap(), repo.spent(tenant, member).await.unwrap()),
        (0, 300)
    );
}

pub(crate) async fn no_more_join_than_there_are_seats(repo: Arc<dyn Repo>) {
    let tenant = repo.create_tenant(Mode::Team, 3, now()).await.unwrap();
    let codes: Vec<_> = (0..8).map(|_| bytes(fresh())).collect();
    for &code in &codes {
        repo.invite(tenant, Role::Member, code, now() + 60, act(Verb::Invite)).await.unwrap();
    }
    let tries: Vec<_> = codes
        .iter()
        .map(|&code| {
            let repo = Arc::clone(&repo);
            tokio::spawn(async move { repo.enrol(tenant, code, bytes(1), now()).await.unwrap() })
        })
        .collect();
    let (mut joined, mut waiting) = (Vec::new(), Vec::new());
    for (one, &code) in tries.into_iter().zip(&codes) {
        match one.await.unwrap() {
            Joined::Member(member, _) => joined.push(member.id),
            Joined::Full => waiting.push(code),
            Joined::Unknown => panic!("a code that was made"),
        }
    }
    assert_eq!((joined.len(), waiting.len()), (3, 5));
    // A code that found no seat is good when there is one: after somebody left, or when seats were added.
    let enrol = async |code| repo.enrol(tenant, code, bytes(1), now()).await.unwrap();
    leave(&*repo, tenant, joined[0]).await;
    assert!(enrol(waiting[0]).await.member().is_some());
    assert_eq!(enrol(waiting[1]).await, Joined::Full);
    assert!(repo.resize(tenant, 4, act(Verb::Resize)).await.unwrap());
    assert!(enrol(waiting[1]).await.member().is_some());
    assert_eq!(enrol(waiting[2]).await, Joined::Full);
    // Fewer seats than members send nobody away.
    assert!(repo.resize(tenant, 1, act(Verb::Resize)).await.unwrap());
    assert_eq!(repo.members(tenant, ALL).await.unwrap().len(), 4);
    assert_eq!(repo.tenant(tenant).await.unwrap().unwrap().seats, 1);
    assert!(!repo.resize(TenantId(i32::MAX), 5, act(Verb::Resize)).await.unwrap());
    // A dp tenant keeps the seats that its mode needs.
    let dp = dp(&*repo).await;
    assert!(repo.resize(dp, 299, act(Verb::Resize)).await.is_err());
    assert!(repo.resize(dp, 400, act(Verb::Resize)).await.unwrap());
}

pub(crate) async fn the_audit_is_kept_for_400_days(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let member = join(&*repo, tenant).await;
    let now = now();
    for days in [500, 401, 399, 1] {
        let at = now - days * 86_400;
        let act = Act { id: 0, actor: Some(member), verb: Verb::Revoke, object: days, at };
        assert!(repo.revoke(tenant, member, act).await.unwrap());
    }
    let days = async || -> Vec<i64> {
        let acts = repo.audit(tenant, ALL).await.unwrap();
        acts.iter().filter(|act| act.verb == Verb::Revoke).map(|act| act.object).collect()
    };
    repo.expire(tenant, now - 100 * 86_400).await.unwrap();
    assert_eq!(days().await, [401, 399, 1]);
    repo.expire(tenant, now).await.unwrap();
    assert_eq!(days().await, [399, 1]);
    // A clock that runs ahead, or a program that says so, deletes nothing that is young.
    repo.expire(tenant, now + 1000 * 86_400).await.unwrap();
    assert_eq!(days().await, [399, 1]);
    let acts = repo.audit(tenant, ALL).await.unwrap();
    assert!(acts.windows(2).all(|pair| pair[0].id < pair[1].id));
    let page = repo.audit(tenant, Page { after: acts[0].id, limit: 1 }).await.unwrap();
    assert_eq!(page, acts[1..2]);
    assert_eq!(acts.last().unwrap().actor, Some(member));
}

pub(crate) async fn two_tenants_never_see_one_another(repo: Arc<dyn Repo>) {
    let (a, b) = (team(&*repo).await, team(&*repo).await);
    let (ann, bob) = (join(&*repo, a).await, join(&*repo, b).await);
    vote(&*repo, b, bob, KEY, true).await;
    let experiment = Experiment { id: 0, key: bytes(1), cut: 5000, starts: 1, ends: 9, is_stopped: false };
    let id = repo.start_experiment(b, &experiment, act(Verb::StartExperiment)).await.unwrap().unwrap();
    let seen = Exposure { experiment: id, shown: 1, accepted: 1, undone: 0, abstained: 0 };
    repo.put_votes(b, bob, shown(seen, true), once(), now()).await.unwrap();
    let none = |_: &[_], _: &[_]| vec![];
    let release = repo.release_team(b, 1, &none, act(Verb::Release)).await.unwrap().unwrap();
    let install = repo.installs(b, bob).await.unwrap()[0].id;

    assert_eq!(repo.member(a, bob).await.unwrap(), None);
    assert_eq!(repo.members(a, ALL).await.unwrap().iter().map(|m| m.id).collect::<Vec<_>>(), [ann]);
    assert_eq!(repo.install(a, install).await.unwrap(), None);
    assert_eq!(repo.installs(a, bob).await.unwrap(), []);
    assert_eq!(repo.votes(a, bob).await.unwrap(), []);
    assert_eq!(repo.latest_release(a).await.unwrap(), None);
    assert_eq!(repo.releases(a, ALL).await.unwrap(), []);
    assert_eq!(repo.cards(a, release.id).await.unwrap(), []);
    assert_eq!(repo.experiments(a, ALL).await.unwrap(), []);
    assert_eq!(repo.exposures(a, id).await.unwrap(), []);
    assert!(
        repo.audit(a, ALL).await.unwrap().iter().all(|act| act.object != bob.0 || act.verb != Verb::Enrol)
    );
    assert!(!repo.revoke(a, bob, act(Verb::Revoke)).await.unwrap());
    assert!(!repo.remove(a, bob, act(Verb::Remove)).await.unwrap());
    assert!(!repo.stop_experiment(a, id, act(Verb::StopExperiment)).await.unwrap());
    assert!(repo.put_votes(a, bob, votes(&[KEY.vote(false)]), once(), now()).await.is_err());
    assert!(repo.put_votes(a, ann, shown(seen, true), once(), now()).await.is_err());
    repo.seen(a, install, i32::MAX).await.unwrap();
    repo.expire(a, now()).await.unwrap();
    // Both weeks are each tenant's own, and so are the tallies.
    let counted = std::sync::Mutex::new(None);
    let count = |tallies: &[_], _: &[_]| {
        *counted.lock().unwrap() = Some(tallies.len());
        vec![]
    };
    assert!(repo.release_team(a, 1, &count, act(Verb::Release)).await.unwrap().is_some());
    assert_eq!(*counted.lock().unwrap(), Some(0));

    assert_eq!(repo.member(b, bob).await.unwrap().unwrap().token_version, 0);
    assert_ne!(repo.install(b, install).await.unwrap().unwrap().0.last_day, i32::MAX);
    assert_eq!(repo.votes(b, bob).await.unwrap().len(), 1);
    assert!(!repo.experiments(b, ALL).await.unwrap()[0].is_stopped);
    assert_eq!(repo.exposures(b, id).await.unwrap().len(), 1);
    let tenants = repo.tenants().await.unwrap();
    assert!(tenants.iter().any(|t| t.id == a) && tenants.iter().any(|t| t.id == b));
    assert_eq!(repo.tenant(a).await.unwrap().unwrap().mode, Mode::Team);
    assert_eq!(repo.tenant(TenantId(i32::MAX)).await.unwrap(), None);
    assert_eq!(repo.install(TenantId(-1), InstallId(1)).await.unwrap(), None);
}

pub(crate) async fn a_code_sent_again_with_its_key_gives_the_same_member(repo: Arc<dyn Repo>) {
    let tenant = repo.create_tenant(Mode::Team, 1, now()).await.unwrap();
    let (code, now) = (bytes(fresh()), now());
    repo.invite(tenant, Role::Viewer, code, now + 60, act(Verb::Invite)).await.unwrap();
    // Several at once, as of a client that gives up on one and tries again.
    let tries: Vec<_> = (0..8)
        .map(|_| {
            let repo = Arc::clone(&repo);
            tokio::spawn(async move { repo.enrol(tenant, code, bytes(1), now).await.unwrap() })
        })
        .collect();
    let mut joined = Vec::new();
    for one in tries {
        joined.push(one.await.unwrap());
    }
    assert!(joined[0].member().is_some() && joined.iter().all(|one| one == &joined[0]), "{joined:?}");
    let (member, _) = joined[0].member().unwrap();
    assert_eq!(repo.members(tenant, ALL).await.unwrap(), [member]);
    assert_eq!(repo.installs(tenant, member.id).await.unwrap().len(), 1);
    // By nobody else, not for ever, and not for who was sent away.
    let enrol = async |key, at| repo.enrol(tenant, code, bytes(key), at).await.unwrap();
    assert_eq!(enrol(2, now).await, Joined::Unknown);
    assert_eq!(enrol(1, now + 60).await, Joined::Unknown);
    leave(&*repo, tenant, member.id).await;
    assert_eq!(enrol(1, now).await, Joined::Unknown);
}
