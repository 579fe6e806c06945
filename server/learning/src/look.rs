//! What a column looks like: a handful of numbers and its name's letters, for comparing columns in a running
//! session. Memory only: it has no place at rest.

use aurora_profile::role::Standing;
use aurora_profile::{ColumnProfile, Numbers, Role, RoleGuess, ValueKind};

/// How many numbers describe a column: roles, distinct values, nulls, kind.
const N: usize = 16;

/// How many more tell what its distribution is like.
const N_SPREAD: usize = 5;

/// Fixed point: thousandths, so that looks can be compared for equality.
const UNIT: f64 = 1000.0;

/// What a column looks like.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Look {
    numbers: [i16; N],
    /// How its numbers are distributed; zero for other columns.
    spread: [i16; N_SPREAD],
    /// Where it stands among the columns that the built-in guess tells apart.
    standing: Standing,
    /// The name's letters, three by three, and its words, each as one bit of a small filter.
    name: [u64; 4],
}

impl Look {
    /// What the column called `name` looks like; `guess` is its built-in role guess, with where it stands
    /// (`aurora_profile::role::guess_and_standing`).
    pub fn of(name: &str, profile: &ColumnProfile, guess: &RoleGuess, standing: Standing) -> Self {
        let n = profile.n.max(1) as f64;
        let numeric = profile.number_share() > 0.95;
        let integral = profile.count(ValueKind::Real) == 0;
        let mut numbers = [0.0; N];
        for (out, role) in numbers.iter_mut().zip(Role::ALL) {
            // Square roots of probabilities: their distance is Hellinger's.
            *out = 2.0 * guess.p(role).max(0.0).sqrt();
        }
        numbers[9] = (profile.distinct as f64 + 1.0).log10() / 1.5;
        numbers[10] = 1.5 * profile.n_null() as f64 / n;
        let kind = match (profile.n_present(), numeric) {
            (0, _) => 13,
            (_, true) if integral => 11,
            (_, true) => 12,
            (_, false) if profile.lengths.mean > 24.0 => 15,
            (_, false) => 14,
        };
        numbers[kind] = 1.0;
        let spread = profile.numbers.as_ref().filter(|_| numeric).map(spread).unwrap_or_default();
        let fixed = |x: f64| (x * UNIT).clamp(-32_000.0, 32_000.0) as i16;
        Self { numbers: numbers.map(fixed), spread: spread.map(fixed), standing, name: name_bits(name) }
    }

    /// How much two columns look alike to a transform, from 0 to 1: by what they are and how their numbers are
    /// distributed, whatever their names and units.
    pub fn likeness_to_transforms(&self, other: &Self) -> f64 {
        let distance: f64 = self
            .numbers
            .iter()
            .zip(&other.numbers)
            .chain(self.spread.iter().zip(&other.spread))
            .map(|(&a, &b)| squared(a, b))
            .sum();
        (-distance).exp()
    }

    /// How much of what tells roles apart in general lies between the two columns, 0 to 1.
    pub fn apart(&self, other: &Self) -> f64 {
        self.standing.apart(&other.standing)
    }

    /// The share of the pieces of two names that only one of them has, 0 to 1.
    pub fn misspelled(&self, other: &Self) -> f64 {
        let (mut both, mut either) = (0, 0);
        for (a, b) in self.name.iter().zip(other.name) {
            both += (a & b).count_ones();
            either += (a | b).count_ones();
        }
        if either == 0 { 0.0 } else { 1.0 - f64::from(both) / f64::from(either) }
    }

    /// The role guess that the look was made with.
    pub fn role_guess(&self) -> RoleGuess {
        let p = |at: usize| (f64::from(self.numbers[at]) / UNIT / 2.0).powi(2);
        let mut ranked: Vec<_> = Role::ALL.into_iter().enumerate().map(|(at, role)| (role, p(at))).collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        RoleGuess { ranked }
    }
}

/// The squared difference of two numbers in fixed point.
fn squared(a: i16, b: i16) -> f64 {
    ((f64::from(a) - f64::from(b)) / UNIT).powi(2)
}

fn signed_log(x: f64) -> f64 {
    x.signum() * x.abs().ln_1p()
}

/// Skewness, heaviness of the tails, whether all are positive, orders of magnitude above the middle, zeros and
/// negative numbers.
fn spread(numbers: &Numbers) -> [f64; N_SPREAD] {
    let (middle, high) = (numbers.quantile(0.5), numbers.quantile(0.99));
    let tail = if middle > 0.0 && high > 0.0 { (high / middle).ln() } else { 0.0 };
    let n = numbers.n.max(1) as f64;
    [
        1.5 * signed_log(numbers.skewness),
        signed_log(numbers.kurtosis) / 2.0,
        if numbers.min > 0.0 { 1.0 } else { 0.0 },
        tail.clamp(-6.0, 6.0) / 2.0,
        1.5 * (numbers.n_zero as f64 / n) - 1.5 * (numbers.n_negative as f64 / n),
    ]
}

/// Sets a bit for each three letters in a row (every run of digits is one 0), for the first four, for each word.
fn name_bits(name: &str) -> [u64; 4] {
    let mut letters = vec!['^'];
    for c in name.trim().chars().take(128).flat_map(char::to_lowercase) {
        if !c.is_numeric() {
            letters.push(c);
        } else if letters.last() != Some(&'0') {
            letters.push('0');
        }
    }
    letters.push('$');
    let mut bits = [0; 4];
    let mut set = |purpose: u64, piece: &[char]| {
        let mut hash = 0xcbf2_9ce4_8422_2325 ^ purpose;
        for &c in piece {
            hash = (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0000_0100_0000_01b3);
        }
        let bit = (hash ^ (hash >> 29)) as usize % 256;
        bits[bit / 64] |= 1 << (bit % 64);
    };
    letters.windows(3).for_each(|three| set(1, three));
    set(2, &letters[..letters.len().min(4)]);
    for word in letters.split(|c| !c.is_alphabetic()).filter(|word| !word.is_empty()) {
        set(3, word);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing_of(name: &str, profile: &ColumnProfile) -> Standing {
        aurora_profile::role::guess_and_standing(name, profile).1
    }

    fn look(name: &str, n: u64) -> Look {
        let profile = ColumnProfile { n, distinct: n / 2, ..ColumnProfile::default() };
        let ranked =
            Role::ALL.into_iter().enumerate().map(|(i, role)| (role, if i == 0 { 0.6 } else { 0.05 }));
        Look::of(name, &profile, &RoleGuess { ranked: ranked.collect() }, standing_of(name, &profile))
    }

    #[test]
    fn names_are_spelled_alike_but_for_their_digits_and_case() {
        assert_eq!(look("q1", 100).misspelled(&look("Q27", 100)), 0.0);
        let (one, other) = (look("rent_2019", 100), look("rent_paid", 100));
        assert!((0.1..0.9).contains(&one.misspelled(&other)));
        assert_eq!(one.misspelled(&other), other.misspelled(&one));
        assert!(one.misspelled(&look("temperature", 100)) > 0.9);
    }

    #[test]
    fn columns_stand_apart_by_what_they_hold() {
        let one = look("q", 100);
        assert_eq!(one.apart(&look("q", 100)), 0.0);
        let far = one.apart(&look("q", 1_000_000));
        assert!(0.0 < far && far < 1.0, "{far}");
    }

    #[test]
    fn to_transforms_columns_are_alike_by_their_distribution_and_not_by_name() {
        let numbers = |skewness: f64| Numbers {
            n: 100,
            min: 1.0,
            max: 90.0,
            mean: 20.0,
            skewness,
            percentiles: (0..=100).map(f64::from).collect(),
            ..Numbers::default()
        };
        let column = |name: &str, skewness: f64| {
            let numbers = Some(numbers(skewness));
            let mut kinds = [0; 9];
            kinds[ValueKind::Real as usize] = 100;
            let profile = ColumnProfile { n: 100, distinct: 50, kinds, numbers, ..ColumnProfile::default() };
            Look::of(name, &profile, &look(name, 100).role_guess(), standing_of(name, &profile))
        };
        let skewed = column("income", 3.0);
        assert!(skewed.likeness_to_transforms(&column("deaths", 3.2)) > 0.9);
        assert!(skewed.likeness_to_transforms(&column("income", -1.0)) < 0.1);
    }

    #[test]
    fn the_guess_comes_back() {
        let guess = look("q1", 100).role_guess();
        assert_eq!(guess.best(), Role::Numeric);
        assert!((guess.p(Role::Numeric) - 0.6).abs() < 0.002);
    }
}
