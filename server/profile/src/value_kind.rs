//! The kind of one field, judged by the field alone: never by its column, so that a record moves only its own counts.

/// What one field looks like.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
#[repr(u8)]
pub enum ValueKind {
    /// Empty, or a token that stands for nothing (`NA`, `null`, `-` …).
    Null,
    /// `-12`, `007`
    Integer,
    /// `1.5`, `1e-3`
    Real,
    /// `2024-02-29`, `29/02/2024`
    Date,
    /// A date with a time.
    DateTime,
    /// `12:30`
    Time,
    /// `true`, `no`
    Boolean,
    /// A number inside text: `$1,200`, `12 kg`, `45%`, `1,5`
    DecoratedNumber,
    /// Anything else.
    Text,
}

impl ValueKind {
    /// All kinds; the index of each is its discriminant.
    pub const ALL: [Self; 9] = [
        Self::Null,
        Self::Integer,
        Self::Real,
        Self::Date,
        Self::DateTime,
        Self::Time,
        Self::Boolean,
        Self::DecoratedNumber,
        Self::Text,
    ];

    /// The word for people and for JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Integer => "integer",
            Self::Real => "real",
            Self::Date => "date",
            Self::DateTime => "datetime",
            Self::Time => "time",
            Self::Boolean => "boolean",
            Self::DecoratedNumber => "decorated-number",
            Self::Text => "text",
        }
    }

    /// Integer or real.
    pub const fn is_number(self) -> bool {
        matches!(self, Self::Integer | Self::Real)
    }
}

/// Spellings of "nothing", beside the empty field. Compared without case.
pub const NULL_TOKENS: &[&str] = &[
    "na", "n/a", "n.a.", "nan", "null", "none", "nil", "-", "--", "?", ".", "#n/a", "<na>", "(null)", "\\n",
];

/// Whether `value` (trimmed) stands for nothing.
pub fn is_null_token(value: &str) -> bool {
    value.is_empty() || NULL_TOKENS.iter().any(|token| token.eq_ignore_ascii_case(value))
}

/// The kind of `value`; outer white space does not count.
pub fn classify(value: &str) -> ValueKind {
    let value = value.trim();
    if is_null_token(value) {
        ValueKind::Null
    } else if value.bytes().all(|b| b.is_ascii_digit() || b == b'-' || b == b'+')
        && value.parse::<i64>().is_ok()
    {
        ValueKind::Integer
    } else if number(value).is_some() {
        ValueKind::Real
    } else if matches!(value.to_ascii_lowercase().as_str(), "true" | "false" | "yes" | "no") {
        ValueKind::Boolean
    } else {
        ValueKind::Text
    }
}

/// The number that `value` writes in the plain grammar `[+-]? digits [. digits] [e [+-] digits]`.
pub fn number(value: &str) -> Option<f64> {
    let value = value.trim();
    let plain = value.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'+' | b'-' | b'.' | b'e' | b'E'));
    if plain && value.bytes().any(|b| b.is_ascii_digit()) { value.parse().ok() } else { None }
}
