//! The buttons under a chart, which show another range.

use oxeye_db::{GuildId, GuildServers, Range, ServerId};
use serenity::all::ComponentInteraction;

use super::status::in_place_for_asker;
use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::BotError;
use crate::showing::chart::{ChartRequest, show_chart};

/// Shows a chart over another range: in place for the member who asked for the chart, to nobody else for
/// everybody else.
pub(super) async fn show_range(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    (server, range): (Option<ServerId>, Range),
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    super::check_turn(bot, pressed)?;
    let servers = match server {
        Some(server) => GuildServers::One(bot.server(guild, server)?),
        None => GuildServers::All(guild),
    };
    let answer = in_place_for_asker(answer, pressed);
    show_chart(bot, &answer, ChartRequest { servers, range }).await
}
