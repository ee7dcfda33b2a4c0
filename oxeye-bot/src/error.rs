//! What can go wrong in a command, and for whom it is said.

use oxeye_db::StoreError;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BotError {
    /// Whoever asked can put it right. Shown to them as it is written; markdown.
    #[error("{0}")]
    User(String),
    /// Ours: logged, and replaced by one friendly sentence.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// Discord did not take what we sent.
    #[error("Discord: {}", crate::failure::describe(.0))]
    Discord(Box<serenity::Error>),
}

impl From<serenity::Error> for BotError {
    fn from(error: serenity::Error) -> Self {
        Self::Discord(Box::new(error))
    }
}
