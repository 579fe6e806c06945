//! How a file is read: what the command line says, else what is configured for it, else what its bytes tell.

use aurora_config::FileConfig;
use aurora_table::Delimiter;
use aurora_text::{EncodingGuess, byte_order_mark, canonical_label, encoding};

use crate::configured::Configured;

/// How files are read. Every command that reads a table takes these.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct ReadArguments {
    /// Read files with this delimiter (`\t` or `tab` for a tab), whatever is configured or looks likelier.
    #[arg(long, value_name = "TEXT", value_parser = delimiter)]
    pub(crate) delimiter: Option<Delimiter>,
    #[command(flatten)]
    pub(crate) more: InputArguments,
}

/// How files are read, but for the delimiter: where `--delimiter` is that of the output.
#[derive(clap::Args, Clone, Debug, Default)]
pub(crate) struct InputArguments {
    /// Read files in this encoding instead of detecting one; any label of the Encoding Standard, `utf-32le`, or a code
    /// page such as `cp850`.
    #[arg(long, value_name = "ENCODING", value_parser = label)]
    pub(crate) encoding: Option<&'static str>,
    /// Read no configuration file.
    #[arg(long)]
    pub(crate) isolated: bool,
}

/// The delimiter that a person means by `word`.
pub(crate) fn delimiter(word: &str) -> Result<Delimiter, String> {
    let text = match word {
        "\\t" | "tab" => "\t",
        other => other,
    };
    Some(text)
        .filter(|text| !text.is_empty() && !text.contains(['"', '\n', '\r']))
        .and_then(Delimiter::from_text)
        .ok_or_else(|| "a delimiter has one to eight bytes and is neither a quote nor a line end".to_owned())
}

/// The encoding called `name`; the message for another one lists what there is.
pub(crate) fn label(name: &str) -> Result<&'static str, String> {
    canonical_label(name).ok_or_else(|| {
        let known: Vec<_> = aurora_text::labels().collect();
        format!("there is no such encoding; there are {}", known.join(", "))
    })
}

/// How one file is read.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Reading {
    /// The delimiter; detected when absent.
    pub(crate) delimiter: Option<Delimiter>,
    /// The label of the encoding; detected when absent.
    pub(crate) encoding: Option<&'static str>,
}

impl Reading {
    /// What the command line says, and what `config` has it where that is silent.
    pub(crate) fn of(arguments: &ReadArguments, config: &FileConfig) -> Self {
        Self::told(arguments.delimiter, &arguments.more, config)
    }

    /// As [`Self::of`], for the file at `path` alone.
    pub(crate) fn of_path(arguments: &ReadArguments, path: &str) -> Self {
        Self::of(arguments, &Configured::new(arguments.more.isolated).for_file(path))
    }

    /// As [`Self::of`], with a delimiter that has an option of another name.
    pub(crate) fn told(
        delimiter: Option<Delimiter>,
        arguments: &InputArguments,
        config: &FileConfig,
    ) -> Self {
        let configured =
            config.config.delimiter.as_deref().map(|text| if text == "\\t" { "\t" } else { text });
        Self {
            delimiter: delimiter.or_else(|| configured.and_then(Delimiter::from_text)),
            encoding: arguments.encoding,
        }
    }

    /// The encoding of a file that begins with `head`.
    pub(crate) fn encoding_of(&self, head: &[u8]) -> EncodingGuess {
        let Some(label) = self.encoding else { return encoding::detect(head) };
        let mark = byte_order_mark(label);
        let bom = !mark.is_empty() && head.starts_with(mark);
        EncodingGuess { label, confidence: 1.0, bom, runner_up: None }
    }
}
