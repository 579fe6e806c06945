//! What each stage of reading a file costs, in processor time where the system tells it (Linux), else on the clock:
//! `cargo run --release --example stages -p aurora-analysis FILE`.

use std::time::Instant;

use aurora_advice::Settings;
use aurora_analysis::{Analysis, Document, OpenOptions};
use aurora_learning::{Beliefs, ColumnKey};
use aurora_text::{Span, encoding};

/// A moment on the clock that is read.
struct Start {
    clock: Instant,
    used: Option<u64>,
}

impl Start {
    fn now() -> Self {
        Self { clock: Instant::now(), used: used() }
    }

    /// Milliseconds since.
    fn elapsed(&self) -> f64 {
        match (self.used, used()) {
            (Some(before), Some(now)) => (now - before) as f64 / 1e6,
            _ => self.clock.elapsed().as_secs_f64() * 1e3,
        }
    }
}

/// Nanoseconds of processor time of this thread.
fn used() -> Option<u64> {
    std::fs::read_to_string("/proc/thread-self/schedstat").ok()?.split(' ').next()?.parse().ok()
}

#[allow(clippy::print_stdout, clippy::unwrap_used)]
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let say = |name: &str, start: Start| println!("{name:<24} {:>9.2} ms", start.elapsed());
    let start = Start::now();
    let bytes = std::fs::read(path).unwrap();
    say("read", start);
    let start = Start::now();
    let guess = encoding::detect(&bytes);
    say("detect encoding", start);
    let start = Start::now();
    let text = encoding::decode(&bytes, guess.label).text;
    say("decode", start);
    let start = Start::now();
    let detected = aurora_table::detect(&text, &aurora_table::DetectOptions::default());
    say("detect dialect", start);
    let start = Start::now();
    std::hint::black_box(aurora_table::Shape::learn(&text, &detected.dialect, &detected.layout));
    say("learn shape", start);
    let start = Start::now();
    let mut document = Document::open(&text, &OpenOptions::default());
    say("open document", start);
    if std::env::var_os("ONLY_PROFILES").is_some() {
        for _ in 0..4 {
            let document = Document::open(&text, &OpenOptions::default());
            let start = Start::now();
            document.snapshot().profiles();
            say("profiles", start);
        }
        return;
    }
    let settings = Settings::default();
    let analyse = |document: &Document| {
        let key = |_: usize, _: &str, _: &_| ColumnKey::default();
        Analysis::of(&document.snapshot(), &settings, &Beliefs::default(), &key)
    };
    let start = Start::now();
    document.snapshot().profiles();
    say("profiles", start);
    let start = Start::now();
    let first = analyse(&document);
    say("rest of the analysis", start);
    let all: Vec<&str> = aurora_advice::checks::CHECKS.iter().map(|check| check.meta().code).collect();
    for code in &all {
        let mut one = settings.clone();
        one.ignore.extend(all.iter().filter(|other| *other != code).map(|other| (*other).to_owned()));
        let start = Start::now();
        std::hint::black_box(first.with_table(&one, aurora_advice::checks::run_all));
        if start.elapsed() > 0.5 {
            say(code, start);
        }
    }
    let middle = text.len() / 2;
    let start = Start::now();
    for _ in 0..100 {
        document.edit(Span::empty(middle), "1");
    }
    say("100 keys", start);
    let start = Start::now();
    std::hint::black_box(first.carried_to(&document.snapshot(), &settings));
    say("carry over", start);
    let start = Start::now();
    document.snapshot().profiles();
    say("profiles after an edit", start);
    let start = Start::now();
    analyse(&document);
    say("analysis after an edit", start);
}
