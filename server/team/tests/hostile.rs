//! A hub that means no good: every call ends within its time in one clear line, and what rests stays small and whole.
#![allow(clippy::unwrap_used, reason = "a test program")]

use std::time::{Duration, Instant};

use aurora_team::queue::{By, MAX_WAITING};
use aurora_team::votes::Own;
use aurora_team::wire::{Mode, Role, Vote};
use aurora_team::{Domain, HubUrl, Key, Membership, Preview, Queue, Team, TeamError, votes};
use aurora_testing::hostile_hub::{HostileHub, Malice};

/// A request takes 5 s at most; the rest is for a machine that is busy with other tests.
const MOST: Duration = Duration::from_secs(20);

fn joined(url: &str) -> (tempfile::TempDir, Team, Preview) {
    let folder = tempfile::tempdir().unwrap();
    let membership = Membership {
        url: HubUrl::parse(url).unwrap(),
        issuer: "hub".to_owned(),
        tenant: 1,
        member: 2,
        install: 3,
        role: Role::Member,
        mode: Mode::Team,
        domain: 1,
        share: true,
        joined: 20_000,
        published: None,
        n_published: 0,
        digest: None,
    };
    membership.write(folder.path()).unwrap();
    Key::fresh().unwrap().write(folder.path()).unwrap();
    let vote = |n: u16| Vote { domain: 1, group: n, cell: 20, action: 1001, yes: true };
    let own = Own { votes: (0..1_500).map(vote).collect(), withdrawn: Vec::new() };
    let preview = Preview { url: membership.url, bodies: votes::bodies(&own), own, exposure: None };
    let team = Team::at(folder.path());
    (folder, team, preview)
}

#[test]
fn every_malice_ends_in_one_line_and_a_queue_that_is_bounded() {
    let tried: Vec<_> = Malice::ALL
        .into_iter()
        .map(|malice| {
            std::thread::spawn(move || {
                let hub = HostileHub::start(malice);
                let (folder, team, preview) = joined(&hub.url());
                let begun = Instant::now();
                let pulled = team.pull().unwrap_err();
                let published = team.publish(&preview, By::Hand).unwrap();
                let took = begun.elapsed();
                assert!(took < 2 * MOST, "{malice:?}: {took:?}");
                assert_eq!((published.taken, published.waiting), (0, MAX_WAITING), "{malice:?}");
                let failure = published.failure.unwrap();
                for told in [pulled.to_string(), failure.to_string()] {
                    assert!(!told.contains(['\n', '\u{1b}']) && told.len() < 300, "{malice:?}: {told}");
                }
                // A second time the queue is the same, not twice as long, and the hub is left alone if it asked.
                let before = Queue::read(folder.path());
                let n_requests = hub.requests().len();
                let again = team.publish(&preview, By::Hand).unwrap();
                assert_eq!(again.waiting, MAX_WAITING);
                let after = Queue::read(folder.path());
                let keys = |queue: &Queue| queue.batches.iter().map(|b| b.key.clone()).collect::<Vec<_>>();
                assert_eq!(keys(&before), keys(&after), "{malice:?}");
                if malice == Malice::Weary {
                    assert_eq!(hub.requests().len(), n_requests, "it had asked for an hour");
                }
                assert_eq!(hub.n_redirected(), 0);
                assert!(team.priors(|_| aurora_learning::DomainId(0)).is_empty());
                // Leaving fails at the hub, says so, and works here all the same when asked for.
                assert!(team.leave(false).is_err() && team.membership().unwrap().is_some());
                team.leave(true).unwrap();
                assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{malice:?}");
                (malice, failure)
            })
        })
        .collect();
    for thread in tried {
        let (malice, failure) = thread.join().unwrap();
        let fits = match malice {
            Malice::Absent | Malice::HangsUp | Malice::Untrusted => {
                matches!(failure, TeamError::Unreachable { .. })
            }
            Malice::Silent | Malice::Trickle => matches!(failure, TeamError::Slow(_)),
            Malice::Broken => matches!(failure, TeamError::Refused { status: 500, .. }),
            Malice::Weary => matches!(failure, TeamError::Refused { status: 429, .. }),
            Malice::Huge | Malice::Endless => matches!(failure, TeamError::TooLong(_)),
            Malice::Redirect => matches!(failure, TeamError::Redirect(_)),
            Malice::Garbage | Malice::OtherJson | Malice::NoHttp => matches!(failure, TeamError::Garbage(_)),
        };
        assert!(fits, "{malice:?}: {failure:?}");
    }
}

#[test]
fn joining_a_hostile_hub_leaves_nothing_behind() {
    for malice in [Malice::Absent, Malice::Broken, Malice::Huge, Malice::Redirect, Malice::OtherJson] {
        let hub = HostileHub::start(malice);
        let folder = tempfile::tempdir().unwrap();
        let team = Team::at(folder.path());
        let url = HubUrl::parse(&hub.url()).unwrap();
        assert!(team.join(&url, "1-ABCD", Domain(1), false).is_err(), "{malice:?}");
        assert_eq!(team.membership(), Ok(None));
        // Where the hub may have done it, what the same code is tried again with rests; else nothing.
        let entries = std::fs::read_dir(folder.path()).unwrap();
        let rests: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        let wanted: &[&str] = if matches!(malice, Malice::Broken) { &["team.join"] } else { &[] };
        assert_eq!(rests, wanted, "{malice:?}");
    }
}

#[test]
fn whoever_has_joined_nothing_leaves_no_trace() {
    let folder = tempfile::tempdir().unwrap();
    let team = Team::at(&folder.path().join("data"));
    let (_folder, _, preview) = joined("http://127.0.0.1:9");
    assert_eq!(team.pull(), Err(TeamError::NotJoined));
    assert_eq!(team.publish(&preview, By::Itself), Err(TeamError::NotJoined));
    assert_eq!(team.share(true), Err(TeamError::NotJoined));
    assert_eq!(team.leave(false), Err(TeamError::NotJoined));
    assert!(!team.is_due(&preview) && team.priors(|_| aurora_learning::DomainId(0)).is_empty());
    assert_eq!(team.status(), Ok(None));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_certificate_that_nobody_trusts_is_named_as_the_reason() {
    let hub = HostileHub::start(Malice::Untrusted);
    let (_folder, team, _) = joined(&hub.url());
    let told = team.pull().unwrap_err().to_string();
    assert!(told.contains("certificate"), "{told}");
    assert_eq!(hub.requests(), [""; 0], "nothing was told to it");
}

#[test]
fn what_is_no_tls_is_not_spoken_to() {
    let hub = HostileHub::start(Malice::NoHttp);
    let (_folder, team, _) = joined(&hub.https_url());
    let told = team.pull().unwrap_err();
    assert!(matches!(told, TeamError::Unreachable { .. }), "{told:?}");
    // No request came through in the clear.
    assert!(hub.requests().iter().all(|line| !line.contains("HTTP")), "{:?}", hub.requests());
}
