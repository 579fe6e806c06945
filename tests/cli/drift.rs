//! `drifted-column`: what a file no longer is, compared with the last commit by the built binary.

use std::fs;
use std::path::Path;

use crate::formats::git;
use crate::{aurora, stdout};

/// Sixty records; `state` gives the second field.
fn table(n: usize, state: impl Fn(usize) -> &'static str) -> String {
    let record = |i: usize| format!("{i},{},{}.5\n", state(i), i * 7 % 50);
    (0..n).fold("id,state,amount\n".to_owned(), |text, i| text + &record(i))
}

fn states(i: usize) -> &'static str {
    ["open", "closed", "paid"][i % 3]
}

fn repository(text: &str) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    fs::write(&file, text).unwrap();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let path = file.to_str().unwrap().to_owned();
    (folder, path)
}

fn drift(path: &str, arguments: &[&str]) -> String {
    let fixed = ["check", "--select", "drifted-column", "--exit-zero", path];
    let output = aurora(&[&fixed, arguments].concat(), b"");
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    stdout(&output)
}

#[test]
fn a_file_that_grew_shows_nothing_and_one_whose_codes_changed_says_so() {
    let (folder, path) = repository(&table(60, states));
    assert_eq!(drift(&path, &[]), "");
    fs::write(&path, table(400, states)).unwrap();
    assert_eq!(drift(&path, &[]), "");

    let renamed = |i: usize| if i % 3 == 1 { "done" } else { states(i) };
    fs::write(&path, table(60, renamed)).unwrap();
    let said = drift(&path, &[]);
    assert!(said.contains("'closed' (20 of 60 values) does not occur any more"), "{said}");
    assert!(said.contains("unlike HEAD (") && said.contains(":1:4"), "{said}");
    // Switched off, git is not asked; the next commit settles it.
    assert_eq!(drift(&path, &["--ignore", "drifted-column"]), "");
    git(folder.path(), &["commit", "-qam", "two"]);
    assert_eq!(drift(&path, &[]), "");
    assert!(drift(&path, &["--changed-since", "HEAD~1"]).contains("unlike HEAD~1 ("));
}

#[test]
fn a_file_that_git_does_not_know_is_compared_with_nothing() {
    let (folder, _) = repository(&table(60, states));
    let new = folder.path().join("new.csv");
    fs::write(&new, table(60, |_| "done")).unwrap();
    assert_eq!(drift(new.to_str().unwrap(), &[]), "");
    let lonely = tempfile::tempdir().unwrap();
    let alone = lonely.path().join("a.csv");
    fs::write(&alone, table(60, states)).unwrap();
    assert_eq!(drift(alone.to_str().unwrap(), &[]), "");
    let empty = lonely.path().join("empty");
    fs::create_dir(&empty).unwrap();
    git(&empty, &["init", "-q"]);
    fs::copy(&alone, empty.join("a.csv")).unwrap();
    assert_eq!(drift(empty.join("a.csv").to_str().unwrap(), &[]), "");
}

/// A repository that runs a program wherever git lets one.
#[test]
#[cfg(unix)]
fn nothing_that_a_repository_names_is_run() {
    let (folder, path) = repository(&table(60, states));
    fs::write(&path, table(60, |i| if i % 3 == 1 { "done" } else { states(i) })).unwrap();
    let trap = folder.path().join("trap");
    let spring = script(folder.path(), "spring", &trap);
    let ext = format!("ext::{spring}");
    for (key, value) in [
        ("core.fsmonitor", spring.as_str()),
        ("core.pager", &spring),
        ("core.sshCommand", &spring),
        ("core.askPass", &spring),
        ("diff.external", &spring),
        ("diff.x.textconv", &spring),
        ("filter.x.smudge", &spring),
        ("filter.x.clean", &spring),
        ("filter.x.process", &spring),
        ("alias.cat-file", &format!("!{spring}")),
        ("alias.rev-parse", &format!("!{spring}")),
        ("credential.helper", &spring),
        ("protocol.allow", "always"),
        ("protocol.ext.allow", "always"),
        ("remote.origin.url", &ext),
        ("remote.origin.promisor", "true"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
    ] {
        git(folder.path(), &["config", key, value]);
    }
    let attributes = folder.path().join(".git/info/attributes");
    fs::write(attributes, "*.csv filter=x diff=x\n").unwrap();
    for hook in ["post-index-change", "reference-transaction", "fsmonitor-watchman"] {
        fs::create_dir_all(folder.path().join(".git/hooks")).unwrap();
        script(&folder.path().join(".git/hooks"), hook, &trap);
    }
    assert!(drift(&path, &[]).contains("does not occur any more"));
    assert!(!trap.exists());

    // An object that is lacking is not fetched.
    for object in fs::read_dir(folder.path().join(".git/objects")).unwrap() {
        let object = object.unwrap();
        if object.file_name().len() == 2 {
            let blobs = fs::read_dir(object.path()).unwrap().map(|blob| blob.unwrap().path());
            for blob in blobs {
                let name = format!(
                    "{}{}",
                    object.file_name().to_string_lossy(),
                    blob.file_name().unwrap().to_string_lossy()
                );
                if kind(folder.path(), &name) == "blob" {
                    fs::remove_file(blob).unwrap();
                }
            }
        }
    }
    assert_eq!(drift(&path, &[]), "");
    assert!(!trap.exists());
    // The trap does spring where git is used carelessly.
    let mut careless = std::process::Command::new("git");
    let _ = careless.args(["cat-file", "blob", "HEAD:a.csv"]).current_dir(folder.path()).output().unwrap();
    assert!(trap.exists());
}

#[cfg(unix)]
fn kind(folder: &Path, object: &str) -> String {
    let mut git = std::process::Command::new("git");
    let git = git.env("GIT_NO_LAZY_FETCH", "1").args(["cat-file", "-t", object]).current_dir(folder);
    String::from_utf8(git.output().unwrap().stdout).unwrap().trim().to_owned()
}

/// A program that makes `trap`.
#[cfg(unix)]
fn script(folder: &Path, name: &str, trap: &Path) -> String {
    use std::os::unix::fs::PermissionsExt;
    let path = folder.join(name);
    fs::write(&path, format!("#!/bin/sh\ntouch '{}'\n", trap.display())).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}
