//! `aurora convert`: any table as RFC 4180.

mod part;

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Read, Seek, Write};
use std::process::ExitCode;

use anyhow::Context;
use aurora_table::{
    ConvertOptions, Converter, Delimiter, DetectOptions, Detection, Mending, SEARCHED_BYTES, Terminator,
    detect, holds_few_lines,
};
use aurora_text::{Decoder, Encoder, EncodingGuess, Fault, byte_order_mark, encoding};

use crate::configured::Configured;
use crate::input;
use crate::output::Output;
use crate::reading::{self, InputArguments, Reading};
use part::Part;

/// Bytes by which the whole is judged.
const HEAD: usize = SEARCHED_BYTES;
/// Bytes read at once.
pub(crate) const CHUNK: usize = 256 << 10;

/// Write a table as RFC 4180: one dialect, one encoding, header first, broken records mended if wished.
///
/// Of a file with several tables, one below the other, one is written. What stands before and after it is left out; how
/// much that is stands on standard error.
#[derive(clap::Args, Debug)]
#[command(after_help = all_encodings())]
pub(crate) struct Arguments {
    /// The file, or `-` for standard input.
    path: String,
    /// Encoding of the output: any label of the Encoding Standard, such as `utf-8`, `windows-1252` or `shift_jis`, a
    /// code page such as `cp850`, or one of those listed below.
    #[arg(long, default_value = "utf-8", value_name = "ENCODING", value_parser = reading::label)]
    to: &'static str,
    /// Write `?` for characters that the encoding of the output does not have, instead of refusing.
    #[arg(long)]
    lossy: bool,
    /// Delimiter of the output.
    #[arg(long, default_value = ",", value_name = "TEXT", value_parser = reading::delimiter)]
    delimiter: Delimiter,
    /// Read the file with this delimiter (`\t` or `tab` for a tab), whatever is configured or looks likelier.
    #[arg(long, value_name = "TEXT", value_parser = reading::delimiter)]
    input_delimiter: Option<Delimiter>,
    #[command(flatten)]
    input: InputArguments,
    /// Which broken records are mended: `safe` fills up short ones and drops empty extra fields, `all` takes
    /// the reading that fits the table best.
    #[arg(long, value_enum, default_value_t)]
    repair: Repair,
    /// What ends a record.
    #[arg(long, value_enum, default_value_t)]
    terminator: LineEnd,
    /// Which table of several, counted from 1.
    #[arg(long, value_name = "N", default_value_t = 1)]
    table: usize,
    /// Where to write; standard output when absent. The file appears when all is written.
    #[arg(long)]
    output: Option<String>,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, Default)]
enum Repair {
    #[default]
    None,
    Safe,
    All,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, Default)]
enum LineEnd {
    #[default]
    Crlf,
    Lf,
    Cr,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let label = arguments.to;
    let options = ConvertOptions {
        delimiter: arguments.delimiter.as_str().to_owned(),
        terminator: match arguments.terminator {
            LineEnd::Crlf => Terminator::CrLf,
            LineEnd::Lf => Terminator::Lf,
            LineEnd::Cr => Terminator::Cr,
        },
        mending: match arguments.repair {
            Repair::None => Mending::None,
            Repair::Safe => Mending::Safe,
            Repair::All => Mending::All,
        },
    };
    let config = Configured::new(arguments.input.isolated).for_file(&arguments.path);
    let reading = Reading::told(arguments.input_delimiter, &arguments.input, &config);
    let mut source = Source::open(&arguments.path, reading, arguments.lossy)?;
    match &arguments.output {
        None if arguments.lossy || is_unicode(label) => {
            let out = BufWriter::with_capacity(CHUNK, std::io::stdout().lock());
            source.convert(options, label, arguments.table, out)?;
        }
        None => {
            // Nothing is printed before it is known that every character can be.
            let mut file = tempfile::tempfile().context("cannot write a temporary file")?;
            source.convert(options, label, arguments.table, BufWriter::with_capacity(CHUNK, &file))?;
            file.rewind().context("cannot read a temporary file")?;
            std::io::copy(&mut file, &mut std::io::stdout().lock())?;
        }
        Some(path) => {
            let output = Output::to(path)?;
            source.convert(
                options,
                label,
                arguments.table,
                BufWriter::with_capacity(CHUNK, output.file()),
            )?;
            output.finish()?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// What is converted: its head, by which it was judged, and the rest.
struct Source {
    path: String,
    head: Vec<u8>,
    rest: Box<dyn Read>,
    guess: EncodingGuess,
    reading: Reading,
    /// What has no code becomes `?`.
    lossy: bool,
}

impl Source {
    fn open(path: &str, told: Reading, lossy: bool) -> anyhow::Result<Self> {
        if path == "-" {
            let mut rest: Box<dyn Read> = Box::new(std::io::stdin().lock());
            let head = read_head(&mut rest).context("cannot read standard input")?;
            input::refuse_binary(path, &head)?;
            let guess = told.encoding_of(whole_lines(&head));
            return Ok(Self { path: path.to_owned(), head, rest, guess, reading: told, lossy });
        }
        let reading = || format!("cannot read {path}");
        let mut file = File::open(path).with_context(reading)?;
        let head = read_head(&mut file).with_context(reading)?;
        input::refuse_binary(path, &head)?;
        let guess = match told.encoding {
            Some(_) => told.encoding_of(&head),
            None if can_be_rewound(&mut file) => {
                let guess = judge_encoding(&head, &mut file).with_context(reading)?;
                file.seek(std::io::SeekFrom::Start(head.len() as u64)).with_context(reading)?;
                guess
            }
            None => told.encoding_of(whole_lines(&head)),
        };
        Ok(Self { path: path.to_owned(), head, rest: Box::new(file), guess, reading: told, lossy })
    }

    fn convert(
        &mut self,
        options: ConvertOptions,
        label: &str,
        table: usize,
        mut out: impl Write,
    ) -> anyhow::Result<()> {
        let mut decoder = Decoder::new(self.guess.label);
        let mut head = decoder.feed(&self.head).to_owned();
        let mut chunk = vec![0; CHUNK];
        let mut n =
            read_chunk(&mut self.rest, &mut chunk).with_context(|| format!("cannot read {}", self.path))?;
        if n == 0 {
            head.push_str(decoder.finish());
        }
        let part = Part::find(&head, table, |text| self.detect(text))?;
        let mut converter = Converter::new(&part.detection, &head[part.start..], options);
        let mut encoder = Encoder::new(label).context("the encoding can be read but not written")?;
        out.write_all(if label.starts_with("utf-16") || label.starts_with("utf-32") {
            byte_order_mark(label)
        } else {
            &[]
        })?;
        let mut text = String::new();
        let mut bytes = Vec::new();
        let mut places = (!self.lossy && !is_unicode(label)).then(Places::default);
        let start = (part.start + part.detection.layout.table_start).min(head.len());
        look(&mut places, &head[..start], true);
        look(&mut places, &head[start..], false);
        converter.push(&head[part.start..], &mut text);
        drop(head);
        while n > 0 && !converter.is_done() {
            write(&mut text, &mut encoder, &mut bytes, &mut out)?;
            refuse_loss(&encoder, label, places.as_ref())?;
            let decoded = decoder.feed(&chunk[..n]);
            look(&mut places, decoded, false);
            converter.push(decoded, &mut text);
            n = read_chunk(&mut self.rest, &mut chunk)
                .with_context(|| format!("cannot read {}", self.path))?;
            if n == 0 {
                converter.push(decoder.finish(), &mut text);
            }
        }
        let converted = converter.finish(&mut text);
        write(&mut text, &mut encoder, &mut bytes, &mut out)?;
        refuse_loss(&encoder, label, places.as_ref())?;
        encoder.finish(&mut bytes);
        out.write_all(&bytes)?;
        out.flush()?;
        if encoder.n_unencodable() > 0 {
            eprintln!(
                "aurora: {} characters have no code in {label} and became `?`",
                encoder.n_unencodable()
            );
        }
        if let Some(left_out) = part.left_out(converted.n_records) {
            eprintln!("aurora: {left_out}");
        }
        if let Some(lost) = undecodable(decoder.n_faults(), decoder.faults(), decoder.label()) {
            eprintln!("aurora: {lost}");
        }
        if converted.n_ragged > 0 {
            let n = converted.n_ragged;
            eprintln!("aurora: {n} of {} records are ragged; `--repair all` mends them", converted.n_records);
        }
        Ok(())
    }

    fn detect(&self, head: &str) -> Detection {
        // A last line that the head cuts off would count as a short record.
        let cut = is_cut(&self.head);
        let whole = if cut { head.rfind(['\n', '\r']).map_or(head, |at| &head[..=at]) } else { head };
        let extension = input::extension(&self.path);
        let delimiter = self.reading.delimiter;
        detect(whole, &DetectOptions { extension, delimiter, ..DetectOptions::default() })
    }
}

/// What is to be said of bytes that could not be decoded and became U+FFFD; nothing where there were none.
pub(crate) fn undecodable(n: usize, first: &[Fault], label: &str) -> Option<String> {
    let first = first.first().map_or_else(String::new, |fault| format!(", the first at byte {}", fault.byte));
    (n > 0).then(|| format!("{n} bytes could not be decoded as {label} and became U+FFFD{first}"))
}

/// Whether every character has a code in the encoding called `label`.
fn is_unicode(label: &str) -> bool {
    label.starts_with("utf-") || label == "gb18030"
}

/// The line in which each character beyond ASCII was first seen.
#[derive(Default)]
struct Places {
    lines: HashMap<char, u64>,
    /// Lines that have ended.
    ended: u64,
    /// A carriage return came last, which may be half a line end.
    half: bool,
}

/// Notes what `text`, the next piece of the input, holds; of what is `left_out` of the output only the lines count.
fn look(places: &mut Option<Places>, text: &str, left_out: bool) {
    let Some(places) = places else { return };
    for ch in text.chars() {
        match ch {
            '\n' if places.half => places.half = false,
            '\n' | '\r' => {
                places.ended += 1;
                places.half = ch == '\r';
            }
            _ => {
                places.half = false;
                if !ch.is_ascii() && !left_out {
                    places.lines.entry(ch).or_insert(places.ended + 1);
                }
            }
        }
    }
}

/// Stops at the first character that `encoder` had no code for, unless loss was asked for.
fn refuse_loss(encoder: &Encoder, label: &str, places: Option<&Places>) -> anyhow::Result<()> {
    let (Some(first), Some(places)) = (encoder.unencodable().first(), places) else { return Ok(()) };
    let line = places.lines.get(&first.ch).map_or_else(String::new, |line| format!(" of line {line}"));
    anyhow::bail!(
        "{label} has no code for {}{line}, nothing was written; choose another encoding, for example --to utf-8, or pass \
         --lossy to write ? instead",
        shown(first.ch)
    )
}

/// A character and its number, for a message.
pub(crate) fn shown(ch: char) -> String {
    let seen = if ch.is_control() || ch.is_whitespace() { String::new() } else { format!("{ch} ") };
    format!("{seen}(U+{:04X})", u32::from(ch))
}

/// The labels of all encodings, for the help.
fn all_encodings() -> String {
    format!("Encodings: {}.", aurora_text::labels().collect::<Vec<_>>().join(", "))
}

fn write(
    text: &mut String,
    encoder: &mut Encoder,
    bytes: &mut Vec<u8>,
    out: &mut impl Write,
) -> std::io::Result<()> {
    encoder.feed(text, bytes);
    text.clear();
    out.write_all(bytes)?;
    bytes.clear();
    Ok(())
}

pub(crate) fn read_head(from: &mut impl Read) -> std::io::Result<Vec<u8>> {
    read_lines(from, HEAD)
}

/// The first `n` bytes, or twice as many again and again, where so few hold hardly a record.
pub(crate) fn read_lines(from: &mut impl Read, n: usize) -> std::io::Result<Vec<u8>> {
    let mut head = Vec::with_capacity(n + 1);
    let mut want = n;
    from.take(n as u64).read_to_end(&mut head)?;
    while head.len() == want && holds_few_lines(&head) {
        from.take(want as u64).read_to_end(&mut head)?;
        want *= 2;
    }
    Ok(head)
}

/// Whether the input ended within a head that [`read_lines`] read from `n` bytes on.
pub(crate) fn ends_within(head: &[u8], n: usize) -> bool {
    head.is_empty() || !head.len().is_multiple_of(n)
}

fn is_cut(head: &[u8]) -> bool {
    !ends_within(head, HEAD)
}

/// Fills `chunk` as far as there is input.
pub(crate) fn read_chunk(from: &mut impl Read, chunk: &mut [u8]) -> std::io::Result<usize> {
    let mut n = 0;
    while n < chunk.len() {
        match from.read(&mut chunk[n..]) {
            Ok(0) => break,
            Ok(read) => n += read,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(n)
}

/// `head` up to its last line end, so that no character is cut in two.
pub(crate) fn whole_lines(head: &[u8]) -> &[u8] {
    match head.iter().rposition(|&byte| byte == b'\n') {
        Some(at) if is_cut(head) => &head[..=at],
        _ => head,
    }
}

/// Whether `file` can be read a second time; a pipe cannot.
pub(crate) fn can_be_rewound(file: &mut File) -> bool {
    file.stream_position().is_ok()
}

/// Whether a guess by the head may be overruled by what follows it.
pub(crate) fn may_change(guess: &EncodingGuess, head: &[u8]) -> bool {
    is_cut(head) && !guess.bom && guess.label == "utf-8"
}

/// The encoding by the head, and by the first place further on that is no UTF-8, if there is one.
pub(crate) fn judge_encoding(head: &[u8], file: &mut File) -> std::io::Result<EncodingGuess> {
    let guess = encoding::detect(whole_lines(head));
    if !may_change(&guess, head) {
        return Ok(guess);
    }
    let mut at = whole_lines(head).len();
    file.seek(std::io::SeekFrom::Start(at as u64))?;
    let mut chunk = vec![0; CHUNK];
    loop {
        let n = read_chunk(file, &mut chunk)?;
        if n == 0 {
            return Ok(guess);
        }
        match std::str::from_utf8(&chunk[..n]) {
            Ok(_) => at += n,
            // The chunk cuts a character in two: go on with it.
            Err(error) if error.error_len().is_none() && n == CHUNK => {
                at += error.valid_up_to();
                file.seek(std::io::SeekFrom::Start(at as u64))?;
            }
            Err(_) => {
                let mut both = whole_lines(head).to_vec();
                both.extend_from_slice(&chunk[..n]);
                return Ok(encoding::detect(&both));
            }
        }
    }
}
