//! What each piece of the engine costs on a made-up table: `cargo bench -p aurora-analysis`.
//!
//! Compare figures of one run only; what the whole costs beside its goals is measured by `cargo xtask bench`.

use std::sync::LazyLock;

use aurora_advice::Settings;
use aurora_analysis::{Analysis, Document, OpenOptions};
use aurora_learning::{Beliefs, ColumnKey};
use aurora_profile::TableBuilder;
use aurora_table::{DetectOptions, Dialect, Parsed, Parser, detect};
use aurora_testing::made_up;
use aurora_text::{Decoder, Span};
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

/// Bytes of the tables.
const N_BYTES: usize = 1 << 20;

static MIXED: LazyLock<String> = LazyLock::new(|| made_up::text(N_BYTES, 1));
static NUMBERS: LazyLock<String> = LazyLock::new(|| made_up::numbers(N_BYTES, 2));

fn parsed(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    Parser::new(&Dialect::default(), None).piece(text, usize::MAX, true, &mut parsed);
    parsed
}

#[divan::bench(args = ["utf-8", "windows-1252", "utf-16le"])]
fn decode(bencher: Bencher<'_, '_>, label: &str) {
    let bytes: Vec<u8> = match label {
        "utf-16le" => MIXED.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        _ => MIXED.as_bytes().to_vec(),
    };
    bencher.counter(BytesCount::of_slice(&bytes)).bench(|| Decoder::new(label).feed(&bytes).len());
}

#[divan::bench]
fn guess_encoding(bencher: Bencher<'_, '_>) {
    // Spanish as windows-1252 holds it: no UTF-8, so every reading competes.
    let bytes: Vec<u8> =
        "id;ciudad;a\u{f1}o\n7;M\u{e1}laga;Le\u{f3}n\n".repeat(1_000).chars().map(|c| c as u8).collect();
    bencher.bench(|| aurora_text::detect_pieces(&[&bytes]));
}

#[divan::bench]
fn sniff(bencher: Bencher<'_, '_>) {
    bencher.bench(|| detect(&MIXED, &DetectOptions::default()));
}

#[divan::bench]
fn survey(bencher: Bencher<'_, '_>) {
    let dialect = Dialect::default();
    let parser = Parser::new(&dialect, None);
    bencher.counter(BytesCount::of_str(MIXED.as_str())).bench(|| {
        let mut bounds = Parsed::default();
        parser.survey(&MIXED, 0, usize::MAX, true, &mut bounds);
        bounds
    });
}

#[divan::bench]
fn parse(bencher: Bencher<'_, '_>) {
    bencher.counter(BytesCount::of_str(MIXED.as_str())).bench(|| parsed(&MIXED));
}

#[divan::bench(args = ["mixed", "numbers"])]
fn profile(bencher: Bencher<'_, '_>, table: &str) {
    let text: &str = if table == "mixed" { &MIXED } else { &NUMBERS };
    let parsed = parsed(text);
    let width = parsed.records.iter().next().map_or(0, |record| record.fields.len());
    bencher.counter(BytesCount::of_str(text)).bench_local(|| {
        let mut builder = TableBuilder::new(width);
        builder.block(text, &parsed.records, &Dialect::default());
        builder.summaries()
    });
}

#[divan::bench]
fn open(bencher: Bencher<'_, '_>) {
    bencher
        .counter(BytesCount::of_str(MIXED.as_str()))
        .bench(|| Document::open(&MIXED, &OpenOptions::default()));
}

#[divan::bench]
fn analyse(bencher: Bencher<'_, '_>) {
    let (settings, beliefs) = (Settings::default(), Beliefs::default());
    bencher
        .counter(BytesCount::of_str(MIXED.as_str()))
        .with_inputs(|| Document::open(&MIXED, &OpenOptions::default()).snapshot())
        .bench_values(|snapshot| {
            Analysis::of(&snapshot, &settings, &beliefs, &|_, _, _| ColumnKey::default())
        });
}

#[divan::bench]
fn key(bencher: Bencher<'_, '_>) {
    let mut document = Document::open(&MIXED, &OpenOptions::default());
    let at = MIXED[..N_BYTES / 2].rfind('\n').map_or(0, |at| at + 1);
    bencher.bench_local(|| document.edit(Span::new(at, at + 1), "7"));
}
