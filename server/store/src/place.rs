//! Where the store lies, and how its files come to be: readable by their owner only, never through a link.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use aurora_privacy::InstallKey;

/// Name of the database in its folder.
pub const DATABASE: &str = "rules.db";
/// Name of the key file beside it.
pub const KEY: &str = "install.key";
/// Taken while a broken store is put aside, and shared by those who draw.
pub const LOCK: &str = "rules.lock";

/// Name of the report of faults beside it.
pub const FAULTS: &str = "faults.log";
/// A report of faults that has become longer is begun anew.
const MAX_REPORT_BYTES: u64 = 64 * 1024;

/// Where the store lies.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Folder {
    /// `AURORA_STORE`, else the platform's folder for data.
    #[default]
    Platform,
    /// This folder.
    At(PathBuf),
    /// Nowhere: in memory only.
    Memory,
}

impl Folder {
    /// The folder to use; `None` is memory only. Relative and empty values of variables are ignored.
    pub fn path(&self) -> Option<PathBuf> {
        match self {
            Self::At(path) => Some(path.clone()),
            Self::Memory => None,
            Self::Platform => platform_folder(&|name| std::env::var_os(name)),
        }
    }
}

/// The folder that the environment names; `None` when it names none.
fn platform_folder(variable: &dyn Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(folder) = absolute("AURORA_STORE") {
        return Some(folder);
    }
    let data = if cfg!(windows) {
        absolute("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        absolute("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        absolute("XDG_DATA_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/share")))
    };
    data.map(|data| data.join("aurora"))
}

/// A folder as a person is told of it: the account's own folder is `~`, which also keeps its name off the screen.
pub(crate) fn shown(folder: &Path) -> String {
    below(folder, std::env::home_dir())
}

fn below(folder: &Path, home: Option<PathBuf>) -> String {
    // What `prepare_folder` gives is canonical, and a home may be a link.
    let homes = home.into_iter().flat_map(|home| [fs::canonicalize(&home).ok(), Some(home)]).flatten();
    let mut rest = homes.filter(|home| home.is_absolute() && home.parent().is_some()).filter_map(|home| {
        let rest = folder.strip_prefix(home).ok()?;
        Some(Path::new("~").join(rest).display().to_string())
    });
    rest.next().unwrap_or_else(|| folder.display().to_string())
}

/// The identity of a file through its versions, and the name of its domain: what [`crate::Learner::file`] takes.
/// The identity is `dataset` where aurora.toml names one, else the canonical path, which a file keeps when it is deleted. The
/// domain is `label` where
/// aurora.toml names one, else the project's root: the nearest folder upward with an aurora.toml or a .git, else
/// the file's own folder.
pub fn file_of(path: &Path, dataset: Option<&str>, label: Option<&str>) -> (String, String) {
    let path = canonical(path);
    let identity = match dataset {
        Some(dataset) => format!("dataset:{dataset}"),
        None => format!("path:{}", path.display()),
    };
    let domain = label.map_or_else(
        || {
            let is_root =
                |folder: &&Path| folder.join("aurora.toml").exists() || folder.join(".git").exists();
            let root = path.ancestors().skip(1).find(is_root).or_else(|| path.parent());
            format!("root:{}", root.unwrap_or(&path).display())
        },
        |label| format!("label:{label}"),
    );
    (identity, domain)
}

/// The canonical path of `path`. Of what is not there any more it is that of the nearest folder that is, and the rest.
fn canonical(path: &Path) -> PathBuf {
    if let Ok(path) = fs::canonicalize(path) {
        return path;
    }
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let from = |folder: &Path| {
        let rest = path.strip_prefix(folder).ok()?;
        Some(fs::canonicalize(folder).ok()?.join(rest))
    };
    path.ancestors().skip(1).find_map(from).unwrap_or_else(|| path.clone())
}

/// Makes the folder (0700) where it is missing and gives its canonical path.
pub(crate) fn prepare_folder(folder: &Path) -> io::Result<PathBuf> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)?;
    fs::canonicalize(folder)
}

/// Makes an empty file (0600) where there is none. An existing file must be a plain file, not a link.
pub(crate) fn prepare_file(path: &Path) -> io::Result<()> {
    match private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(path)?;
            if !found.file_type().is_file() {
                return Err(io::Error::other(format!("{} is not a plain file", path.display())));
            }
            restrict(path, &found);
            Ok(())
        }
        Err(error) => Err(error),
    }
}

/// Adds `line`, which says where in the program a fault was, to the report in `folder`; gives the report's path.
pub fn report_fault(folder: &Path, line: &str) -> io::Result<PathBuf> {
    let path = prepare_folder(folder)?.join(FAULTS);
    prepare_file(&path)?;
    let is_long = fs::symlink_metadata(&path)?.len() > MAX_REPORT_BYTES;
    let mut options = OpenOptions::new();
    let options = if is_long { options.write(true).truncate(true) } else { options.append(true) };
    writeln!(private(options).open(&path)?, "{line}")?;
    Ok(path)
}

/// How long a key is waited for that another process writes in place.
const KEY_PATIENCE: Duration = Duration::from_secs(2);

/// Reads the install's key, or makes one of `fresh` bytes where there is none.
pub(crate) fn install_key(folder: &Path, fresh: [u8; 32]) -> io::Result<InstallKey> {
    let path = folder.join(KEY);
    if fs::symlink_metadata(&path).is_err() {
        make_key(folder, &path, &fresh)?;
    }
    let found = fs::symlink_metadata(&path)?;
    if !found.file_type().is_file() {
        return Err(io::Error::other(format!("{} is not a plain file", path.display())));
    }
    restrict(&path, &found);
    let since = Instant::now();
    loop {
        let mut bytes = [0; 32];
        match private(OpenOptions::new().read(true)).open(&path)?.read_exact(&mut bytes) {
            Ok(()) => return Ok(InstallKey::new(bytes)),
            Err(error) if error.kind() != io::ErrorKind::UnexpectedEof || since.elapsed() > KEY_PATIENCE => {
                return Err(error);
            }
            Err(_) => std::thread::sleep(Duration::from_millis(10)),
        }
    }
}

/// Writes the key, unless another process is first.
fn make_key(folder: &Path, path: &Path, fresh: &[u8; 32]) -> io::Result<()> {
    // Written elsewhere and then linked, so that nobody ever reads half a key; a link never overwrites.
    let draft = folder.join(format!(
        "{KEY}.{:016x}",
        getrandom::u64().map_err(|_| io::Error::other("the system gives no entropy"))?
    ));
    let write = |path: &Path| {
        let mut file = private(OpenOptions::new().write(true).create_new(true)).open(path)?;
        file.write_all(fresh).and_then(|()| file.sync_all())
    };
    let linked = write(&draft).and_then(|()| fs::hard_link(&draft, path));
    let _ = fs::remove_file(&draft);
    // Some file systems know no links; there a reader waits until the key is whole.
    let made = linked
        .or_else(|error| if error.kind() == io::ErrorKind::AlreadyExists { Err(error) } else { write(path) });
    match made {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// The lock that is held while a broken store is put aside.
pub(crate) fn lock(folder: &Path) -> io::Result<File> {
    let file = lock_file(folder)?;
    file.lock()?;
    Ok(file)
}

/// The lock that is held between a spend and its draw, by as many as draw.
pub(crate) fn lock_to_draw(folder: &Path) -> io::Result<File> {
    let file = lock_file(folder)?;
    file.lock_shared()?;
    Ok(file)
}

/// The same lock where nobody holds it: whoever held it when their process died holds it no more.
pub(crate) fn lock_if_nobody_draws(folder: &Path) -> Option<File> {
    let file = lock_file(folder).ok()?;
    file.try_lock().ok()?;
    Some(file)
}

fn lock_file(folder: &Path) -> io::Result<File> {
    private(OpenOptions::new().write(true).create(true).truncate(false)).open(folder.join(LOCK))
}

/// For its owner only, and not through a link.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600).custom_flags(libc::O_NOFOLLOW);
    }
    options
}

/// Takes away what others may do with a file that we found.
fn restrict(path: &Path, found: &fs::Metadata) {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if found.permissions().mode() & 0o077 != 0 {
            let _ = fs::set_permissions(path, fs::Permissions::from_mode(0o600));
        }
    }
    #[cfg(not(unix))]
    let _ = (path, found);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(variables: &[(&str, &str)]) -> Option<PathBuf> {
        platform_folder(&|name| variables.iter().find(|(n, _)| *n == name).map(|(_, v)| OsString::from(v)))
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn relative_and_empty_places_are_ignored() {
        let at = |path: &str| Some(PathBuf::from(path));
        assert_eq!(folder(&[("AURORA_STORE", "/s"), ("HOME", "/h")]), at("/s"));
        assert_eq!(folder(&[("AURORA_STORE", "s"), ("HOME", "/h")]), at("/h/.local/share/aurora"));
        assert_eq!(folder(&[("XDG_DATA_HOME", "/x"), ("HOME", "/h")]), at("/x/aurora"));
        assert_eq!(folder(&[("XDG_DATA_HOME", ""), ("HOME", "/h")]), at("/h/.local/share/aurora"));
        assert_eq!(folder(&[("HOME", "")]), None);
        assert_eq!(folder(&[]), None);
    }

    #[test]
    #[cfg(unix)]
    fn a_folder_below_the_home_is_shown_from_there() {
        let shown = |folder: &str, home: Option<&str>| below(Path::new(folder), home.map(PathBuf::from));
        assert_eq!(shown("/h/ann/data/aurora", Some("/h/ann")), "~/data/aurora");
        assert_eq!(shown("/h/anne/data", Some("/h/ann")), "/h/anne/data");
        assert_eq!(shown("/var/aurora", Some("/")), "/var/aurora");
        assert_eq!(shown("/var/aurora", Some("")), "/var/aurora");
        assert_eq!(shown("/var/aurora", None), "/var/aurora");
        let folder = tempfile::tempdir().unwrap();
        let (home, link) = (folder.path().join("home"), folder.path().join("link"));
        fs::create_dir(&home).unwrap();
        std::os::unix::fs::symlink(&home, &link).unwrap();
        let store = fs::canonicalize(&home).unwrap().join("store");
        assert_eq!(below(&store, Some(link)), "~/store");
    }

    #[test]
    fn a_file_is_known_by_its_data_set_or_its_path() {
        let folder = tempfile::tempdir().unwrap();
        let root = fs::canonicalize(folder.path()).unwrap();
        fs::create_dir_all(root.join("project/.git")).unwrap();
        fs::create_dir_all(root.join("project/data")).unwrap();
        let file = root.join("project/data/a.csv");
        fs::write(&file, "").unwrap();
        let (identity, domain) = file_of(&file, None, None);
        assert_eq!(identity, format!("path:{}", file.display()));
        assert_eq!(domain, format!("root:{}", root.join("project").display()));
        // As long as anything of its path is left, it is the same file without it.
        fs::remove_file(&file).unwrap();
        assert_eq!(file_of(&file, None, None), (identity.clone(), domain));
        let roundabout = root.join("project/data/../data/a.csv");
        assert_eq!(file_of(&roundabout, None, None).0, identity);
        fs::remove_dir(root.join("project/data")).unwrap();
        assert_eq!(file_of(&file, None, None).0, identity);
        let named = file_of(&file, Some("sales"), Some("finance"));
        assert_eq!(named, ("dataset:sales".to_owned(), "label:finance".to_owned()));
    }
}
