//! What a schema says of a table.

use aurora_advice::calendar::DayOrder;
use aurora_profile::date::{self, Moment};
use aurora_profile::value_kind::number;
use regex::{Regex, RegexBuilder};

/// What a column holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Anything.
    Any,
    /// Text.
    String,
    /// A whole number.
    Integer,
    /// A number.
    Number,
    /// One of these for true, one of these for false.
    Boolean(Vec<String>, Vec<String>),
    /// A day, in the notation of `strptime`; `None` is ISO 8601.
    Date(Option<String>),
    /// A day with a time.
    DateTime,
    /// A time of day.
    Time,
    /// A year.
    Year,
    /// A year with a month.
    YearMonth,
}

/// What holds for the values of a column beside their kind.
#[derive(Clone, Debug, Default)]
pub struct Constraints {
    /// No value is missing.
    pub required: bool,
    /// No value stands twice.
    pub unique: bool,
    /// Values that alone are allowed; empty allows all.
    pub one_of: Vec<String>,
    /// What the whole value looks like, as written and as read.
    pub pattern: Option<(String, Regex)>,
    /// The least number.
    pub minimum: Option<f64>,
    /// The largest number.
    pub maximum: Option<f64>,
    /// The least number of characters.
    pub min_length: Option<usize>,
    /// The largest number of characters.
    pub max_length: Option<usize>,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: Kind,
    /// The decimal mark of its numbers.
    pub decimal: char,
    /// The mark between groups of digits, if there is one.
    pub group: Option<char>,
    /// What else holds.
    pub constraints: Constraints,
}

/// What a schema says of a table.
#[derive(Clone, Debug, Default)]
pub struct Schema {
    /// The columns, in order.
    pub fields: Vec<Field>,
    /// Values that stand for nothing.
    pub missing: Vec<String>,
    /// Columns whose values together never stand twice.
    pub primary_key: Vec<String>,
}

impl Kind {
    /// The word for it.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::String => "string",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean(..) => "boolean",
            Self::Date(_) => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::Year => "year",
            Self::YearMonth => "yearmonth",
        }
    }

    /// The words of truth when a schema names none, as Table Schema has them.
    pub fn boolean() -> Self {
        let words = |words: [&str; 4]| words.map(str::to_owned).to_vec();
        Self::Boolean(words(["true", "True", "TRUE", "1"]), words(["false", "False", "FALSE", "0"]))
    }
}

impl Field {
    /// A column of text.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: Kind::String,
            decimal: '.',
            group: None,
            constraints: Constraints::default(),
        }
    }

    /// The number that `value` writes here.
    pub fn number(&self, value: &str) -> Option<f64> {
        if self.decimal == '.' && self.group.is_none() {
            return match value.trim() {
                "NaN" => Some(f64::NAN),
                "INF" => Some(f64::INFINITY),
                "-INF" => Some(f64::NEG_INFINITY),
                plain => number(plain),
            };
        }
        let plain = value.chars().filter(|c| Some(*c) != self.group);
        number(&plain.map(|c| if c == self.decimal { '.' } else { c }).collect::<String>())
    }

    /// Whether `value` is of the column's kind.
    pub fn holds(&self, value: &str) -> bool {
        let value = value.trim();
        match &self.kind {
            Kind::Any | Kind::String => true,
            Kind::Number => self.number(value).is_some(),
            Kind::Integer => {
                self.number(value).is_some()
                    && !value.contains(['.', 'e', 'E'])
                    && !value.contains(self.decimal)
            }
            Kind::Boolean(yes, no) => yes.iter().chain(no).any(|word| word == value),
            Kind::Date(None) => DayOrder::default().read(value).is_some_and(|day| day.iso() == value),
            Kind::Date(Some(format)) => fits(value, format),
            Kind::DateTime => matches!(date::parse(value), Some(Moment::DateTime(_))),
            Kind::Time => matches!(date::parse(value), Some(Moment::Time)),
            Kind::Year => {
                let digits = value.strip_prefix('-').unwrap_or(value);
                digits.len() >= 4 && digits.bytes().all(|b| b.is_ascii_digit())
            }
            Kind::YearMonth => value.split_once('-').is_some_and(|(year, month)| {
                year.len() == 4
                    && number(year).is_some()
                    && month.len() == 2
                    && (1..=12).contains(&whole(month))
            }),
        }
    }
}

fn whole(text: &str) -> u32 {
    text.parse().unwrap_or(0)
}

/// Whether `value` is written as `format` says, in the notation of `strptime`, and is a day that exists.
fn fits(value: &str, format: &str) -> bool {
    let mut rest = value;
    let mut codes = format.chars();
    let (mut year, mut month, mut day) = (2000, 1, 1);
    while let Some(c) = codes.next() {
        if c != '%' {
            let Some(after) = rest.strip_prefix(c) else { return false };
            rest = after;
            continue;
        }
        let code = codes.next();
        let most = match code {
            Some('Y') => 4,
            Some('y' | 'm' | 'd' | 'H' | 'I' | 'M' | 'S') => 2,
            Some('b' | 'B') => 9,
            // What is not known here is not judged.
            _ => return true,
        };
        let named = matches!(code, Some('b' | 'B'));
        let len = rest
            .char_indices()
            .take(most)
            .take_while(|(_, c)| if named { c.is_alphabetic() } else { c.is_ascii_digit() })
            .map(|(at, c)| at + c.len_utf8())
            .last()
            .unwrap_or(0);
        let part = &rest[..len];
        let found = match code {
            Some('Y') => (len == 4).then(|| year = whole(part)).is_some(),
            Some('y') => (len == 2).then(|| year = 2000 + whole(part)).is_some(),
            Some('m') => (len > 0).then(|| month = whole(part)).is_some(),
            Some('d') => (len > 0).then(|| day = whole(part)).is_some(),
            Some('b' | 'B') => len >= 3,
            _ => len > 0 && whole(part) < 60,
        };
        if !found {
            return false;
        }
        rest = &rest[len..];
    }
    let iso = format!("{year:04}-{month:02}-{day:02}");
    rest.is_empty() && DayOrder::default().read(&iso).is_some_and(|day| day.iso() == iso)
}

/// `pattern` as it holds for whole values; a message when it is no pattern, or one too large.
pub(crate) fn pattern(pattern: &str) -> Result<(String, Regex), String> {
    let whole = format!("^(?:{pattern})$");
    let built = RegexBuilder::new(&whole).size_limit(1 << 20).dfa_size_limit(1 << 20).build();
    match built {
        Ok(regex) => Ok((pattern.to_owned(), regex)),
        Err(regex::Error::CompiledTooBig(_)) => Err("a pattern is too large".to_owned()),
        Err(_) => Err("a pattern cannot be read".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(kind: Kind, value: &str) -> bool {
        Field { kind, ..Field::new("x") }.holds(value)
    }

    #[test]
    fn kinds_are_what_their_schema_says() {
        assert!(holds(Kind::Integer, "-12") && !holds(Kind::Integer, "1.0") && !holds(Kind::Integer, "x"));
        assert!(holds(Kind::Number, "1e3") && holds(Kind::Number, "NaN") && !holds(Kind::Number, "1,5"));
        assert!(holds(Kind::Date(None), "2024-02-29") && !holds(Kind::Date(None), "2023-02-29"));
        assert!(!holds(Kind::Date(None), "29/02/2024"));
        let format = Kind::Date(Some("%d/%m/%Y".to_owned()));
        assert!(holds(format.clone(), "29/02/2024") && !holds(format, "31/02/2024"));
        assert!(holds(Kind::boolean(), "True") && !holds(Kind::boolean(), "yes"));
        assert!(holds(Kind::YearMonth, "2024-12") && !holds(Kind::YearMonth, "2024-13"));
        let comma = Field { kind: Kind::Number, decimal: ',', group: Some('.'), ..Field::new("x") };
        assert_eq!(comma.number("1.234,5"), Some(1234.5));
    }

    #[test]
    fn a_pattern_is_linear_and_bounded() {
        let (_, regex) = pattern("(a+)+b").unwrap();
        assert!(!regex.is_match(&"a".repeat(50_000)));
        assert!(pattern(".{1000}{1000}").is_err());
        assert!(pattern("(").is_err());
    }
}
