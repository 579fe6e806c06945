//! `aurora hub backup`.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, bail};
use aurora_hub::config::Config;
use aurora_hub::repo::sqlite;
use aurora_hub::start::store_path;
use serde_json::json;

use crate::commands::rules::print;
use crate::render::{self, Format};

/// Copy the embedded store and the keys while the hub serves.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// A folder that is not there yet; readable by this user alone. It holds the signing key: keep it as secret.
    folder: PathBuf,
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    if config.secrets.database_url.is_some() {
        bail!("the store is PostgreSQL; back it up by pg_dump, and the keys with your other secrets");
    }
    let folder = &arguments.folder;
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    sqlite::backup(&store_path(config), &folder.join("hub.db"))?;
    for name in [&config.tokens.signing_key, &config.tokens.jwks] {
        let from = config.in_data(name);
        // A copy keeps the mode; keys from elsewhere are not ours to copy.
        if from.starts_with(&config.data) && from.is_file() {
            fs::copy(&from, folder.join(name)).with_context(|| format!("cannot copy {}", from.display()))?;
        }
    }
    match format {
        Format::Json => render::json(&json!({"folder": folder})),
        Format::Text => print(&format!("copied to {}; to go back to it, point data at it", folder.display())),
    }
}
