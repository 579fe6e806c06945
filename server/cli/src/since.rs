//! What changed since a git revision. Git is run by its arguments, never through a shell, and reads objects only: no
//! filter, hook or external diff of the repository is started.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, bail};
use aurora_advice::{Finding, Place};
use aurora_analysis::Analysis;
use aurora_text::LineIndex;

/// A revision, looked up once a folder.
pub(crate) struct Since {
    revision: String,
    commits: HashMap<PathBuf, String>,
}

impl Since {
    /// The revision called `revision`: a branch, a tag, a hash, `HEAD~3`.
    pub(crate) fn new(revision: &str) -> anyhow::Result<Self> {
        if revision.is_empty() || revision.starts_with('-') {
            bail!("{revision:?} is no git revision");
        }
        Ok(Self { revision: revision.to_owned(), commits: HashMap::new() })
    }

    /// The file at `path` as it was; `None` when the revision did not have it.
    pub(crate) fn before(&mut self, path: &str) -> anyhow::Result<Option<Vec<u8>>> {
        if path == "-" {
            bail!("--changed-since needs files, not standard input");
        }
        let path = Path::new(path);
        let folder = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = path.file_name().with_context(|| format!("{} is no file", path.display()))?;
        let commit = self.commit(folder)?;
        let mut object = std::ffi::OsString::from(format!("{commit}:./"));
        object.push(name);
        let output = git(folder).args(["cat-file", "blob"]).arg(object).output().context("cannot run git")?;
        Ok(output.status.success().then_some(output.stdout))
    }

    fn commit(&mut self, folder: &Path) -> anyhow::Result<String> {
        if let Some(known) = self.commits.get(folder) {
            return Ok(known.clone());
        }
        let wanted = format!("{}^{{commit}}", self.revision);
        let output = git(folder)
            .args(["rev-parse", "--verify", "--quiet", "--end-of-options", &wanted])
            .output()
            .context("cannot run git")?;
        if !output.status.success() {
            bail!(
                "there is no revision {} for {}, or it is in no git repository",
                self.revision,
                folder.display()
            );
        }
        let commit = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        self.commits.insert(folder.to_owned(), commit.clone());
        Ok(commit)
    }
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(folder).env("GIT_OPTIONAL_LOCKS", "0").stdin(Stdio::null());
    command
}

/// The findings of `after` that the change from `before` brought: those in records whose lines are new, and those of
/// columns and of the file that were not there, or had fewer places.
pub(crate) fn brought<'a>(before: &(String, Analysis), after: &'a (String, Analysis)) -> Vec<&'a Finding> {
    let index = LineIndex::new(&after.1.snapshot.rope.to_string());
    let is_new = new_lines(&before.0, &after.0);
    let name = |analysis: &Analysis, place: &Place| {
        place.field.and_then(|at| analysis.columns.get(at)).map(|column| column.header.name.clone())
    };
    let mut known: HashMap<(&str, Option<String>), u64> = HashMap::new();
    for finding in &before.1.findings {
        let n = known.entry((finding.code, name(&before.1, &finding.place))).or_default();
        *n = (*n).max(finding.n_places);
    }
    let in_new_record = |record: u64, finding: &Finding| {
        let settings = aurora_advice::Settings::default();
        let bounds = after.1.with_table(&settings, |table| {
            table.with_record(record, |block, r| r.span().shift(block.before.bytes))
        });
        let (start, end) =
            bounds.map_or((finding.place.span.start, finding.place.span.end), |b| (b.start, b.end));
        (index.line(start)..=index.line(end)).any(|line| is_new.get(line).copied().unwrap_or(true))
    };
    let is_brought = |finding: &&Finding| match finding.place.record {
        Some(record) => in_new_record(record, finding),
        None => {
            let had = known.get(&(finding.code, name(&after.1, &finding.place)));
            had.is_none_or(|&n| n < finding.n_places)
        }
    };
    after.1.findings.iter().filter(is_brought).collect()
}

/// For each line of `after`, whether it is new: `before` has no such line, or has it fewer times until here.
fn new_lines(before: &str, after: &str) -> Vec<bool> {
    let mut left: HashMap<&str, u64> = HashMap::new();
    for line in lines(before) {
        *left.entry(line).or_default() += 1;
    }
    lines(after)
        .map(|line| match left.get_mut(line) {
            Some(n) if *n > 0 => {
                *n -= 1;
                false
            }
            _ => true,
        })
        .collect()
}

/// Lines without their ends, cut where [`LineIndex`] cuts.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let Some(at) = text.find(['\n', '\r']) else {
            rest = None;
            return Some(text);
        };
        let end = if text[at..].starts_with("\r\n") { at + 2 } else { at + 1 };
        rest = Some(&text[end..]);
        Some(&text[..at])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_new_when_it_was_not_there_or_not_as_often() {
        assert_eq!(new_lines("a\nb\nc\n", "a\nx\nb\r\nb\nc\n"), [false, true, false, true, false, false]);
        assert_eq!(new_lines("", "a"), [true]);
    }

    #[test]
    fn a_revision_cannot_be_an_option() {
        assert!(Since::new("--output=/tmp/x").is_err());
    }
}
