//! `aurora check`, `sniff`, `explain`.

use serde_json::Value;

use crate::{aurora, stdout};

const SHORT: &[u8] = b"id,name,city\n1,Ada,London\n2,Grace\n3,Linus,Portland\n";

#[test]
fn findings_give_status_1_and_clean_input_0() {
    assert_eq!(aurora(&["check", "-"], SHORT).status.code(), Some(1));
    assert_eq!(aurora(&["check", "--exit-zero", "-"], SHORT).status.code(), Some(0));
    let clean = aurora(&["check", "-"], b"id,name\n1,Ada\n2,Grace\n");
    assert_eq!((clean.status.code(), stdout(&clean).as_str()), (Some(0), ""));
}

#[test]
fn what_cannot_be_read_is_said_with_status_2() {
    let output = aurora(&["check", "no/such/file.csv"], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("cannot read no/such/file.csv"));
}

#[test]
fn json_names_the_physical_place() {
    let output = aurora(&["check", "--format", "json", "--select", "structure", "-"], SHORT);
    let report: Value = serde_json::from_str(&stdout(&output)).unwrap();
    let finding = &report["diagnostics"][0];
    assert_eq!(finding["code"], "missing-fields");
    assert_eq!((&finding["line"], &finding["column"], &finding["record"]), (&3.into(), &8.into(), &1.into()));
}

#[test]
fn text_shows_the_line_with_carets() {
    let text = stdout(&aurora(&["check", "-"], SHORT));
    assert!(text.starts_with("-:3:8: error "), "{text}");
    assert!(text.contains("│ 2,Grace\n"), "{text}");
}

#[test]
fn empty_inputs_are_no_error() {
    for input in [&b""[..], b"\xef\xbb\xbf", b"\n", b"\0"] {
        for command in ["check", "sniff", "profile", "recommend"] {
            let code = aurora(&[command, "-"], input).status.code();
            assert!(matches!(code, Some(0 | 1)), "{command} {input:?}: {code:?}");
        }
    }
}

#[test]
fn a_reader_who_has_gone_is_no_fault() {
    for arguments in [&["recommend", "-"][..], &["profile", "-", "--format", "json"], &["sniff", "-"]] {
        let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_aurora"))
            .args(arguments)
            .stdin(std::process::Stdio::piped())
            .stdout(std::process::Stdio::piped())
            .stderr(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        drop(child.stdout.take());
        std::io::Write::write_all(&mut child.stdin.take().unwrap(), SHORT).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!((output.status.code(), said.as_ref()), (Some(0), ""), "{arguments:?}");
    }
}

#[test]
fn explain_prints_the_page_and_names_what_is_unknown() {
    assert!(stdout(&aurora(&["explain", "missing-fields"], b"")).contains("# Why it matters"));
    let unknown = aurora(&["explain", "nonsense"], b"");
    assert_eq!(unknown.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("nonsense"));
}

#[test]
fn configuration_upward_of_the_file_holds() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.csv");
    std::fs::write(&file, SHORT).unwrap();
    let path = file.to_str().unwrap();
    assert_eq!(aurora(&["check", path], b"").status.code(), Some(1));
    std::fs::write(folder.path().join("aurora.toml"), "ignore = [\"missing-fields\"]\n").unwrap();
    assert_eq!(aurora(&["check", path], b"").status.code(), Some(0));
    assert_eq!(aurora(&["check", "--isolated", path], b"").status.code(), Some(1));
    std::fs::write(folder.path().join("aurora.toml"), "ignroe = [\"missing-fields\"]\n").unwrap();
    let output = aurora(&["check", path], b"");
    assert!(stdout(&output).contains("did you mean ignore"));
}

#[test]
fn sniff_counts_what_it_read_whole_and_estimates_the_rest() {
    let sniffed = |rows: usize| -> Value {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sales.csv");
        let body: String = (0..rows).map(|n| format!("{:07};Ann Lee;{}.5\r\n", n, n % 10)).collect();
        std::fs::write(&path, format!("id;name;price\r\n{body}")).unwrap();
        let output = aurora(&["sniff", "--format", "json", path.to_str().unwrap()], b"");
        serde_json::from_str(&stdout(&output)).unwrap()
    };
    let (small, large) = (sniffed(1_000), sniffed(100_000));
    for found in [&small, &large] {
        assert_eq!((&found["delimiter"], &found["terminator"]), (&";".into(), &"crlf".into()));
        assert_eq!(
            (&found["columns"][2]["name"], &found["columns"][2]["kind"]),
            (&"price".into(), &"real".into())
        );
    }
    assert_eq!((&small["records"], &small["records_estimated"]), (&1_000.into(), &Value::Null));
    assert_eq!((&large["records"], &large["records_estimated"]), (&Value::Null, &100_000.into()));
}

#[test]
fn sniff_says_in_words_what_stands_above_the_records() {
    let printed = |text: &[u8]| stdout(&aurora(&["sniff", "-"], text));
    let cases = [
        ("id,name,price\n1,Ann,4.5\n2,Bo,1.25\n", "header      1 header record\n"),
        ("1,2.5,3\n2,4.5,1\n3,1.5,9\n", "header      no header\n"),
        (
            "Dates,To,Travel,,,Total\n,,Air,Rail,Taxi,\n04/04/2014,Cardiff,,65.60,,65.60\n\
             09/04/2014,London,,,16.00,16.00\n06/05/2014,Leicester,,64.00,26.00,90.00\n",
            "header      2 header records\n",
        ),
        ("Sales of May\n\nid,name,price\n1,Ann,4.5\n2,Bo,1.25\n", "preamble    2 lines\n"),
    ];
    for (text, line) in cases {
        let found = printed(text.as_bytes());
        assert!(found.contains(line), "{text:?}: {found}");
    }
}

#[test]
fn sniff_sees_an_escape_that_shows_beyond_the_head() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.csv");
    let escape = |last: &str| -> Value {
        let rows = "1,\"Ann Lee\",\"Oslo\"\n".repeat(60_000);
        std::fs::write(&path, format!("id,name,city\n{rows}{last}\n{rows}")).unwrap();
        let output = aurora(&["sniff", "--format", "json", path.to_str().unwrap()], b"");
        serde_json::from_slice::<Value>(&output.stdout).unwrap()["escape"].clone()
    };
    assert_eq!(escape(&"2,\"say \\\"no\\\" twice\",\"Oslo\"\n".repeat(3)), "\\");
    assert_eq!(escape("2,\"say no\",\"Oslo\""), "\"");
}

#[test]
fn sniff_sees_an_encoding_that_shows_beyond_the_head() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("names.csv");
    let ascii = "1,Ann\n".repeat(60_000).into_bytes();
    let latin: Vec<u8> = b"2,Ren\xe9e Fran\xe7ois\n3,G\xe9rard Lef\xe8vre\n".repeat(5_000);
    std::fs::write(&path, [ascii, latin].concat()).unwrap();
    let output = aurora(&["sniff", "--format", "json", path.to_str().unwrap()], b"");
    let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
    assert_eq!(found["encoding"], "windows-1252");
}

#[test]
fn a_long_file_is_decoded_by_what_comes_late() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("late.csv");
    let check = |late: &[u8]| {
        let mut bytes = b"name,town\n".to_vec();
        while bytes.len() < 5 << 20 {
            bytes.extend_from_slice(b"Ada Lovelace,London\n");
        }
        bytes.extend_from_slice(late);
        std::fs::write(&path, bytes).unwrap();
        let path = path.to_str().unwrap();
        stdout(&aurora(&["check", "--isolated", "--select", "invalid-encoding", path], b""))
    };
    let latin: Vec<u8> = b"Jos\xe9 Garc\xeda,M\xe1laga\nMar\xeda N\xfa\xf1ez,Le\xf3n\n".repeat(20);
    assert_eq!(check(&latin), "");
    let broken =
        ["José García,Málaga\nMaría Núñez,León\n".repeat(20).as_bytes(), b"Ren\xe9,Paris\n"].concat();
    assert!(check(&broken).contains("[invalid-encoding]"));
}

#[test]
fn what_is_suppressed_is_not_counted_and_takes_nobodys_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    let text = format!("id,town,n\n{}{}", "1,Bonn,3\n".repeat(3_000), "2,Bonn\n".repeat(2_100));
    std::fs::write(&path, text).unwrap();
    std::fs::write(folder.path().join("aurora.toml"), "").unwrap();
    let check = |more: &[&str]| {
        let output = aurora(&[&["check", path.to_str().unwrap()], more].concat(), b"");
        (output.status.code(), stdout(&output))
    };
    let (status, before) = check(&["--select", "missing-fields"]);
    assert_eq!(status, Some(1));
    // 1,000 are told, and the others are counted, whether or not each of them was kept.
    assert!(before.contains("1100 more findings"), "{}", before.lines().last().unwrap());
    let (_, all) = check(&["--select", "missing-fields", "--max-findings", "0"]);
    let told = all.matches("missing-fields").count();
    let counted = all.split(" more findings").next().and_then(|rest| rest.rsplit(' ').next()?.parse().ok());
    assert_eq!(told + counted.unwrap_or(0), 2_100);
    assert_eq!(check(&["--add-ignore"]).0, Some(0));
    let (status, after) = check(&[]);
    assert_eq!((status, after.as_str()), (Some(0), ""), "{after}");
}
