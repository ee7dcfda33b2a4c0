//! The `name` of a player: offers the players of the guild whom a member may see while they type.

use oxeye_db::{PlayerName, SuggestedPlayer};
use oxeye_text::{Text, cut, isolate};
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};

use crate::bot::{Context, Languages, guild_of};
use crate::showing::player::namesakes;
use crate::view::rows::MAX_CHOICES;

/// How many UTF-16 units Discord shows of a choice. With one longer name, it refuses all of them.
const MAX_CHOICE: usize = 100;

/// Offers the known players of the guild, but for those who hide: those who are on or were lately first.
pub(super) async fn complete_player(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let response = CreateAutocompleteResponse::new();
    let Ok(guild) = guild_of(ctx.interaction.guild_id) else {
        return response;
    };
    let bot = ctx.framework.user_data;
    let suggested = bot
        .database
        .suggested_players(guild, partial, MAX_CHOICES, bot.now());
    // A member who gets no suggestions types the name to its end.
    let Ok(suggested) = suggested.await else {
        return response;
    };
    let text = Languages::of_command(ctx.interaction).member;
    let choices = suggested.into_iter().map(|one| choice(text, &one));
    response.set_choices(choices.collect())
}

/// Offers the same, and those who had exactly the typed name before somebody else took it.
pub(super) async fn complete_person(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let response = CreateAutocompleteResponse::new();
    let Ok(guild) = guild_of(ctx.interaction.guild_id) else {
        return response;
    };
    let bot = ctx.framework.user_data;
    let text = Languages::of_command(ctx.interaction).member;
    let name = partial.split(" (").next().unwrap_or_default().trim();
    let former = match PlayerName::try_from(name) {
        Ok(name) => namesakes(bot, guild, text, name).await.unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    let former = former.into_iter().take(MAX_CHOICES);
    let former = former.map(|label| {
        let shown = cut(&isolate(&label), MAX_CHOICE);
        AutocompleteChoice::new(shown, label)
    });
    let former: Vec<_> = former.collect();
    let count = MAX_CHOICES - former.len();
    let suggested = bot
        .database
        .suggested_players(guild, partial, count, bot.now());
    let suggested = suggested.await.unwrap_or_default();
    let choices = suggested.iter().map(|one| choice(text, one)).chain(former);
    response.set_choices(choices.collect())
}

fn choice(text: Text, suggested: &SuggestedPlayer) -> AutocompleteChoice {
    let name = isolate(suggested.player.as_str());
    let label = match &suggested.former_name {
        Some(former) => text.player_formerly(&name, &isolate(former.as_str())),
        None => name,
    };
    AutocompleteChoice::new(cut(&label, MAX_CHOICE), suggested.player.as_str())
}
