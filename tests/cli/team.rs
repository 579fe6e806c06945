//! `aurora team` without a hub: what it says, and what it leaves alone.

use std::path::Path;

use aurora_advice::transforms;
use aurora_learning::name_group::group_of;
use aurora_team::wire::{Card, Mode, Role, Rules};
use aurora_team::{Cards, HubUrl, Key, Membership, VERSION};

use crate::{aurora, stdout};

fn run(store: &Path, words: &[&str]) -> (i32, String) {
    let mut all = words.to_vec();
    all.extend(["--store", store.to_str().unwrap()]);
    let output = aurora(&all, b"");
    (output.status.code().unwrap(), stdout(&output) + &String::from_utf8_lossy(&output.stderr))
}

#[test]
fn without_a_membership_every_verb_says_so_and_nothing_rests() {
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("store");
    assert_eq!(
        run(&store, &["team", "status"]),
        (0, "you are in no team; nothing is shared, nothing rests here\n".to_owned())
    );
    for verb in ["preview", "publish", "pull", "leave"] {
        let (status, text) = run(&store, &["team", verb]);
        assert_eq!(status, 2, "{verb}");
        assert!(text.starts_with("aurora: you are in no team here") && text.lines().count() == 1, "{text}");
    }
    assert!(!store.exists());
}

#[test]
fn only_https_or_this_machine_is_joined_and_only_for_a_word_of_the_list() {
    let folder = tempfile::tempdir().unwrap();
    let join = |url: &str, word: &str| run(folder.path(), &["team", "join", url, "1-ABC", "--domain", word]);
    let (status, text) = join("http://hub.example", "finance");
    assert_eq!(status, 2);
    assert!(text.contains("plain http is for a hub on this machine; use https"), "{text}");
    let (status, text) = join("https://hub.example", "my-workspace");
    assert_eq!(status, 2);
    assert!(text.contains("possible values: other, finance, sales"), "{text}");
    // Nobody listens there.
    let port = aurora_testing::port::Port::free();
    let free = port.address();
    let (status, text) = join(&format!("http://{free}"), "finance");
    assert_eq!(status, 2);
    assert_eq!(text, format!("aurora: the hub at {free} cannot be reached: nobody listens there\n"));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn cards_are_shown_as_the_teams_in_why_and_in_the_rules_and_only_with_a_membership() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("sales.csv");
    let rows = (0..40).map(|i| format!("Town{},{}\n", i % 7, 2 + 3_u64.pow(i % 13)));
    std::fs::write(&file, format!("town,amount\n{}", rows.collect::<String>())).unwrap();
    let (file, store) = (file.to_str().unwrap(), folder.path().join("store"));
    let why = || run(&store, &["rules", "why", file, "amount"]).1;
    let list = || run(&store, &["rules"]).1;
    let (alone, no_rules) = (why(), list());
    let card = |cell: u8| Card {
        domain: 1,
        group: group_of("amount").0,
        cell,
        action: transforms::find("log1p-column").unwrap().meta().number,
        members: 50,
        p_milli: 900,
    };
    let rules = Rules {
        dictionary: VERSION,
        release: 4,
        mode: Mode::Team,
        notice: "k-anonymous, not differentially private".to_owned(),
        cards: (0..108).map(card).collect(),
        arm: None,
    };
    Cards::of(rules, None, 20_000).write(&store).unwrap();
    assert_eq!((why(), list()), (alone, no_rules), "cards without a membership say nothing");
    let membership = Membership {
        url: HubUrl::parse("https://hub.example").unwrap(),
        issuer: "hub".to_owned(),
        tenant: 1,
        member: 2,
        install: 3,
        role: Role::Member,
        mode: Mode::Team,
        domain: 1,
        share: false,
        joined: 20_000,
        published: None,
        n_published: 0,
        digest: None,
    };
    membership.write(&store).unwrap();
    Key::fresh().unwrap().write(&store).unwrap();
    let text = why();
    assert!(text.contains("your team: 50+ members, 80 to 100 % yes"), "{text}");
    assert!(text.contains("(k-anonymous, not differentially private)"), "{text}");
    let text = list();
    assert!(text.contains("from your team, as priors that your own answers outweigh"), "{text}");
    let (_, status) = run(&store, &["team", "status"]);
    assert!(
        status.contains("in the team at https://hub.example since 2024-10-04, for finance data"),
        "{status}"
    );
    assert!(status.contains("published: never\ncards: 108 cards of release 4"), "{status}");
    assert!(
        status.contains("rests here: team-cards.json") && status.contains("team.key (32 bytes)"),
        "{status}"
    );
}
