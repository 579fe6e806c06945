//! `aurora hub migrate`.

use aurora_hub::config::Config;
use serde_json::json;

use crate::commands::rules::print;
use crate::render::{self, Format};

pub(super) fn run(config: &Config, format: Format) -> anyhow::Result<()> {
    aurora_hub::start::migrate(config)?;
    match format {
        Format::Json => render::json(&json!({"migrated": true})),
        Format::Text => print("the store has this program's schema"),
    }
}
