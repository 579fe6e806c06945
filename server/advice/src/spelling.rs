//! When two spellings mean the same: keys that fold away what does not matter, and the distance between words.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

/// `value` without case, with single spaces, in Unicode's compatibility form (NFKC), and with curly quotes, dashes and
/// invisible characters made plain.
pub fn folded(value: &str) -> String {
    let plain: String = value.nfkc().filter_map(plain).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether nobody sees `c`.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{ad}')
}

/// Whether `value` is composed (NFC), with single, plain blanks between its words and no character that nobody sees.
pub fn is_tidy(value: &str) -> bool {
    let is_word = |word: &str| !word.is_empty() && !word.contains(char::is_whitespace);
    !value.contains(|c: char| is_unseen(c) || c.is_control())
        && value.split(' ').all(is_word)
        && is_nfc(value)
}

/// `value` with what nobody sees written out (`<U+200B>`), for messages about spellings that look the same.
pub fn shown(value: &str) -> String {
    let seen = |c: char| if is_unseen(c) { format!("<U+{:04X}>", u32::from(c)) } else { c.to_string() };
    value.chars().map(seen).collect()
}

/// What `c` is plainly; `None` where nobody sees it.
fn plain(c: char) -> Option<char> {
    match c {
        '’' | '‘' => Some('\''),
        '–' | '‐' | '‑' => Some('-'),
        _ if is_unseen(c) => None,
        _ => Some(c),
    }
}

/// The fingerprint key of OpenRefine: folded, without accents and punctuation, its words sorted and said once.
/// <https://openrefine.org/docs/technical-reference/clustering-in-depth#fingerprint>
pub fn fingerprint(value: &str) -> String {
    let plain: String =
        folded(value).chars().flat_map(plain_letters).filter(|c| c.is_alphanumeric() || *c == ' ').collect();
    let mut words: Vec<_> = plain.split_whitespace().collect();
    words.sort_unstable();
    words.dedup();
    words.join(" ")
}

/// The letters that stand for `c`, as OpenRefine writes those that are two in one.
fn plain_letters(c: char) -> impl Iterator<Item = char> {
    let two = match c {
        'ß' => Some(['s', 's']),
        'æ' => Some(['a', 'e']),
        'œ' | 'ø' => Some(['o', 'e']),
        'þ' => Some(['t', 'h']),
        _ => None,
    };
    two.unwrap_or([unaccented(c), '\0']).into_iter().filter(|&c| c != '\0')
}

/// The letter without its accent, for the letters of Western and Central Europe.
fn unaccented(c: char) -> char {
    match c {
        'à' | 'á' | 'â' | 'ã' | 'ä' | 'å' | 'ā' | 'ă' | 'ą' => 'a',
        'ç' | 'ć' | 'č' => 'c',
        'ď' | 'đ' | 'ð' => 'd',
        'è' | 'é' | 'ê' | 'ë' | 'ē' | 'ę' | 'ě' => 'e',
        'ì' | 'í' | 'î' | 'ï' | 'ī' => 'i',
        'ł' | 'ľ' => 'l',
        'ñ' | 'ń' | 'ň' => 'n',
        'ò' | 'ó' | 'ô' | 'õ' | 'ö' | 'ő' => 'o',
        'ŕ' | 'ř' => 'r',
        'ś' | 'š' | 'ş' => 's',
        'ť' | 'ţ' => 't',
        'ù' | 'ú' | 'û' | 'ü' | 'ů' | 'ű' | 'ū' => 'u',
        'ý' | 'ÿ' => 'y',
        'ź' | 'ż' | 'ž' => 'z',
        other => other,
    }
}

/// The distance of `a` and `b` in insertions, deletions, substitutions and swaps of neighbours (optimal string
/// alignment, Damerau 1964), or `None` above `most`.
pub fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let same = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + same);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        if row.iter().min().is_some_and(|&least| least > most) {
            return None;
        }
        before_last = std::mem::replace(&mut last, row);
    }
    Some(last[b.len()]).filter(|&d| d <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folding_keeps_words_and_drops_form() {
        assert_eq!(folded(" Ｒome  City\u{a0}"), "rome city");
        assert_eq!(fingerprint("Meyer, Ernst & Söhne"), fingerprint("ernst meyer sohne"));
    }

    #[test]
    fn fingerprints_are_those_of_openrefine() {
        // From OpenRefine's tests of its fingerprint keyer (BSD-3-Clause).
        for (value, key) in [
            ("the multi multi word test", "multi test the word"),
            (" école ÉCole ecoLe ", "ecole"),
            (" d c b a ", "a b c d"),
            ("\tABC \t DEF ", "abc def"),
            ("bbb\taaa", "aaa bbb"),
            (
                "ÀÁÂÃÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÕÖØÙÚÛÜÝÞßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ",
                "aaaaaaaeceeeeiiiidnooooooeuuuuythssaaaaaaaeceeeeiiiidnooooooeuuuuythy",
            ),
        ] {
            assert_eq!(fingerprint(value), key);
        }
    }

    #[test]
    fn distances_count_edits_up_to_a_bound() {
        assert_eq!(distance("birmingham", "birminghxm", 1), Some(1));
        assert_eq!(distance("form", "from", 1), Some(1));
        assert_eq!(distance("kitten", "sitting", 3), Some(3));
        assert_eq!(distance("kitten", "sitting", 2), None);
    }

    #[test]
    fn what_nobody_sees_is_shown_and_untidy() {
        assert_eq!(shown("Be\u{200b}rn"), "Be<U+200B>rn");
        assert!(
            is_tidy("New York")
                && !is_tidy("New  York")
                && !is_tidy("Be\u{200b}rn")
                && !is_tidy("Zu\u{308}rich")
        );
        assert_eq!(folded("Zu\u{308}rich  ﬁve"), folded("zürich five"));
    }
}
