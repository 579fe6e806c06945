//! Access tokens: made here, or by an issuer whose keys are configured, and verified exactly.

use aurora_team::wire::Role;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::jws::{Jws, Reason, check_times};
use super::keys::KeySet;
use super::signing_key::HubKey;
use crate::model::{Member, MemberId, TenantId};

/// `typ` of an access token's header.
pub const TYP: &str = "at+jwt";

/// Most seconds from `iat` to `exp`.
pub const MAX_LIFETIME: i64 = 15 * 60;

/// What an access token says; every one is required, and of this type. Others are ignored, but for `nbf`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// Who issued it.
    pub iss: String,
    /// For whom: one audience, as text.
    pub aud: String,
    /// The member's number as text.
    pub sub: String,
    /// The tenant.
    pub tid: i32,
    /// What the member may do.
    pub role: Role,
    /// When it ends, seconds since 1970-01-01.
    pub exp: i64,
    /// When it was made.
    pub iat: i64,
    /// What makes it one of a kind.
    pub jti: String,
    /// The member's token version when it was made.
    pub ver: i32,
    /// When it begins, if that is not `iat`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
}

/// What a verified token stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Verified {
    /// The tenant.
    pub tenant: TenantId,
    /// The member.
    pub member: MemberId,
    /// The role at the time.
    pub role: Role,
    /// The token version at the time.
    pub version: i32,
    /// When it ends, seconds since 1970-01-01.
    pub exp: i64,
}

/// Who issues tokens for whom.
#[derive(Clone, Copy, Debug)]
pub struct Parties<'a> {
    /// `iss`.
    pub issuer: &'a str,
    /// `aud`.
    pub audience: &'a str,
}

/// An access token for `member`, living `lifetime` seconds from `now`; `once` are fresh random bytes.
pub fn issue(
    key: &HubKey,
    parties: Parties<'_>,
    member: Member,
    now: i64,
    lifetime: u32,
    once: [u8; 16],
) -> String {
    let claims = Claims {
        iss: parties.issuer.to_owned(),
        aud: parties.audience.to_owned(),
        sub: member.id.0.to_string(),
        tid: member.tenant.0,
        role: member.role,
        exp: now + i64::from(lifetime),
        iat: now,
        jti: aurora_team::jws::base64url(&once),
        ver: member.token_version,
        nbf: None,
    };
    aurora_team::jws::sign(&json!({"alg": "EdDSA", "typ": TYP, "kid": key.kid()}), &claims, key.secret())
}

/// Verifies a token at `now`.
///
/// # Errors
/// What is wrong with it, for the metrics.
pub fn verify(text: &str, keys: &KeySet, parties: Parties<'_>, now: i64) -> Result<Verified, Reason> {
    let jws = Jws::parse(text, TYP)?;
    let kid = jws.kid.as_deref().ok_or("kid")?;
    let key = keys.get(kid).ok_or("kid")?;
    let claims: Claims = jws.verify(key)?;
    if claims.iss != parties.issuer {
        return Err("issuer");
    }
    if claims.aud != parties.audience {
        return Err("audience");
    }
    check_times(claims.iat, claims.exp, now, MAX_LIFETIME)?;
    if claims.nbf.is_some_and(|nbf| nbf > now.saturating_add(super::jws::LEEWAY)) {
        return Err("future");
    }
    if claims.jti.is_empty() || claims.jti.len() > 128 {
        return Err("claims");
    }
    let member = number(&claims.sub).ok_or("claims")?;
    if claims.tid < 1 {
        return Err("claims");
    }
    Ok(Verified {
        tenant: TenantId(claims.tid),
        member: MemberId(member),
        role: claims.role,
        version: claims.ver,
        exp: claims.exp,
    })
}

/// A positive number written in the one way.
pub(super) fn number(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|b| b.is_ascii_digit()) && !text.starts_with('0');
    if is_plain { text.parse().ok() } else { None }
}
