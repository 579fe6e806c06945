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

#[test]
fn a_blank_belongs_to_the_delimiter_where_quotes_say_so() {
    let quoted =
        "what, much, when\n\"Ale, pale\", \"1,500\", Mon\n\"Bread, rye\", \"2,600\", Tue\n".repeat(3);
    assert_eq!(delimiter(&quoted), ", ");
    let plain = "what, much, when\nAle, 1, \"Mon\"\nBread, 2, \"Tue\"\n".repeat(3);
    assert_eq!(delimiter(&plain), ",");
}

#[test]
fn small_tables_of_unusual_delimiters() {
    let people = "id age level nb\n1 30 low 15\n2 45 low 20\n3 61 high 45\n4 28 low 30\n5 33 high 7\n6 51 low 12\n7 19 low 9\n";
    assert_eq!(delimiter(people), " ");
    assert_eq!(delimiter("row:last:first:height:w\n300:Ollie:Kevin:1.88:74\n302:Lia:Zaza:2.11:83\n"), ":");
    assert_eq!(delimiter("98.1%\t83.1%\t0.7%\n99.9%\t78.8%\t0.5%\n97.9%\t73.2%\t0.8%\n"), "\t");
}

#[test]
fn quotes_around_the_header_alone_are_quotes() {
    let body: String = (10..40).map(|n| format!("{n}^{}\n", n * n)).collect();
    assert_eq!(found(&format!("'girth'^'height'\n{body}")).dialect.quote, Some(b'\''));
}

#[test]
fn quoted_texts_of_many_lines_stay_whole() {
    let text = "Agenda \n\n\t\tof the day,\n\n\t\t\tand more of it;\n\nthe end".repeat(4);
    let rows: String = (0..5).map(|n| format!("\"{n} {text}\",https://a.example/{n}\n")).collect();
    let detection = found(&format!("text,url\n{rows}"));
    assert_eq!((detection.dialect.delimiter, detection.dialect.quote), (Delimiter::COMMA, Some(b'"')));
    assert_eq!((detection.layout.width, detection.layout.preamble_lines), (2, 0));
}

#[test]
fn records_longer_than_a_trial_are_tried_whole() {
    let prose = |n: usize| format!("The {n} words of it go on and on for long. ").repeat(200 + 7 * n);
    let rows: String = (0..6).map(|n| format!("{n}\tAnn\t4/17/17\t{}\n", prose(n))).collect();
    assert_eq!(delimiter(&format!("Confidential\n{rows}")), "\t");
}

#[test]
fn addresses_are_no_names() {
    let row = |n: usize| format!("https://a.example/{n}|Text about {n}\n");
    assert_eq!(found(&(1..6).map(row).collect::<String>()).layout.header_records, 0);
}

#[test]
fn a_padded_title_is_preamble_without_a_header_too() {
    let rows: String = (1..9).map(|n| format!("{n};{};1463203;Mon\n", n * 7)).collect();
    assert_eq!(found(&format!("Report of the day;;;\n{rows}")).layout.preamble_lines, 1);
}

#[test]
fn what_reads_the_same_is_no_rival() {
    let detection = found("a b c\n1 x 2.5\n2 y 3.5\n3 z 4.5\n4 w 5.5\n");
    assert_eq!(detection.dialect.delimiter.as_str(), " ");
    assert!(detection.runner_up.is_none_or(|rival| rival.delimiter.as_str() != " "));
}

#[test]
fn a_mark_beyond_ascii_is_a_delimiter() {
    assert_eq!(delimiter(&table("§", "\"")), "§");
}

#[test]
fn long_records_below_a_long_preamble_are_the_table() {
    let preamble: String = (0..12).map(|n| format!("setting{n}=[1,2,3,{n}]\n")).collect();
    let row = |n: usize| (0..400).map(|k| format!("{}.25", n * k)).collect::<Vec<_>>().join(";") + "\n";
    let names = (0..400).map(|k| format!("x{k}")).collect::<Vec<_>>().join(";");
    let text = format!("{preamble}{names}\n{}", (1..60).map(row).collect::<String>());
    let layout = found(&text).layout;
    assert_eq!((layout.width, layout.preamble_lines, layout.header_records), (400, 12, 1));
}

#[test]
fn names_below_a_shared_name_are_header() {
    let text = "Dates,To,Travel,,,Total\n,,Air,Rail,Taxi,\n04/04/2014,Cardiff,,65.60,,65.60\n\
                09/04/2014,London,,,16.00,16.00\n06/05/2014,Leicester,,64.00,26.00,90.00\n";
    assert_eq!(found(text).layout.header_records, 2);
}

#[test]
fn records_longer_than_the_head_have_their_width() {
    let record =
        |n: usize, first: usize| (0..n).map(|i| (i + first).to_string()).collect::<Vec<_>>().join(",");
    for n in [600, 20_000] {
        let names = (0..n).map(|i| format!("c{i}")).collect::<Vec<_>>().join(",");
        let text = format!("{names}\n{}\n{}\n{}", record(n, 1), record(n, 7), record(n / 2, 7));
        assert_eq!(detect(&text, &DetectOptions::default()).layout.width, n);
    }
}

#[test]
fn the_only_quote_of_a_file_is_a_quote_unless_it_is_an_inch_mark() {
    let rows = |name: &str| {
        let row = |n: usize| format!("{n},{},Oslo\n", if n == 7 { name } else { "Ann" });
        format!("id,name,city\n{}", (1..40).map(row).collect::<String>())
    };
    assert_eq!(found(&rows("\"Bo")).dialect.quote, Some(b'"'));
    assert_eq!(found("id,name,city\n1,Ann,Oslo\n2,\"Bo,Rome\n3,Cy,Bonn\n").dialect.quote, Some(b'"'));
    let inches = |n: usize| format!("{n},{n}\" pipe,\"{n}\n");
    let text = format!("id,name,size\n{}", (1..40).map(inches).collect::<String>());
    assert_eq!(found(&text).dialect.quote, None);
}

#[test]
fn a_broken_record_below_a_blank_line_is_no_footer() {
    let body = "id,name,amount\n1,A,5\n2,B,6\n3,C,7\n\n";
    for record in ["4,D\n", "4,N4,5.5,x\n", "4,D\n5,E\n", "4,D\n5,E\n6,F\n", "4,D\n\n5,E,7,y\n"] {
        assert_eq!(found(&format!("{body}{record}")).layout.table_end, None, "{record:?}");
    }
    let end = Some(body.len() - 1);
    for note in ["Source: us, them\n", "Total,18\n", "3 records, all of them\n"] {
        assert_eq!(found(&format!("{body}{note}")).layout.table_end, end, "{note:?}");
    }
    // A note below a broken record is a footer still.
    assert_eq!(found(&format!("{body}4,D\n\nSource: us\n")).layout.table_end, Some(body.len() + 4));
    // Names of other columns begin a table.
    let layout = found(&format!("{body}city,pop\nRome,1\nOslo,2\nBonn,3\n")).layout;
    assert_eq!((layout.table_end, layout.n_further), (end, 4));
}

#[test]
fn facts_about_the_table_padded_by_a_spreadsheet_are_preamble() {
    let rows: String = (1..30).map(|n| format!("{n},N{n},{}.5\n", n * 7 % 41)).collect();
    let before = |lines: &str| found(&format!("{lines}id,name,amount\n{rows}")).layout.preamble_lines;
    assert_eq!(before("Sales report,,\nPeriod:,2023,\n,,\n"), 3);
    assert_eq!(before("Sales report,,\nPeriod:,2023,\n"), 2);
    assert_eq!(before("Period:,2023,\nOffice:,7,\n,,\n"), 3);
    // Units are a second record of the header, and a name may be missing.
    assert_eq!(before(""), 0);
    assert_eq!(found(&format!("id,name,\n(no),(text),(kg)\n{rows}")).layout.preamble_lines, 0);
    let bank: String = (1..30).map(|n| format!("{n:02}.01.2023;Kauf {n};{n},50;{n},10\n")).collect();
    let text = format!("IBAN:;DE21 1234;;\nSaldo:;12,50;EUR;\n;;;\nDatum;Text;Betrag;Saldo\n{bank}");
    let layout = found(&text).layout;
    assert_eq!((layout.preamble_lines, layout.header_records), (3, 1));
}
