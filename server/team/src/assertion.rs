//! How an install shows the hub who it is: a short JWT signed by its own key, once for each access token.

use ed25519_dalek::SigningKey;
use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::jws::{base64url, sign};

/// `typ` of an assertion's header.
pub const TYP: &str = "aurora-assertion+jwt";

/// How long an assertion lives, in seconds; the hub takes none that lives longer.
pub const LIFETIME: i64 = 60;

/// What an assertion says.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The install's number as text.
    pub iss: String,
    /// The same.
    pub sub: String,
    /// The hub's issuer.
    pub aud: String,
    /// The tenant.
    pub tid: i32,
    /// When it was made, seconds since 1970-01-01.
    pub iat: i64,
    /// When it ends.
    pub exp: i64,
    /// What makes it one of a kind: 16 to 64 characters.
    pub jti: String,
}

impl Claims {
    /// What install number `install` says at `now`; `once` are fresh random bytes.
    pub fn new(install: i64, tenant: i32, issuer: &str, now: i64, once: [u8; 16]) -> Self {
        Self {
            iss: install.to_string(),
            sub: install.to_string(),
            aud: issuer.to_owned(),
            tid: tenant,
            iat: now,
            exp: now + LIFETIME,
            jti: base64url(&once),
        }
    }
}

/// The key of an install. Its seed never leaves the machine.
#[derive(Clone, Debug)]
pub struct InstallKey(SigningKey);

impl InstallKey {
    /// The key of these 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// What `POST /v1/enrol` takes: the public key as base64url.
    pub fn public_key(&self) -> String {
        base64url(self.0.verifying_key().as_bytes())
    }

    /// What `POST /v1/token` takes.
    pub fn assertion(&self, claims: &Claims) -> String {
        sign(&json!({"alg": "EdDSA", "typ": TYP}), claims, &self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jws::from_base64url;

    #[test]
    fn an_assertion_says_who_for_a_minute() {
        let key = InstallKey::from_seed([7; 32]);
        let text = key.assertion(&Claims::new(9, 3, "aurora-hub", 1_000, [1; 16]));
        let parts: Vec<_> = text.split('.').collect();
        let claims: Claims = serde_json::from_slice(&from_base64url(parts[1]).unwrap()).unwrap();
        assert_eq!((claims.sub.as_str(), claims.tid, claims.exp), ("9", 3, 1_060));
        assert_eq!(claims.jti.len(), 22);
        assert_eq!(from_base64url(&key.public_key()).unwrap().len(), 32);
    }
}
