//! Assertions of installs: verified by the key that was enrolled, taken once.

use aurora_team::assertion::{Claims, LIFETIME, TYP};
use ed25519_dalek::VerifyingKey;

use super::jws::{Jws, Reason, check_times};
use super::token::number;
use crate::model::{InstallId, TenantId};

/// An assertion whose signer is not known yet.
#[derive(Debug)]
pub struct Asserted<'a> {
    jws: Jws<'a>,
    /// The tenant that it names.
    pub tenant: TenantId,
    /// The install that it names.
    pub install: InstallId,
}

impl<'a> Asserted<'a> {
    /// Takes an assertion apart.
    ///
    /// # Errors
    /// What is wrong with its form.
    pub fn parse(text: &'a str) -> Result<Self, Reason> {
        let jws = Jws::parse(text, TYP)?;
        if jws.kid.is_some() {
            return Err("header");
        }
        let claims: Claims = jws.unverified()?;
        let install = number(&claims.sub).ok_or("claims")?;
        if claims.tid < 1 {
            return Err("claims");
        }
        Ok(Self { jws, tenant: TenantId(claims.tid), install: InstallId(install) })
    }

    /// Its `jti`, if the install's key signed it for `issuer` and it lives at `now`.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn verify(&self, public_key: &[u8; 32], issuer: &str, now: i64) -> Result<String, Reason> {
        let key = VerifyingKey::from_bytes(public_key).map_err(|_| "key")?;
        let claims: Claims = self.jws.verify(&key)?;
        if claims.iss != claims.sub {
            return Err("issuer");
        }
        if claims.aud != issuer {
            return Err("audience");
        }
        check_times(claims.iat, claims.exp, now, LIFETIME)?;
        if !(16..=64).contains(&claims.jti.len()) {
            return Err("claims");
        }
        Ok(claims.jti)
    }
}

/// A public key as an install sends it, if it is one that nobody else can sign for.
pub fn public_key(text: &str) -> Option<[u8; 32]> {
    let bytes: [u8; 32] = aurora_team::jws::from_base64url(text)?.try_into().ok()?;
    let key = VerifyingKey::from_bytes(&bytes).ok()?;
    (!key.is_weak()).then_some(bytes)
}
