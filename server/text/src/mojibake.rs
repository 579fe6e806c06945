//! Text that was UTF-8, was read in a single-byte encoding, and was saved again: finding it and undoing it.

use std::cell::OnceCell;
use std::sync::OnceLock;

use crate::codec::Codec;
use crate::detect::language::{Kind, Languages};

/// A text with the misreading undone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Repair {
    /// The text as it was meant.
    pub text: String,
    /// Label of the encoding that it had been read in.
    pub read_as: &'static str,
    /// How often it had been misread.
    pub rounds: usize,
}

/// Encodings that files are misread in, the commonest first, and how much likelier (natural log) the repaired
/// text must be.
const MISREADINGS: [(&str, f32); 5] = [
    ("windows-1252", 6.0),
    ("macroman", 8.0),
    ("windows-1251", 14.0),
    ("windows-1250", 14.0),
    ("ibm437", 14.0),
];

/// Undoes a misreading of `field`: only sequences that are well-formed UTF-8 once the misreading is undone are
/// changed, so that misreading the result again gives `field`; and only if the result is much likelier text.
///
/// ```
/// let repair = aurora_text::mojibake::repair("BesanÃ§on").unwrap();
/// assert_eq!((repair.text.as_str(), repair.read_as), ("Besançon", "windows-1252"));
/// assert_eq!(aurora_text::mojibake::repair("Besançon"), None);
/// ```
pub fn repair(field: &str) -> Option<Repair> {
    // Almost every field ends here.
    if !is_suspicious(field) {
        return None;
    }
    let mut text = field.to_owned();
    let mut read_as = None;
    let mut rounds = 0;
    while rounds < 4 {
        let Some((better, label)) = repair_once(&text) else { break };
        text = better;
        read_as.get_or_insert(label);
        rounds += 1;
    }
    read_as.map(|read_as| Repair { text, read_as, rounds })
}

/// Whether `text` holds two neighbouring characters that begin a misread sequence: quick, and never wrong
/// about a text that [`repair`] would change.
pub fn is_suspicious(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let mut after_non_ascii = false;
    for ch in text.chars() {
        if after_non_ascii && !ch.is_ascii() {
            return true;
        }
        after_non_ascii = !ch.is_ascii();
    }
    false
}

fn repair_once(text: &str) -> Option<(String, &'static str)> {
    if !is_suspicious(text) {
        return None;
    }
    let before = OnceCell::new();
    let candidates = MISREADINGS.iter().zip(tables()).filter_map(|((label, least), table)| {
        let (undone, ends) = undo(text, table, *label == "macroman")?;
        let gain = likelihood(&undone) - before.get_or_init(|| likelihood(text));
        // Each sequence must read as something, not only the text as a whole.
        let sensible = ends.iter().all(|&ch| is_sensible(ch));
        (sensible && gain > *least).then_some((gain, undone, *label))
    });
    candidates.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, undone, label)| (undone, label))
}

/// Byte of each character that an encoding has beyond ASCII, sorted by character.
type Bytes = Vec<(char, u8)>;

fn tables() -> &'static [Bytes] {
    static TABLES: OnceLock<Vec<Bytes>> = OnceLock::new();
    TABLES.get_or_init(|| MISREADINGS.iter().map(|(label, _)| bytes_of(label)).collect())
}

fn bytes_of(label: &str) -> Bytes {
    let chars = Codec::of(label).and_then(Codec::single_bytes).unwrap_or(['\u{FFFD}'; 256]);
    let mut bytes: Bytes = (0x80..=0xFF_u8).map(|code| (chars[usize::from(code)], code)).collect();
    bytes.retain(|(ch, _)| *ch != '\u{FFFD}');
    if label == "windows-1252" {
        // Latin-1 is the same but for the controls.
        let latin1 = (0x80..=0x9F_u8).map(|code| (char::from(code), code));
        bytes.extend(latin1.filter(|(ch, _)| !chars.contains(ch)));
    }
    bytes.sort_unstable();
    bytes.dedup_by_key(|(ch, _)| *ch);
    bytes
}

/// Replaces every run that encodes to a well-formed sequence; the new characters too. `None` without any.
/// With `attached`, two signs that touch no letter or digit stay: `√π` is mathematics.
fn undo(text: &str, table: &Bytes, attached: bool) -> Option<(String, Vec<char>)> {
    let byte = |ch: char| table.binary_search_by_key(&ch, |(known, _)| *known).ok().map(|at| table[at].1);
    let mut out = String::with_capacity(text.len());
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(ch) = rest.chars().next() {
        let (mut sequence, mut len, mut meant) = (Vec::with_capacity(4), 0, None);
        for ch in rest.chars().take(4).take_while(|ch| !ch.is_ascii()) {
            let Some(code) = byte(ch) else { break };
            sequence.push(code);
            len += ch.len_utf8();
            if let Ok(one) = std::str::from_utf8(&sequence) {
                meant = one.chars().next();
                break;
            }
        }
        let before = text[..text.len() - rest.len()].chars().next_back().unwrap_or(' ');
        let after = rest[len..].chars().next().unwrap_or(' ');
        let alone = attached && sequence.len() == 2 && !before.is_alphanumeric() && !after.is_alphanumeric();
        // `“×”` and `„Ä“` are characters in quotes.
        let quoted = sequence.len() == 2
            && "„“‘‚«»".contains(before)
            && rest[..len].ends_with(['“', '”', '’', '‘', '»', '«']);
        // A small letter after two capitals is a trademark sign after a name.
        let mut last_two = text[..text.len() - rest.len()].chars().rev().take(2);
        let shouted = last_two.next().is_some_and(char::is_uppercase)
            && last_two.next().is_some_and(char::is_uppercase);
        match meant.filter(|meant| !(alone || quoted || shouted && meant.is_lowercase())) {
            Some(meant) => {
                found.push(meant);
                out.push(meant);
                rest = &rest[len..];
            }
            None => {
                out.push(ch);
                rest = &rest[ch.len_utf8()..];
            }
        }
    }
    (!found.is_empty()).then_some((out, found))
}

/// Whether `ch` is what people write: a letter or sign of the languages known, or of a script of its own.
fn is_sensible(ch: char) -> bool {
    match Languages::get().kind(ch) {
        Kind::Letter { .. } => true,
        Kind::Symbol { cost, .. } => cost > -11.5,
        Kind::Bad => ('\u{80}'..'\u{A0}').contains(&ch),
        Kind::Foreign => {
            matches!(ch, '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{AC00}'..='\u{D7A3}' | '\u{900}'..='\u{DFF}')
        }
        _ => false,
    }
}

/// Natural log-likelihood of the characters beyond ASCII under the language that explains them best.
fn likelihood(text: &str) -> f32 {
    let languages = Languages::get();
    let kinds: Vec<Kind> =
        std::iter::once('\n').chain(text.chars()).chain(['\n']).map(|ch| languages.kind(ch)).collect();
    let beyond: Vec<bool> =
        std::iter::once('\n').chain(text.chars()).chain(['\n']).map(|ch| !ch.is_ascii()).collect();
    let pairs = || (1..kinds.len()).filter(|&at| beyond[at] || beyond[at - 1]);
    let best = languages
        .iter()
        .map(|language| pairs().map(|at| language.cost(kinds[at - 1], kinds[at])).sum::<f32>());
    best.fold(f32::NEG_INFINITY, f32::max)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn repaired(text: &str) -> String {
        repair(text).map_or_else(|| text.to_owned(), |repair| repair.text)
    }

    /// From the README of ftfy (Robyn Speer, Apache-2.0), without the steps that are not about encodings.
    #[test]
    fn the_published_examples() {
        assert_eq!(repaired("âœ” No problems"), "✔ No problems");
        assert_eq!(
            repaired("The Mona Lisa doesnÃƒÂ¢Ã¢â€šÂ¬Ã¢â€žÂ¢t have eyebrows."),
            "The Mona Lisa doesn’t have eyebrows."
        );
        assert_eq!(repaired("l’humanitÃ©"), "l’humanité");
        assert_eq!(repaired("Ã\u{a0} perturber la rÃ©flexion"), "à perturber la réflexion");
    }

    /// From ftfy's `tests/test-cases/synthetic.json` (Robyn Speer, Apache-2.0).
    #[test]
    fn the_published_cases() {
        let mut failed = Vec::new();
        for (bad, good) in [
            ("voilÃ\u{a0} le travail", "voilà le travail"),
            ("×‘×”×•×“×˘×”", "בהודעה"),
            ("◊ë◊î◊ï◊ì◊¢◊î", "בהודעה"),
            ("×\u{90}×\u{91}×\u{91}×\u{90}", "אבבא"),
            ("Ø±Ø³Ø§Ù„Ø©", "رسالة"),
            ("Ř±ŘłŘ§Ů„Ř©", "رسالة"),
            ("ÿ±ÿ≥ÿßŸÑÿ©", "رسالة"),
            ("<40\\% vs \u{e2}\u{89}\u{a5}40\\%", "<40\\% vs ≥40\\%"),
            ("â€œmismatched quotesâ€¦”", "“mismatched quotes…”"),
            ("aoÃ»t", "août"),
            ("HÃ”TEL", "HÔTEL"),
            ("CÃ™IS", "CÙIS"),
            ("OÃ™ ET QUAND?", "OÙ ET QUAND?"),
            ("Ã¥klagarmyndighets", "åklagarmyndighets"),
        ] {
            if repaired(bad) != good {
                failed.push((bad, repaired(bad)));
            }
        }
        assert!(failed.is_empty(), "{failed:#?}");
    }

    /// From ftfy's `tests/test-cases/negative.json` and `synthetic.json` (Robyn Speer, Apache-2.0).
    #[test]
    fn the_published_cases_that_must_stay() {
        let mut failed = Vec::new();
        for text in [
            "IL Y MARQUÉ…",
            "Η ¨ανατροφή¨ δυστυχώς από τους προπονητές",
            "higher values (“+” and “×” curves) in the superficial region",
            "e lo spirito ammaccato,\u{a0}è come se nel cuore",
            "4288×…",
            "``toda produzida pronta pra assa aí´´",
            "HUHLL Õ…",
            "RETWEET SE VOCÊ…",
            "TEM QUE SEGUIR, SDV SÓ…",
            "Join ZZAJÉ’s Official Fan List",
            "L’épisode 8 est trop fou ouahh",
            "Ôôô VIDA MINHA",
            "[x]\u{a0}©",
            "2012—∞",
            "OK??:(   `¬´    ):",
            "( o¬ô )",
            "∆°",
            "ESSE CARA AI QUEM É¿",
            "SELKÄ\u{a0}EDELLÄ\u{a0}MAAHAN via @YouTube",
            "Offering 5×£35 pin ups",
            "NESTLÉ® requiere contratar personal",
            "beaucoup parlé\u{85} Tu sais",
            "C O N C L U S Ã O",
            "Oborzos, per. Vahbarz, frataraká§ 141",
            "MÄ£ÄM ÌÑÌ Q £ÄGÌ GÄLÄW ÑÍCH SÖÄ£ ÑÝÄ",
            "(-1/2)! = √π",
            "├┤a┼┐a┼┐a┼┐a┼┐a",
            "I'm not such a fan of Charlotte Brontë…”",
            "AHÅ™, the new sofa from IKEA",
            "ВІКІ is Ukrainian for WIKI",
            "a radius of 10 Å—",
            "!YO SÉ¡",
            "NICIODATĂ\u{a0}",
            "There are a lot of Ã’s in mojibake text",
            "NICIODATĂ™",
            "TRANSFORMATORIŲ™",
            "HÅØYA ER BLÅØYD",
            "Ō¬o",
            "ПоздравЂаво",
        ] {
            failed.extend(repair(text).map(|repair| (text, repair)));
        }
        assert!(failed.is_empty(), "{failed:#?}");
    }

    #[test]
    fn each_kind_of_misreading() {
        let mut failed = Vec::new();
        for (bad, good) in [
            ("Besan√ßon et Orl√©ans", "Besançon et Orléans"),
            ("l‚Äôann√©e", "l’année"),
            ("MÃ¼ller", "Müller"),
            ("20 Â°C", "20 °C"),
            ("5Â\u{a0}â‚¬", "5\u{a0}€"),
            ("ÐŸÑ€Ð¸Ð²ÐµÑ‚", "Привет"),
            ("РџСЂРёРІРµС‚ РјРёСЂ", "Привет мир"),
            ("zaÅ¼Ã³Å‚Ä‡ gÄ™Å›lÄ… jaÅºÅ„", "zażółć gęślą jaźń"),
            ("fa├ºade", "façade"),
        ] {
            if repaired(bad) != good {
                failed.push((bad, repaired(bad)));
            }
        }
        assert!(failed.is_empty(), "{failed:#?}");
    }

    #[test]
    fn good_text_stays() {
        let mut failed = Vec::new();
        for text in [
            "",
            "plain",
            "Besançon",
            "„Ä“ und „Ö“",
            "CAFÉ” – “É»",
            "«CAFÉ»",
            "Übergrößenträger",
            "ÂME",
            "SÃO PAULO",
            "№ 5 °C",
            "Привет",
            "ΑΒΓ «δ»",
            "中文，也可以",
            "日本語テキスト",
            "한글 텍스트",
            "Ñ",
            "‘Ñ’",
            "naïveté…",
            "“É”",
            "¿Qué?",
            "±5 µm²",
            "é…è…",
            "Nguyễn Văn Đức",
            "šč",
            "ÉÈÊË",
            "×÷",
            "└──┘",
            "água®",
            "ЙЦУКЕН",
            "Rüße–",
            "Às",
        ] {
            failed.extend(repair(text).map(|repair| (text, repair)));
        }
        assert!(failed.is_empty(), "{failed:#?}");
    }
}
