//! Why the fleet cannot be started or asked.

use oxeye_process::token_file::{MIN_LENGTH, TokenFileError};

use super::Text;
use crate::engine::agones::AgonesError;
use crate::engine::process::OpenError;

impl Text {
    /// Says why there is no operator token.
    pub(crate) fn no_token(self, error: &TokenFileError) -> String {
        let (TokenFileError::Missing(path)
        | TokenFileError::Unusable(path)
        | TokenFileError::File { path, .. }) = error;
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        let path = path.display().to_string();
        match error {
            TokenFileError::Missing(_) => self.token_missing(&path),
            TokenFileError::Unusable(_) => self.token_unusable(&path, MIN_LENGTH),
            TokenFileError::File { why, .. } => self.token_unreadable(&path, why),
        }
    }

    /// Says why no game servers can be started in the data folder.
    pub(crate) fn no_engine(self, error: &OpenError) -> String {
        match error {
            OpenError::InUse => self.folder_in_use(),
            OpenError::Disk(reason) => self.folder_unusable(&reason.to_string()),
            OpenError::NotLinux => self.not_linux(),
        }
    }

    /// Says why no game servers can be started in a cluster.
    pub(crate) fn no_agones(self, error: &AgonesError) -> String {
        match error {
            AgonesError::Account { path, error } => self.account_unusable(path, &error.to_string()),
            AgonesError::Template { path, error } => {
                self.template_unusable(path, &error.to_string())
            }
            AgonesError::Client(error) => self.api_unusable(&error.to_string()),
        }
    }
}
