//! `cargo xtask eval`: measures against labelled data; the last line is one JSON object.

mod dice;
mod errors;
mod hub_ab;
mod hub_api;
mod hub_auth;
mod hub_dp;
mod hub_run;
pub(crate) mod product;
mod transforms;

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::{eval_learn, roles};

/// Runs `eval PART …`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let Some((part, rest)) = arguments.split_first() else {
        bail!(
            "eval takes a part: learn, roles, errors, transforms, role-features, hub-ab, hub-dp, hub-auth, hub-api"
        );
    };
    match part.as_str() {
        "learn" => return eval_learn::run(arguments),
        "hub-ab" => return hub_ab::run(),
        "hub-dp" => return hub_dp::run(),
        "hub-auth" => return hub_auth::run(rest),
        "hub-api" => return hub_api::run(rest),
        _ => {}
    }
    let option = |name: &str| -> anyhow::Result<PathBuf> {
        let at = rest.iter().position(|word| word == name);
        let value =
            at.and_then(|at| rest.get(at + 1)).with_context(|| format!("eval {part} needs {name}"))?;
        Ok(PathBuf::from(value))
    };
    let (data, out) = (option("--data")?, option("--out")?);
    let raw = rest.iter().any(|word| word == "--raw");
    let (word, n) = match part.as_str() {
        "roles" if raw => ("columns", roles::write_raw_predictions(&part_of(&data, "types"), &out)?),
        "roles" => ("columns", roles::write_predictions(&part_of(&data, "types"), &out)?),
        "errors" => ("flags", errors::write_flags(&part_of(&data, "errors"), &out)?),
        "transforms" => ("columns", transforms::write_recommendations(&part_of(&data, "transforms"), &out)?),
        "role-features" => ("columns", roles::write_features(&part_of(&data, "types"), &out)?),
        other => bail!("eval knows no part {other}"),
    };
    println!("{{\"{word}\":{n}}}");
    Ok(())
}

pub(crate) use product::Product;

/// The folder of one kind of data: `data` itself, or the one of this name inside it.
fn part_of(data: &Path, name: &str) -> PathBuf {
    let inside = data.join(name);
    if inside.is_dir() { inside } else { data.to_owned() }
}

/// Writes one JSON value a line; says how many.
fn write_lines(out: &Path, lines: &[serde_json::Value]) -> anyhow::Result<usize> {
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(out, text).with_context(|| format!("cannot write {}", out.display()))?;
    Ok(lines.len())
}
