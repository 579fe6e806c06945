//! Compact JWS signed by Ed25519 (RFC 7515, RFC 8037): how tokens and assertions are written. Reading is the hub's.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ed25519_dalek::{Signer as _, SigningKey};
use serde::Serialize;

/// Bytes as base64url without padding.
pub fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// The bytes of base64url without padding; `None` where the text is not the one way to write them.
pub fn from_base64url(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

/// `header.claims.signature`. Both are written as JSON; `header` must say `"alg":"EdDSA"`.
pub fn sign(header: &impl Serialize, claims: &impl Serialize, key: &SigningKey) -> String {
    let part = |bytes: Result<Vec<u8>, serde_json::Error>| base64url(&bytes.unwrap_or_default());
    let signed = format!("{}.{}", part(serde_json::to_vec(header)), part(serde_json::to_vec(claims)));
    let signature = key.sign(signed.as_bytes());
    format!("{signed}.{}", base64url(&signature.to_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_example_of_rfc_8037_comes_out() {
        // Appendix A.4; its header is `{"alg":"EdDSA"}` and its payload a text, which as JSON would stand in quotes.
        let d = from_base64url("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A").unwrap();
        let key = SigningKey::from_bytes(&d.try_into().unwrap());
        let signed = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = base64url(&key.sign(signed.as_bytes()).to_bytes());
        let wanted = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(signature, wanted);
        let ours = sign(&json!({"alg": "EdDSA"}), &json!("x"), &key);
        assert!(ours.starts_with("eyJhbGciOiJFZERTQSJ9."));
    }

    #[test]
    fn there_is_one_way_to_write_bytes() {
        assert_eq!(from_base64url("AQ").unwrap(), [1]);
        assert_eq!(from_base64url("AR"), None, "bits that are thrown away");
        assert_eq!(from_base64url("AQ=="), None, "padding");
        assert_eq!(from_base64url("A+"), None, "another alphabet");
    }
}
