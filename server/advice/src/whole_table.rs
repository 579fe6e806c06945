//! A whole table in memory, each column as codes into its distinct values: for checks that compare records or
//! columns with each other. Bounded: a table too large is sampled by a hash of the record number, the same
//! records on every run.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::hash::{BuildHasher, BuildHasherDefault, Hasher};

use aurora_profile::ValueKind;
use aurora_profile::traits::facts;
use aurora_table::BlockView;

use foldhash::fast::RandomState;

use crate::TableView;

/// A column of a [`WholeTable`].
#[derive(Clone, Debug, Default)]
pub struct CodedColumn {
    /// For each kept record the index of its value; a missing field is the empty value.
    pub codes: Vec<u32>,
    /// The distinct values, in order of first occurrence.
    pub values: Vec<String>,
    /// How often each occurs.
    pub counts: Vec<u32>,
    /// The kind of each.
    pub kinds: Vec<ValueKind>,
    /// The number that each writes; NaN when it writes none.
    pub numbers: Vec<f64>,
}

impl CodedColumn {
    /// Fields that are not null.
    pub fn n_present(&self) -> u64 {
        let present = self.counts.iter().zip(&self.kinds).filter(|(_, kind)| **kind != ValueKind::Null);
        present.map(|(&n, _)| u64::from(n)).sum()
    }

    /// Distinct values that are not null.
    pub fn n_distinct(&self) -> usize {
        self.kinds.iter().filter(|kind| **kind != ValueKind::Null).count()
    }

    /// Fields of `kind`.
    pub fn count(&self, kind: ValueKind) -> u64 {
        self.counts.iter().zip(&self.kinds).filter(|(_, k)| **k == kind).map(|(&n, _)| u64::from(n)).sum()
    }

    /// Indices of the values that are not null.
    pub fn present(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.values.len()).filter(|&code| self.kinds[code] != ValueKind::Null)
    }
}

/// A whole table, or a sample of it, in memory.
#[derive(Clone, Debug, Default)]
pub struct WholeTable {
    /// The kept records' numbers, ascending.
    pub records: Vec<u64>,
    /// All columns.
    pub columns: Vec<CodedColumn>,
    /// Share of the records that was kept, 0 to 1.
    pub share: f64,
}

/// Bytes that a field is reckoned to cost: its code, and, where values seldom repeat, its value twice (in the list
/// and in the index), each with its string.
const BYTES_PER_FIELD: u64 = 112;

impl WholeTable {
    /// Reads `table`, sampled so as to stay within its settings' bound.
    pub fn read(table: &TableView<'_>) -> Self {
        let mut reader = WholeReader::of(table);
        table.source.visit(0..u64::MAX, &mut |block| {
            reader.read(block);
            std::ops::ControlFlow::Continue(())
        });
        reader.finish()
    }

    /// How many records are kept.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Numbers of the kept records whose value in `column` is one of `codes`, ascending.
    pub fn records_of(&self, column: usize, codes: &[u32]) -> Vec<u64> {
        let fields = self.columns[column].codes.iter().zip(&self.records);
        fields.filter(|(code, _)| codes.contains(code)).map(|(_, &record)| record).collect()
    }

    /// ` (in 12 % of the records, sampled)`, or nothing when all were read.
    pub fn sampled(&self) -> String {
        if self.share >= 1.0 {
            String::new()
        } else {
            format!(" (in {:.0} % of the records, sampled)", self.share * 100.0)
        }
    }
}

/// A [`WholeTable`] in the making: it is shown the blocks of the table in order.
#[derive(Debug)]
pub(crate) struct WholeReader {
    whole: WholeTable,
    known: Vec<Known>,
    /// One in so many records is kept.
    one_in: u64,
    many_ragged: bool,
    /// Records of the right width.
    n_whole: u64,
}

impl WholeReader {
    /// A reader of `table` that has seen no block yet.
    pub(crate) fn of(table: &TableView<'_>) -> Self {
        let width = table.columns.len();
        let structure = table.structure;
        let wanted = structure.n_records * width as u64 * BYTES_PER_FIELD;
        Self {
            whole: WholeTable { columns: vec![CodedColumn::default(); width], ..WholeTable::default() },
            known: vec![Known::default(); width],
            one_in: wanted.div_ceil(table.settings.whole_table_bytes.max(1) as u64).max(1),
            many_ragged: structure.n_odd * 5 > structure.n_records,
            n_whole: structure.n_records - structure.n_odd.min(structure.n_records),
        }
    }

    /// Takes in the next block.
    pub(crate) fn read(&mut self, block: &BlockView<'_>) {
        let width = self.whole.columns.len();
        let mut record = block.before.records;
        for r in block.records.iter().filter(|r| !r.is_blank()) {
            // A ragged record has its own finding; its values stand under the wrong headers.
            let fits = r.fields.len() == width || self.many_ragged;
            if fits && (self.one_in == 1 || scramble(record).is_multiple_of(self.one_in)) {
                self.whole.records.push(record);
                for (idx, column) in self.whole.columns.iter_mut().enumerate() {
                    let value = r.fields.get(idx).map(|f| f.value(block.text, block.dialect));
                    let value = value.as_deref().unwrap_or_default();
                    let code = self.known[idx].code(value, column);
                    column.counts[code as usize] += 1;
                    column.codes.push(code);
                }
            }
            record += 1;
        }
    }

    /// What was read.
    pub(crate) fn finish(self) -> WholeTable {
        let Self { mut whole, one_in, n_whole, .. } = self;
        whole.share = if one_in == 1 { 1.0 } else { whole.records.len() as f64 / n_whole.max(1) as f64 };
        whole
    }
}

/// The codes of the values of a column, by the values' hashes.
#[derive(Clone, Debug, Default)]
struct Known {
    hasher: RandomState,
    codes: HashMap<u64, u32, BuildHasherDefault<Itself>>,
}

impl Known {
    /// The code of `value` in `column`, which is given one if it has none.
    fn code(&mut self, value: &str, column: &mut CodedColumn) -> u32 {
        let mut hash = self.hasher.hash_one(value);
        loop {
            match self.codes.entry(hash) {
                Entry::Occupied(known) if column.values[*known.get() as usize] == value => {
                    return *known.get();
                }
                // Another value has this hash.
                Entry::Occupied(_) => hash = hash.wrapping_add(1),
                Entry::Vacant(place) => {
                    let code = *place.insert(column.values.len() as u32);
                    let facts = facts(value);
                    column.values.push(value.to_owned());
                    column.counts.push(0);
                    column.kinds.push(facts.traits.kind());
                    column.numbers.push(facts.number);
                    return code;
                }
            }
        }
    }
}

/// What is hashed is a hash already.
#[derive(Clone, Debug, Default)]
struct Itself(u64);

impl Hasher for Itself {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, _: &[u8]) {
        unreachable!("only whole words are hashed");
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// A fixed permutation of the integers (the finaliser of SplitMix64), so that samples do not follow the order.
fn scramble(record: u64) -> u64 {
    let mut z = record.wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    #[test]
    fn a_large_table_is_sampled_and_says_so() {
        let text = format!("a,b\n{}", "1,2\n".repeat(2_000));
        let mut sample = Sample::new(&text);
        sample.settings.whole_table_bytes = 44_800;
        let whole = sample.with(WholeTable::read);
        assert!((100..400).contains(&whole.len()), "{}", whole.len());
        assert!(whole.sampled().contains("sampled"));
    }

    #[test]
    fn fields_are_codes_into_the_distinct_values() {
        let whole = Sample::new("a\nx\nNA\nx\n").with(WholeTable::read);
        assert_eq!(whole.columns[0].codes, [0, 1, 0]);
        assert_eq!((whole.columns[0].n_present(), whole.columns[0].n_distinct()), (2, 1));
        assert_eq!(whole.records_of(0, &[0]), [0, 2]);
    }
}
