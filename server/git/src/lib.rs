//! A file as it was in an earlier revision, read from git's objects.
//!
//! A repository is not trusted: git is run by its arguments, never through a shell, and only to name a commit and to
//! print an object. No filter, hook, file system monitor or diff program of the repository is started, no object is
//! fetched from elsewhere, and what it prints is bounded in bytes and in time.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::Duration;

/// Why a revision cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It may be taken for an option.
    #[error("{0:?} is no git revision")]
    NoRevision(String),
    /// There is no such commit, or no repository.
    #[error("there is no revision {revision} for {folder}, or it is in no git repository", folder = folder.display())]
    Unknown {
        /// As it was asked for.
        revision: String,
        /// The folder of the file.
        folder: PathBuf,
    },
    /// The path has no name, or there is no such file.
    #[error("{0} is no file")]
    NoFile(PathBuf),
    /// Git is not there, or cannot be started.
    #[error("cannot run git: {0}")]
    NoGit(#[from] io::Error),
    /// The file as it was has more bytes than wanted.
    #[error("the file was larger than {0} bytes")]
    TooLarge(u64),
    /// Git took too long.
    #[error("git took longer than {0:?}")]
    TooSlow(Duration),
}

/// How much is read at most.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of the file.
    pub bytes: u64,
    /// Time of each run of git.
    pub time: Duration,
}

impl Limits {
    /// Where nobody has asked: 64 MiB and five seconds.
    pub const UNASKED: Self = Self { bytes: 64 << 20, time: Duration::from_secs(5) };
    /// Where a person waits for it: whatever it takes.
    pub const NONE: Self = Self { bytes: u64::MAX, time: Duration::MAX };
}

/// A file as it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// Its bytes as they rest in git: no filter has seen them.
    pub bytes: Vec<u8>,
    /// The revision with the beginning of its commit's hash, for people: `HEAD (1a2b3c4)`.
    pub revision: String,
}

/// A revision, looked up once a folder.
#[derive(Debug)]
pub struct Revision {
    name: String,
    limits: Limits,
    commits: HashMap<PathBuf, String>,
}

impl Revision {
    /// The revision called `name`: a branch, a tag, a hash, `HEAD~3`.
    pub fn new(name: &str, limits: Limits) -> Result<Self, Error> {
        if name.is_empty() || name.starts_with('-') {
            return Err(Error::NoRevision(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), limits, commits: HashMap::new() })
    }

    /// The last commit, read where nobody has asked for it.
    pub fn head() -> Self {
        Self { name: "HEAD".to_owned(), limits: Limits::UNASKED, commits: HashMap::new() }
    }

    /// The file at `path` as it was; `None` when the revision did not have it. A link is followed first.
    pub fn file(&mut self, path: &Path) -> Result<Option<Version>, Error> {
        let real = path.canonicalize().map_err(|_| Error::NoFile(path.to_owned()))?;
        let (Some(folder), Some(name)) = (real.parent(), real.file_name()) else {
            return Err(Error::NoFile(path.to_owned()));
        };
        let commit = self.commit(folder)?;
        let mut object = OsString::from(format!("{commit}:./"));
        object.push(name);
        let mut git = git(folder);
        git.args(["cat-file", "blob"]).arg(object);
        let (status, bytes) = run(git, self.limits)?;
        let revision = format!("{} ({})", self.name, commit.get(..7).unwrap_or(&commit));
        Ok(status.success().then_some(Version { bytes, revision }))
    }

    fn commit(&mut self, folder: &Path) -> Result<String, Error> {
        if let Some(known) = self.commits.get(folder) {
            return Ok(known.clone());
        }
        let wanted = format!("{}^{{commit}}", self.name);
        let mut git = git(folder);
        git.args(["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted]);
        let (status, answer) = run(git, self.limits)?;
        if !status.success() {
            return Err(Error::Unknown { revision: self.name.clone(), folder: folder.to_owned() });
        }
        let commit = String::from_utf8_lossy(&answer).trim().to_owned();
        self.commits.insert(folder.to_owned(), commit.clone());
        Ok(commit)
    }
}

/// Whether `path` lies below a folder that holds a repository: answered without running git.
pub fn is_in_repository(path: &Path) -> bool {
    let real = path.canonicalize();
    real.is_ok_and(|real| real.ancestors().skip(1).any(|folder| folder.join(".git").exists()))
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .args(["--no-replace-objects", "-C"])
        .arg(folder)
        .env("GIT_OPTIONAL_LOCKS", "0")
        // A partial clone would fetch what it lacks, by a program that the repository names.
        .env("GIT_NO_LAZY_FETCH", "1")
        .env("GIT_ALLOW_PROTOCOL", "none")
        .env("GIT_TERMINAL_PROMPT", "0")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Runs `command` to its end, or kills it where it says or takes too much.
fn run(mut command: Command, limits: Limits) -> Result<(ExitStatus, Vec<u8>), Error> {
    let mut child = command.stdout(Stdio::piped()).spawn()?;
    let Some(output) = child.stdout.take() else {
        return Err(Error::NoGit(io::ErrorKind::BrokenPipe.into()));
    };
    let (done, told) = mpsc::channel::<()>();
    let watch = std::thread::spawn(move || {
        // Ends at once when the reader hangs up.
        let late = told.recv_timeout(limits.time) == Err(mpsc::RecvTimeoutError::Timeout);
        if late {
            let _ = child.kill();
        }
        (late, child)
    });
    let mut bytes = Vec::new();
    let read = output.take(limits.bytes.saturating_add(1)).read_to_end(&mut bytes);
    drop(done);
    let Ok((late, mut child)) = watch.join() else { return Err(Error::NoGit(io::ErrorKind::Other.into())) };
    let too_large = bytes.len() as u64 > limits.bytes;
    if too_large {
        let _ = child.kill();
    }
    let status = child.wait()?;
    read?;
    match (late, too_large) {
        (true, _) => Err(Error::TooSlow(limits.time)),
        (_, true) => Err(Error::TooLarge(limits.bytes)),
        _ => Ok((status, bytes)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use std::fs;

    fn repository() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for arguments in [&["init", "-q"][..], &["add", "."], &["commit", "-qm", "one"]] {
            fs::write(folder.path().join("a.csv"), "a,b\n1,2\n").unwrap();
            let done = Command::new("git")
                .args(["-c", "user.name=t", "-c", "user.email=t@example.org"])
                .args(arguments)
                .current_dir(folder.path())
                .output()
                .unwrap();
            assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        }
        folder
    }

    #[test]
    fn a_file_is_read_as_it_was_and_a_new_one_was_not_there() {
        let folder = repository();
        let path = folder.path().join("a.csv");
        fs::write(&path, "changed").unwrap();
        let mut head = Revision::head();
        let version = head.file(&path).unwrap().unwrap();
        assert_eq!(version.bytes, b"a,b\n1,2\n");
        assert!(version.revision.starts_with("HEAD (") && version.revision.len() == 14, "{version:?}");
        let new = folder.path().join("b.csv");
        fs::write(&new, "").unwrap();
        assert_eq!(head.file(&new).unwrap(), None);
        assert!(is_in_repository(&path));
    }

    #[test]
    fn what_is_large_slow_or_nowhere_is_an_error_and_no_wait() {
        let folder = repository();
        let path = folder.path().join("a.csv");
        let mut small = Revision::new("HEAD", Limits { bytes: 4, ..Limits::NONE }).unwrap();
        // The hash itself is longer.
        assert!(matches!(small.file(&path), Err(Error::TooLarge(4))));
        let outside = tempfile::tempdir().unwrap();
        let lonely = outside.path().join("a.csv");
        fs::write(&lonely, "").unwrap();
        assert!(!is_in_repository(&lonely));
        assert!(matches!(Revision::head().file(&lonely), Err(Error::Unknown { .. })));
        assert!(matches!(Revision::head().file(&outside.path().join("none.csv")), Err(Error::NoFile(_))));
        let mut sleeper = Command::new("sleep");
        sleeper.arg("60");
        let limits = Limits { time: Duration::from_millis(50), ..Limits::NONE };
        assert!(matches!(run(sleeper, limits), Err(Error::TooSlow(_))));
    }

    #[test]
    fn a_revision_cannot_be_an_option() {
        assert!(Revision::new("--output=/tmp/x", Limits::NONE).is_err());
    }
}
