//! Summaries of a column over some records; they merge associatively, so a table's is the merge of its blocks'.

use std::collections::BTreeMap;

use crate::column_profile::{ColumnProfile, Count, Lengths, Numbers, ShapeCount};
use crate::histogram::Histogram;
use crate::moments::Moments;
use crate::order::OrderSummary;
use crate::shape::Shape;
use crate::traits::{Oddness, Traits};
use crate::value_kind::ValueKind;
use crate::values::Values;

/// How many sample records are kept for each oddness.
pub const MAX_SAMPLES: usize = 20;
/// Combinations of traits counted exactly; a column with more of them keeps kinds and date formats only.
pub(crate) const MAX_COMBINATIONS: usize = 512;
/// Shapes, null spellings and units counted by name.
pub(crate) const MAX_SHAPES: usize = 256;
pub(crate) const MAX_TOKENS: usize = 64;
/// Lengths counted one by one; longer values share the last count.
pub(crate) const MAX_LENGTH: usize = 64;
/// First distinct values kept as they come.
pub(crate) const MAX_EXAMPLES: usize = 20;

/// A count with the record numbers of the first few.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sample {
    /// How many.
    pub n: u64,
    /// Data records, ascending, at most [`MAX_SAMPLES`].
    pub records: Vec<u64>,
}

impl Sample {
    pub(crate) fn note(&mut self, record: u64) {
        self.n += 1;
        self.note_place(record);
    }

    /// Keeps the place of a field that is counted elsewhere.
    pub(crate) fn note_place(&mut self, record: u64) {
        if self.records.len() < MAX_SAMPLES {
            self.records.push(record);
        }
    }

    /// Whether no further place is kept.
    pub(crate) fn is_full(&self) -> bool {
        self.records.len() >= MAX_SAMPLES
    }

    /// Appends what follows, `shift` records on.
    pub(crate) fn merge(&mut self, other: &Self, shift: u64) {
        self.n += other.n;
        let room = MAX_SAMPLES.saturating_sub(self.records.len());
        self.records.extend(other.records.iter().take(room).map(|record| record + shift));
    }

    /// Takes in a sample of other fields of the same records.
    fn unite(&mut self, other: &Self) {
        self.n += other.n;
        self.records.extend(&other.records);
        self.records.sort_unstable();
        self.records.truncate(MAX_SAMPLES);
    }
}

/// Mergeable summary of one column. Record numbers are relative to the first summarised record.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ColumnSummary {
    /// Data records, those too short to have the field included.
    pub(crate) n: u64,
    pub(crate) combinations: Vec<(Traits, Sample)>,
    /// Of some fields only the kind is known.
    pub(crate) is_coarse: bool,
    pub(crate) null_tokens: Vec<(Box<str>, Sample)>,
    pub(crate) values: Values,
    pub(crate) moments: Moments,
    /// Of all numbers, once not all values are listed.
    pub(crate) histogram: Option<Histogram>,
    pub(crate) lengths: LengthSummary,
    pub(crate) shapes: Vec<(Shape, Sample)>,
    /// Values without a shape, or whose shape is not listed.
    pub(crate) shapeless: u64,
    pub(crate) order: OrderSummary,
    pub(crate) units: Vec<(Box<str>, u64)>,
    pub(crate) examples: Vec<Box<str>>,
}

/// Lengths of present values in characters, mergeable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct LengthSummary {
    pub(crate) min: u32,
    pub(crate) max: u32,
    pub(crate) chars: u64,
    pub(crate) words: u64,
    pub(crate) counts: Vec<u64>,
}

impl Default for LengthSummary {
    fn default() -> Self {
        Self { min: u32::MAX, max: 0, chars: 0, words: 0, counts: Vec::new() }
    }
}

impl LengthSummary {
    fn merge(&mut self, other: &Self) {
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.chars += other.chars;
        self.words += other.words;
        if self.counts.len() < other.counts.len() {
            self.counts.resize(other.counts.len(), 0);
        }
        for (mine, theirs) in self.counts.iter_mut().zip(&other.counts) {
            *mine += theirs;
        }
    }
}

/// Adds `theirs` to the list under the same key, or appends it.
fn unite<K: Clone + PartialEq, V: Clone + Default>(
    mine: &mut Vec<(K, V)>,
    theirs: &[(K, V)],
    add: impl Fn(&mut V, &V),
) {
    for (key, value) in theirs {
        let at = mine.iter().position(|(k, _)| k == key).unwrap_or_else(|| {
            mine.push((key.clone(), V::default()));
            mine.len() - 1
        });
        add(&mut mine[at].1, value);
    }
}

impl ColumnSummary {
    /// The summary of `values` in order; `None` stands for a record too short to have the field.
    pub fn of<'v>(values: impl IntoIterator<Item = Option<&'v str>>) -> Self {
        let mut builder = crate::ColumnBuilder::default();
        let mut n = 0;
        for value in values {
            if let Some(value) = value {
                builder.observe(n, value);
            }
            n += 1;
        }
        builder.finish(n)
    }

    /// Appends one record. Costs as much as a merge: for small tables only; else use a [`crate::ColumnBuilder`].
    pub fn observe(&mut self, value: Option<&str>) {
        self.merge(&Self::of([value]));
    }

    /// Data records summarised.
    pub fn n_records(&self) -> u64 {
        self.n
    }

    /// Appends the summary of the records that follow.
    pub fn merge(&mut self, other: &Self) {
        let shift = self.n;
        self.n += other.n;
        unite(&mut self.combinations, &other.combinations, |mine, theirs| mine.merge(theirs, shift));
        self.is_coarse |= other.is_coarse;
        if self.combinations.len() > MAX_COMBINATIONS {
            self.coarsen();
        }
        unite(&mut self.null_tokens, &other.null_tokens, |mine, theirs| mine.merge(theirs, shift));
        unite(&mut self.units, &other.units, |mine, theirs| *mine += theirs);
        let was_exact = (self.values.is_exact(), other.values.is_exact());
        let mut histogram = self.histogram.take().unwrap_or_default();
        let mine_before = if was_exact.0 { number_counts(&self.values) } else { Vec::new() };
        self.values.merge(&other.values, shift);
        if !self.values.is_exact() {
            mine_before.iter().for_each(|&(number, n)| histogram.add(number, n));
            match &other.histogram {
                Some(theirs) => histogram.merge(theirs),
                None if was_exact.1 => {
                    number_counts(&other.values).iter().for_each(|&(number, n)| histogram.add(number, n));
                }
                None => {}
            }
            self.histogram = Some(histogram);
        }
        self.moments.merge(&other.moments);
        self.lengths.merge(&other.lengths);
        self.merge_shapes(other, shift);
        self.order.merge(&other.order, shift);
        for example in &other.examples {
            if self.examples.len() < MAX_EXAMPLES && !self.examples.contains(example) {
                self.examples.push(example.clone());
            }
        }
    }

    fn merge_shapes(&mut self, other: &Self, shift: u64) {
        let known = self.shapes.len().min(other.shapes.len()) == 0;
        if known || self.shapes.len() + other.shapes.len() < 32 {
            unite(&mut self.shapes, &other.shapes, |mine, theirs| mine.merge(theirs, shift));
        } else {
            let mut index: std::collections::HashMap<Shape, usize> =
                self.shapes.iter().enumerate().map(|(at, (shape, _))| (*shape, at)).collect();
            for (shape, sample) in &other.shapes {
                let at = *index.entry(*shape).or_insert_with(|| {
                    self.shapes.push((*shape, Sample::default()));
                    self.shapes.len() - 1
                });
                self.shapes[at].1.merge(sample, shift);
            }
        }
        self.shapeless += other.shapeless;
        if self.shapes.len() > MAX_SHAPES {
            self.shapes.sort_by(|a, b| b.1.n.cmp(&a.1.n).then(a.0.cmp(&b.0)));
            self.shapeless += self.shapes.drain(MAX_SHAPES..).map(|(_, sample)| sample.n).sum::<u64>();
        }
    }

    fn coarsen(&mut self) {
        let mut coarse: Vec<(Traits, Sample)> = Vec::new();
        for (traits, sample) in &self.combinations {
            unite(&mut coarse, &[(traits.coarse(), sample.clone())], Sample::unite);
        }
        self.combinations = coarse;
        self.is_coarse = true;
    }

    /// The numbers a reader wants.
    pub fn profile(&self) -> ColumnProfile {
        let mut profile = ColumnProfile { n: self.n, is_coarse: self.is_coarse, ..ColumnProfile::default() };
        let mut odd: BTreeMap<Oddness, Sample> = BTreeMap::new();
        for (traits, sample) in &self.combinations {
            let kind = traits.kind();
            profile.kinds[kind as usize] += sample.n;
            odd.entry(Oddness::Kind(kind)).or_default().unite(sample);
            for oddness in Oddness::TRAITS.into_iter().filter(|&oddness| traits.has(oddness)) {
                odd.entry(oddness).or_default().unite(sample);
            }
            if let Some(format) = traits.date_format() {
                profile.date_formats.entry(format).or_default().unite(sample);
            }
        }
        profile.odd = odd.into_iter().map(|(oddness, s)| (oddness, (s.n, s.records))).collect();
        profile.null_tokens =
            self.null_tokens.iter().map(|(text, sample)| Count::sampled(text, sample)).collect();
        profile.units = self.units.iter().map(|(text, n)| Count::new(text, *n)).collect();
        (profile.distinct, profile.distinct_error) = self.values.distinct();
        profile.top_error = self.values.error;
        profile.top = self.top(50);
        for list in [&mut profile.null_tokens, &mut profile.units, &mut profile.top] {
            list.sort_by(|a, b| b.n.cmp(&a.n).then_with(|| a.value.cmp(&b.value)));
        }
        profile.numbers = self.numbers();
        profile.lengths = self.lengths();
        profile.shapes = self
            .shapes
            .iter()
            .map(|(shape, sample)| ShapeCount { shape: *shape, n: sample.n, records: sample.records.clone() })
            .collect();
        profile.shapes.sort_by(|a, b| b.n.cmp(&a.n).then(a.shape.cmp(&b.shape)));
        profile.n_shapeless = self.shapeless;
        profile.order = self.order.steps.clone();
        profile.examples = self.examples.iter().map(ToString::to_string).collect();
        profile
    }

    /// Every distinct value with its count, when all are known (see [`crate::values::MAX_VALUES`]), most
    /// frequent first.
    pub fn value_counts(&self) -> Option<Vec<Count>> {
        self.values.is_exact().then(|| self.top(usize::MAX))
    }

    fn top(&self, most: usize) -> Vec<Count> {
        let mut order: Vec<usize> = (0..self.values.entries.len()).collect();
        let by_count = |a: &usize, b: &usize| {
            let (a, b) = (&self.values.entries[*a], &self.values.entries[*b]);
            b.n.cmp(&a.n).then_with(|| self.values.text(a).cmp(self.values.text(b)))
        };
        if order.len() > most {
            order.select_nth_unstable_by(most, by_count);
            order.truncate(most);
        }
        order.sort_by(by_count);
        order
            .into_iter()
            .map(|at| {
                let value = &self.values.entries[at];
                Count { value: self.values.text(value).to_owned(), n: value.n, records: vec![value.first] }
            })
            .collect()
    }

    fn numbers(&self) -> Option<Numbers> {
        let m = &self.moments;
        if m.n == 0 {
            return None;
        }
        let (percentiles, percentile_error) = match &self.histogram {
            Some(histogram) => histogram.percentiles(m.min, m.max),
            None => {
                let mut counts = number_counts(&self.values);
                counts.sort_by(|a, b| a.0.total_cmp(&b.0));
                (Numbers::exact_percentiles(&counts), 0.0)
            }
        };
        Some(Numbers {
            n: m.n,
            min: m.min,
            max: m.max,
            mean: m.mean,
            variance: m.variance(),
            skewness: m.skewness(),
            kurtosis: m.kurtosis(),
            percentiles,
            percentile_error,
            n_zero: m.n_zero,
            n_negative: m.n_negative,
            bins: self.bins(),
        })
    }

    /// Twenty equal intervals from the smallest to the largest number, for a picture.
    fn bins(&self) -> Vec<u64> {
        const N: usize = 20;
        let (min, max) = (self.moments.min, self.moments.max);
        let mut bins = vec![0; N];
        let mut add = |x: f64, n: u64| {
            bins[Numbers::bin(x, min, max, N)] += n;
        };
        match &self.histogram {
            Some(histogram) => histogram.bins().iter().for_each(|&(low, high, n)| add((low + high) / 2.0, n)),
            None => number_counts(&self.values).iter().for_each(|&(x, n)| add(x, n)),
        }
        bins
    }

    fn lengths(&self) -> Lengths {
        let n: u64 = self.lengths.counts.iter().sum();
        if n == 0 {
            return Lengths::default();
        }
        let mut counts = self.lengths.counts.clone();
        counts.resize(MAX_LENGTH + 1, 0);
        Lengths {
            min: self.lengths.min,
            max: self.lengths.max,
            mean: self.lengths.chars as f64 / n as f64,
            mean_words: self.lengths.words as f64 / n as f64,
            counts,
        }
    }

    /// Fields of `kind`.
    pub fn count(&self, kind: ValueKind) -> u64 {
        self.combinations.iter().filter(|(traits, _)| traits.kind() == kind).map(|(_, sample)| sample.n).sum()
    }
}

pub(crate) fn number_counts(values: &Values) -> Vec<(f64, u64)> {
    values
        .entries
        .iter()
        .filter(|value| !value.number.is_nan())
        .map(|value| (value.number, value.n))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Equal but for rounding in the moments.
    fn assert_same(a: &ColumnProfile, b: &ColumnProfile) {
        let (mut a, mut b) = (a.clone(), b.clone());
        if let (Some(x), Some(y)) = (&mut a.numbers, &mut b.numbers) {
            for (x, y) in [
                (&mut x.mean, &mut y.mean),
                (&mut x.variance, &mut y.variance),
                (&mut x.skewness, &mut y.skewness),
                (&mut x.kurtosis, &mut y.kurtosis),
            ] {
                assert!((*x - *y).abs() <= 1e-9 * y.abs().max(1.0), "{x} {y}");
                *x = *y;
            }
        }
        assert_eq!(a, b);
    }

    fn field() -> impl Strategy<Value = Option<String>> {
        prop_oneof![
            1 => Just(None),
            2 => prop::sample::select(vec!["", "NA", "null", " x ", "2024-01-31", "31/12/2024", "1,5", "$3", "1e999", "=A1"])
                .prop_map(|s| Some(s.to_owned())),
            4 => (-50..50_i32).prop_map(|n| Some(n.to_string())),
            2 => (-9.0..9.0_f64).prop_map(|x| Some(format!("{x:.2}"))),
            2 => "[a-cA-C \u{a0}é]{0,6}".prop_map(Some),
        ]
    }

    proptest! {
        #[test]
        fn merged_pieces_equal_the_whole(fields in prop::collection::vec(field(), 0..120), cuts in prop::collection::vec(0..120_usize, 3)) {
            let whole = ColumnSummary::of(fields.iter().map(Option::as_deref)).profile();
            let mut cuts: Vec<_> = cuts.into_iter().map(|cut| cut.min(fields.len())).collect();
            cuts.extend([0, fields.len()]);
            cuts.sort_unstable();
            let pieces: Vec<_> = cuts.windows(2).map(|w| ColumnSummary::of(fields[w[0]..w[1]].iter().map(Option::as_deref))).collect();
            let mut left = ColumnSummary::default();
            pieces.iter().for_each(|piece| left.merge(piece));
            assert_same(&left.profile(), &whole);
            let mut right = ColumnSummary::default();
            for piece in pieces.iter().rev() {
                let mut merged = piece.clone();
                merged.merge(&right);
                right = merged;
            }
            assert_same(&right.profile(), &whole);
        }
    }

    #[test]
    fn many_values_are_counted_within_their_bounds() {
        let numbers: Vec<String> = (0..30_000_u64)
            .map(|i| if i % 3 == 0 { "7".into() } else { (i * i % 20_011).to_string() })
            .collect();
        let mut merged = ColumnSummary::default();
        for piece in numbers.chunks(1_700) {
            merged.merge(&ColumnSummary::of(piece.iter().map(|s| Some(s.as_str()))));
        }
        let whole = ColumnSummary::of(numbers.iter().map(|s| Some(s.as_str()))).profile();
        let merged = merged.profile();
        let exact: std::collections::HashSet<_> = numbers.iter().collect();
        for profile in [&whole, &merged] {
            let error = profile.distinct as f64 / exact.len() as f64 - 1.0;
            assert!(profile.distinct_error > 0.0 && error.abs() < 5.0 * profile.distinct_error, "{error}");
            assert_eq!(profile.top[0].value, "7");
            let true_n = numbers.iter().filter(|s| *s == "7").count() as u64;
            assert!(profile.top[0].n <= true_n && true_n <= profile.top[0].n + profile.top_error);
        }
        // What is order-free is equal to the last bit.
        let (a, b) = (whole.numbers.unwrap(), merged.numbers.unwrap());
        assert_eq!((a.percentiles, a.bins, whole.distinct), (b.percentiles, b.bins, merged.distinct));
    }

    #[test]
    fn a_column_of_hostile_numbers_does_not_overflow() {
        let profile = ColumnSummary::of(
            ["1e308", "-1e308", "1e308", "1e999", "NaN", "0x1F", "1_000", "00123", "1,5"].map(Some),
        )
        .profile();
        let numbers = profile.numbers.as_ref().unwrap();
        assert_eq!((numbers.n, numbers.max), (4, 1e308));
        assert!(numbers.skewness.is_finite() && numbers.mean.is_finite());
        assert_eq!(profile.n_odd(Oddness::NotFinite), 1);
        assert_eq!(profile.odd_records(Oddness::LeadingZero), [7]);
    }

    #[test]
    fn order_and_gaps_cross_the_border_of_pieces() {
        let mut merged = ColumnSummary::of(["1", "2", "3"].map(Some));
        merged.merge(&ColumnSummary::of(["", "5", "4"].map(Some)));
        let order = merged.profile().order;
        assert_eq!(
            (order.n_up, order.n_by_one, order.gaps.records, order.down.records),
            (3, 2, vec![4], vec![5])
        );
    }
}
