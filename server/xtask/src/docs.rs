//! `cargo xtask docs`: writes the pages that are made from code.

use anyhow::Context;
use aurora_advice::pages;

use crate::step::root;

/// Writes the pages of checks, transforms, settings and commands.
pub(crate) fn run(_arguments: &[String]) -> anyhow::Result<()> {
    for (path, page) in [
        ("server/advice/CHECKS.md", pages::checks_page()),
        ("server/advice/TRANSFORMS.md", pages::transforms_page()),
        ("server/config/SETTINGS.md", aurora_config::settings_page()),
        ("server/schema/SCHEMAS.md", aurora_schema::schema_page()),
        ("server/cli/COMMANDS.md", aurora_cli::pages::commands_page()),
    ] {
        std::fs::write(root().join(path), page).with_context(|| format!("cannot write {path}"))?;
        println!("{path}");
    }
    Ok(())
}
