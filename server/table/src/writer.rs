//! Writing fields so that they read back as the same values.

use std::borrow::Cow;

use crate::{Dialect, Escape};

/// `value` as a field of `dialect`, quoted only where it must be.
pub fn quote_if_needed<'v>(value: &'v str, dialect: &Dialect) -> Cow<'v, str> {
    let Some(quote) = dialect.quote.map(char::from) else {
        return Cow::Borrowed(value);
    };
    // Of a delimiter of several characters the first one is enough: `:` before `::` would move it.
    let delimiter = dialect.delimiter.as_str().chars().next();
    let needs = value.contains([quote, '\n', '\r'])
        || delimiter.is_some_and(|first| value.contains(first))
        || (dialect.escape == Escape::Backslash && value.contains('\\'));
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Delimiter, parse};

    fn dialects() -> impl Strategy<Value = Dialect> {
        let delimiter = prop_oneof![
            Just(Delimiter::COMMA),
            Just(Delimiter::byte(b'\t')),
            Just(Delimiter::from_text("::").unwrap())
        ];
        let escape = prop_oneof![Just(Escape::Doubled), Just(Escape::Backslash)];
        (delimiter, escape, prop_oneof![Just(b'"'), Just(b'\'')]).prop_map(|(delimiter, escape, quote)| {
            Dialect { delimiter, escape, quote: Some(quote), ..Dialect::default() }
        })
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            dialect in dialects(),
            values in proptest::collection::vec("[a,:\t\"'\\\\\n\r é]{0,6}", 2..5),
        ) {
            let fields: Vec<_> = values.iter().map(|value| quote_if_needed(value, &dialect)).collect();
            let text = fields.join(dialect.delimiter.as_str());
            let parsed = parse(&text, &dialect);
            prop_assert_eq!(parsed.records.len(), 1);
            prop_assert!(parsed.oddities.is_empty(), "{:?}", parsed.oddities);
            let record = parsed.records.get(0).unwrap();
            let read: Vec<_> =
                record.fields.iter().map(|field| field.value(&text, &dialect).into_owned()).collect();
            prop_assert_eq!(read, values);
        }

        #[test]
        fn the_pieces_of_a_parsed_text_make_the_same_bytes(text in "[a,\"\n\r\\\\é;]{0,80}", dialect in dialects()) {
            let parsed = parse(&text, &dialect);
            let mut written = String::new();
            let mut at = 0;
            for record in parsed.records.iter() {
                for field in record.fields {
                    written.push_str(&text[at..field.start as usize]);
                    written.push_str(field.raw(&text));
                    at = field.end as usize;
                }
                written.push_str(&text[at..record.bounds.end as usize]);
                at = record.bounds.end as usize;
            }
            prop_assert_eq!(written, text);
        }
    }
}
