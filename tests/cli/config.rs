//! `aurora config`, suppressions, and what is found in `aurora.toml`; `completions`, `man`, `version`.

use std::fs;

use serde_json::Value;

use crate::{aurora, stdout};

const SHORT: &[u8] = b"id,name,city\n1,Ada,London\n2,Grace\n3,Linus,Portland\n";

fn folder(config: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("aurora.toml"), config).unwrap();
    fs::write(folder.path().join("a.csv"), SHORT).unwrap();
    let path = folder.path().join("a.csv").to_str().unwrap().to_owned();
    (folder, path)
}

fn codes(path: &str) -> Vec<String> {
    let output = aurora(&["check", "--format", "jsonl", path], b"");
    let object = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    stdout(&output).lines().map(|line| object(line)["code"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn show_says_what_holds_for_a_file_and_where_it_comes_from() {
    let (_folder, path) = folder(
        "profile = \"audit\"\n[[override]]\npath = \"a.*\"\nmax-findings = 7\ndialect.delimiter = \";\"\n",
    );
    let text = stdout(&aurora(&["config", "show", &path], b""));
    assert!(text.contains("aurora.toml\n") && text.contains("\nprofile = \"audit\"\n"), "{text}");
    assert!(
        text.contains("\nmax-findings = 7\n") && text.contains("\ndialect.delimiter = \";\"\n"),
        "{text}"
    );
    assert!(text.contains("\nfix-on-save = false  # default\n"), "{text}");
    let json: Value =
        serde_json::from_str(&stdout(&aurora(&["config", "show", "--format", "json", &path], b""))).unwrap();
    assert_eq!(json["settings"]["max-findings"], serde_json::json!({"value": 7, "configured": true}));
    assert_eq!(
        json["settings"]["thresholds.null-share"],
        serde_json::json!({"value": 0.2, "configured": false})
    );
}

#[test]
fn the_schema_knows_every_setting_where_it_may_stand() {
    let schema: Value = serde_json::from_str(&stdout(&aurora(&["config", "schema"], b""))).unwrap();
    let properties = &schema["properties"];
    assert_eq!(properties["thresholds"]["properties"]["null-share"]["maximum"], 1.0);
    assert_eq!(properties["profile"]["enum"], serde_json::json!(["standard", "audit"]));
    let of_paths = &properties["override"]["items"]["properties"];
    assert!(of_paths["dialect"]["properties"]["delimiter"].is_object());
    assert!(of_paths["privacy"].is_null(), "privacy is not a path's to decide");
    assert!(properties["suppress"]["items"]["properties"]["column"].is_object());
}

#[test]
fn add_ignore_silences_what_there_is_and_nothing_else() {
    let (folder, path) = folder("profile = \"standard\"");
    assert_eq!(codes(&path), ["missing-fields"]);
    let output = aurora(&["check", "--add-ignore", &path], b"");
    assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(0), ""));
    let config = fs::read_to_string(folder.path().join("aurora.toml")).unwrap();
    assert!(config.starts_with("profile = \"standard\"\n\n[[suppress]]\npath = \"a.csv\"\n"), "{config}");
    assert_eq!(codes(&path), Vec::<String>::new());
    // Another file of the folder is reported as before.
    let other = folder.path().join("b.csv");
    fs::write(&other, SHORT).unwrap();
    assert_eq!(codes(other.to_str().unwrap()), ["missing-fields"]);
}

#[test]
fn a_suppression_that_is_no_longer_needed_is_a_finding_in_the_configuration() {
    let (folder, path) =
        folder("[[suppress]]\npath = \"a.csv\"\nignore = [\"missing-fields\", \"extra-fields\"]\n");
    let output = aurora(&["check", &path], b"");
    let text = stdout(&output);
    assert!(text.contains("aurora.toml:1:") && text.contains("[unused-suppression]"), "{text}");
    assert!(text.contains("extra-fields") && !text.contains("missing-fields;"), "{text}");
    assert_eq!(output.status.code(), Some(1));
    // What holds for more than one file is judged only when all are seen.
    fs::write(folder.path().join("aurora.toml"), "[columns.\"nobody\"]\nignore = [\"skewed\"]\n").unwrap();
    assert_eq!(codes(&path), ["missing-fields"]);
    let whole = codes(folder.path().to_str().unwrap());
    assert_eq!(whole, ["missing-fields", "unused-suppression"]);
}

#[test]
fn what_is_wrong_in_the_configuration_has_its_place() {
    let (_folder, path) =
        folder("ignore = [\"missing-fields\", \"skewd\"]\nprofil = \"audit\"\nmax-findings = -1\n");
    let text = stdout(&aurora(&["check", "--format", "github", &path], b""));
    for (line, code) in [(1, "unknown-code"), (2, "unknown-setting"), (3, "wrong-setting")] {
        let found = text.lines().find(|text| text.contains(code)).unwrap_or_else(|| panic!("{code}: {text}"));
        assert!(found.starts_with("::warning") && found.contains(&format!("line={line},")), "{found}");
    }
}

#[test]
fn a_hostile_configuration_is_one_finding_and_runs_nothing() {
    let (folder, path) = folder("");
    let config = folder.path().join("aurora.toml");
    fs::write(&config, "x".repeat(2 << 20)).unwrap();
    assert_eq!(codes(&path), ["missing-fields", "unreadable-settings"]);
    fs::remove_file(&config).unwrap();
    fs::create_dir(&config).unwrap();
    assert_eq!(codes(&path), ["missing-fields"]);
}

#[test]
fn completions_name_the_commands_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let output = aurora(&["completions", shell], b"");
        assert_eq!(output.status.code(), Some(0), "{shell}");
        assert!(stdout(&output).contains("changed-since"), "{shell}");
    }
}

#[test]
fn there_is_a_manual_page_for_each_command() {
    assert!(stdout(&aurora(&["man"], b"")).contains(".TH aurora 1"));
    let folder = tempfile::tempdir().unwrap();
    aurora(&["man", "--output", folder.path().to_str().unwrap()], b"");
    for page in ["aurora.1", "aurora-check.1", "aurora-recipe.1", "aurora-fix.1"] {
        let text =
            fs::read_to_string(folder.path().join(page)).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(text.contains(".SH"), "{page}");
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    assert!(
        stdout(&aurora(&["version"], b"")).starts_with(&format!("aurora {} (", env!("CARGO_PKG_VERSION")))
    );
}
