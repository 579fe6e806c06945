//! The server and the real hub: votes go in the background only for those who opted in, cards come by themselves.

use std::path::Path;
use std::time::{Duration, Instant};

use aurora_team::{Cards, Membership, Team, TeamError};
use aurora_testing::lsp_client::{Client, Start};
use aurora_testing::proxy::Proxy;
use aurora_testing::real_hub::RealHub;
use serde_json::{Value, json};

/// How long the background may take after a start: it begins within 5 s.
const PATIENCE: Duration = Duration::from_secs(40);

fn start(store: &Path) -> Client {
    Start::new(env!("CARGO_BIN_EXE_aurora"))
        .arg("--store")
        .arg(store)
        .options(json!({"status": true}))
        .start()
}

fn run(client: &mut Client, command: &str, argument: Value) -> Value {
    client.call("workspace/executeCommand", json!({"command": command, "arguments": [argument]}))
}

/// Votes that the hub holds of the member; asked again while the server talks to it.
fn n_votes(store: &Path) -> usize {
    let begun = Instant::now();
    loop {
        match Team::at(store).me() {
            Ok(me) => return me.votes.len(),
            Err(TeamError::Busy) if begun.elapsed() < PATIENCE => {
                std::thread::sleep(Duration::from_millis(50))
            }
            Err(error) => panic!("{error}"),
        }
    }
}

fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// Deletes what was pulled, so that a later pull is seen.
fn forget_cards(store: &Path) {
    std::fs::remove_file(store.join("team-cards.json")).unwrap();
}

#[test]
fn what_an_experiment_shows_is_previewed_and_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = RealHub::start(env!("CARGO_BIN_EXE_aurora"), &folder.path().join("hub"));
    let proxy = Proxy::to(hub.url().strip_prefix("http://").unwrap());
    let (team, code) = hub.team();
    let begun = hub.json(&["experiment", "start", &team.to_string(), "--without-cards", "5000"]);
    let number = begun[0]["experiment"].as_i64().unwrap();
    let store = folder.path().join("store");
    let uri = format!("file://{}", folder.path().join("sales.csv").display());
    let record = |n: u32| format!("Town{},{:.4},{n}\n", n % 7, (f64::from(n * 7_919 % 500) / 30.0).exp());
    let text = format!("town,amount,n\n{}", (0..1_000).map(record).collect::<String>());

    let mut client = start(&store);
    let joined =
        run(&mut client, "aurora.team.join", json!({"url": proxy.url(), "code": code, "domain": "finance"}));
    assert_eq!(joined["joined"], true);
    until("the arm was fetched", || Cards::read(&store).is_some_and(|cards| cards.arm.is_some()));
    client.open(&uri, &text);
    let answer =
        json!({"uri": uri, "column": 1, "target": "transform", "action": "log1p-column", "kind": "accept"});
    run(&mut client, "aurora.correct", answer);
    let preview = run(&mut client, "aurora.team.preview", json!({}));
    let bodies: Vec<_> = preview["bodies"].as_array().unwrap().iter().map(|b| b.as_str().unwrap()).collect();
    let told: Value = serde_json::from_str(bodies.last().unwrap()).unwrap();
    let told = &told["exposure"];
    assert_eq!(told["experiment"], number);
    let n = |name: &str| told[name].as_u64().unwrap();
    assert_eq!((n("shown") + n("abstained"), n("undone")), (3, 0), "each column once: {told}");
    assert!(n("accepted") <= n("shown") && n("shown") >= 1, "{told}");

    let published = run(&mut client, "aurora.team.publish", json!({"digest": preview["digest"]}));
    let sent: Vec<_> = proxy.requests().into_iter().filter(|(method, ..)| method == "PUT").collect();
    let sent: Vec<_> = sent.iter().map(|(_, _, body)| std::str::from_utf8(body).unwrap()).collect();
    assert_eq!(sent, bodies, "what was shown, byte by byte: {published}");
    assert_eq!(n_votes(&store), 1);
    // Told once.
    let preview = run(&mut client, "aurora.team.preview", json!({}));
    assert!(!preview["bodies"].to_string().contains("exposure"), "{preview}");
    client.shut_down();
}

#[test]
fn votes_go_by_themselves_only_for_those_who_opted_in() {
    let folder = tempfile::tempdir().unwrap();
    let hub = RealHub::start(env!("CARGO_BIN_EXE_aurora"), &folder.path().join("hub"));
    let (_, code) = hub.team();
    let store = folder.path().join("store");
    let file = folder.path().join("sales.csv");
    let record = |n: u32| format!("Town{},{:.4},{n}\n", n % 7, (f64::from(n * 7_919 % 500) / 60.0).exp());
    let text = format!("town,amount,n\n{}", (0..1_000).map(record).collect::<String>());
    std::fs::write(&file, &text).unwrap();
    let uri = format!("file://{}", file.display());

    let mut client = start(&store);
    let joined =
        run(&mut client, "aurora.team.join", json!({"url": hub.url(), "code": code, "domain": "finance"}));
    assert_eq!((&joined["joined"], &joined["share"]), (&json!(true), &json!(false)));
    client.open(&uri, &text);
    client.notification("aurora/status", |status| status["team"]["domain"] == "finance");
    let answer =
        json!({"uri": uri, "column": 1, "target": "transform", "action": "log1p-column", "kind": "accept"});
    run(&mut client, "aurora.correct", answer);
    client.shut_down();

    // Started anew, cards come by themselves; votes do not.
    forget_cards(&store);
    let client = start(&store);
    until("the cards were fetched", || Cards::read(&store).is_some());
    client.shut_down();
    assert_eq!(n_votes(&store), 0);
    assert_eq!(Membership::read(&store).unwrap().unwrap().published, None);

    let mut client = start(&store);
    let shared = run(&mut client, "aurora.team.share", json!({"share": true}));
    assert_eq!(shared["share"], true);
    until("the vote was sent", || Membership::read(&store).unwrap().unwrap().published.is_some());
    assert_eq!(n_votes(&store), 1);
    // What was sent is what the preview shows.
    let preview = run(&mut client, "aurora.team.preview", json!({}));
    until("noted", || Membership::read(&store).unwrap().unwrap().digest.is_some());
    assert_eq!(Membership::read(&store).unwrap().unwrap().digest.as_deref(), preview["digest"].as_str());

    let begun = Instant::now();
    loop {
        let id = client.request("workspace/executeCommand", json!({"command": "aurora.team.leave"}));
        let answer = client.answer(id);
        if answer["result"]["left"] == true {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{answer}");
    }
    client.shut_down();
    let left = std::fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().starts_with("team")).collect();
    assert!(left.is_empty(), "{left:?}");
}
