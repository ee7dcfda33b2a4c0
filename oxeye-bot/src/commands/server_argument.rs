//! The `server` argument: offers choices while a member types, and finds the server they sent.
//!
//! A choice sends `id:` and the server's id, which never changes. Discord also lets members send any
//! other text, so we resolve what arrives again, among this guild's servers only.

use oxeye_db::{GuildId, GuildServers, LinkState, ServerSummary};
use oxeye_text::Text;
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};

use crate::bot::{Bot, Context, Languages, guild_of};
use crate::error::{BotError, Mistake};
use crate::view::rows::{MAX_CHOICES, choice_label, labelled};

/// The prefix of an id in the value of a choice. It allows for a server that is called `2`.
const BY_ID: &str = "id:";

/// Finds a server by its exact name, by the id of a choice, or by its name in another case if only
/// one server matches.
pub(super) fn resolve<'a>(
    servers: &'a [ServerSummary],
    typed: &str,
) -> Result<&'a ServerSummary, BotError> {
    let typed = typed.trim();
    let id = typed.strip_prefix(BY_ID).and_then(|id| id.parse().ok());
    let folded = typed.to_lowercase();
    let by_name = || servers.iter().find(|server| server.name.as_str() == typed);
    let by_id = || servers.iter().find(|server| Some(server.id.0) == id);
    let by_folded_name = || {
        let mut alike = servers
            .iter()
            .filter(|server| server.name.as_str().to_lowercase() == folded);
        alike.next().filter(|_| alike.next().is_none())
    };
    by_name()
        .or_else(by_id)
        .or_else(by_folded_name)
        .ok_or_else(|| Mistake::UnknownServer(typed.to_owned()).into())
}

/// Returns the servers that a member means: the one that was named, or all servers of the guild.
pub(super) fn chosen(
    bot: &Bot,
    guild: GuildId,
    named: Option<&str>,
) -> Result<GuildServers, BotError> {
    let Some(named) = named else {
        return Ok(GuildServers::All(guild));
    };
    let servers = bot.servers(guild);
    let server = resolve(&servers, named)?;
    Ok(GuildServers::One(bot.server(guild, server.id)?))
}

/// Offers all servers of the guild.
pub(super) async fn complete_any(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    choices(ctx, partial, |_| true)
}

/// Offers the servers of the guild that are linked now.
pub(super) async fn complete_linked(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    choices(ctx, partial, is_linked)
}

/// Offers the linked servers of the guild whose address is not watched.
pub(super) async fn complete_unwatched(
    ctx: Context<'_>,
    partial: &str,
) -> CreateAutocompleteResponse {
    choices(ctx, partial, |server| {
        is_linked(server) && server.watched.is_none()
    })
}

/// Offers the servers of the guild whose address is watched, with that address: only members who may manage the guild
/// see these choices.
pub(super) async fn complete_watched(
    ctx: Context<'_>,
    partial: &str,
) -> CreateAutocompleteResponse {
    let database = &ctx.framework.user_data.database;
    let address = |server| database.watched(server).map(|watched| watched.address());
    let label =
        |_, server: &ServerSummary| labelled(server, &address(server.id).unwrap_or_default());
    labelled_choices(ctx, partial, |server| server.watched.is_some(), label)
}

fn is_linked(server: &ServerSummary) -> bool {
    server.state != LinkState::Disconnected
}

fn choices(
    ctx: Context<'_>,
    partial: &str,
    offered: impl Fn(&ServerSummary) -> bool,
) -> CreateAutocompleteResponse {
    labelled_choices(ctx, partial, offered, choice_label)
}

fn labelled_choices(
    ctx: Context<'_>,
    partial: &str,
    offered: impl Fn(&ServerSummary) -> bool,
    label: impl Fn(Text, &ServerSummary) -> String,
) -> CreateAutocompleteResponse {
    let Ok(guild) = guild_of(ctx.interaction.guild_id) else {
        return CreateAutocompleteResponse::new();
    };
    let mut servers = ctx.framework.user_data.servers(guild);
    servers.retain(|server| offered(server));
    let text = Languages::of_command(ctx.interaction).member;
    let choice = |server: &ServerSummary| {
        AutocompleteChoice::new(label(text, server), format!("{BY_ID}{}", server.id))
    };
    let choices = matching(&servers, partial).map(choice).collect();
    CreateAutocompleteResponse::new().set_choices(choices)
}

/// Returns the servers whose name contains the typed text. Those whose name starts with it come
/// first.
fn matching<'a>(
    servers: &'a [ServerSummary],
    partial: &str,
) -> impl Iterator<Item = &'a ServerSummary> {
    let partial = partial.trim().to_lowercase();
    let place = |server: &'a ServerSummary| {
        let place = server.name.as_str().to_lowercase().find(&partial)?;
        Some((place != 0, server))
    };
    let mut found: Vec<_> = servers.iter().filter_map(place).collect();
    found.sort_by_key(|(inside, _)| *inside);
    found
        .into_iter()
        .map(|(_, server)| server)
        .take(MAX_CHOICES)
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::server_summary;

    use super::*;

    fn servers() -> Vec<ServerSummary> {
        ["SMP", "smp", "Hub", "2"]
            .into_iter()
            .zip(1..)
            .map(|(name, id)| server_summary(id, name, LinkState::Online))
            .collect()
    }

    #[track_caller]
    fn check(typed: &str, expected: Option<i64>) {
        let servers = servers();
        assert_eq!(
            resolve(&servers, typed).ok().map(|server| server.id.0),
            expected,
            "{typed}"
        );
    }

    #[test]
    fn a_server_is_found_by_name_then_by_id_then_by_name_in_another_case() {
        check("2", Some(4));
        check("smp", Some(2));
        check("id:3", Some(3));
        check("id:2", Some(2));
        check("Smp", None);
        check(" hub ", Some(3));
        check("3", None);
        check("nether", None);
        check("id:99", None);
        check("id:x", None);
        check("", None);
    }

    #[test]
    fn names_that_start_with_the_text_are_offered_first() {
        let servers = [
            server_summary(1, "old hub", LinkState::Online),
            server_summary(2, "Hub", LinkState::Online),
            server_summary(3, "smp", LinkState::Online),
        ];
        let ids = |partial| {
            matching(&servers, partial)
                .map(|server| server.id.0)
                .collect::<Vec<_>>()
        };
        assert_eq!(ids("hUB"), [2, 1]);
        assert_eq!(ids(""), [1, 2, 3]);
        assert_eq!(ids("x"), [0; 0]);
    }

    #[test]
    fn no_more_than_25_choices_are_offered() {
        let many: Vec<_> = (0..60)
            .map(|id| server_summary(id, "x", LinkState::Online))
            .collect();
        assert_eq!(matching(&many, "").count(), 25);
    }
}
