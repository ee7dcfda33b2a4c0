//! The menu that opens one of the servers in the overview.

use oxeye_db::{GuildId, ServerId};
use serenity::all::{
    ComponentInteraction, ComponentInteractionDataKind, MessageInteractionMetadata, UserId,
};

use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::showing::{Shown, show_status};

/// Shows the chosen server, with the menu to choose another one.
pub(super) async fn open(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let id = chosen(&pressed.data.kind).ok_or(Mistake::ServerGone)?;
    let server = bot.server(guild, id)?;
    show_status(
        bot,
        answer,
        Shown {
            server,
            with_menu: true,
        },
    )
    .await
}

fn chosen(kind: &ComponentInteractionDataKind) -> Option<ServerId> {
    let ComponentInteractionDataKind::StringSelect { values } = kind else {
        return None;
    };
    values.first()?.parse().ok().map(ServerId)
}

/// Who ran the command that made a message, if Discord says so.
pub(super) fn who_asked(metadata: &MessageInteractionMetadata) -> Option<UserId> {
    match metadata {
        MessageInteractionMetadata::Command(command) => Some(command.user.id),
        MessageInteractionMetadata::Component(component) => Some(component.user.id),
        _ => None,
    }
}
