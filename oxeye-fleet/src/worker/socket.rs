//! The Unix socket of a worker. Its mode lets the user and the group of the worker in; which group that
//! is, the folder decides.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt as _, PermissionsExt as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};

use tokio::net::UnixListener;

/// The longest path of a socket in bytes, with the end that it has before it is finished. Linux keeps it in 108
/// bytes, of which the last is a zero.
const LONGEST_PATH: usize = 107 - UNFINISHED.len();

/// The end of the name of a socket that is not finished.
const UNFINISHED: &str = ".new";

/// Listens at a path. It appears there with its final mode, in place of one that a worker has left behind.
///
/// # Errors
/// When another worker listens there, something else is there, the path is too long, or the folder cannot be
/// used.
pub(super) fn bind(path: &Path) -> io::Result<UnixListener> {
    if path.as_os_str().len() > LONGEST_PATH {
        let sentence = format!("the path has more than {LONGEST_PATH} bytes");
        return Err(io::Error::other(sentence));
    }
    is_left_behind(path)?;
    let unfinished = unfinished(path);
    if is_left_behind(&unfinished)? {
        fs::remove_file(&unfinished)?;
    }
    let listener = UnixListener::bind(&unfinished)?;
    let placed = fs::set_permissions(&unfinished, fs::Permissions::from_mode(0o660))
        .and_then(|()| fs::rename(&unfinished, path));
    if let Err(error) = placed {
        // The first error is the one to report.
        let _ = fs::remove_file(&unfinished);
        return Err(error);
    }
    Ok(listener)
}

/// Returns whether a worker has left a socket behind at a path.
///
/// # Errors
/// When somebody listens there, or it is no socket.
fn is_left_behind(path: &Path) -> io::Result<bool> {
    match fs::symlink_metadata(path) {
        Ok(found) if !found.file_type().is_socket() => {
            Err(io::Error::other("something else is there"))
        }
        Ok(_) if UnixStream::connect(path).is_ok() => {
            Err(io::Error::other("another worker listens there"))
        }
        Ok(_) => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(UNFINISHED);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_socket_that_was_left_behind_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("worker.sock");
        drop(bind(&path).unwrap());

        let _listener = bind(&path).unwrap();

        let mode = fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o660);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        let refused = bind(&path).unwrap_err().to_string();
        assert_eq!(refused, "another worker listens there");
    }

    #[tokio::test]
    async fn a_path_may_be_as_long_as_the_system_allows_with_the_temporary_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = |bytes: usize| {
            let rest = bytes - folder.path().as_os_str().len() - 1;
            folder.path().join("s".repeat(rest))
        };
        // The system itself would take four more.
        let longer = UnixListener::bind(path(LONGEST_PATH + UNFINISHED.len())).unwrap();
        drop(longer);

        let _listener = bind(&path(LONGEST_PATH)).unwrap();
        let refused = bind(&path(LONGEST_PATH + 1)).unwrap_err().to_string();

        assert_eq!(refused, "the path has more than 103 bytes");
    }

    #[tokio::test]
    async fn a_file_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("worker.sock");
        for theirs in [path.clone(), unfinished(&path)] {
            fs::write(&theirs, "somebody's").unwrap();

            let refused = bind(&path).unwrap_err().to_string();

            assert_eq!(refused, "something else is there");
            assert_eq!(fs::read(&theirs).unwrap(), b"somebody's");
            fs::remove_file(&theirs).unwrap();
        }
    }

    #[tokio::test]
    async fn a_socket_that_was_not_finished_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("worker.sock");
        let unfinished = unfinished(&path);
        let other = UnixListener::bind(&unfinished).unwrap();
        let refused = bind(&path).unwrap_err().to_string();
        assert_eq!(refused, "another worker listens there");
        drop(other);

        let _listener = bind(&path).unwrap();

        assert!(!unfinished.exists());
    }
}
