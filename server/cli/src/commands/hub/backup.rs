//! `aurora hub backup`.

use std::fs;
use std::path::{Path, PathBuf};

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
    builder.recursive(true);
    let mut elsewhere = Vec::new();
    for name in [&config.tokens.signing_key, &config.tokens.jwks] {
        let from = config.in_data(name);
        if name.contains("://") || !from.is_file() {
            continue;
        }
        // Keys from elsewhere are not ours to copy.
        let Some(name) = within(&config.data, &from) else {
            elsewhere.push(from);
            continue;
        };
        let to = folder.join(name);
        if let Some(parent) = to.parent() {
            builder.create(parent).with_context(|| format!("cannot make {}", parent.display()))?;
        }
        // A copy keeps the mode.
        fs::copy(&from, &to).with_context(|| format!("cannot copy {}", from.display()))?;
    }
    match format {
        Format::Json => render::json(&json!({"folder": folder, "not_copied": elsewhere})),
        Format::Text => {
            let mut said = format!("copied to {}; to go back to it, point data at it", folder.display());
            for key in elsewhere {
                said += &format!("\n{} lies elsewhere and was not copied", key.display());
            }
            print(&said)
        }
    }
}

/// Where `file` lies in the folder `data`, however the settings write it; `None` when it does not lie there. The last
/// part may be a link.
fn within(data: &Path, file: &Path) -> Option<PathBuf> {
    let whole = file.parent()?.canonicalize().ok()?.join(file.file_name()?);
    whole.strip_prefix(data.canonicalize().ok()?).ok().map(Path::to_owned)
}
