//! Files for their owner only (0600), never through a link, replaced as a whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

/// The most that is read of a file.
const MAX_BYTES: u64 = 4 << 20;

/// Writes `bytes` to the file called `name`; whoever reads it sees the old or the new ones, also after a crash.
pub(crate) fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    prepare(folder)?;
    let draft = folder.join(format!("{name}.{}", std::process::id()));
    // What a process of this number left behind in a crash.
    let _ = fs::remove_file(&draft);
    let mut file = private(OpenOptions::new().write(true).create_new(true)).open(&draft)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file);
    let renamed = written.and_then(|()| fs::rename(&draft, folder.join(name)));
    if renamed.is_err() {
        let _ = fs::remove_file(&draft);
    }
    renamed
}

/// The bytes of the file called `name`; `None` when there is none.
pub(crate) fn read(folder: &Path, name: &str) -> io::Result<Option<Vec<u8>>> {
    let path = folder.join(name);
    let found = match fs::symlink_metadata(&path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    if !found.file_type().is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    restrict(&path, &found);
    let mut bytes = Vec::new();
    private(OpenOptions::new().read(true)).open(&path)?.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MAX_BYTES {
        return Err(io::Error::other("it is longer than AURORA ever writes it"));
    }
    Ok(Some(bytes))
}

/// Deletes the file called `name`, if there is one.
pub(crate) fn remove(folder: &Path, name: &str) -> io::Result<()> {
    match fs::remove_file(folder.join(name)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// The lock called `name`, held until it is dropped; `None` while another process holds it.
pub(crate) fn lock(folder: &Path, name: &str) -> io::Result<Option<File>> {
    prepare(folder)?;
    let file =
        private(OpenOptions::new().write(true).create(true).truncate(false)).open(folder.join(name))?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(fs::TryLockError::WouldBlock) => Ok(None),
        Err(fs::TryLockError::Error(error)) => Err(error),
    }
}

/// Makes the folder (0700) where it is missing.
fn prepare(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
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

    #[test]
    fn what_is_written_is_read_back_and_gone_after_removal() {
        let folder = tempfile::tempdir().unwrap();
        let below = folder.path().join("a/b");
        assert_eq!(read(&below, "x").unwrap(), None);
        write(&below, "x", b"one").unwrap();
        write(&below, "x", b"two").unwrap();
        assert_eq!(read(&below, "x").unwrap().unwrap(), b"two");
        assert_eq!(fs::read_dir(&below).unwrap().count(), 1);
        remove(&below, "x").unwrap();
        remove(&below, "x").unwrap();
        assert_eq!(read(&below, "x").unwrap(), None);
    }

    #[test]
    #[cfg(unix)]
    fn others_may_not_read_it_and_no_link_is_followed() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "x", b"one").unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("x"), 0o600);
        fs::set_permissions(folder.path().join("x"), fs::Permissions::from_mode(0o644)).unwrap();
        read(folder.path(), "x").unwrap();
        assert_eq!(mode("x"), 0o600);
        std::os::unix::fs::symlink(folder.path().join("x"), folder.path().join("y")).unwrap();
        assert!(read(folder.path(), "y").is_err());
    }

    #[test]
    fn a_lock_is_held_by_one() {
        let folder = tempfile::tempdir().unwrap();
        let held = lock(folder.path(), "l").unwrap();
        assert!(held.is_some() && lock(folder.path(), "l").unwrap().is_none());
        drop(held);
        assert!(lock(folder.path(), "l").unwrap().is_some());
    }
}
