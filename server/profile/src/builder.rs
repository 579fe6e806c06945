//! Summarises fields one by one. What a field tells is worked out once a distinct value and remembered.

use crate::hash::{hash, key};
use crate::histogram::Histogram;
use crate::moments::Moments;
use crate::order::{Key, OrderSummary};
use crate::registers::Registers;
use crate::shape::Shape;
use crate::summary::{
    ColumnSummary, LengthSummary, MAX_COMBINATIONS, MAX_EXAMPLES, MAX_LENGTH, MAX_SHAPES, MAX_TOKENS, Sample,
};
use crate::traits::{Traits, facts};
use crate::value_kind::ValueKind;
use crate::values::{MAX_VALUES, SlotIndex, Value, Values, kept_part};

/// Values kept when there are too many to keep all.
const KEPT: usize = 1024;
/// Numbers buffered before their moments are taken.
const MAX_NUMBERS: usize = 1 << 16;
/// No shape.
const SHAPELESS: u16 = u16::MAX;

/// A distinct value and everything its fields have in common.
#[derive(Clone, Copy, Debug)]
struct Known {
    value: Value,
    combination: u16,
    shape: u16,
    chars: u32,
    words: u32,
    /// Index into the units, plus one.
    unit: u16,
}

/// Builds a [`ColumnSummary`] field by field. Records are numbered from the first summarised one.
#[derive(Debug)]
pub struct ColumnBuilder {
    key: [u64; 2],
    known: Vec<Known>,
    index: SlotIndex,
    texts: String,
    error: u64,
    registers: Option<Registers>,
    numbers: Vec<f64>,
    moments: Moments,
    histogram: Option<Histogram>,
    combinations: Vec<(Traits, Sample)>,
    coarse: bool,
    null_tokens: Vec<(Box<str>, Sample)>,
    shapes: Vec<(Shape, Sample)>,
    shape_index: SlotIndex,
    shapeless: u64,
    units: Vec<(Box<str>, u64)>,
    examples: Vec<Box<str>>,
    min_chars: u32,
    max_chars: u32,
    chars: u64,
    words: u64,
    lengths: [u64; MAX_LENGTH + 1],
    order: OrderSummary,
    last: Last,
}

/// The present value before this one.
#[derive(Clone, Copy, Debug)]
enum Last {
    None,
    Number(f64),
    /// Index among the known values.
    Text(usize),
}

impl Default for ColumnBuilder {
    fn default() -> Self {
        Self {
            key: key(),
            known: Vec::new(),
            index: SlotIndex::default(),
            texts: String::new(),
            error: 0,
            registers: None,
            numbers: Vec::new(),
            moments: Moments::default(),
            histogram: None,
            combinations: Vec::new(),
            coarse: false,
            null_tokens: Vec::new(),
            shapes: Vec::new(),
            shape_index: SlotIndex::default(),
            shapeless: 0,
            units: Vec::new(),
            examples: Vec::new(),
            min_chars: u32::MAX,
            max_chars: 0,
            chars: 0,
            words: 0,
            lengths: [0; MAX_LENGTH + 1],
            order: OrderSummary::default(),
            last: Last::None,
        }
    }
}

impl ColumnBuilder {
    /// Takes in the field of data record `record`; records must come in ascending order. `value` is unquoted
    /// and unescaped. A record too short to have the field is simply not observed.
    pub fn observe(&mut self, record: u64, value: &str) {
        if value.is_empty() {
            return self.null(record, "", Traits::default());
        }
        let hash = hash(value.as_bytes(), self.key);
        let found = self.index.find(hash, |at| self.known[at].value.hash);
        let at = match found {
            Some(at) => {
                self.known[at].value.n += 1;
                at
            }
            None => match self.learn(record, value, hash) {
                Some(at) => at,
                None => return,
            },
        };
        let known = self.known[at];
        self.combinations[usize::from(known.combination)].1.note(record);
        match self.shapes.get_mut(usize::from(known.shape)) {
            Some((_, sample)) => sample.note(record),
            None => self.shapeless += 1,
        }
        if known.unit > 0 {
            self.units[usize::from(known.unit) - 1].1 += 1;
        }
        self.chars += u64::from(known.chars);
        self.words += u64::from(known.words);
        self.lengths[(known.chars as usize).min(MAX_LENGTH)] += 1;
        self.step(record, at, known.value.number);
        if !known.value.number.is_nan() {
            self.numbers.push(known.value.number);
            if self.numbers.len() == MAX_NUMBERS {
                self.take_numbers(true);
            }
        }
    }

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
        let facts = facts(value);
        if facts.traits.kind() == ValueKind::Null {
            self.null(record, value.trim(), facts.traits);
            return None;
        }
        if let Some(registers) = &mut self.registers {
            registers.add(hash);
        }
        if self.known.len() == MAX_VALUES {
            self.forget();
        }
        let kept = kept_part(value);
        let start = self.texts.len() as u32;
        self.texts.push_str(kept);
        if self.examples.len() < MAX_EXAMPLES && self.registers.is_none() {
            self.examples.push(kept.into());
        }
        let combination = self.combination(facts.traits) as u16;
        let shape = self.shape(value, facts.chars);
        let unit = facts.unit.map_or(0, |unit| self.unit(unit));
        self.min_chars = self.min_chars.min(facts.chars);
        self.max_chars = self.max_chars.max(facts.chars);
        let at = self.known.len();
        let (len, number) = (kept.len() as u32, facts.number);
        let value = Value { hash, n: 1, first: record, number, start, len };
        self.known.push(Known { value, combination, shape, chars: facts.chars, words: facts.words, unit });
        let known = &self.known;
        self.index.insert(hash, at, |at| known[at].value.hash);
        Some(at)
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

    fn shape(&mut self, value: &str, chars: u32) -> u16 {
        let Some(shape) = Shape::of(value, chars) else { return SHAPELESS };
        let wanted = hash(shape.as_bytes(), self.key);
        let key = self.key;
        let shapes = &self.shapes;
        let hash_at = |at: usize| hash(shapes[at].0.as_bytes(), key);
        if let Some(at) = self.shape_index.find(wanted, hash_at) {
            return at as u16;
        }
        if self.shapes.len() == MAX_SHAPES {
            return SHAPELESS;
        }
        self.shapes.push((shape, Sample::default()));
        let shapes = &self.shapes;
        let at = shapes.len() - 1;
        self.shape_index.insert(wanted, at, |at| hash(shapes[at].0.as_bytes(), key));
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

    fn step(&mut self, record: u64, at: usize, number: f64) {
        let now = if number.is_nan() { Last::Text(at) } else { Last::Number(number) };
        match (self.last, now) {
            (Last::Number(before), Last::Number(now)) => self.order.steps.step_number(before, now, record),
            (Last::Text(before), Last::Text(now)) => {
                let order = if before == now {
                    std::cmp::Ordering::Equal
                } else {
                    self.text(before).as_bytes().cmp(self.text(now).as_bytes())
                };
                self.order.steps.step_text(order, record);
            }
            (Last::None, _) => self.order.first = Some((self.order_key(now), record)),
            _ => self.order.steps.n_unlike += 1,
        }
        self.last = now;
    }

    fn text(&self, at: usize) -> &str {
        let value = &self.known[at].value;
        &self.texts[value.start as usize..(value.start + value.len) as usize]
    }

    fn order_key(&self, last: Last) -> Key {
        match last {
            Last::Text(at) => Key::Text(self.text(at).into()),
            Last::Number(number) => Key::Number(number),
            Last::None => Key::Number(f64::NAN),
        }
    }

    /// Drops the rare values; from now on counts are lower bounds.
    fn forget(&mut self) {
        if self.registers.is_none() {
            let mut registers = Registers::default();
            self.known.iter().for_each(|known| registers.add(known.value.hash));
            self.registers = Some(registers);
            let mut histogram = self.histogram.take().unwrap_or_default();
            // What left the buffer before is in the histogram already.
            self.numbers.iter().for_each(|&x| histogram.add(x, 1));
            self.moments.merge(&Moments::of(&self.numbers));
            self.numbers.clear();
            self.histogram = Some(histogram);
        }
        let last = match self.last {
            Last::Text(at) => Some(self.known[at].value.hash),
            _ => None,
        };
        let is_last = |known: &Known| Some(known.value.hash) == last;
        // In a column of almost only different values nothing needs to be ranked: what occurred twice stays.
        let n_repeated = self.known.iter().filter(|known| known.value.n > 1 || is_last(known)).count();
        if n_repeated <= KEPT {
            self.error += 1;
            self.known.retain(|known| known.value.n > 1 || is_last(known));
            return self.index_again(last);
        }
        // The value just seen must stay: the next step is compared with it.
        let by_count = |a: &Known, b: &Known| {
            is_last(b).cmp(&is_last(a)).then(b.value.n.cmp(&a.value.n)).then(a.value.hash.cmp(&b.value.hash))
        };
        let (_, first_out, _) = self.known.select_nth_unstable_by(KEPT, by_count);
        self.error += first_out.value.n;
        self.known.truncate(KEPT);
        self.index_again(last);
    }

    /// Rebuilds texts and index after values were dropped; `last` is the hash of the value just seen.
    fn index_again(&mut self, last: Option<u64>) {
        let old = std::mem::take(&mut self.texts);
        self.index.clear();
        for at in 0..self.known.len() {
            let value = &mut self.known[at].value;
            let text = &old[value.start as usize..(value.start + value.len) as usize];
            value.start = self.texts.len() as u32;
            self.texts.push_str(text);
            let hash = value.hash;
            let known = &self.known;
            self.index.insert(hash, at, |at| known[at].value.hash);
            if last == Some(hash) {
                self.last = Last::Text(at);
            }
        }
    }

    fn take_numbers(&mut self, more_to_come: bool) {
        self.moments.merge(&Moments::of(&self.numbers));
        if more_to_come || self.histogram.is_some() {
            let histogram = self.histogram.get_or_insert_default();
            self.numbers.iter().for_each(|&x| histogram.add(x, 1));
        }
        self.numbers.clear();
    }

    /// The summary of `n_records` records.
    pub fn finish(mut self, n_records: u64) -> ColumnSummary {
        self.take_numbers(false);
        self.order.last = match self.last {
            Last::None => None,
            last => Some(self.order_key(last)),
        };
        let used = self.lengths.iter().rposition(|&n| n > 0).map_or(0, |at| at + 1);
        let mut entries: Vec<Value> = self.known.iter().map(|known| known.value).collect();
        entries.sort_unstable_by_key(|value| value.hash);
        let exact = self.registers.is_none();
        let mut values = Values { entries, texts: self.texts, error: self.error, registers: self.registers };
        values.prune();
        ColumnSummary {
            n: n_records,
            combinations: self.combinations,
            null_tokens: self.null_tokens,
            values,
            moments: self.moments,
            histogram: if exact { None } else { self.histogram },
            lengths: LengthSummary {
                min: self.min_chars,
                max: self.max_chars,
                chars: self.chars,
                words: self.words,
                counts: self.lengths[..used].to_vec(),
            },
            shapes: self.shapes,
            shapeless: self.shapeless,
            order: self.order,
            units: self.units,
            examples: self.examples,
        }
    }
}
