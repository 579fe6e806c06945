//! `cargo xtask manifest`: writes the settings of the VS Code extension from the list in `aurora-config`.

use std::collections::BTreeMap;
use std::fs;

use anyhow::Context;
use aurora_config::{SETTINGS, Setting};
use serde_json::{Value, json};

use crate::story::vscode;

/// Settings of the extension itself. Those with a path are the machine's alone: no folder that is opened may name a
/// program to start or a place to write to.
const OWN: [(&str, &str); 5] = [
    ("server.path", r#"{ "type": "string", "default": "", "scope": "machine" }"#),
    ("store.path", r#"{ "type": "string", "default": "", "scope": "machine" }"#),
    (
        "trace.server",
        r#"{ "type": "string", "enum": ["off", "messages", "verbose"], "default": "off", "scope": "window" }"#,
    ),
    (
        "hints",
        r#"{ "type": "string", "enum": ["off", "kinds", "aligned", "both"], "default": "off", "scope": "window" }"#,
    ),
    ("rainbow", r#"{ "type": "boolean", "default": false, "scope": "window" }"#),
];

/// Where the generated part of the manifest begins and ends.
const OPEN: &str = "\n      \"properties\": {\n";
const CLOSE: &str = "\n      }\n";

/// Writes `package.json` and `package.nls.json`.
pub(crate) fn run(_arguments: &[String]) -> anyhow::Result<()> {
    for (name, text) in generated()? {
        fs::write(vscode::folder().join(name), text).with_context(|| format!("cannot write {name}"))?;
        println!("editors/vscode/{name}");
    }
    Ok(())
}

/// The two files as they should be.
fn generated() -> anyhow::Result<[(&'static str, String); 2]> {
    let manifest = fs::read_to_string(vscode::folder().join("package.json"))?;
    let (head, rest) = manifest.split_once(OPEN).context("package.json has no properties")?;
    let (_, tail) = rest.split_once(CLOSE).context("the properties of package.json do not end")?;
    let own = OWN.iter().map(|(key, shape)| (*key, serde_json::from_str(shape)));
    let common = SETTINGS.iter().map(|setting| (setting.key, shape(setting)));
    let mut properties = Vec::new();
    for (order, (key, shape)) in own.chain(common).enumerate() {
        let mut shape: Value = shape.with_context(|| format!("the default of {key} is not JSON"))?;
        shape["order"] = json!(order + 1);
        shape["markdownDescription"] = json!(format!("%setting.{key}%"));
        properties.push(format!("        \"aurora.{key}\": {shape}"));
    }
    let manifest = format!("{head}{OPEN}{}{CLOSE}{tail}", properties.join(",\n"));

    let words = fs::read_to_string(vscode::folder().join("package.nls.json"))?;
    let mut words: BTreeMap<String, String> = serde_json::from_str(&words)?;
    let is_own = |key: &str| OWN.iter().any(|(own, _)| key.strip_prefix("setting.") == Some(own));
    words.retain(|key, _| !key.starts_with("setting.") || is_own(key));
    for setting in SETTINGS {
        words.insert(format!("setting.{}", setting.key), setting.doc.to_owned());
    }
    let words = serde_json::to_string_pretty(&words)? + "\n";
    Ok([("package.json", manifest), ("package.nls.json", words)])
}

/// A setting as VS Code's manifest describes it.
fn shape(setting: &Setting) -> serde_json::Result<Value> {
    let default: Value =
        if setting.default.is_empty() { Value::Null } else { serde_json::from_str(setting.default)? };
    let mut shape = setting.shape.json_schema();
    if default.is_null() {
        shape["type"] = json!([shape["type"], "null"]);
    }
    shape["default"] = default;
    // What concerns all that is learned is not a folder's to decide.
    shape["scope"] = json!(if setting.per_path { "resource" } else { "machine" });
    Ok(shape)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The strings of a JSON file, by their keys.
    fn strings(path: &std::path::Path) -> BTreeMap<String, String> {
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    }

    /// The places to be filled in, and what an icon or a link leads to.
    fn fixed(text: &str) -> Vec<&str> {
        let marks = [("{", "}"), ("$(", ")"), ("](command:", ")")];
        let inside = |(open, close): (&'static str, &'static str)| {
            text.split(open).skip(1).filter_map(move |rest| Some(rest.split_once(close)?.0))
        };
        let mut found: Vec<&str> = marks.into_iter().flat_map(inside).collect();
        found.sort_unstable();
        found
    }

    #[test]
    fn every_translation_has_every_string() {
        let bases = [(vscode::folder(), "package.nls"), (vscode::folder().join("l10n"), "bundle.l10n")];
        for (folder, stem) in bases {
            let english = strings(&folder.join(format!("{stem}.json")));
            let languages: Vec<_> = fs::read_dir(&folder)
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .filter(|name| name.starts_with(&format!("{stem}.")) && *name != format!("{stem}.json"))
                .collect();
            assert!(languages.contains(&format!("{stem}.de.json")), "{languages:?}");
            for name in languages {
                let translated = strings(&folder.join(&name));
                assert!(english.keys().eq(translated.keys()), "{name} has other strings than {stem}.json");
                for (key, text) in &translated {
                    assert!(!text.trim().is_empty(), "{name}: {key} is empty");
                    assert_eq!(fixed(text), fixed(&english[key]), "{name}: {key}");
                }
            }
        }
    }

    #[test]
    fn the_manifest_has_every_setting_as_it_is() {
        for (name, text) in generated().unwrap() {
            let found = fs::read_to_string(vscode::folder().join(name)).unwrap();
            assert!(found == text, "editors/vscode/{name} is stale; run cargo xtask manifest");
        }
    }
}
