//! Prints one JSON line of dialect and layout for every path given: for measuring detection alone.
#![allow(clippy::print_stdout)]

use aurora_table::{DetectOptions, Escape, detect};

fn main() {
    let only_time = std::env::var_os("SNIFF_TIME").is_some();
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path).expect("the file can be read");
        let text = match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(error) => error.into_bytes().iter().map(|&byte| char::from(byte)).collect(),
        };
        let text = text.trim_start_matches('\u{feff}');
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
        if std::env::var_os("SNIFF_RANK").is_some() {
            let options = DetectOptions { extension, ..DetectOptions::default() };
            for c in aurora_table::candidates(text, &options).iter().take(5) {
                println!(
                    "{:?} {:?} {:?} {:.1} width {}",
                    c.dialect.delimiter,
                    c.dialect.quote.map(char::from),
                    c.dialect.escape,
                    c.bits,
                    c.width
                );
            }
            continue;
        }
        let started = std::time::Instant::now();
        let found = detect(text, &DetectOptions { extension, ..DetectOptions::default() });
        if only_time {
            println!("{:.2} ms {path}", started.elapsed().as_secs_f64() * 1e3);
            continue;
        }
        let quote = found.dialect.quote.map(|byte| char::from(byte).to_string()).unwrap_or_default();
        let escape = if found.dialect.escape == Escape::Backslash { "\\" } else { &quote };
        println!(
            "{{\"path\":{path:?},\"delimiter\":{:?},\"quote\":{quote:?},\"escape\":{escape:?},\"header\":{},\
             \"header_records\":{},\"preamble\":{},\"width\":{},\"confidence\":{:.4},\"header_confidence\":{:.4},\
             \"runner_up\":{:?},\"table_end\":{:?}}}",
            found.dialect.delimiter.as_str(),
            found.layout.header_records > 0,
            found.layout.header_records,
            found.layout.preamble_lines,
            found.layout.width,
            found.confidence,
            found.header_confidence,
            found.runner_up.map(|d| d.delimiter.as_str().to_owned()).unwrap_or_default(),
            found.layout.table_end.map_or(-1, |end| end as i64),
        );
    }
}
