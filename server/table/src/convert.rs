//! A table rewritten as RFC 4180, record by record, in memory of a few blocks.

use crate::parser::{Event, Parsed, PushParser, RecordRef};
use crate::repair::{Repair, Repairer};
use crate::shape::Shape;
use crate::{ColumnModel, Detection, Dialect, Layout, Terminator};

/// Short records that are held back to see whether they belong together.
const MAX_PENDING: usize = 8;
/// Bytes of short records that are held back.
const MAX_PENDING_BYTES: usize = 1 << 20;

/// Which broken records are mended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mending {
    /// None: they come out with the fields that they have.
    #[default]
    None,
    /// Short ones are filled up at the end, empty extra fields at the end are dropped.
    Safe,
    /// All: the reading that fits the table best is taken.
    All,
}

/// What is written, and how.
#[derive(Clone, Debug)]
pub struct ConvertOptions {
    /// Between fields.
    pub delimiter: String,
    /// After records.
    pub terminator: Terminator,
    /// Which broken records are mended.
    pub mending: Mending,
}

impl Default for ConvertOptions {
    /// RFC 4180, nothing mended.
    fn default() -> Self {
        Self { delimiter: ",".to_owned(), terminator: Terminator::CrLf, mending: Mending::None }
    }
}

/// What a conversion did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Converted {
    /// Records written, the header not counted.
    pub n_records: u64,
    /// Records whose fields were mended.
    pub n_mended: u64,
    /// Records that are ragged still.
    pub n_ragged: u64,
}

/// Rewrites a table that arrives in chunks. Preamble, footer and further tables are left out; header records
/// become one, their names joined with blanks.
#[derive(Debug)]
pub struct Converter {
    parser: PushParser,
    rows: Rows,
    /// Bytes of the text still to skip before the table.
    skip: usize,
    /// Bytes of the table still to come; `None` when it reaches the end.
    rest: Option<usize>,
}

impl Converter {
    /// A converter for the text that `detection` was made of; `head` is its beginning, the more the better up
    /// to [`crate::shape::SHAPE_BYTES`].
    pub fn new(detection: &Detection, head: &str, options: ConvertOptions) -> Self {
        let layout = &detection.layout;
        let start = layout.table_start.min(head.len());
        let end = layout.table_end.unwrap_or(head.len()).clamp(start, head.len());
        let table = head.get(start..end).unwrap_or_default();
        let mut dialect = detection.dialect;
        if options.mending != Mending::None && is_padded(table, &dialect) {
            dialect.delimiter = dialect.delimiter.followed_by_blank();
        }
        let shape = Shape::learn(table, &dialect, layout);
        Self {
            parser: PushParser::new(dialect, Some(shape.clone())),
            rows: Rows::new(dialect, layout, shape, options),
            skip: layout.table_start,
            rest: layout.table_end.map(|end| end.saturating_sub(layout.table_start)),
        }
    }

    /// Takes the next chunk of the text and appends what can be written by now to `out`.
    pub fn push(&mut self, chunk: &str, out: &mut String) {
        let skipped = self.skip.min(chunk.len());
        self.skip -= skipped;
        let mut chunk = chunk.get(skipped..).unwrap_or_default();
        if let Some(rest) = &mut self.rest {
            chunk = chunk.get(..*rest).unwrap_or(chunk);
            *rest -= chunk.len();
        }
        let rows = &mut self.rows;
        self.parser.push(chunk, &mut |event| rows.take_event(event, out));
    }

    /// Whether the table has ended: further chunks change nothing.
    pub fn is_done(&self) -> bool {
        self.rest == Some(0)
    }

    /// Appends the rest to `out`.
    pub fn finish(mut self, out: &mut String) -> Converted {
        let rows = &mut self.rows;
        self.parser.finish(&mut |event| rows.take_event(event, out));
        rows.flush_header(out);
        rows.flush_pending(out);
        rows.converted
    }
}

/// Bytes of a table that are searched for a delimiter without a blank behind it.
const PADDED_BYTES: usize = 64 << 10;

/// Whether a blank follows every delimiter of `table`: then it is no part of any value.
fn is_padded(table: &str, dialect: &Dialect) -> bool {
    if dialect.delimiter.as_bytes().len() != 1 || dialect.delimiter.as_str().trim().is_empty() {
        return false;
    }
    let text = &table[..table.floor_char_boundary(PADDED_BYTES)];
    let records = crate::parse(text, dialect).records;
    let mut later = records.iter().flat_map(|record| record.fields.iter().skip(1)).peekable();
    later.peek().is_some() && later.all(|field| field.raw(text).starts_with(' '))
}

/// Records in, written records out.
#[derive(Debug)]
struct Rows {
    dialect: Dialect,
    shape: Shape,
    options: ConvertOptions,
    /// Header records still to come.
    header_left: usize,
    header: Vec<Vec<String>>,
    /// The only header record, once it is written.
    names: Vec<String>,
    /// Raw text of short records that may belong together.
    pending: Vec<String>,
    long: Long,
    converted: Converted,
}

/// Where in a record too long for memory the output is. Its fields are always quoted and never mended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Long {
    #[default]
    No,
    InField,
    BetweenFields,
}

impl Rows {
    fn new(dialect: Dialect, layout: &Layout, shape: Shape, options: ConvertOptions) -> Self {
        Self {
            dialect,
            shape,
            options,
            header_left: layout.header_records,
            header: Vec::new(),
            names: Vec::new(),
            pending: Vec::new(),
            long: Long::No,
            converted: Converted::default(),
        }
    }

    fn take_event(&mut self, event: Event<'_>, out: &mut String) {
        match event {
            Event::Records(text, parsed) => self.take(text, parsed, out),
            Event::LongField { part, ends } => {
                if self.long == Long::No {
                    self.flush_header(out);
                    self.flush_pending(out);
                }
                if self.long != Long::InField {
                    let mut first = self.long == Long::No;
                    self.separate(&mut first, out);
                    out.push('"');
                }
                push_doubled(part, out);
                if ends {
                    out.push('"');
                }
                self.long = if ends { Long::BetweenFields } else { Long::InField };
            }
            Event::LongRecordEnd => {
                if std::mem::take(&mut self.long) != Long::No {
                    out.push_str(self.options.terminator.as_str());
                    self.converted.n_records += u64::from(self.header_left == 0);
                    self.header_left = self.header_left.saturating_sub(1);
                }
            }
        }
    }

    fn take(&mut self, text: &str, parsed: &Parsed, out: &mut String) {
        for (idx, record) in parsed.records.iter().enumerate() {
            if record.is_blank() {
                continue;
            }
            let odd = !parsed.oddities_of(idx).is_empty();
            if self.repeats_header(text, record) {
                self.converted.n_mended += 1;
                continue;
            }
            if self.header_left > 0 {
                self.header_left -= 1;
                let names = self.header_names(text, record, odd);
                self.header.push(names);
                if self.header_left == 0 {
                    self.flush_header(out);
                }
                continue;
            }
            self.record(text, record, odd, out);
        }
    }

    /// Whether the header stands here once more, as where files were put one behind the other.
    fn repeats_header(&self, text: &str, record: RecordRef<'_>) -> bool {
        let (names, fields) = (&self.names, record.fields);
        self.options.mending == Mending::All
            && fields.len() >= 2
            && fields.len() == names.len()
            && names.iter().zip(fields).all(|(name, field)| field.value(text, &self.dialect) == name.as_str())
    }

    fn header_names(&self, text: &str, record: RecordRef<'_>, odd: bool) -> Vec<String> {
        let values = values(text, record, &self.dialect);
        let broken = odd || values.len() != self.shape.width;
        if self.options.mending != Mending::All || !broken {
            return values;
        }
        // Names are judged by the other names: the columns' values say nothing about them.
        let mut names = ColumnModel::default();
        values.iter().filter(|name| !name.is_empty()).for_each(|name| names.observe(name));
        let shape = Shape::of_columns(vec![names; self.shape.width]);
        let repair = Repairer::new(&self.dialect, &shape).best(record.span().of(text));
        repair.map_or(values, |repair| repair.values().map(str::to_owned).collect())
    }

    fn flush_header(&mut self, out: &mut String) {
        let records = std::mem::take(&mut self.header);
        let names = crate::join_names(&records);
        if names.is_empty() {
            return;
        }
        self.write(names.iter().map(String::as_str), out);
        if records.len() == 1 {
            self.names = names;
        }
    }

    fn record(&mut self, text: &str, record: RecordRef<'_>, odd: bool, out: &mut String) {
        let n = record.fields.len();
        let width = self.shape.width;
        let raw = record.span().of(text);
        if self.options.mending == Mending::All && n < width && !odd {
            self.hold_back(raw, out);
            return;
        }
        self.flush_pending(out);
        match self.options.mending {
            Mending::All if n != width || odd => self.mend(raw, out),
            Mending::Safe if n != width && !odd => self.mend_safely(values(text, record, &self.dialect), out),
            _ => {
                self.converted.n_records += 1;
                self.converted.n_ragged += u64::from(n != width);
                let dialect = self.dialect;
                let mut first = true;
                for field in record.fields {
                    self.separate(&mut first, out);
                    let value = field.value(text, &dialect);
                    write_field(&value, n == 1, &self.options.delimiter, out);
                }
                out.push_str(self.options.terminator.as_str());
            }
        }
    }

    fn hold_back(&mut self, raw: &str, out: &mut String) {
        self.pending.push(raw.to_owned());
        if self.pending.len() > 1 {
            let raws: Vec<&str> = self.pending.iter().map(String::as_str).collect();
            let line_end = self.dialect.terminator.as_str();
            let repair = Repairer::new(&self.dialect, &self.shape).better_joined(&raws, line_end);
            if let Some(repair) = repair {
                self.pending.clear();
                self.write_repair(&repair, out);
                return;
            }
        }
        let bytes = self.pending.iter().map(String::len).sum::<usize>();
        if self.pending.len() > MAX_PENDING || bytes > MAX_PENDING_BYTES {
            self.flush_pending(out);
        }
    }

    fn flush_pending(&mut self, out: &mut String) {
        for raw in std::mem::take(&mut self.pending) {
            self.mend(&raw, out);
        }
    }

    fn mend(&mut self, raw: &str, out: &mut String) {
        let repairer = Repairer::new(&self.dialect, &self.shape);
        match repairer.best(raw) {
            Some(repair) => self.write_repair(&repair, out),
            None => {
                let parsed = crate::parse(raw, &self.dialect);
                let record = parsed.records.get(0);
                self.mend_safely(record.map_or_else(Vec::new, |r| values(raw, r, &self.dialect)), out);
            }
        }
    }

    fn mend_safely(&mut self, mut values: Vec<String>, out: &mut String) {
        let width = self.shape.width;
        let n = values.len();
        while values.len() > width && values.last().is_some_and(String::is_empty) {
            values.pop();
        }
        if values.len() < width {
            values.resize(width, String::new());
        }
        self.converted.n_records += 1;
        self.converted.n_mended += u64::from(values.len() != n);
        self.converted.n_ragged += u64::from(values.len() != width);
        self.write(values.iter().map(String::as_str), out);
    }

    fn write_repair(&mut self, repair: &Repair, out: &mut String) {
        self.converted.n_records += 1;
        self.converted.n_mended += 1;
        self.write(repair.values(), out);
    }

    fn separate(&self, first: &mut bool, out: &mut String) {
        if !std::mem::take(first) {
            out.push_str(&self.options.delimiter);
        }
    }

    fn write<'v>(&self, values: impl Iterator<Item = &'v str>, out: &mut String) {
        let mut first = true;
        let mut values = values.peekable();
        while let Some(value) = values.next() {
            let alone = first && values.peek().is_none();
            self.separate(&mut first, out);
            write_field(value, alone, &self.options.delimiter, out);
        }
        out.push_str(self.options.terminator.as_str());
    }
}

fn values(text: &str, record: RecordRef<'_>, dialect: &Dialect) -> Vec<String> {
    record.fields.iter().map(|field| field.value(text, dialect).into_owned()).collect()
}

/// Writes `value`, quoted where it must be. An empty field that stands `alone` in its record is quoted too:
/// unquoted it would be a blank line.
fn write_field(value: &str, alone: bool, delimiter: &str, out: &mut String) {
    let special = |byte: u8| matches!(byte, b'"' | b'\n' | b'\r');
    let holds_delimiter = match delimiter.as_bytes() {
        [] => false,
        [one] => value.as_bytes().contains(one),
        _ => value.contains(delimiter),
    };
    if !(holds_delimiter || value.bytes().any(special) || (alone && value.is_empty())) {
        out.push_str(value);
        return;
    }
    out.push('"');
    push_doubled(value, out);
    out.push('"');
}

/// Writes `text` with its quotes doubled.
fn push_doubled(text: &str, out: &mut String) {
    for (idx, part) in text.split('"').enumerate() {
        if idx > 0 {
            out.push_str("\"\"");
        }
        out.push_str(part);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DetectOptions, detect};

    fn converted(text: &str, mending: Mending) -> String {
        let detection = detect(text, &DetectOptions::default());
        let options = ConvertOptions { mending, terminator: Terminator::Lf, ..ConvertOptions::default() };
        let whole = run(text, &detection, &options, text.len().max(1));
        for size in [1, 7, 64] {
            assert_eq!(run(text, &detection, &options, size), whole, "in chunks of {size}");
        }
        whole
    }

    fn run(text: &str, detection: &Detection, options: &ConvertOptions, size: usize) -> String {
        let mut converter = Converter::new(detection, text, options.clone());
        let mut out = String::new();
        let chars: Vec<char> = text.chars().collect();
        for chunk in chars.chunks(size) {
            converter.push(&chunk.iter().collect::<String>(), &mut out);
        }
        converter.finish(&mut out);
        out
    }

    const GOOD: &str = "id;name;city\n1;Ada;London\n2;Grace;New York\n3;Linus;Portland\n4;Barbara;Boston\n";

    #[test]
    fn a_clean_table_only_changes_its_dialect() {
        assert_eq!(converted(GOOD, Mending::None), GOOD.replace(';', ","));
        assert_eq!(converted(GOOD, Mending::All), GOOD.replace(';', ","));
        let commas = converted(&GOOD.replace("New York", "\"New; York, \"\"NY\"\"\""), Mending::All);
        assert!(commas.contains("2,Grace,\"New; York, \"\"NY\"\"\"\n"), "{commas}");
    }

    #[test]
    fn ragged_records_stay_or_are_mended_as_wished() {
        let text = format!("{GOOD}5;Edsger\n6;Alan;Paris;\n");
        assert!(converted(&text, Mending::None).ends_with("5,Edsger\n6,Alan,Paris,\n"));
        assert!(converted(&text, Mending::Safe).ends_with("5,Edsger,\n6,Alan,Paris\n"));
        assert!(converted(&text, Mending::All).ends_with("5,Edsger,\n6,Alan,Paris\n"));
    }

    #[test]
    fn a_record_broken_in_two_is_one_again() {
        let text = format!("{GOOD}5;Edsger\nWybe;Austin\n");
        assert!(converted(&text, Mending::All).ends_with("5,\"Edsger\nWybe\",Austin\n"));
    }

    #[test]
    fn a_blank_behind_every_delimiter_is_no_part_of_the_values() {
        let text = "name, day\nAda, \"1 May\"\nGrace, \"2 May\"\nLinus, \"3 May\"\n";
        assert_eq!(converted(text, Mending::All), "name,day\nAda,1 May\nGrace,2 May\nLinus,3 May\n");
        let text = text.replace("Grace, ", "Grace,");
        assert!(converted(&text, Mending::All).starts_with("name, day\n"));
    }

    #[test]
    fn a_header_that_stands_there_twice_is_written_once() {
        assert_eq!(converted(&GOOD.repeat(2), Mending::All).matches("name").count(), 1);
        assert_eq!(converted(&GOOD.repeat(2), Mending::None).matches("name").count(), 2);
    }

    #[test]
    fn a_second_table_of_another_width_is_left_out() {
        let text = format!("{GOOD}code;price\nA1;2.5\nB2;3.5\nC3;4.5\n");
        assert_eq!(converted(&text, Mending::All), GOOD.replace(';', ","));
    }

    #[test]
    fn quotes_inside_quotes_are_text_in_every_field() {
        let text = format!("{GOOD}5;\"The \"one; only\" Edsger\";\"Los \"Angeles\" CA\"\n");
        let mended = "5,\"The \"\"one; only\"\" Edsger\",\"Los \"\"Angeles\"\" CA\"\n";
        assert!(converted(&text, Mending::All).ends_with(mended), "{}", converted(&text, Mending::All));
    }

    #[test]
    fn an_empty_text_becomes_an_empty_text() {
        assert_eq!(converted("", Mending::All), "");
    }
}
