//! The client: what the command line and the editors do with a team. Every call may take as long as the hub lets it,
//! 5 s a request, so none is for the path of an editor's request.

use std::collections::HashSet;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aurora_learning::{AtRest, DomainId, TeamPriors};
use sha2::{Digest, Sha256};

use crate::identity::{self, Key, Membership, random};
use crate::queue::{By, QUEUE};
use crate::votes::Own;
use crate::wire::{Enrol, Exposure, Me, Token, Vote, Votes};
use crate::{
    Cards, Client, Domain, HubUrl, Pulled, Queue, TeamError, VERSION, cards, held, private_file, told, votes,
};

/// Held while a process talks to the hub.
const LOCK: &str = "team.lock";
/// Votes that have not changed are sent again after so many days, so that they do not grow old at the hub.
const RENEW: i32 = 30;

/// The membership that rests in a data folder, if there is one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Team {
    folder: PathBuf,
}

/// What publishing would send.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// The hub.
    pub url: HubUrl,
    /// The votes, and what is taken back.
    pub own: Own,
    /// The bodies of the requests, byte by byte.
    pub bodies: Vec<Vec<u8>>,
    /// What the running experiment showed in this session; it is sent, or forgotten, but never rests.
    pub exposure: Option<Exposure>,
    /// Votes that the hub holds, that no answer here says, and that are left alone: the member has another machine.
    pub left: Vec<Vote>,
    /// Why the hub was not asked which votes it holds.
    pub unasked: Option<String>,
}

impl Preview {
    /// What sends `own` to the hub at `url`, and nothing else.
    pub fn new(url: HubUrl, own: Own) -> Self {
        let bodies = votes::bodies(&own);
        Self { url, own, bodies, exposure: None, left: Vec::new(), unasked: None }
    }

    /// The body that tells what the experiment showed: the last request.
    fn last_body(&self) -> Option<Vec<u8>> {
        let exposure = Some(self.exposure?);
        let told = Votes { dictionary: VERSION, votes: Vec::new(), withdrawn: Vec::new(), exposure };
        serde_json::to_vec(&told).ok()
    }

    /// The bodies of all requests, in their order.
    pub fn all_bodies(&self) -> Vec<Vec<u8>> {
        self.bodies.iter().cloned().chain(self.last_body()).collect()
    }

    /// SHA-256 of all that would be sent, in hex: publishing can be told to send just this.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for body in self.all_bodies() {
            hash.update((body.len() as u64).to_le_bytes());
            hash.update(&body);
        }
        hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// A sentence for each vote, for each that is taken back, and one for what an experiment showed.
    pub fn sentences(&self) -> Vec<String> {
        let told = self.exposure.map(|exposure| {
            let Exposure { experiment, shown, accepted, undone, abstained } = exposure;
            format!(
                "Experiment {experiment}, in this session: {shown} columns for which something was advised, {accepted} of \
                 these taken, {undone} of those taken back; {abstained} columns without advice."
            )
        });
        let withdrawn = self.own.withdrawn.iter().map(votes::withdrawal);
        self.own.votes.iter().map(votes::sentence).chain(withdrawn).chain(told).collect()
    }

    /// The exact bytes, and the sentences.
    pub fn text(&self) -> String {
        if self.own.is_empty() && self.exposure.is_none() {
            let none = "Nothing would be sent: no answer of yours is a vote yet.\n\nA vote sums up your answers about \
                        columns alike. Answers about one column, a role or a value,\nand answers of files with fewer than \
                        50 records, are never votes.\n";
            return none.to_owned() + &self.held_text();
        }
        let (n_votes, url) = (told::n_votes(self.own.votes.len()), self.url.as_str());
        let back = match self.own.withdrawn.len() {
            0 => String::new(),
            n => format!(" and {n} taken back"),
        };
        let mut text = format!("{n_votes} would be sent to {url}{back}, these bytes and no others:\n\n");
        for body in self.all_bodies() {
            text += &format!("PUT /v1/votes\n{}\n\n", String::from_utf8_lossy(&body));
        }
        text += "They say:\n";
        for sentence in self.sentences() {
            text += &format!("- {sentence}\n");
        }
        text + &self.held_text()
    }

    /// What is said of votes that the hub holds beyond these.
    fn held_text(&self) -> String {
        if let Some(why) = &self.unasked {
            return format!(
                "\nThe hub was not asked whether it holds votes of answers that were forgotten here: {why}.\n"
            );
        }
        if self.left.is_empty() {
            return String::new();
        }
        let mut text = format!(
            "\nThe hub holds {} of yours that no answer here says any more. You have more than one machine in this team: \
             they may be the\nanswers of another, and stay. `aurora team publish --take-back` takes them back:\n",
            told::n_votes(self.left.len())
        );
        text.extend(self.left.iter().map(|vote| format!("- {}\n", votes::sentence(vote))));
        text
    }
}

/// What came of publishing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Published {
    /// Votes that the hub took, and took back.
    pub taken: usize,
    /// Votes that wait here, those that are to be taken back included.
    pub waiting: usize,
    /// Why they wait.
    pub failure: Option<TeamError>,
}

/// What is shared, when last, and what rests here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Status {
    /// The membership.
    pub membership: Membership,
    /// The cards, once they were pulled.
    pub cards: Option<Cards>,
    /// Votes that wait.
    pub waiting: usize,
    /// The files that rest here, with their sizes in bytes.
    pub rests: Vec<(&'static str, u64)>,
}

impl Team {
    /// The team of the data folder at `folder`. Nothing is read yet.
    pub fn at(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The data folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The membership, if there is one.
    pub fn membership(&self) -> Result<Option<Membership>, TeamError> {
        Membership::read(&self.folder)
    }

    /// Joins the team at `url` with an admin's code. When the answer is not heard, the same call again joins once.
    pub fn join(
        &self,
        url: &HubUrl,
        code: &str,
        domain: Domain,
        share: bool,
    ) -> Result<Membership, TeamError> {
        let _lock = self.lock()?;
        if let Some(membership) = self.membership()? {
            return Err(TeamError::Joined(membership.url.as_str().to_owned()));
        }
        let key = Key::joining(&self.folder, url, code.trim())?;
        let enrol = Enrol { code: code.trim().to_owned(), public_key: key.public() };
        let enrolled = Client::new(url).enrol(&enrol).inspect_err(|error| {
            if !may_be_done(error) {
                let _ = private_file::remove(&self.folder, identity::JOINING);
            }
            let _ = private_file::remove(&self.folder, LOCK);
        })?;
        let membership = Membership {
            url: url.clone(),
            issuer: enrolled.issuer,
            tenant: enrolled.tenant,
            member: enrolled.member,
            install: enrolled.install,
            role: enrolled.role,
            mode: enrolled.mode,
            domain: domain.0,
            share,
            joined: today(),
            published: None,
            n_published: 0,
            digest: None,
        };
        key.write(&self.folder)?;
        membership.write(&self.folder)?;
        // It has done its work; one that stays is removed on leaving.
        let _ = private_file::remove(&self.folder, identity::JOINING);
        Ok(membership)
    }

    /// Whether a join waits to be tried again, because its answer was not heard.
    pub fn is_joining(&self) -> bool {
        self.folder.join(identity::JOINING).exists()
    }

    /// Opts in to sending votes in the background, or out again.
    pub fn share(&self, share: bool) -> Result<Membership, TeamError> {
        let (_lock, membership) = self.locked()?;
        let membership = Membership { share, ..membership };
        membership.write(&self.folder)?;
        if !share {
            Queue::default().write(&self.folder)?;
        }
        Ok(membership)
    }

    /// What publishing the answers at rest would send; `elsewhere` as in [`votes::of`]. The hub is not asked.
    pub fn preview(&self, at_rest: &AtRest, elsewhere: &HashSet<DomainId>) -> Result<Preview, TeamError> {
        let membership = self.joined()?;
        Ok(Preview::new(membership.url.clone(), votes::of(at_rest, membership.domain(), elsewhere)))
    }

    /// Asks the hub which votes it holds, and adds to `preview` that those are taken back of which no answer here says
    /// anything: their answers were forgotten, or are said to be about something else now. Where the member has more
    /// than one machine they may be votes of another, and are only taken back if `take_back` says so.
    ///
    /// A hub that does not answer, or wants to be left alone, changes nothing, and the preview says so.
    pub fn compare(&self, preview: Preview, take_back: bool) -> Preview {
        if Queue::read(&self.folder).asked_until() > now() {
            return Preview { unasked: Some("it asked to be left alone for a while".to_owned()), ..preview };
        }
        let me = match self.me() {
            Ok(me) => me,
            Err(error) => return Preview { unasked: Some(error.to_string()), ..preview },
        };
        let (unsaid, mut own) = (held::unsaid(&preview.own, &me), preview.own);
        if !take_back && !held::are_of_this_machine(&me) {
            return Preview { own, left: unsaid, unasked: None, ..preview };
        }
        own.withdrawn.extend(unsaid.into_iter().map(crate::wire::Key::from));
        own.withdrawn.sort_unstable();
        Preview { exposure: preview.exposure, ..Preview::new(preview.url, own) }
    }

    /// Answers were forgotten: what waits for the hub, and what tells which votes it took last, is forgotten too. Votes
    /// of these answers that the hub holds are taken back by the next publishing. Gives the membership, if there is one.
    pub fn forget(&self) -> Result<Option<Membership>, TeamError> {
        if self.membership()?.is_none() {
            return Ok(None);
        }
        let mut tries = 0;
        let (_lock, membership) = loop {
            match self.locked() {
                // Another process is talking to the hub; no request takes longer than 5 s.
                Err(TeamError::Busy) if tries < 60 => tries += 1,
                locked => break locked?,
            }
            std::thread::sleep(Duration::from_millis(100));
        };
        Queue::default().write(&self.folder)?;
        let membership = Membership { digest: None, ..membership };
        membership.write(&self.folder)?;
        Ok(Some(membership))
    }

    /// Sends what `preview` holds, byte by byte. What the hub does not take now waits here, and is sent by the next
    /// publishing.
    pub fn publish(&self, preview: &Preview, by: By) -> Result<Published, TeamError> {
        let (_lock, mut membership) = self.locked()?;
        let mut queue = Queue::read(&self.folder);
        let mut published = Published::default();
        let mut session = Session::of(&self.folder, &membership);
        let mut bodies = preview.bodies.as_slice();
        let mut n_votes = 0;
        // More than may wait at once is sent by turns.
        loop {
            let n_queued = queue.replace(bodies)?;
            queue.write(&self.folder)?;
            let jitter = u64::from_le_bytes(random()?);
            let (taken, done) = queue.send(by, now(), jitter, |batch| {
                session
                    .with_token(|client, token| client.put_votes(token, &batch.key, batch.body.as_bytes()))?;
                n_votes += batch.votes().len();
                Ok(())
            });
            queue.write(&self.folder)?;
            published.taken += taken;
            published.waiting = queue.n_votes();
            published.failure = done.err();
            bodies = &bodies[n_queued..];
            if bodies.is_empty() || published.waiting > 0 || published.failure.is_some() || n_queued == 0 {
                break;
            }
        }
        if let (None, 0, Some(body)) = (&published.failure, published.waiting, preview.last_body()) {
            let key = crate::jws::base64url(&random::<16>()?);
            published.failure =
                session.with_token(|client, token| client.put_votes(token, &key, &body)).err();
        }
        if published.taken > 0 {
            (membership.published, membership.n_published) = (Some(today()), n_votes);
            let is_all = bodies.is_empty() && published.waiting == 0 && published.failure.is_none();
            membership.digest = is_all.then(|| preview.digest());
            membership.write(&self.folder)?;
        }
        Ok(published)
    }

    /// Whether the background has something to send: the person has opted in, and the votes are not those that the hub
    /// took last, or these have grown old.
    pub fn is_due(&self, preview: &Preview) -> bool {
        let Ok(Some(membership)) = self.membership() else { return false };
        let is_new = membership.digest.as_deref() != Some(preview.digest().as_str());
        let is_old = membership.published.is_none_or(|day| today() - day >= RENEW);
        let is_something = !preview.own.is_empty() || preview.exposure.is_some();
        self.may_share() && is_something && (is_new || is_old)
    }

    /// Whether the background may talk to the hub about votes now: the person has opted in, and no pause is on.
    pub fn may_share(&self) -> bool {
        let waits = || Queue::read(&self.folder).due().is_some_and(|due| due > now());
        matches!(self.membership(), Ok(Some(membership)) if membership.share) && !waits()
    }

    /// Pulls the published cards; whether they are new.
    pub fn pull(&self) -> Result<bool, TeamError> {
        let (_lock, membership) = self.locked()?;
        let known = Cards::read(&self.folder);
        let etag = known.as_ref().and_then(|cards| cards.etag.as_deref());
        let pulled =
            Session::of(&self.folder, &membership).with_token(|client, token| client.rules(token, etag))?;
        let (cards, is_new) = match (pulled, known.clone()) {
            (Pulled::New(rules, etag), known) => {
                let cards = Cards::of(*rules, etag, today());
                let is_new = known.is_none_or(|known| known.cards != cards.cards || known.arm != cards.arm);
                (cards, is_new)
            }
            (Pulled::Same, Some(cards)) => (Cards { pulled: today(), ..cards }, false),
            (Pulled::Same, None) => return Err(TeamError::Garbage(membership.url.host().to_owned())),
        };
        cards.write(&self.folder)?;
        Ok(is_new)
    }

    /// The cards that rest here, as priors; none without a membership. `id_of` gives the number of a domain of the
    /// person's by its label.
    pub fn priors(&self, id_of: impl Fn(&str) -> DomainId) -> TeamPriors {
        let Ok(Some(membership)) = self.membership() else { return TeamPriors::default() };
        let elsewhere = cards::elsewhere(membership.domain(), id_of);
        Cards::read(&self.folder)
            .map(|cards| cards.priors(membership.domain(), elsewhere))
            .unwrap_or_default()
    }

    /// All that the hub holds of this member.
    pub fn me(&self) -> Result<Me, TeamError> {
        let (_lock, membership) = self.locked()?;
        Session::of(&self.folder, &membership).with_token(Client::me)
    }

    /// What is shared, when last, and what rests here; `None` without a membership. The hub is not asked.
    pub fn status(&self) -> Result<Option<Status>, TeamError> {
        let Some(membership) = self.membership()? else { return Ok(None) };
        let size = |name| Some((name, std::fs::metadata(self.folder.join(name)).ok()?.len()));
        Ok(Some(Status {
            membership,
            cards: Cards::read(&self.folder),
            waiting: Queue::read(&self.folder).n_votes(),
            rests: FILES.into_iter().filter_map(size).collect(),
        }))
    }

    /// Leaves: the hub deletes the votes, then everything is deleted here. `local` leaves the hub out, for one that is
    /// gone.
    pub fn leave(&self, local: bool) -> Result<(), TeamError> {
        let lock = if local {
            self.lock()?
        } else {
            let (lock, membership) = self.locked()?;
            Session::of(&self.folder, &membership).with_token(Client::leave)?;
            lock
        };
        for name in FILES {
            private_file::remove(&self.folder, name).map_err(|error| TeamError::disk(name, &error))?;
        }
        drop(lock);
        private_file::remove(&self.folder, LOCK).map_err(|error| TeamError::disk(LOCK, &error))
    }

    /// When what rests here last changed, for readers that watch: the time of change and the length of each file.
    pub fn state(&self) -> Vec<(Option<SystemTime>, u64)> {
        let of = |name: &&str| {
            let found = std::fs::metadata(self.folder.join(name)).ok();
            found.map_or((None, 0), |found| (found.modified().ok(), found.len()))
        };
        [identity::MEMBERSHIP, cards::CARDS].iter().map(of).collect()
    }

    fn joined(&self) -> Result<Membership, TeamError> {
        self.membership()?.ok_or(TeamError::NotJoined)
    }

    /// The membership, for as long as the lock is held. Without one nothing is made, not even the lock.
    fn locked(&self) -> Result<(File, Membership), TeamError> {
        self.joined()?;
        Ok((self.lock()?, self.joined()?))
    }

    fn lock(&self) -> Result<File, TeamError> {
        let lock = private_file::lock(&self.folder, LOCK).map_err(|error| TeamError::disk(LOCK, &error))?;
        lock.ok_or(TeamError::Busy)
    }
}

/// All that rests here of a membership.
const FILES: [&str; 5] = [QUEUE, cards::CARDS, identity::MEMBERSHIP, identity::KEY, identity::JOINING];

/// Whether the hub may have done what was asked for, though we heard no answer that says so.
fn may_be_done(error: &TeamError) -> bool {
    match error {
        TeamError::Unreachable { asked, .. } => *asked,
        TeamError::Slow(_) => true,
        TeamError::Refused { status, .. } => *status >= 500,
        _ => false,
    }
}

/// One conversation with the hub: the token is asked for once.
struct Session<'a> {
    folder: &'a Path,
    membership: &'a Membership,
    client: Client,
    token: Option<Token>,
}

impl<'a> Session<'a> {
    fn of(folder: &'a Path, membership: &'a Membership) -> Self {
        Self { folder, membership, client: Client::new(&membership.url), token: None }
    }

    fn with_token<T>(
        &mut self,
        ask: impl FnOnce(&Client, &Token) -> Result<T, TeamError>,
    ) -> Result<T, TeamError> {
        let token = match self.token.take() {
            Some(token) => token,
            None => {
                let key = Key::read(self.folder)?;
                self.client.token(key.assertion(self.membership, now())?)?
            }
        };
        ask(&self.client, self.token.insert(token))
    }
}

/// Seconds since 1970-01-01.
pub fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}

/// Days since 1970-01-01.
pub fn today() -> i32 {
    i32::try_from(now() / (24 * 3600)).unwrap_or(i32::MAX)
}
