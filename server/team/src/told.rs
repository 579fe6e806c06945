//! What a person is told of a team, in words and as JSON: the same on the command line and in editors.

use aurora_learning::wording::date;
use serde_json::{Value, json};

use crate::wire::{Me, Mode};
use crate::{Membership, Preview, Published, Status, TeamError, cards, identity, votes};

/// `1 vote`, `3 votes`.
pub fn n_votes(n: usize) -> String {
    format!("{n} vote{}", if n == 1 { "" } else { "s" })
}

/// A preview as JSON: the bodies as they are sent, a sentence for all that they say, and the digest that stands for
/// both; and the votes at the hub that are left alone though no answer here says them.
pub fn preview_json(preview: &Preview) -> Value {
    let bodies = preview.all_bodies();
    let bodies = bodies.iter().map(|body| String::from_utf8_lossy(body));
    let left = preview.left.iter().map(votes::sentence);
    json!({
        "url": preview.url.as_str(),
        "digest": preview.digest(),
        "bodies": bodies.collect::<Vec<_>>(),
        "sentences": preview.sentences(),
        "left_at_hub": left.collect::<Vec<_>>(),
        "hub_not_asked": preview.unasked,
    })
}

/// The word of the domain that was joined for.
pub fn domain_word(membership: &Membership) -> &'static str {
    membership.domain().word().unwrap_or("other")
}

/// Whether votes are shared by themselves, and how to change that.
pub fn sharing(membership: &Membership) -> String {
    if membership.share {
        "votes are shared in the background, once a day while an editor is open; `aurora team share off` stops that"
            .to_owned()
    } else {
        "nothing is shared by itself: `aurora team publish` shares once, `aurora team share on` in the background"
            .to_owned()
    }
}

/// What joining came to.
pub fn joined(membership: &Membership) -> String {
    format!(
        "joined the team at {} for {} data, as member {}\n{}\n",
        membership.url.as_str(),
        domain_word(membership),
        membership.member,
        sharing(membership)
    )
}

/// A membership as JSON.
pub fn membership_json(membership: &Membership) -> Value {
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

/// Which cards rest here.
pub fn cards_line(status: &Status) -> String {
    let Some(cards) = &status.cards else {
        return "no cards were fetched yet; `aurora team pull`".to_owned();
    };
    let shown =
        if cards.are_shown() { "" } else { ", not shown: a running experiment asks you to do without" };
    let s = if cards.cards.len() == 1 { "" } else { "s" };
    format!(
        "{} card{s} of release {}, fetched {}{shown}",
        cards.cards.len(),
        cards.release,
        date(cards.pulled)
    )
}

/// What is shared, when last, and what rests here, as JSON; `me` is what the hub holds, where it was asked.
pub fn status_json(status: &Status, me: Option<&Me>) -> Value {
    let mut all = membership_json(&status.membership);
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

/// The same in words.
pub fn status_text(status: &Status, me: Option<&Me>) -> String {
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

/// What rests here of a team beside answers and draws, as a part of the report of all that rests.
pub fn rests(status: &Status) -> String {
    let mut text = format!("\n\nOf your team at {}\n", status.membership.url.host());
    for (name, bytes) in &status.rests {
        text += &format!("  {name}: {}, {bytes} bytes\n", what(name));
    }
    text.trim_end().to_owned()
}

fn what(name: &str) -> &'static str {
    match name {
        identity::MEMBERSHIP => "who you are there, and whether you share",
        identity::KEY => "the key of this install, which never leaves it",
        identity::JOINING => "what a join rests on until its answer is heard",
        cards::CARDS => "the cards that were fetched",
        _ => "votes that wait for the hub",
    }
}

/// What publishing came to; a failure is an error that says how many votes wait.
pub fn published(preview: &Preview, published: &Published) -> Result<String, String> {
    let (host, waiting) = (preview.url.host(), published.waiting);
    if let Some(failure) = &published.failure {
        let waits = if waiting > 0 {
            format!("; {} wait here until you publish again", n_votes(waiting))
        } else {
            String::new()
        };
        return Err(format!("{failure}{waits}"));
    }
    Ok(match (published.taken, waiting) {
        (0, 0) => "nothing to share yet; the preview says what is a vote".to_owned(),
        // Nothing waits: all was taken.
        (taken, 0) => match preview.own.withdrawn.len().min(taken) {
            0 => format!("the hub at {host} took {}", n_votes(taken)),
            back if back == taken => format!("the hub at {host} took back {}", n_votes(back)),
            back => format!("the hub at {host} took {} and took back {back}", n_votes(taken - back)),
        },
        (taken, waiting) => {
            let taken = n_votes(taken);
            format!(
                "the hub at {host} took {taken}; {waiting} wait here, for it asked to be left alone for a while"
            )
        }
    })
}

/// What is to be said of a team where answers were forgotten; nothing where no vote was ever published.
pub fn forgotten(membership: &Membership) -> Option<String> {
    membership.published?;
    let host = membership.url.host();
    let when = if membership.share {
        "within a day while an editor is open, or now by `aurora team publish`"
    } else {
        "by `aurora team publish`"
    };
    Some(format!("votes of these answers that the hub at {host} holds are taken back {when}"))
}

/// What leaving came to.
pub fn left(local: bool) -> &'static str {
    if local {
        "left here; nothing of the team rests. The hub was not told: votes that it has stay there"
    } else {
        "left: your votes are deleted at the hub, and nothing of the team rests here. Cards that they are part of are \
         made anew with the next weekly release"
    }
}

/// Why leaving did not work, and what to do where the hub is gone.
pub fn not_left(error: &TeamError) -> String {
    let hint = "; `aurora team leave --local` leaves here only: your votes stay at the hub until its admin removes you";
    format!("{error}{}", if error.is_passing() { hint } else { "" })
}
