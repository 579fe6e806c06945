//! `cargo xtask docs`: writes the pages of the checks and transforms from their doc comments.

use std::path::Path;

use anyhow::Context;
use aurora_advice::pages;

/// Writes `server/advice/CHECKS.md` and `server/advice/TRANSFORMS.md`.
pub(crate) fn run(_arguments: &[String]) -> anyhow::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../advice");
    for (name, page) in [("CHECKS.md", pages::checks_page()), ("TRANSFORMS.md", pages::transforms_page())] {
        std::fs::write(folder.join(name), page).with_context(|| format!("cannot write {name}"))?;
        println!("server/advice/{name}");
    }
    Ok(())
}
