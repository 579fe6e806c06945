//! `aurora hub check-config`.

use aurora_hub::auth::keys::Keys;
use aurora_hub::config::Config;
use serde_json::json;

use crate::commands::rules::print;
use crate::render::{self, Format};

/// Check the settings, keys and schema without serving.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    /// Print every setting as it holds, with what it means: a hub.toml to begin with. Checks nothing else.
    #[arg(long)]
    print: bool,
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    if arguments.print {
        return match format {
            Format::Json => render::json(config),
            Format::Text => print(config.to_toml().trim()),
        };
    }
    // What a start would make is not made here.
    Keys::check(config)?;
    if config.secrets.database_url.is_some() || aurora_hub::start::store_path(config).exists() {
        aurora_hub::operate::with_hub(config, async |hub| hub.repo.check_schema().await)?;
    }
    match format {
        Format::Json => render::json(&json!({"ok": true})),
        Format::Text => print("settings, keys and schema are good"),
    }
}
