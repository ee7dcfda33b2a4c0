//! The `name` of a player: offers the players of the guild whom a member may see while they type.

use oxeye_db::SuggestedPlayer;
use oxeye_text::{Text, isolate};
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};

use crate::bot::{Context, Languages, guild_of};
use crate::view::rows::MAX_CHOICES;

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

fn choice(text: Text, suggested: &SuggestedPlayer) -> AutocompleteChoice {
    let name = isolate(suggested.player.as_str());
    let label = match &suggested.former_name {
        Some(former) => text.player_formerly(&name, &isolate(former.as_str())),
        None => name,
    };
    AutocompleteChoice::new(label, suggested.player.as_str())
}
