//! The key that signs access tokens: a file that only the hub reads, made at the first start.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use aurora_team::jws::{base64url, from_base64url};
use ed25519_dalek::{SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::config::ConfigError;
use crate::config::secret::check_private;

/// A key of the hub's own, with its id.
#[derive(Clone, Debug)]
pub struct HubKey {
    kid: String,
    secret: SigningKey,
}

/// The file: a JWK (RFC 8037) with the secret half.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    kty: String,
    crv: String,
    kid: String,
    x: String,
    d: String,
}

/// Secret keys printed in RFC 8032 and RFC 8037: anyone could sign by them.
const PRINTED: [&str; 3] = [
    "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A",
    "TM0Imyj_ltqdtsNG7BFOD1uKMZ81q6Yk2oz27U-4pvs",
    "xaqN9D-fg3vteh0uQzqS5L4VAg3Q8TYfH2IT8n1-QwQ",
];

/// The id of a key: the beginning of its hash.
pub fn kid_of(key: &VerifyingKey) -> String {
    base64url(&Sha256::digest(key.as_bytes())[..12])
}

impl HubKey {
    /// The key of these 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        let secret = SigningKey::from_bytes(&seed);
        Self { kid: kid_of(&secret.verifying_key()), secret }
    }

    /// Its id.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half.
    pub fn public(&self) -> VerifyingKey {
        self.secret.verifying_key()
    }

    pub(crate) fn secret(&self) -> &SigningKey {
        &self.secret
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Absent, readable by others, weak, printed somewhere, or no key: one line that says what to do.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let shown = path.display();
        let wrong = |why: &str| {
            ConfigError(format!(
                "the signing key {shown} {why}; move it away and run: aurora hub keys rotate"
            ))
        };
        check_private(path)?;
        let text = fs::read_to_string(path).map_err(|error| wrong(&format!("cannot be read ({error})")))?;
        let file: KeyFile = serde_json::from_str(&text)
            .map_err(|_| wrong("is no Ed25519 JWK with kty, crv, kid, x and d"))?;
        let seed: Option<[u8; 32]> = from_base64url(&file.d).and_then(|d| d.try_into().ok());
        let seed = seed.filter(|_| file.kty == "OKP" && file.crv == "Ed25519");
        let seed = seed.ok_or_else(|| wrong("is no Ed25519 JWK with kty, crv, kid, x and d"))?;
        let mut distinct = seed;
        distinct.sort_unstable();
        let n_distinct = 1 + distinct.windows(2).filter(|pair| pair[0] != pair[1]).count();
        // 32 random bytes have fewer than 16 distinct values once in 10¹¹ keys.
        if n_distinct < 16 {
            return Err(wrong("is weak: it was not drawn at random"));
        }
        if PRINTED.contains(&file.d.as_str()) {
            return Err(wrong("is a default: it is printed in a standard"));
        }
        let mut key = Self::from_seed(seed);
        if from_base64url(&file.x).as_deref() != Some(key.public().as_bytes()) {
            return Err(wrong("has another public half than its secret one"));
        }
        if file.kid.is_empty() || file.kid.len() > 100 {
            return Err(wrong("has no kid of 1 to 100 characters"));
        }
        key.kid = file.kid;
        Ok(key)
    }

    /// Writes it where nothing is yet, readable by this user alone.
    ///
    /// # Errors
    /// The file is there, or cannot be written.
    pub fn write_new(&self, path: &Path) -> Result<(), ConfigError> {
        let failed = |error: std::io::Error| {
            ConfigError(format!(
                "cannot write the signing key {}: {error}; make its folder writable",
                path.display()
            ))
        };
        let file = KeyFile {
            kty: "OKP".to_owned(),
            crv: "Ed25519".to_owned(),
            kid: self.kid.clone(),
            x: base64url(self.public().as_bytes()),
            d: base64url(&self.secret.to_bytes()),
        };
        let mut options = fs::OpenOptions::new();
        options.write(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut out = options.open(path).map_err(failed)?;
        let text = serde_json::to_string_pretty(&file).unwrap_or_default();
        out.write_all(text.as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.sync_all())
            .map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn keys_that_anyone_could_know_are_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key.json");
        let seed = Sha256::digest(b"a seed of a test").into();
        HubKey::from_seed(seed).write_new(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(HubKey::read(&path).unwrap().kid(), HubKey::from_seed(seed).kid());
        assert!(HubKey::from_seed(seed).write_new(&path).is_err(), "never written over");

        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(HubKey::read(&path).unwrap_err().0.contains("chmod 600"));

        let read = |seed: [u8; 32]| {
            fs::remove_file(&path).unwrap();
            HubKey::from_seed(seed).write_new(&path).unwrap();
            HubKey::read(&path).unwrap_err().0
        };
        assert!(read([0; 32]).contains("weak"));
        let printed = from_base64url(PRINTED[0]).unwrap();
        assert!(read(printed.try_into().unwrap()).contains("default"));
        fs::write(&path, "{}").unwrap();
        assert!(HubKey::read(&path).unwrap_err().0.contains("no Ed25519 JWK"));
    }
}
