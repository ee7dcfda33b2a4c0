//! The operator's token: set by hand, or made on the first start and kept beside the store.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use oxeye_process::Secret;
use oxeye_process::private_file;
use rand::TryRngCore;
use rand::rngs::OsRng;
use thiserror::Error;

use super::Config;

const FILE_NAME: &str = "operator.token";

/// Characters of the shortest token that is taken: what is shorter can be guessed.
pub(super) const SHORTEST: usize = 16;

/// Why there is no operator token, as a sentence for the operator.
#[derive(Debug, Error)]
pub enum OperatorTokenError {
    /// The file cannot be read or written.
    #[error("the operator token in {} cannot be used: {why}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        why: String,
    },
    /// The file holds something else than a token.
    #[error("the operator token in {} is not usable (it is not shown here): a token of at least {SHORTEST} visible ASCII characters without blanks is expected; delete the file to have a new one made, or set OPERATOR_TOKEN", path.display())]
    Unusable {
        /// The file.
        path: PathBuf,
    },
    /// The backend never ran here.
    #[error("there is no operator token at {}; run this in the folder where Oxeye runs, or with its DATABASE_PATH (`oxeye serve` makes the token when it starts)", absolute(path).display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
}

/// Where the generated token is kept.
pub fn operator_token_path(config: &Config) -> PathBuf {
    config.data_folder().join(FILE_NAME)
}

/// The token, generated if there is none. For the process that owns the store, so that no two generate at once.
/// A file that others may read is made private.
pub fn operator_token(config: &Config) -> Result<Secret, OperatorTokenError> {
    match kept_operator_token(config) {
        Err(OperatorTokenError::Missing { path }) => generate(&path),
        Ok(token) if config.operator_token.is_none() => {
            make_private(&operator_token_path(config));
            Ok(token)
        }
        kept => kept,
    }
}

/// Whether [`operator_token`] can be expected to find or make one. For a start, before it opens the store.
pub fn check_operator_token(config: &Config) -> Result<(), OperatorTokenError> {
    match kept_operator_token(config) {
        Err(OperatorTokenError::Missing { .. }) => Ok(()),
        kept => kept.map(|_| ()),
    }
}

/// The token a running backend accepts, for the command line.
pub fn kept_operator_token(config: &Config) -> Result<Secret, OperatorTokenError> {
    if let Some(token) = &config.operator_token {
        return Ok(token.clone());
    }
    let path = operator_token_path(config);
    match std::fs::read_to_string(&path) {
        Ok(content) => {
            let token = content.trim();
            let is_usable =
                token.len() >= SHORTEST && token.bytes().all(|byte| byte.is_ascii_graphic());
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

/// As a person who is in another folder would write it.
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

/// Whoever made the file by hand may have forgotten who else can read it. If its mode cannot be changed, as in a
/// read-only mount, the warning has to do.
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
            "{path} could be read by other users of this machine (mode {mode:04o}); it is for its owner alone now (0600). If others may have read it, delete it and start again: a new token is made"
        ),
        Err(error) => tracing::warn!(
            %error,
            "{path} can be read by other users of this machine (mode {mode:04o}), and that could not be changed"
        ),
    }
}

#[cfg(not(unix))]
fn make_private(_: &Path) {}
