//! Half-width katakana, one byte each in Shift-JIS: what bank files and old registers of names are written in.

/// Kana that are frequent in names and words.
const FREQUENT: &str = "ﾝｳｲﾞｼｶｷﾀﾏﾄﾅｺﾗﾘｱﾐｻｽｸﾛｰﾙﾔｹ";

/// Natural log-probability of a frequent one and of any other, where a text is written in them; and that a text is.
const COST: f32 = -3.5;
const RARE: f32 = -4.8;
const WRITTEN_SO: f32 = -6.0;
/// Of a mark that voices a kana which has no voice: no Japanese text has it, and texts of other alphabets soon do.
const ODD_MARK: f32 = -14.0;

/// Whether `ch` is a half-width kana or mark.
fn is_kana(ch: char) -> bool {
    ('\u{FF66}'..='\u{FF9F}').contains(&ch)
}

/// Whether the mark `mark` may stand behind `before`.
fn may_follow(mark: char, before: Option<char>) -> bool {
    let half_voiced = |ch: char| ('ﾊ'..='ﾎ').contains(&ch);
    match (mark, before) {
        ('ﾟ', Some(ch)) => half_voiced(ch),
        (_, Some(ch)) => ('ｶ'..='ﾄ').contains(&ch) || half_voiced(ch) || ch == 'ｳ',
        _ => false,
    }
}

/// The log-likelihood of `chars`, which are all characters of a text beyond ASCII, when many are half-width kana; the
/// others cost as `cost` says.
pub(super) fn likelihood(chars: &[char], cost: impl Fn(char) -> f32) -> Option<f32> {
    let n = chars.iter().filter(|ch| is_kana(**ch)).count();
    if n == 0 || n * 3 < chars.len() {
        return None;
    }
    let befores = std::iter::once(None).chain(chars.iter().copied().map(Some));
    let each = befores.zip(chars).map(|(before, &ch)| match ch {
        'ﾞ' | 'ﾟ' if !may_follow(ch, before) => ODD_MARK,
        _ if FREQUENT.contains(ch) => COST,
        _ if is_kana(ch) => RARE,
        _ => cost(ch),
    });
    Some(WRITTEN_SO + each.sum::<f32>())
}

#[cfg(test)]
mod tests {
    use crate::detect::detect;
    use crate::encoding::decode;

    fn is_read(text: &str, encoding: &'static encoding_rs::Encoding) {
        let bytes = encoding.encode(text).0;
        let label = detect(&bytes).label;
        assert_eq!(decode(&bytes, label).text, text, "as {label}");
    }

    #[test]
    fn names_in_half_width_kana_are_shift_jis() {
        for text in [
            "name,age\nﾔﾏﾀﾞ ﾀﾛｳ,37\nｽｽﾞｷ ﾊﾅｺ,22\n",
            "口座,名義\n1,ｻﾄｳ ｲﾁﾛｳ\n2,ﾀｶﾊｼ ｹﾝｼﾞ\n3,ｶ)ﾔﾏﾓﾄｼﾖｳﾃﾝ\n4,ﾜﾀﾅﾍﾞ ﾏｺﾄ\n",
            "id,item\n1,ﾊﾟﾝ\n2,ｷﾞｭｳﾆｭｳ\n3,ﾊﾞﾀｰ\n4,ｼﾞｬｶﾞｲﾓ\n",
        ] {
            is_read(text, encoding_rs::SHIFT_JIS);
        }
    }

    #[test]
    fn words_of_other_alphabets_in_the_same_bytes_are_not() {
        let russian = "имя,город\nиван,москва\nольга,тверь\nпётр,омск\n";
        is_read(russian, encoding_rs::KOI8_R);
        let upper = "ИМЯ,ГОРОД\nИВАН,МОСКВА\nОЛЬГА,ТВЕРЬ\nПЁТР,ОМСК\n";
        is_read(upper, encoding_rs::WINDOWS_1251);
        let greek = "ΟΝΟΜΑ,ΠΟΛΗ\nΜΑΡΙΑ,ΑΘΗΝΑ\nΓΙΩΡΓΟΣ,ΠΑΤΡΑ\nΕΛΕΝΗ,ΒΟΛΟΣ\n";
        assert_ne!(detect(&encoding_rs::WINDOWS_1253.encode(greek).0).label, "shift_jis");
    }
}
