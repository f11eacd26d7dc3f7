//! Files are written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// Bytes gathered before a write to the file.
const BUFFER: usize = 1 << 20;

/// Writes the file `path` by `write`, so that under its name there is either the whole new file or what was there.
///
/// The bytes go to a temporary file beside `path`, which is flushed to the disk, then renamed; then the directory is
/// flushed. When anything fails the temporary file is removed and an old file stays as it was. A symbolic link is
/// followed. A path that exists and is no regular file (a pipe, a device) is written to directly.
///
/// # Errors
/// [`Io`](crate::ErrorKind::Io) when the directory is missing or read-only, the disk is full, or the old file is
/// marked read-only.
pub fn write_beside(path: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<()> {
    let failed = |error| Error::io("write", path, error);
    match destination(path).map_err(failed)? {
        Destination::File(target) => replace(&target, write).map_err(failed),
        Destination::Stream => {
            let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
            write_all(&file, write).map_err(failed)
        }
    }
}

/// Makes sure that [`write_beside`] could begin to write `path`, and leaves everything as it is: for callers with hours
/// of work between the order and the file.
///
/// # Errors
/// [`Io`](crate::ErrorKind::Io) when the directory is missing or read-only, `path` is a directory, or the old file is
/// marked read-only. A disk that fills up later cannot be foreseen.
pub fn check_writable(path: &Path) -> Result<()> {
    let failed = |error| Error::io("write", path, error);
    match destination(path).map_err(failed)? {
        Destination::File(target) => temporary_beside(&target).map(drop).map_err(failed),
        // To open a pipe and close it again would tell its reader that this was all.
        Destination::Stream => Ok(()),
    }
}

/// Where the bytes for a path go.
enum Destination {
    /// To a file that is replaced as a whole.
    File(PathBuf),
    /// Straight into what is there: a pipe or a device.
    Stream,
}

fn destination(path: &Path) -> io::Result<Destination> {
    match fs::metadata(path) {
        Ok(old) if old.is_dir() => Err(ErrorKind::IsADirectory.into()),
        Ok(old) if old.is_file() && old.permissions().readonly() => {
            Err(io::Error::new(ErrorKind::PermissionDenied, "the old file is read-only"))
        }
        Ok(old) if old.is_file() => Ok(Destination::File(fs::canonicalize(path)?)),
        Ok(_) => Ok(Destination::Stream),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Destination::File(path.to_path_buf())),
        Err(error) => Err(error),
    }
}

fn write_all(file: &File, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    let mut writer = BufWriter::with_capacity(BUFFER, file);
    write(&mut writer)?;
    writer.flush()
}

fn replace(target: &Path, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
    // Dropping the temporary file, on any way out, removes it.
    let temporary = temporary_beside(target)?;
    write_all(temporary.as_file(), write)?;
    temporary.as_file().sync_all()?;
    temporary.persist(target).map_err(|error| error.error)?;
    sync_directory(directory_of(target))
}

/// An empty temporary file in the directory of `target`, with the permissions that `target` is to have.
fn temporary_beside(target: &Path) -> io::Result<tempfile::NamedTempFile> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".firth-").suffix(".tmp");
    if let Some(permissions) = permissions_for(target)? {
        builder.permissions(permissions);
    }
    let directory = directory_of(target);
    builder.tempfile_in(directory).map_err(|error| match directory.exists() {
        // Its own message would name the temporary file, which nobody asked for.
        true => io::Error::new(error.kind(), error.kind().to_string()),
        false => {
            let problem = format!("the directory {} does not exist", directory.display());
            io::Error::new(error.kind(), problem)
        }
    })
}

fn directory_of(target: &Path) -> &Path {
    target.parent().filter(|parent| *parent != Path::new("")).unwrap_or(Path::new("."))
}

/// Those of the old file, or what the user's mask allows: temporary files are otherwise private.
#[cfg(unix)]
fn permissions_for(target: &Path) -> io::Result<Option<fs::Permissions>> {
    use std::os::unix::fs::PermissionsExt;
    match fs::metadata(target) {
        Ok(old) => Ok(Some(old.permissions())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Some(fs::Permissions::from_mode(0o666))),
        Err(error) => Err(error),
    }
}

#[cfg(not(unix))]
fn permissions_for(_target: &Path) -> io::Result<Option<fs::Permissions>> {
    Ok(None)
}

/// Makes the rename itself last. File systems without such a thing say so, which is no failure.
#[cfg(unix)]
fn sync_directory(directory: &Path) -> io::Result<()> {
    match File::open(directory)?.sync_all() {
        Err(error) if matches!(error.kind(), ErrorKind::InvalidInput | ErrorKind::Unsupported) => Ok(()),
        result => result,
    }
}

#[cfg(not(unix))]
fn sync_directory(_directory: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let entries = fs::read_dir(directory).unwrap();
        entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[test]
    fn a_failing_writer_leaves_the_old_file_and_nothing_else() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("vectors.txt");
        write_beside(&path, |w| w.write_all(b"old")).unwrap();
        let error = write_beside(&path, |w| {
            w.write_all(&vec![b'x'; 3 * BUFFER])?;
            Err(io::Error::from(ErrorKind::StorageFull))
        })
        .unwrap_err();
        assert_eq!(error.kind(), crate::ErrorKind::Io);
        assert!(error.to_string().contains("vectors.txt"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(names(directory.path()), ["vectors.txt"]);
        write_beside(&path, |w| w.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(names(directory.path()), ["vectors.txt"]);
    }

    #[test]
    fn a_read_only_file_is_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("kept");
        fs::write(&path, "old").unwrap();
        let mut permissions = fs::metadata(&path).unwrap().permissions();
        permissions.set_readonly(true);
        fs::set_permissions(&path, permissions).unwrap();
        let error = write_beside(&path, |w| w.write_all(b"new")).unwrap_err();
        assert!(error.to_string().contains("read-only"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn a_missing_directory_and_a_directory_are_refused() {
        let directory = tempfile::tempdir().unwrap();
        for path in [directory.path().join("missing/file"), directory.path().to_path_buf()] {
            for result in [write_beside(&path, |_| Ok(())), check_writable(&path)] {
                let error = result.unwrap_err();
                assert_eq!(error.kind(), crate::ErrorKind::Io);
                assert!(error.to_string().contains(&*path.to_string_lossy()), "{error}");
                assert!(!error.to_string().contains(".firth-"), "{error}");
            }
        }
        check_writable(&directory.path().join("file")).unwrap();
        assert!(names(directory.path()).is_empty());
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_as_readable_as_any_other_and_a_replaced_one_stays_so() {
        use std::os::unix::fs::PermissionsExt;
        let directory = tempfile::tempdir().unwrap();
        let (ours, plain) = (directory.path().join("ours"), directory.path().join("plain"));
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        write_beside(&ours, |_| Ok(())).unwrap();
        fs::write(&plain, "").unwrap();
        assert_eq!(mode(&ours), mode(&plain));
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o600)).unwrap();
        write_beside(&ours, |_| Ok(())).unwrap();
        assert_eq!(mode(&ours) & 0o777, 0o600);
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed() {
        let directory = tempfile::tempdir().unwrap();
        let (file, link) = (directory.path().join("file"), directory.path().join("link"));
        fs::write(&file, "old").unwrap();
        std::os::unix::fs::symlink(&file, &link).unwrap();
        write_beside(&link, |w| w.write_all(b"new")).unwrap();
        assert_eq!(fs::read(&file).unwrap(), b"new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_device_is_an_error() {
        let error = write_beside(Path::new("/dev/full"), |w| w.write_all(b"x")).unwrap_err();
        assert!(error.to_string().contains("/dev/full"), "{error}");
    }
}
