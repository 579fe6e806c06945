//! What a column's numbers are: a measure one may calculate with, or a name, a year, a level. Finer than the
//! nine roles, and judged by name and shape; it decides which statistics and transforms make sense.

use aurora_profile::{ColumnProfile, Oddness, Role, RoleGuess, ValueKind};

use crate::ColumnView;

/// What the values of a column are.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Purpose {
    /// A quantity one may calculate with.
    Measure,
    /// A name for the record.
    Identifier,
    /// A name for something else: zip, phone, product or account number.
    Code,
    /// A calendar year.
    Year,
    /// A latitude, longitude, or other position.
    Coordinate,
    /// One of two values.
    Flag,
    /// One of a few ordered integers.
    Level,
    /// Not numeric.
    Other,
}

const ID_WORDS: &[&str] = &[
    "id",
    "ids",
    "key",
    "uid",
    "uuid",
    "guid",
    "index",
    "idx",
    "rownames",
    "row",
    "rowid",
    "serial",
    "seq",
    "sequence",
    "obs",
    "case",
    "objectid",
    "fid",
    "oid",
    "pk",
    "observation",
    "record",
    "unnamed",
];
const CODE_WORDS: &[&str] = &[
    "code",
    "codes",
    "zip",
    "zipcode",
    "zip5",
    "zip4",
    "postal",
    "postcode",
    "plz",
    "fips",
    "phone",
    "tel",
    "telephone",
    "fax",
    "mobile",
    "isbn",
    "issn",
    "ssn",
    "ein",
    "npi",
    "sku",
    "ean",
    "upc",
    "iban",
    "account",
    "acct",
    "ticket",
    "route",
    "station",
    "usaf",
    "wban",
    "cik",
    "permit",
    "license",
    "licence",
    "invoice",
    "case",
    "district",
    "tract",
    "block",
    "parcel",
    "apn",
    "geoid",
    "icd",
    "naics",
    "sic",
    "ref",
    "subject",
    "patient",
    "person",
    "provider",
    "pid",
    "hhid",
    "article",
];
const YEAR_WORDS: &[&str] =
    &["year", "yr", "yrs", "years", "jahr", "annee", "anno", "ano", "yyyy", "vintage"];
const COORDINATE_WORDS: &[&str] = &[
    "lat",
    "latitude",
    "lon",
    "lng",
    "long",
    "longitude",
    "easting",
    "northing",
    "coordinate",
    "coord",
    "coords",
    "utm",
    "geom",
    "xcoord",
    "ycoord",
];
/// Quantities on a circle, an ordinal or an already transformed scale: no logarithm, no power.
const NO_POWER_WORDS: &[&str] = &[
    "angle",
    "heading",
    "direction",
    "bearing",
    "azimuth",
    "hour",
    "hours",
    "hr",
    "minute",
    "rank",
    "ranking",
    "month",
    "day",
    "week",
    "weekday",
    "quarter",
    "log",
    "ln",
    "sqrt",
    "score",
    "index",
    "grade",
    "percent",
    "pct",
    "percentage",
    "rating",
    "return",
    "returns",
    "growth",
    "change",
    "date",
    "aspect",
    "hillshade",
];
/// Quantities that people count or measure from zero upwards, with a long right tail.
const LONG_TAIL_WORDS: &[&str] = &[
    "amount",
    "price",
    "cost",
    "income",
    "salary",
    "wage",
    "wages",
    "revenue",
    "sales",
    "population",
    "pop",
    "gdp",
    "area",
    "weight",
    "size",
    "expenditure",
    "expend",
    "spending",
    "earnings",
    "loss",
    "claims",
    "charges",
    "assets",
    "profit",
    "value",
    "dose",
    "density",
    "distance",
    "volume",
    "concentration",
    "length",
    "count",
    "wealth",
    "budget",
    "donation",
    "body",
    "brain",
    "mass",
];

/// The words of a header, in lower case: cut at everything that is no letter or digit, and before capitals.
pub fn words(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in name.chars() {
        let starts = (c.is_uppercase() && before.is_lowercase())
            || (c.is_numeric() != before.is_numeric() && before.is_alphanumeric());
        if !c.is_alphanumeric() || starts {
            words.push(String::new());
        }
        if c.is_alphanumeric() {
            words.last_mut().expect("there is always a last word").extend(c.to_lowercase());
        }
        before = c;
    }
    words.retain(|word| !word.is_empty());
    words
}

fn says(name: &str, list: &[&str]) -> bool {
    let joined: String = name.to_lowercase();
    words(name).iter().any(|word| list.contains(&word.as_str())) || list.contains(&joined.trim())
}

/// What the numbers of `column` are; [`Purpose::Other`] for a column that is not numeric.
pub fn purpose(column: &ColumnView<'_>) -> Purpose {
    let (profile, name) = (column.profile, column.header.name.as_str());
    let Some(numbers) = profile.numbers.as_ref().filter(|_| profile.number_share() >= 0.9) else {
        return Purpose::Other;
    };
    // A table that held nulls in memory was written with `.0` behind its whole numbers, and a spreadsheet shortens a few.
    let shortened = Some(profile.n_odd(Oddness::Exponent)).filter(|n| n * 5 < profile.n_present());
    let whole = profile.count(ValueKind::Real)
        <= profile.n_odd(Oddness::ZeroFraction) + shortened.unwrap_or_default();
    let range = numbers.max - numbers.min;
    let plural_of = |unit: &str| words(name).iter().any(|w| w == unit);
    if profile.distinct <= 2 {
        return Purpose::Flag;
    }
    if matches!(name.trim(), "x" | "y" | "X" | "Y") && !whole {
        return Purpose::Coordinate;
    }
    if says(name, COORDINATE_WORDS) && numbers.min >= -180.0 && numbers.max <= 360.0 && !whole {
        return Purpose::Coordinate;
    }
    if says(name, &["latitude", "longitude", "easting", "northing", "lat", "lon", "lng"]) {
        return Purpose::Coordinate;
    }
    if !whole {
        return Purpose::Measure;
    }
    if says(name, YEAR_WORDS) && numbers.min >= 1_000.0 && numbers.max <= 2_200.0 {
        return Purpose::Year;
    }
    if numbers.min >= 1_800.0 && numbers.max <= 2_050.0 && range <= 3.0 * profile.distinct as f64 {
        return Purpose::Year;
    }
    // "no", "order number", "nr": a name; "num_groups", "number of rooms": a count.
    let last = words(name).pop().unwrap_or_default();
    let numbered = ["no", "num", "nr", "nbr", "number"].contains(&last.as_str());
    // "number of rooms", "no. of cases": a count, whatever the word.
    let counted = plural_of("of") || plural_of("per") || plural_of("count");
    let unique = profile.distinct as f64 >= 0.98 * numbers.n as f64 && numbers.n >= 3;
    let dense = range + 1.0 <= 1.1 * profile.distinct as f64;
    if !counted && says(name, ID_WORDS) {
        return Purpose::Identifier;
    }
    if unique && dense {
        return Purpose::Identifier;
    }
    if !counted && (says(name, CODE_WORDS) || numbered && profile.distinct * 2 > numbers.n) {
        return Purpose::Code;
    }
    if name.to_lowercase().ends_with("id") && unique {
        return Purpose::Identifier;
    }
    let fixed_width = numbers.min >= 10_000.0 && numbers.min.log10().floor() == numbers.max.log10().floor();
    if unique && fixed_width && !has_long_tail_name(name) {
        return Purpose::Identifier;
    }
    if profile.distinct <= 12 && range <= 12.0 {
        return Purpose::Level;
    }
    Purpose::Measure
}

/// How likely a person has to tell a program that a column is a category: it is one, but written in numbers. Text
/// is taken for a category as it stands, and 0 and 1 are an indicator already.
pub fn needs_declaring(profile: &ColumnProfile, role: &RoleGuess) -> f64 {
    let numbers = profile.numbers.as_ref().filter(|_| profile.number_share() >= 0.9);
    let ease = match numbers {
        None => 0.3,
        Some(numbers) if numbers.min == 0.0 && numbers.max == 1.0 && profile.distinct == 2 => 0.5,
        Some(_) => 1.0,
    };
    role.p(Role::Categorical) * ease
}

/// Whether `column` is a measure: numeric, and to be calculated with.
pub fn is_measure(column: &ColumnView<'_>) -> bool {
    purpose(column) == Purpose::Measure
}

/// Whether logarithms and powers of `column` make sense: a measure, not negative, not an angle, an hour, a rank,
/// a growth rate, or a logarithm already.
pub fn takes_power(column: &ColumnView<'_>) -> bool {
    let numbers = column.profile.numbers.as_ref();
    is_measure(column)
        && numbers.is_some_and(|numbers| numbers.min >= 0.0)
        && !says(&column.header.name, NO_POWER_WORDS)
}

/// Whether the name speaks of an angle, an hour, a rank, a rate of change, or a logarithm already taken.
pub fn is_no_power_name(name: &str) -> bool {
    says(name, NO_POWER_WORDS)
}

/// Whether the name speaks of a quantity with a long right tail, such as a price.
pub fn has_long_tail_name(name: &str) -> bool {
    says(name, LONG_TAIL_WORDS)
}

/// Skewness g1 of `map` over the numbers of `column`, reckoned from its percentiles.
pub fn skewness_of(column: &ColumnView<'_>, map: impl Fn(f64) -> f64) -> f64 {
    let Some(numbers) = &column.profile.numbers else { return 0.0 };
    let points: Vec<f64> = numbers.percentiles.iter().map(|&x| map(x)).filter(|x| x.is_finite()).collect();
    let n = points.len() as f64;
    let mean = points.iter().sum::<f64>() / n;
    let moment = |k: i32| points.iter().map(|x| (x - mean).powi(k)).sum::<f64>() / n;
    let m2 = moment(2);
    if m2 > 0.0 { moment(3) / m2.powf(1.5) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::Sample;

    fn of<T: std::fmt::Display>(name: &str, values: impl IntoIterator<Item = T>) -> Purpose {
        Sample::column(name, values).with(|table| purpose(&table.columns[0]))
    }

    #[test]
    fn names_and_shapes_tell_measures_from_labels() {
        assert_eq!(of("amount", [12.5, 3.25, 8.0, 99.9]), Purpose::Measure);
        assert_eq!(of("id", [7, 9, 12, 40]), Purpose::Identifier);
        assert_eq!(of("n", [1, 2, 3, 4]), Purpose::Identifier);
        assert_eq!(of("customer_id", ["1007.0", "", "1014.0", "1021.0"]), Purpose::Identifier);
        assert_eq!(of("zip code", [10_115, 80_331, 10_115, 20_095]), Purpose::Code);
        assert_eq!(of("YEAR", [1871, 1902, 1871, 1950]), Purpose::Year);
        assert_eq!(of("lat", [52.5, 48.1, 53.5]), Purpose::Coordinate);
        assert_eq!(of("smoker", [0, 1, 0, 1]), Purpose::Flag);
        assert_eq!(of("agree", [1, 5, 3, 3, 2, 4]), Purpose::Level);
        assert_eq!(of("name", ["a", "b"]), Purpose::Other);
    }

    #[test]
    fn headers_fall_into_words() {
        assert_eq!(words("NetAmount_2023 (EUR)"), ["net", "amount", "2023", "eur"]);
    }
}
