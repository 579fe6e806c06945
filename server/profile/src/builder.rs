//! Summarises fields one by one. What a field tells is worked out once a distinct value and remembered; a field whose
//! value is known is only counted, and what its value tells is multiplied out now and then.

use crate::hash::{hash_in, key};
use crate::histogram::Histogram;
use crate::moments::Moments;
use crate::order::{Key, OrderSummary};
use crate::registers::Registers;
use crate::shape::{MAX_SHAPE, Shape};
use crate::summary::{
    ColumnSummary, LengthSummary, MAX_COMBINATIONS, MAX_EXAMPLES, MAX_LENGTH, MAX_SHAPES, MAX_TOKENS, Sample,
};
use crate::traits::{Traits, facts_in};
use crate::value_kind::ValueKind;
use crate::values::{MAX_VALUES, SlotIndex, Value, Values, kept_part};
use crate::window::{WIDTH, Window};

/// Values kept when there are too many to keep all.
const KEPT: usize = 1024;
/// No shape.
const SHAPELESS: u16 = u16::MAX;
/// Null spellings that are recognised by their hash.
const KNOWN_NULLS: usize = 16;
/// Fields that are taken in together.
const CHUNK: usize = 64;
/// No value.
const NONE: usize = usize::MAX;

/// What is needed of a distinct value whenever it comes again.
#[derive(Clone, Copy, Debug)]
struct Known {
    hash: u64,
    /// The bits of its number, or its first bytes as a number that sorts as they do.
    key: u64,
    n: u32,
    is_number: bool,
    /// The samples of its combination and its shape are full.
    settled: bool,
}

impl Known {
    fn number(&self) -> f64 {
        f64::from_bits(self.key)
    }
}

/// What all fields of a distinct value have in common.
#[derive(Clone, Copy, Debug)]
struct Common {
    first: u64,
    start: u32,
    len: u32,
    chars: u32,
    words: u32,
    /// Of its fields, how many the totals know.
    n_told: u32,
    combination: u16,
    shape: u16,
    /// Index into the units, plus one.
    unit: u16,
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) record: u64,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

/// A null as written, with the token and the combination it counts for.
#[derive(Clone, Copy, Debug)]
struct KnownNull {
    hash: u64,
    token: usize,
    combination: usize,
}

/// Builds a [`ColumnSummary`] field by field. Records are numbered from the first summarised one.
#[derive(Debug)]
pub struct ColumnBuilder {
    key: [u64; 2],
    known: Vec<Known>,
    commons: Vec<Common>,
    index: SlotIndex,
    texts: Vec<u8>,
    error: u64,
    registers: Option<Registers>,
    /// The numbers being multiplied out, and how often each occurs.
    numbers: (Vec<f64>, Vec<f64>),
    moments: Moments,
    histogram: Option<Histogram>,
    combinations: Vec<(Traits, Sample)>,
    coarse: bool,
    nulls: Vec<KnownNull>,
    null_tokens: Vec<(Box<str>, Sample)>,
    shapes: Vec<(Shape, Sample)>,
    shape_index: SlotIndex,
    last_shape: u16,
    shapeless: u64,
    units: Vec<(Box<str>, u64)>,
    examples: Vec<Box<str>>,
    min_chars: u32,
    max_chars: u32,
    chars: u64,
    words: u64,
    lengths: [u64; MAX_LENGTH + 1],
    order: OrderSummary,
    /// The present value before this one, by index among the known.
    last: usize,
}

impl Default for ColumnBuilder {
    fn default() -> Self {
        Self {
            key: key(),
            known: Vec::new(),
            commons: Vec::new(),
            index: SlotIndex::default(),
            texts: Vec::new(),
            error: 0,
            registers: None,
            numbers: (Vec::new(), Vec::new()),
            moments: Moments::default(),
            histogram: None,
            combinations: Vec::new(),
            coarse: false,
            nulls: Vec::new(),
            null_tokens: Vec::new(),
            shapes: Vec::new(),
            shape_index: SlotIndex::default(),
            last_shape: SHAPELESS,
            shapeless: 0,
            units: Vec::new(),
            examples: Vec::new(),
            min_chars: u32::MAX,
            max_chars: 0,
            chars: 0,
            words: 0,
            lengths: [0; MAX_LENGTH + 1],
            order: OrderSummary::default(),
            last: NONE,
        }
    }
}

impl ColumnBuilder {
    /// Takes in the field of data record `record`; records must come in ascending order. `value` is unquoted
    /// and unescaped. A record too short to have the field is simply not observed.
    pub fn observe(&mut self, record: u64, value: &str) {
        self.observe_at(record, value, 0, value.len());
    }

    /// As [`Self::observe`], for a value that stands at `start..end` of `text`.
    fn observe_at(&mut self, record: u64, text: &str, start: usize, end: usize) {
        if start == end {
            return self.null(record, "", Traits::default());
        }
        let window = Window::at(text.as_bytes(), start, end);
        let hash = hash_in(window, &text.as_bytes()[start..end], self.key);
        self.count(record, text, start, end, hash, None);
    }

    /// As [`Self::observe`], for values that stand at `places` of `text`. Hashes first, then a look at where they are
    /// known, then the rest: what each look waits for from memory, it waits for together with the others.
    pub(crate) fn observe_all(&mut self, text: &str, places: &[Place]) {
        let bytes = text.as_bytes();
        for places in places.chunks(CHUNK) {
            let mut hashes = [0; CHUNK];
            let mut found = [0; CHUNK];
            for (hash, place) in hashes.iter_mut().zip(places) {
                let (start, end) = (place.start as usize, place.end as usize);
                *hash = hash_in(Window::at(bytes, start, end), &bytes[start..end], self.key);
            }
            for (found, &hash) in found.iter_mut().zip(&hashes).take(places.len()) {
                *found = self.index.find(hash, |at| self.known[at].hash).unwrap_or(NONE);
            }
            let n_forgotten = self.error;
            for ((place, &hash), &found) in places.iter().zip(&hashes).zip(&found) {
                let (start, end) = (place.start as usize, place.end as usize);
                if start == end {
                    self.null(place.record, "", Traits::default());
                } else {
                    let found = Some(found).filter(|&at| at != NONE && self.error == n_forgotten);
                    self.count(place.record, text, start, end, hash, found);
                }
            }
        }
    }

    /// Takes in one field; `found` is its value among the known, where that was looked up before.
    #[inline]
    fn count(&mut self, record: u64, text: &str, start: usize, end: usize, hash: u64, found: Option<usize>) {
        let found = found.or_else(|| self.index.find(hash, |at| self.known[at].hash));
        let at = match found {
            Some(at) => at,
            None => match self.learn(record, &text[start..end], hash) {
                Some(at) => at,
                None => return,
            },
        };
        let known = &mut self.known[at];
        known.n += 1;
        if !known.settled {
            let (combination, shape) = (self.commons[at].combination, self.commons[at].shape);
            let combination = &mut self.combinations[usize::from(combination)].1;
            combination.note_place(record);
            let mut settled = combination.is_full();
            if let Some((_, sample)) = self.shapes.get_mut(usize::from(shape)) {
                sample.note_place(record);
                settled &= sample.is_full();
            }
            known.settled = settled;
        }
        self.step(record, at);
    }

    #[cold]
    fn null(&mut self, record: u64, token: &str, traits: Traits) {
        let combination = self.combination(traits);
        self.combinations[combination].1.note(record);
        let at = self.null_tokens.iter().position(|(known, _)| **known == *token);
        match at {
            Some(at) => self.null_tokens[at].1.note(record),
            None if self.null_tokens.len() < MAX_TOKENS => {
                self.null_tokens.push((token.into(), Sample { n: 1, records: vec![record] }));
            }
            // Case variants of fourteen tokens: a column that has more than 64 of them is no column.
            None => {}
        }
    }

    /// A value not among the known: judged, counted once, remembered. `None` for a null.
    fn learn(&mut self, record: u64, value: &str, hash: u64) -> Option<usize> {
        if let Some(null) = self.nulls.iter().find(|null| null.hash == hash) {
            self.combinations[null.combination].1.note(record);
            self.null_tokens[null.token].1.note(record);
            return None;
        }
        let window = Window::of(value);
        let facts = facts_in(window, value);
        if facts.traits.kind() == ValueKind::Null {
            self.learn_null(record, value, facts.traits, hash);
            return None;
        }
        if let Some(registers) = &mut self.registers {
            registers.add(hash);
        }
        if self.known.len() == MAX_VALUES {
            self.forget();
        }
        let start = self.texts.len();
        let kept = kept_part(value);
        if kept.len() <= WIDTH {
            // One copy of known size, then the rest of it is dropped.
            self.texts.extend_from_slice(&window.bytes());
            self.texts.truncate(start + kept.len());
        } else {
            self.texts.extend_from_slice(kept.as_bytes());
        }
        if self.examples.len() < MAX_EXAMPLES && self.registers.is_none() {
            self.examples.push(kept.into());
        }
        let combination = self.combination(facts.traits) as u16;
        let shape = self.shape(value, window, facts.chars);
        let unit = facts.unit.map_or(0, |unit| self.unit(unit));
        self.min_chars = self.min_chars.min(facts.chars);
        self.max_chars = self.max_chars.max(facts.chars);
        let at = self.known.len();
        let is_number = !facts.number.is_nan();
        let key = if is_number { facts.number.to_bits() } else { window.prefix() };
        self.known.push(Known { hash, key, n: 0, is_number, settled: false });
        self.commons.push(Common {
            first: record,
            start: start as u32,
            len: kept.len() as u32,
            chars: facts.chars,
            words: facts.words,
            n_told: 0,
            combination,
            shape,
            unit,
        });
        let known = &self.known;
        self.index.insert(hash, at, |at| known[at].hash);
        Some(at)
    }

    fn learn_null(&mut self, record: u64, value: &str, traits: Traits, hash: u64) {
        let token = value.trim();
        self.null(record, token, traits);
        let at = self.null_tokens.iter().position(|(known, _)| **known == *token);
        let combination = self.combination(traits);
        if let Some(token) = at.filter(|_| self.nulls.len() < KNOWN_NULLS && !self.coarse) {
            self.nulls.push(KnownNull { hash, token, combination });
        }
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

    #[inline]
    fn step(&mut self, record: u64, at: usize) {
        let before = std::mem::replace(&mut self.last, at);
        if before == NONE {
            self.order.first = Some((self.order_key(at), record));
            return;
        }
        let (old, new) = (&self.known[before], &self.known[at]);
        match (old.is_number, new.is_number) {
            (true, true) => self.order.steps.step_number(old.number(), new.number(), record),
            (false, false) => {
                let order = if before == at {
                    std::cmp::Ordering::Equal
                } else if old.key != new.key {
                    old.key.cmp(&new.key)
                } else {
                    self.text(before).cmp(self.text(at))
                };
                self.order.steps.step_text(order, record);
            }
            _ => self.order.steps.n_unlike += 1,
        }
    }

    fn text(&self, at: usize) -> &[u8] {
        let common = &self.commons[at];
        &self.texts[common.start as usize..(common.start + common.len) as usize]
    }

    fn order_key(&self, at: usize) -> Key {
        let known = &self.known[at];
        if known.is_number {
            Key::Number(known.number())
        } else {
            Key::Text(whole_text(self.text(at)).into())
        }
    }

    /// Multiplies out what the fields since the last time have told.
    fn tell(&mut self) {
        let (numbers, weights) = &mut self.numbers;
        numbers.clear();
        weights.clear();
        for (known, common) in self.known.iter().zip(&mut self.commons) {
            let n = u64::from(known.n - std::mem::replace(&mut common.n_told, known.n));
            self.combinations[usize::from(common.combination)].1.n += n;
            match self.shapes.get_mut(usize::from(common.shape)) {
                Some((_, sample)) => sample.n += n,
                None => self.shapeless += n,
            }
            if common.unit > 0 {
                self.units[usize::from(common.unit) - 1].1 += n;
            }
            self.chars += n * u64::from(common.chars);
            self.words += n * u64::from(common.words);
            self.lengths[(common.chars as usize).min(MAX_LENGTH)] += n;
            if n > 0 && known.is_number {
                numbers.push(known.number());
                weights.push(n as f64);
            }
        }
        self.moments.merge(&Moments::weighted(numbers, weights));
        if let Some(histogram) = &mut self.histogram {
            numbers.iter().zip(weights).for_each(|(&x, &mut n)| histogram.add(x, n as u64));
        }
    }

    /// Drops the rare values; from now on counts are lower bounds.
    #[cold]
    fn forget(&mut self) {
        if self.registers.is_none() {
            let mut registers = Registers::default();
            self.known.iter().for_each(|known| registers.add(known.hash));
            self.registers = Some(registers);
            self.histogram = Some(Histogram::default());
        }
        self.tell();
        // The value just seen must stay: the next step is compared with it.
        let last = self.last;
        let is_repeated = |at: usize| self.known[at].n > 1 || at == last;
        let mut stay: Vec<usize> = (0..self.known.len()).filter(|&at| is_repeated(at)).collect();
        if stay.len() <= KEPT {
            // In a column of almost only different values nothing needs to be ranked: what occurred twice stays.
            self.error += 1;
        } else {
            let by_count = |a: &usize, b: &usize| {
                let (one, other) = (&self.known[*a], &self.known[*b]);
                (*b == last).cmp(&(*a == last)).then(other.n.cmp(&one.n)).then(one.hash.cmp(&other.hash))
            };
            let (_, first_out, _) = stay.select_nth_unstable_by(KEPT, by_count);
            self.error += u64::from(self.known[*first_out].n);
            stay.truncate(KEPT);
            stay.sort_unstable();
        }
        self.keep(&stay);
    }

    /// Keeps the values of `stay`, in their order.
    fn keep(&mut self, stay: &[usize]) {
        self.index.clear();
        let mut end = 0;
        for (now, &at) in stay.iter().enumerate() {
            // Never after its old place, so nothing is overwritten that is still wanted.
            let (known, mut common) = (self.known[at], self.commons[at]);
            let from = common.start as usize;
            self.texts.copy_within(from..from + common.len as usize, end);
            common.start = end as u32;
            end += common.len as usize;
            (self.known[now], self.commons[now]) = (known, common);
            if at == self.last {
                self.last = now;
            }
            let known = &self.known;
            self.index.insert(known[now].hash, now, |at| known[at].hash);
        }
        self.known.truncate(stay.len());
        self.commons.truncate(stay.len());
        self.texts.truncate(end);
    }

    /// The summary of `n_records` records.
    pub fn finish(mut self, n_records: u64) -> ColumnSummary {
        self.summary(n_records)
    }

    /// The summary of `n_records` records; the builder is then ready for the records that follow, numbered anew.
    pub(crate) fn summary(&mut self, n_records: u64) -> ColumnSummary {
        self.tell();
        self.order.last = (self.last != NONE).then(|| self.order_key(self.last));
        let used = self.lengths.iter().rposition(|&n| n > 0).map_or(0, |at| at + 1);
        let lengths = LengthSummary {
            min: self.min_chars,
            max: self.max_chars,
            chars: self.chars,
            words: self.words,
            counts: self.lengths[..used].to_vec(),
        };
        let mut values = Values {
            entries: self
                .known
                .iter()
                .zip(&self.commons)
                .map(|(known, common)| value(known, common))
                .collect(),
            texts: whole_text(&self.texts).to_owned(),
            error: self.error,
            registers: self.registers.take(),
        };
        values.prune();
        values.sort();
        let fresh = Self::default();
        let done = std::mem::replace(self, fresh);
        // What was allocated serves the next records.
        (self.known, self.commons) = (done.known, done.commons);
        (self.index, self.texts, self.numbers) = (done.index, done.texts, done.numbers);
        self.known.clear();
        self.commons.clear();
        self.index.clear();
        self.texts.clear();
        ColumnSummary {
            n: n_records,
            combinations: done.combinations,
            is_coarse: done.coarse,
            null_tokens: done.null_tokens,
            values,
            moments: done.moments,
            histogram: done.histogram,
            lengths,
            shapes: done.shapes,
            shapeless: done.shapeless,
            order: done.order,
            units: done.units,
            examples: done.examples,
        }
    }
}

fn value(known: &Known, common: &Common) -> Value {
    Value {
        hash: known.hash,
        n: u64::from(known.n),
        first: common.first,
        number: if known.is_number { known.number() } else { f64::NAN },
        start: common.start,
        len: common.len,
    }
}

/// Values are whole texts, cut at character borders.
fn whole_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
