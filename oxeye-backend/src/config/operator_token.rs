//! The operator's token: set by hand, or generated on the first start and kept beside the store.

use std::path::{Path, PathBuf};

use oxeye_process::Secret;
use oxeye_process::token_file::{self, MIN_LENGTH, TokenFileError};
use oxeye_text::Text;
use thiserror::Error;

use super::Config;

const FILE_NAME: &str = "operator.token";

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

impl OperatorTokenError {
    /// Returns the sentence in the language of the person at the terminal.
    pub(crate) fn in_words(&self, text: Text) -> String {
        let shown = |path: &Path| path.display().to_string();
        match self {
            Self::File { path, why } => text.token_file_fails(&shown(path), why),
            Self::Unusable { path } => text.token_unusable(&shown(path), MIN_LENGTH),
            Self::IsReaderToken => text.token_is_reader_token(),
            Self::Missing { path } => text.token_missing(&shown(&absolute(path))),
        }
    }
}

/// Returns the path of the file that holds the generated token.
pub(crate) fn operator_token_path(config: &Config) -> PathBuf {
    config.store.folder().join(FILE_NAME)
}

/// Returns the token, and generates it if there is none. Only the process that owns the store calls this, so that
/// no two processes generate one at once. A file that others can read is made private.
pub(crate) fn operator_token(config: &Config) -> Result<Secret, OperatorTokenError> {
    match &config.operator_token {
        Some(token) => Ok(token.clone()),
        None => Ok(token_file::read_or_make(&operator_token_path(config))?),
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
    Ok(token_file::read(&operator_token_path(config))?)
}

impl From<TokenFileError> for OperatorTokenError {
    fn from(error: TokenFileError) -> Self {
        match error {
            TokenFileError::Missing(path) => Self::Missing { path },
            TokenFileError::Unusable(path) => Self::Unusable { path },
            TokenFileError::File { path, why } => Self::File { path, why },
        }
    }
}

/// Returns the path as someone in another directory would write it.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

#[cfg(test)]
mod tests;
