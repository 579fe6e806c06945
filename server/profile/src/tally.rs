//! What is counted of a column's fields whatever their values: kinds and traits, shapes, lengths, nulls, units.

use crate::hash::{hash_in, key};
use crate::shape::{MAX_SHAPE, Shape};
use crate::slot_index::SlotIndex;
use crate::summary::{LengthSummary, MAX_COMBINATIONS, MAX_LENGTH, MAX_SHAPES, MAX_TOKENS, Sample};
use crate::traits::{Facts, Traits};
use crate::window::Window;

/// No shape.
const SHAPELESS: u16 = u16::MAX;
/// Null spellings that are recognised by their hash.
const KNOWN_NULLS: usize = 16;

/// What all fields of a value, or of a form, have in common.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Common {
    chars: u32,
    words: u32,
    combination: u16,
    shape: u16,
    /// Index into the units, plus one.
    unit: u16,
}

/// A null as written, with the token and the combination it counts for.
#[derive(Clone, Copy, Debug)]
struct KnownNull {
    hash: u64,
    token: usize,
    combination: usize,
}

/// The counts.
#[derive(Debug)]
pub(crate) struct Tally {
    key: [u64; 2],
    pub(crate) combinations: Vec<(Traits, Sample)>,
    pub(crate) coarse: bool,
    nulls: Vec<KnownNull>,
    /// Where empty fields are counted.
    empty: Option<KnownNull>,
    pub(crate) null_tokens: Vec<(Box<str>, Sample)>,
    pub(crate) shapes: Vec<(Shape, Sample)>,
    shape_index: SlotIndex,
    last_shape: u16,
    pub(crate) shapeless: u64,
    pub(crate) units: Vec<(Box<str>, u64)>,
    min_chars: u32,
    max_chars: u32,
    chars: u64,
    words: u64,
    lengths: [u64; MAX_LENGTH + 1],
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            key: key(),
            combinations: Vec::new(),
            coarse: false,
            nulls: Vec::new(),
            empty: None,
            null_tokens: Vec::new(),
            shapes: Vec::new(),
            shape_index: SlotIndex::default(),
            last_shape: SHAPELESS,
            shapeless: 0,
            units: Vec::new(),
            min_chars: u32::MAX,
            max_chars: 0,
            chars: 0,
            words: 0,
            lengths: [0; MAX_LENGTH + 1],
        }
    }
}

impl Tally {
    /// What a value has in common with all that tell the same; nothing is counted yet.
    pub(crate) fn common(&mut self, value: &str, window: Window, facts: &Facts<'_>) -> Common {
        Common {
            chars: facts.chars,
            words: facts.words,
            combination: self.combination(facts.traits) as u16,
            shape: self.shape(value, window, facts.chars),
            unit: facts.unit.map_or(0, |unit| self.unit(unit)),
        }
    }

    /// Counts `n` present fields that have this in common.
    #[inline]
    pub(crate) fn tell(&mut self, common: Common, n: u32) {
        if n == 0 {
            return;
        }
        let n = u64::from(n);
        self.combinations[usize::from(common.combination)].1.n += n;
        match self.shapes.get_mut(usize::from(common.shape)) {
            Some((_, sample)) => sample.n += n,
            None => self.shapeless += n,
        }
        if common.unit > 0 {
            self.units[usize::from(common.unit) - 1].1 += n;
        }
        self.min_chars = self.min_chars.min(common.chars);
        self.max_chars = self.max_chars.max(common.chars);
        self.chars += n * u64::from(common.chars);
        self.words += n * u64::from(common.words);
        self.lengths[(common.chars as usize).min(MAX_LENGTH)] += n;
    }

    /// Keeps the place of a field; whether no more places of such fields are wanted.
    pub(crate) fn note_place(&mut self, common: Common, record: u64) -> bool {
        let combination = &mut self.combinations[usize::from(common.combination)].1;
        combination.note_place(record);
        let mut settled = combination.is_full();
        if let Some((_, sample)) = self.shapes.get_mut(usize::from(common.shape)) {
            sample.note_place(record);
            settled &= sample.is_full();
        }
        settled
    }

    /// Counts an empty field.
    #[inline]
    pub(crate) fn empty(&mut self, record: u64) {
        match self.empty {
            Some(empty) => self.count_null(empty, record),
            None => self.empty = self.null(record, "", Traits::default(), 0),
        }
    }

    /// Counts the null whose hash is given, if it is known as one.
    #[inline]
    pub(crate) fn known_null(&mut self, record: u64, hash: u64) -> bool {
        let null = self.nulls.iter().find(|null| null.hash == hash).copied();
        if let Some(null) = null {
            self.count_null(null, record);
        }
        null.is_some()
    }

    #[inline]
    fn count_null(&mut self, null: KnownNull, record: u64) {
        self.combinations[null.combination].1.note(record);
        self.null_tokens[null.token].1.note(record);
    }

    /// Counts a null that is written as `value`.
    pub(crate) fn learn_null(&mut self, record: u64, value: &str, traits: Traits, hash: u64) {
        let null = self.null(record, value.trim(), traits, hash);
        self.nulls.extend(null.filter(|_| self.nulls.len() < KNOWN_NULLS));
    }

    #[cold]
    fn null(&mut self, record: u64, token: &str, traits: Traits, hash: u64) -> Option<KnownNull> {
        let combination = self.combination(traits);
        self.combinations[combination].1.note(record);
        let mut token_at = self.null_tokens.iter().position(|(known, _)| **known == *token);
        // Case variants of fourteen tokens: a column that has more than 64 of them is no column.
        if token_at.is_none() && self.null_tokens.len() < MAX_TOKENS {
            self.null_tokens.push((token.into(), Sample::default()));
            token_at = Some(self.null_tokens.len() - 1);
        }
        let token = token_at?;
        self.null_tokens[token].1.note(record);
        (!self.coarse).then_some(KnownNull { hash, token, combination })
    }

    fn combination(&mut self, traits: Traits) -> usize {
        let traits = if self.coarse { traits.coarse() } else { traits };
        if let Some(at) = self.combinations.iter().position(|(known, _)| *known == traits) {
            return at;
        }
        if self.combinations.len() >= MAX_COMBINATIONS && !self.coarse {
            // What was counted finely stays; the merge brings it down to the same level.
            self.coarse = true;
            return self.combination(traits);
        }
        self.combinations.push((traits, Sample::default()));
        self.combinations.len() - 1
    }

    fn shape(&mut self, value: &str, window: Window, chars: u32) -> u16 {
        let shape = if value.len() <= MAX_SHAPE && window.is_ascii() {
            Shape::of_window(window, value.len())
        } else {
            match Shape::of(value, chars) {
                Some(shape) => shape,
                None => return SHAPELESS,
            }
        };
        // Neighbours often have the same.
        if self.shapes.get(usize::from(self.last_shape)).is_some_and(|(last, _)| *last == shape) {
            return self.last_shape;
        }
        self.last_shape = self.find_shape(shape);
        self.last_shape
    }

    fn find_shape(&mut self, shape: Shape) -> u16 {
        let key = self.key;
        let hash_of = |shape: &Shape| hash_in(shape.window(), shape.as_bytes(), key);
        let wanted = hash_of(&shape);
        let shapes = &self.shapes;
        if let Some(at) = self.shape_index.find(wanted, |at| hash_of(&shapes[at].0)) {
            return at as u16;
        }
        if self.shapes.len() == MAX_SHAPES {
            return SHAPELESS;
        }
        self.shapes.push((shape, Sample::default()));
        let shapes = &self.shapes;
        let at = shapes.len() - 1;
        self.shape_index.insert(wanted, at, |at| hash_of(&shapes[at].0));
        at as u16
    }

    fn unit(&mut self, unit: &str) -> u16 {
        if let Some(at) = self.units.iter().position(|(known, _)| **known == *unit) {
            return at as u16 + 1;
        }
        if self.units.len() == MAX_TOKENS {
            return 0;
        }
        self.units.push((unit.into(), 0));
        self.units.len() as u16
    }

    /// The lengths of the fields counted.
    pub(crate) fn lengths(&self) -> LengthSummary {
        let used = self.lengths.iter().rposition(|&n| n > 0).map_or(0, |at| at + 1);
        LengthSummary {
            min: self.min_chars,
            max: self.max_chars,
            chars: self.chars,
            words: self.words,
            counts: self.lengths[..used].to_vec(),
        }
    }
}
