//! What a document no longer is, compared with the last commit after its first findings are shown.

use std::process::Command;
use std::time::{Duration, Instant};

use aurora_testing::lsp_client::{Client, PATIENCE};
use serde_json::{Value, json};

use crate::server;

fn git(folder: &std::path::Path, arguments: &[&str]) {
    let name = ["-c", "user.name=t", "-c", "user.email=t@example.org"];
    let done = Command::new("git").args(name).args(arguments).current_dir(folder).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn table(states: [&str; 3]) -> String {
    let record = |i: usize| format!("{i},{},{}.5\n", states[i % 3], i * 7 % 50);
    (0..60).fold("id,state,amount\n".to_owned(), |text, i| text + &record(i))
}

fn drifted(found: &[Value]) -> bool {
    found.iter().any(|finding| finding["code"] == "drifted-column")
}

/// Waits for findings of `version` that tell of it: the first ones do not wait for git.
fn until_drifted(client: &mut Client, uri: &str, version: i32) {
    let end = Instant::now() + PATIENCE;
    while !drifted(&client.diagnostics(uri, version)) {
        assert!(Instant::now() < end, "nothing was said of the last commit");
    }
}

#[test]
fn a_document_is_compared_with_the_last_commit_when_opened_and_when_saved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().canonicalize().unwrap().join("a.csv");
    let (old, new) = (table(["open", "closed", "paid"]), table(["open", "done", "paid"]));
    std::fs::write(&path, &old).unwrap();
    git(folder.path(), &["init", "-q"]);
    git(folder.path(), &["add", "."]);
    git(folder.path(), &["commit", "-qm", "one"]);
    let uri = format!("file://{}", path.display());

    // As it was: nothing to compare. Saved with other codes, it is.
    let mut client = server().start();
    client.open(&uri, &old);
    assert!(!drifted(&client.diagnostics(&uri, 1)));
    std::fs::write(&path, &new).unwrap();
    client.change_whole(&uri, 2, &new);
    client.notify("textDocument/didSave", json!({"textDocument": {"uri": uri}}));
    until_drifted(&mut client, &uri, 2);
    client.shut_down();

    // Opened so: the first findings do not wait, the last ones tell.
    let mut client = server().start();
    client.open(&uri, &new);
    until_drifted(&mut client, &uri, 1);
    // The text becomes again what it was; the earlier version is still known.
    client.change_whole(&uri, 2, &old);
    assert!(!drifted(&client.diagnostics(&uri, 2)));
    client.shut_down();

    // Switched off, and outside the folder that was opened, nothing is compared.
    for start in [
        server().options(json!({"settings": {"ignore": ["drifted-column"]}})),
        server().folder("file:///somewhere/else"),
    ] {
        let mut client = start.start();
        client.open(&uri, &new);
        client.diagnostics(&uri, 1);
        client.read_for(Duration::from_millis(500));
        let said = |n: &Value| drifted(n["params"]["diagnostics"].as_array().unwrap_or(&Vec::new()));
        assert!(!client.notifications.iter().any(said), "{:?}", client.notifications);
        client.shut_down();
    }
}

#[cfg(unix)]
#[test]
fn a_git_that_hangs_does_not_keep_the_session_from_ending() {
    use std::os::unix::fs::PermissionsExt;

    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().canonicalize().unwrap();
    std::fs::create_dir(folder.join(".git")).unwrap();
    let (path, begun) = (folder.join("a.csv"), folder.join("begun"));
    std::fs::write(&path, "a,b\n1,2\n").unwrap();
    let git = folder.join("git");
    std::fs::write(
        &git,
        format!(
            "#!/bin/sh\nsleep 40 &\necho $! > {}.new\nmv {}.new {}\nwait\n",
            begun.display(),
            begun.display(),
            begun.display()
        ),
    )
    .unwrap();
    std::fs::set_permissions(&git, std::fs::Permissions::from_mode(0o755)).unwrap();
    let path_variable = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let mut client =
        server().env("PATH", path_variable).folder(&format!("file://{}", folder.display())).start();
    client.open(&format!("file://{}", path.display()), "a,b\n1,2\n");
    let end = Instant::now() + Duration::from_secs(20);
    while !begun.exists() {
        assert!(Instant::now() < end, "git is asked");
        client.read_for(Duration::from_millis(10));
    }
    client.call("shutdown", Value::Null);
    client.notify("exit", Value::Null);
    assert_eq!(client.exit_code(), 0);
    let sleeper = std::fs::read_to_string(begun).unwrap();
    Command::new("kill").arg(sleeper.trim()).status().unwrap();
}
