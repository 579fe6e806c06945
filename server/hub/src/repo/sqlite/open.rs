//! Opening, migrating and copying the embedded store.

use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::repo::RepoError;

/// Marks the file as the hub's ("AURH").
const APPLICATION_ID: i32 = 0x4155_5248;

/// Each leads from the version of its index to the next; forward only.
const MIGRATIONS: [&str; 1] = [include_str!("../../../migrations/sqlite/1.sql")];

/// The schema of this program.
pub const VERSION: u32 = MIGRATIONS.len() as u32;

/// How long a write waits for another process: a little less than a request waits for the store.
const BUSY_TIMEOUT: Duration = Duration::from_millis(800);

/// What SQLite said. The text of other than its own refusals could quote what was bound to a statement.
pub(crate) fn said(error: &rusqlite::Error) -> RepoError {
    match (error.sqlite_error_code(), error) {
        (Some(ErrorCode::ConstraintViolation), rusqlite::Error::SqliteFailure(_, Some(text))) => {
            RepoError::Refused(text.clone())
        }
        (Some(code), _) => RepoError::Unavailable(format!("{code:?}")),
        (None, _) => RepoError::Unavailable("an answer of another shape than asked for".to_owned()),
    }
}

fn place(path: &Path, error: &io::Error) -> RepoError {
    RepoError::Unavailable(format!("{}: {error}", path.display()))
}

/// The path with its folder as it really lies.
fn whole(path: &Path) -> io::Result<PathBuf> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let name = path.file_name().ok_or_else(|| io::Error::other("it names no file"))?;
    Ok(fs::canonicalize(folder)?.join(name))
}

/// Connects to the file, which must exist.
pub(crate) fn connect(path: &Path) -> Result<Connection, RepoError> {
    let flags =
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    // The flag refuses a link anywhere on the way; a folder may be one, the file itself may not.
    let whole = whole(path).map_err(|error| place(path, &error))?;
    let connect = || -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(&whole, flags)?;
        // The busy timeout comes first: with it last, most first opens of several processes failed.
        connection.busy_timeout(BUSY_TIMEOUT)?;
        for (pragma, value) in [
            ("trusted_schema", "OFF"),
            ("cell_size_check", "ON"),
            ("foreign_keys", "ON"),
            ("secure_delete", "ON"),
            ("temp_store", "MEMORY"),
        ] {
            connection.pragma_update(None, pragma, value)?;
        }
        let _: String = connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))?;
        // An acknowledged vote must survive a loss of power too.
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    };
    connect().map_err(|error| said(&error))
}

/// Makes the folder (0700), the file (0600) and the schema where they are missing, and brings an older schema to this
/// program's in one transaction; a store with contents is copied aside first. A newer one is left as it is.
///
/// # Errors
/// [`RepoError::Refused`] when the file belongs to another program, [`RepoError::Unavailable`] when it cannot be used.
pub fn migrate(path: &Path) -> Result<(), RepoError> {
    prepare(path).map_err(|error| place(path, &error))?;
    let mut connection = connect(path)?;
    let found = owned_version(&connection)?;
    if found >= VERSION {
        return Ok(());
    }
    if found > 0 {
        backup(path, &path.with_extension(format!("v{found}")))?;
    }
    let mut migrate = || -> rusqlite::Result<()> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another process may have been quicker.
        let found = version(&transaction)?;
        for migration in MIGRATIONS.iter().skip(found as usize) {
            transaction.execute_batch(migration)?;
        }
        if found < VERSION {
            transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        transaction.commit()
    };
    migrate().map_err(|error| said(&error))
}

/// The version of the schema; 0 for an empty file.
pub(crate) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.query_row("PRAGMA user_version", [], |row| row.get(0))
}

/// The same, of a file that is the hub's or empty.
pub(crate) fn owned_version(connection: &Connection) -> Result<u32, RepoError> {
    let look = || -> rusqlite::Result<(i64, i32, u32)> {
        // Tables first: another process makes tables and owner in one commit, which may come between the questions.
        let n_tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let owner = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
        Ok((n_tables, owner, version(connection)?))
    };
    let (n_tables, owner, version) = look().map_err(|error| said(&error))?;
    if owner != APPLICATION_ID && n_tables > 0 {
        return Err(RepoError::Refused("the file belongs to another program".to_owned()));
    }
    Ok(version)
}

/// Copies the store at `path` to the new file `copy` (0600) as it is at one moment, while others write.
///
/// # Errors
/// [`RepoError::Unavailable`] when `copy` exists or either file cannot be used.
pub fn backup(path: &Path, copy: &Path) -> Result<(), RepoError> {
    private(OpenOptions::new().write(true).create_new(true))
        .open(copy)
        .map_err(|error| place(copy, &error))?;
    let connection = connect(path)?;
    let done = connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()]);
    if done.is_err() {
        let _ = fs::remove_file(copy);
    }
    done.map(|_| ()).map_err(|error| said(&error))
}

/// Makes the folder and an empty file where there are none. An existing file must be a plain one, and becomes its
/// owner's alone.
fn prepare(path: &Path) -> io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.exists()) {
        let mut builder = fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(folder)?;
    }
    match private(OpenOptions::new().write(true).create_new(true)).open(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        made => return made.map(|_| ()),
    }
    let found = fs::symlink_metadata(path)?;
    if !found.file_type().is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if found.permissions().mode() & 0o077 != 0 {
            fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

/// For its owner only.
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_another_program_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.db");
        Connection::open(&path).unwrap().execute("CREATE TABLE theirs(x)", []).unwrap();
        let before = fs::read(&path).unwrap();
        assert!(matches!(migrate(&path), Err(RepoError::Refused(_))));
        let tables: i64 = Connection::open(&path)
            .unwrap()
            .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
            .unwrap();
        assert_eq!((tables, before.is_empty()), (1, false));
    }

    #[test]
    #[cfg(unix)]
    fn the_folder_may_be_a_link_and_the_file_may_not() {
        let folder = tempfile::tempdir().unwrap();
        let (real, link) = (folder.path().join("real"), folder.path().join("link"));
        fs::create_dir(&real).unwrap();
        std::os::unix::fs::symlink(&real, &link).unwrap();
        migrate(&link.join("hub.db")).unwrap();
        std::os::unix::fs::symlink(real.join("hub.db"), real.join("other.db")).unwrap();
        assert!(migrate(&real.join("other.db")).is_err() && connect(&real.join("other.db")).is_err());
    }

    #[test]
    #[cfg(unix)]
    fn store_and_copy_are_their_owners_alone_and_a_copy_never_overwrites() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (path, copy) = (folder.path().join("new/hub.db"), folder.path().join("copy.db"));
        migrate(&path).unwrap();
        migrate(&path).unwrap();
        backup(&path, &copy).unwrap();
        assert!(backup(&path, &copy).is_err());
        for file in [&path, &copy, &path.with_extension("db-wal")] {
            let Ok(found) = fs::metadata(file) else { continue };
            assert_eq!(found.permissions().mode() & 0o777, 0o600, "{}", file.display());
        }
        let connection = connect(&copy).unwrap();
        assert_eq!(owned_version(&connection).unwrap(), VERSION);
    }
}
