//! Publishing and fetching: five who agree make a card, tags spare bytes, arms are told.

use aurora_hub::share::release::{Asked, Plan, release_due};
use aurora_team::wire::{Mode, Role, Rules};
use serde_json::json;

use crate::help::{JSON, Person, Site, key, upload, vote, votes, wait_for, withdrawn};

pub(crate) fn five_who_agree_make_a_card_that_a_viewer_reads_and_a_tag_spares_it(hub: &dyn Site) {
    let team = hub.team(Mode::Team);
    let viewer = hub.join(team, Role::Viewer);
    let get =
        |more: &str| hub.ask("GET", "/v1/rules?dictionary=1", &format!("{}{more}", viewer.bearer()), "");
    let before = get("");
    let rules: Rules = serde_json::from_str(&before.body).unwrap();
    assert_eq!((rules.release, rules.cards.len(), rules.arm), (0, 0, None));
    assert!(rules.notice.contains("not differentially private"));
    let tag = before.header("etag").unwrap().to_owned();
    assert_eq!(get(&format!("if-none-match: {tag}\r\n")).status, 304);

    for _ in 0..5 {
        let member = hub.join(team, Role::Member);
        assert_eq!(hub.ask("PUT", "/v1/votes", &upload(&member), &votes(&[vote()])).status, 204);
    }
    let tenant = hub.runtime().block_on(hub.app().hub.repo.tenant(team)).unwrap().unwrap();
    let due = release_due(&hub.app().hub, tenant, Plan::Once, Asked::ByTheOperator);
    hub.runtime().block_on(due).unwrap();
    // The answer that has them: another replica may have the old ones for a second more.
    let mut after = before;
    wait_for("cards", || {
        after = get(&format!("if-none-match: {tag}\r\n"));
        after.status == 200
    });
    let rules: Rules = serde_json::from_str(&after.body).unwrap();
    assert_eq!((rules.cards.len(), rules.cards[0].members, rules.cards[0].action), (1, 5, 1001));
    assert_ne!(after.header("etag").unwrap(), tag);

    let releases = hub.ask("GET", "/v1/releases", &viewer.bearer(), "").json();
    assert_eq!(releases["items"][0]["release"], rules.release);
}

pub(crate) fn a_vote_that_is_taken_back_is_held_no_more(hub: &dyn Site) {
    let member = hub.join(hub.team(Mode::Team), Role::Member);
    let held = || hub.ask("GET", "/v1/me", &member.bearer(), "").json()["votes"].clone();
    let put = |body: &str| hub.ask("PUT", "/v1/votes", &upload(&member), body).status;
    let mut other = vote();
    other["group"] = json!(2);
    assert_eq!(put(&votes(&[vote(), other.clone()])), 204);
    assert_eq!(held().as_array().unwrap().len(), 2);
    assert_eq!(put(&withdrawn(&[], &[key()])), 204);
    assert_eq!((held().as_array().unwrap().len(), &held()[0][0]), (1, &other));
    // What was never voted on may be taken back too.
    assert_eq!(
        put(&withdrawn(&[vote()], &[json!({"domain": 1, "group": 3, "cell": 20, "action": 1001})])),
        204
    );
    assert_eq!(held().as_array().unwrap().len(), 2);
}

pub(crate) fn an_experiment_tells_each_member_one_arm_and_its_report_waits(hub: &dyn Site) {
    let team = hub.team(Mode::Team);
    let (admin, member) = (hub.join(team, Role::Admin), hub.join(team, Role::Member));
    let start = || {
        let headers = format!("{}{JSON}", admin.bearer());
        hub.ask("POST", "/v1/experiments", &headers, r#"{"without_cards":5000,"days":14}"#)
    };
    let begun = start();
    assert_eq!(begun.status, 201, "{begun:?}");
    let number = begun.json()["experiment"].as_i64().unwrap();
    assert_eq!(start().code(), "experiment-runs");
    let rules = || -> Rules {
        let answer = hub.ask("GET", "/v1/rules?dictionary=1", &member.bearer(), "");
        serde_json::from_str(&answer.body).unwrap()
    };
    let arm = rules().arm.unwrap();
    assert_eq!(arm.experiment, number);
    assert_eq!(rules().arm, Some(arm), "the same each time");
    let exposure = json!({"experiment": number, "shown": 5, "accepted": 3, "undone": 1, "abstained": 2});
    let body = json!({"dictionary": 1, "votes": [], "exposure": exposure}).to_string();
    assert_eq!(hub.ask("PUT", "/v1/votes", &upload(&member), &body).status, 204);
    let exposures = hub.runtime().block_on(hub.app().hub.repo.exposures(team, number)).unwrap();
    assert_eq!((exposures.len(), exposures[0].sum.shown), (1, 5));
    let report = format!("/v1/experiments/{number}/report");
    assert_eq!(hub.ask("GET", &report, &member.bearer(), "").json()["state"], "too_early");
    assert_eq!(hub.ask("DELETE", &format!("/v1/experiments/{number}"), &admin.bearer(), "").status, 204);
    hub.settle("end of the experiment", &mut || rules().arm.is_none());

    let dp = hub.join(hub.team(Mode::Dp), Role::Admin);
    let headers = format!("{}{JSON}", dp.bearer());
    let refused = hub.ask("POST", "/v1/experiments", &headers, r#"{"without_cards":5000,"days":14}"#);
    assert_eq!(refused.code(), "dp-mode");
}

pub(crate) fn leaving_ends_the_token_and_deletes_all_and_lists_come_in_pages(hub: &dyn Site) {
    let team = hub.team(Mode::Team);
    let admin = hub.join(team, Role::Admin);
    let people: Vec<_> = (0..5).map(|_| hub.join(team, Role::Member)).collect();
    let list = |query: &str| hub.ask("GET", &format!("/v1/members{query}"), &admin.bearer(), "").json();
    let first = list("?limit=4");
    let next = first["next"].as_i64().unwrap();
    let second = list(&format!("?limit=4&after={next}"));
    let n = first["items"].as_array().unwrap().len() + second["items"].as_array().unwrap().len();
    assert_eq!((n, second["next"].as_i64()), (6, None));

    let leaver = &people[0];
    assert_eq!(hub.ask("PUT", "/v1/votes", &upload(leaver), &votes(&[vote()])).status, 204);
    assert_eq!(hub.ask("DELETE", "/v1/me", &leaver.bearer(), "").status, 204);
    let is_over = |person: &Person| hub.ask("GET", "/v1/me", &person.bearer(), "").status == 401;
    hub.settle("end of who left", &mut || is_over(leaver));
    let removed = format!("/v1/members/{}", people[1].enrolled.member);
    assert_eq!(hub.ask("DELETE", &removed, &admin.bearer(), "").status, 204);
    hub.settle("end of who was removed", &mut || is_over(&people[1]));
    let audit = hub.ask("GET", "/v1/audit?limit=200", &admin.bearer(), "").json();
    let verbs: Vec<_> =
        audit["items"].as_array().unwrap().iter().map(|act| act["verb"].as_str().unwrap()).collect();
    assert_eq!(verbs.iter().filter(|verb| **verb == "enrol").count(), 6);
    assert_eq!(verbs[verbs.len() - 2..], ["leave", "remove"]);
}
