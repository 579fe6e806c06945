//! Which tokens, assertions and codes are taken.

use std::time::{Duration, Instant};

use aurora_hub::auth::keys;
use aurora_hub::model::{Act, MemberId, TenantId, Verb};
use aurora_team::jws::from_base64url;
use aurora_team::wire::{Mode, Role};
use aurora_testing::forged::{Issuer, Subject, tokens};
use serde_json::{Value, json};

use crate::help::{JSON, Person, Running, Site, assertion, now};

fn issuer(hub: &dyn Site) -> Issuer {
    let path = hub.app().config.in_data("signing-key.json");
    let file: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let seed = from_base64url(file["d"].as_str().unwrap()).unwrap().try_into().unwrap();
    let kid = file["kid"].as_str().unwrap().to_owned();
    Issuer { seed, kid, issuer: "aurora-hub".to_owned(), audience: "aurora-hub".to_owned() }
}

fn get(hub: &dyn Site, token: &str) -> u16 {
    hub.ask("GET", "/v1/rules?dictionary=1", &format!("authorization: Bearer {token}\r\n"), "").status
}

pub(crate) fn exactly_the_good_tokens_are_taken_and_none_twice_otherwise(hub: &dyn Site) {
    let person = hub.join(hub.team(Mode::Team), Role::Member);
    let subject = Subject {
        tenant: person.enrolled.tenant,
        member: person.enrolled.member,
        role: "member",
        version: 0,
    };
    let all = tokens(&issuer(hub), subject, now());
    assert!(all.iter().filter(|token| !token.is_good).count() >= 45);
    for token in &all {
        let wanted = if token.is_good { 200 } else { 401 };
        // Twice: what was verified is remembered, what was refused stays refused.
        assert_eq!([get(hub, &token.token), get(hub, &token.token)], [wanted; 2], "{}", token.name);
    }
}

pub(crate) fn a_token_comes_in_the_one_header_of_the_one_scheme(hub: &dyn Site) {
    let token = hub.join(hub.team(Mode::Team), Role::Member).token;
    let status = |path: &str, headers: String| hub.ask("GET", path, &headers, "").status;
    let rules = "/v1/rules?dictionary=1";
    assert_eq!(status(rules, format!("authorization: bearer {token}\r\n")), 200);
    for headers in [
        String::new(),
        "authorization: Bearer\r\n".to_owned(),
        format!("authorization: {token}\r\n"),
        format!("authorization: Basic {token}\r\n"),
        format!("authorization: Bearer  {token}\r\n"),
        format!("authorization: Bearer {token}, Bearer {token}\r\n"),
        format!("authorization: Bearer {token}\r\nauthorization: Bearer {token}\r\n"),
        format!("cookie: access_token={token}\r\n"),
    ] {
        assert_eq!(status(rules, headers.clone()), 401, "{headers}");
    }
    assert_eq!(status(&format!("{rules}&access_token={token}"), String::new()), 401);
    let answer = hub.ask("GET", rules, "", "");
    assert_eq!(
        (answer.code().as_str(), answer.header("www-authenticate")),
        ("token-missing", Some("Bearer"))
    );
}

pub(crate) fn a_revoked_token_and_one_of_a_removed_member_end_within_two_seconds(hub: &dyn Site) {
    let team = hub.team(Mode::Team);
    let (revoked, removed) = (hub.join(team, Role::Member), hub.join(team, Role::Member));
    let act = Act { id: 0, actor: None, verb: Verb::Revoke, object: 0, at: now() };
    for person in [&revoked, &removed] {
        assert_eq!(get(hub, &person.token), 200);
    }
    // By the store, as another replica would.
    let repo = &hub.app().hub.repo;
    let id = |person: &Person| MemberId(person.enrolled.member);
    assert!(hub.runtime().block_on(repo.revoke(team, id(&revoked), act)).unwrap());
    assert!(hub.runtime().block_on(repo.remove(team, id(&removed), act)).unwrap());
    let (start, promised) = (Instant::now(), Duration::from_secs(2) + hub.lag());
    assert_eq!(get(hub, &hub.token(&revoked)), 200, "a new one of the same install is good at once");
    for person in [&revoked, &removed] {
        loop {
            // Whoever asks later is refused, however long the answer takes.
            let asked = start.elapsed();
            if get(hub, &person.token) == 401 {
                break;
            }
            assert!(asked < promised, "taken after {asked:?}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
    assert_eq!(get(hub, &hub.token(&revoked)), 200, "and later");
}

#[test]
fn a_key_that_is_retired_ends_its_tokens_and_a_new_one_signs() {
    let hub = Running::start(|_| {});
    let person = hub.join(hub.team(Mode::Team), Role::Viewer);
    assert_eq!(get(&hub, &person.token), 200);
    let (_, old) = keys::rotate(&hub.app.config).unwrap();
    hub.app.keys.refresh().unwrap();
    assert_eq!(get(&hub, &person.token), 200, "both keys verify");
    keys::retire(&hub.app.config, &old.unwrap()).unwrap();
    hub.app.keys.refresh().unwrap();
    assert_eq!(get(&hub, &person.token), 401, "though it had been verified before");
}

pub(crate) fn an_assertion_is_taken_once_while_it_lives_and_for_this_hub(hub: &dyn Site) {
    let team = hub.team(Mode::Team);
    let (person, other) = (hub.join(team, Role::Member), hub.join(team, Role::Member));
    let ask = |body: &str| hub.ask("POST", "/v1/token", JSON, body);
    let once = assertion(&person, |_| {});
    assert_eq!([ask(&once).status, ask(&once).status], [200, 401]);
    let elsewhere = hub.team(Mode::Team).0;
    type Change = fn(&mut aurora_team::assertion::Claims);
    let bad: [(&str, Change); 9] = [
        ("of another hub", |c| c.aud = "other".to_owned()),
        ("lives 61 s", |c| c.exp = c.iat + 61),
        ("expired", |c| (c.iat, c.exp) = (c.iat - 200, c.iat - 150)),
        ("from the future", |c| (c.iat, c.exp) = (c.iat + 100, c.iat + 150)),
        ("iss is not sub", |c| c.iss = "1000".to_owned()),
        ("jti short", |c| c.jti = "a".to_owned()),
        ("jti long", |c| c.jti = "a".repeat(65)),
        ("of nobody", |c| c.sub = "100000".to_owned()),
        ("no number", |c| c.sub = "x".to_owned()),
    ];
    for (name, change) in bad {
        let answer = ask(&assertion(&person, change));
        assert_eq!((answer.status, answer.code().as_str()), (401, "assertion-refused"), "{name}");
    }
    let stolen = Person { enrolled: other.enrolled.clone(), ..person.clone() };
    assert_eq!(ask(&assertion(&stolen, |_| {})).status, 401, "another's number by one's own key");
    assert_eq!(ask(&assertion(&person, |c| c.tid = elsewhere)).status, 401, "in another team");
    let token_as_assertion = json!({"assertion": person.token}).to_string();
    assert_eq!(ask(&token_as_assertion).status, 401);
}

pub(crate) fn a_code_works_once_and_only_for_its_team(hub: &dyn Site) {
    let (team, other) = (hub.team(Mode::Team), hub.team(Mode::Team));
    let key = aurora_team::assertion::InstallKey::from_seed([5; 32]).public_key();
    let enrol = |code: &str, key: &str| {
        hub.ask("POST", "/v1/enrol", JSON, &json!({"code": code, "public_key": key}).to_string())
    };
    let code = hub.code(team, Role::Admin);
    let secret = code.split_once('-').unwrap().1;
    assert_eq!(enrol(&format!("{}-{secret}", other.0), &key).code(), "code-refused");
    // A key that anyone could sign for: the neutral point.
    let weak = "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    assert_eq!(enrol(&code, weak).code(), "public-key");
    assert_eq!(enrol(&code, "short").code(), "public-key");
    let joined = enrol(&code.to_lowercase(), &key);
    assert_eq!(joined.status, 201);
    let again = enrol(&code, &key);
    assert_eq!((again.status, &again.body), (201, &joined.body), "for who did not hear the answer");
    let other_key = aurora_team::assertion::InstallKey::from_seed([6; 32]).public_key();
    assert_eq!(enrol(&code, &other_key).code(), "code-refused");
    assert_eq!(enrol("nonsense", &key).status, 401);
    // Without a seat it waits for one.
    let code = hub.code(team, Role::Member);
    let resize = |seats| {
        let act = Act { id: 0, actor: None, verb: Verb::Resize, object: 0, at: now() };
        hub.runtime().block_on(hub.app().hub.repo.resize(team, seats, act)).unwrap()
    };
    assert!(resize(1));
    let full = enrol(&code, &key);
    assert_eq!((full.status, full.code().as_str()), (403, "team-full"));
    assert!(resize(300));
    assert_eq!(enrol(&code, &key).status, 201);
    assert_eq!(
        TenantId(enrol(&hub.code(team, Role::Viewer), &key).json()["tenant"].as_i64().unwrap() as i32),
        team
    );
}

/// Nobody waits for 25 requests at once to be let in: what was known of the member is asked for anew, by one for all.
#[test]
fn many_at_once_do_not_let_a_revoked_admin_in() {
    let hub = Running::start(|_| {});
    let team = hub.team(Mode::Team);
    let admins: Vec<_> = (0..8).map(|_| hub.join(team, Role::Admin)).collect();
    for admin in &admins {
        assert_eq!(get(&hub, &admin.token), 200);
    }
    let act = Act { id: 0, actor: None, verb: Verb::Revoke, object: 0, at: now() };
    let repo = &hub.app.hub.repo;
    for (n, admin) in admins.iter().enumerate() {
        let id = MemberId(admin.enrolled.member);
        let done = if n % 2 == 0 {
            hub.runtime.block_on(repo.revoke(team, id, act))
        } else {
            hub.runtime.block_on(repo.remove(team, id, act))
        };
        assert!(done.unwrap());
    }
    std::thread::sleep(Duration::from_secs(2));
    for admin in &admins {
        let headers = format!("{}{JSON}", admin.bearer());
        let statuses: Vec<u16> = std::thread::scope(|scope| {
            let ask = || hub.ask("POST", "/v1/members", &headers, r#"{"role":"admin"}"#).status;
            let asking: Vec<_> = (0..25).map(|_| scope.spawn(ask)).collect();
            asking.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert_eq!(statuses, [401; 25]);
    }
}
