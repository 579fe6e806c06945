//! The nine integers of a column. Each is a map field by field and then a count, so that one record moves them
//! by a known amount: the proofs rest on this file.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use aurora_table::TableSource;

/// Kinds that are counted: null, integer, real, date, Boolean, short text, long text.
pub const KINDS: usize = 7;

/// Occupied bits of a fixed-key bitmap stand for distinct values. One record occupies or frees at most one.
const BITMAP_BITS: usize = 1 << 16;

/// Text of more characters is long.
const SHORT_TEXT: usize = 24;

/// Numbers needed before skew means anything.
const MIN_NUMBERS: u64 = 10;

/// The border of "skewed": (q90 − q50)(1 − L) ≥ (q50 − q10)(1 + L).
const L: f64 = 0.35;

/// The exact integers of one column, gathered from all its fields. Memory only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ColumnStatistics {
    kinds: [u64; KINDS],
    /// Numbers by public bin (see [`bin`]).
    numbers: BTreeMap<u64, u64>,
    /// A bit for each hash that some field has. Which are set is a function of the multiset of fields: their order,
    /// and how often each comes, do not matter.
    bitmap: Vec<u64>,
}

impl Default for ColumnStatistics {
    fn default() -> Self {
        Self { kinds: [0; KINDS], numbers: BTreeMap::new(), bitmap: vec![0; BITMAP_BITS / 64] }
    }
}

impl ColumnStatistics {
    /// Reads column `column` of every data record of `source`, from the first to the last.
    pub fn read(source: &dyn TableSource, column: usize) -> Self {
        let mut statistics = Self::default();
        source.visit(0..u64::MAX, &mut |block| {
            for record in block.records.iter().filter(|record| !record.is_blank()) {
                let field = record.fields.get(column).map(|field| field.value(block.text, block.dialect));
                statistics.observe(field.as_deref());
            }
            ControlFlow::Continue(())
        });
        statistics
    }

    /// Takes in one record's field; `None` when the record is too short, which is a null.
    pub fn observe(&mut self, field: Option<&str>) {
        let field = field.unwrap_or_default().trim();
        let kind = kind_of(field);
        self.kinds[kind as usize] += 1;
        if let (Kind::Integer | Kind::Real, Some(number)) = (kind, number(field)) {
            *self.numbers.entry(bin(number)).or_default() += 1;
        }
        if kind != Kind::Null {
            let bit = hash(field) as usize % BITMAP_BITS;
            self.bitmap[bit / 64] |= 1 << (bit % 64);
        }
    }

    /// Fields of each kind.
    pub fn kinds(&self) -> [u64; KINDS] {
        self.kinds
    }

    /// Distinct non-null values, as occupied cells of the bitmap.
    pub fn distinct(&self) -> u64 {
        self.bitmap.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The signed skew distance: how many ranks the quantiles may move before "skewed" tips.
    ///
    /// Skewed: the fewest k at which the ranks r10 − k, r50 + k, r90 − k stop being skewed, less one. Else:
    /// minus the fewest k at which r10 + k, r50 − k, r90 + k become so. Ranks out of range count as tipped.
    /// Fewer than ten numbers: 0. At most m − 9 either way.
    pub fn skew_distance(&self) -> i64 {
        self.skew_distance_from(MIN_NUMBERS)
    }

    fn skew_distance_from(&self, min_numbers: u64) -> i64 {
        let m: u64 = self.numbers.values().sum();
        if m < min_numbers {
            return 0;
        }
        let cumulative: Vec<(u64, f64)> = self
            .numbers
            .iter()
            .scan(0, |below, (&bin, &n)| {
                *below += n;
                Some((*below, unbin(bin)))
            })
            .collect();
        let value = |rank: i64| -> Option<f64> {
            let rank = u64::try_from(rank).ok().filter(|&rank| rank < m)?;
            Some(cumulative[cumulative.partition_point(|&(end, _)| end <= rank)].1)
        };
        let rank = |tenths: u64| (tenths * (m - 1) / 10) as i64;
        let (r10, r50, r90) = (rank(1), rank(5), rank(9));
        let skewed = |q10: f64, q50: f64, q90: f64| (q90 - q50) * (1.0 - L) >= (q50 - q10) * (1.0 + L);
        let at = |a: i64, b: i64, c: i64| Some(skewed(value(a)?, value(b)?, value(c)?));
        let now = at(r10, r50, r90) == Some(true);
        let tipped = |k: i64| {
            if now {
                at(r10 - k, r50 + k, r90 - k) != Some(true)
            } else {
                at(r10 + k, r50 - k, r90 + k) != Some(false)
            }
        };
        // Moving outward only ever brings the tip nearer, so the fewest k is found by halving.
        let (mut low, mut high) = (0, m as i64);
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if tipped(middle) { high = middle } else { low = middle }
        }
        let bound = (m - (min_numbers - 1)) as i64;
        if now { (high - 1).min(bound) } else { (-high).max(-bound) }
    }

    /// The nine integers for a table of `n_records`: kinds, skew distance, distinct.
    pub fn vector(&self, n_records: u64) -> [i64; 9] {
        self.vector_from(n_records, MIN_NUMBERS)
    }

    /// The nine integers where skew counts from `min_numbers` numbers on: the proof looks at small tables.
    pub(crate) fn vector_from(&self, n_records: u64, min_numbers: u64) -> [i64; 9] {
        let n = n_records as i64;
        let mut nine = [0; 9];
        for (out, &count) in nine.iter_mut().zip(&self.kinds) {
            *out = (count as i64).min(n);
        }
        nine[7] = self.skew_distance_from(min_numbers).clamp(-n, n);
        nine[8] = (self.distinct() as i64).min(n);
        nine
    }
}

/// The kind of one field by the field alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Null,
    Integer,
    Real,
    Date,
    Boolean,
    Short,
    Long,
}

/// One fixed list and one fixed grammar, never the column's: else one record could flip the kind of all others.
fn kind_of(field: &str) -> Kind {
    if aurora_profile::value_kind::is_null_token(field) {
        Kind::Null
    } else if let Some(number) = number(field) {
        let plain = field.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'+');
        if plain && number.is_finite() { Kind::Integer } else { Kind::Real }
    } else if is_date(field) {
        Kind::Date
    } else if ["true", "false", "yes", "no"].iter().any(|word| word.eq_ignore_ascii_case(field)) {
        Kind::Boolean
    } else if field.chars().nth(SHORT_TEXT).is_none() {
        Kind::Short
    } else {
        Kind::Long
    }
}

/// The finite number written as `[+-]? digits [. digits] [e [+-] digits]`.
fn number(field: &str) -> Option<f64> {
    let plain = field.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    let number: f64 = (plain && field.bytes().any(|b| b.is_ascii_digit())).then(|| field.parse().ok())??;
    number.is_finite().then_some(number)
}

/// Three numbers between `-`, `/` or `.`, of which one has four digits or all have two, with or without a
/// time after `T` or a space.
fn is_date(field: &str) -> bool {
    let day = field.split(['T', ' ']).next().unwrap_or_default();
    let mut parts = 0;
    let (mut long, mut other) = (0, 0);
    for part in day.split(['-', '/', '.']) {
        if part.is_empty() || !part.bytes().all(|b| b.is_ascii_digit()) {
            return false;
        }
        parts += 1;
        match part.len() {
            4 => long += 1,
            1 | 2 => other += 1,
            _ => return false,
        }
    }
    parts == 3 && (long == 1 && other == 2 || other == 3)
}

/// The public bin of a number: sign, exponent and eight bits of fraction, in the order of the numbers.
/// A bin is 0.4 % wide; bins are fixed, so the map is field by field.
fn bin(number: f64) -> u64 {
    let bits = (number + 0.0).to_bits();
    let ordered = if bits >> 63 == 1 { !bits } else { bits | (1 << 63) };
    ordered >> 44
}

/// The number that stands for a bin: its least in absolute value.
fn unbin(bin: u64) -> f64 {
    let ordered = bin << 44;
    let bits = if ordered >> 63 == 1 { ordered & !(1 << 63) } else { !ordered & !((1 << 44) - 1) };
    f64::from_bits(bits)
}

/// FNV-1a with a final mix; fixed, so that equal fields occupy the same bit in every process.
fn hash(field: &str) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for byte in field.bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0xd6e8_feb8_6659_fd93);
    hash ^ (hash >> 32)
}
