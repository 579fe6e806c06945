//! Files that are read from front to back, in constant memory.

use std::cell::RefCell;
use std::fs::File;
use std::io::{Cursor, Read};
use std::rc::Rc;

use anyhow::Context;
use aurora_advice::FileFacts;
use aurora_analysis::{Chunks, OpenOptions, StreamOptions, Streamed};
use aurora_text::{Decoder, EncodingGuess, encoding};

use crate::commands::convert::{CHUNK, judge_encoding, read_chunk, read_head, whole_lines};
use crate::input;
use crate::progress::Progress;

/// What became of the bytes.
#[derive(Default)]
struct Outcome {
    error: Option<std::io::Error>,
    file: FileFacts,
}

/// Reads `path`, or standard input, once. With `profiles` the columns are summarised by `n_threads`.
pub(crate) fn read(
    path: &str,
    profiles: bool,
    n_threads: usize,
    progress: Option<&Progress>,
) -> anyhow::Result<Streamed> {
    let failed =
        || if path == "-" { "cannot read standard input".to_owned() } else { format!("cannot read {path}") };
    let (guess, bytes): (EncodingGuess, Box<dyn Read>) = if path == "-" {
        let mut rest = std::io::stdin().lock();
        let head = read_head(&mut rest).with_context(failed)?;
        (encoding::detect(whole_lines(&head)), Box::new(Cursor::new(head).chain(rest)))
    } else {
        let mut file = File::open(path).with_context(failed)?;
        let head = read_head(&mut file).with_context(failed)?;
        let guess = judge_encoding(&head, &mut file).with_context(failed)?;
        // What is no longer than its head may be a pipe, which cannot be read twice.
        let rest: Box<dyn Read> =
            match std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(head.len() as u64)) {
                Ok(_) => Box::new(file),
                Err(_) => Box::new(std::io::empty()),
            };
        (guess, Box::new(Cursor::new(head).chain(rest)))
    };
    let file = FileFacts {
        encoding: Some(guess.clone()),
        extension: input::extension(path),
        ..FileFacts::default()
    };
    let outcome = Rc::new(RefCell::new(Outcome { file: file.clone(), error: None }));
    let open = OpenOptions { file, pinned: None };
    let options = StreamOptions { open, profiles, n_threads, ..StreamOptions::default() };
    let all = std::fs::metadata(path).map_or(0, |facts| facts.len());
    let bytes: Box<dyn Read> = match progress.filter(|_| all > 0) {
        Some(progress) => Box::new(Counted { bytes, done: 0, all, name: path, progress }),
        None => bytes,
    };
    let mut streamed = Streamed::read(decoded(bytes, guess.label, Some(Rc::clone(&outcome))), &options);
    let outcome = outcome.take();
    if let Some(error) = outcome.error {
        return Err(error).with_context(failed);
    }
    streamed.file = outcome.file;
    Ok(streamed)
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
        Ok(file) => decoded(Box::new(file), label, None),
        Err(_) => Box::new(|_| false),
    }
}

fn decoded<'a>(
    mut bytes: Box<dyn Read + 'a>,
    label: &str,
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
            return true;
        }
        text.push_str(decoder.finish());
        if let Some(outcome) = &outcome {
            let file = &mut outcome.borrow_mut().file;
            file.faults = decoder.faults().to_vec();
            file.n_faults = decoder.n_faults();
        }
        false
    })
}
