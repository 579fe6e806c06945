//! Uploads, exposures, experiments.

use std::sync::Arc;

use aurora_hub::model::{Change, Experiment, Idempotency, Verb, VoteKey};
use aurora_hub::repo::{Exposed, Page, Put, Repo, RepoError};
use aurora_team::wire::Exposure;

use crate::help::{
    ALL, KEY, act, bytes, dp, join, leave, now, once, shown, team, vote, votes, withdraw, withdrawn,
};

const OTHER: VoteKey = VoteKey { domain: 0, group: 0, cell: 107, action: 9 };
const DAY: i64 = 86_400;

pub(crate) async fn an_upload_replaces_ones_own_votes_on_its_keys(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let (ann, bob) = (join(&*repo, tenant).await, join(&*repo, tenant).await);
    let (at, day) = (now(), (now() / DAY) as i32);
    let both = [KEY.vote(true), OTHER.vote(true)];
    repo.put_votes(tenant, ann, votes(&both), once(), at).await.unwrap();
    vote(&*repo, tenant, bob, KEY, true).await;
    repo.put_votes(tenant, ann, votes(&[KEY.vote(false)]), once(), at + 3 * DAY).await.unwrap();
    let held = repo.votes(tenant, ann).await.unwrap();
    assert_eq!(held, [(OTHER.vote(true), day), (KEY.vote(false), day + 3)]);
    assert_eq!(repo.votes(tenant, bob).await.unwrap()[0].0, KEY.vote(true));
    // The ends of the ranges of the types.
    let end = VoteKey { domain: u8::MAX, group: u16::MAX, cell: u8::MAX, action: u16::MAX };
    vote(&*repo, tenant, bob, end, false).await;
    assert_eq!(repo.votes(tenant, bob).await.unwrap()[1].0, end.vote(false));
    // A key twice in an upload: the last one holds.
    let twice = [KEY.vote(true), KEY.vote(false)];
    repo.put_votes(tenant, bob, votes(&twice), once(), at).await.unwrap();
    assert_eq!(repo.votes(tenant, bob).await.unwrap()[0].0, KEY.vote(false));
}

pub(crate) async fn a_vote_taken_back_is_held_no_more(repo: Arc<dyn Repo>) {
    for tenant in [team(&*repo).await, dp(&*repo).await] {
        let (ann, bob) = (join(&*repo, tenant).await, join(&*repo, tenant).await);
        let held = async |member| -> Vec<_> {
            repo.votes(tenant, member).await.unwrap().into_iter().map(|(vote, _)| vote).collect()
        };
        for member in [ann, bob] {
            let both = [KEY.vote(true), OTHER.vote(false)];
            repo.put_votes(tenant, member, votes(&both), once(), now()).await.unwrap();
        }
        withdraw(&*repo, tenant, ann, KEY).await;
        assert_eq!(held(ann).await, [OTHER.vote(false)]);
        assert_eq!(held(bob).await, [OTHER.vote(false), KEY.vote(true)]);
        // Again, and where there was none: nothing to do.
        let never = VoteKey { group: 8, ..KEY };
        repo.put_votes(tenant, ann, withdrawn(&[KEY, never, KEY]), once(), now()).await.unwrap();
        assert_eq!(held(ann).await, [OTHER.vote(false)]);
        // One vote comes while another goes; of a key in both the vote holds.
        let change = Change { votes: vec![KEY.vote(false), never.vote(true)], ..withdrawn(&[OTHER, never]) };
        repo.put_votes(tenant, ann, change, once(), now()).await.unwrap();
        assert_eq!(held(ann).await, [KEY.vote(false), never.vote(true)]);
        leave(&*repo, tenant, ann).await;
        assert!(repo.put_votes(tenant, ann, withdrawn(&[KEY]), once(), now()).await.is_err());
        assert_eq!(held(bob).await, [OTHER.vote(false), KEY.vote(true)]);
    }
}

pub(crate) async fn the_same_upload_counts_once_for_24_hours(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let (ann, bob) = (join(&*repo, tenant).await, join(&*repo, tenant).await);
    let (once, at) = (once(), now());
    let put = async |member, yes, once, at| {
        repo.put_votes(tenant, member, votes(&[KEY.vote(yes)]), once, at).await.unwrap()
    };
    let other_body = Idempotency { body: bytes(0), ..once };
    assert_eq!(put(ann, true, once, at).await, Put::Stored);
    assert_eq!(put(ann, true, once, at + DAY - 1).await, Put::Replayed);
    assert_eq!(put(ann, false, other_body, at + DAY - 1).await, Put::KeyReused);
    assert_eq!(repo.votes(tenant, ann).await.unwrap()[0].0, KEY.vote(true));
    // Another member's key is another key.
    assert_eq!(put(bob, false, other_body, at).await, Put::Stored);
    // After 24 hours it is a new one, whether it was deleted or not.
    assert_eq!(put(ann, false, other_body, at + DAY).await, Put::Stored);
    assert_eq!(put(ann, false, other_body, at + DAY).await, Put::Replayed);
    repo.expire(tenant, at + DAY).await.unwrap();
    assert_eq!(put(ann, false, other_body, at + DAY).await, Put::Replayed);
    assert_eq!(put(bob, true, once, at).await, Put::Stored);
    assert_eq!(repo.votes(tenant, ann).await.unwrap()[0].0, KEY.vote(false));
}

pub(crate) async fn an_upload_that_fails_leaves_nothing(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let ann = join(&*repo, tenant).await;
    let once = once();
    let unknown = Exposure { experiment: 77, shown: 1, accepted: 0, undone: 0, abstained: 0 };
    let change = Change { votes: vec![KEY.vote(true)], ..shown(unknown, true) };
    let put = repo.put_votes(tenant, ann, change, once, now()).await;
    assert!(matches!(put, Err(RepoError::Refused(_))), "{put:?}");
    assert_eq!(repo.votes(tenant, ann).await.unwrap(), []);
    // The key is not used up by it.
    let put = repo.put_votes(tenant, ann, votes(&[KEY.vote(true)]), once, now()).await.unwrap();
    assert_eq!(put, Put::Stored);
}

pub(crate) async fn uploads_at_once_under_one_key_store_once(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let ann = join(&*repo, tenant).await;
    for _ in 0..10 {
        let once = once();
        let puts: Vec<_> = (0..6)
            .map(|_| {
                let repo = Arc::clone(&repo);
                tokio::spawn(async move {
                    repo.put_votes(tenant, ann, votes(&[KEY.vote(true)]), once, now()).await.unwrap()
                })
            })
            .collect();
        let mut n_stored = 0;
        for put in puts {
            let put = put.await.unwrap();
            assert_ne!(put, Put::KeyReused);
            n_stored += usize::from(put == Put::Stored);
        }
        assert_eq!(n_stored, 1);
    }
}

pub(crate) async fn exposures_add_up(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let (ann, bob) = (join(&*repo, tenant).await, join(&*repo, tenant).await);
    let experiment = Experiment { id: 0, key: bytes(1), cut: 10, starts: 1, ends: 2, is_stopped: false };
    let id = repo.start_experiment(tenant, &experiment, act(Verb::StartExperiment)).await.unwrap().unwrap();
    let sum = Exposure { experiment: id, shown: u32::MAX, accepted: 2, undone: 1, abstained: 4 };
    let same = once();
    for once in [same, same, once()] {
        repo.put_votes(tenant, ann, shown(sum, true), once, now()).await.unwrap();
    }
    repo.put_votes(tenant, bob, shown(sum, false), once(), now()).await.unwrap();
    let twice = Exposure { experiment: id, shown: u32::MAX, accepted: 4, undone: 2, abstained: 8 };
    let expected = [
        Exposed { member: ann, sum: twice, with_cards: true },
        Exposed { member: bob, sum, with_cards: false },
    ];
    assert_eq!(repo.exposures(tenant, id).await.unwrap(), expected);
    repo.remove(tenant, ann, act(Verb::Leave)).await.unwrap();
    assert_eq!(repo.exposures(tenant, id).await.unwrap(), expected[1..]);
}

pub(crate) async fn experiments_begin_and_end(repo: Arc<dyn Repo>) {
    let tenant = team(&*repo).await;
    let mut experiment =
        Experiment { id: 0, key: bytes(5), cut: 10_000, starts: 20_000, ends: 20_028, is_stopped: false };
    let start = act(Verb::StartExperiment);
    experiment.id = repo.start_experiment(tenant, &experiment, start).await.unwrap().unwrap();
    // The day of the report is the next one's first.
    let next = Experiment { starts: 20_028, ends: 20_030, ..experiment.clone() };
    let second = repo.start_experiment(tenant, &next, start).await.unwrap().unwrap();
    assert_eq!(repo.experiments(tenant, Page { after: 0, limit: 1 }).await.unwrap(), [experiment.clone()]);
    assert!(repo.stop_experiment(tenant, experiment.id, act(Verb::StopExperiment)).await.unwrap());
    assert!(!repo.stop_experiment(tenant, experiment.id, act(Verb::StopExperiment)).await.unwrap());
    let found = repo.experiments(tenant, ALL).await.unwrap();
    assert_eq!(
        found.iter().map(|one| (one.id, one.is_stopped)).collect::<Vec<_>>(),
        [(experiment.id, true), (second, false)]
    );
    let started = repo.audit(tenant, ALL).await.unwrap();
    let objects = started.iter().filter(|one| one.verb == Verb::StartExperiment).map(|one| one.object);
    assert_eq!(objects.collect::<Vec<_>>(), [experiment.id, second]);
    // A report is a release: there is none in a dp tenant.
    let dp = dp(&*repo).await;
    let refused = repo.start_experiment(dp, &experiment, start).await;
    assert!(matches!(refused, Err(RepoError::Refused(_))), "{refused:?}");
    assert_eq!(repo.experiments(dp, ALL).await.unwrap(), []);
}

pub(crate) async fn of_experiments_begun_at_once_one_runs(repo: Arc<dyn Repo>) {
    let (tenant, other) = (team(&*repo).await, team(&*repo).await);
    let experiment =
        Experiment { id: 0, key: bytes(5), cut: 5000, starts: 20_000, ends: 20_028, is_stopped: false };
    let start = act(Verb::StartExperiment);
    let tries: Vec<_> = (0..8)
        .map(|n| {
            let (repo, mut experiment) = (Arc::clone(&repo), experiment.clone());
            experiment.ends += n;
            tokio::spawn(async move { repo.start_experiment(tenant, &experiment, start).await.unwrap() })
        })
        .collect();
    let mut begun = Vec::new();
    for one in tries {
        begun.extend(one.await.unwrap());
    }
    let [id] = begun[..] else { panic!("{begun:?} run") };
    assert_eq!(repo.experiments(tenant, ALL).await.unwrap().len(), 1);
    assert!(repo.start_experiment(other, &experiment, start).await.unwrap().is_some(), "a team of its own");
    assert!(repo.stop_experiment(tenant, id, act(Verb::StopExperiment)).await.unwrap());
    assert!(
        repo.start_experiment(tenant, &experiment, start).await.unwrap().is_some(),
        "after one was stopped"
    );
}
