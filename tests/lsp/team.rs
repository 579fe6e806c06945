//! A team behind the editor: its cards are shown as what they are, and a hub that is absent, slow or hostile changes no
//! answer.

use std::path::Path;
use std::time::{Duration, Instant};

use aurora_advice::transforms;
use aurora_learning::name_group::group_of;
use aurora_team::wire::{Card, Mode, Role, Rules};
use aurora_team::{Cards, HubUrl, Key, Membership, Queue, VERSION};
use aurora_testing::hostile_hub::{HostileHub, Malice};
use aurora_testing::lsp_client::{Client, PATIENCE, Start};
use serde_json::{Value, json};

use crate::server;

const URI: &str = "file:///team/sales.csv";
const NOTICE: &str = "k-anonymous, not differentially private";

/// Integers, most of them small: the cell that the card is about.
fn text() -> String {
    let rows = (0..40).map(|i| format!("Town{},{}\n", i % 7, 2 + 3_u64.pow(i % 13)));
    format!("town,amount\n{}", rows.collect::<String>())
}

fn with_store(folder: &Path) -> Client {
    let start = Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--store").arg(folder);
    start.options(json!({"status": true})).folder("file:///team").start()
}

fn join(folder: &Path, url: &str) {
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
    membership.write(folder).unwrap();
    Key::fresh().unwrap().write(folder).unwrap();
}

fn run(client: &mut Client, command: &str, argument: Value) -> Value {
    client.call("workspace/executeCommand", json!({"command": command, "arguments": [argument]}))
}

/// What an editor would ask, and what it is told.
fn session(client: &mut Client) -> Vec<String> {
    let at = |line: u32, character: u32| json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": character}});
    let range = json!({"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 11}});
    client.open(URI, &text());
    let mut answers = vec![client.diagnostics(URI, 1).iter().map(Value::to_string).collect()];
    let mut ask = |client: &mut Client| {
        for (method, params) in [
            ("textDocument/hover", at(0, 6)),
            ("textDocument/hover", at(3, 6)),
            ("textDocument/documentSymbol", json!({"textDocument": {"uri": URI}})),
            (
                "textDocument/codeAction",
                json!({
                    "textDocument": {"uri": URI}, "range": range, "context": {"diagnostics": []},
                }),
            ),
            ("aurora/recommendations", json!({"uri": URI})),
            ("aurora/profile", json!({"uri": URI})),
        ] {
            answers.push(client.call(method, params).to_string());
        }
        answers.push(run(client, "aurora.why", json!({"uri": URI, "column": 1})).to_string());
    };
    ask(client);
    let answer =
        json!({"uri": URI, "column": 1, "target": "transform", "action": "log1p-column", "kind": "dismiss"});
    let corrected = run(client, "aurora.correct", answer).to_string();
    ask(client);
    answers.push(corrected);
    answers
}

#[test]
fn a_hub_that_is_absent_slow_or_hostile_changes_no_answer() {
    let alone = tempfile::tempdir().unwrap();
    let mut client = with_store(alone.path());
    let expected = session(&mut client);
    client.shut_down();
    let one = |malice: Malice| {
        let (hub, folder) = (HostileHub::start(malice), tempfile::tempdir().unwrap());
        join(folder.path(), &hub.url());
        let mut client = with_store(folder.path());
        // A request to the hub is under way while the editor asks.
        let params = json!({"command": "aurora.team.pull"});
        let pull = client.request("workspace/executeCommand", params);
        assert_eq!(session(&mut client), expected, "{malice:?}");
        let refused = client.answer(pull);
        assert_eq!(refused["error"]["code"], -32803, "{malice:?}: {refused}");
        let told = refused["error"]["message"].as_str().unwrap();
        assert!(!told.contains(['\n', '\u{1b}']) && told.len() < 300, "{malice:?}: {told}");
        assert!(Queue::read(folder.path()).n_votes() <= 1_000);
        assert_eq!(hub.n_redirected(), 0);
        client.shut_down();
    };
    // A few at a time: each is a server of its own.
    for some in Malice::ALL.chunks(4) {
        std::thread::scope(|scope| {
            for &malice in some {
                scope.spawn(move || one(malice));
            }
        });
    }
}

#[test]
fn no_request_waits_for_a_silent_hub() {
    let (hub, folder) = (HostileHub::start(Malice::Silent), tempfile::tempdir().unwrap());
    join(folder.path(), &hub.url());
    let mut client = with_store(folder.path());
    client.open(URI, &text());
    client.diagnostics(URI, 1);
    let verbs = ["pull", "publish", "leave", "preview", "status"];
    let asked = verbs.map(|verb| {
        let params = json!({"command": format!("aurora.team.{verb}")});
        client.request("workspace/executeCommand", params)
    });
    let begun = Instant::now();
    while hub.requests().is_empty() {
        assert!(begun.elapsed() < PATIENCE, "the hub was not asked");
        std::thread::sleep(Duration::from_millis(20));
    }
    // The hub is silent for 5 s from now on: whoever asks something else is answered meanwhile, not after it.
    let hovers: Vec<_> = (0..10)
        .map(|line| {
            let position = json!({"textDocument": {"uri": URI}, "position": {"line": line, "character": 1}});
            client.request("textDocument/hover", position)
        })
        .collect();
    for id in hovers {
        client.answer(id);
        assert!(
            asked[..3].iter().any(|&id| !client.is_answered(id)),
            "a hover came after what the hub was asked"
        );
    }
    for id in asked {
        client.answer(id);
    }
    client.shut_down();
}

#[test]
fn a_workspace_cannot_join_anybody_to_anything() {
    let hub = HostileHub::start(Malice::Broken);
    let (project, store) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let toml = format!("[team]\nurl = \"{0}\"\nshare = true\n[learning]\nhub = \"{0}\"\n", hub.url());
    std::fs::write(project.path().join("aurora.toml"), toml).unwrap();
    let file = project.path().join("sales.csv");
    std::fs::write(&file, text()).unwrap();
    let uri = format!("file://{}", file.display());
    let start = Start::new(env!("CARGO_BIN_EXE_aurora")).arg("--store").arg(store.path());
    let settings = json!({"team": {"url": hub.url(), "share": true}});
    let mut client = start.options(json!({"settings": settings})).start();
    client.open(&uri, &text());
    client.diagnostics(&uri, 1);
    assert_eq!(run(&mut client, "aurora.team.status", json!({}))["joined"], false);
    let params = json!({"command": "aurora.team.publish"});
    assert_eq!(client.call_error("workspace/executeCommand", params), -32803);
    client.shut_down();
    assert_eq!(hub.requests(), [""; 0]);
    assert!(!store.path().join("team.lock").exists());
}

/// A store with one card for the column `amount` of [`text`].
fn with_card(folder: &Path, url: &str, members: u16, p_milli: u16) {
    join(folder, url);
    // Shared by nobody: what is looked at here are the cards.
    let membership = Membership::read(folder).unwrap().unwrap();
    Membership { share: false, ..membership }.write(folder).unwrap();
    let group = group_of("amount").0;
    let action = transforms::find("log1p-column").unwrap().meta().number;
    let card = |cell: u8| Card { domain: 1, group, cell, action, members, p_milli };
    let rules = Rules {
        dictionary: VERSION,
        release: 1,
        mode: Mode::Team,
        notice: NOTICE.to_owned(),
        cards: (0..108).map(card).collect(),
        arm: None,
    };
    Cards::of(rules, None, 20_000).write(folder).unwrap();
}

#[test]
fn a_card_is_shown_as_the_teams_and_ones_own_answer_wins() {
    let (hub, folder) = (HostileHub::start(Malice::Absent), tempfile::tempdir().unwrap());
    with_card(folder.path(), &hub.url(), 20, 850);
    let mut client = with_store(folder.path());
    client.open(URI, &text());
    // The store and the cards come a moment after the document.
    client.notification("aurora/status", |status| status["team"]["cards"] == 108);
    let confidence = |client: &mut Client| {
        let all = client.call("aurora/recommendations", json!({"uri": URI, "column": 1}));
        let all = all[0]["recommendations"].as_array().unwrap().clone();
        all.iter().find(|one| one["action"] == "log1p-column").unwrap()["confidence"].as_f64().unwrap()
    };
    let position = json!({"textDocument": {"uri": URI}, "position": {"line": 0, "character": 6}});
    let said = format!("your team: 20+ members, 85 % yes ({NOTICE})");
    let begun = Instant::now();
    loop {
        let hover = client.call("textDocument/hover", position.clone())["contents"]["value"].to_string();
        if hover.contains(&said) {
            break;
        }
        assert!(begun.elapsed() < PATIENCE, "{hover}");
        std::thread::sleep(Duration::from_millis(50));
    }
    let why = run(&mut client, "aurora.why", json!({"uri": URI, "column": 1}))["markdown"].to_string();
    assert!(why.contains("your team: 20+ members, 85 % yes") && why.contains(NOTICE), "{why}");
    let rules = client.call("aurora/rules", json!({"uri": URI}));
    assert_eq!((rules["learned"].as_i64(), rules["rules"].as_array().unwrap().len()), (Some(0), 0));
    assert_eq!(rules["team"]["notice"], NOTICE);
    assert!(rules["team"]["cards"][0].as_str().unwrap().contains("log1p-column; your team: 20+ members"));
    assert!(confidence(&mut client) > 0.7);
    let answer =
        json!({"uri": URI, "column": 1, "target": "transform", "action": "log1p-column", "kind": "dismiss"});
    run(&mut client, "aurora.correct", answer.clone());
    run(&mut client, "aurora.correct", answer);
    assert!(confidence(&mut client) < 0.4);
    // The hub is gone: leaving says what to do, and what rests goes when that is done.
    let params = json!({"command": "aurora.team.leave"});
    assert_eq!(client.call_error("workspace/executeCommand", params), -32803);
    assert_eq!(run(&mut client, "aurora.team.leave", json!({"local": true}))["left"], true);
    let left: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.starts_with("team"))
        .collect();
    assert_eq!(left, [""; 0]);
    let rules = client.call("aurora/rules", json!({"uri": URI}));
    assert!(rules.get("team").is_none(), "{rules}");
    client.shut_down();
}

#[test]
fn a_card_alone_hides_no_finding_and_changes_no_text() {
    // Every check of every column is unwanted, says the team.
    let (hub, folder) = (HostileHub::start(Malice::Absent), tempfile::tempdir().unwrap());
    join(folder.path(), &hub.url());
    let checks: Vec<u16> = aurora_advice::checks::CHECKS.iter().map(|check| check.meta().number).collect();
    let cards = checks.iter().flat_map(|&action| {
        (0..108).map(move |cell| Card { domain: 1, group: 0, cell, action, members: 100, p_milli: 0 })
    });
    let rules = Rules {
        dictionary: VERSION,
        release: 1,
        mode: Mode::Team,
        notice: NOTICE.to_owned(),
        cards: cards.collect(),
        arm: None,
    };
    Cards::of(rules, None, 20_000).write(folder.path()).unwrap();
    let text = "qqx,zzy\n a,1\nb ,2\nc,3,4\nd\n";
    let findings = |mut client: Client, joined: bool| {
        client.open(URI, text);
        if joined {
            client.notification("aurora/status", |status| status["team"]["cards"].as_i64() > Some(0));
        }
        let params = json!({"command": "aurora.fixAll", "arguments": [{"uri": URI}]});
        let fixes = client.call("workspace/executeCommand", params);
        let found: Vec<_> = client.diagnostics(URI, 1).iter().map(Value::to_string).collect();
        client.shut_down();
        (fixes, found)
    };
    let alone = findings(server().start(), false);
    assert!(!alone.1.is_empty());
    assert_eq!(findings(with_store(folder.path()), true), alone);
}
