//! Who this install is in a team: its membership and its Ed25519 key, two files for their owner only.
//!
//! Both are settings of the machine: nothing in a workspace can name a hub or opt in.

use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::assertion::{Claims, InstallKey};
use crate::wire::{Mode, Role};
use crate::{Domain, HubUrl, TeamError, private_file};

/// Name of the membership's file in the data folder.
pub const MEMBERSHIP: &str = "team.json";
/// Name of the key's file beside it: 32 bytes.
pub const KEY: &str = "team.key";

/// Name of what a join rests on until its answer is heard: 32 random bytes.
pub const JOINING: &str = "team.join";

/// A membership, as it rests.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Membership {
    /// The hub's address.
    pub url: HubUrl,
    /// What the hub calls itself in assertions.
    pub issuer: String,
    /// The tenant.
    pub tenant: i32,
    /// The member.
    pub member: i64,
    /// This install.
    pub install: i64,
    /// What the member may do.
    pub role: Role,
    /// How the tenant publishes.
    pub mode: Mode,
    /// Number of the domain that was chosen when joining.
    pub domain: u8,
    /// Whether votes are sent in the background; off unless asked for.
    pub share: bool,
    /// When it began, in days since 1970-01-01.
    pub joined: i32,
    /// The day on which votes were last taken by the hub.
    #[serde(default)]
    pub published: Option<i32>,
    /// How many votes the hub took then.
    #[serde(default)]
    pub n_published: usize,
    /// SHA-256 of what was last published, in hex: the same is not sent twice.
    #[serde(default)]
    pub digest: Option<String>,
}

impl Membership {
    /// The domain; "other" for a number of a later version.
    pub fn domain(&self) -> Domain {
        Some(Domain(self.domain)).filter(|domain| domain.word().is_some()).unwrap_or(Domain(0))
    }

    /// The membership that rests in `folder`.
    pub fn read(folder: &Path) -> Result<Option<Self>, TeamError> {
        let read = private_file::read(folder, MEMBERSHIP);
        let Some(bytes) = read.map_err(|error| TeamError::disk(MEMBERSHIP, &error))? else { return Ok(None) };
        serde_json::from_slice(&bytes).map(Some).map_err(|_| TeamError::Disk {
            file: MEMBERSHIP.to_owned(),
            why: "it is damaged or of a later version; `aurora team leave --local` removes it".to_owned(),
        })
    }

    /// Keeps it in `folder`.
    pub fn write(&self, folder: &Path) -> Result<(), TeamError> {
        let mut bytes = serde_json::to_vec_pretty(self).unwrap_or_default();
        bytes.push(b'\n');
        private_file::write(folder, MEMBERSHIP, &bytes).map_err(|error| TeamError::disk(MEMBERSHIP, &error))
    }
}

/// The install's key as it rests. It signs assertions and never leaves the machine.
pub struct Key {
    seed: [u8; 32],
    key: InstallKey,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    fn of(seed: [u8; 32]) -> Self {
        Self { seed, key: InstallKey::from_seed(seed) }
    }

    /// A new key from the system's entropy.
    pub fn fresh() -> Result<Self, TeamError> {
        Ok(Self::of(random()?))
    }

    /// The key for joining by `code` at `url`, from what rests in `folder` for that; that is made where it is missing.
    /// So a join whose answer got lost is tried again with the same key, which the hub takes for the same member, and
    /// keys for other codes or hubs tell nobody that they are of one person.
    pub fn joining(folder: &Path, url: &HubUrl, code: &str) -> Result<Self, TeamError> {
        let disk = |error| TeamError::disk(JOINING, &error);
        let rests = private_file::read(folder, JOINING).map_err(disk)?;
        let secret: [u8; 32] = match rests.and_then(|bytes| bytes.try_into().ok()) {
            Some(secret) => secret,
            None => {
                let secret = random()?;
                private_file::write(folder, JOINING, &secret).map_err(disk)?;
                secret
            }
        };
        let mut seed = Sha256::new_with_prefix(secret);
        for part in [url.as_str(), code] {
            seed.update((part.len() as u64).to_be_bytes());
            seed.update(part);
        }
        Ok(Self::of(seed.finalize().into()))
    }

    /// The key that rests in `folder`.
    pub fn read(folder: &Path) -> Result<Self, TeamError> {
        let read = private_file::read(folder, KEY).map_err(|error| TeamError::disk(KEY, &error))?;
        let seed = read.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
        seed.map(Self::of).ok_or_else(|| TeamError::Disk {
            file: KEY.to_owned(),
            why: "the key of this install is missing or damaged; `aurora team leave --local`, then join with a new code"
                .to_owned(),
        })
    }

    /// Keeps it in `folder`.
    pub fn write(&self, folder: &Path) -> Result<(), TeamError> {
        private_file::write(folder, KEY, &self.seed).map_err(|error| TeamError::disk(KEY, &error))
    }

    /// The public half, base64url without padding.
    pub fn public(&self) -> String {
        self.key.public_key()
    }

    /// A fresh assertion of `membership`. `now` is in seconds since 1970-01-01.
    pub fn assertion(&self, membership: &Membership, now: u64) -> Result<String, TeamError> {
        let now = i64::try_from(now).unwrap_or(i64::MAX);
        let claims = Claims::new(membership.install, membership.tenant, &membership.issuer, now, random()?);
        Ok(self.key.assertion(&claims))
    }
}

/// `N` bytes of the system's entropy.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], TeamError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| TeamError::NoEntropy)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_membership_and_its_key_are_read_back() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(Membership::read(folder.path()), Ok(None));
        let membership = crate::sample::membership("http://127.0.0.1:9");
        membership.write(folder.path()).unwrap();
        assert_eq!(Membership::read(folder.path()), Ok(Some(membership)));
        assert!(matches!(Key::read(folder.path()), Err(TeamError::Disk { .. })));
        let key = Key::fresh().unwrap();
        key.write(folder.path()).unwrap();
        assert_eq!(Key::read(folder.path()).unwrap().public(), key.public());
        assert!(!format!("{key:?}").contains(&key.public()));
        let membership = crate::sample::membership("http://127.0.0.1:9");
        assert_ne!(key.assertion(&membership, 1_000), key.assertion(&membership, 1_000));
    }

    #[test]
    fn a_damaged_membership_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(MEMBERSHIP), "{\"url\":").unwrap();
        let told = Membership::read(folder.path()).unwrap_err().to_string();
        assert!(told.contains("team.json") && told.contains("leave --local"), "{told}");
    }
}
