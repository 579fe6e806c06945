//! How a table is written down: delimiter, quote, escape, terminator.

use std::fmt;

/// What stands between two fields: up to eight bytes of UTF-8.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Delimiter {
    bytes: [u8; 8],
    len: u8,
    runs: bool,
}

impl Delimiter {
    /// No delimiter: every record is one field.
    pub const NONE: Self = Self { bytes: [0; 8], len: 0, runs: false };
    /// `,`
    pub const COMMA: Self = Self::byte(b',');
    /// A run of one or more spaces counts as one delimiter.
    pub const SPACES: Self = Self { bytes: [b' ', 0, 0, 0, 0, 0, 0, 0], len: 1, runs: true };

    /// A delimiter of one ASCII character.
    pub const fn byte(byte: u8) -> Self {
        Self { bytes: [byte, 0, 0, 0, 0, 0, 0, 0], len: 1, runs: false }
    }

    /// A delimiter of up to eight bytes; `None` when it is longer. The empty text is [`Self::NONE`].
    pub fn from_text(text: &str) -> Option<Self> {
        let mut bytes = [0; 8];
        bytes.get_mut(..text.len())?.copy_from_slice(text.as_bytes());
        Some(Self { bytes, len: text.len() as u8, runs: false })
    }

    /// Its text, empty for a single column.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(self.as_bytes()).unwrap_or_default()
    }

    /// Its bytes, empty for a single column.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.len as usize]
    }

    /// The delimiter of one byte with a blank behind it.
    pub(crate) fn followed_by_blank(mut self) -> Self {
        (self.bytes[1], self.len) = (b' ', 2);
        self
    }

    /// Whether a blank belongs to it, as in `, `.
    pub(crate) fn is_padded(&self) -> bool {
        self.len == 2 && self.bytes[1] == b' '
    }

    /// Whether a run of it counts once.
    pub const fn runs(&self) -> bool {
        self.runs
    }
}

impl fmt::Debug for Delimiter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}{}", self.as_str(), if self.runs { "+" } else { "" })
    }
}

/// How a quote is written inside a quoted field.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Escape {
    /// Twice (RFC 4180).
    Doubled,
    /// After a backslash; a doubled quote is understood too.
    Backslash,
}

/// What ends a record.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Terminator {
    /// `\n`
    #[default]
    Lf,
    /// `\r\n`
    CrLf,
    /// `\r`
    Cr,
}

impl Terminator {
    /// Its text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Lf => "\n",
            Self::CrLf => "\r\n",
            Self::Cr => "\r",
        }
    }
}

/// How a table is written down. Any of LF, CRLF and CR ends a record whatever `terminator` says; that is
/// the one to write.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Dialect {
    /// Between fields.
    pub delimiter: Delimiter,
    /// Around fields: an ASCII character, or none.
    pub quote: Option<u8>,
    /// For a quote inside a quoted field.
    pub escape: Escape,
    /// The most frequent record end.
    pub terminator: Terminator,
    /// A line that begins with it is a comment.
    pub comment: Option<u8>,
}

impl Default for Dialect {
    /// RFC 4180 with LF.
    fn default() -> Self {
        Self {
            delimiter: Delimiter::COMMA,
            quote: Some(b'"'),
            escape: Escape::Doubled,
            terminator: Terminator::Lf,
            comment: None,
        }
    }
}
