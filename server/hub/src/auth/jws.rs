//! Reading compact JWS strictly: one algorithm, no key and no option out of the token.

use aurora_team::jws::from_base64url;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// Longest token or assertion, in bytes.
pub const MAX_BYTES: usize = 4096;

/// Seconds that clocks may differ.
pub const LEEWAY: i64 = 30;

/// Why a token is not taken; a word for the metrics.
pub type Reason = &'static str;

/// All that a header may hold. `crit`, `jwk`, `jku`, `x5u`, `b64` and whatever else would change what is verified are
/// unknown fields, and refused.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
struct Header {
    alg: String,
    typ: String,
    #[serde(default)]
    kid: Option<String>,
}

/// A token taken apart; nothing of it is believed yet.
#[derive(Debug)]
pub struct Jws<'a> {
    /// The key's id.
    pub kid: Option<String>,
    signed: &'a [u8],
    claims: Vec<u8>,
    signature: Signature,
}

impl<'a> Jws<'a> {
    /// Takes a token apart whose header says EdDSA and `typ`.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn parse(text: &'a str, typ: &str) -> Result<Self, Reason> {
        if text.len() > MAX_BYTES {
            return Err("too-long");
        }
        let (signed, signature) = text.rsplit_once('.').ok_or("form")?;
        let (header, claims) = signed.split_once('.').ok_or("form")?;
        if claims.contains('.') {
            return Err("form");
        }
        let header = from_base64url(header).ok_or("form")?;
        // A sequence would be taken for a struct otherwise.
        let header: Header = object(&header).ok_or("header")?;
        if header.alg != "EdDSA" {
            return Err("algorithm");
        }
        if header.typ != typ {
            return Err("typ");
        }
        let signature = from_base64url(signature).ok_or("form")?;
        let signature = Signature::from_slice(&signature).map_err(|_| "signature")?;
        let claims = from_base64url(claims).ok_or("form")?;
        Ok(Self { kid: header.kid, signed: signed.as_bytes(), claims, signature })
    }

    /// Its claims, if `key` signed them (no weak key, no second form of a signature).
    ///
    /// # Errors
    /// "signature", or "claims" where one is missing, twice or of another type.
    pub fn verify<T: DeserializeOwned>(&self, key: &VerifyingKey) -> Result<T, Reason> {
        key.verify_strict(self.signed, &self.signature).map_err(|_| "signature")?;
        object(&self.claims).ok_or("claims")
    }

    /// Its claims before any signature was verified: good for finding the key, and for nothing else.
    pub fn unverified<T: DeserializeOwned>(&self) -> Result<T, Reason> {
        object(&self.claims).ok_or("claims")
    }
}

/// A JSON object as a struct.
fn object<T: DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    if bytes.first() != Some(&b'{') {
        return None;
    }
    serde_json::from_slice(bytes).ok()
}

/// Whether times are as they must be: begun, not ended, and living at most `lifetime` seconds.
///
/// # Errors
/// "future", "expired" or "lifetime".
pub fn check_times(iat: i64, exp: i64, now: i64, lifetime: i64) -> Result<(), Reason> {
    if iat > now.saturating_add(LEEWAY) {
        return Err("future");
    }
    if exp <= now.saturating_sub(LEEWAY) {
        return Err("expired");
    }
    match exp.checked_sub(iat) {
        Some(lives) if (1..=lifetime).contains(&lives) => Ok(()),
        _ => Err("lifetime"),
    }
}
