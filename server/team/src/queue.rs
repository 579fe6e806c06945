//! Votes on their way: at most 1,000 on disk, tried again with growing pauses, and left for the next day after five
//! tries.

use std::path::Path;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::identity::random;
use crate::jws::base64url;
use crate::wire::{Vote, Votes};
use crate::{TeamError, private_file};

/// Name of its file in the data folder.
pub const QUEUE: &str = "team-queue.json";
/// How many votes may wait.
pub const MAX_WAITING: usize = 1_000;
/// Tries of a batch a day.
pub const MAX_TRIES: u32 = 5;

const DAY: u64 = 24 * 3600;
const SHORTEST: u64 = 1;
const LONGEST: u64 = 3600;

/// Votes that wait, as they rest.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// In the order in which they are sent.
    pub batches: Vec<Batch>,
}

/// The votes of one request.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Batch {
    /// Given once: the hub counts a batch once however often it comes.
    pub key: String,
    /// What is sent, byte by byte.
    pub body: String,
    /// How many votes it holds, those that it takes back included.
    pub n_votes: usize,
    /// Tries today.
    pub tries: u32,
    /// It is not sent by itself before, in seconds since 1970-01-01.
    pub not_before: u64,
    /// The hub asked to be left alone until then; that holds for a person too.
    pub asked_until: u64,
}

/// Who wants votes to be sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// The person, now.
    Hand,
    /// The background, when it is time.
    Itself,
}

impl Batch {
    /// A batch of one body.
    pub fn new(body: &[u8]) -> Result<Self, TeamError> {
        let all = serde_json::from_slice::<Votes>(body);
        let n_votes = all.map_or(0, |all| all.votes.len() + all.withdrawn.len());
        let key = base64url(&random::<16>()?);
        let body = String::from_utf8_lossy(body).into_owned();
        Ok(Self { key, body, n_votes, tries: 0, not_before: 0, asked_until: 0 })
    }

    /// The votes in it, without those that it takes back.
    pub fn votes(&self) -> Vec<Vote> {
        serde_json::from_str::<Votes>(&self.body).map(|all| all.votes).unwrap_or_default()
    }

    /// It failed at `now`: when to try again. `random` is uniform over all of u64.
    fn failed(&mut self, now: u64, asked: Option<Duration>, random: u64) {
        self.tries += 1;
        let asked = asked.map_or(0, |pause| pause.as_secs());
        self.asked_until = now + asked;
        if self.tries >= MAX_TRIES {
            self.tries = 0;
            // Somewhere in the first hour of the next day, so that not all installs come at once.
            let next = (now / DAY + 1) * DAY + random % LONGEST;
            self.not_before = next.max(now + asked);
            return;
        }
        self.not_before = now + pause(self.tries, random).max(asked);
    }
}

/// The pause after the n-th failure, in seconds: full jitter below a bound that grows from 8 s to 1 h.
fn pause(n_failures: u32, random: u64) -> u64 {
    let bound = 8_u64.saturating_pow(n_failures).min(LONGEST);
    SHORTEST + random % bound.max(1)
}

impl Queue {
    /// What waits in `folder`; a damaged queue is empty, for votes are counted anew from the answers.
    pub fn read(folder: &Path) -> Self {
        let bytes = private_file::read(folder, QUEUE).ok().flatten();
        let queue: Self = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
        if queue.n_votes() > MAX_WAITING { Self::default() } else { queue }
    }

    /// Keeps it in `folder`; an empty one leaves no file.
    pub fn write(&self, folder: &Path) -> Result<(), TeamError> {
        let written = if self.batches.is_empty() {
            private_file::remove(folder, QUEUE)
        } else {
            private_file::write(folder, QUEUE, &serde_json::to_vec(self).unwrap_or_default())
        };
        written.map_err(|error| TeamError::disk(QUEUE, &error))
    }

    /// How many votes wait.
    pub fn n_votes(&self) -> usize {
        self.batches.iter().map(|batch| batch.n_votes).sum()
    }

    /// Replaces what waits by `bodies`, which say all that there is to say; those beyond [`MAX_WAITING`] votes are given
    /// back. A batch that waits already keeps its key and its pause.
    pub fn replace(&mut self, bodies: &[Vec<u8>]) -> Result<usize, TeamError> {
        let before = std::mem::take(&mut self.batches);
        for (taken, body) in bodies.iter().enumerate() {
            let waits = before.iter().find(|batch| batch.body.as_bytes() == body.as_slice());
            let batch = waits.cloned().map_or_else(|| Batch::new(body), Ok)?;
            if self.n_votes() + batch.n_votes > MAX_WAITING {
                return Ok(taken);
            }
            self.batches.push(batch);
        }
        Ok(bodies.len())
    }

    /// When the next batch may be sent, in seconds since 1970-01-01; `None` when nothing waits.
    pub fn due(&self) -> Option<u64> {
        self.batches.iter().map(|batch| batch.not_before).min()
    }

    /// Until when the hub asked to be left alone, in seconds since 1970-01-01; 0 when it did not.
    pub fn asked_until(&self) -> u64 {
        self.batches.iter().map(|batch| batch.asked_until).max().unwrap_or(0)
    }

    /// Sends what is due at `now` by `send`, the first failure ends it. What can never be taken is dropped. Gives how
    /// many votes were taken.
    pub fn send(
        &mut self,
        by: By,
        now: u64,
        random: u64,
        mut send: impl FnMut(&Batch) -> Result<(), TeamError>,
    ) -> (usize, Result<(), TeamError>) {
        let (mut n_taken, mut at) = (0, 0);
        while at < self.batches.len() {
            let batch = &self.batches[at];
            if batch.asked_until > now || (by == By::Itself && batch.not_before > now) {
                at += 1;
                continue;
            }
            match send(&self.batches[at]) {
                Ok(()) => n_taken += self.batches.remove(at).n_votes,
                Err(error) if error.is_passing() => {
                    self.batches[at].failed(now, error.retry_after(), random);
                    // The others would meet the same hub.
                    let (until, asked) = (self.batches[at].not_before, self.batches[at].asked_until);
                    for other in &mut self.batches {
                        other.not_before = other.not_before.max(until.min(now + LONGEST));
                        other.asked_until = other.asked_until.max(asked);
                    }
                    return (n_taken, Err(error));
                }
                Err(error) => {
                    self.batches.remove(at);
                    return (n_taken, Err(error));
                }
            }
        }
        (n_taken, Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::votes::{self, Own};

    fn bodies(n: u16) -> Vec<Vec<u8>> {
        let vote = |n: u16| Vote { domain: 1, group: n, cell: 1, action: 1001, yes: true };
        votes::bodies(&Own { votes: (0..n).map(vote).collect(), withdrawn: Vec::new() })
    }

    fn refused(status: u16, retry_after: Option<u64>) -> TeamError {
        let retry_after = retry_after.map(Duration::from_secs);
        let (code, title) = ("x".to_owned(), "x".to_owned());
        TeamError::Refused { status, code, title, detail: None, retry_after }
    }

    #[test]
    fn never_more_than_a_thousand_votes_wait() {
        let mut queue = Queue::default();
        assert_eq!(queue.replace(&bodies(5_000)).unwrap(), 5);
        assert_eq!(queue.n_votes(), MAX_WAITING);
        let folder = tempfile::tempdir().unwrap();
        queue.write(folder.path()).unwrap();
        assert_eq!(Queue::read(folder.path()), queue);
        Queue::default().write(folder.path()).unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_batch_keeps_its_key_while_its_votes_are_the_same() {
        let mut queue = Queue::default();
        queue.replace(&bodies(300)).unwrap();
        let key = queue.batches[0].key.clone();
        queue.replace(&bodies(301)).unwrap();
        assert_eq!(queue.batches[0].key, key);
        assert_eq!(queue.batches.len(), 2);
    }

    #[test]
    fn five_tries_a_day_with_growing_pauses_and_then_tomorrow() {
        let mut queue = Queue::default();
        queue.replace(&bodies(1)).unwrap();
        let mut now = 10 * DAY + 60;
        for n in 1..=4_u32 {
            let (_, done) = queue.send(By::Itself, now, u64::MAX, |_| Err(refused(503, None)));
            assert!(done.is_err());
            let wait = queue.due().unwrap() - now;
            assert!((1..=8_u64.pow(n).min(3600)).contains(&wait), "{n}: {wait}");
            // Before its time nothing is sent.
            assert_eq!(queue.send(By::Itself, now, 0, |_| panic!("sent too early")), (0, Ok(())));
            now = queue.due().unwrap();
        }
        let _ = queue.send(By::Itself, now, 7, |_| Err(refused(503, None)));
        assert_eq!(queue.due(), Some(11 * DAY + 7));
        assert_eq!(queue.send(By::Itself, 11 * DAY + 7, 0, |_| Ok(())), (1, Ok(())));
        assert_eq!(queue, Queue::default());
    }

    #[test]
    fn the_hub_is_left_alone_as_long_as_it_asks() {
        let mut queue = Queue::default();
        queue.replace(&bodies(1)).unwrap();
        let _ = queue.send(By::Hand, 1_000, 0, |_| Err(refused(429, Some(7_200))));
        assert_eq!(queue.due(), Some(8_200));
        let sent_too_early = |_: &Batch| panic!("sent too early");
        assert_eq!(queue.send(By::Hand, 8_199, 0, sent_too_early), (0, Ok(())));
        assert_eq!(queue.send(By::Hand, 8_200, 0, |_| Ok(())), (1, Ok(())));
    }

    #[test]
    fn a_person_need_not_wait_for_a_pause_of_our_own() {
        let mut queue = Queue::default();
        queue.replace(&bodies(1)).unwrap();
        let _ = queue.send(By::Itself, 1_000, u64::MAX, |_| Err(refused(503, None)));
        assert_eq!(queue.send(By::Itself, 1_000, 0, |_| Ok(())), (0, Ok(())));
        assert_eq!(queue.send(By::Hand, 1_000, 0, |_| Ok(())), (1, Ok(())));
    }

    #[test]
    fn what_can_never_be_taken_is_dropped() {
        let mut queue = Queue::default();
        queue.replace(&bodies(250)).unwrap();
        let (taken, done) = queue.send(By::Hand, 1_000, 0, |_| Err(refused(422, None)));
        assert!(taken == 0 && done.is_err());
        assert_eq!(queue.n_votes(), 50);
    }

    proptest! {
        #[test]
        fn a_pause_is_between_a_second_and_an_hour(n in 1..40_u32, random in any::<u64>()) {
            prop_assert!((SHORTEST..=LONGEST).contains(&pause(n, random)));
        }
    }
}
