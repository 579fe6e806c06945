//! `aurora hub`: what keeps it from starting, and its end.

use std::io::{BufRead as _, BufReader, Lines};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};

use serde_json::Value;

/// Status and standard error of `aurora hub …`; the output is nothing.
fn hub(folder: &Path, words: &[&str], variables: &[(&str, &str)]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aurora"));
    command.arg("hub").args(words).arg("--config").arg(folder.join("hub.toml"));
    command.envs(variables.iter().copied());
    let output = command.output().unwrap();
    (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
}

fn settings(folder: &Path, more: &str) {
    let text = format!("data = \"data\"\nlisten = \"127.0.0.1:0\"\nmetrics_listen = \"127.0.0.1:0\"\n{more}");
    std::fs::write(folder.join("hub.toml"), text).unwrap();
}

/// `serve` ends with status 2 and one line that says `wanted`.
fn refused(folder: &Path, variables: &[(&str, &str)], wanted: &str) {
    let (status, said) = hub(folder, &["serve"], variables);
    assert_eq!(status, 2, "{said}");
    assert!(said.contains(wanted) && said.trim_end().lines().count() == 1, "{wanted}: {said}");
}

#[test]
fn it_does_not_start_on_bad_settings_and_says_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (status, said) = hub(folder, &["serve"], &[]);
    assert!(status == 2 && said.contains("--config"), "{said}");
    settings(folder, "lisen = 1\n");
    refused(folder, &[], "unknown field `lisen`");
    settings(folder, "trusted_proxies = [\"0.0.0.0/0\"]\n");
    refused(folder, &[], "neither an address nor a net");
    settings(folder, "[limits]\nin_flight = 0\n");
    refused(folder, &[], "write a number from 1 to 100000");
    settings(folder, "");
    let weak = [("AURORA_HUB_DATABASE_URL", "postgres://hub:postgres@db.example.org/hub")];
    refused(folder, &weak, "default password");
    assert!(!folder.join("data").exists(), "nothing was made");
}

#[cfg(unix)]
#[test]
fn it_does_not_start_on_a_secret_that_others_read_nor_on_another_schema() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    settings(folder, "");
    assert_eq!(hub(folder, &["tenant", "create", "--mode", "team", "--seats", "5"], &[]).0, 0);
    assert_eq!(hub(folder, &["keys", "rotate"], &[]).0, 0);
    assert_eq!(hub(folder, &["tenant", "resize", "1", "--seats", "6"], &[]), (0, String::new()));
    let mut list = Command::new(env!("CARGO_BIN_EXE_aurora"));
    list.args(["hub", "tenant", "list", "--config"]).arg(folder.join("hub.toml"));
    assert_eq!(String::from_utf8(list.output().unwrap().stdout).unwrap(), "team 1: team, 6 seats\n");
    let (status, said) = hub(folder, &["tenant", "resize", "2", "--seats", "6"], &[]);
    assert!(status == 2 && said.contains("there is no team 2"), "{said}");
    assert_eq!(hub(folder, &["check-config"], &[]), (0, String::new()));
    let key = folder.join("data/signing-key.json");
    let mode = |mode| std::fs::set_permissions(&key, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o644);
    refused(folder, &[], "chmod 600");
    let (status, said) = hub(folder, &["check-config"], &[]);
    assert!(status == 2 && said.contains("chmod 600"), "{said}");
    mode(0o600);
    // What a newer program would have left: the version in the head of the file.
    let store = folder.join("data/hub.db");
    let mut bytes = std::fs::read(&store).unwrap();
    bytes[60..64].copy_from_slice(&u32::to_be_bytes(99));
    std::fs::write(&store, bytes).unwrap();
    refused(folder, &[], "install the newer program");
}

/// A hub that has just said that it listens, with what it says then.
#[cfg(unix)]
fn serving(folder: &Path) -> (Child, Lines<BufReader<ChildStderr>>) {
    settings(folder, "[shutdown]\nannounce_seconds = 0\n");
    let mut command = Command::new(env!("CARGO_BIN_EXE_aurora"));
    command.args(["hub", "serve", "--config"]).arg(folder.join("hub.toml"));
    let mut serving = command.stdin(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
    let mut log = BufReader::new(serving.stderr.take().unwrap()).lines();
    let line: Value = serde_json::from_str(&log.next().unwrap().unwrap()).unwrap();
    assert_eq!(line["message"], "listening");
    assert!(line["listen"].as_str().unwrap().starts_with("127.0.0.1:"));
    (serving, log)
}

/// SIGTERM ends it with status 0, and every line it still says is JSON.
#[cfg(unix)]
fn ends_well((mut serving, mut log): (Child, Lines<BufReader<ChildStderr>>)) {
    let told = Command::new("kill").args(["-TERM", &serving.id().to_string()]).status().unwrap();
    assert!(told.success());
    let ended = serving.wait().unwrap();
    assert!(ended.success(), "{ended}");
    assert!(log.all(|line| serde_json::from_str::<Value>(&line.unwrap()).is_ok()));
}

#[cfg(unix)]
#[test]
fn the_first_start_needs_nothing_and_a_signal_ends_it_well() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let hub_that_serves = serving(folder);
    assert!(folder.join("data/signing-key.json").exists() && folder.join("data/hub.db").exists());
    // A backup of a hub that serves, and a second look at it.
    let copy = folder.join("copy");
    assert_eq!(hub(folder, &["backup", copy.to_str().unwrap()], &[]), (0, String::new()));
    assert!(copy.join("hub.db").exists() && copy.join("signing-key.json").exists());
    ends_well(hub_that_serves);
    // Nor is a hub caught by a signal between saying that it listens and doing so.
    for _ in 0..3 {
        ends_well(serving(folder));
    }
}

/// What `aurora hub …` prints.
fn printed(folder: &Path, words: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aurora"));
    command.arg("hub").args(words).arg("--config").arg(folder.join("hub.toml"));
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_backup_copies_keys_wherever_they_lie_in_data_and_leaves_them_as_they_are() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let data = folder.join("data");
    std::fs::create_dir_all(data.join("keys")).unwrap();
    let key = data.join("keys/signing-key.json");
    settings(folder, &format!("[tokens]\nsigning_key = {key:?}\njwks = \"keys/jwks.json\"\n"));
    assert_eq!(hub(folder, &["tenant", "create", "--mode", "team", "--seats", "5"], &[]).0, 0);
    assert_eq!(hub(folder, &["keys", "rotate"], &[]).0, 0);
    let before = [&key, &data.join("keys/jwks.json")].map(|path| std::fs::read(path).unwrap());
    let copy = folder.join("copy");
    assert_eq!(hub(folder, &["backup", copy.to_str().unwrap()], &[]), (0, String::new()));
    for (name, bytes) in ["keys/signing-key.json", "keys/jwks.json"].into_iter().zip(before) {
        assert_eq!(std::fs::read(data.join(name)).unwrap(), bytes, "{name} is as it was");
        assert_eq!(std::fs::read(copy.join(name)).unwrap(), bytes, "{name} was copied");
    }
    assert_eq!(hub(folder, &["check-config"], &[]), (0, String::new()));
    // A key that lies elsewhere is not ours to copy, and a backup without it says so.
    let elsewhere = folder.join("signing-key.json");
    std::fs::rename(&key, &elsewhere).unwrap();
    settings(folder, "[tokens]\nsigning_key = \"../signing-key.json\"\njwks = \"keys/jwks.json\"\n");
    let said = printed(folder, &["backup", folder.join("again").to_str().unwrap()]);
    assert!(said.contains("not copied") && said.contains("signing-key.json"), "{said}");
    assert!(std::fs::metadata(&elsewhere).unwrap().len() > 0);
}

#[test]
fn a_release_of_all_teams_spends_nothing_of_those_in_dp_mode() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    settings(folder, "");
    for (mode, seats) in [("dp", "300"), ("team", "5")] {
        assert_eq!(hub(folder, &["tenant", "create", "--mode", mode, "--seats", seats], &[]).0, 0);
    }
    let said = printed(folder, &["release"]);
    let lines: Vec<_> = said.lines().collect();
    assert!(lines[0].starts_with("team 1: ") && lines[0].contains("aurora hub release 1"), "{said}");
    assert!(lines[1].starts_with("team 2: release ") && lines[1].ends_with("is published"), "{said}");
    let json: Value = serde_json::from_str(&printed(folder, &["release", "--format", "json"])).unwrap();
    assert_eq!((&json[0]["release"], &json[1]["release"]), (&Value::Null, &Value::Null), "{json}");
}

#[test]
fn check_config_makes_nothing_and_rotation_is_in_nobodys_way() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    settings(folder, "");
    assert_eq!(hub(folder, &["check-config"], &[]), (0, String::new()));
    assert!(!folder.join("data").exists());
    assert_eq!(hub(folder, &["keys", "rotate"], &[]).0, 0);
    let jwks = folder.join("data/jwks.json");
    std::fs::remove_file(&jwks).unwrap();
    assert_eq!(hub(folder, &["check-config"], &[]), (0, String::new()));
    assert!(!jwks.exists());
    // A rotation that was cut short left this.
    std::fs::write(folder.join("data/signing-key.json.new"), "{").unwrap();
    assert_eq!(hub(folder, &["keys", "rotate"], &[]).0, 0);
    assert_eq!(printed(folder, &["keys", "list"]).lines().count(), 2);
}
