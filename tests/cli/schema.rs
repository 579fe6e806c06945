//! Schemas beside a table: read, checked against, inferred.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::{aurora, stdout};

const TABLE: &str = "id,name,age,joined,kind\n\
    1,Ada,36,2024-01-31,a\n2,Grace,-4,31/01/2024,b\n2,,x,2024-02-30,c\n3,Linus,n/a,2024-03-01,a\n";

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let path = folder.path().join("people.csv").to_str().unwrap().to_owned();
    (folder, path)
}

/// The findings that come from a schema: code and message.
fn found(path: &str) -> Vec<(String, String)> {
    let output = aurora(&["check", "--format", "jsonl", path], b"");
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    let object = |line: &str| serde_json::from_str::<Value>(line).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let all = stdout(&output);
    let all = all.lines().map(object).map(|one| (text(&one["code"]), text(&one["message"])));
    all.filter(|(code, _)| code.contains("schema")).collect()
}

fn table_schema() -> Value {
    json!({
        "fields": [
            {"name": "id", "type": "integer", "constraints": {"unique": true}},
            {"name": "name", "type": "string", "constraints": {"required": true, "maxLength": 4}},
            {"name": "age", "type": "integer", "constraints": {"minimum": 0}},
            {"name": "joined", "type": "date"},
            {"name": "kind", "constraints": {"enum": ["a", "b"]}},
        ],
        "missingValues": ["", "n/a"],
    })
}

/// What [`table_schema`] has to say of [`TABLE`].
fn expected() -> Vec<(&'static str, &'static str)> {
    vec![
        ("schema-constraint", "2 of 4 values break the schema's maximum length 4, such as 'Grace'"),
        ("schema-constraint", "1 of 4 values break the schema's minimum 0, such as '-4'"),
        ("schema-type", "2 of 4 values are no date as the schema has it, such as '31/01/2024'"),
        ("schema-constraint", "1 of 4 values break the schema's unique, such as '2'"),
        ("schema-constraint", "1 of 4 values are missing, and the schema requires them"),
        ("schema-type", "1 of 4 values are no integer as the schema has it, such as 'x'"),
        ("schema-constraint", "1 of 4 values break the schema's enumeration, such as 'c'"),
    ]
}

fn assert_found(path: &str) {
    let mut found = found(path);
    let mut expected: Vec<_> = expected().iter().map(|(c, m)| ((*c).to_owned(), (*m).to_owned())).collect();
    found.sort();
    expected.sort();
    assert_eq!(found, expected);
}

#[test]
fn a_table_schema_beside_a_table_is_kept_to() {
    for name in ["people.csv.schema.json", "people.schema.json", "schema.json"] {
        let (_folder, path) = folder(&[("people.csv", TABLE), (name, &table_schema().to_string())]);
        assert_found(&path);
        let isolated = stdout(&aurora(&["check", "--isolated", &path], b""));
        assert!(!isolated.contains("schema-"), "{isolated}");
    }
}

#[test]
fn a_data_package_speaks_of_its_own_files_only() {
    let inside =
        |path: &str, schema: Value| json!({"resources": [{"path": path, "schema": schema}]}).to_string();
    let (_folder, path) =
        folder(&[("people.csv", TABLE), ("datapackage.json", &inside("people.csv", table_schema()))]);
    assert_found(&path);
    let (_folder, path) =
        folder(&[("people.csv", TABLE), ("datapackage.json", &inside("other.csv", table_schema()))]);
    assert!(found(&path).is_empty());
    let named = inside("./people.csv", json!("s.json"));
    let files = [
        ("people.csv", TABLE),
        ("datapackage.json", named.as_str()),
        ("s.json", &table_schema().to_string()),
    ];
    let (_folder, path) = folder(&files);
    assert_found(&path);
    // Nothing outside of the package is read.
    let (_folder, path) = folder(&[
        ("people.csv", TABLE),
        ("datapackage.json", &inside("people.csv", json!("../../etc/passwd"))),
    ]);
    let (code, message) = &found(&path)[0];
    assert_eq!(code, "unreadable-schema");
    assert!(message.contains("outside of the package"), "{message}");
}

#[test]
fn csvw_metadata_says_the_same() {
    let metadata = json!({
        "@context": "http://www.w3.org/ns/csvw",
        "url": "people.csv",
        "null": ["", "n/a"],
        "tableSchema": {
            "columns": [
                {"titles": "id", "name": "key", "datatype": "integer"},
                {"titles": ["name"], "required": true, "datatype": {"base": "string", "maxLength": 4}},
                {"titles": {"en": "age"}, "datatype": "nonNegativeInteger"},
                {"name": "joined", "datatype": {"base": "date", "format": "d/M/yyyy"}},
                {"name": "kind", "datatype": {"base": "string", "format": "[ab]"}},
            ],
            "primaryKey": "key",
        },
    });
    let (_folder, path) =
        folder(&[("people.csv", TABLE), ("people.csv-metadata.json", &metadata.to_string())]);
    let found: Vec<String> = found(&path).into_iter().map(|(_, message)| message).collect();
    for said in
        ["primary key, such as '2'", "maximum length 4", "minimum 0", "no date", "pattern [ab], such as 'c'"]
    {
        assert!(found.iter().any(|message| message.contains(said)), "{said}: {found:?}");
    }
    assert!(found.iter().any(|m| m.contains("3 of 4 values are no date")), "{found:?}");
}

#[test]
fn other_columns_than_the_schema_has_are_one_finding() {
    let text = TABLE.replace("age", "years");
    let (_folder, path) =
        folder(&[("people.csv", &text), ("people.schema.json", &table_schema().to_string())]);
    let columns: Vec<_> = found(&path).into_iter().filter(|(code, _)| code == "schema-columns").collect();
    assert_eq!(columns.len(), 1);
    let said = "the schema has \"age\", which the file lacks; the file has \"years\", which the schema lacks";
    assert_eq!(columns[0].1, said);
}

#[test]
fn a_schema_that_cannot_be_read_is_said_once_and_stops_nothing() {
    for bad in [
        "{",
        "{\"fields\": [{}]}",
        "{\"fields\": [{\"name\": \"id\", \"constraints\": {\"pattern\": \"(\"}}]}",
    ] {
        let (_folder, path) = folder(&[("people.csv", TABLE), ("people.schema.json", bad)]);
        let found = found(&path);
        assert_eq!(found.len(), 1, "{bad}: {found:?}");
        assert_eq!(found[0].0, "unreadable-schema");
    }
    // A pattern that would take for ever elsewhere is linear here; one that would fill the memory is refused.
    let patterned =
        |pattern: &str| json!({"fields": [{"name": "id", "constraints": {"pattern": pattern}}]}).to_string();
    let long = format!("id\n{}\n", "a".repeat(50_000));
    let (_folder, path) = folder(&[("people.csv", &long), ("schema.json", &patterned("(a+)+$b"))]);
    assert_eq!(found(&path)[0].0, "schema-constraint");
    let (_folder, path) = folder(&[("people.csv", &long), ("schema.json", &patterned(".{1000}{1000}"))]);
    assert_eq!(found(&path)[0].0, "unreadable-schema");
}

#[test]
fn the_inferred_schema_is_kept_to_and_never_overwritten() {
    let text = "id,name,n,share,day,ok,zip\n1,Ada,3,0.5,13/02/2024,yes,00123\n2,Bob,NA,1,01/03/2024,no,04567\n\
                3,Eve,4,2.25,28/03/2024,yes,10001\n4,Mia,5,NA,30/03/2024,no,10001\n";
    let (folder, path) = folder(&[("people.csv", text)]);
    let schema_path = folder.path().join("people.csv.schema.json");
    let infer = || aurora(&["schema", "infer", &path, "--output", schema_path.to_str().unwrap()], b"");
    assert_eq!(infer().status.code(), Some(0));
    let schema: Value = serde_json::from_str(&fs::read_to_string(&schema_path).unwrap()).unwrap();
    let kinds: Vec<_> =
        schema["fields"].as_array().unwrap().iter().map(|f| f["type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["integer", "string", "integer", "number", "date", "boolean", "string"]);
    assert_eq!(schema["fields"][4]["format"], "%d/%m/%Y");
    assert_eq!(schema["fields"][0]["constraints"], json!({"required": true, "unique": true}));
    assert!(found(&path).is_empty(), "{:?}", found(&path));
    assert_eq!(infer().status.code(), Some(2));
    // The fixtures keep to theirs, whatever is wrong in them.
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    for name in ["clean.csv", "tour.csv"] {
        let copy = folder.path().join(name);
        fs::copy(fixtures.join(name), &copy).unwrap();
        let schema = folder.path().join(format!("{name}.schema.json"));
        let (copy, schema) = (copy.to_str().unwrap(), schema.to_str().unwrap());
        assert_eq!(aurora(&["schema", "infer", copy, "--output", schema], b"").status.code(), Some(0));
        assert!(found(copy).is_empty(), "{name}: {:?}", found(copy));
    }
}

#[test]
fn the_codes_are_explained_and_can_be_ignored() {
    assert!(stdout(&aurora(&["explain", "schema-type"], b"")).contains("# Why it matters"));
    let (folder, path) = folder(&[("people.csv", TABLE), ("schema.json", &table_schema().to_string())]);
    fs::write(folder.path().join("aurora.toml"), "ignore = [\"schema-type\", \"schema-constraint\"]\n")
        .unwrap();
    assert!(found(&path).is_empty());
    let text = stdout(&aurora(&["check", "--isolated", &path], b""));
    assert!(!text.contains("unknown-code"));
}

#[test]
fn a_file_without_header_keeps_to_the_schema_inferred_of_it() {
    let text: String = (1..21).map(|n| format!("{n},{n}.25,2023-01-{n:02}\n")).collect();
    let (folder, path) = folder(&[("people.csv", &text)]);
    let schema = stdout(&aurora(&["schema", "infer", &path], b""));
    let json: Value = serde_json::from_str(&schema).unwrap();
    let of =
        |key: &str| json["fields"].as_array().unwrap().iter().map(|f| f[key].clone()).collect::<Vec<_>>();
    assert_eq!(of("name"), ["column_1", "column_2", "column_3"]);
    assert_eq!(of("type"), ["integer", "number", "date"]);
    fs::write(folder.path().join("people.csv.schema.json"), schema).unwrap();
    assert_eq!(found(&path), []);
    // The places are still checked.
    fs::write(&path, text.replace("7.25", "x")).unwrap();
    assert_eq!(found(&path).len(), 1, "{:?}", found(&path));
}
