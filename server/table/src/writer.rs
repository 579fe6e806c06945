//! Writing fields so that they read back as the same values.

use std::borrow::Cow;

use crate::{Dialect, Escape};

/// `value` as a field of `dialect`, quoted only where it must be.
pub fn quote_if_needed<'v>(value: &'v str, dialect: &Dialect) -> Cow<'v, str> {
    let Some(quote) = dialect.quote.map(char::from) else {
        return Cow::Borrowed(value);
    };
    let delimiter = dialect.delimiter.as_str();
    let needs = value.contains([quote, '\n', '\r']) || (!delimiter.is_empty() && value.contains(delimiter));
    if needs { Cow::Owned(quoted(value, dialect)) } else { Cow::Borrowed(value) }
}

/// `value` as a quoted field of `dialect` (by `"` when it has no quote).
pub fn quoted(value: &str, dialect: &Dialect) -> String {
    let quote = dialect.quote.map_or('"', char::from);
    let mut out = String::with_capacity(value.len() + 2);
    out.push(quote);
    for c in value.chars() {
        if c == quote {
            out.push(if dialect.escape == Escape::Backslash { '\\' } else { quote });
        } else if c == '\\' && dialect.escape == Escape::Backslash {
            out.push('\\');
        }
        out.push(c);
    }
    out.push(quote);
    out
}
