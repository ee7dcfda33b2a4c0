//! The Refresh buttons, and the menu that opens one of the servers in the overview.

use oxeye_db::{GuildId, ServerId};
use serenity::all::{
    ComponentInteraction, ComponentInteractionDataKind, Message, MessageInteractionMetadata, UserId,
};
use tokio::time::Instant;

use crate::answer::{Answer, Opening};
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::showing::{StatusRequest, show_status};
use crate::view::overview;

/// Shows the current status of a server, with a new picture.
pub(super) async fn refresh_server(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    server: ServerId,
    message: &Message,
) -> Result<(), BotError> {
    check_cooldown(bot, message)?;
    let server = bot.server(guild, server)?;
    // A second row is the menu of a message that came from the overview; keep it.
    let with_menu = message.components.len() > 1;
    show_status(bot, answer, StatusRequest { server, with_menu }).await
}

/// Shows the current overview.
pub(super) async fn refresh_overview(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    message: &Message,
) -> Result<(), BotError> {
    check_cooldown(bot, message)?;
    let servers = bot.servers(guild);
    if servers.is_empty() {
        return Err(Mistake::ServerGone.into());
    }
    let different = bot.database.different_players_on(&servers);
    let overview = overview::overview(answer.text(), &servers, different, bot.now());
    Ok(answer.show(&overview).await?)
}

/// Shows the server that was chosen in the menu, with the menu below it to choose another one.
///
/// For the member who ran the command, the server replaces the overview. Anyone else gets a private
/// message, so that nobody changes what somebody else is looking at.
pub(super) async fn open(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let answer = in_place_for_asker(answer, pressed);
    show_chosen(bot, &answer, guild, pressed).await
}

/// Shows the server that was chosen in the menu of a board, to nobody but the member who chose it. The
/// board itself stays as it is.
pub(super) async fn open_beside(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let answer = answer.with_opening(Opening::NewPrivate);
    show_chosen(bot, &answer, guild, pressed).await
}

async fn show_chosen(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let id = chosen_server(&pressed.data.kind).ok_or(Mistake::ServerGone)?;
    let server = bot.server(guild, id)?;
    let with_menu = true;
    show_status(bot, answer, StatusRequest { server, with_menu }).await
}

/// Returns an answer that replaces the message for the member who ran its command, and that nobody else
/// sees for everybody else.
pub(super) fn in_place_for_asker<'a>(
    answer: &Answer<'a>,
    pressed: &ComponentInteraction,
) -> Answer<'a> {
    let metadata = pressed.message.interaction_metadata.as_deref();
    let asker = metadata.and_then(asker_of);
    if asker.is_none_or(|user| user == pressed.user.id) {
        *answer
    } else {
        answer.with_opening(Opening::NewPrivate)
    }
}

fn check_cooldown(bot: &Bot, message: &Message) -> Result<(), BotError> {
    let may_refresh = bot.refreshes.try_begin(message.id, Instant::now());
    if !may_refresh {
        return Err(Mistake::JustRefreshed.into());
    }
    Ok(())
}

fn chosen_server(kind: &ComponentInteractionDataKind) -> Option<ServerId> {
    let ComponentInteractionDataKind::StringSelect { values } = kind else {
        return None;
    };
    values.first()?.parse().ok().map(ServerId)
}

/// Returns who ran the command that created a message, if Discord says so.
fn asker_of(metadata: &MessageInteractionMetadata) -> Option<UserId> {
    match metadata {
        MessageInteractionMetadata::Command(command) => Some(command.user.id),
        MessageInteractionMetadata::Component(component) => Some(component.user.id),
        _ => None,
    }
}
