//! Files that are read from front to back, in constant memory.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Cursor, Read, Seek, SeekFrom};
use std::rc::Rc;

use anyhow::Context;
use aurora_advice::FileFacts;
use aurora_analysis::{Chunks, OpenOptions, StreamOptions, Streamed};
use aurora_text::{Decoder, EncodingGuess};

use crate::commands::convert::{
    CHUNK, can_be_rewound, judge_encoding, may_change, read_chunk, read_head, whole_lines,
};
use crate::input;
use crate::progress::Progress;
use crate::reading::Reading;

/// What became of the bytes.
#[derive(Default)]
struct Outcome {
    error: Option<std::io::Error>,
    /// Reading ended at the first fault of decoding.
    stopped: bool,
    file: FileFacts,
}

/// Reads `path`, or standard input, once, as `reading` has it. With `profiles` the columns are summarised by `n_threads`.
///
/// A long file whose head is UTF-8 is taken for UTF-8 until it is not: only then is it judged by that place too, and
/// read anew.
pub(crate) fn read(
    path: &str,
    reading: &Reading,
    profiles: bool,
    n_threads: usize,
    progress: Option<&Progress>,
) -> anyhow::Result<Streamed> {
    let failed =
        || if path == "-" { "cannot read standard input".to_owned() } else { format!("cannot read {path}") };
    let stream = |guess: &EncodingGuess, bytes: Box<dyn Read>, trusting: bool| {
        let file = FileFacts {
            encoding: Some(guess.clone()),
            extension: input::extension(path),
            ..FileFacts::default()
        };
        let outcome = Rc::new(RefCell::new(Outcome { file: file.clone(), ..Outcome::default() }));
        let open = OpenOptions { file, delimiter: reading.delimiter, ..OpenOptions::default() };
        let options = StreamOptions { open, profiles, n_threads, ..StreamOptions::default() };
        let all = std::fs::metadata(path).map_or(0, |facts| facts.len());
        let bytes: Box<dyn Read> = match progress.filter(|_| all > 0) {
            Some(progress) => Box::new(Counted { bytes, done: 0, all, name: path, progress }),
            None => bytes,
        };
        let chunks = decoded(bytes, guess.label, trusting, Some(Rc::clone(&outcome)));
        let mut streamed = Streamed::read(chunks, &options);
        let outcome = outcome.take();
        if let Some(error) = outcome.error {
            return Err(error).with_context(failed);
        }
        streamed.file = outcome.file;
        Ok((!outcome.stopped).then_some(streamed))
    };
    let (guess, bytes): (EncodingGuess, Box<dyn Read>) = if path == "-" {
        let mut rest = std::io::stdin().lock();
        let head = read_head(&mut rest).with_context(failed)?;
        input::refuse_binary(path, &head)?;
        (reading.encoding_of(whole_lines(&head)), Box::new(Cursor::new(head).chain(rest)))
    } else {
        let mut file = File::open(path).with_context(failed)?;
        let mut head = read_head(&mut file).with_context(failed)?;
        input::refuse_binary(path, &head)?;
        let mut guess = reading.encoding_of(whole_lines(&head));
        // A pipe goes on where its head ended, and cannot be read anew.
        let can_rewind = can_be_rewound(&mut file);
        if can_rewind && reading.encoding.is_none() && may_change(&guess, &head) {
            let rest = file.try_clone().with_context(failed)?;
            if let Some(streamed) = stream(&guess, Box::new(Cursor::new(head).chain(rest)), true)? {
                return Ok(streamed);
            }
            file.rewind().with_context(failed)?;
            head = read_head(&mut file).with_context(failed)?;
            guess = judge_encoding(&head, &mut file).with_context(failed)?;
            file.seek(SeekFrom::Start(head.len() as u64)).with_context(failed)?;
        }
        (guess, Box::new(Cursor::new(head).chain(file)))
    };
    stream(&guess, bytes, false)?.context("reading was stopped")
}

/// Bytes that tell how many of them were read.
struct Counted<'a> {
    bytes: Box<dyn Read + 'a>,
    done: u64,
    all: u64,
    name: &'a str,
    progress: &'a Progress,
}

impl Read for Counted<'_> {
    fn read(&mut self, chunk: &mut [u8]) -> std::io::Result<usize> {
        let n = self.bytes.read(chunk)?;
        self.done += n as u64;
        self.progress.at(self.done, self.all, self.name);
        Ok(n)
    }
}

/// The text of the file at `path` once more; empty when it can no longer be read.
pub(crate) fn reopen(path: &str, label: &'static str) -> Chunks<'static> {
    match File::open(path) {
        Ok(file) => decoded(Box::new(file), label, false, None),
        Err(_) => Box::new(|_| false),
    }
}

/// `bytes` as text. When `trusting` that there are no faults, it ends at the first.
fn decoded<'a>(
    mut bytes: Box<dyn Read + 'a>,
    label: &str,
    trusting: bool,
    outcome: Option<Rc<RefCell<Outcome>>>,
) -> Chunks<'a> {
    let mut decoder = Decoder::new(label);
    let mut chunk = vec![0; CHUNK];
    Box::new(move |text| {
        let n = match read_chunk(&mut bytes, &mut chunk) {
            Ok(n) => n,
            Err(error) => {
                if let Some(outcome) = &outcome {
                    outcome.borrow_mut().error = Some(error);
                }
                0
            }
        };
        if n > 0 {
            text.push_str(decoder.feed(&chunk[..n]));
            if !trusting || decoder.n_faults() == 0 {
                return true;
            }
        }
        text.push_str(decoder.finish());
        if let Some(outcome) = &outcome {
            let outcome = &mut *outcome.borrow_mut();
            outcome.file.faults = decoder.faults().to_vec();
            outcome.file.n_faults = decoder.n_faults();
            outcome.stopped = trusting && outcome.file.n_faults > 0;
        }
        false
    })
}
