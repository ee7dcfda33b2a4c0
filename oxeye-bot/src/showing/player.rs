//! Shows what is known of one player.

use oxeye_db::record::namesakes::AskedPerson;
use oxeye_db::record::person_figures::AskedBy;
use oxeye_db::{GuildId, PlayerName, StoreError};
use oxeye_text::{Locale, ShownPart, Text};

use super::{drawn_if_possible, show_with_picture};
use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, FigureMistake, Mistake};
use crate::view::player::{PlayerButtons, player_message};

/// Shows a player. Whoever hides is answered like whoever was never there.
pub(crate) async fn show_player(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    typed: &str,
) -> Result<(), BotError> {
    bot.require_shown(guild, ShownPart::Playtime)?;
    if typed.trim().is_empty() {
        return Err(Mistake::InvalidPlayer.into());
    }
    let (zone, now) = (bot.zone_of(guild), bot.now());
    let database = &bot.database;
    let unknown = || FigureMistake::NobodyCalled(typed.to_owned());
    let (whole, before_date) = (PlayerName::try_from(typed).ok(), name_before_date(typed));
    // A deferred answer cannot become private: what is to become of it is decided before.
    let mut names = whole.iter().chain(&before_date);
    let is_known = names.any(|name| database.may_mean_somebody(guild, name));
    let figures = async {
        let asked = match namesake(bot, guild, typed, before_date).await? {
            Some(asked) => asked,
            // Whoever can have no such name is as unknown as everybody else.
            None => AskedPerson::from(whole.ok_or_else(unknown)?),
        };
        let figures = database.person_figures(guild, asked, AskedBy::Members, zone, now);
        Ok::<_, BotError>(figures.await?.ok_or_else(unknown)?)
    };
    let figures = answer.deferring(!is_known, figures).await??;
    let text = answer.text();
    let buttons = PlayerButtons {
        top: ShownPart::Rankings.is_in(database.guild_settings(guild).shown),
        notify: figures.until.is_none(),
    };
    let picture = database.player_picture(guild, &figures, text.player_words(&figures));
    let picture = drawn_if_possible(async { picture.await.map(Some) });
    show_with_picture(answer, picture, |pictures| {
        Ok(player_message(
            text,
            &figures,
            (now, buttons),
            pictures.roster,
        ))
    })
    .await
}

/// Returns the players of a guild who had a name last that another account has now, as lists show them: the name with
/// a date.
pub(crate) async fn namesakes(
    bot: &Bot,
    guild: GuildId,
    text: Text,
    name: PlayerName,
) -> Result<Vec<(String, AskedPerson)>, StoreError> {
    let zone = bot.zone_of(guild);
    let until = bot.database.namesakes(guild, name.clone(), bot.now());
    let named = until.await?.into_iter().map(|at| {
        let until = Some(at);
        let label = text.player_with_date(name.to_string(), until, zone);
        let name = name.clone();
        (label, AskedPerson { name, until })
    });
    Ok(named.collect())
}

/// Returns the name in a text such as `Alex (until 3 May 2026)`.
fn name_before_date(typed: &str) -> Option<PlayerName> {
    let (name, _) = typed.rsplit_once(" (")?;
    PlayerName::try_from(name.trim()).ok()
}

/// Returns whom a text such as `Alex (until 3 May 2026)` with this name means, in any language.
async fn namesake(
    bot: &Bot,
    guild: GuildId,
    typed: &str,
    name: Option<PlayerName>,
) -> Result<Option<AskedPerson>, StoreError> {
    let Some(name) = name else {
        return Ok(None);
    };
    for locale in Locale::ALL {
        let known = namesakes(bot, guild, Text::of(locale), name.clone()).await?;
        let mut known = known.into_iter();
        if let Some((_, asked)) = known.find(|(label, _)| label == typed) {
            return Ok(Some(asked));
        }
    }
    Ok(None)
}
