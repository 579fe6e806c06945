//! One-time codes that a person is handed: `TENANT-SECRET`. The store keeps a hash of the secret only.

use sha2::{Digest as _, Sha256};

use crate::model::TenantId;

/// Letters of base32 (RFC 4648).
const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// Characters of a secret: 26 × 5 = 130 bits.
const LENGTH: usize = 26;

/// A code for `tenant` of fresh random bytes: the text for the person, and the hash for the store.
pub fn make(tenant: TenantId, random: [u8; LENGTH]) -> (String, [u8; 32]) {
    // 256 is a multiple of 32: every letter is as likely.
    let secret: Vec<u8> = random.iter().map(|byte| LETTERS[usize::from(byte % 32)]).collect();
    let groups: Vec<&str> = secret.chunks(5).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    (format!("{}-{}", tenant.0, groups.join("-")), hash(tenant, &secret))
}

/// Tenant and hash of a code as a person types it: case, spaces and dashes do not matter. `None` for what is no code.
pub fn read(text: &str) -> Option<(TenantId, [u8; 32])> {
    if text.len() > 100 {
        return None;
    }
    let (tenant, secret) = text.trim().split_once('-')?;
    let tenant = i32::try_from(super::token::number(tenant)?).ok()?;
    let secret: Vec<u8> =
        secret.bytes().filter(|b| !matches!(b, b'-' | b' ')).map(|b| b.to_ascii_uppercase()).collect();
    let is_whole = secret.len() == LENGTH && secret.iter().all(|b| LETTERS.contains(b));
    is_whole.then(|| (TenantId(tenant), hash(TenantId(tenant), &secret)))
}

fn hash(tenant: TenantId, secret: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(tenant.0.to_be_bytes()).chain_update(secret).finalize().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_people_type_it() {
        let random = std::array::from_fn(|i| i as u8 * 9);
        let (code, hash) = make(TenantId(12), random);
        assert_eq!(code.len(), "12-".len() + LENGTH + 5);
        assert_eq!(read(&code), Some((TenantId(12), hash)));
        assert_eq!(read(&format!(" {} ", code.to_lowercase())), Some((TenantId(12), hash)));
        assert_eq!(read(&code.replacen("12-", "13-", 1)).map(|(_, other)| other == hash), Some(false));
        for wrong in ["", "12", "12-AAAA", "x-AAAAA", &code[..code.len() - 1], &format!("0{code}")] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
