//! Looks for field values where none may be: in a store's folder, in temporary files, in logs.

use std::fmt::Write as _;
use std::path::Path;

/// Shorter values are found anywhere by chance.
const SHORTEST: usize = 4;

/// Ways in which a field could be hiding, as bytes: as it is, in another case, in another encoding, hashed without a key, or
/// as a number written otherwise.
pub fn spellings(field: &str) -> Vec<Vec<u8>> {
    let mut all =
        vec![field.as_bytes().to_vec(), field.to_lowercase().into_bytes(), field.to_uppercase().into_bytes()];
    all.push(field.encode_utf16().flat_map(u16::to_le_bytes).collect());
    all.push(hex(field.as_bytes()).into_bytes());
    all.push(base64(field.as_bytes()).into_bytes());
    let digest = sha256(field.as_bytes());
    all.push(digest[..8].to_vec());
    all.push(hex(&digest[..8]).into_bytes());
    if let Ok(number) = field.parse::<f64>() {
        all.push(number.to_le_bytes().to_vec());
        all.push(number.to_be_bytes().to_vec());
        all.push((number as i64).to_le_bytes().to_vec());
        all.push(format!("{number:.1}").into_bytes());
    }
    all.retain(|spelling| spelling.len() >= SHORTEST);
    all
}

/// The first of `fields` that is found in `bytes`.
pub fn leak<'f>(bytes: &[u8], fields: &'f [String]) -> Option<&'f str> {
    let holds = |spelling: &Vec<u8>| memchr::memmem::find(bytes, spelling).is_some();
    let long = fields.iter().filter(|field| field.len() >= SHORTEST);
    long.map(String::as_str).find(|field| spellings(field).iter().any(holds))
}

/// The first of `fields` that is found in a file of `folder` or below, with the file's name; or in a name.
pub fn leak_in_folder(folder: &Path, fields: &[String]) -> Option<(String, String)> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if path.is_dir() {
            if let Some(found) = leak_in_folder(&path, fields) {
                return Some(found);
            }
        } else {
            // A file may go while it is looked for.
            let bytes = std::fs::read(&path).unwrap_or_default();
            if let Some(field) = leak(&bytes, fields) {
                return Some((name, field.to_owned()));
            }
        }
        if let Some(field) = leak(name.as_bytes(), fields) {
            return Some((name, field.to_owned()));
        }
    }
    None
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut hex, b| {
        let _ = write!(hex, "{b:02x}");
        hex
    })
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for three in bytes.chunks_exact(3) {
        let word = u32::from_be_bytes([0, three[0], three[1], three[2]]);
        (0..4).for_each(|i| text.push(LETTERS[(word >> (18 - 6 * i)) as usize & 63] as char));
    }
    text
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::Digest;
    sha2::Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_found() {
        for field in ["Canary0001Quokka", "1234567.5"] {
            for spelling in spellings(field) {
                let planted = [b"xx".as_slice(), &spelling, b"xx"].concat();
                assert_eq!(leak(&planted, &[field.to_owned()]), Some(field), "{spelling:?}");
            }
        }
        assert_eq!(leak(b"nothing of that kind", &["Canary0001Quokka".to_owned()]), None);
    }
}
