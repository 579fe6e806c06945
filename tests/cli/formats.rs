//! `aurora check` in every format, its options, and its exit status.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::{aurora, stdout};

const SHORT: &[u8] = b"id,name,city\n1,Ada,London\n2,Grace\n3,Linus,Portland\n";
/// A record that is too short, and one whose message and line hold markup.
const NASTY: &str = "id,name,city\n1,\"a\nb\",<c>&\n2,Gr\u{1b}[31mace\n3,Linus,\"x\"y\n";

fn check(format: &str, more: &[&str], input: &[u8]) -> String {
    let mut arguments = vec!["check", "--isolated", "--format", format];
    arguments.extend(more);
    arguments.push("-");
    let output = aurora(&arguments, input);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    stdout(&output)
}

#[test]
fn json_lines_are_the_objects_of_json() {
    let whole: Value = serde_json::from_str(&check("json", &[], NASTY.as_bytes())).unwrap();
    let lines = check("jsonl", &[], NASTY.as_bytes());
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.len() >= 2);
    assert_eq!(whole["diagnostics"].as_array().unwrap(), &lines);
}

#[test]
fn github_has_a_command_a_finding_with_its_place() {
    let text = check("github", &["--stdin-filename", "data/a,b.csv"], SHORT);
    assert_eq!(
        text,
        "::error file=data/a%2Cb.csv,line=3,endLine=3,col=8,endColumn=8,title=AURORA (missing-fields)::2 of 3 fields\n"
    );
    let n_lines = check("github", &[], NASTY.as_bytes()).lines().count();
    assert_eq!(n_lines, check("jsonl", &[], NASTY.as_bytes()).lines().count());
}

#[test]
fn gitlab_tells_each_finding_by_a_fingerprint_that_does_not_move_with_its_line() {
    let issues = |text: &[u8]| -> Vec<Value> {
        serde_json::from_str(&check("gitlab", &["--stdin-filename", "./a.csv"], text)).unwrap()
    };
    let before = issues(SHORT);
    assert_eq!(before[0]["location"]["path"], "a.csv");
    assert_eq!(
        (&before[0]["location"]["lines"]["begin"], &before[0]["severity"]),
        (&3.into(), &"major".into())
    );
    let moved = issues(b"id,name,city\n0,Bob,Rome\n1,Ada,London\n2,Grace\n3,Linus,Portland\n");
    assert_eq!(before[0]["fingerprint"], moved[0]["fingerprint"]);
    let two = issues(b"id,name,city\n1,Ada,London\n2,Grace\n3,Linus\n4,Bob,Rome\n5,Eve,Oslo\n6,Mia,Bern\n");
    assert_eq!(two.len(), 2);
    assert_ne!(two[0]["fingerprint"], two[1]["fingerprint"]);
}

#[test]
fn junit_is_well_formed_and_counts() {
    let text = check("junit", &["--stdin-filename", "a<&>\".csv"], NASTY.as_bytes());
    let n = check("jsonl", &[], NASTY.as_bytes()).lines().count();
    assert!(text.contains(&format!("<testsuites name=\"aurora\" tests=\"{n}\" failures=\"{n}\"")), "{text}");
    assert_eq!(text.matches("<failure ").count(), n);
    assert!(text.contains("name=\"a&lt;&amp;&gt;&quot;.csv\"") && !text.contains('\u{1b}'), "{text}");
    // Every tag that is opened is closed in its turn.
    let mut open = Vec::new();
    for tag in text.split('<').skip(2) {
        let name: String = tag.trim_start_matches('/').chars().take_while(|c| c.is_alphanumeric()).collect();
        let inside = tag.split('>').next().unwrap();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else if !inside.ends_with('/') {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    let clean = check("junit", &[], b"id,name\n1,Ada\n2,Grace\n");
    assert!(clean.contains("tests=\"1\" failures=\"0\"") && !clean.contains("<failure"), "{clean}");
}

#[test]
fn sarif_names_its_rules_and_places() {
    let log: Value =
        serde_json::from_str(&check("sarif", &["--stdin-filename", "my data/a.csv"], SHORT)).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run = &log["runs"][0];
    let (result, rules) = (&run["results"][0], run["tool"]["driver"]["rules"].as_array().unwrap());
    let rule = &rules[result["ruleIndex"].as_u64().unwrap() as usize];
    assert_eq!((&result["ruleId"], &rule["id"]), (&"missing-fields".into(), &"missing-fields".into()));
    assert!(rule["help"]["markdown"].as_str().unwrap().contains("# Why it matters"));
    let place = &result["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "my%20data/a.csv");
    assert_eq!((&place["region"]["startLine"], &place["region"]["startColumn"]), (&3.into(), &8.into()));
    assert_eq!(result["level"], "error");
}

#[test]
fn rdjson_counts_columns_in_bytes() {
    let text = "id,name,city\n1,Ada,London\n2,Größe\n3,Linus,Portland\n";
    let report: Value = serde_json::from_str(&check("rdjson", &[], text.as_bytes())).unwrap();
    let start = &report["diagnostics"][0]["location"]["range"]["start"];
    assert_eq!((&start["line"], &start["column"]), (&3.into(), &10.into()));
    assert_eq!(report["source"]["name"], "aurora");
}

#[test]
fn text_lets_nothing_of_the_file_reach_the_terminal() {
    let text = check("text", &[], "id,name\n1,A\u{1b}[2J\u{202e}da,x\n2,Bob\n3,Eve\n4,Mia\n".as_bytes());
    assert!(text.contains("<U+001B>[2J<U+202E>"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}'));
}

#[test]
fn statistics_count_by_check() {
    let input = b"id,name,city\n1,Ada,London\n2,Grace\n3,Linus\n4,Bob,Rome\n5,Eve,Oslo\n6,Mia,Bern\n";
    let text = stdout(&aurora(&["check", "--isolated", "--statistics", "-"], input));
    assert!(text.starts_with("      2  error        missing-fields\n"), "{text}");
    let output = aurora(&["check", "--isolated", "--statistics", "--format", "sarif", "-"], input);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn what_is_off_by_default_is_selected_by_name_beside_or_instead_of_the_rest() {
    let codes = |arguments: &[&str]| -> Vec<String> {
        let text = check("jsonl", arguments, &SHORT[..SHORT.len() - 1]);
        let object = |line: &str| serde_json::from_str::<Value>(line).unwrap();
        text.lines().map(|line| object(line)["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&[]), ["missing-fields"]);
    assert_eq!(
        codes(&["--extend-select", "missing-final-newline"]),
        ["missing-fields", "missing-final-newline"]
    );
    assert_eq!(codes(&["--select", "missing-final-newline"]), ["missing-final-newline"]);
    assert_eq!(codes(&["--select", "structure", "--ignore", "missing-fields"]), Vec::<String>::new());
    let unknown = aurora(&["check", "--select", "missing-feilds", "-"], SHORT);
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("did you mean missing-fields?"));
}

#[test]
fn folders_are_searched_without_following_links() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::create_dir_all(at("a/b")).unwrap();
    fs::create_dir_all(at(".hidden")).unwrap();
    for name in ["x.csv", "a/y.tsv", "a/b/z.txt", ".hidden/h.csv"] {
        fs::write(at(name), SHORT).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(folder.path(), at("a/loop")).unwrap();
    let text = stdout(&aurora(&["check", "--format", "github", folder.path().to_str().unwrap()], b""));
    let files: Vec<_> = text.lines().filter(|line| line.contains("missing-fields")).collect();
    assert_eq!(files.len(), 2, "{text}");
    assert!(text.contains("x.csv") && text.contains("a/y.tsv"), "{text}");
}

#[test]
fn one_file_that_cannot_be_read_does_not_hide_the_others() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("a.csv");
    fs::write(&good, SHORT).unwrap();
    let output = aurora(&["check", "no/such.csv", good.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).contains("missing-fields"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read no/such.csv"));
}

#[cfg(unix)]
#[test]
fn devices_are_refused() {
    for device in ["/dev/zero", "/dev/null"] {
        let output = aurora(&["check", device], b"");
        assert_eq!(output.status.code(), Some(2), "{device}");
        assert!(String::from_utf8_lossy(&output.stderr).contains("is a device"));
    }
}

pub(crate) fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git")
        .args(["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

#[test]
fn only_what_changed_since_a_revision_is_reported() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    let path = file.to_str().unwrap();
    let check =
        |revision: &str| aurora(&["check", "--format", "github", "--changed-since", revision, path], b"");
    assert_eq!(check("HEAD").status.code(), Some(2), "no repository yet");
    git(folder.path(), &["init", "-q"]);
    fs::write(&file, SHORT).unwrap();
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let unchanged = check("HEAD");
    assert_eq!((unchanged.status.code(), stdout(&unchanged).as_str()), (Some(0), ""));

    // A line above moves the old finding, and a new one comes below.
    fs::write(&file, "id,name,city\n0,Bob,Rome\n1,Ada,London\n2,Grace\n3,Linus,Portland\n4,Eve\n").unwrap();
    let text = stdout(&check("HEAD"));
    assert_eq!(text.lines().count(), 1, "{text}");
    assert!(text.contains("line=6"), "{text}");

    // A file that the revision did not have is new as a whole.
    let new = folder.path().join("new.csv");
    fs::write(&new, SHORT).unwrap();
    let output = aurora(&["check", "--changed-since", "HEAD", new.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(check("no-such-branch").status.code(), Some(2));
}

#[test]
fn a_revision_runs_nothing() {
    let folder = tempfile::tempdir().unwrap();
    git(folder.path(), &["init", "-q"]);
    let file = folder.path().join("a.csv");
    fs::write(&file, SHORT).unwrap();
    let trap = folder.path().join("trap");
    for revision in
        [format!("$(touch {})", trap.display()), format!("--output={}", trap.display()), "-x".to_owned()]
    {
        let revision = format!("--changed-since={revision}");
        let output = aurora(&["check", &revision, file.to_str().unwrap()], b"");
        assert_eq!(output.status.code(), Some(2));
    }
    assert!(!trap.exists());
}
