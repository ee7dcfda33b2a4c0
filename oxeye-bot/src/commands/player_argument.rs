//! The `name` of a player: offers the players whom a member may see while they type.

use std::collections::BTreeSet;

use oxeye_db::PlayerName;
use oxeye_text::isolate;
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};

use crate::bot::{Context, guild_of};
use crate::view::rows::MAX_CHOICES;

/// Offers the players who are on the servers of the guild, or were lately, but for those who hide.
pub(super) async fn complete_player(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let Ok(guild) = guild_of(ctx.interaction.guild_id) else {
        return CreateAutocompleteResponse::new();
    };
    let bot = ctx.framework.user_data;
    let mut players = BTreeSet::new();
    for server in bot.servers(guild) {
        let server = bot.database.guild_server(guild, server.id);
        let status = |server| bot.database.status(server, MAX_CHOICES, bot.now());
        if let Some(status) = server.and_then(status) {
            players.extend(status.online.into_iter().map(|on| on.player));
            players.extend(status.last_seen.into_iter().map(|off| off.player_name));
        }
    }
    let choice = |name: PlayerName| AutocompleteChoice::new(isolate(name.as_str()), name.as_str());
    let choices = matching(players, partial).into_iter().map(choice);
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}

/// Returns the players whose name contains the typed text. Those whose name starts with it come first.
fn matching(players: BTreeSet<PlayerName>, partial: &str) -> Vec<PlayerName> {
    let partial = partial.trim().to_lowercase();
    let place = |name: PlayerName| {
        let place = name.as_str().to_lowercase().find(&partial)?;
        Some((place != 0, name))
    };
    let mut found: Vec<_> = players.into_iter().filter_map(place).collect();
    found.sort();
    let found = found.into_iter().map(|(_, name)| name);
    found.take(MAX_CHOICES).collect()
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::player;

    use super::*;

    #[test]
    fn names_that_start_with_the_text_are_offered_first_and_no_more_than_25() {
        let players: BTreeSet<_> = ["old_Alex", "alexa", "Alex", "Steve"].map(player).into();
        let names = matching(players, " ALEX ");
        assert_eq!(names, ["Alex", "alexa", "old_Alex"].map(player));

        let many = (0..60).map(|number| player(&format!("p{number}")));
        assert_eq!(matching(many.collect(), "").len(), 25);
    }
}
