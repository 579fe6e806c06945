//! A team of six on the real hub: join, preview, publish, the first card, why, leave.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aurora_testing::port::Port;
use aurora_testing::proxy::Proxy;
use aurora_testing::real_hub::RealHub;
use serde_json::Value;

use crate::{aurora, stdout};

/// How long a release may take to be seen.
const PATIENCE: Duration = Duration::from_secs(30);

/// One person: a store of their own, the same file.
struct Person {
    store: PathBuf,
    file: PathBuf,
}

impl Person {
    fn new(folder: &Path, name: &str) -> Self {
        let file = folder.join("sales.csv");
        if !file.exists() {
            // So many records, so far from every border, that what is drawn of a column is what it is: one cell for all.
            let record = |n: u32| {
                let amount = (f64::from(n * 7_919 % 2_500) / 300.0).exp();
                format!("Town{},{amount:.4},{n}\n", n % 7)
            };
            let text = format!("town,amount,n\n{}", (0..5_000).map(record).collect::<String>());
            std::fs::write(&file, text).unwrap();
        }
        Self { store: folder.join(name), file }
    }

    fn run(&self, words: &[&str]) -> (i32, String) {
        let mut all = words.to_vec();
        all.extend(["--store", self.store.to_str().unwrap()]);
        let output = aurora(&all, b"");
        (output.status.code().unwrap(), stdout(&output) + &String::from_utf8_lossy(&output.stderr))
    }

    fn json(&self, words: &[&str]) -> Value {
        let mut all = words.to_vec();
        all.extend(["--format", "json"]);
        let (status, text) = self.run(&all);
        assert_eq!(status, 0, "{words:?}: {text}");
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{words:?}: {text}"))
    }

    fn join(&self, hub: &RealHub, code: &str) {
        let (status, text) = self.run(&["team", "join", &hub.url(), code, "--domain", "finance"]);
        assert_eq!(status, 0, "{text}");
        assert!(text.contains("nothing is shared by itself"), "{text}");
    }

    fn answer(&self, kind: &str) {
        let file = self.file.to_str().unwrap();
        let column = ["--column", "amount", "--target", "transform", "--action", "log1p-column"];
        let mut words = vec!["correct", file, "--kind", kind];
        words.extend(column);
        let (status, text) = self.run(&words);
        assert_eq!(status, 0, "{text}");
    }

    fn why(&self) -> String {
        self.run(&["rules", "why", self.file.to_str().unwrap(), "amount"]).1
    }

    fn team_files(&self) -> Vec<String> {
        let entries = std::fs::read_dir(&self.store).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.starts_with("team")).collect()
    }
}

#[test]
fn a_team_learns_together_and_who_leaves_takes_their_votes_along() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = RealHub::start(env!("CARGO_BIN_EXE_aurora"), &folder.path().join("hub"));
    let (team, admins_code) = hub.team();
    let people: Vec<_> = (0..6).map(|n| Person::new(folder.path(), &format!("person{n}"))).collect();
    people[0].join(&hub, &admins_code);
    for person in &people[1..] {
        person.join(&hub, &hub.code(team));
    }
    let (status, text) = people[1].run(&["team", "join", &hub.url(), "x", "--domain", "finance"]);
    assert!(status == 2 && text.contains("you are in a team at http://127.0.0.1:"), "{text}");

    // Nothing answered, nothing to send.
    assert!(people[0].run(&["team", "preview"]).1.starts_with("Nothing would be sent"));
    assert!(people[0].run(&["team", "publish"]).1.starts_with("nothing to share yet"));

    for person in &people[..5] {
        person.answer("accept");
    }
    let preview = people[0].json(&["team", "preview"]);
    assert_eq!(preview["bodies"].as_array().unwrap().len(), 1);
    let body: Value = serde_json::from_str(preview["bodies"][0].as_str().unwrap()).unwrap();
    assert_eq!(body["votes"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&body["votes"][0]["domain"], &body["votes"][0]["yes"]),
        (&Value::from(1), &Value::from(true))
    );
    let (_, shown) = people[0].run(&["team", "preview"]);
    assert!(shown.contains(preview["bodies"][0].as_str().unwrap()), "{shown}");
    assert!(shown.contains("In finance files, columns named like \"amount\""), "{shown}");
    // What is not what was shown is not sent.
    let (status, text) = people[0].run(&["team", "publish", "--expect", "0"]);
    assert!(status == 2 && text.contains("your answers have changed since the preview"), "{text}");
    let digest = preview["digest"].as_str().unwrap();
    let (status, text) = people[0].run(&["team", "publish", "--expect", digest]);
    assert!(status == 0 && text.contains("took 1 vote"), "{text}");

    // The hub falls: votes wait, are told of, and go when it is back.
    hub.stop();
    let (status, text) = people[1].run(&["team", "publish"]);
    assert!(status == 2 && text.contains("nobody listens there; 1 vote wait"), "{text}");
    assert!(people[1].run(&["team", "status"]).1.contains("1 vote wait here"));
    hub.serve();
    for person in &people[1..5] {
        assert!(person.run(&["team", "publish"]).1.contains("took 1 vote"));
    }
    assert_eq!(people[1].json(&["team", "status"])["waiting"], 0);

    // Five members: a card at the next release, not before.
    assert!(people[5].run(&["team", "pull"]).1.contains("0 cards of release 0"));
    hub.release(team);
    assert!(!people[5].why().contains("your team"));
    // The hub answers for a second from what it has just looked up.
    let end = Instant::now() + PATIENCE;
    loop {
        let (_, text) = people[5].run(&["team", "pull"]);
        if text.contains("new cards; 1 card of release 1") {
            break;
        }
        assert!(text.starts_with("nothing new") && Instant::now() < end, "{text}");
        std::thread::sleep(Duration::from_millis(100));
    }
    let why = people[5].why();
    assert!(why.contains("your team: 5+ members, 50 to 100 % yes"), "{why}");
    assert!(why.contains("not differentially private"), "{why}");
    assert!(people[5].run(&["rules"]).1.contains("log1p-column; your team: 5+ members, 50 to 100 % yes"));
    assert!(people[5].run(&["team", "pull"]).1.starts_with("nothing new"));

    // The sixth person thinks otherwise: own answers win.
    people[5].answer("dismiss");
    people[5].answer("dismiss");
    let best = people[5].json(&["recommend", people[5].file.to_str().unwrap()]);
    assert_ne!(best[1]["recommendations"][0]["action"], "log1p-column");

    // What the hub holds is told, and gone after leaving.
    let status = people[0].json(&["team", "status", "--hub"]);
    assert_eq!(status["hub"]["votes"].as_array().unwrap().len(), 1);
    assert_eq!(people[0].team_files().len(), 4, "{:?}", people[0].team_files());
    let (status, text) = people[1].run(&["team", "leave"]);
    assert!(status == 0 && text.starts_with("left: your votes are deleted at the hub"), "{text}");
    assert_eq!(people[1].team_files(), [""; 0]);
    assert!(people[1].run(&["team", "status"]).1.starts_with("you are in no team"));
    let (status, text) = people[1].run(&["team", "join", &hub.url(), &admins_code, "--domain", "finance"]);
    assert_eq!(status, 2);
    assert!(text.contains("used or expired (401 code-refused); ask an admin"), "{text}");
    assert!(!people[1].why().contains("your team"));
    // The answers themselves are untouched.
    assert!(people[1].why().contains("your history with columns named like \"amount\" (1 of 1 for it)"));
}

#[test]
fn what_goes_over_the_wire_is_what_the_preview_shows_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let hub = RealHub::start(env!("CARGO_BIN_EXE_aurora"), &folder.path().join("hub"));
    let proxy = Proxy::to(hub.url().strip_prefix("http://").unwrap());
    let person = Person::new(folder.path(), "person");
    let (_, code) = hub.team();
    let (status, text) = person.run(&["team", "join", &proxy.url(), &code, "--domain", "finance"]);
    assert_eq!(status, 0, "{text}");
    person.answer("accept");
    let bodies = person.json(&["team", "preview"])["bodies"].as_array().unwrap().clone();
    let bodies: Vec<_> = bodies.iter().map(|body| body.as_str().unwrap().as_bytes().to_vec()).collect();
    assert_eq!(bodies.len(), 1);
    let before = proxy.requests().len();
    assert!(person.run(&["team", "publish"]).1.contains("took 1 vote"));
    let published = proxy.requests().split_off(before);
    let lines: Vec<_> = published.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(lines, ["POST /v1/token", "GET /v1/me", "POST /v1/token", "PUT /v1/votes"]);
    assert_eq!(published[3].2, bodies[0]);
    person.run(&["team", "pull"]);
    person.run(&["team", "leave"]);
    // Of all that was ever sent, nothing holds a name or a value of the table.
    let all = proxy.requests();
    let lines: Vec<_> = all.iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(lines.last().unwrap(), "DELETE /v1/me");
    for (method, path, body) in &all {
        let said = format!("{method} {path} {}", String::from_utf8_lossy(body));
        for leak in ["amount", "town", "Town", "sales", "csv", "log1p"] {
            assert!(!said.contains(leak), "{leak} in {said}");
        }
    }
}

#[test]
fn a_vote_that_turns_to_none_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let hub = RealHub::start(env!("CARGO_BIN_EXE_aurora"), &folder.path().join("hub"));
    let person = Person::new(folder.path(), "person");
    person.join(&hub, &hub.team().1);
    let held = || person.json(&["team", "status", "--hub"])["hub"]["votes"].as_array().unwrap().len();
    person.answer("accept");
    assert!(person.run(&["team", "publish"]).1.contains("took 1 vote"));
    assert_eq!(held(), 1);
    // As many against as for: no vote any more.
    person.answer("dismiss");
    let (_, shown) = person.run(&["team", "preview"]);
    assert!(
        shown.starts_with("0 votes would be sent to ") && shown.contains(" and 1 taken back, "),
        "{shown}"
    );
    assert!(shown.contains(": take back your vote on log1p-column, if the hub has one."), "{shown}");
    let (status, text) = person.run(&["team", "publish"]);
    assert!(status == 0 && text.contains("took back 1 vote"), "{text}");
    assert_eq!(held(), 0);
    // And one more is a vote again, the other way round.
    person.answer("dismiss");
    assert!(person.run(&["team", "publish"]).1.contains("took 1 vote"));
    assert_eq!(held(), 1);
}

#[test]
fn in_dp_mode_people_are_told_so_and_nobody_below_300_seats() {
    let folder = tempfile::tempdir().unwrap();
    let hub = RealHub::start(env!("CARGO_BIN_EXE_aurora"), &folder.path().join("hub"));
    let config = hub.config();
    let create = |seats: &str| {
        let words = ["hub", "tenant", "create", "--mode", "dp", "--seats", seats, "--config"];
        aurora(&[&words[..], &[config.to_str().unwrap()]].concat(), b"")
    };
    let refused = create("299");
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("dp mode needs 300 seats"));
    let made = hub.json(&["tenant", "create", "--mode", "dp", "--seats", "300"]);
    let person = Person::new(folder.path(), "person");
    person.join(&hub, made["code"].as_str().unwrap());
    person.answer("accept");
    assert!(person.run(&["team", "publish"]).1.contains("took 1 vote"));
    let (_, status) = person.run(&["team", "status"]);
    assert!(status.contains("cards are differentially private"), "{status}");
    let held = person.json(&["team", "status", "--hub"]);
    assert_eq!((held["hub"]["votes"].as_array().unwrap().len(), &held["hub"]["meps"]), (1, &Value::from(0)));
}

#[test]
#[cfg(unix)]
fn the_tour_of_the_readme_leads_to_a_first_card() {
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    let section = readme.split("### A team\n").nth(1).unwrap();
    let tour = section.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    // As written, but for the ports: others may listen on the usual ones.
    let held = [Port::free(), Port::free()];
    let ports = held.each_ref().map(Port::address);
    let settings = format!("listen = \"{}\"\nmetrics_listen = \"{}\"\n[release]", ports[0], ports[1]);
    let tour = tour.replace("[release]", &settings).replace("127.0.0.1:8470", &ports[0].to_string());
    let home = tempfile::tempdir().unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_aurora")).parent().unwrap();
    let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
    let run = std::process::Command::new("bash")
        .args(["-e", "-c", &tour])
        .current_dir(home.path())
        .env("HOME", home.path())
        .env("PATH", path)
        .env_remove("AURORA_STORE")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&run.stdout) + String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{said}");
    assert_eq!(said.matches("took 1 vote").count(), 5, "{said}");
    assert!(said.contains("your team: 5+ members, 50 to 100 % yes"), "{said}");
    assert!(said.contains("left: your votes are deleted at the hub"), "{said}");
}

#[test]
fn votes_of_forgotten_answers_are_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = RealHub::start(env!("CARGO_BIN_EXE_aurora"), &folder.path().join("hub"));
    let person = Person::new(folder.path(), "person");
    person.join(&hub, &hub.team().1);
    let held = || person.json(&["team", "status", "--hub"])["hub"]["votes"].as_array().unwrap().len();
    let ways: [&dyn Fn() -> String; 3] = [
        &|| person.run(&["privacy", "forget", "--all"]).1,
        &|| person.run(&["privacy", "forget", person.file.to_str().unwrap()]).1,
        &|| {
            // One answer is no rule yet, but what was decided about it can be forgotten like any.
            (0..5).for_each(|_| person.answer("accept"));
            let number = person.json(&["rules"])["rules"][0]["id"].to_string();
            person.run(&["rules", "forget", &number]).1
        },
    ];
    for (n, forget) in ways.into_iter().enumerate() {
        // What was drawn is emptied, and never drawn again: each way needs a data set of its own.
        let config = format!("dataset = \"sales {n}\"\n");
        std::fs::write(folder.path().join("aurora.toml"), config).unwrap();
        person.answer("accept");
        assert!(person.run(&["team", "publish"]).1.contains("took 1 vote"), "{n}");
        assert_eq!(held(), 1);
        let told = forget();
        assert!(told.contains("votes of these answers that the hub at 127.0.0.1"), "{told}");
        assert!(told.contains("are taken back by `aurora team publish`"), "{told}");
        let (_, shown) = person.run(&["team", "preview"]);
        assert!(
            shown.starts_with("0 votes would be sent to ") && shown.contains(" and 1 taken back, "),
            "{shown}"
        );
        let (status, text) = person.run(&["team", "publish"]);
        assert!(status == 0 && text.contains("took back 1 vote"), "{text}");
        assert_eq!(held(), 0);
        assert!(person.run(&["team", "publish"]).1.starts_with("nothing to share yet"));
    }
    // A hub that is away: what waits is forgotten as well, and the preview says what it does not know.
    person.answer("dismiss");
    hub.stop();
    assert_eq!(person.run(&["team", "publish"]).0, 2);
    assert!(person.store.join("team-queue.json").exists());
    person.run(&["privacy", "forget", "--all"]);
    assert!(!person.store.join("team-queue.json").exists());
    let (_, shown) = person.run(&["team", "preview"]);
    assert!(
        shown.contains("The hub was not asked whether it holds votes of answers that were forgotten here"),
        "{shown}"
    );
}

/// Hands the first request on to the hub and loses its answer, then hands on all there is; its address.
fn loses_one_answer(hub: &str) -> String {
    use std::io::{Read as _, Write as _};
    use std::net::{TcpListener, TcpStream};
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (url, hub) = (format!("http://{}", listener.local_addr().unwrap()), hub.replace("http://", ""));
    std::thread::spawn(move || {
        for (n, client) in listener.incoming().enumerate() {
            let (mut client, mut server) = (client.unwrap(), TcpStream::connect(&hub).unwrap());
            let (mut asks, mut hears) = (client.try_clone().unwrap(), server.try_clone().unwrap());
            std::thread::spawn(move || std::io::copy(&mut asks, &mut hears));
            let mut answer = [0; 4096];
            while let Ok(length @ 1..) = server.read(&mut answer) {
                // It was done: the first bytes of the answer are there.
                if n == 0 || client.write_all(&answer[..length]).is_err() {
                    break;
                }
            }
            let _ = client.shutdown(std::net::Shutdown::Both);
        }
    });
    url
}

#[test]
fn a_join_whose_answer_got_lost_is_tried_again_and_joins_once() {
    let folder = tempfile::tempdir().unwrap();
    let hub = RealHub::start(env!("CARGO_BIN_EXE_aurora"), &folder.path().join("hub"));
    let (team, code) = hub.team();
    let (ann, url) = (Person::new(folder.path(), "ann"), loses_one_answer(&hub.url()));
    let join = || ann.run(&["team", "join", &url, &code, "--domain", "finance"]);
    let (status, text) = join();
    assert_ne!(status, 0, "{text}");
    let members = || hub.json(&["member", "list", &team.to_string()]);
    assert_eq!(members().as_array().unwrap().len(), 1, "the hub did it");
    let (status, text) = join();
    assert_eq!(status, 0, "{text}");
    assert_eq!(members().as_array().unwrap().len(), 1, "and no second time");
    assert_eq!(ann.json(&["team", "status"])["member"], members()[0]["member"]);
    assert!(!ann.team_files().contains(&"team.join".to_owned()));
}
