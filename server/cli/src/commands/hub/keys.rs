//! `aurora hub keys`.

use aurora_hub::auth::keys;
use aurora_hub::auth::signing_key::HubKey;
use aurora_hub::config::Config;
use serde_json::{Value, json};

use crate::commands::rules::print;
use crate::render::{self, Format};

/// Make, list and retire the keys that tokens are signed by.
#[derive(clap::Args, Debug)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand, Debug)]
enum Command {
    /// List the keys that tokens are verified by.
    List,
    /// Make a new signing key; the old one still verifies. Restart the hub, and retire the old key ten minutes later.
    Rotate,
    /// Take a key out of the set: what it signed is refused within tokens.jwks_refresh_seconds.
    Retire {
        /// The key's id.
        kid: String,
    },
}

pub(super) fn run(config: &Config, arguments: &Arguments, format: Format) -> anyhow::Result<()> {
    match &arguments.command {
        Command::List => {
            let set = keys::read_file(config)?;
            let signing = HubKey::read(&config.in_data(&config.tokens.signing_key))?;
            let is_signing = |kid: &str| kid == signing.kid();
            match format {
                Format::Json => {
                    let one = |kid: &&str| json!({"kid": kid, "signs": is_signing(kid)});
                    render::json(&set.kids().iter().map(one).collect::<Vec<Value>>())
                }
                Format::Text => {
                    let one = |kid: &&str| format!("{kid}{}", if is_signing(kid) { "  signs" } else { "" });
                    print(&set.kids().iter().map(one).collect::<Vec<_>>().join("\n"))
                }
            }
        }
        Command::Rotate => {
            let (new, old) = keys::rotate(config)?;
            let key = HubKey::read(&config.in_data(&config.tokens.signing_key))?;
            let jwk = keys::public_jwk(&key);
            let is_elsewhere = config.tokens.jwks.contains("://");
            match format {
                Format::Json => render::json(
                    &json!({"kid": new, "old": old, "jwk": serde_json::from_str::<Value>(&jwk)?}),
                ),
                Format::Text => print(&match old {
                    Some(old) => format!(
                        "{new} signs from the next start on; ten minutes after it run: aurora hub keys retire {old}"
                    ),
                    None if is_elsewhere => format!(
                        "{new} signs from the next start on; publish it first at {}:\n{jwk}",
                        config.tokens.jwks
                    ),
                    None => format!("{new} signs"),
                }),
            }
        }
        Command::Retire { kid } => {
            keys::retire(config, kid)?;
            match format {
                Format::Json => render::json(&json!({"retired": kid})),
                Format::Text => print(&format!("retired {kid}")),
            }
        }
    }
}
