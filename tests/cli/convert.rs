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

/// Standard output and error of `aurora convert` with `arguments` for a file that holds `text`.
fn told(arguments: &[&str], text: &str) -> (String, String) {
    let mut file = tempfile::Builder::new().suffix(".csv").tempfile().unwrap();
    file.write_all(text.as_bytes()).unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    let arguments = [&["convert", "--terminator", "lf"], arguments, &[path.as_str()]].concat();
    let output = aurora(&arguments, b"");
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn what_is_left_out_is_told() {
    let (first, second) = ("id,name\n1,a\n2,b\n3,c\n4,d\n", "city,pop,area\nRome,1,2\nOslo,2,3\nBonn,3,4\n");
    let both = format!("{first}\n{second}");
    let (out, said) = told(&[], &both);
    assert_eq!(out, first);
    assert_eq!(
        said,
        "aurora: 2 tables were found; this is number 1, 4 records; 4 lines after it were left out \
         (`--table` chooses another)\n"
    );
    let (out, said) = told(&["--table", "2"], &both);
    assert_eq!(out, second);
    assert!(said.contains("this is number 2, 3 records; 5 lines before it were left out"), "{said}");
    let (out, said) = told(&["--table", "3"], &both);
    assert!(out.is_empty() && said.contains("there is no table 3; 2 tables were found"), "{said}");
    let (out, said) = told(&[], &format!("Names of us\n\n{first}\nSource: us\n"));
    assert_eq!(out, first);
    assert_eq!(said, "aurora: 1 line before the table and 1 line after the table were left out\n");
    assert_eq!(told(&[], first), (first.to_owned(), String::new()));
    assert_eq!(told(&[], "sep=;\nid;name\n1;a\n2;b\n").1, "");
}

#[test]
fn a_broken_record_below_a_blank_line_is_written() {
    let (out, said) = told(&[], "id,name,amount\n1,A,5\n2,B,6\n3,C,7\n\n4,D\n");
    assert!(out.ends_with("\n4,D\n"), "{out}");
    assert!(said.contains("1 of 4 records"), "{said}");
}

#[test]
fn what_is_no_text_is_refused_by_every_command() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("image.csv");
    let bytes = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[7; 900]].concat();
    std::fs::write(&path, &bytes).unwrap();
    let name = path.to_str().unwrap();
    for command in ["check", "fix", "sniff", "convert", "profile", "recommend"] {
        let output = aurora(&[command, name], b"");
        assert_eq!(output.status.code(), Some(2), "{command}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("is a PNG image, not a table"), "{command}: {said}");
    }
    assert_eq!(std::fs::read(&path).unwrap(), bytes);
}

#[test]
fn what_an_encoding_cannot_hold_is_refused_unless_loss_is_allowed() {
    let text = "Report of Łódź\n\nid;name\n1;Ann\n2;Łódź\n3;Bo\n".as_bytes();
    let folder = tempfile::tempdir().unwrap();
    let to = folder.path().join("out.csv");
    let to = to.to_str().unwrap();
    for output in [&[][..], &["--output", to]] {
        let output = aurora(&[&["convert", "--to", "windows-1252", "-"], output].concat(), text);
        let message = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!((output.status.code(), output.stdout.as_slice()), (Some(2), &b""[..]), "{message}");
        assert!(message.contains("no code for Ł (U+0141) of line 5"), "{message}");
        assert!(message.contains("--lossy"), "{message}");
    }
    assert!(!std::path::Path::new(to).exists());
    let output = aurora(&["convert", "--to", "windows-1252", "--lossy", "-"], text);
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.ends_with(b"2,?\xf3d?\r\n3,Bo\r\n"), "{output:?}");
    assert!(String::from_utf8_lossy(&output.stderr).contains("became `?`"), "{output:?}");
}

#[test]
fn the_help_names_the_encodings_and_the_program() {
    let help = |arguments: &[&str]| String::from_utf8(aurora(arguments, b"").stdout).unwrap();
    let convert = help(&["convert", "--help"]);
    assert!(convert.contains("windows-1252") && convert.contains("koi8-r") && convert.contains("ibm850"));
    assert!(help(&["--help"]).starts_with("Finds what is wrong in CSV files, mends it"));
}

/// What `convert`, `convert --repair all` and `fix` make of `text`.
fn three_ways(text: &str) -> [String; 3] {
    let convert = |options: &[&str]| converted(&[&["--terminator", "lf"], options].concat(), text);
    let fixed = String::from_utf8(aurora(&["fix", "-"], text.as_bytes()).stdout).unwrap();
    [convert(&[]), convert(&["--repair", "all"]), converted(&["--terminator", "lf"], fixed)]
}

#[test]
fn text_after_a_quote_is_read_alike_by_all() {
    let [plain, mended, fixed] = three_ways("id,name\n1,Ann\n2,\"Bob\" x\n3,Cy\n4,\"D, E\"\n");
    assert_eq!(plain, "id,name\n1,Ann\n2,Bob x\n3,Cy\n4,\"D, E\"\n");
    assert_eq!((&mended, &fixed), (&plain, &plain));
}

#[test]
fn what_repair_and_safe_fixes_make_of_a_broken_record_is_the_same() {
    let [_, mended, fixed] = three_ways("id,name,n\n1,A,2\n2,B,3\n3, \"C, D\",7\n");
    assert_eq!(mended, "id,name,n\n1,A,2\n2,B,3\n3,\"C, D\",7\n");
    assert_eq!(fixed, mended);
    for n in [15, 22] {
        let good: String = (0..n).map(|n| format!("{n},\"N {n}\",{n}\n")).collect();
        let [_, mended, fixed] = three_ways(&format!("id,name,n\n{good}30,\"say \\\"hi\\\", ok\",4\n"));
        assert!(mended.ends_with("\n30,\"say \"\"hi\"\", ok\",4\n"), "{mended}");
        assert_eq!(fixed, mended);
    }
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
