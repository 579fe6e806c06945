//! What can go wrong between an install and its hub, each told in one line that says what to do next.

use std::time::Duration;

/// Why it did not work.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum TeamError {
    /// The address is none that we would speak to.
    #[error("{0}")]
    Url(String),
    /// No membership rests here.
    #[error(
        "you are in no team here; an admin's code lets you in: `aurora team join URL CODE --domain WORD`"
    )]
    NotJoined,
    /// Another membership rests here.
    #[error("you are in a team at {0} already; `aurora team leave` first")]
    Joined(String),
    /// Nobody answers there, or not so that we would trust it.
    #[error("the hub at {host} cannot be reached: {why}")]
    Unreachable {
        /// Host and port.
        host: String,
        /// In a few words.
        why: String,
        /// Whether it may have got what was asked all the same.
        asked: bool,
    },
    /// It did not answer in time.
    #[error("the hub at {0} takes longer than 5 s; nothing was changed here, try again later")]
    Slow(String),
    /// It answers with more than any hub would.
    #[error("the hub at {0} sends more than 1 MB; that is no answer of a hub, check the address")]
    TooLong(String),
    /// It sends us elsewhere.
    #[error("the hub at {0} sends us to another address; join with that address if you trust it")]
    Redirect(String),
    /// It answers with what is none of the hub's answers.
    #[error("what answers at {0} does not speak as a hub; check the address")]
    Garbage(String),
    /// The hub refuses.
    #[error("{}", refusal(*status, code, title, detail.as_deref()))]
    Refused {
        /// Status.
        status: u16,
        /// The stable word.
        code: String,
        /// In a line.
        title: String,
        /// What to do next.
        detail: Option<String>,
        /// How long to wait before asking again.
        retry_after: Option<Duration>,
    },
    /// A file in the data folder.
    #[error("{file}: {why}")]
    Disk {
        /// Its name.
        file: String,
        /// In a few words.
        why: String,
    },
    /// There is no folder to keep a membership in.
    #[error("a membership needs a folder for data; set AURORA_STORE or pass --store DIR")]
    NoFolder,
    /// No randomness.
    #[error("the system gives no entropy")]
    NoEntropy,
    /// What would be sent is not what was shown.
    #[error("your answers have changed since the preview; look at it again before you publish")]
    Changed,
    /// Another process of AURORA is talking to the hub.
    #[error("another process of AURORA is talking to the hub; try again in a few seconds")]
    Busy,
}

fn refusal(status: u16, code: &str, title: &str, detail: Option<&str>) -> String {
    let detail = detail.map(|detail| format!("; {detail}")).unwrap_or_default();
    format!("the hub refuses: {title} ({status} {code}){detail}")
}

impl TeamError {
    /// Whether the same request may be taken later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Slow(_) | Self::TooLong(_) | Self::Garbage(_) | Self::Busy => {
                true
            }
            Self::Redirect(_) => true,
            Self::Refused { status, .. } => matches!(status, 401 | 403 | 408 | 425 | 429) || *status >= 500,
            _ => false,
        }
    }

    /// How long the hub asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// A fault of the file called `file`.
    pub(crate) fn disk(file: &str, why: &std::io::Error) -> Self {
        Self::Disk { file: file.to_owned(), why: why.to_string() }
    }
}
