//! `aurora fix`.

use std::fs;
use std::path::PathBuf;

use crate::{aurora, stdout};

fn file(content: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    fs::write(&path, content).unwrap();
    (folder, path)
}

const SHORT: &[u8] = b"\xef\xbb\xbfid,name,city\r\n1,Ada,London\r\n2,Grace\r\n3,Linus,Portland\r\n";
const MENDED: &[u8] = b"\xef\xbb\xbfid,name,city\r\n1,Ada,London\r\n2,Grace,\r\n3,Linus,Portland\r\n";

#[test]
fn a_safe_fix_keeps_mark_and_line_ends() {
    let (_folder, path) = file(SHORT);
    let output = aurora(&["fix", path.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(fs::read(&path).unwrap(), MENDED);
}

#[test]
fn check_and_diff_write_nothing() {
    let (_folder, path) = file(SHORT);
    let path = path.to_str().unwrap();
    assert_eq!(aurora(&["fix", "--check", path], b"").status.code(), Some(1));
    assert!(stdout(&aurora(&["fix", "--diff", path], b"")).contains("+2,Grace,"));
    assert_eq!(fs::read(path).unwrap(), SHORT);
}

#[test]
fn standard_input_goes_to_standard_output() {
    assert_eq!(aurora(&["fix", "-"], SHORT).stdout, MENDED);
}

#[cfg(unix)]
#[test]
fn the_mode_stays() {
    use std::os::unix::fs::PermissionsExt;
    let (_folder, path) = file(SHORT);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    aurora(&["fix", path.to_str().unwrap()], b"");
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
}
