//! `aurora team`: join a team, see what would be shared, share it, and leave again.

use std::process::ExitCode;

use anyhow::{Context, bail};
use aurora_learning::wording::date;
use aurora_store::Learner;
use aurora_team::queue::By;
use aurora_team::wire::{Me, Mode};
use aurora_team::{Domain, HubUrl, Membership, Preview, Status, Team, cards, votes};
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
        #[arg(long, value_name = "WORD", value_parser = domain)]
        domain: Domain,
        /// Share votes in the background from now on.
        #[arg(long)]
        share: bool,
    },
    /// Print the exact bytes that publishing would send, and a sentence for each vote.
    Preview,
    /// Send your votes: the bytes that the preview shows, and no others.
    Publish {
        /// Only if what would be sent is still what a preview showed: the digest it gave (`--format json`).
        #[arg(long, value_name = "DIGEST")]
        expect: Option<String>,
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

fn domain(word: &str) -> Result<Domain, String> {
    let words: Vec<_> = Domain::all().filter_map(Domain::word).collect();
    Domain::from_word(word).ok_or_else(|| format!("one of {}", words.join(", ")))
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
            say(to_json(&membership), &joined(&membership))?;
        }
        Command::Preview => {
            let preview = preview(&team, &arguments.store)?;
            say(preview_json(&preview), &preview.text())?;
        }
        Command::Publish { expect } => {
            let preview = preview(&team, &arguments.store)?;
            if expect.is_some_and(|digest| digest != preview.digest()) {
                return Err(aurora_team::TeamError::Changed.into());
            }
            let published = team.publish(&preview, By::Hand)?;
            let waiting = published.waiting;
            if let Some(failure) = published.failure {
                bail!("{failure}\n  {waiting} votes wait here; `aurora team publish` sends them");
            }
            let host = preview.url.host();
            let text = match (published.taken, waiting) {
                (0, 0) => "nothing to share yet; `aurora team preview` says what is a vote".to_owned(),
                (taken, 0) => format!("the hub at {host} took {}", n_votes(taken)),
                (taken, waiting) => format!(
                    "the hub at {host} took {}; {waiting} wait here, for it asked to be left alone for a while",
                    n_votes(taken)
                ),
            };
            say(json!({"taken": published.taken, "waiting": waiting}), &text)?;
        }
        Command::Pull => {
            let is_new = team.pull()?;
            let status = team.status()?.context(aurora_team::TeamError::NotJoined)?;
            let text =
                format!("{}; {}", if is_new { "new cards" } else { "nothing new" }, cards_line(&status));
            say(json!({"new": is_new, "cards": status.cards.map(|cards| cards.cards)}), &text)?;
        }
        Command::Share { switch } => {
            let membership = team.share(switch == "on")?;
            say(json!({"share": membership.share}), &sharing(&membership))?;
        }
        Command::Status { hub } => {
            let me = if hub { Some(team.me()?) } else { None };
            match team.status()? {
                None => say(
                    json!({"joined": false}),
                    "you are in no team; nothing is shared, nothing rests here",
                )?,
                Some(status) => say(status_json(&status, me.as_ref()), &status_text(&status, me.as_ref()))?,
            }
        }
        Command::Leave { local } => {
            team.leave(local).map_err(|error| {
                let gone = !local && error.is_passing();
                let hint = "\n  `aurora team leave --local` leaves here only; your votes stay at the hub until its admin removes you";
                anyhow::anyhow!("{error}{}", if gone { hint } else { "" })
            })?;
            let text = if local {
                "left here; nothing of the team rests. The hub was not told: votes that it has stay there"
            } else {
                "left: your votes are deleted at the hub, and nothing of the team rests here.\n\
                 Cards that your votes are part of are made anew with the next weekly release"
            };
            say(json!({"left": true, "local": local}), text)?;
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

fn preview(team: &Team, store: &StoreArguments) -> anyhow::Result<Preview> {
    let membership = team.membership()?.context(aurora_team::TeamError::NotJoined)?;
    let learner = store.open(&Configured::new(false).for_file("-"));
    let elsewhere = cards::elsewhere(membership.domain(), id_of(&learner));
    Ok(team.preview(&learner.report()?.at_rest, &elsewhere)?)
}

fn n_votes(n: usize) -> String {
    format!("{n} vote{}", if n == 1 { "" } else { "s" })
}

fn preview_json(preview: &Preview) -> Value {
    let bodies = preview.bodies.iter().map(|body| String::from_utf8_lossy(body));
    json!({
        "url": preview.url.as_str(),
        "digest": preview.digest(),
        "bodies": bodies.collect::<Vec<_>>(),
        "sentences": preview.votes.iter().map(votes::sentence).collect::<Vec<_>>(),
    })
}

fn domain_word(membership: &Membership) -> &'static str {
    membership.domain().word().unwrap_or("other")
}

fn sharing(membership: &Membership) -> String {
    if membership.share {
        "votes are shared in the background, once a day while an editor is open; `aurora team share off` stops that"
            .to_owned()
    } else {
        "nothing is shared by itself: `aurora team publish` shares once, `aurora team share on` in the background"
            .to_owned()
    }
}

fn joined(membership: &Membership) -> String {
    format!(
        "joined the team at {} for {} data, as member {}\n{}\n",
        membership.url.as_str(),
        domain_word(membership),
        membership.member,
        sharing(membership)
    )
}

fn to_json(membership: &Membership) -> Value {
    json!({
        "joined": true,
        "url": membership.url.as_str(),
        "tenant": membership.tenant,
        "member": membership.member,
        "role": membership.role,
        "mode": membership.mode,
        "domain": domain_word(membership),
        "share": membership.share,
        "since": date(membership.joined),
        "published": membership.published.map(date),
        "votes_published": membership.n_published,
    })
}

fn cards_line(status: &Status) -> String {
    let Some(cards) = &status.cards else {
        return "no cards were fetched yet; `aurora team pull`".to_owned();
    };
    let shown =
        if cards.are_shown() { "" } else { ", not shown: a running experiment asks you to do without" };
    format!("{} cards of release {}, fetched {}{shown}", cards.cards.len(), cards.release, date(cards.pulled))
}

fn status_json(status: &Status, me: Option<&Me>) -> Value {
    let mut all = to_json(&status.membership);
    all["waiting"] = json!(status.waiting);
    all["rests"] = status.rests.iter().map(|(name, bytes)| json!({"file": name, "bytes": bytes})).collect();
    if let Some(cards) = &status.cards {
        all["cards"] = json!({
            "n": cards.cards.len(),
            "release": cards.release,
            "fetched": date(cards.pulled),
            "shown": cards.are_shown(),
            "notice": cards.notice,
        });
    }
    if let Some(me) = me {
        all["hub"] = json!(me);
    }
    all
}

fn status_text(status: &Status, me: Option<&Me>) -> String {
    let membership = &status.membership;
    let mode = match membership.mode {
        Mode::Team => "cards appear at five members",
        Mode::Dp => "cards are differentially private",
    };
    let mut text = format!(
        "in the team at {} since {}, for {} data; {mode}\n{}\n",
        membership.url.as_str(),
        date(membership.joined),
        domain_word(membership),
        sharing(membership)
    );
    text += &match membership.published {
        None => "published: never".to_owned(),
        Some(day) => format!("published: {}, {}", date(day), n_votes(membership.n_published)),
    };
    if status.waiting > 0 {
        text += &format!("; {} wait here", n_votes(status.waiting));
    }
    text += &format!("\ncards: {}\n", cards_line(status));
    if let Some(cards) = &status.cards {
        text += &format!("  {}\n", cards.notice);
    }
    let rests: Vec<_> = status.rests.iter().map(|(name, bytes)| format!("{name} ({bytes} bytes)")).collect();
    text += &format!("rests here: {}\n", rests.join(", "));
    if let Some(me) = me {
        text += &format!("the hub holds of you: {}\n", n_votes(me.votes.len()));
        for (vote, day) in &me.votes {
            text += &format!("  {}  {}\n", date(*day), votes::sentence(vote));
        }
    }
    text
}
