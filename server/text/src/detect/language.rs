//! How likely a letter is after another one in a language, counted from [`super::samples`].

use std::collections::HashMap;
use std::sync::OnceLock;

use super::samples::SAMPLES;

/// What a character is to the model. Letters are numbered across all languages, in lower case.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Kind {
    /// A letter of some language.
    Letter { id: u16, upper: bool },
    /// An ASCII blank or punctuation mark.
    Gap,
    /// An ASCII digit.
    Digit,
    /// A printable character that is no letter, with its natural log-probability and where it belongs.
    Symbol { cost: f32, habit: Habit },
    /// A letter of no language of the samples.
    Foreign,
    /// A control code, or no character at all.
    Bad,
}

/// Where a symbol belongs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Habit {
    /// At the start of a word.
    Opens,
    /// After a word or number.
    Closes,
    /// Between letters or after them.
    Joins,
    /// Between letters or around words.
    Anywhere,
    /// Not between two letters.
    Apart,
    /// Next to its like.
    Drawing,
}

/// A language.
pub(crate) struct Language {
    /// ISO 639-1 code.
    pub(crate) code: &'static str,
    /// Own number of each letter, 0 when the language does not have it.
    own: Vec<u8>,
    /// Numbers in use: 0 is other, 1 gap, 2 digit.
    n: usize,
    /// Natural log-probability of the second after the first, `n × n`.
    pair: Vec<f32>,
    latin: bool,
}

/// All languages with the numbering of their letters.
pub(crate) struct Languages {
    ids: Ids,
    all: Vec<Language>,
}

/// Numbers of the letters, `a` to `z` first.
struct Ids {
    /// Number plus one of each character up to U+FFFF, 0 for those that are no letter of the samples.
    of: Vec<u16>,
    n: usize,
}

impl Ids {
    fn new() -> Self {
        let mut ids = Self { of: vec![0; 0x1_0000], n: 0 };
        for ch in 'a'..='z' {
            ids.add(ch);
        }
        ids
    }

    /// The number of `ch`, which gets one if it has none yet.
    fn add(&mut self, ch: char) -> Option<u16> {
        let slot = self.of.get_mut(ch as usize)?;
        if *slot == 0 {
            self.n += 1;
            *slot = self.n as u16;
        }
        Some(*slot - 1)
    }

    fn get(&self, ch: char) -> Option<u16> {
        self.of.get(ch as usize)?.checked_sub(1)
    }
}

const GAP: u8 = 1;
const DIGIT: u8 = 2;
/// Log-probability of a letter that the language does not have.
const FOREIGN: f32 = -11.0;
/// Log-probability of a control code or a code without a character.
const BAD: f32 = -18.0;
/// Log-probability of changing between ASCII and another alphabet without a gap.
const SCRIPT_CHANGE: f32 = -6.0;

impl Languages {
    /// The languages, counted once.
    pub(crate) fn get() -> &'static Self {
        static LANGUAGES: OnceLock<Languages> = OnceLock::new();
        LANGUAGES.get_or_init(Self::count)
    }

    fn count() -> Self {
        let mut texts: Vec<(&'static str, String)> =
            SAMPLES.iter().map(|sample| (sample.language, sample.text.to_owned())).collect();
        let vietnamese = texts.iter().find(|(code, _)| *code == "vi").map(|(_, text)| decompose(text));
        texts.extend(vietnamese.map(|text| ("vi-marks", text)));
        let mut ids = Ids::new();
        let texts: Vec<(&'static str, Vec<Sign>)> = texts
            .iter()
            .map(|(code, text)| (*code, text.chars().map(|ch| Sign::of(ch, &mut ids)).collect()))
            .collect();
        let all = texts.iter().map(|(code, signs)| Language::count(code, signs, ids.n)).collect();
        Self { ids, all }
    }

    /// The language of that code.
    pub(crate) fn of(&self, code: &str) -> Option<&Language> {
        self.all.iter().find(|language| language.code == code)
    }

    /// All of them.
    pub(crate) fn iter(&self) -> impl Iterator<Item = &Language> {
        self.all.iter()
    }

    /// What `ch` is.
    pub(crate) fn kind(&self, ch: char) -> Kind {
        match ch {
            '0'..='9' => return Kind::Digit,
            '\t' | '\n' | '\r' | ' '..='/' | ':'..='@' | '['..='`' | '{'..='~' => return Kind::Gap,
            '\0'..='\x1F' | '\x7F'..='\u{9F}' | '\u{FFFD}' => return Kind::Bad,
            _ => {}
        }
        if let Some((cost, habit)) = symbol(ch) {
            return Kind::Symbol { cost, habit };
        }
        let low = lower(ch);
        match self.ids.get(low) {
            Some(id) => Kind::Letter { id, upper: low != ch },
            None if ch.is_alphabetic() => Kind::Foreign,
            None => Kind::Symbol { cost: -11.0, habit: Habit::Apart },
        }
    }
}

fn lower(ch: char) -> char {
    match ch {
        '\0'..='\x7F' => ch.to_ascii_lowercase(),
        'İ' => 'i',
        _ => ch.to_lowercase().next().unwrap_or(ch),
    }
}

/// A character of a sample.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Letter(u16),
    Digit,
    Gap,
}

impl Sign {
    /// What `ch` is in a sample, where whatever is not ASCII counts as a letter; new letters get their number.
    fn of(ch: char, ids: &mut Ids) -> Self {
        match ch {
            '0'..='9' => Self::Digit,
            _ if ch.is_ascii() && !ch.is_ascii_alphabetic() => Self::Gap,
            _ => ids.add(lower(ch)).map_or(Self::Gap, Self::Letter),
        }
    }
}

impl Language {
    /// Counts a text, `n_ids` being how many letters all languages have.
    fn count(code: &'static str, text: &[Sign], n_ids: usize) -> Self {
        let latin = text.iter().filter(|sign| matches!(sign, Sign::Letter(..26))).count() > text.len() / 3;
        let mut own = vec![0_u8; n_ids];
        let mut n = 3_usize;
        let mut add = |id: u16| {
            if own[usize::from(id)] == 0 {
                own[usize::from(id)] = n as u8;
                n += 1;
            }
        };
        if latin {
            (0..26).for_each(&mut add);
        }
        text.iter()
            .filter_map(|sign| if let Sign::Letter(id) = sign { Some(*id) } else { None })
            .for_each(add);
        let mut counts = vec![0_u16; n * n];
        let mut singles = vec![0.3_f32; n];
        let mut before = usize::from(GAP);
        for sign in text {
            let now = usize::from(match sign {
                Sign::Letter(id) => own[usize::from(*id)],
                Sign::Digit => DIGIT,
                Sign::Gap => GAP,
            });
            if (before, now) != (usize::from(GAP), usize::from(GAP)) {
                counts[before * n + now] += 1;
            }
            singles[now] += 1.0;
            before = now;
        }
        let total: f32 = singles.iter().sum();
        let log_singles: Vec<f32> = singles.iter().map(|single| (single / total).ln()).collect();
        let mut pair = Vec::with_capacity(n * n);
        for row in counts.chunks_exact(n) {
            // Witten-Bell: as much weight for the unseen as there were different successors.
            let seen = row.iter().sum::<u16>() as f32;
            let different = row.iter().filter(|&&count| count > 0).count() as f32 + 1.0;
            let log_unseen = (different / (seen + different)).ln();
            pair.extend(row.iter().zip(&singles).zip(&log_singles).map(|((&count, single), log_single)| {
                match count {
                    0 => log_unseen + log_single,
                    _ => ((f32::from(count) + different * single / total) / (seen + different)).ln(),
                }
            }));
        }
        Self { code, own, n, pair, latin }
    }

    /// Natural log-probability of `now` after `before`, of which at least one is not ASCII.
    pub(crate) fn cost(&self, before: Kind, now: Kind) -> f32 {
        match now {
            Kind::Bad => BAD,
            Kind::Foreign => FOREIGN,
            Kind::Symbol { cost, habit } => cost + misplaced(habit, before),
            Kind::Gap => self.pair_cost(before, GAP),
            Kind::Digit if is_letter(before) => -7.0,
            Kind::Digit => -1.5,
            Kind::Letter { id, upper } => {
                let own = self.own[usize::from(id)];
                let ascii = id < 26;
                if own == 0 && (self.latin || !ascii) {
                    return FOREIGN + capital(before, upper);
                }
                if ascii && !self.latin {
                    return if is_letter(before) { SCRIPT_CHANGE } else { -3.0 };
                }
                let mut cost = self.pair_cost(before, own) + capital(before, upper);
                if let Kind::Letter { id: before, .. } = before
                    && before < 26
                    && !self.latin
                {
                    cost += SCRIPT_CHANGE;
                }
                if let Kind::Symbol { habit: Habit::Apart | Habit::Closes | Habit::Drawing, .. } = before {
                    cost -= 2.0;
                }
                cost
            }
        }
    }

    fn pair_cost(&self, before: Kind, now: u8) -> f32 {
        let before = match before {
            Kind::Letter { id, .. } => self.own[usize::from(id)],
            Kind::Gap | Kind::Symbol { .. } => GAP,
            Kind::Digit => DIGIT,
            Kind::Foreign | Kind::Bad => 0,
        };
        self.pair[usize::from(before) * self.n + usize::from(now)]
    }
}

fn is_letter(kind: Kind) -> bool {
    matches!(kind, Kind::Letter { .. } | Kind::Foreign)
}

/// Log-probability of the case of a letter, given what stands before it.
fn capital(before: Kind, upper: bool) -> f32 {
    match (before, upper) {
        (Kind::Letter { upper: false, .. }, true) => -5.0,
        (Kind::Letter { upper: true, .. }, true) => -1.2,
        (Kind::Letter { .. }, false) => 0.0,
        (_, true) => -1.6,
        (_, false) => -0.2,
    }
}

fn misplaced(habit: Habit, before: Kind) -> f32 {
    match (habit, before) {
        (Habit::Opens, Kind::Letter { .. } | Kind::Foreign | Kind::Digit) => -4.0,
        (Habit::Apart, Kind::Letter { .. } | Kind::Foreign) => -2.5,
        (Habit::Closes, Kind::Gap) => -1.5,
        (Habit::Joins, Kind::Gap) => -4.0,
        (Habit::Drawing, Kind::Symbol { habit: Habit::Drawing, .. }) => 7.0,
        _ => 0.0,
    }
}

/// Symbols by how frequent they are in tables and prose, as natural log-probabilities set by hand.
fn symbol(ch: char) -> Option<(f32, Habit)> {
    use Habit::{Anywhere, Apart, Closes, Drawing, Joins, Opens};
    Some(match ch {
        '\u{A0}' => (-4.0, Anywhere),
        '’' => (-4.0, Joins),
        '“' | '«' => (-4.8, Opens),
        '”' | '»' => (-4.8, Closes),
        '–' => (-4.8, Anywhere),
        '—' | '…' | '·' => (-5.4, Anywhere),
        '‘' | '„' => (-5.5, Opens),
        '°' | '€' | '£' => (-5.5, Apart),
        '•' | '©' | '®' | '™' | '§' | '№' => (-6.0, Apart),
        '¿' | '¡' => (-6.0, Opens),
        'º' | 'ª' | '²' | '³' | '±' | '½' | '×' => (-7.0, Apart),
        '¼' | '¾' | 'µ' | '´' | '¥' | '¢' | '‚' | '‹' => (-8.0, Apart),
        '›' => (-8.0, Closes),
        '\u{AD}' | '¦' | '¬' | '¯' | '¨' | '†' | '‰' | 'ƒ' | '˜' | '÷' | '¶' | '¹' | '≥' | '≤' | '≠'
        | '√' | '∞' | '≈' => (-9.0, Apart),
        '¤' | '¸' | 'ˆ' | '‡' => (-10.0, Apart),
        '\u{2500}'..='\u{259F}' | '\u{2320}' | '\u{2321}' | '■' => (-10.5, Drawing),
        '\u{5B0}'..='\u{5C7}' => (-7.5, Anywhere),
        '\u{64B}'..='\u{652}' => (-7.5, Anywhere),
        '\u{200C}'..='\u{200F}' => (-6.5, Anywhere),
        '\u{E000}'..='\u{F8FF}' => (-14.0, Apart),
        _ => return None,
    })
}

/// Vietnamese as windows-1258 holds it: the tone as a combining mark after the vowel.
fn decompose(text: &str) -> String {
    const TONES: &str = "\u{300}\u{309}\u{303}\u{301}\u{323}";
    const VOWELS: &str =
        "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ";
    let mut marks = HashMap::new();
    for row in VOWELS.split(' ') {
        let Some(vowel) = row.chars().next() else { continue };
        for (toned, tone) in row.chars().skip(1).zip(TONES.chars()) {
            {
                marks.insert(toned, (vowel, tone));
            }
        }
    }
    let mut out = String::new();
    for ch in text.chars() {
        match marks.get(&lower(ch)) {
            Some(&(vowel, tone)) => out.extend([vowel, tone]),
            None => out.push(ch),
        }
    }
    out
}
