//! What can go wrong in a command, and for whom it is said.

use oxeye_db::{ServerName, StoreError};
use oxeye_plugin_proto::{InvalidServerName, limits::MAX_SERVER_NAME_CHARS};
use oxeye_text::{Text, cut, escape_markdown};

/// A name that somebody typed is repeated up to here.
const TYPED_NAME_LIMIT: usize = 64;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BotError {
    /// The member who asked can put it right, and reads how.
    #[error("a mistake of the member who asked")]
    Mistake(#[from] Mistake),
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

/// What the member who asked can put right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{self:?}")]
pub(crate) enum Mistake {
    /// A command of ours outside of a guild.
    OutsideGuild,
    /// The button of a message that another version of Oxeye has sent.
    OldButton,
    /// A button that needs a permission.
    NeedsManageServer,
    /// The same message was refreshed a moment ago.
    JustRefreshed,
    /// A button or menu of a server that is gone.
    ServerGone,
    /// This guild has no server that this text could mean.
    UnknownServer(String),
    /// The name is that of a server that is linked now.
    NameTaken(ServerName),
    /// The new name is that of another server, linked or not.
    NameInUse(ServerName),
    /// The name cannot be that of a server.
    NotAName(#[from] InvalidServerName),
}

impl From<InvalidServerName> for BotError {
    fn from(error: InvalidServerName) -> Self {
        Mistake::from(error).into()
    }
}

impl Mistake {
    /// What is wrong and what to do, as markdown.
    pub(crate) fn sentence(&self, text: Text) -> String {
        let shown = |name: &ServerName| escape_markdown(name.as_str());
        match self {
            Self::OutsideGuild => text.guild_only(),
            Self::OldButton => text.old_button(),
            Self::NeedsManageServer => text.needs_manage_server(),
            Self::JustRefreshed => text.just_refreshed(),
            Self::ServerGone => text.server_gone(),
            Self::UnknownServer(typed) => {
                text.unknown_server(&escape_markdown(&cut(typed, TYPED_NAME_LIMIT)))
            }
            Self::NameTaken(name) => text.name_taken(&shown(name)),
            Self::NameInUse(name) => text.name_in_use(&shown(name)),
            Self::NotAName(InvalidServerName::NothingVisible) => text.name_nothing_visible(),
            Self::NotAName(InvalidServerName::TooLong) => text.name_too_long(MAX_SERVER_NAME_CHARS),
            Self::NotAName(InvalidServerName::Invisible) => text.name_invisible(),
        }
    }
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;

    use super::*;

    const ENGLISH: Text = Text::of(Locale::English);
    const GERMAN: Text = Text::of(Locale::German);

    #[test]
    fn a_typed_name_is_repeated_harmlessly() {
        let text = Mistake::UnknownServer("@everyone `x` ".repeat(500)).sentence(ENGLISH);
        assert!(text.contains(r"\@everyone \`x\`"));
        assert!(text.len() < 500);
    }

    #[test]
    fn what_is_wrong_with_a_name_is_a_sentence() {
        let error = ServerName::try_from("x".repeat(65)).unwrap_err();
        let mistake = Mistake::from(error);
        assert_eq!(
            mistake.sentence(ENGLISH),
            "A server name has at most 64 characters, but this one has more."
        );
        assert_eq!(
            mistake.sentence(GERMAN),
            "Ein Servername darf höchstens 64 Zeichen haben, dieser hat mehr."
        );
    }
}
