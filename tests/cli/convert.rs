//! `aurora convert`: hostile tables come out as RFC 4180, in order and in full.

use std::io::Write;

use crate::aurora;

/// Output of `aurora convert` with `arguments` for a file that holds `text`.
fn converted(arguments: &[&str], text: impl AsRef<[u8]>) -> String {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(text.as_ref()).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    let output = aurora(&[&["convert"], arguments, &[path.as_str()]].concat(), b"");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_unclosed_quote_on_line_two_of_a_large_file_costs_one_record() {
    let lines = "2,Grace,New York\n".repeat(100_000);
    let out = converted(&["--repair", "all"], format!("id,name,city\n1,\"Ada,London\n{lines}"));
    assert_eq!(out.lines().count(), 100_002);
    assert!(out.starts_with("id,name,city\r\n1,\"\"\"Ada\",London\r\n2,Grace,New York\r\n"));
}

#[test]
fn one_huge_line_and_one_record_of_many_fields_come_out_whole() {
    let line = "x".repeat(6_000_000);
    assert_eq!(converted(&[], &line).trim_end().trim_matches('"').len(), line.len());
    let fields: Vec<String> = (0..300_000).map(|i| i.to_string()).collect();
    let record = fields.join(",");
    let out = converted(&[], format!("{record}\n{record}\n"));
    assert_eq!(out.replace('"', ""), format!("{record}\r\n{record}\r\n"));
}

#[test]
fn a_cell_of_many_lines_stays_one_cell() {
    let cell = "a line of text\n".repeat(100_000);
    let good: String = (0..90_000).map(|i| format!("{i},x,6\n")).collect();
    let text = format!("id,note,n\n{good}1,\"{cell}\",5\n{good}");
    let out = converted(&["--terminator", "lf"], &text);
    assert!(out == text, "{} bytes became {}", text.len(), out.len());
}

#[test]
fn floods_of_one_character_end_soon() {
    for flood in ["\0", "\"", "\n", ",", "\r", "\\", "\u{feff}"] {
        let start = std::time::Instant::now();
        converted(&["--repair", "all"], flood.repeat(100_000));
        assert!(start.elapsed().as_secs() < 20, "{flood:?}");
    }
}

#[test]
fn delimiter_terminator_and_encoding_are_chosen() {
    let text = "id;name\n1;Ren\u{e9}\n2;A, B\n3;\"x;y\"\n";
    let out = converted(&["--delimiter", "tab", "--terminator", "cr"], text);
    assert_eq!(out, "id\tname\r1\tRen\u{e9}\r2\tA, B\r3\tx;y\r");
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let output = aurora(&["convert", "--to", "windows-1252", file.path().to_str().unwrap()], b"");
    assert_eq!(output.stdout, b"id,name\r\n1,Ren\xe9\r\n2,\"A, B\"\r\n3,x;y\r\n");
}

#[test]
fn the_output_file_appears_whole_or_not_at_all() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in.csv"), folder.path().join("out.csv"));
    std::fs::write(&from, "a;b\n1;2\n3;4\n").unwrap();
    let (from, to) = (from.to_str().unwrap(), to.to_str().unwrap());
    assert!(aurora(&["convert", from, "--output", to], b"").status.success());
    assert_eq!(std::fs::read_to_string(to).unwrap(), "a,b\r\n1,2\r\n3,4\r\n");
    assert_eq!(aurora(&["convert", "no-such-file.csv", "--output", to], b"").status.code(), Some(2));
    assert_eq!(std::fs::read_to_string(to).unwrap(), "a,b\r\n1,2\r\n3,4\r\n");
    assert_eq!(aurora(&["convert", from, "--to", "klingon"], b"").status.code(), Some(2));
}

/// What `aurora` with `arguments` makes of `bytes` that come through a named pipe.
#[cfg(unix)]
fn through_a_pipe(arguments: &[&str], bytes: Vec<u8>) -> std::process::Output {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.csv");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let end = pipe.clone();
    let writer = std::thread::spawn(move || {
        let _ = std::fs::File::options().write(true).open(end).unwrap().write_all(&bytes);
    });
    let output = aurora(&[arguments, &[pipe.to_str().unwrap()]].concat(), b"");
    writer.join().unwrap();
    output
}

#[test]
#[cfg(unix)]
fn a_pipe_that_is_longer_than_its_head_is_read_to_its_end() {
    let text = format!("id,town\n{}", "12,Bremen\n".repeat(600_000));
    let output = through_a_pipe(&["profile"], text.clone().into_bytes());
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.starts_with("600000 records, 2 columns"), "{said} {:?}", output.stderr);
    // Not UTF-8 further on: nothing can be read anew, and nothing is left out.
    let mut latin = text.clone().into_bytes();
    latin.extend_from_slice(b"13,K\xf6ln\n");
    let output = through_a_pipe(&["profile"], latin);
    assert!(output.stdout.starts_with(b"600001 records, 2 columns"));
    let output = through_a_pipe(&["convert", "--terminator", "lf"], text.clone().into_bytes());
    assert!(output.status.success() && output.stdout == text.as_bytes(), "{:?}", output.stderr);
}

/// Records of a town and an amount, which has a long tail.
fn skewed() -> String {
    (0..200).map(|i| format!("Bonn,{:.2}\n", (f64::from(i * 37 % 200) / 25.0).exp())).collect()
}

#[test]
fn bytes_that_cannot_be_decoded_are_told() {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(b"town,amount\nZ\xc3\xbcrich,1\nB\xff\xfern,2\n").unwrap();
    file.write_all(skewed().as_bytes()).unwrap();
    let output = aurora(&["convert", "--encoding", "utf-8", file.path().to_str().unwrap()], b"");
    assert!(String::from_utf8(output.stdout).unwrap().contains("B\u{fffd}\u{fffd}rn"));
    let told = String::from_utf8(output.stderr).unwrap();
    let expected = "2 bytes could not be decoded as utf-8 and became U+FFFD, the first at byte 23";
    assert!(told.contains(expected), "{told}");
    // A recipe is not applied to such a file, unless that is wanted.
    let folder = tempfile::tempdir().unwrap();
    let recipe = folder.path().join("recipe.json");
    let path = file.path().to_str().unwrap();
    std::fs::write(&recipe, aurora(&["recipe", "new", path, "log1p-column=amount"], b"").stdout).unwrap();
    let apply = ["recipe", "apply", recipe.to_str().unwrap(), path, "--encoding", "utf-8"];
    let output = aurora(&apply, b"");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.contains("2 bytes could not be decoded and would be lost"), "{told}");
    let output = aurora(&[&apply[..], &["--unsafe"]].concat(), b"");
    assert!(output.status.success() && output.stdout.starts_with(b"town,"), "{output:?}");
}

#[test]
#[cfg(unix)]
fn an_output_file_has_the_mode_of_any_file_or_keeps_its_own_and_a_link_stays_one() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let mode = |name: &str| std::fs::metadata(at(name)).unwrap().permissions().mode() & 0o777;
    std::fs::write(at("in.csv"), format!("town,amount\n{}", skewed())).unwrap();
    std::fs::write(
        at("recipe.json"),
        aurora(&["recipe", "new", &at("in.csv"), "log1p-column=amount"], b"").stdout,
    )
    .unwrap();
    let kinds = [vec!["convert".to_owned(), at("in.csv")], ["recipe", "apply"].map(str::to_owned).to_vec()];
    for (n, mut words) in kinds.into_iter().enumerate() {
        if n == 1 {
            words.extend([at("recipe.json"), at("in.csv")]);
        }
        let to = |name: &str| {
            let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
            let target = at(name);
            words.extend(["--output", &target]);
            let output = aurora(&words, b"");
            assert!(output.status.success(), "{output:?}");
        };
        to(&format!("new{n}.csv"));
        // `in.csv` was made by this process, under the same mask.
        assert_eq!(mode(&format!("new{n}.csv")), mode("in.csv"));
        std::fs::write(at("mine.csv"), "").unwrap();
        std::fs::set_permissions(at("mine.csv"), std::fs::Permissions::from_mode(0o640)).unwrap();
        let link = at(&format!("link{n}.csv"));
        std::os::unix::fs::symlink(at("mine.csv"), &link).unwrap();
        to(&format!("link{n}.csv"));
        assert!(std::fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(mode("mine.csv"), 0o640);
        assert!(std::fs::read(at("mine.csv")).unwrap().starts_with(b"town,"));
    }
    // A device is written to and not replaced.
    let output = aurora(&["convert", &at("in.csv"), "--output", "/dev/stdout"], b"");
    assert!(output.stdout.starts_with(b"town,amount\r\n"), "{output:?}");
}
