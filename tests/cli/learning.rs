//! `aurora correct`, `rules` and `privacy`: teach, start anew, see the rule, ask why, forget it.

use std::fs;

use serde_json::Value;

use crate::{aurora, stdout};

struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut text = "town,amount,n\n".to_owned();
        for i in 0..200_u32 {
            text += &format!("Town{},{:.2},{i}\n", i % 7, (f64::from(i * 37 % 200) / 25.0).exp());
        }
        fs::write(folder.path().join("a.csv"), text).unwrap();
        fs::write(folder.path().join("aurora.toml"), "[learning]\ndomain = \"finance\"\n").unwrap();
        Self { folder }
    }

    /// Runs a command on the project's file (`a.csv` among the words) with the project's store.
    fn run(&self, words: &str) -> (i32, String) {
        let (file, store) = (self.folder.path().join("a.csv"), self.folder.path().join("store"));
        let mut words: Vec<&str> = words.split(' ').collect();
        for word in &mut words {
            if *word == "a.csv" {
                *word = file.to_str().unwrap();
            }
        }
        words.extend(["--store", store.to_str().unwrap()]);
        let output = aurora(&words, b"");
        (output.status.code().unwrap(), stdout(&output) + &String::from_utf8_lossy(&output.stderr))
    }

    fn json(&self, words: &str) -> Value {
        let (status, text) = self.run(words);
        serde_json::from_str(&text).unwrap_or_else(|_| panic!("{words}: {status} {text}"))
    }

    fn confidence(&self, action: &str) -> f64 {
        let columns = self.json("recommend a.csv --format json");
        let all = columns[1]["recommendations"].as_array().unwrap().clone();
        all.iter().find(|one| one["action"] == action).unwrap()["confidence"].as_f64().unwrap()
    }
}

#[test]
fn a_dismissal_is_remembered_explained_and_forgotten() {
    let project = Project::new();
    let before = project.confidence("log1p-column");
    let answer = "correct a.csv --column amount --target transform --action log1p-column --kind dismiss";
    let column = project.json(answer);
    assert_eq!(column["name"], "amount");
    // Each command is a process of its own: what is shown comes from disk.
    let after = project.confidence("log1p-column");
    assert!(after < 0.4 && after < before, "{before} → {after}");
    let (_, why) = project.run("rules why a.csv amount");
    assert!(why.contains("your answer on this column (0 of 1 for it) lowered it"), "{why}");
    assert!(
        why.contains("kept: your answer; four buckets of this column at ε = 0.300; 0.300 of 0.9 used"),
        "{why}"
    );
    let (_, report) = project.run("privacy report a.csv");
    assert!(
        report.contains("column 2, named like \"amount\", transform: log1p-column → dismiss"),
        "{report}"
    );
    let (_, forgot) = project.run("privacy forget a.csv");
    assert!(forgot.starts_with("forgot 1 answers"), "{forgot}");
    assert_eq!(project.confidence("log1p-column"), before);
    let (_, report) = project.run("privacy report a.csv");
    assert!(report.contains("ε = 0.300 of 0.900 used") && report.contains("nothing (forgotten)"), "{report}");
}

#[test]
fn a_rule_is_learned_switched_off_exported_and_forgotten() {
    let project = Project::new();
    for _ in 0..8 {
        project.json("correct a.csv --column 1 --target transform --action log1p-column --kind accept");
    }
    let (_, list) = project.run("rules");
    assert!(list.starts_with("1 rules learned from 8 answers"), "{list}");
    let rules = project.json("rules list --format json");
    assert_eq!(rules["rules"][0]["accepted"], 8);
    let number = &rules["rules"][0]["id"];
    let before = project.confidence("log1p-column");
    assert_eq!(project.run(&format!("rules disable {number}")).0, 0);
    assert!(project.run("rules").1.contains("Switched off by you"));
    assert_eq!(project.run(&format!("rules enable {number}")).0, 0);
    assert_eq!(project.confidence("log1p-column"), before);
    assert!(project.run("rules curve").1.contains("100 %"));
    assert!(project.run(&format!("rules forget {number}")).1.contains("forgot 8 answers"));
    assert!(project.run("rules").1.starts_with("0 rules learned"));
}

#[test]
fn a_role_that_was_corrected_stays() {
    let project = Project::new();
    let told =
        "correct a.csv --column n --target role --action numeric --kind override --wanted not-generalizable";
    assert_eq!(project.json(told)["role"]["code"], "not-generalizable");
    let columns = project.json("recommend a.csv --format json");
    assert_eq!(columns[2]["role"]["code"], "not-generalizable");
}

#[test]
fn without_buckets_nothing_is_drawn() {
    let project = Project::new();
    let config = "[learning]\ndomain = \"finance\"\n[privacy]\nbuckets = false\n";
    fs::write(project.folder.path().join("aurora.toml"), config).unwrap();
    project.json("correct a.csv --column 1 --target transform --action log1p-column --kind accept");
    let (_, report) = project.run("privacy report a.csv");
    assert!(report.contains("ε = 0.000 of 0.900 used"), "{report}");
}

#[test]
fn the_proof_holds_and_says_so() {
    let (status, text) = Project::new().run("privacy prove");
    assert_eq!(status, 0, "{text}");
    assert!(text.contains("largest log-ratio 0.900000") && text.contains("the claim holds"), "{text}");
}

#[test]
fn a_wrong_word_is_answered_with_the_right_ones() {
    let project = Project::new();
    let (status, text) =
        project.run("correct a.csv --column amount --target role --action numbr --kind accept");
    assert_eq!(status, 2);
    assert!(text.contains("there are numeric, categorical"), "{text}");
    let (status, text) =
        project.run("correct a.csv --column nope --target role --action numeric --kind accept");
    assert_eq!(status, 2);
    assert!(text.contains("there is no column nope"), "{text}");
}

/// The rules that are shown, with their numbers: what each is about, and whether it is switched off.
fn numbered(project: &Project) -> Vec<(u64, String, bool)> {
    let list = project.json("rules list --format json");
    let one = |rule: &Value| {
        let text = rule["text"].as_str().unwrap().split(". ").next().unwrap().to_owned();
        (rule["id"].as_u64().unwrap(), text, rule["verdict"] == "disabled")
    };
    list["rules"].as_array().unwrap().iter().map(one).collect()
}

#[test]
fn a_rule_keeps_its_number_whatever_is_decided_about_it_and_others() {
    let project = Project::new();
    let mut text = "amount,income,age\n".to_owned();
    (0..200).for_each(|i| text += &format!("{},{},{}\n", i * 37 % 200, i * i, i % 90));
    fs::write(project.folder.path().join("a.csv"), text).unwrap();
    for column in 0..3 {
        for _ in 0..6 {
            let column = format!("correct a.csv --column {column}");
            project.json(&format!("{column} --target transform --action leave-as-is --kind accept"));
        }
    }
    let before = numbered(&project);
    assert_eq!(before.len(), 3, "{before:?}");
    let told = |n: usize, off: bool| (before[n].0, before[n].1.clone(), off);
    let of = |verb: &str, n: usize| project.run(&format!("rules {verb} {}", before[n].0));
    assert_eq!(of("disable", 2).0, 0);
    assert_eq!(numbered(&project), [told(0, false), told(1, false), told(2, true)]);
    assert_eq!(of("disable", 1).0, 0);
    assert_eq!(numbered(&project), [told(0, false), told(1, true), told(2, true)]);
    assert_eq!(of("enable", 2).0, 0);
    assert_eq!(numbered(&project), [told(0, false), told(1, true), told(2, false)]);
    assert!(of("forget", 0).1.contains("forgot 6 answers"));
    assert_eq!(numbered(&project), [told(1, true), told(2, false)]);
    // The same command once more hits no other rule.
    let (status, said) = of("forget", 0);
    assert!(status == 2 && said.contains("there is no rule"), "{status} {said}");
    assert_eq!(numbered(&project), [told(1, true), told(2, false)]);
    assert_eq!(of("enable", 1).0, 0);
    assert_eq!(numbered(&project), [told(1, false), told(2, false)]);
}

#[test]
fn standard_input_is_answered_about_like_a_file() {
    let project = Project::new();
    let text = fs::read(project.folder.path().join("a.csv")).unwrap();
    let store = project.folder.path().join("store");
    let mut words: Vec<_> =
        "correct - --column amount --target transform --action log1p-column --kind dismiss --store"
            .split(' ')
            .collect();
    words.push(store.to_str().unwrap());
    let output = aurora(&words, &text);
    assert!(output.status.success(), "{output:?}");
    let column: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(column["name"], "amount");
    let all = column["recommendations"].as_array().unwrap();
    let log1p = all.iter().find(|one| one["action"] == "log1p-column").unwrap();
    assert!(log1p["confidence"].as_f64().unwrap() < 0.4, "{log1p}");
}

#[test]
fn a_deleted_file_is_forgotten_and_an_unknown_one_is_an_error() {
    let project = Project::new();
    project.json("correct a.csv --column 1 --target transform --action log1p-column --kind accept");
    fs::remove_file(project.folder.path().join("a.csv")).unwrap();
    // By a relative path too, from the folder where it was.
    let forget = |name: &str| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_aurora"))
            .args(["privacy", "forget", name, "--store", "store"])
            .current_dir(project.folder.path())
            .output()
            .unwrap();
        (output.status.code(), stdout(&output) + &String::from_utf8_lossy(&output.stderr))
    };
    let (status, said) = forget("b.csv");
    assert!(status == Some(2) && said.contains("nothing is kept of b.csv"), "{said}");
    let (status, said) = forget("a.csv");
    assert!(status == Some(0) && said.starts_with("forgot 1 answers"), "{said}");
    assert!(project.run("rules").1.starts_with("0 rules learned from 0 answers"));
}

#[test]
fn a_rule_that_was_brought_in_outlives_being_switched_off() {
    let project = Project::new();
    let import = |text: &str| {
        let file = project.folder.path().join("rules.json");
        fs::write(&file, text).unwrap();
        project.run(&format!("rules import {}", file.to_str().unwrap()))
    };
    let rules = r#"{"aurora_rules": 1, "rules": [{"group": 0, "cell": null, "action": 1000}, {"group": 0, "cell": 20, "action": 1000}]}"#;
    // Here is the folder where the command runs; its domain is that of the rules.
    let (status, said) = import(rules);
    assert!(status == 0 && said.contains("brought in 2 rules"), "{said}");
    let before = project.json("rules list --format json");
    let all = before["rules"].as_array().unwrap();
    assert_eq!(
        (all.len(), all[0]["verdict"].as_str(), all[0]["tier"].as_str()),
        (2, Some("imported"), Some("active"))
    );
    let number = all[0]["id"].as_u64().unwrap();
    let first = |rules: &Value| {
        let all = rules["rules"].as_array().unwrap().clone();
        all.into_iter().find(|rule| rule["id"] == number).unwrap()
    };
    assert_eq!(project.run(&format!("rules disable {number}")).0, 0);
    let off = first(&project.json("rules list --format json"));
    assert!(off["text"].as_str().unwrap().contains("Switched off by you"), "{off}");
    // Bringing it in once more does not switch it on.
    let (_, said) = import(rules);
    assert!(said.contains("brought in 2 rules; 1 of them stay switched off"), "{said}");
    assert_eq!(first(&project.json("rules list --format json")), off);
    assert_eq!(project.run(&format!("rules enable {number}")).0, 0);
    assert_eq!(project.json("rules list --format json"), before);
}

#[test]
fn a_file_of_rules_is_brought_in_whole_or_not_at_all() {
    let project = Project::new();
    for (bad, field) in [
        (r#"{"group": 60000, "cell": null, "action": 1000}"#, "group"),
        (r#"{"cell": null, "action": 1000}"#, "group"),
        (r#"{"group": 0, "cell": 108, "action": 1000}"#, "cell"),
        (r#"{"group": 0, "cell": "x", "action": 1000}"#, "cell"),
        (r#"{"group": 0, "cell": null, "action": 4321}"#, "action"),
        (r#"{"group": 0, "cell": null}"#, "action"),
    ] {
        let good = r#"{"group": 0, "cell": null, "action": 1000}"#;
        let file = project.folder.path().join("rules.json");
        fs::write(&file, format!(r#"{{"aurora_rules": 1, "rules": [{good}, {bad}]}}"#)).unwrap();
        let (status, said) = project.run(&format!("rules import {}", file.to_str().unwrap()));
        assert_eq!(status, 2, "{said}");
        assert!(said.contains("rule 2 of ") && said.contains(&format!("has no {field} that")), "{said}");
        assert_eq!(project.json("rules list --format json")["rules"], serde_json::json!([]), "{bad}");
    }
}
