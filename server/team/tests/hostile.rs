//! A hub that means no good: every call ends within its time in one clear line, and what rests stays small and whole.
#![allow(clippy::unwrap_used, reason = "a test program")]

use std::time::{Duration, Instant};

use aurora_team::queue::{By, MAX_WAITING};
use aurora_team::votes::Own;
use aurora_team::wire::{Mode, Role, Vote};
use aurora_team::{Domain, HubUrl, Key, Membership, Preview, Queue, Team, TeamError};
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
    let preview = Preview::new(membership.url, own);
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
                // A hub that cannot be asked what it holds takes nothing back and adds nothing.
                let compared = team.compare(preview.clone(), true);
                assert!(compared.unasked.as_ref().is_some_and(|why| !why.contains(['\n', '\u{1b}'])));
                assert_eq!(Preview { unasked: None, ..compared }, preview, "{malice:?}");
                let published = team.publish(&preview, By::Hand).unwrap();
                let took = begun.elapsed();
                assert!(took < 3 * MOST, "{malice:?}: {took:?}");
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

/// A hub that answers `GET /v1/me` with `me`, takes the first `n_taken` requests with votes and refuses the others.
fn scripted_hub(me: serde_json::Value, n_taken: usize) -> String {
    use std::io::{BufRead, BufReader, Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let mut n_put = 0;
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let (mut line, mut length) = (String::new(), 0);
            reader.read_line(&mut line).unwrap();
            let first = line.clone();
            while line != "\r\n" {
                line.clear();
                reader.read_line(&mut line).unwrap();
                if let Some(n) = line.to_lowercase().strip_prefix("content-length:") {
                    length = n.trim().parse().unwrap();
                }
            }
            reader.read_exact(&mut vec![0; length]).unwrap();
            let (status, body) = match first.split(' ').next().unwrap() {
                "POST" => ("200 OK", r#"{"access_token":"a","expires_in":600}"#.to_owned()),
                "GET" => ("200 OK", me.to_string()),
                _ => {
                    n_put += 1;
                    if n_put <= n_taken {
                        ("204 No Content", String::new())
                    } else {
                        let problem = r#"{"code":"x","title":"no","status":422,"detail":null}"#;
                        ("422 Unprocessable Content", problem.to_owned())
                    }
                }
            };
            let head =
                format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\nconnection: close\r\n");
            let length =
                if body.is_empty() { String::new() } else { format!("content-length: {}\r\n", body.len()) };
            let _ = reader.get_mut().write_all(format!("{head}{length}\r\n{body}").as_bytes());
        }
    });
    url
}

#[test]
fn only_votes_that_were_taken_are_told_as_published() {
    let (_folder, team, preview) = joined(&scripted_hub(serde_json::json!({}), 2));
    let published = team.publish(&preview, By::Hand).unwrap();
    assert!(published.failure.is_some() && published.taken == 400, "{published:?}");
    assert_eq!(team.membership().unwrap().unwrap().n_published, 400);
}

#[test]
fn what_may_be_another_machines_vote_is_taken_back_only_when_asked() {
    let vote = |group: u16| serde_json::json!([{"domain": 1, "group": group, "cell": 20, "action": 1001, "yes": true}, 20_000]);
    let me = |n_installs: usize| {
        serde_json::json!({
            "tenant": 1, "member": 2, "role": "member", "meps": 0,
            "installs": (0..n_installs).map(|n| (n, 20_000)).collect::<Vec<_>>(),
            "votes": [vote(1), vote(2)],
        })
    };
    let (_folder, team, full) = joined(&scripted_hub(me(1), 0));
    let said = |group: u16| Own { votes: vec![full.own.votes[usize::from(group)]], withdrawn: Vec::new() };
    let preview = Preview::new(full.url.clone(), said(1));
    // One machine: what no answer says is taken back, and the exact bytes say so.
    let alone = team.compare(preview.clone(), false);
    assert_eq!((alone.own.votes.len(), alone.own.withdrawn.len(), alone.left.len()), (1, 1, 0));
    assert_eq!(alone.own.withdrawn[0].group, 2);
    assert!(alone.text().contains(" and 1 taken back, ") && alone.digest() != preview.digest());
    assert!(team.is_due(&alone));

    let (_folder, team, full) = joined(&scripted_hub(me(2), 0));
    let preview = Preview::new(full.url, preview.own);
    let kept = team.compare(preview.clone(), false);
    assert_eq!((&kept.own, kept.left.len()), (&preview.own, 1));
    assert_eq!(kept.digest(), preview.digest());
    let text = kept.text();
    assert!(
        text.contains("`aurora team publish --take-back` takes them back:\n- In finance files"),
        "{text}"
    );
    let all = team.compare(preview, true);
    assert_eq!((all.own.withdrawn.len(), all.left.len()), (1, 0));
}
