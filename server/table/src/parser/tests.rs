use proptest::prelude::*;

use super::*;
use crate::{Delimiter, Escape, Layout, Shape};

fn parsed(text: &str, dialect: &Dialect, shape: Option<&Shape>) -> Parsed {
    let mut parsed = Parsed::default();
    Parser::new(dialect, shape).piece(text, usize::MAX, true, &mut parsed);
    parsed
}

fn values_with(text: &str, dialect: &Dialect, shape: Option<&Shape>) -> Vec<Vec<String>> {
    let read = |f: &Field| f.value(text, dialect).into_owned();
    let parsed = parsed(text, dialect, shape);
    parsed.records.iter().map(|record| record.fields.iter().map(read).collect()).collect()
}

fn values(text: &str) -> Vec<Vec<String>> {
    values_with(text, &Dialect::default(), None)
}

fn recovered(text: &str, width: usize) -> Vec<Vec<String>> {
    let layout = Layout { width, ..Layout::default() };
    let shape = Shape::learn(text, &Dialect::default(), &layout);
    values_with(text, &Dialect::default(), Some(&shape))
}

fn odd(text: &str, width: usize) -> Vec<(OddityKind, usize, usize)> {
    let parsed = parsed(text, &Dialect::default(), Some(&Shape::of_width(width)));
    parsed.oddities.iter().map(|o| (o.kind, o.record_idx, o.span.start)).collect()
}

#[test]
fn quotes_hide_delimiters_and_line_ends() {
    assert_eq!(values("a,\"b,\"\"c\"\"\nd\"\r\ne"), [vec!["a", "b,\"c\"\nd"], vec!["e"]]);
}

#[test]
fn an_empty_line_is_a_blank_record() {
    assert_eq!(values("a,b\n\nc,"), [vec!["a", "b"], vec![], vec!["c", ""]]);
}

#[test]
fn terminators_may_be_mixed() {
    assert_eq!(values("a\r\nb\rc\n\rd"), [vec!["a"], vec!["b"], vec!["c"], vec![], vec!["d"]]);
}

#[test]
fn a_comment_line_is_no_record() {
    let dialect = Dialect { comment: Some(b'#'), ..Dialect::default() };
    assert_eq!(values_with("#x,\"\na,#b\n", &dialect, None), [vec![], vec!["a", "#b"]]);
}

#[test]
fn a_run_of_blanks_is_one_delimiter() {
    let dialect = Dialect { delimiter: Delimiter::SPACES, ..Dialect::default() };
    let expected = [vec!["a", "b c", "d"], vec![], vec!["1", "2", "3"]];
    assert_eq!(values_with("  a   \"b c\" d  \n  \n1 2  3", &dialect, None), expected);
}

#[test]
fn delimiters_may_have_several_characters() {
    let dialect = Dialect { delimiter: Delimiter::from_text("::").unwrap(), ..Dialect::default() };
    assert_eq!(values_with("a::\"b::c\"::d:e:\n", &dialect, None), [vec!["a", "b::c", "d:e:"]]);
    let dialect = Dialect { delimiter: Delimiter::from_text(", ").unwrap(), ..Dialect::default() };
    let text = "1,200, \"x, y\",\"z\",,\n";
    assert_eq!(values_with(text, &dialect, None), [vec!["1,200", "x, y", "z", "", ""]]);
}

#[test]
fn a_backslash_escapes_where_the_dialect_says_so() {
    let dialect = Dialect { escape: Escape::Backslash, ..Dialect::default() };
    let text = r#"a\,b,"say \"hi\", \n",c\d,"e\\""#;
    assert_eq!(values_with(text, &dialect, None), [vec!["a,b", r#"say "hi", \n"#, r"c\d", r"e\"]]);
}

#[test]
fn text_after_a_quote_is_read_as_a_person_would() {
    assert_eq!(values(r#""a"b,"say "hi" now",""#.trim_end_matches('"')), [["ab", "say \"hi\" now", ""]]);
}

#[test]
fn an_unclosed_quote_costs_one_record() {
    let text = "id,name,city\n1,\"Ada,London\n2,Grace,\"New York\"\n3,Linus,Portland\n4,Barbara,Boston\n";
    let records = recovered(text, 3);
    assert_eq!(records[1], ["1", "\"Ada", "London"]);
    assert_eq!(records.len(), 5);
    assert_eq!(odd(text, 3), [(OddityKind::UnclosedQuote, 1, 15)]);
}

#[test]
fn an_unclosed_quote_round_a_delimiter_keeps_the_rest_of_its_line() {
    let text = "id,name\n1,\"Ada, Countess\n2,Grace\n3,Linus\n4,Barbara\n";
    let records = recovered(text, 2);
    assert_eq!(records[1], ["1", "Ada, Countess"]);
    assert_eq!(records.len(), 5);
    assert_eq!(odd(text, 2), [(OddityKind::UnclosedQuote, 1, 10)]);
}

#[test]
fn an_unclosed_quote_at_the_end_of_the_text() {
    assert_eq!(recovered("id,name\n1,Ada\n2,\"Grace", 2)[2], ["2", "\"Grace"]);
    assert_eq!(recovered("id,name\n1,Ada\n2,\"", 2)[2], ["2", "\""]);
    assert_eq!(recovered("id,name,x\n1,Ada,x\n2,\"Grace,y\n", 3)[2], ["2", "\"Grace", "y"]);
}

#[test]
fn one_slip_beside_another_does_not_hide_good_records() {
    let text = "a,b\n1,\"x\n2,y\n3\n4,z\n5,z\n6,z\n";
    assert_eq!(recovered(text, 2).len(), 7);
}

#[test]
fn a_lone_quote_before_quoted_fields_is_one_unclosed_quote() {
    let text = "q,id,name,note\n2,\"B-1,$78,\"Table, round\",\"Made \"\"well\"\", here\"\n";
    let expected = ["2", "\"B-1", "$78", "Table, round", "Made \"well\", here"];
    assert_eq!(recovered(text, 5)[1], expected);
    assert_eq!(odd(text, 5), [(OddityKind::UnclosedQuote, 1, 17)]);
}

#[test]
fn a_proper_multi_line_field_is_trusted() {
    let text = "id,note,n\n1,\"first\nsecond, and more\nthird\",5\n2,x,6\n3,y,7\n4,z,8\n";
    assert_eq!(recovered(text, 3)[1], ["1", "first\nsecond, and more\nthird", "5"]);
    assert_eq!(odd(text, 3), []);
}

#[test]
fn a_closed_quote_that_swallows_good_records_is_doubted() {
    let text = "id,note,n\n1,\"x,5\n2,y,6\n3,y,7\n4,y,8\n5,y,9\n6,z\",10\n7,z,11\n";
    let records = recovered(text, 3);
    assert_eq!(records.len(), 8);
    assert_eq!(records[1], ["1", "\"x", "5"]);
}

/// Text rich in what a parser must care about.
fn messy() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => Just(","), 3 => Just("\n"), 1 => Just("\r"), 1 => Just("\r\n"), 2 => Just("\""), 1 => Just("\"\""),
        1 => Just("\\"), 1 => Just(" "), 1 => Just("é"), 1 => Just(";"), 1 => Just(", "), 2 => Just("1"),
        2 => Just("ab"), 1 => Just("#"), 1 => Just("1,ab,\"x\"\n"), 1 => Just("2,c,d\n"),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn dialects() -> impl Strategy<Value = Dialect> {
    let delimiter = prop_oneof![
        4 => Just(Delimiter::COMMA),
        1 => Just(Delimiter::SPACES),
        1 => Just(Delimiter::NONE),
        1 => Just(Delimiter::from_text(", ").unwrap()),
        1 => Just(Delimiter::from_text("1a").unwrap()),
    ];
    let escape = prop_oneof![Just(Escape::Doubled), Just(Escape::Backslash)];
    (
        delimiter,
        escape,
        prop_oneof![Just(None), Just(Some(b'#'))],
        prop_oneof![3 => Just(Some(b'"')), 1 => Just(None)],
    )
        .prop_map(|(delimiter, escape, comment, quote)| Dialect {
            delimiter,
            escape,
            comment,
            quote,
            ..Dialect::default()
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn spans_tile_the_text(text in messy(), dialect in dialects(), width in 0_usize..4) {
        for shape in [None, Some(Shape::of_width(width))] {
            let parsed = parsed(&text, &dialect, shape.as_ref());
            let mut at = 0;
            for record in parsed.records.iter() {
                prop_assert_eq!(record.bounds.start as usize, at);
                for field in record.fields {
                    let gap = &text[at..field.start as usize];
                    let delimiter = dialect.delimiter.as_str();
                    prop_assert!(gap.is_empty() || gap == delimiter || gap == delimiter.trim_end()
                        || gap.chars().all(|c| c == ' '), "{:?}", gap);
                    prop_assert!(field.start <= field.end);
                    at = field.end as usize;
                }
                let rest = &text[at..record.bounds.end as usize];
                let line = rest.trim_end_matches(['\r', '\n']);
                prop_assert!(line.is_empty() || line.chars().all(|c| c == ' ') || line.starts_with('#'));
                at = record.bounds.end as usize;
            }
            prop_assert_eq!(at, text.len());
            for oddity in &parsed.oddities {
                let record = parsed.records.get(oddity.record_idx).unwrap();
                let field = record.fields[oddity.field_idx].span();
                prop_assert!(field.start <= oddity.span.start && oddity.span.end <= field.end);
            }
        }
    }

    #[test]
    fn any_way_to_cut_the_text_gives_the_same_records(
        text in messy(), dialect in dialects(), width in 0_usize..4, size in 1_usize..40, known in any::<bool>()
    ) {
        let shape = known.then(|| Shape::of_width(width));
        let whole = parsed(&text, &dialect, shape.as_ref());
        let mut records = Vec::new();
        let mut oddities = Vec::new();
        let mut before = 0;
        let mut take = |event: Event<'_>| {
            let Event::Records(text, parsed) = event else { return };
            let n = records.len();
            for record in parsed.records.iter() {
                let fields: Vec<_> = record.fields.iter().map(|f| (f.span().shift(before), f.quoted)).collect();
                records.push((record.span().shift(before), fields));
            }
            oddities.extend(parsed.oddities.iter().map(|o| (o.kind, o.span.shift(before), o.record_idx + n, o.field_idx)));
            before += text.len();
        };
        let mut parser = PushParser::new(dialect, shape.clone());
        let chars: Vec<char> = text.chars().collect();
        for chunk in chars.chunks(size) {
            parser.push(&chunk.iter().collect::<String>(), &mut take);
        }
        parser.finish(&mut take);
        let expected: Vec<_> = whole.records.iter()
            .map(|r| (r.span(), r.fields.iter().map(|f| (f.span(), f.quoted)).collect::<Vec<_>>())).collect();
        prop_assert_eq!(records, expected);
        let expected: Vec<_> = whole.oddities.iter().map(|o| (o.kind, o.span, o.record_idx, o.field_idx)).collect();
        prop_assert_eq!(oddities, expected);
    }

    #[test]
    fn a_text_below_the_reach_does_not_matter(text in messy(), more in messy(), width in 1_usize..4) {
        assert_reach(&text, &more, width);
    }

    #[test]
    fn a_survey_goes_on_where_it_was(text in messy(), cuts in proptest::collection::vec(0..200_usize, 0..6)) {
        let shape = Shape::of_width(3);
        let dialect = Dialect::default();
        let parser = Parser::new(&dialect, Some(&shape));
        let mut whole = Parsed::default();
        parser.survey(&text, 0, usize::MAX, true, &mut whole);
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| text.floor_char_boundary(cut)).collect();
        cuts.sort_unstable();
        let (mut parts, mut at, mut gone) = (Parsed::default(), 0, 0);
        for (cut, last) in cuts.into_iter().map(|cut| (cut, false)).chain([(text.len(), true)]) {
            at = gone + parser.survey(&text[gone..cut], at - gone, usize::MAX, last, &mut parts).consumed;
            // Half of what is known is dropped, as after a block was cut.
            let n = parts.records.len() / 2;
            let end = parts.records.bounds[..n].last().map_or(0, |bounds| bounds.end as usize);
            parts.forget(n, end);
            gone += end;
            if last {
                whole.forget(whole.records.len() - parts.records.len(), gone);
            }
        }
        for bounds in whole.records.bounds.iter_mut().chain(&mut parts.records.bounds) {
            bounds.first_field = 0;
        }
        prop_assert_eq!(parts, whole);
    }

    #[test]
    fn well_formed_text_reads_as_the_csv_crate_reads_it(
        records in proptest::collection::vec(proptest::collection::vec("[a-z ,\"\n\ré]{0,8}", 3), 1..12),
        crlf in any::<bool>(),
    ) {
        let mut writer = csv::WriterBuilder::new()
            .terminator(if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') })
            .from_writer(Vec::new());
        for record in &records {
            writer.write_record(record).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        prop_assert_eq!(values(&text), records);
    }
}

/// What is read depends on nothing beyond the reach that is told.
fn assert_reach(text: &str, more: &str, width: usize) {
    let shape = Shape::of_width(width);
    let dialect = Dialect::default();
    let parser = Parser::new(&dialect, Some(&shape));
    let mut one = Parsed::default();
    let progress = parser.piece(text, 10, false, &mut one);
    let mut cut = progress.reach;
    while !text.is_char_boundary(cut) {
        cut += 1;
    }
    let mut two = Parsed::default();
    let other = format!("{}{more}", &text[..cut]);
    let again = parser.piece(&other, progress.consumed, false, &mut two);
    assert_eq!(again.consumed, progress.consumed);
    assert_eq!((one.records, one.oddities), (two.records, two.oddities));
}

#[test]
fn the_byte_after_a_carriage_return_is_within_reach() {
    assert_reach("\"\n\"\"\n,\\\"1,ab,\"x\"\n1\n\"\"\r\r", "", 1);
}

/// Counts records, long ones too.
fn count(n: &mut usize) -> impl FnMut(Event<'_>) {
    |event| match event {
        Event::Records(_, parsed) => *n += parsed.records.len(),
        Event::LongField { .. } => {}
        Event::LongRecordEnd => *n += 1,
    }
}

#[test]
fn a_record_longer_than_memory_is_handed_out_in_parts() {
    let long = "x".repeat(LONG_RECORD);
    let quoted = "y\"\",\n".repeat(LONG_RECORD / 4);
    let text = format!("a,b\n1,{long},\"{quoted}\"z,,\"\"\r\n2,3\n");
    let mut fields = vec![String::new()];
    let mut before = Vec::new();
    let mut ends = 0;
    let mut parser = PushParser::new(Dialect::default(), None);
    let mut take = |event: Event<'_>| match event {
        Event::Records(_, parsed) => before.push((ends, parsed.records.len())),
        Event::LongField { part, ends } => {
            fields.last_mut().unwrap().push_str(part);
            if ends {
                fields.push(String::new());
            }
        }
        Event::LongRecordEnd => ends += 1,
    };
    for chunk in text.as_bytes().chunks(100_003) {
        parser.push(std::str::from_utf8(chunk).unwrap(), &mut take);
    }
    parser.finish(&mut take);
    assert_eq!(fields, ["1", &long, &format!("{}z", quoted.replace("\"\"", "\"")), "", "", ""]);
    assert_eq!((ends, before), (1, vec![(0, 1), (1, 1)]));
}

#[test]
fn hostile_texts_take_linear_time() {
    let shape = Shape::of_width(3);
    let dialect = Dialect::default();
    let lines = "1,ab,c\n".repeat(50_000);
    let texts = [
        format!("a,b,c\n1,\"ab,c\n{lines}"),
        format!("a,b,c\n1,\"ab,c\n{}", "x y\n".repeat(100_000)),
        "\"".repeat(1_000_001),
        "\"a\n".repeat(100_000),
        "x,\"\"\"\n".repeat(60_000),
        "x,y,\"a\"b\n".repeat(100_000),
        ",".repeat(1_000_000),
        "\n".repeat(1_000_000),
        "\0".repeat(1_000_000),
        format!("a,b,c\n1,\"{}\",2\n{lines}", "line of text\n".repeat(100_000)),
        format!("a,b,c\n1,\"{}\",2\n{lines}", "1,2,3\n".repeat(100_000)),
    ];
    for text in &texts {
        let start = std::time::Instant::now();
        let parsed = parsed(text, &dialect, Some(&shape));
        assert_eq!(parsed.records.bounds.last().unwrap().end as usize, text.len());
        let head: String = text.chars().take(20).collect();
        assert!(start.elapsed().as_millis() < 3_000, "{:?} took {:?}", head, start.elapsed());
        let mut push = PushParser::new(dialect, Some(shape.clone()));
        let mut n = 0;
        text.as_bytes().chunks(4_096).for_each(|chunk| {
            push.push(std::str::from_utf8(chunk).unwrap(), &mut count(&mut n));
        });
        push.finish(&mut count(&mut n));
        assert_eq!(n, parsed.records.len());
        assert!(start.elapsed().as_millis() < 6_000, "{:?} took {:?}", head, start.elapsed());
    }
    assert_eq!(parsed(&texts[0], &dialect, Some(&shape)).records.len(), 50_002);
}

proptest! {
    #[test]
    fn a_sweep_reads_what_record_by_record_reads(
        pieces in prop::collection::vec(prop_oneof![
            8 => "[a-z0-9]{0,9}".prop_map(|s| s + ","),
            4 => "[a-z0-9]{0,9}".prop_map(|s| s + "\n"),
            3 => "[a-z,]{0,9}".prop_map(|s| format!("\"{s}\",")),
            2 => "[a-z,]{0,5}".prop_map(|s| format!("\"{s}\"\"{s}\"\n")),
            2 => "[a-z]{0,70}".prop_map(|s| s + "\r\n"),
            1 => "#?[a-z\"\r\n,]{0,9}",
        ], 0..120),
        until in 0..2_000_usize,
        (comment, quote) in (any::<bool>(), any::<bool>()),
        last in any::<bool>(),
    ) {
        let text = pieces.concat();
        let dialect = Dialect {
            comment: comment.then_some(b'#'),
            quote: quote.then_some(b'"'),
            ..Dialect::default()
        };
        let shape = Shape::of_width(3);
        let until = until.min(text.len());
        for shape in [None, Some(&shape)] {
            let parser = Parser::new(&dialect, shape);
            let mut swept = Parsed::default();
            let progress = parser.piece(&text, until, last, &mut swept);
            let mut plain = Parsed::default();
            prop_assert_eq!(progress, parser.record_by_record(&text, until, last, &mut plain));
            prop_assert_eq!(&swept, &plain);
            let mut bounds = Parsed::default();
            prop_assert_eq!(progress, parser.survey(&text, 0, until, last, &mut bounds));
            prop_assert_eq!(&bounds.oddities, &plain.oddities);
            prop_assert_eq!(&bounds.far, &plain.far);
            for record in bounds.records.bounds.iter_mut().chain(&mut plain.records.bounds) {
                record.first_field = 0;
            }
            prop_assert_eq!(bounds.records.bounds, plain.records.bounds);
        }
    }

    #[test]
    fn the_vector_sweep_equals_its_plain_twin(text in "[a-c,\"\n\r]{0,400}", from in 0..40_usize, fields in any::<bool>()) {
        let dialect = Dialect::default();
        let bytes = text.as_bytes();
        let job = super::plain::Grammar::new(&dialect).sweep(bytes, bytes.len(), fields).unwrap();
        let from = from.min(bytes.len());
        let (mut a, mut b) = (Parsed::default(), Parsed::default());
        let swept = super::scan::vector::sweep()(&job, from, &mut a);
        prop_assert_eq!(swept, super::scan::vector::plain_sweep(&job, from, &mut b));
        prop_assert_eq!(a, b);
    }
}
