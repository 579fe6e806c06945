//! The assertion by which an install asks for a token: a JWT of at most 60 s, signed by its key, used once.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::identity::random;
use crate::{Key, Membership, TeamError};

/// How long it holds, in seconds.
const LIFE: u64 = 60;

/// The assertion of `membership`, signed by `key`. `now` is in seconds since 1970-01-01.
pub fn sign(membership: &Membership, key: &Key, now: u64) -> Result<String, TeamError> {
    let header = json!({"alg": "EdDSA", "typ": "aurora-assertion+jwt"});
    let install = membership.install.to_string();
    let claims = json!({
        "iss": install,
        "sub": install,
        "aud": membership.issuer,
        "tid": membership.tenant,
        "iat": now,
        "exp": now + LIFE,
        "jti": URL_SAFE_NO_PAD.encode(random::<16>()?),
    });
    let part = |json: serde_json::Value| URL_SAFE_NO_PAD.encode(json.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    Ok(format!("{signed}.{signature}"))
}

#[cfg(test)]
mod tests {
    use ed25519_dalek::{Signature, VerifyingKey};
    use serde_json::Value;

    use super::*;

    #[test]
    fn an_assertion_holds_what_the_wire_says_and_is_never_the_same() {
        let (membership, key) = (crate::sample::membership("http://127.0.0.1:9"), Key::fresh().unwrap());
        let assertion = sign(&membership, &key, 1_000).unwrap();
        let (signed, signature) = assertion.rsplit_once('.').unwrap();
        let (header, claims) = signed.split_once('.').unwrap();
        let read = |part: &str| -> Vec<u8> { URL_SAFE_NO_PAD.decode(part).unwrap() };
        let json = |part: &str| -> Value { serde_json::from_slice(&read(part)).unwrap() };
        assert_eq!(json(header), json!({"alg": "EdDSA", "typ": "aurora-assertion+jwt"}));
        let mut claims = json(claims);
        assert_eq!(claims["jti"].take().as_str().unwrap().len(), 22);
        let expected = json!({
            "iss": "7", "sub": "7", "aud": "hub.example", "tid": 3, "iat": 1000, "exp": 1060, "jti": null,
        });
        assert_eq!(claims, expected);
        let public: [u8; 32] = read(&key.public()).try_into().unwrap();
        let signature = Signature::from_slice(&read(signature)).unwrap();
        VerifyingKey::from_bytes(&public).unwrap().verify_strict(signed.as_bytes(), &signature).unwrap();
        assert_ne!(sign(&membership, &key, 1_000).unwrap(), assertion);
    }
}
