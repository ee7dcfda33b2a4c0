//! A token that is made on the first start and kept in a private file.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use rand::TryRngCore;
use rand::rngs::OsRng;

use crate::{Secret, private_file};

/// The minimum length of a token, in characters. A shorter one can be guessed.
pub const MIN_LENGTH: usize = 16;

/// Why a file gives no token.
#[derive(Debug, thiserror::Error)]
pub enum TokenFileError {
    /// There is no file.
    #[error("there is no token at {}", .0.display())]
    Missing(PathBuf),
    /// The file holds no token.
    #[error("the token in {} is not usable (it is not shown here): a token of at least {MIN_LENGTH} visible ASCII characters without blanks is expected; delete the file to have a new one made", .0.display())]
    Unusable(PathBuf),
    /// The file cannot be read or written.
    #[error("the token in {} cannot be used: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// The error from the operating system.
        why: String,
    },
}

/// Returns the token in the file.
///
/// # Errors
/// When there is no file, or no token in it.
pub fn read(path: &Path) -> Result<Secret, TokenFileError> {
    match std::fs::read_to_string(path) {
        Ok(content) => {
            let token = content.trim();
            match is_token(token) {
                true => Ok(Secret::new(token.to_owned())),
                false => Err(TokenFileError::Unusable(path.to_owned())),
            }
        }
        Err(error) => match error.kind() {
            ErrorKind::InvalidData => Err(TokenFileError::Unusable(path.to_owned())),
            ErrorKind::NotFound => Err(TokenFileError::Missing(path.to_owned())),
            _ => Err(failed(path, error.to_string())),
        },
    }
}

/// Returns the token in the file, and makes a random one if there is none. A file that others can read
/// is made private. Only one process may call this for a file, so that no two make a token at once.
///
/// # Errors
/// When the file cannot be used or made.
pub fn read_or_make(path: &Path) -> Result<Secret, TokenFileError> {
    match read(path) {
        Err(TokenFileError::Missing(path)) => make(&path),
        Ok(token) => {
            make_private(path);
            Ok(token)
        }
        failed => failed,
    }
}

/// Whether a text can be a token: visible ASCII without blanks, because it travels in a header.
#[must_use]
pub fn is_token(text: &str) -> bool {
    text.len() >= MIN_LENGTH && text.bytes().all(|byte| byte.is_ascii_graphic())
}

fn failed(path: &Path, why: String) -> TokenFileError {
    TokenFileError::File {
        path: path.to_owned(),
        why,
    }
}

fn make(path: &Path) -> Result<Secret, TokenFileError> {
    let mut random = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut random)
        .map_err(|error| failed(path, error.to_string()))?;
    let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    private_file::write_durably(path, format!("{token}\n").as_bytes())
        .map_err(|error| failed(path, error.to_string()))?;
    Ok(Secret::new(token))
}

/// Makes a file that was written by hand readable only by its owner. If the mode cannot be changed, for example on a
/// read-only mount, only logs a warning.
#[cfg(unix)]
fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    let Ok(metadata) = std::fs::metadata(path) else {
        return;
    };
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 {
        return;
    }
    let mut permissions = metadata.permissions();
    permissions.set_mode(0o600);
    let changed = std::fs::set_permissions(path, permissions);
    let path = path.display();
    match changed {
        Ok(()) => tracing::warn!(
            "{path} could be read by other users of this machine (mode {mode:04o}); now only its owner can read it (0600). If others may have read it, delete it and restart, and a new token is made"
        ),
        Err(error) => tracing::warn!(
            %error,
            "{path} can be read by other users of this machine (mode {mode:04o}), and that could not be changed"
        ),
    }
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}
