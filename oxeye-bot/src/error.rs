//! What can go wrong in a command, and who is told about it.

use oxeye_db::{ServerName, StoreError};
use oxeye_plugin_proto::InvalidServerName;
use oxeye_text::{Facts, Text, WatchRefusal, cut, escape_markdown};

/// Longest part of a typed name that we repeat, in UTF-16 units.
const TYPED_NAME_LIMIT: usize = 64;

/// Why a command did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub(crate) enum BotError {
    /// The member who asked can put it right, and is told how.
    #[error("the member who asked made a mistake")]
    Mistake(#[from] Mistake),
    /// Our fault: we log it and show one friendly sentence instead.
    #[error("the store: {0}")]
    Store(#[from] StoreError),
    /// Discord did not accept what we sent.
    #[error("Discord: {}", crate::failure::describe_error(.0))]
    Discord(Box<serenity::Error>),
}

impl From<serenity::Error> for BotError {
    fn from(error: serenity::Error) -> Self {
        Self::Discord(Box::new(error))
    }
}

/// A mistake that the member who asked can put right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{self:?}")]
pub(crate) enum Mistake {
    /// One of our commands was used outside of a guild.
    OutsideGuild,
    /// The button belongs to a message from another version of Oxeye.
    OldButton,
    /// The button needs a permission that the member lacks.
    NeedsManageServer,
    /// The same message was refreshed a moment ago.
    JustRefreshed,
    /// The server of the button or menu is no longer linked.
    ServerGone,
    /// This guild has no server that the text could mean.
    UnknownServer(String),
    /// A linked server already has the name.
    NameTaken(ServerName),
    /// Another server, linked or not, already has the new name.
    NameInUse(ServerName),
    /// A server cannot have this name.
    InvalidName(#[from] InvalidServerName),
    /// An address is not watched, for this reason.
    Unwatchable(WatchRefusal),
    /// The address of a server that has none is to be watched no longer.
    NoAddressOf(ServerName),
}

impl From<InvalidServerName> for BotError {
    fn from(error: InvalidServerName) -> Self {
        Mistake::from(error).into()
    }
}

impl From<WatchRefusal> for BotError {
    fn from(refusal: WatchRefusal) -> Self {
        Mistake::Unwatchable(refusal).into()
    }
}

impl Mistake {
    /// Returns what is wrong and what to do about it, as markdown.
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
            Self::InvalidName(error) => text.invalid_server_name(error),
            Self::Unwatchable(refusal) => Facts::in_discord(text).watch_refusal(refusal),
            Self::NoAddressOf(name) => text.no_address_of(&format!("**{}**", shown(name))),
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
    fn a_typed_name_is_escaped_and_cut() {
        let text = Mistake::UnknownServer("@everyone `x` ".repeat(500)).sentence(ENGLISH);
        assert!(text.contains(r"\@everyone \`x\`"));
        assert!(text.len() < 500);
    }

    #[test]
    fn an_invalid_name_is_explained_in_the_members_language() {
        let error = ServerName::try_from("x".repeat(65)).unwrap_err();
        let mistake = Mistake::from(error);
        assert_eq!(
            mistake.sentence(ENGLISH),
            "A server name can have at most 64 characters, but this one has more."
        );
        assert_eq!(
            mistake.sentence(GERMAN),
            "Ein Servername darf höchstens 64 Zeichen haben, dieser hat mehr."
        );
    }
}
