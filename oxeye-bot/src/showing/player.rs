//! Shows what is known of one player.

use oxeye_db::record::person_figures::AskedBy;
use oxeye_db::{GuildId, PlayerName};
use oxeye_text::ShownPart;

use super::{drawn_if_possible, show_with_picture};
use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, FigureMistake};
use crate::view::player::player_message;

/// Shows a player. Whoever hides is answered like whoever was never there.
pub(crate) async fn show_player(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    name: PlayerName,
) -> Result<(), BotError> {
    bot.require_shown(guild, ShownPart::Playtime)?;
    let (zone, now) = (bot.zone_of(guild), bot.now());
    let typed = name.to_string();
    let database = &bot.database;
    let figures = database.person_figures(guild, name, AskedBy::Members, zone, now);
    let figures = answer.deferring(false, figures).await??;
    let figures = figures.ok_or(FigureMistake::NobodyCalled(typed))?;
    let text = answer.text();
    let picture = database.player_picture(guild, &figures, text.player_words(&figures));
    let picture = drawn_if_possible(async { picture.await.map(Some) });
    show_with_picture(answer, picture, |pictures| {
        Ok(player_message(text, &figures, now, pictures.roster))
    })
    .await
}
