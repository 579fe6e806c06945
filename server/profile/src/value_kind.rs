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
    /// Of the kinds so often seen, in the order of [`Self::ALL`], the most frequent that is not null; integers count
    /// as reals when both occur. `Null` when all are null.
    pub fn most_frequent(mut counts: [u64; 9]) -> Self {
        counts[Self::Null as usize] = 0;
        if counts[Self::Real as usize] > 0 {
            counts[Self::Real as usize] += counts[Self::Integer as usize];
        }
        let best = Self::ALL.into_iter().max_by_key(|&kind| counts[kind as usize]);
        best.filter(|&kind| counts[kind as usize] > 0).unwrap_or(Self::Null)
    }

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
    // No token is longer than six bytes, which spares long texts the comparisons.
    value.is_empty()
        || (value.len() <= 6 && NULL_TOKENS.iter().any(|token| token.eq_ignore_ascii_case(value)))
}

/// The kind of `value`; outer white space does not count.
pub fn classify(value: &str) -> ValueKind {
    crate::traits::facts(value).traits.kind()
}

/// The finite number that `value` writes in the plain grammar `[+-]? digits [. digits] [e [+-] digits]`.
pub fn number(value: &str) -> Option<f64> {
    crate::number::parse(value.trim().as_bytes())
        .map(|written| written.value)
        .filter(|value| value.is_finite())
}
