//! Opening the database: pragmas in the order that works under contention, migration, and what to do with a
//! file that is not ours, broken, or from a newer version.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};

use crate::place::{self, DATABASE};
use crate::schema::{APPLICATION_ID, MIGRATIONS, VERSION};

/// How long a write waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// Broken stores that are kept aside.
const MAX_BROKEN: u32 = 3;

/// Why the store could not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The folder or a file of it.
    #[error("cannot use {path}: {source}; pass --store DIR or set AURORA_STORE to a folder you may write to", path = path.display())]
    Place {
        /// The folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database.
    #[error("{}", say(.0))]
    Database(#[from] rusqlite::Error),
    /// The database belongs to another program.
    #[error("the file rules.db belongs to another program; pass --store DIR")]
    Foreign,
    /// The store was opened for reading only.
    #[error("the store is read only")]
    ReadOnly,
}

/// What SQLite said, with what to do about it.
fn say(error: &rusqlite::Error) -> String {
    let hint = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => "locked by another process; try again",
        Some(ErrorCode::DiskFull) => "the disk is full; free some space",
        Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "it may not be written to; pass --store DIR"
        }
        Some(ErrorCode::CannotOpen) => "it cannot be opened; pass --store DIR",
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => "it is damaged and will be put aside",
        Some(ErrorCode::SystemIoFailure) => "the disk failed to read or write",
        // The text of other errors could quote what was bound to a statement.
        code => return format!("the store of learned rules failed ({code:?})"),
    };
    format!("the store of learned rules: {hint}")
}

/// How a store was opened.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Read and written.
    Full,
    /// Only read: it was written by a newer version.
    Newer,
    /// Only read: the file system does not let us write.
    ReadOnly,
}

/// Opens the store in `folder` (canonical), making it where there is none. `vfs` names a file layer of SQLite other
/// than the system's usual one.
pub(crate) fn open(folder: &Path, vfs: Option<&str>) -> Result<(Connection, Mode), StoreError> {
    let path = folder.join(DATABASE);
    match open_once(&path, vfs) {
        Err(StoreError::Database(error)) if is_broken(&error) => {
            let place_error = |source| StoreError::Place { path: folder.to_owned(), source };
            let _lock = place::lock(folder).map_err(place_error)?;
            // Another process may have put it aside while we waited for the lock: look again.
            match open_once(&path, vfs) {
                Err(StoreError::Database(error)) if is_broken(&error) => {
                    put_aside(&path).map_err(place_error)?;
                    open_once(&path, vfs)
                }
                other => other,
            }
        }
        other => other,
    }
}

/// A store in memory, for who has no folder.
pub(crate) fn open_in_memory() -> Result<Connection, StoreError> {
    let mut connection = Connection::open_in_memory()?;
    configure(&connection)?;
    migrate(&mut connection, None)?;
    Ok(connection)
}

/// Damaged, as opposed to locked, full, forbidden or failing: those pass, and the store must survive them.
fn is_broken(error: &rusqlite::Error) -> bool {
    matches!(error.sqlite_error_code(), Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt))
}

fn open_once(path: &Path, vfs: Option<&str>) -> Result<(Connection, Mode), StoreError> {
    let place_error = |source| StoreError::Place { path: path.to_owned(), source };
    let mut writable = true;
    match place::prepare_file(path) {
        Ok(()) => {}
        Err(error) if path.is_file() && !path.is_symlink() => {
            writable = false;
            let _ = error;
        }
        Err(error) => return Err(place_error(error)),
    }
    let flags = OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    if writable {
        match open_for_writing(path, flags, vfs) {
            Err(StoreError::Database(error))
                if matches!(
                    error.sqlite_error_code(),
                    Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied)
                ) => {}
            other => return other,
        }
    }
    let read_only = flags | OpenFlags::SQLITE_OPEN_READ_ONLY;
    let connection = connect(path, read_only, vfs)?;
    configure(&connection)?;
    let found = match version(&connection) {
        Ok(found) => (connection, found),
        // A write-ahead log needs files that a read-only disk cannot make; what cannot change needs none.
        Err(_) => {
            let text = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
            let address = format!("file:{text}?immutable=1");
            let connection = connect(Path::new(&address), read_only | OpenFlags::SQLITE_OPEN_URI, vfs)?;
            configure(&connection)?;
            let found = version(&connection)?;
            (connection, found)
        }
    };
    match found {
        (_, 0) => Err(StoreError::ReadOnly),
        (connection, _) => Ok((connection, Mode::ReadOnly)),
    }
}

fn connect(path: &Path, flags: OpenFlags, vfs: Option<&str>) -> rusqlite::Result<Connection> {
    match vfs {
        Some(vfs) => Connection::open_with_flags_and_vfs(path, flags, vfs),
        None => Connection::open_with_flags(path, flags),
    }
}

fn open_for_writing(
    path: &Path,
    flags: OpenFlags,
    vfs: Option<&str>,
) -> Result<(Connection, Mode), StoreError> {
    let mut connection = connect(path, flags | OpenFlags::SQLITE_OPEN_READ_WRITE, vfs)?;
    configure(&connection)?;
    // Before anything of ours is written: whose file is it?
    // Tables first: another process makes tables and owner in one commit, which may come between the two questions.
    let n_tables: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let owner: i32 = connection.query_row("PRAGMA application_id", [], |row| row.get(0))?;
    if owner != APPLICATION_ID && n_tables > 0 {
        return Err(StoreError::Foreign);
    }
    if version(&connection)? > VERSION {
        connection.pragma_update(None, "query_only", true)?;
        return Ok((connection, Mode::Newer));
    }
    if connection.is_readonly("main")? {
        return Ok((connection, Mode::ReadOnly));
    }
    connection.pragma_update(None, "auto_vacuum", "FULL")?;
    // Network file systems refuse WAL by answering with another mode; a rollback journal works there.
    let journal: String = connection.query_row("PRAGMA journal_mode=WAL", [], |row| row.get(0))?;
    if journal != "wal" {
        let _: String = connection.query_row("PRAGMA journal_mode=DELETE", [], |row| row.get(0))?;
    }
    // An acknowledged answer must survive a loss of power too.
    connection.pragma_update(None, "synchronous", "FULL")?;
    migrate(&mut connection, Some(path))?;
    let sound: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    if sound != "ok" {
        let code = rusqlite::ffi::Error::new(rusqlite::ffi::SQLITE_CORRUPT);
        return Err(rusqlite::Error::SqliteFailure(code, None).into());
    }
    Ok((connection, Mode::Full))
}

/// The busy timeout comes first: with it last, most first opens of eight processes failed.
fn configure(connection: &Connection) -> Result<(), StoreError> {
    connection.busy_timeout(BUSY_TIMEOUT)?;
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "secure_delete", true)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    Ok(())
}

fn version(connection: &Connection) -> Result<i32, StoreError> {
    Ok(connection.query_row("PRAGMA user_version", [], |row| row.get(0))?)
}

/// Brings the schema to our version in one transaction, which looks at the version again: another process may
/// have been quicker. A store with contents is copied aside first.
fn migrate(connection: &mut Connection, path: Option<&Path>) -> Result<(), StoreError> {
    migrate_by(MIGRATIONS, connection, path)
}

fn migrate_by(
    migrations: &[&str],
    connection: &mut Connection,
    path: Option<&Path>,
) -> Result<(), StoreError> {
    let wanted = migrations.len() as i32;
    let found = version(connection)?;
    if found >= wanted {
        return Ok(());
    }
    if let (true, Some(path)) = (found > 0, path) {
        let copy = path.with_extension(format!("db.v{found}"));
        if !copy.exists() && place::prepare_file(&copy).is_ok() {
            connection.execute("VACUUM INTO ?1", [copy.to_string_lossy()])?;
        }
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    for migration in migrations.iter().skip(found.max(0) as usize) {
        transaction.execute_batch(migration)?;
    }
    if found < wanted {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", wanted)?;
    }
    transaction.commit()?;
    Ok(())
}

/// Moves a damaged database with its side files out of the way; the newest is number 1.
fn put_aside(path: &Path) -> std::io::Result<()> {
    let side = |suffix: &str, number: u32| {
        let mut name = path.as_os_str().to_owned();
        name.push(format!("{suffix}.broken-{number}"));
        PathBuf::from(name)
    };
    for suffix in ["", "-wal", "-shm"] {
        for number in (1..MAX_BROKEN).rev() {
            let _ = fs::rename(side(suffix, number), side(suffix, number + 1));
        }
        let mut current = path.as_os_str().to_owned();
        current.push(suffix);
        match fs::rename(&current, side(suffix, 1)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_is_copied_aside_before_it_is_changed_and_a_failed_change_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(DATABASE);
        let (mut connection, _) = open(folder.path(), None).unwrap();
        connection.execute("INSERT INTO meta(k, v) VALUES('kept', 7)", []).unwrap();
        let add = "CREATE TABLE added(x INTEGER) STRICT";
        let broken = [MIGRATIONS[0], add, "CREATE TABLE meta(k)"];
        assert!(migrate_by(&broken, &mut connection, Some(&path)).is_err());
        assert_eq!(version(&connection).unwrap(), 1);
        assert!(connection.execute("INSERT INTO added VALUES(1)", []).is_err());
        // Two processes come to it: the second finds nothing left to do.
        let next = [MIGRATIONS[0], add];
        let mut other = Connection::open(&path).unwrap();
        migrate_by(&next, &mut connection, Some(&path)).unwrap();
        migrate_by(&next, &mut other, Some(&path)).unwrap();
        assert_eq!(version(&other).unwrap(), 2);
        connection.execute("INSERT INTO added VALUES(1)", []).unwrap();
        let copy = Connection::open(path.with_extension("db.v1")).unwrap();
        let kept: i64 = copy.query_row("SELECT v FROM meta WHERE k='kept'", [], |row| row.get(0)).unwrap();
        assert_eq!((kept, version(&copy).unwrap()), (7, 1));
    }
}
