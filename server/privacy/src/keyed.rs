//! Keyed hashes: HMAC-SHA256 with the install's key, cut short. Without the key nobody can test a guess.

use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::{DomainId, LineageTag, NameHash};

/// The secret of this install: 32 bytes of entropy in a file that only its owner reads.
#[derive(Clone)]
pub struct InstallKey([u8; 32]);

impl std::fmt::Debug for InstallKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("InstallKey(…)")
    }
}

impl InstallKey {
    /// The key made of these bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    fn tag(&self, purpose: &str, text: &str) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0).expect("HMAC takes a key of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }

    fn cut<const N: usize>(&self, purpose: &str, text: &str) -> [u8; N] {
        let mut short = [0; N];
        short.copy_from_slice(&self.tag(purpose, text)[..N]);
        short
    }

    /// The id of the domain called `name` (or of the workspace root of that path).
    pub fn domain(&self, name: &str) -> DomainId {
        DomainId(i64::from_le_bytes(self.cut("domain", name)))
    }

    /// The tag of the file with that canonical path or dataset id.
    pub fn lineage(&self, identity: &str) -> LineageTag {
        LineageTag(self.cut("lineage", identity))
    }

    /// The hash of a header. Outer white space, letter case and which digits do not count: `Q1`, `q2` and `q17`
    /// are one name, as the columns of a survey are alike.
    pub fn name(&self, header: &str) -> NameHash {
        let mut plain = String::with_capacity(header.len());
        for c in header.trim().chars() {
            if !c.is_numeric() {
                plain.extend(c.to_lowercase());
            } else if !plain.ends_with('0') {
                plain.push('0');
            }
        }
        NameHash(self.cut("name", &plain))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn purposes_and_keys_keep_hashes_apart() {
        let (a, b) = (InstallKey::new([1; 32]), InstallKey::new([2; 32]));
        assert_eq!(a.name(" Price "), a.name("price"));
        assert_ne!(a.name("price"), b.name("price"));
        assert_eq!(a.name("Q17"), a.name("q2"));
        assert_ne!(a.name("q"), a.name("q2"));
        assert_ne!(a.name("price").0, a.domain("price").0.to_le_bytes());
        assert_ne!(a.lineage("price").0[..8], a.name("price").0);
        assert_eq!(format!("{a:?}"), "InstallKey(…)");
    }

    #[test]
    fn the_hash_is_hmac_sha256() {
        // RFC 4231, test case 2 in shape: checked against an independent HMAC of key 0x01×32, "name\0price".
        let key = InstallKey::new([1; 32]);
        let mut mac = Hmac::<Sha256>::new_from_slice(&[1; 32]).unwrap();
        mac.update(b"name\0price");
        assert_eq!(key.name("price").0[..], mac.finalize().into_bytes()[..8]);
    }
}
