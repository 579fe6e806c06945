//! What must hold for any bytes. The fuzzers look for inputs that break it; `tests/corpus` replays those found.
#![allow(dead_code, reason = "each fuzzer uses one of them")]

use aurora_table::parser::Event;
use aurora_table::{
    ConvertOptions, Converter, Delimiter, DetectOptions, Detection, Dialect, Escape, Layout, Mending, Parsed,
    Parser, PushParser, Shape, detect,
};
use aurora_text::{Decoder, encoding};

/// Bytes of any encoding: decoding in pieces is decoding whole.
pub(crate) fn decode(data: &[u8]) {
    let (labels, data) = choice(data);
    let all: Vec<&str> = aurora_text::labels().collect();
    let guess = encoding::detect(data);
    for label in [guess.label, all[labels as usize % all.len()]] {
        let whole = encoding::decode(data, label);
        let mut decoder = Decoder::new(label);
        let mut text = String::new();
        for piece in data.chunks(1 + labels as usize % 7) {
            text.push_str(decoder.feed(piece));
        }
        text.push_str(decoder.finish());
        assert_eq!(text, whole.text, "{label}");
        assert_eq!(decoder.n_faults(), whole.n_faults, "{label}");
        for fault in &whole.faults {
            assert!(fault.byte <= data.len() && fault.span.end <= whole.text.len(), "{label}");
        }
    }
}

/// Any text has a dialect and a layout whose places lie in it.
pub(crate) fn sniff(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    let detection = detect(&text, &DetectOptions::default());
    let layout = &detection.layout;
    assert!(text.is_char_boundary(layout.table_start));
    let end = layout.table_end.unwrap_or(text.len());
    assert!(layout.table_start <= end && text.is_char_boundary(end));
    assert!((0.0..=1.0).contains(&detection.confidence));
    assert!((0.0..=1.0).contains(&detection.header_confidence));
}

/// Any text under any dialect falls into records that tile it, however it is cut.
pub(crate) fn parse(data: &[u8]) {
    let (how, data) = choice(data);
    let (size, data) = choice(data);
    let text = String::from_utf8_lossy(data);
    let delimiters =
        [Delimiter::COMMA, Delimiter::NONE, Delimiter::SPACES, Delimiter::byte(b'\t'), Delimiter::byte(b'x')];
    let dialect = Dialect {
        delimiter: match how % 6 {
            5 => Delimiter::from_text(", ").unwrap_or(Delimiter::COMMA),
            n => delimiters[n as usize],
        },
        escape: if how & 8 == 0 { Escape::Doubled } else { Escape::Backslash },
        quote: (how & 16 == 0).then_some(b'"'),
        comment: (how & 32 != 0).then_some(b'#'),
        ..Dialect::default()
    };
    let layout = Layout { width: usize::from(how >> 6), ..Layout::default() };
    let shape = Shape::learn(&text, &dialect, &layout);
    for shape in [None, Some(shape)] {
        let mut whole = Parsed::default();
        Parser::new(&dialect, shape.as_ref()).piece(&text, usize::MAX, true, &mut whole);
        let mut at = 0;
        for record in whole.records.iter() {
            assert_eq!(record.bounds.start as usize, at);
            for field in record.fields {
                assert!(at <= field.start as usize && field.start <= field.end);
                at = field.end as usize;
                let _ = field.value(&text, &dialect);
            }
            assert!(at <= record.bounds.end as usize);
            at = record.bounds.end as usize;
        }
        assert_eq!(at, text.len());
        let mut n_records = 0;
        let mut n_fields = 0;
        let mut count = |event: Event<'_>| {
            if let Event::Records(_, parsed) = event {
                n_records += parsed.records.len();
                n_fields += parsed.records.fields.len();
            }
        };
        let mut parser = PushParser::new(dialect, shape);
        each_chunk(&text, 1 + size as usize, |chunk| parser.push(chunk, &mut count));
        parser.finish(&mut count);
        assert_eq!((n_records, n_fields), (whole.records.len(), whole.records.fields.len()));
    }
}

/// Any text becomes RFC 4180, the same in any chunks.
pub(crate) fn convert(data: &[u8]) {
    let (how, data) = choice(data);
    let (size, data) = choice(data);
    let text = String::from_utf8_lossy(data);
    let detection = detect(&text, &DetectOptions::default());
    let mending = [Mending::None, Mending::Safe, Mending::All][how as usize % 3];
    let whole = converted(&text, &detection, mending, usize::MAX);
    assert_eq!(converted(&text, &detection, mending, 1 + size as usize), whole);
    let rows = aurora_table::parse(&whole, &Dialect::default());
    assert!(rows.oddities.is_empty(), "the output is RFC 4180");
}

fn converted(text: &str, detection: &Detection, mending: Mending, size: usize) -> String {
    let options = ConvertOptions { mending, ..ConvertOptions::default() };
    let mut converter = Converter::new(detection, text, options);
    let mut out = String::new();
    each_chunk(text, size, |chunk| converter.push(chunk, &mut out));
    converter.finish(&mut out);
    out
}

/// Cuts `text` into chunks of about `size` bytes, on character borders.
fn each_chunk(text: &str, size: usize, mut see: impl FnMut(&str)) {
    let mut rest = text;
    while !rest.is_empty() {
        let (chunk, after) = rest.split_at(rest.ceil_char_boundary(size.min(rest.len())));
        see(chunk);
        rest = after;
    }
}

/// The first byte chooses something; the rest is the input.
fn choice(data: &[u8]) -> (u8, &[u8]) {
    data.split_first().map_or((0, data), |(&first, rest)| (first, rest))
}
