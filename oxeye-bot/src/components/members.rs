//! The buttons below the questions of `/oxeye me link` and `/oxeye me forget`.

use oxeye_db::{GuildId, LinkedMember, PlayerName};
use serenity::all::ComponentInteraction;

use super::linking::require_manage_server;
use crate::answer::{Answer, Opening};
use crate::bot::Bot;
use crate::claims;
use crate::custom_id::MemberRequest;
use crate::error::{BotError, Mistake, not_linked_to};
use crate::members;
use crate::view::members as view;

/// Links a member to a player, as somebody who may manage the guild has confirmed.
pub(super) async fn confirm(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    request: MemberRequest,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    require_manage_server(pressed.member.as_ref())?;
    if request.expires_at < bot.now() {
        return close(answer, &Mistake::RequestExpired).await;
    }
    let moderator = pressed.user.id.get();
    if moderator == request.user {
        return Err(Mistake::OwnRequest.into());
    }
    if bot.link_requests.is_replaced(guild, &request) {
        return close(answer, &Mistake::RequestReplaced).await;
    }
    if let Some(member) = linked_member(bot, answer, guild, request.user).await? {
        return show_outcome(answer, &member).await;
    }
    let player = request.player.clone();
    let link = bot
        .database
        .link_member(guild, request.user, player, Some(moderator), bot.now());
    let linked = answer.deferring(false, link).await?;
    linked.map_err(|error| not_linked_to(&request.player, error))?;
    tracing::info!(%guild, "a member was linked to a player");
    let message = view::linked(answer.text(), request.user, &request.player, moderator);
    Ok(answer.show(&message).await?)
}

/// Asks those who may manage the guild, instead of having the member type a code in the game.
pub(super) async fn ask_moderators(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    player: PlayerName,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let answer = answer.with_opening(Opening::New);
    claims::ask(bot, &answer, guild, pressed.user.id.get(), player).await
}

/// Withdraws the question, if somebody who may manage the guild does not want it, or the member themself.
pub(super) async fn reject(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    user: u64,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    if pressed.user.id.get() != user {
        require_manage_server(pressed.member.as_ref())?;
    }
    match linked_member(bot, answer, guild, user).await? {
        Some(member) => show_outcome(answer, &member).await,
        None => Ok(answer.show(&view::rejected(answer.text(), user)).await?),
    }
}

/// Returns the player whom a member is linked to by now, if somebody else was faster or another question was answered.
async fn linked_member(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    user: u64,
) -> Result<Option<LinkedMember>, BotError> {
    let linked = bot.database.linked_member(guild, user);
    Ok(answer.deferring(false, linked).await??)
}

/// Shows in place of a question what came of it, as the moderator who answered it has seen it.
async fn show_outcome(answer: &Answer<'_>, member: &LinkedMember) -> Result<(), BotError> {
    match (member.confirmed_by, member.hidden_since) {
        (Some(moderator), None) => {
            let message = view::linked(answer.text(), member.user, &member.player, moderator);
            Ok(answer.show(&message).await?)
        }
        _ => close(answer, &Mistake::RequestAnswered).await,
    }
}

/// Shows in place of a question why nobody can answer it any more.
async fn close(answer: &Answer<'_>, mistake: &Mistake) -> Result<(), BotError> {
    let message = view::closed(mistake.sentence(answer.text()));
    Ok(answer.show(&message).await?)
}

/// Forgets everything that is kept about whoever presses the button, whose player the question named.
pub(super) async fn forget(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    named: Option<PlayerName>,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let user = pressed.user.id.get();
    let forget = members::forget(bot, guild, user, named);
    let forgotten = answer.deferring(true, forget).await??;
    tracing::info!(%guild, "a member had everything about them forgotten");
    let message = view::forgotten(answer.private_text(), &forgotten);
    Ok(answer.show(&message).await?)
}
