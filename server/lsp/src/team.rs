//! The team that was joined, behind the editor: cards are laid under the answers, pulled and (only for those who opted
//! in) votes sent by a thread of its own, never on the path of a request. Without a membership it sleeps.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use aurora_learning::DomainId;
use aurora_store::Learner;
use aurora_team::queue::By;
use aurora_team::{Cards, Preview, Team, TeamError, cards, told};
use serde_json::{Value, json};

use crate::ServeOptions;
use crate::exposure::Exposures;
use crate::learning;
use crate::session::Session;

/// How often to look whether another process has joined, left or pulled.
const WATCH: Duration = Duration::from_secs(2);
/// How soon after the start the hub is asked, at the latest: not all editors of a team start in one second.
const SOON: Duration = Duration::from_secs(5);
/// How often it is asked after that, give or take a tenth.
const DAY: Duration = Duration::from_secs(24 * 3600);
/// How often to look whether votes that wait may be sent.
const RETRY: Duration = Duration::from_secs(30);

/// The team as the session sees it.
#[derive(Default)]
pub(crate) struct TeamSide {
    folder: Option<PathBuf>,
    /// What the status says of it; nothing without a membership.
    status: Mutex<Option<Value>>,
    /// What this session showed.
    pub(crate) exposures: Exposures,
}

impl TeamSide {
    /// The team of the store that `options` name. Nothing is read yet.
    pub(crate) fn new(options: &ServeOptions) -> Self {
        Self { folder: learning::folder(options).path(), ..Self::default() }
    }

    /// The membership's folder, if there can be one.
    pub(crate) fn team(&self) -> Result<Team, TeamError> {
        self.folder.as_deref().map(Team::at).ok_or(TeamError::NoFolder)
    }

    /// Whether there is a membership.
    pub(crate) fn is_joined(&self) -> bool {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    /// What the status says of it.
    pub(crate) fn status(&self) -> Option<Value> {
        self.status.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Begins to look after the team, beside what else is done.
pub(crate) fn start(session: &Arc<Session>) {
    let Ok(team) = session.team.team() else { return };
    let session = Arc::clone(session);
    let work = move || {
        // The store may still be opening; its key tells what is said to be elsewhere.
        if session.learning.is_open() {
            look_after(&session, &team);
        }
    };
    if let Err(error) = std::thread::Builder::new().name("team".to_owned()).spawn(work) {
        tracing::error!(%error, "cannot start a thread; no cards of a team are fetched");
    }
}

/// Lays under what rests as soon as it changes, and asks the hub when it is time.
fn look_after(session: &Arc<Session>, team: &Team) {
    let (mut seen, mut shared) = (Vec::new(), false);
    let mut hub_at = Instant::now() + jittered(SOON / 2, 1.0);
    let mut retry_at = Instant::now() + RETRY;
    while !session.door.is_shut_down() {
        let state = team.state();
        if state != seen {
            // Who joins by another process, or opts in, need not wait for a day.
            let status = team.status().ok().flatten();
            let lacks_cards = status.as_ref().is_some_and(|status| status.cards.is_none());
            let shares = status.is_some_and(|status| status.membership.share);
            if !seen.is_empty() && (lacks_cards || (shares && !shared)) {
                hub_at = Instant::now();
            }
            (seen, shared) = (state, shares);
            refresh(session, team);
        }
        let now = Instant::now();
        if now >= hub_at {
            hub_at = now + jittered(DAY, 0.1);
            match team.pull() {
                Ok(_) | Err(TeamError::NotJoined) => {}
                // The next day is soon enough for cards.
                Err(error) => tracing::info!(%error, "no cards were fetched"),
            }
            share(session, team);
        } else if now >= retry_at {
            retry_at = now + RETRY;
            if team.status().is_ok_and(|status| status.is_some_and(|status| status.waiting > 0)) {
                share(session, team);
            }
        }
        std::thread::sleep(WATCH);
    }
}

/// Sends votes for those who opted in, when there are new ones.
fn share(session: &Session, team: &Team) {
    if !team.may_share() {
        return;
    }
    let Ok(preview) = preview(session, team) else { return };
    if team.is_due(&preview) {
        match team.publish(&preview, By::Itself) {
            Ok(published) if published.failure.is_none() => session.team.exposures.told(),
            Ok(_) => tracing::info!("votes wait for the hub"),
            Err(error) => tracing::info!(%error, "votes were not sent"),
        }
    }
}

/// Takes in what rests now: cards under the answers, a word in the status.
pub(crate) fn refresh(session: &Session, team: &Team) {
    let Some(learner) = session.learning.learner() else { return };
    let status = team.status().ok().flatten().map(|status| {
        json!({
            "host": status.membership.url.host(),
            "domain": told::domain_word(&status.membership),
            "cards": status.cards.as_ref().map_or(0, |cards| cards.cards.len()),
            "shares": status.membership.share,
        })
    });
    let is_new = learner.lay_under(team.priors(id_of(&learner)).into());
    let changed = {
        let mut known = session.team.status.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *known != status;
        *known = status;
        changed
    };
    if is_new || changed {
        session.believe_again();
    }
}

/// What publishing would send; the hub is asked what it holds.
pub(crate) fn preview(session: &Session, team: &Team) -> Result<Preview, TeamError> {
    let membership = team.membership()?.ok_or(TeamError::NotJoined)?;
    let (at_rest, elsewhere) = match session.learning.learner() {
        Some(learner) => {
            let elsewhere = cards::elsewhere(membership.domain(), id_of(&learner));
            let _ = learner.drain();
            (learner.report().map(|report| report.at_rest).unwrap_or_default(), elsewhere)
        }
        None => (aurora_learning::AtRest::default(), HashSet::new()),
    };
    let arm = Cards::read(team.folder()).and_then(|cards| cards.arm);
    let exposure = arm.and_then(|arm| session.team.exposures.counts(arm.experiment));
    let preview = team.compare(team.preview(&at_rest, &elsewhere)?, false);
    Ok(Preview { exposure, ..preview })
}

/// Answers were forgotten, so what waits for the hub is forgotten too.
pub(crate) fn forget(session: &Session) -> Result<(), String> {
    session.team.team().map_or(Ok(()), |team| team.forget().map(drop).map_err(|error| error.to_string()))
}

/// The number of one of the person's domains by its label.
fn id_of(learner: &Learner) -> impl Fn(&str) -> DomainId {
    move |word| learner.file(None, &format!("label:{word}")).domain
}

/// `time`, longer or shorter by at most `share` of it.
fn jittered(time: Duration, share: f64) -> Duration {
    let mut bytes = [0; 2];
    // Without entropy all is done on time.
    let _ = aurora_privacy::Entropy::fill(&mut aurora_store::OsEntropy, &mut bytes);
    let at = f64::from(u16::from_le_bytes(bytes)) / f64::from(u16::MAX);
    time.mul_f64(1.0 + share * (2.0 * at - 1.0))
}
