//! `/oxeye status` and `/oxeye list`: who is on the servers of a guild, and who was on recently.

use oxeye_db::{LinkState, ServerId, ServerSummary};

use super::linking::nothing_linked;
use super::server_argument::{self, complete_any};
use crate::answer::Answer;
use crate::bot::{Bot, Context, guild_of, may_manage};
use crate::error::BotError;
use crate::showing::{StatusRequest, show_status};
use crate::view::overview;

/// Shows one server, or the overview when there are several and none is named.
#[poise::command(slash_command, guild_only)]
pub(super) async fn status(
    ctx: Context<'_>,
    #[autocomplete = "complete_any"]
    #[max_length = 100]
    server: Option<String>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let servers = bot.servers(guild);
    if servers.is_empty() {
        let how_to = nothing_linked(bot, &answer, may_manage(ctx.interaction.member.as_deref()));
        return Ok(answer.show(&how_to).await?);
    }
    let server = match server {
        Some(typed) => Some(server_argument::resolve(&servers, &typed)?.id),
        None => only_one(&servers),
    };
    match server {
        Some(server) => {
            show_status(
                bot,
                &answer,
                StatusRequest {
                    server: bot.server(guild, server)?,
                    with_menu: false,
                },
            )
            .await
        }
        None => show_overview(bot, &answer, &servers).await,
    }
}

/// Shows all servers in one message without buttons.
#[poise::command(slash_command, guild_only)]
pub(super) async fn list(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let servers = bot.servers(guild);
    let answer = Answer::to_command(&ctx);
    let message = if servers.is_empty() {
        nothing_linked(bot, &answer, may_manage(ctx.interaction.member.as_deref()))
    } else {
        let different = bot.database.different_players_on(&servers);
        overview::list(answer.text(), &servers, different, bot.now())
    };
    Ok(answer.show(&message).await?)
}

async fn show_overview(
    bot: &Bot,
    answer: &Answer<'_>,
    servers: &[ServerSummary],
) -> Result<(), BotError> {
    let different = bot.database.different_players_on(servers);
    let overview = overview::overview(answer.text(), servers, different, bot.now());
    Ok(answer.show(&overview).await?)
}

/// Returns the server that is shown when none is named: the only linked one, or the only one there
/// is.
fn only_one(servers: &[ServerSummary]) -> Option<ServerId> {
    let mut linked = servers
        .iter()
        .filter(|server| server.state != LinkState::Disconnected);
    match (linked.next(), linked.next(), servers) {
        (Some(only), None, _) | (None, _, [only]) => Some(only.id),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::server_summary as server;

    use super::*;

    #[test]
    fn the_only_linked_server_needs_no_argument() {
        let (a, b) = (
            server(1, "a", LinkState::Online),
            server(2, "b", LinkState::AwaitingSync),
        );
        let old = server(3, "old", LinkState::Disconnected);
        assert_eq!(only_one(std::slice::from_ref(&a)), Some(a.id));
        assert_eq!(only_one(&[a.clone(), old.clone()]), Some(a.id));
        assert_eq!(only_one(std::slice::from_ref(&old)), Some(old.id));
        assert_eq!(only_one(&[a, b]), None);
        assert_eq!(only_one(&[old.clone(), old]), None);
    }
}
