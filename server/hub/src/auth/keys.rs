//! The keys that tokens are verified by: a JWKS from a file or an https address, read again now and then.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, RwLock};
use std::time::Duration;

use aurora_team::jws::{base64url, from_base64url};
use ed25519_dalek::VerifyingKey;
use serde::{Deserialize, Serialize};

use super::signing_key::HubKey;
use crate::config::{Config, ConfigError, is_loopback_http};

/// Longest set that is read, in bytes.
const MAX_BYTES: u64 = 64 * 1024;

/// Keys by their id, with a number that grows with every change of the set.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct KeySet {
    keys: HashMap<String, VerifyingKey>,
    generation: u64,
}

/// A set as it is written (RFC 7517).
#[derive(Serialize, Deserialize, Debug)]
struct Jwks {
    keys: Vec<Jwk>,
}

#[derive(Serialize, Deserialize, Debug)]
struct Jwk {
    kty: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    crv: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    kid: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    x: Option<String>,
    #[serde(default, rename = "use", skip_serializing_if = "Option::is_none")]
    usage: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alg: Option<String>,
}

impl KeySet {
    /// The key of an id.
    pub fn get(&self, kid: &str) -> Option<&VerifyingKey> {
        self.keys.get(kid)
    }

    /// Which set it is.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Ids of the keys, sorted.
    pub fn kids(&self) -> Vec<&str> {
        let mut kids: Vec<_> = self.keys.keys().map(String::as_str).collect();
        kids.sort_unstable();
        kids
    }

    /// Adds a key.
    pub fn insert(&mut self, kid: &str, key: VerifyingKey) {
        self.keys.insert(kid.to_owned(), key);
    }

    /// Takes a key away; false when there is none.
    pub fn remove(&mut self, kid: &str) -> bool {
        self.keys.remove(kid).is_some()
    }

    /// Reads a JWKS. Keys of other kinds or uses are passed over.
    ///
    /// # Errors
    /// No JWKS, no key for EdDSA in it, two of one id, or a weak one.
    pub fn parse(text: &str) -> Result<Self, String> {
        let jwks: Jwks = serde_json::from_str(text).map_err(|_| "is no JWKS".to_owned())?;
        let mut set = Self::default();
        for jwk in jwks.keys {
            let is_ours = jwk.kty == "OKP"
                && jwk.crv.as_deref() == Some("Ed25519")
                && jwk.usage.as_deref().is_none_or(|usage| usage == "sig")
                && jwk.alg.as_deref().is_none_or(|alg| alg == "EdDSA" || alg == "Ed25519");
            if !is_ours {
                continue;
            }
            let kid = jwk.kid.ok_or("has a key without kid")?;
            let x: Option<[u8; 32]> =
                jwk.x.as_deref().and_then(from_base64url).and_then(|x| x.try_into().ok());
            let key = x.and_then(|x| VerifyingKey::from_bytes(&x).ok());
            let key = key.filter(|key| !key.is_weak()).ok_or("has a key that is no good point of Ed25519")?;
            if set.keys.insert(kid, key).is_some() {
                return Err("has two keys of one kid".to_owned());
            }
        }
        if set.keys.is_empty() {
            return Err("has no Ed25519 key".to_owned());
        }
        Ok(set)
    }

    /// The set as a JWKS, sorted by id.
    pub fn to_json(&self) -> String {
        let one = |kid: &&str| self.keys.get(*kid).map(|key| jwk(kid, key));
        let jwks = Jwks { keys: self.kids().iter().filter_map(one).collect() };
        serde_json::to_string_pretty(&jwks).unwrap_or_default() + "\n"
    }
}

/// Where the set is read from.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Source {
    File(PathBuf),
    Address(String),
}

impl Source {
    fn read(&self) -> Result<KeySet, String> {
        match self {
            Self::File(path) => {
                let is_long = fs::metadata(path).is_ok_and(|about| about.len() > MAX_BYTES);
                if is_long {
                    return Err("is too long".to_owned());
                }
                KeySet::parse(&fs::read_to_string(path).map_err(|error| format!("cannot be read: {error}"))?)
            }
            Self::Address(url) => KeySet::parse(&fetch(url)?),
        }
    }

    fn shown(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::Address(url) => url.clone(),
        }
    }
}

/// The text at an https address: 5 s, no redirects, at most [`MAX_BYTES`].
fn fetch(url: &str) -> Result<String, String> {
    let agent: ureq::Agent = ureq::Agent::config_builder()
        .timeout_global(Some(Duration::from_secs(5)))
        .max_redirects(0)
        .https_only(!is_loopback_http(url))
        .proxy(None)
        .build()
        .into();
    let mut answer = agent.get(url).call().map_err(|error| format!("cannot be fetched: {error}"))?;
    if answer.status().as_u16() != 200 {
        return Err(format!("cannot be fetched: status {}", answer.status().as_u16()));
    }
    let body = answer.body_mut().with_config().limit(MAX_BYTES).read_to_string();
    body.map_err(|error| format!("cannot be fetched: {error}"))
}

/// The hub's own key, and the set that tokens are verified by.
#[derive(Debug)]
pub struct Keys {
    signing: HubKey,
    source: Source,
    set: RwLock<Arc<KeySet>>,
}

impl Keys {
    /// Opens the keys of a hub; makes the signing key, and the set with it, where the data folder has none.
    ///
    /// # Errors
    /// One line that says what to do.
    pub fn open(config: &Config) -> Result<Self, ConfigError> {
        let path = config.in_data(&config.tokens.signing_key);
        if !path.exists() {
            may_be_made(config, &path)?;
            make_folder(&config.data)?;
            new_key()?.write_new(&path)?;
        }
        if let Source::File(set_path) = source(config)
            && !set_path.exists()
        {
            write_set(&set_path, &set_of(&HubKey::read(&path)?))?;
        }
        Self::read(config)
    }

    /// What [`Keys::open`] would say, without making anything.
    ///
    /// # Errors
    /// One line that says what to do.
    pub fn check(config: &Config) -> Result<(), ConfigError> {
        let path = config.in_data(&config.tokens.signing_key);
        if !path.exists() {
            return may_be_made(config, &path);
        }
        match source(config) {
            Source::File(set) if !set.exists() => HubKey::read(&path).map(drop),
            _ => Self::read(config).map(drop),
        }
    }

    /// The keys as they are.
    fn read(config: &Config) -> Result<Self, ConfigError> {
        let signing = HubKey::read(&config.in_data(&config.tokens.signing_key))?;
        let source = source(config);
        let set = source.read().map_err(|why| {
            let what_to_do = match source {
                Source::File(_) => "; run: aurora hub keys rotate",
                Source::Address(_) => "",
            };
            ConfigError(format!("tokens.jwks {} {why}{what_to_do}", source.shown()))
        })?;
        if set.get(signing.kid()) != Some(&signing.public()) {
            let what_to_do = match source {
                Source::File(_) => "add it by: aurora hub keys rotate".to_owned(),
                Source::Address(_) => format!("publish there: {}", public_jwk(&signing)),
            };
            return Err(ConfigError(format!(
                "tokens.jwks {} does not have the signing key {}; {what_to_do}",
                source.shown(),
                signing.kid()
            )));
        }
        Ok(Self { signing, source, set: RwLock::new(Arc::new(set)) })
    }

    /// The key that signs.
    pub fn signing(&self) -> &HubKey {
        &self.signing
    }

    /// The set now.
    pub fn set(&self) -> Arc<KeySet> {
        Arc::clone(&self.set.read().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// Reads the set again; the old one is kept when that fails. Blocks.
    ///
    /// # Errors
    /// Why it was not read.
    pub fn refresh(&self) -> Result<(), String> {
        let mut read = self.source.read().map_err(|why| format!("{} {why}", self.source.shown()))?;
        let old = self.set();
        read.generation = old.generation;
        if read != *old {
            read.generation += 1;
            *self.set.write().unwrap_or_else(std::sync::PoisonError::into_inner) = Arc::new(read);
        }
        Ok(())
    }
}

/// An error where a start makes no key.
fn may_be_made(config: &Config, path: &Path) -> Result<(), ConfigError> {
    if Path::new(&config.tokens.signing_key).is_absolute() {
        return Err(ConfigError(format!(
            "there is no signing key at {}; run: aurora hub keys rotate",
            path.display()
        )));
    }
    Ok(())
}

/// The set of one key.
fn set_of(key: &HubKey) -> KeySet {
    let mut set = KeySet::default();
    set.insert(key.kid(), key.public());
    set
}

/// The public half of a key as a JWK in one line, for a set that is served elsewhere.
pub fn public_jwk(key: &HubKey) -> String {
    serde_json::to_string(&jwk(key.kid(), &key.public())).unwrap_or_default()
}

fn jwk(kid: &str, key: &VerifyingKey) -> Jwk {
    Jwk {
        kty: "OKP".to_owned(),
        crv: Some("Ed25519".to_owned()),
        kid: Some(kid.to_owned()),
        x: Some(base64url(key.as_bytes())),
        usage: Some("sig".to_owned()),
        alg: Some("EdDSA".to_owned()),
    }
}

fn source(config: &Config) -> Source {
    if config.tokens.jwks.contains("://") {
        Source::Address(config.tokens.jwks.clone())
    } else {
        Source::File(config.in_data(&config.tokens.jwks))
    }
}

fn make_folder(path: &Path) -> Result<(), ConfigError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(|error| ConfigError(format!("cannot make the folder {}: {error}; set data", path.display())))
}

fn new_key() -> Result<HubKey, ConfigError> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| ConfigError(format!("no random bytes here: {error}")))?;
    Ok(HubKey::from_seed(seed))
}

/// Writes a set beside the old one and puts it in its place, so that readers see one or the other.
fn write_set(path: &Path, set: &KeySet) -> Result<(), ConfigError> {
    let failed = |error| ConfigError(format!("cannot write {}: {error}", path.display()));
    let beside = beside(path);
    fs::write(&beside, set.to_json()).map_err(failed)?;
    fs::rename(&beside, path).map_err(failed)
}

/// Where what comes in the place of `path` is written first. Key and set have each their own, whatever they are called.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// The set of the configured file, for `aurora hub keys`.
///
/// # Errors
/// It is an address, or cannot be read.
pub fn read_file(config: &Config) -> Result<KeySet, ConfigError> {
    match source(config) {
        Source::Address(url) => {
            Err(ConfigError(format!("the keys come from {url}; add and retire them where that is served")))
        }
        source @ Source::File(_) => {
            source.read().map_err(|why| ConfigError(format!("tokens.jwks {} {why}", source.shown())))
        }
    }
}

/// Makes a new signing key. The old one stays in the set, so that tokens under way are taken until they end.
/// Returns the ids of the new key and of the old one, if there was one.
///
/// # Errors
/// One line that says what to do; where the set is served elsewhere and there is a key already, for a hub with a key
/// that is not in its set does not start.
pub fn rotate(config: &Config) -> Result<(String, Option<String>), ConfigError> {
    make_folder(&config.data)?;
    let path = config.in_data(&config.tokens.signing_key);
    let old = if path.exists() { Some(HubKey::read(&path)?) } else { None };
    let set_path = match source(config) {
        Source::File(path) => Some(path),
        Source::Address(url) if old.is_some() => {
            return Err(ConfigError(format!(
                "the keys come from {url}, which has not the key that would be made; move {} away, run this again, and publish there what it prints before the hubs start again",
                path.display()
            )));
        }
        Source::Address(_) => None,
    };
    let mut set = match &set_path {
        Some(path) if path.exists() => read_file(config)?,
        _ => KeySet::default(),
    };
    if let Some(old) = &old {
        set.insert(old.kid(), old.public());
    }
    let new = new_key()?;
    set.insert(new.kid(), new.public());
    let beside = beside(&path);
    // What a rotation left that was cut short: never used, as it was not in its place.
    match fs::remove_file(&beside) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            return Err(ConfigError(format!("cannot remove {}: {error}", beside.display())));
        }
        _ => {}
    }
    new.write_new(&beside)?;
    if let Some(path) = set_path {
        write_set(&path, &set)?;
    }
    fs::rename(&beside, &path)
        .map_err(|error| ConfigError(format!("cannot write {}: {error}", path.display())))?;
    Ok((new.kid().to_owned(), old.map(|old| old.kid().to_owned())))
}

/// Takes a key out of the set: tokens that it signed are refused from the next read on.
///
/// # Errors
/// It is not in the set, or signs still.
pub fn retire(config: &Config, kid: &str) -> Result<(), ConfigError> {
    let signing = HubKey::read(&config.in_data(&config.tokens.signing_key))?;
    if signing.kid() == kid {
        return Err(ConfigError(format!("{kid} signs still; run first: aurora hub keys rotate")));
    }
    let mut set = read_file(config)?;
    if !set.remove(kid) {
        return Err(ConfigError(format!("there is no key {kid}; see: aurora hub keys list")));
    }
    write_set(&config.in_data(&config.tokens.jwks), &set)
}

#[cfg(test)]
mod tests;
