//! The operator's token: set by hand, or generated on the first start and kept beside the store.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use oxeye_process::Secret;
use oxeye_process::private_file;
use rand::TryRngCore;
use rand::rngs::OsRng;
use thiserror::Error;

use super::Config;

const FILE_NAME: &str = "operator.token";

/// The minimum length of a token, in characters. A shorter one can be guessed.
pub(super) const MIN_LENGTH: usize = 16;

/// Why there is no operator token, as a sentence for the operator.
#[derive(Debug, Error)]
pub(crate) enum OperatorTokenError {
    /// The file cannot be read or written.
    #[error("the operator token in {} cannot be used: {why}", path.display())]
    File {
        path: PathBuf,
        /// The error from the operating system.
        why: String,
    },
    /// The file does not hold a token.
    #[error("the operator token in {} is not usable (it is not shown here): a token of at least {MIN_LENGTH} visible ASCII characters without blanks is expected; delete the file to have a new one made, or set OPERATOR_TOKEN", path.display())]
    Unusable { path: PathBuf },
    /// Whoever has the reader token could change everything.
    #[error(
        "READER_TOKEN is the same as the operator token, so its holders could change everything; choose another one"
    )]
    IsReaderToken,
    /// The backend has never run here.
    #[error("there is no operator token at {}; run this in the folder where Oxeye runs, or with its DATABASE_PATH (`oxeye serve` makes the token when it starts)", absolute(path).display())]
    Missing { path: PathBuf },
}

/// Returns the path of the file that holds the generated token.
pub(crate) fn operator_token_path(config: &Config) -> PathBuf {
    config.store.folder().join(FILE_NAME)
}

/// Returns the token, and generates it if there is none. Only the process that owns the store calls this, so that
/// no two processes generate one at once. A file that others can read is made private.
pub(crate) fn operator_token(config: &Config) -> Result<Secret, OperatorTokenError> {
    match kept_operator_token(config) {
        Err(OperatorTokenError::Missing { path }) => generate(&path),
        Ok(token) if config.operator_token.is_none() => {
            make_private(&operator_token_path(config));
            Ok(token)
        }
        kept => kept,
    }
}

/// Checks that [`operator_token`] will find a token or can generate one, and that it differs from the reader token. A
/// start calls it before it opens the store.
pub(crate) fn check_operator_token(config: &Config) -> Result<(), OperatorTokenError> {
    let operator = match kept_operator_token(config) {
        Err(OperatorTokenError::Missing { .. }) => return Ok(()),
        kept => kept?,
    };
    match &config.reader_token {
        Some(reader) if reader.expose() == operator.expose() => {
            Err(OperatorTokenError::IsReaderToken)
        }
        _ => Ok(()),
    }
}

/// Returns the token that a running backend accepts, for the command line.
pub(crate) fn kept_operator_token(config: &Config) -> Result<Secret, OperatorTokenError> {
    if let Some(token) = &config.operator_token {
        return Ok(token.clone());
    }
    let path = operator_token_path(config);
    match std::fs::read_to_string(&path) {
        Ok(content) => {
            let token = content.trim();
            let is_usable =
                token.len() >= MIN_LENGTH && token.bytes().all(|byte| byte.is_ascii_graphic());
            match is_usable {
                true => Ok(Secret::new(token.to_owned())),
                false => Err(OperatorTokenError::Unusable { path }),
            }
        }
        Err(error) if error.kind() == ErrorKind::InvalidData => {
            Err(OperatorTokenError::Unusable { path })
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(OperatorTokenError::Missing { path })
        }
        Err(error) => Err(OperatorTokenError::File {
            path,
            why: error.to_string(),
        }),
    }
}

/// Returns the path as someone in another directory would write it.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

fn generate(path: &Path) -> Result<Secret, OperatorTokenError> {
    let failed = |why: String| OperatorTokenError::File {
        path: path.to_owned(),
        why,
    };
    let mut random = [0_u8; 32];
    OsRng
        .try_fill_bytes(&mut random)
        .map_err(|error| failed(error.to_string()))?;
    let token: String = random.iter().map(|byte| format!("{byte:02x}")).collect();
    private_file::write_durably(path, format!("{token}\n").as_bytes())
        .map_err(|error| failed(error.to_string()))?;
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
            "{path} could be read by other users of this machine (mode {mode:04o}); now only its owner can read it (0600). If others may have read it, delete it and restart Oxeye, which then generates a new token"
        ),
        Err(error) => tracing::warn!(
            %error,
            "{path} can be read by other users of this machine (mode {mode:04o}), and that could not be changed"
        ),
    }
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}

#[cfg(test)]
mod tests;
