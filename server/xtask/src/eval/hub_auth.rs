//! `cargo xtask eval hub-auth`: every token × every route × role × own and other team's objects, each answer exact.

use std::collections::BTreeSet;
use std::time::Instant;

use anyhow::{Context, ensure};
use aurora_team::jws::from_base64url;
use aurora_testing::forged::{Issuer, Subject, tokens};
use serde_json::{Value, json};

use super::hub_run::{Ask, Person, Served, now, program, random};

/// The roles in their order.
const ROLES: [&str; 3] = ["viewer", "member", "admin"];

/// A route, and what each role gets with a good token; of another team's object where the path names one.
struct Route {
    method: &'static str,
    path: &'static str,
    /// By role; `None`: the token does not matter.
    own: Option<[u16; 3]>,
    other: Option<[u16; 3]>,
}

const fn route(
    method: &'static str,
    path: &'static str,
    own: Option<[u16; 3]>,
    other: Option<[u16; 3]>,
) -> Route {
    Route { method, path, own, other }
}

/// Every route of the API; the eval fails when the description has another.
const ROUTES: [Route; 17] = [
    route("POST", "/v1/enrol", None, None),
    route("POST", "/v1/token", None, None),
    route("GET", "/livez", None, None),
    route("GET", "/readyz", None, None),
    route("GET", "/v1/rules", Some([200; 3]), None),
    route("PUT", "/v1/votes", Some([403, 204, 204]), None),
    route("GET", "/v1/me", Some([200; 3]), None),
    route("DELETE", "/v1/me", Some([204; 3]), None),
    route("GET", "/v1/members", Some([403, 403, 200]), None),
    route("POST", "/v1/members", Some([403, 403, 201]), None),
    route("DELETE", "/v1/members/{member}", Some([403, 403, 204]), Some([403, 403, 404])),
    route("GET", "/v1/experiments", Some([200; 3]), None),
    route("POST", "/v1/experiments", Some([403, 403, 201]), None),
    route("DELETE", "/v1/experiments/{experiment}", Some([403, 403, 204]), Some([403, 403, 404])),
    route("GET", "/v1/experiments/{experiment}/report", Some([200; 3]), Some([404; 3])),
    route("GET", "/v1/audit", Some([403, 403, 200]), None),
    route("GET", "/v1/releases", Some([200; 3]), None),
];

/// Two teams, of which the first is asked about and the second is the other.
struct Stage {
    served: Served,
    admins: [Person; 2],
    /// One of each role in each team.
    people: [[Person; 3]; 2],
    /// An experiment of each team that is never ended by the admin's own routes here.
    experiments: [i64; 2],
    issuer: Issuer,
}

impl Stage {
    fn new(served: Served, folder: &std::path::Path) -> anyhow::Result<Self> {
        let mut admins = Vec::new();
        for _ in 0..2 {
            let (_, code) = served.hub.team();
            admins.push(served.join(&code)?);
        }
        let admins: [Person; 2] = admins.try_into().map_err(|_| anyhow::anyhow!("two admins"))?;
        let one_of_each = |admin: &Person| -> anyhow::Result<[Person; 3]> {
            Ok([
                served.invite(admin, ROLES[0])?,
                served.invite(admin, ROLES[1])?,
                served.invite(admin, ROLES[2])?,
            ])
        };
        let people = [one_of_each(&admins[0])?, one_of_each(&admins[1])?];
        let experiments = [served.experiment(&admins[0])?, served.experiment(&admins[1])?];
        let key = std::fs::read_to_string(folder.join("data").join("signing-key.json"))?;
        let key: Value = serde_json::from_str(&key)?;
        let seed = key["d"].as_str().and_then(from_base64url).and_then(|d| d.try_into().ok());
        let issuer = Issuer {
            seed: seed.context("32 bytes")?,
            kid: key["kid"].as_str().context("a kid")?.to_owned(),
            issuer: admins[0].enrolled.issuer.clone(),
            audience: "aurora-hub".to_owned(),
        };
        Ok(Self { served, admins, people, experiments, issuer })
    }

    /// The request of a route with a good body; `objects` is the team of the object that the path names.
    fn ask(&self, route: &Route, token: Option<&str>, objects: usize, target: i64) -> Ask {
        let experiment = if target > 0 { target } else { self.experiments[objects] };
        let member = if target > 0 { target } else { self.people[objects][1].enrolled.member };
        let path = route
            .path
            .replace("{member}", &member.to_string())
            .replace("{experiment}", &experiment.to_string());
        let body = match (route.method, route.path) {
            ("PUT", _) => Some(json!({"dictionary": 1, "votes": [
                {"domain": 1, "group": 1, "cell": 20, "action": 1001, "yes": true}]})),
            ("POST", "/v1/members") => Some(json!({"role": "viewer"})),
            ("POST", "/v1/experiments") => Some(json!({"without_cards": 5000, "days": 7})),
            _ => None,
        };
        let key: [u8; 16] = random();
        Ask {
            method: route.method.to_owned(),
            path: if route.path == "/v1/rules" { format!("{path}?dictionary=1") } else { path },
            token: token.map(str::to_owned),
            idempotency_key: (route.method == "PUT")
                .then(|| key.iter().map(|b| format!("{b:02x}")).collect()),
            body,
        }
    }

    fn forged(&self, person: &Person, role: &'static str, name: &str) -> anyhow::Result<String> {
        let e = &person.enrolled;
        let subject = Subject { tenant: e.tenant, member: e.member, role, version: 0 };
        let all = tokens(&self.issuer, subject, now());
        Ok(all.into_iter().find(|token| token.name == name).context("a token of that name")?.token)
    }

    /// Ends whatever experiment runs in the first team, so that another may begin.
    fn end_experiments(&self) -> anyhow::Result<()> {
        let token = Some(self.served.token(&self.admins[0])?);
        let list = Ask {
            method: "GET".to_owned(),
            path: "/v1/experiments?limit=200".to_owned(),
            token,
            ..Ask::default()
        };
        let (_, page) = self.served.ask(&list)?;
        for item in page["items"].as_array().into_iter().flatten().filter(|item| item["stopped"] == false) {
            let path = format!("/v1/experiments/{}", item["experiment"]);
            self.served.ask(&Ask { method: "DELETE".to_owned(), path, ..list.clone() })?;
        }
        Ok(())
    }

    /// What a good token of a role gets; whom and what the request destroys is made for it.
    fn good(&self, name: &str, route: &Route, role: usize, objects: usize) -> anyhow::Result<u16> {
        let admin = &self.admins[0];
        let mut person = self.people[0][role].clone();
        let mut target = 0;
        match (route.method, route.path) {
            ("DELETE", "/v1/me") => person = self.served.invite(admin, ROLES[role])?,
            ("DELETE", "/v1/members/{member}") if objects == 0 => {
                target = self.served.invite(admin, "viewer")?.enrolled.member;
            }
            ("POST", "/v1/experiments") => self.end_experiments()?,
            ("DELETE", "/v1/experiments/{experiment}") if objects == 0 => {
                self.end_experiments()?;
                target = self.served.experiment(admin)?;
            }
            _ => {}
        }
        let token = self.forged(&person, ROLES[role], name)?;
        Ok(self.served.ask(&self.ask(route, Some(&token), objects, target))?.0)
    }
}

/// The routes of the committed description.
fn described() -> BTreeSet<(String, String)> {
    let description: Value = serde_json::from_str(&aurora_hub::openapi::json()).unwrap_or_default();
    let paths = description["paths"].as_object().cloned().unwrap_or_default();
    let routes = paths.iter().flat_map(|(path, methods)| {
        let methods = methods.as_object().cloned().unwrap_or_default();
        methods.keys().map(|method| (method.to_uppercase(), path.clone())).collect::<Vec<_>>()
    });
    routes.collect()
}

pub(super) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let begun = Instant::now();
    let ours = ROUTES.iter().map(|route| (route.method.to_owned(), route.path.to_owned())).collect();
    ensure!(described() == ours, "the table of routes is not the description's: {:?}", described());
    let folder = tempfile::tempdir()?;
    let stage = Stage::new(Served::start(program(arguments)?, folder.path()), folder.path())?;

    println!("columns: {}", ROUTES.map(|r| format!("{} {}", r.method, r.path)).join(" | "));
    let names: Vec<(&str, bool)> = {
        let subject = Subject { tenant: 1, member: 1, role: "member", version: 0 };
        tokens(&stage.issuer, subject, now()).iter().map(|token| (token.name, token.is_good)).collect()
    };
    let (mut n_cells, mut wrong) = (0_usize, Vec::new());
    for (name, is_good) in &names {
        for (role, word) in ROLES.iter().enumerate() {
            // Made now: some are about times soon to come.
            let token = stage.forged(&stage.people[0][role], word, name)?;
            for objects in 0..2 {
                let mut row = Vec::new();
                for route in &ROUTES {
                    let (wanted, got) = match (route.own, is_good) {
                        (None, _) => {
                            // No token is looked at: as without one.
                            let without = stage.served.ask(&stage.ask(route, None, objects, 0))?.0;
                            (without, stage.served.ask(&stage.ask(route, Some(&token), objects, 0))?.0)
                        }
                        (Some(_), false) => {
                            (401, stage.served.ask(&stage.ask(route, Some(&token), objects, 0))?.0)
                        }
                        (Some(own), true) => {
                            let wanted = if objects == 1 { route.other.unwrap_or(own) } else { own };
                            (wanted[role], stage.good(name, route, role, objects)?)
                        }
                    };
                    n_cells += 1;
                    row.push(if wanted == got { got.to_string() } else { format!("{got}!={wanted}") });
                    if wanted != got {
                        wrong.push(format!(
                            "{name}, {word}, {} {}: {got}, wanted {wanted}",
                            route.method, route.path
                        ));
                    }
                }
                let whose = ["own", "other"][objects];
                println!("{name:<34} {word:<6} {whose:<5} {}", row.join(" "));
            }
        }
    }

    // No token at all, and one that is revoked.
    for route in ROUTES.iter().filter(|route| route.own.is_some()) {
        n_cells += 1;
        let got = stage.served.ask(&stage.ask(route, None, 0, 0))?.0;
        if got != 401 {
            wrong.push(format!("no token, {} {}: {got}, wanted 401", route.method, route.path));
        }
    }
    let person = &stage.people[0][1];
    let me = Ask {
        method: "GET".to_owned(),
        path: "/v1/me".to_owned(),
        token: Some(person.token.clone()),
        ..Ask::default()
    };
    ensure!(stage.served.ask(&me)?.0 == 200, "the token is good before");
    let numbers = [person.enrolled.tenant.to_string(), person.enrolled.member.to_string()];
    stage.served.operate(&["member", "revoke", &numbers[0], &numbers[1]])?;
    let revoked = Instant::now();
    while stage.served.ask(&me)?.0 != 401 && revoked.elapsed().as_secs() < 10 {
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let revoked = revoked.elapsed().as_secs_f64();

    for line in &wrong {
        println!("WRONG {line}");
    }
    let n_bad = names.iter().filter(|(_, is_good)| !is_good).count();
    let holds = wrong.is_empty() && names.len() >= 45 && revoked <= 2.0;
    println!(
        "{}",
        json!({"eval": "hub-auth", "tokens": names.len(), "bad_tokens": n_bad, "routes": ROUTES.len(), "cells": n_cells,
               "wrong": wrong.len(), "revoked_seconds": (revoked * 1000.0).round() / 1000.0,
               "seconds": begun.elapsed().as_secs(), "holds": holds})
    );
    ensure!(holds, "{} cells are wrong", wrong.len());
    Ok(())
}
