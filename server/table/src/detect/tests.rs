//! What detection makes of small texts of our own.

use super::*;
use crate::{Delimiter, Escape};

fn found(text: &str) -> Detection {
    detect(text, &DetectOptions { extension: Some("csv".to_owned()), ..DetectOptions::default() })
}

fn delimiter(text: &str) -> String {
    found(text).dialect.delimiter.as_str().to_owned()
}

/// Twenty records of four columns, quoted where the delimiter or quote occurs in a value.
fn table(delimiter: &str, quote: &str) -> String {
    let mut text = ["id", "name", "day", "price"].join(delimiter) + "\n";
    for n in 0..20 {
        let name = format!("{quote}Ann{delimiter} Bo {n}{quote}");
        let fields = [n.to_string(), name, format!("2020-01-{:02}", n + 1), format!("{n}.5")];
        text += &(fields.join(delimiter) + "\n");
    }
    text
}

#[test]
fn every_delimiter_with_every_quote() {
    for mark in [",", ";", "\t", "|", "^", "~", "#", "&", "\u{1f}", "\u{1e}", "::"] {
        for quote in ["\"", "'"] {
            let detection = found(&table(mark, quote));
            let dialect = detection.dialect;
            assert_eq!(dialect.delimiter.as_str(), mark, "quote {quote}");
            assert_eq!(dialect.quote, Some(quote.as_bytes()[0]), "delimiter {mark:?}");
            assert_eq!(detection.layout.width, 4);
            assert_eq!(detection.layout.header_records, 1);
        }
    }
}

#[test]
fn texts_dates_and_decimals_are_not_cut() {
    assert_eq!(delimiter("\"abaza\"\n\"abkhaze\"\n\"acadien\"\n".repeat(5).as_str()), "");
    assert_eq!(delimiter("when;what\n2020-01-02 10:00:00;1,5\n2020-01-03 11:00:00;2,5\n"), ";");
    assert_eq!(delimiter("a,b\n1.5,2020-01-02\n2.5,2020-01-03\n"), ",");
}

#[test]
fn backslashes_escape_where_they_do_so_twice() {
    let text = "a,b\n\"x \\\"y\\\" z\",1\n\"u\",2\n\"v \\\"w\\\", t\",3\n";
    assert_eq!(found(text).dialect.escape, Escape::Backslash);
}

#[test]
fn a_separator_line_decides_and_is_preamble() {
    let detection = found("sep=;\r\na;b\r\n1;2,5\r\n");
    assert_eq!(detection.dialect.delimiter, Delimiter::byte(b';'));
    assert_eq!((detection.layout.preamble_lines, detection.layout.table_start), (1, 7));
}

#[test]
fn titles_are_preamble_and_ragged_records_are_not() {
    let body = "id,name,city\n1,Ann,Rome\n2,Bo,Oslo\n3,Cy,Bonn\n";
    assert_eq!(found(body).layout.preamble_lines, 0);
    assert_eq!(found(&format!("Cities of 2020\n\n{body}")).layout.preamble_lines, 2);
    assert_eq!(found(&format!("Cities,,\n,,\n{body}")).layout.preamble_lines, 2);
    assert_eq!(found("x,y,z,more\n1,2,3\n4,5,6\n7,8,9\n").layout.preamble_lines, 0);
}

#[test]
fn a_footer_after_an_empty_line_is_cut_off() {
    let body = "id,name,city\n1,Ann,Rome\n2,Bo,Oslo\n3,Cy,Bonn\n";
    assert_eq!(found(&format!("{body}\nSource: us\n")).layout.table_end, Some(body.len()));
    assert_eq!(found(&format!("{body}4,Di\n")).layout.table_end, None);
}

#[test]
fn the_same_file_without_its_header_has_none() {
    let text = table(",", "\"");
    let (_, body) = text.split_once('\n').unwrap();
    assert_eq!(found(body).layout.header_records, 0);
    assert!(found(body).header_confidence < 0.5);
}

#[test]
fn a_choice_is_kept_and_a_remembered_one_tips_the_scales() {
    let text = "a;b,c\n1;2,3\n4;5,6\n";
    let wanted = Dialect { delimiter: Delimiter::byte(b';'), ..Dialect::default() };
    let remembered = DetectOptions { remembered: Some(wanted), ..DetectOptions::default() };
    assert_eq!(detect(text, &remembered).dialect.delimiter, wanted.delimiter);
    let pinned = DetectOptions { pinned: Some(wanted), ..DetectOptions::default() };
    let detection = detect("a,b\n1,2\n", &pinned);
    assert_eq!((detection.dialect.delimiter, detection.confidence), (wanted.delimiter, 1.0));
}

#[test]
fn typing_paused_gives_what_a_fresh_opening_gives() {
    let before = found("a,b\n1,2\n");
    let text = table(";", "\"");
    let options = DetectOptions::default();
    assert_eq!(redetect(&before, &text, &options), detect(&text, &options));
    assert_eq!(redetect(&before, "", &options).dialect, before.dialect);
}

#[test]
fn a_sample_of_a_large_text_tells_the_same() {
    let text = table(";", "\"").repeat(2_000);
    let detection = found(&text);
    assert_eq!(detection.dialect.delimiter, Delimiter::byte(b';'));
    assert_eq!(detection.layout.width, 4);
}
