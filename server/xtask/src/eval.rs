//! `cargo xtask eval`: measures against labelled data; the last line is one JSON object.

use std::path::PathBuf;

use anyhow::{Context, bail};

use crate::{eval_learn, roles};

/// Runs `eval PART …`.
pub(crate) fn run(arguments: &[String]) -> anyhow::Result<()> {
    let Some((part, rest)) = arguments.split_first() else {
        bail!("eval takes a part: learn, roles, role-features");
    };
    if part == "learn" {
        return eval_learn::run(arguments);
    }
    let option = |name: &str| -> anyhow::Result<PathBuf> {
        let at = rest.iter().position(|word| word == name);
        let value =
            at.and_then(|at| rest.get(at + 1)).with_context(|| format!("eval {part} needs {name}"))?;
        Ok(PathBuf::from(value))
    };
    let (data, out) = (option("--data")?, option("--out")?);
    match part.as_str() {
        "roles" => {
            let n = roles::write_predictions(&data, &out)?;
            println!("{{\"columns\":{n}}}");
            Ok(())
        }
        "role-features" => roles::write_features(&data, &out),
        other => bail!("eval knows no part {other}"),
    }
}
