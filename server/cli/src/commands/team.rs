//! `aurora team`: join a team, see what would be shared, share it, and leave again.

use std::process::ExitCode;

use anyhow::Context;
use aurora_store::Learner;
use aurora_team::queue::By;
use aurora_team::{Domain, HubUrl, Preview, Team, cards, told};
use clap::builder::{PossibleValuesParser, TypedValueParser};
use serde_json::{Value, json};

use crate::commands::rules::print;
use crate::configured::Configured;
use crate::learning::StoreArguments;
use crate::render::{self, Format};

/// Learn together with a team: join its hub, see what would be shared, share it, and leave again.
#[derive(clap::Args, Debug)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    command: Command,
    /// Output format.
    #[arg(long, value_enum, default_value_t, global = true)]
    format: Format,
    #[command(flatten)]
    store: StoreArguments,
}

#[derive(clap::Subcommand, Clone, Debug)]
enum Command {
    /// Join a team with the one-time code that its admin gave you. Nothing is shared by that.
    Join {
        /// The hub's address; https, or http on this machine.
        url: String,
        /// The code.
        code: String,
        /// What kind of data you work on.
        #[arg(long, value_name = "WORD", value_parser = domains())]
        domain: Domain,
        /// Share votes in the background from now on.
        #[arg(long)]
        share: bool,
    },
    /// Print the exact bytes that publishing would send, and a sentence for each vote.
    Preview {
        /// Take back, too, what may be votes of another machine of yours.
        #[arg(long)]
        take_back: bool,
    },
    /// Send your votes: the bytes that the preview shows, and no others.
    Publish {
        /// Only if what would be sent is still what a preview showed: the digest it gave (`--format json`).
        #[arg(long, value_name = "DIGEST")]
        expect: Option<String>,
        /// Take back, too, votes at the hub that no answer here says and that may be another machine's of yours.
        #[arg(long)]
        take_back: bool,
    },
    /// Fetch the team's cards.
    Pull,
    /// Share votes in the background, or stop that.
    Share {
        /// Whether to share.
        #[arg(value_parser = ["on", "off"])]
        switch: String,
    },
    /// Say what is shared, when last, and what rests here.
    Status {
        /// Ask the hub what it holds of you, too.
        #[arg(long)]
        hub: bool,
    },
    /// Leave: your votes are deleted at the hub, then everything is deleted here.
    Leave {
        /// Delete here only, for a hub that is gone. Votes that it has stay there.
        #[arg(long)]
        local: bool,
    },
}

/// The words of the list, read as domains.
fn domains() -> impl TypedValueParser<Value = Domain> {
    let words = PossibleValuesParser::new(Domain::all().filter_map(Domain::word));
    words.map(|word| Domain::from_word(&word).unwrap_or(Domain(0)))
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let team = arguments.store.team().context(aurora_team::TeamError::NoFolder)?;
    let say = |json: Value, text: &str| match arguments.format {
        Format::Json => render::json(&json),
        Format::Text => print(text.trim_end()),
    };
    match arguments.command.clone() {
        Command::Join { url, code, domain, share } => {
            let membership = team.join(&HubUrl::parse(&url)?, &code, domain, share)?;
            // The first cards are a convenience: the membership stands without them.
            let _ = team.pull();
            say(told::membership_json(&membership), &told::joined(&membership))?;
        }
        Command::Preview { take_back } => {
            let preview = preview(&team, &arguments.store, take_back)?;
            say(told::preview_json(&preview), &preview.text())?;
        }
        Command::Publish { expect, take_back } => {
            let preview = preview(&team, &arguments.store, take_back)?;
            if expect.is_some_and(|digest| digest != preview.digest()) {
                return Err(aurora_team::TeamError::Changed.into());
            }
            let published = team.publish(&preview, By::Hand)?;
            let text = told::published(&preview, &published).map_err(anyhow::Error::msg)?;
            say(json!({"taken": published.taken, "waiting": published.waiting}), &text)?;
        }
        Command::Pull => {
            let is_new = team.pull()?;
            let status = team.status()?.context(aurora_team::TeamError::NotJoined)?;
            let text = format!(
                "{}; {}",
                if is_new { "new cards" } else { "nothing new" },
                told::cards_line(&status)
            );
            say(json!({"new": is_new, "cards": status.cards.map(|cards| cards.cards)}), &text)?;
        }
        Command::Share { switch } => {
            let membership = team.share(switch == "on")?;
            say(json!({"share": membership.share}), &told::sharing(&membership))?;
        }
        Command::Status { hub } => {
            let me = if hub { Some(team.me()?) } else { None };
            match team.status()? {
                None if team.is_joining() => say(
                    json!({"joined": false}),
                    "you are in no team; a join whose answer was not heard can be tried again with its code",
                )?,
                None => say(
                    json!({"joined": false}),
                    "you are in no team; nothing is shared, nothing rests here",
                )?,
                Some(status) => {
                    say(told::status_json(&status, me.as_ref()), &told::status_text(&status, me.as_ref()))?
                }
            }
        }
        Command::Leave { local } => {
            team.leave(local).map_err(|error| anyhow::Error::msg(told::not_left(&error)))?;
            say(json!({"left": true, "local": local}), told::left(local))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The hash of a domain's label in this store.
fn id_of(learner: &Learner) -> impl Fn(&str) -> aurora_learning::DomainId {
    move |word| learner.file(None, &format!("label:{word}")).domain
}

/// Lays the cards of the team that was joined, if any, under the answers.
pub(crate) fn lay_under(team: &Team, learner: &Learner) {
    let priors = team.priors(id_of(learner));
    if !priors.is_empty() {
        learner.lay_under(priors.into());
    }
}

/// Answers were forgotten, so what waits for the hub is forgotten too; gives what is to be said of the team.
pub(crate) fn forget(store: &StoreArguments) -> anyhow::Result<Option<String>> {
    let Some(team) = store.team() else { return Ok(None) };
    Ok(team.forget()?.as_ref().and_then(told::forgotten))
}

fn preview(team: &Team, store: &StoreArguments, take_back: bool) -> anyhow::Result<Preview> {
    let membership = team.membership()?.context(aurora_team::TeamError::NotJoined)?;
    let learner = store.open(&Configured::new(false).for_file("-"));
    let elsewhere = cards::elsewhere(membership.domain(), id_of(&learner));
    Ok(team.compare(team.preview(&learner.report()?.at_rest, &elsewhere)?, take_back))
}
