//! Summarises fields one by one. What a field tells is worked out once a distinct value, or once a form of writing,
//! and remembered; a field whose value is known is only counted, and what its value tells is multiplied out now and
//! then.

use crate::form::{Form, Forms};
use crate::hash::{hash_in, key};
use crate::histogram::Histogram;
use crate::moments::Moments;
use crate::order::{Key, Line, MAX_LINE, OrderSummary};
use crate::registers::Registers;
use crate::slot_index::SlotIndex;
use crate::summary::{ColumnSummary, MAX_EXAMPLES};
use crate::tally::{Common, Tally};
use crate::traits::facts_in;
use crate::value_kind::ValueKind;
use crate::values::{MAX_VALUES, Value, Values, kept_part};
use crate::window::{WIDTH, Window};

/// Values kept when there are too many to keep all.
const KEPT: usize = 1024;
/// The length of a text that was not kept.
const NO_TEXT: u16 = u16::MAX;

/// A distinct value.
#[derive(Clone, Copy, Debug)]
struct Entry {
    hash: u64,
    /// The bits of its number, or its first bytes as a number that sorts as they do.
    key: u64,
    n: u32,
    /// Of its fields, how many the tally knows.
    n_told: u32,
    /// Record of its first occurrence.
    first: u32,
    start: u32,
    common: Common,
    len: u16,
    is_number: bool,
    /// Its text is kept, and no more places of such fields are wanted.
    settled: bool,
}

impl Entry {
    fn number(&self) -> f64 {
        if self.is_number { f64::from_bits(self.key) } else { f64::NAN }
    }
}

/// Where a value stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(crate) record: u64,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Place {
    fn of(self, text: &str) -> &str {
        &text[self.start as usize..self.end as usize]
    }
}

/// A present value, to compare the next with.
#[derive(Clone, Copy, Debug)]
struct Last {
    hash: u64,
    key: u64,
    is_number: bool,
}

/// Builds a [`ColumnSummary`] field by field. Records are numbered from the first summarised one.
#[derive(Debug)]
pub struct ColumnBuilder {
    key: [u64; 2],
    /// All distinct values while they are few; then those since the rare ones were dropped last, with a text only
    /// where the value came again.
    entries: Vec<Entry>,
    index: SlotIndex,
    texts: Vec<u8>,
    error: u64,
    registers: Option<Registers>,
    forms: Forms,
    tally: Tally,
    /// Numbers not yet told, each once.
    numbers: Vec<f64>,
    moments: Moments,
    histogram: Option<Histogram>,
    examples: Vec<Box<str>>,
    order: OrderSummary,
    last: Option<Last>,
    /// The text of the last present value, if it is no number.
    last_text: String,
}

impl Default for ColumnBuilder {
    fn default() -> Self {
        Self {
            key: key(),
            entries: Vec::new(),
            index: SlotIndex::default(),
            texts: Vec::new(),
            error: 0,
            registers: None,
            forms: Forms::default(),
            tally: Tally::default(),
            numbers: Vec::new(),
            moments: Moments::default(),
            histogram: None,
            examples: Vec::new(),
            order: OrderSummary::default(),
            last: None,
            last_text: String::new(),
        }
    }
}

impl ColumnBuilder {
    /// Takes in the field of data record `record`; records must come in ascending order. `value` is unquoted
    /// and unescaped. A record too short to have the field is simply not observed.
    pub fn observe(&mut self, record: u64, value: &str) {
        self.observe_all(value, &[Place { record, start: 0, end: value.len() as u32 }]);
    }

    /// As [`Self::observe`], for values that stand at `places` of `text`.
    pub(crate) fn observe_all(&mut self, text: &str, places: &[Place]) {
        let bytes = text.as_bytes();
        for places in places.chunks(MAX_LINE) {
            // Hashes first: what each waits for, it waits for together with the others.
            let mut hashes = [0; MAX_LINE];
            let mut windows = [Window::default(); MAX_LINE];
            for ((hash, window), place) in hashes.iter_mut().zip(&mut windows).zip(places) {
                let (start, end) = (place.start as usize, place.end as usize);
                *window = Window::at(bytes, start, end);
                *hash = hash_in(*window, &bytes[start..end], self.key);
            }
            let mut line = Line::new();
            let mut present = [0; MAX_LINE];
            if let Some(Last { hash, key, is_number }) = self.last {
                line.push(hash, key, is_number);
            }
            let mut n = 0;
            for (at, (place, &hash)) in places.iter().zip(&hashes).enumerate() {
                if place.start == place.end {
                    self.tally.empty(place.record);
                } else if let Some((key, is_number)) = self.count(text, *place, &windows[at], hash) {
                    line.push(hash, key, is_number);
                    present[n] = at as u8;
                    n += 1;
                }
            }
            self.step(text, places, &present[..n], &line);
        }
    }

    /// Takes in one field; its key, and whether that is a number. `None` for a null.
    #[inline]
    fn count(&mut self, text: &str, place: Place, window: &Window, hash: u64) -> Option<(u64, bool)> {
        let Some(at) = self.index.find(hash, |at| self.entries[at].hash) else {
            return self.learn(text, place, *window, hash);
        };
        let entry = &mut self.entries[at];
        entry.n += 1;
        let found = (entry.key, entry.is_number);
        if !entry.settled {
            self.note(at, text, place);
        }
        Some(found)
    }

    /// A known value came again of which not enough is kept.
    #[cold]
    fn note(&mut self, at: usize, text: &str, place: Place) {
        if self.entries[at].len == NO_TEXT {
            let value = place.of(text);
            let (start, len) = self.keep_text(value, Window::of(value));
            (self.entries[at].start, self.entries[at].len) = (start, len);
        }
        self.entries[at].settled = self.tally.note_place(self.entries[at].common, place.record);
    }

    /// A value not among the known: counted, and remembered.
    fn learn(&mut self, text: &str, place: Place, window: Window, hash: u64) -> Option<(u64, bool)> {
        let bytes = &text.as_bytes()[place.start as usize..place.end as usize];
        let form = Form::of(window, bytes, self.key);
        let counted = form.and_then(|form| self.forms.count(form).map(|common| (common, form.number, true)));
        let (common, number, settled) = match counted {
            Some(counted) => counted,
            None => self.judge(place.record, place.of(text), window, hash, form)?,
        };
        if self.examples.len() < MAX_EXAMPLES && self.registers.is_none() {
            self.examples.push(kept_part(place.of(text)).into());
        }
        if self.entries.len() == MAX_VALUES {
            self.forget();
        }
        let (start, len) = match &mut self.registers {
            Some(registers) => {
                registers.add(hash);
                (0, NO_TEXT)
            }
            None => self.keep_text(place.of(text), window),
        };
        let is_number = !number.is_nan();
        if is_number {
            self.numbers.push(number);
        }
        let key = if is_number { number.to_bits() } else { window.prefix() };
        let at = self.entries.len();
        let settled = settled && len != NO_TEXT;
        let first = place.record as u32;
        self.entries.push(Entry {
            hash,
            key,
            n: 1,
            n_told: 1,
            first,
            start,
            common,
            len,
            is_number,
            settled,
        });
        let entries = &self.entries;
        self.index.insert(hash, at, |at| entries[at].hash);
        Some((key, is_number))
    }

    /// What a value shows that is of no known form: what it has in common with others, its number, and whether no
    /// more places of such fields are wanted. It is counted. `None` for a null.
    fn judge(
        &mut self,
        record: u64,
        value: &str,
        window: Window,
        hash: u64,
        form: Option<Form>,
    ) -> Option<(Common, f64, bool)> {
        if self.tally.known_null(record, hash) {
            return None;
        }
        let facts = facts_in(window, value);
        if facts.traits.kind() == ValueKind::Null {
            self.tally.learn_null(record, value, facts.traits, hash);
            return None;
        }
        let known = form.and_then(|form| self.forms.find(form));
        let common = known.unwrap_or_else(|| self.tally.common(value, window, &facts));
        let settled = self.tally.note_place(common, record);
        self.tally.tell(common, 1);
        if let Some(form) = form {
            let (other, n) = self.forms.remember(form, common, settled);
            self.tally.tell(other, n);
        }
        Some((common, facts.number, settled))
    }

    fn keep_text(&mut self, value: &str, window: Window) -> (u32, u16) {
        let start = self.texts.len();
        let kept = kept_part(value);
        if kept.len() <= WIDTH {
            // One copy of known size, then the rest of it is dropped.
            self.texts.extend_from_slice(&window.bytes());
            self.texts.truncate(start + kept.len());
        } else {
            self.texts.extend_from_slice(kept.as_bytes());
        }
        (start as u32, kept.len() as u16)
    }

    /// Takes in how the values of `line`, which stand at those of `places` that are `present`, follow one another.
    fn step(&mut self, text: &str, places: &[Place], present: &[u8], line: &Line) {
        let (Some(first), Some(end)) = (present.first(), present.last()) else { return };
        let place = |at: usize| places[usize::from(present[at])];
        if self.last.is_none() {
            let first = places[usize::from(*first)];
            let key = line.first().map(|(key, is_number)| order_key(key, is_number, first.of(text)));
            self.order.first = key.map(|key| (key, first.record));
        }
        // The line begins with the value before, if there is one.
        let skipped = usize::from(self.last.is_some());
        let text_at = |at: usize| match at.checked_sub(skipped) {
            Some(at) => kept_part(place(at).of(text)),
            None => self.last_text.as_str(),
        };
        self.order.steps.step_all(
            line,
            |at| place(at - skipped).record,
            |at| text_at(at - 1).cmp(text_at(at)),
        );
        if let Some((hash, key, is_number)) = line.last() {
            self.last = Some(Last { hash, key, is_number });
            self.last_text.clear();
            if !is_number {
                self.last_text.push_str(kept_part(places[usize::from(*end)].of(text)));
            }
        }
    }

    /// Multiplies out what the fields since the last time have told.
    fn tell(&mut self) {
        let tally = &mut self.tally;
        self.forms.tell(|common, n| tally.tell(common, n));
        let (mut numbers, mut weights) = (Vec::new(), Vec::new());
        for entry in self.entries.iter_mut().filter(|entry| entry.n != entry.n_told) {
            let n = entry.n - std::mem::replace(&mut entry.n_told, entry.n);
            tally.tell(entry.common, n);
            if entry.is_number {
                numbers.push(entry.number());
                weights.push(f64::from(n));
            }
        }
        self.moments.merge(&Moments::of(&self.numbers));
        self.moments.merge(&Moments::weighted(&numbers, &weights));
        if let Some(histogram) = &mut self.histogram {
            self.numbers.iter().for_each(|&x| histogram.add(x, 1));
            numbers.iter().zip(weights).for_each(|(&x, n)| histogram.add(x, n as u64));
        }
        self.numbers.clear();
    }

    /// Drops the rare values; from now on counts are lower bounds.
    #[cold]
    fn forget(&mut self) {
        if self.registers.is_none() {
            let mut registers = Registers::default();
            self.entries.iter().for_each(|entry| registers.add(entry.hash));
            self.registers = Some(registers);
            self.histogram = Some(Histogram::default());
        }
        self.tell();
        let is_repeated = |at: &usize| self.entries[*at].n > 1;
        let mut stay: Vec<usize> = (0..self.entries.len()).filter(is_repeated).collect();
        if stay.len() <= KEPT {
            // In a column of almost only different values nothing needs to be ranked: what occurred twice stays.
            self.error += 1;
        } else {
            let by_count = |a: &usize, b: &usize| {
                let (one, other) = (&self.entries[*a], &self.entries[*b]);
                other.n.cmp(&one.n).then(one.hash.cmp(&other.hash))
            };
            let (_, first_out, _) = stay.select_nth_unstable_by(KEPT, by_count);
            self.error += u64::from(self.entries[*first_out].n);
            stay.truncate(KEPT);
            stay.sort_unstable();
        }
        self.keep(&stay);
    }

    /// Keeps the values of `stay`, in their order.
    fn keep(&mut self, stay: &[usize]) {
        self.index.clear();
        let texts = std::mem::take(&mut self.texts);
        for (now, &at) in stay.iter().enumerate() {
            let mut entry = self.entries[at];
            let start = self.texts.len() as u32;
            self.texts.extend_from_slice(&texts[entry.start as usize..][..usize::from(entry.len)]);
            entry.start = start;
            self.entries[now] = entry;
            let entries = &self.entries;
            self.index.insert(entry.hash, now, |at| entries[at].hash);
        }
        self.entries.truncate(stay.len());
    }

    /// The summary of `n_records` records.
    pub fn finish(mut self, n_records: u64) -> ColumnSummary {
        self.summary(n_records)
    }

    /// The summary of `n_records` records; the builder is then ready for the records that follow, numbered anew.
    pub(crate) fn summary(&mut self, n_records: u64) -> ColumnSummary {
        self.tell();
        self.order.last =
            self.last.map(|Last { key, is_number, .. }| order_key(key, is_number, &self.last_text));
        let values = self.values();
        let fresh = Self::default();
        let done = std::mem::replace(self, fresh);
        // What was allocated serves the next records.
        (self.entries, self.index, self.texts) = (done.entries, done.index, done.texts);
        (self.numbers, self.last_text) = (done.numbers, done.last_text);
        self.entries.clear();
        self.index.clear();
        self.texts.clear();
        ColumnSummary {
            n: n_records,
            lengths: done.tally.lengths(),
            combinations: done.tally.combinations,
            is_coarse: done.tally.coarse,
            null_tokens: done.tally.null_tokens,
            values,
            moments: done.moments,
            histogram: done.histogram,
            shapes: done.tally.shapes,
            shapeless: done.tally.shapeless,
            order: done.order,
            units: done.tally.units,
            examples: done.examples,
        }
    }

    fn values(&mut self) -> Values {
        let is_kept = |entry: &&Entry| entry.len != NO_TEXT;
        let entries: Vec<Value> = self.entries.iter().filter(is_kept).map(value).collect();
        // A value that came once is dropped, so that its count may be too low by one.
        let any_dropped = entries.len() < self.entries.len();
        let mut values = Values {
            entries,
            texts: whole_text(&self.texts).to_owned(),
            error: self.error + u64::from(any_dropped),
            registers: self.registers.take(),
        };
        values.prune();
        values.sort();
        values
    }
}

fn value(entry: &Entry) -> Value {
    Value {
        hash: entry.hash,
        n: u64::from(entry.n),
        first: u64::from(entry.first),
        number: entry.number(),
        start: entry.start,
        len: u32::from(entry.len),
    }
}

fn order_key(key: u64, is_number: bool, text: &str) -> Key {
    if is_number { Key::Number(f64::from_bits(key)) } else { Key::Text(kept_part(text).into()) }
}

/// Values are whole texts, cut at character borders.
fn whole_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
