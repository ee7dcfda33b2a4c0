//! The operator's token: set by hand, or made on the first start and kept beside the store.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use rand::TryRngCore;
use rand::rngs::OsRng;
use thiserror::Error;

use super::Config;
use crate::secret::Secret;

const FILE_NAME: &str = "operator.token";

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
pub fn operator_token(config: &Config) -> Result<Secret, OperatorTokenError> {
    match kept_operator_token(config) {
        Err(OperatorTokenError::Missing { path }) => generate(&path),
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
        Ok(content) if content.trim().is_empty() => Err(OperatorTokenError::File {
            path,
            why: "the file is empty; delete it to have a new one made".to_owned(),
        }),
        Ok(content) => Ok(Secret::new(content.trim().to_owned())),
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
    write_private(path, &token).map_err(|error| failed(error.to_string()))?;
    Ok(Secret::new(token))
}

/// Written beside and renamed, so that a crash leaves no half token behind.
fn write_private(path: &Path, token: &str) -> std::io::Result<()> {
    let draft = path.with_extension("token.new");
    match std::fs::remove_file(&draft) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = create_private(&draft)?;
    writeln!(file, "{token}")?;
    file.sync_all()?;
    std::fs::rename(&draft, path)
}

#[cfg(unix)]
fn create_private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

#[cfg(not(unix))]
fn create_private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}
