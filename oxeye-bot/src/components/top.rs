//! The buttons under a leaderboard: other pages, the own place, other ranges.

use oxeye_db::{GuildId, GuildServers, UserId};
use serenity::all::ComponentInteraction;

use super::status::in_place_for_asker;
use crate::answer::{Answer, Opening};
use crate::bot::Bot;
use crate::custom_id::{TopId, TopPart};
use crate::error::{BotError, Mistake};
use crate::showing::top::{TopRequest, show_top};

/// Shows a part of a leaderboard: in place for the member who asked for it, and
/// to them alone for everybody else.
pub(super) async fn show_part(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    id: TopId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    super::check_turn(bot, pressed)?;
    let by = id.by.meant(bot.database.counter_names());
    let request = TopRequest {
        servers: match id.server {
            Some(server) => GuildServers::One(bot.server(guild, server)?),
            None => GuildServers::All(guild),
        },
        by: by.ok_or(Mistake::OldButton)?,
        range: id.range,
        part: id.part,
        asker: UserId(pressed.user.id.get()),
    };
    let answer = match id.part {
        TopPart::Beside => answer.with_opening(Opening::NewPrivate),
        _ => in_place_for_asker(answer, pressed),
    };
    show_top(bot, &answer, request).await
}
