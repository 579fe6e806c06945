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

#[test]
fn what_was_not_decoded_is_not_written_unless_allowed() {
    // A lone byte of another encoding in a file of UTF-8.
    let text =
        b"id,name,city\n1,Gr\xf6\xc3\xb6\xc3\xa4,London\n2,Grace\n3,Linus,Portland\n4,\xe2\x82\xac,Rome\n";
    let (_folder, path) = file(text);
    let output = aurora(&["fix", path.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("could not be decoded"), "{output:?}");
    assert_eq!(fs::read(&path).unwrap(), text);
    assert_eq!(aurora(&["fix", "-"], text).status.code(), Some(2));
    aurora(&["fix", "--unsafe", path.to_str().unwrap()], b"");
    assert_ne!(fs::read(&path).unwrap(), text);
}

#[test]
fn encoding_and_odd_line_ends_stay() {
    let text = "id,name,city\r\n1,Größe,London\r\n2,Ärger\r\n3,Linus,Portland\r\n";
    let mut utf16 = vec![0xff, 0xfe];
    utf16.extend(text.encode_utf16().flat_map(u16::to_le_bytes));
    let (_folder, path) = file(&utf16);
    let output = aurora(&["fix", path.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let mended = text.replace("Ärger\r", "Ärger,\r");
    let mut expected = vec![0xff, 0xfe];
    expected.extend(mended.encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(fs::read(&path).unwrap(), expected);
}

#[cfg(unix)]
#[test]
fn a_link_stays_and_its_file_is_mended_but_a_loop_is_refused() {
    let (folder, path) = file(SHORT);
    let link = folder.path().join("link.csv");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    aurora(&["fix", link.to_str().unwrap()], b"");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(fs::read(&path).unwrap(), MENDED);
    let (a, b) = (folder.path().join("x.csv"), folder.path().join("y.csv"));
    std::os::unix::fs::symlink(&a, &b).unwrap();
    std::os::unix::fs::symlink(&b, &a).unwrap();
    let output = aurora(&["fix", a.to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_said_and_nothing_is_lost() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = file(SHORT);
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    let output = aurora(&["fix", path.to_str().unwrap()], b"");
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // Root may write everywhere.
    match output.status.code() {
        Some(0) => assert_eq!(fs::read(&path).unwrap(), MENDED),
        Some(2) => assert_eq!(fs::read(&path).unwrap(), SHORT),
        other => panic!("{other:?}"),
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
}

#[cfg(unix)]
#[test]
fn a_file_that_changes_meanwhile_is_left_alone() {
    use std::io::{Read, Write};
    use std::process::{Command, Stdio};
    // The file is a pipe's far end at first, so that the command has read the old text when the new one comes.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let mut child = Command::new(env!("CARGO_BIN_EXE_aurora"))
        .args(["fix", path.to_str().unwrap()])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = fs::OpenOptions::new().write(true).open(&path).unwrap();
    pipe.write_all(SHORT).unwrap();
    let other = folder.path().join("other");
    fs::write(&other, b"id\n1\n").unwrap();
    fs::rename(&other, &path).unwrap();
    drop(pipe);
    assert_eq!(child.wait().unwrap().code(), Some(2));
    let mut said = String::new();
    child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.contains("changed while it was being fixed"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), b"id\n1\n");
}

#[test]
fn only_what_is_selected_is_fixed_and_suppressions_hold() {
    let (folder, path) = file(SHORT);
    let path_text = path.to_str().unwrap();
    assert_eq!(aurora(&["fix", "--check", "--select", "stray-quote", path_text], b"").status.code(), Some(0));
    assert_eq!(aurora(&["fix", "--check", "--select", "pad-record", path_text], b"").status.code(), Some(1));
    assert_eq!(aurora(&["fix", "--select", "nonsense", path_text], b"").status.code(), Some(2));
    fs::write(folder.path().join("aurora.toml"), "ignore = [\"missing-fields\"]\n").unwrap();
    assert_eq!(aurora(&["fix", "--check", path_text], b"").status.code(), Some(0));
    assert_eq!(aurora(&["fix", "--check", "--isolated", path_text], b"").status.code(), Some(1));
}

#[test]
fn one_refusal_does_not_keep_the_others_from_being_fixed() {
    let (folder, path) = file(SHORT);
    let bad = folder.path().join("0.csv");
    fs::write(&bad, b"id,name\n1,Gr\xf6\xc3\xb6\xc3\xa4\n2\n3,\xe2\x82\xac\n").unwrap();
    let output = aurora(&["fix", folder.path().to_str().unwrap()], b"");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(fs::read(&path).unwrap(), MENDED);
}

const TWO_TABLES: &[u8] =
    b"\xef\xbb\xbfshop,month,amount\r\na,Jan,12\r\nb,Jan,19\r\na,Feb,11\r\nb,Feb,24\r\n\r\nshop,city\r\na,Rome\r\nb,Oslo\r\nc,Bern\r\n";

#[test]
fn several_tables_become_files_beside_the_original_when_asked_for_by_name() {
    let (folder, path) = file(TWO_TABLES);
    let text = path.to_str().unwrap();
    let made = |n: u32| folder.path().join(format!("a-{n}.csv"));
    // Not by the way.
    for arguments in
        [&["fix", text][..], &["fix", "--unsafe", text], &["fix", "--unsafe", "--select", "file", text]]
    {
        assert_eq!(aurora(arguments, b"").status.code(), Some(0));
    }
    let split = |more: &[&str]| aurora(&[&["fix", "--select", "split-tables", text], more].concat(), b"");
    assert_eq!(split(&["--check"]).status.code(), Some(1));
    assert!(stdout(&split(&["--diff"])).contains("+c,Bern"));
    assert!(!made(1).exists() && !made(2).exists());

    let output = split(&[]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("a-1.csv"), "{output:?}");
    let first = b"\xef\xbb\xbfshop,month,amount\r\na,Jan,12\r\nb,Jan,19\r\na,Feb,11\r\nb,Feb,24\r\n";
    assert_eq!(fs::read(made(1)).unwrap(), first);
    assert_eq!(fs::read(made(2)).unwrap(), b"\xef\xbb\xbfshop,city\r\na,Rome\r\nb,Oslo\r\nc,Bern\r\n");
    assert_eq!(fs::read(&path).unwrap(), TWO_TABLES);

    // Never over another file, not even over one of the two; and not for standard input.
    fs::remove_file(made(1)).unwrap();
    fs::write(made(2), "mine").unwrap();
    let output = split(&[]);
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("is there already"), "{output:?}");
    assert!(!made(1).exists() && fs::read(made(2)).unwrap() == b"mine");
    let output = aurora(&["fix", "--select", "split-tables", "-"], TWO_TABLES);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
}

/// A table of `n` good records, with `broken` in the middle.
fn with_broken(n: usize, broken: &str) -> String {
    let good =
        |from: usize, to: usize| -> String { (from..to).map(|n| format!("{n},N{n},note {n}\n")).collect() };
    format!("id,name,note\n{}{broken}{}", good(0, n / 2), good(n / 2, n))
}

#[test]
fn blanks_of_a_broken_record_stay_until_it_is_mended() {
    let text = with_broken(30, "31,Bolt, large,note 31\n32, Nut ,note 32\n");
    let safe = stdout(&aurora(&["fix", "-"], text.as_bytes()));
    assert!(safe.contains("\n31,Bolt, large,note 31\n32,Nut,note 32\n"), "{safe}");
    let mended = stdout(&aurora(&["fix", "--unsafe", "-"], safe.as_bytes()));
    assert!(mended.contains("\n31,\"Bolt, large\",note 31\n32,Nut,"), "{mended}");
    // Nor is the blank a finding of its own.
    let found = stdout(&aurora(
        &["check", "--format", "jsonl", "-"],
        with_broken(30, "31,Bolt, large,note 31\n").as_bytes(),
    ));
    assert!(found.contains("extra-fields") && !found.contains("untidy-whitespace"), "{found}");
}

#[test]
fn halves_of_a_record_are_joined_and_never_padded() {
    let text = with_broken(30, "31,N31\n,note 31\n");
    assert_eq!(stdout(&aurora(&["fix", "-"], text.as_bytes())), text);
    let mended = stdout(&aurora(&["fix", "--unsafe", "-"], text.as_bytes()));
    assert!(mended.contains("\n31,\"N31\",note 31\n"), "{mended}");
}

#[test]
fn a_lost_delimiter_is_not_padded_over() {
    let good: String = (1..9).map(|n| format!("2024-01-0{n},1{n}:15,{n}\n")).collect();
    let text = format!("day,time,n\n{good}2024-01-09,11:304\n");
    assert_eq!(stdout(&aurora(&["fix", "-"], text.as_bytes())), text);
    let mended = stdout(&aurora(&["fix", "--unsafe", "-"], text.as_bytes()));
    assert!(mended.ends_with("2024-01-09,11:30,4\n"), "{mended}");
}

#[test]
fn nothing_is_promised_that_would_be_refused() {
    let text = b"id,name\n1,Zo\xc3\xab\n2,Zo\xc3\xab\n3,Zo\xc3\xab\n4,Ren\xe9\n";
    for option in [&[][..], &["--diff"], &["--check"]] {
        let output = aurora(&[&["fix", "-"], option].concat(), text);
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{option:?}");
    }
    let mended = stdout(&aurora(&["fix", "--unsafe", "-"], text));
    assert!(mended.ends_with("\n4,Ren\u{e9}\n"), "{mended}");
}

#[test]
fn where_one_table_cannot_be_written_none_is() {
    // U+FFFD, which a byte without a meaning becomes, has no code in Shift JIS.
    let text = [&b"shop,month,amount\na,Jan,12\nb,Jan,19\na,Feb,11\nb,Feb,24\n\nshop,city\na,\x83\x8d\x81\x5b\x83\x7d\nb,\xff\xff\nc,Bern\n"[..]].concat();
    let (folder, path) = file(&text);
    let words =
        ["fix", "--select", "split-tables", "--unsafe", "--encoding", "shift_jis", path.to_str().unwrap()];
    let output = aurora(&words, b"");
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("shift_jis has no code for"), "{output:?}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}
