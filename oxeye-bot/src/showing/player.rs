//! Shows what is known of one player.

use oxeye_db::record::namesakes::AskedPerson;
use oxeye_db::record::person_figures::AskedBy;
use oxeye_db::{GuildId, PlayerName, StoreError, TimeZone, UnixSeconds};
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
        let is_name = whole
            .as_ref()
            .is_some_and(|name| database.may_mean_somebody(guild, name));
        let asked = match namesake(bot, guild, (typed, is_name), before_date).await? {
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

/// Returns the labels of the players of a guild who had a name last that another account has now: the name with a date, as
/// in lists.
pub(crate) async fn namesakes(
    bot: &Bot,
    guild: GuildId,
    text: Text,
    name: PlayerName,
) -> Result<Vec<String>, StoreError> {
    let until = bot.database.namesakes(guild, name.clone(), bot.now());
    Ok(text.namesakes(name.as_str(), &until.await?, bot.zone_of(guild)))
}

/// Returns the name in a text such as `Alex (until 3 May 2026)`.
fn name_before_date(typed: &str) -> Option<PlayerName> {
    let (name, _) = typed.rsplit_once(" (")?;
    PlayerName::try_from(name.trim()).ok()
}

/// Returns whom a text such as `Alex (until 3 May 2026)` with this name means, in any language. If it has another date, as
/// leaderboards of what players did have, and is not somebody's whole name, it means the only one there is.
async fn namesake(
    bot: &Bot,
    guild: GuildId,
    (typed, is_name): (&str, bool),
    name: Option<PlayerName>,
) -> Result<Option<AskedPerson>, StoreError> {
    let Some(name) = name else {
        return Ok(None);
    };
    let known = bot.database.namesakes(guild, name.clone(), bot.now());
    let until = meant((typed, is_name), &name, &known.await?, bot.zone_of(guild));
    Ok(until.map(|until| AskedPerson {
        name,
        until: Some(until),
    }))
}

/// Returns which of those who had a name until then a text means.
fn meant(
    (typed, is_name): (&str, bool),
    name: &PlayerName,
    until: &[UnixSeconds],
    zone: TimeZone,
) -> Option<UnixSeconds> {
    let labelled = Locale::ALL.into_iter().find_map(|locale| {
        let labels = Text::of(locale).namesakes(name.as_str(), until, zone);
        let place = labels.iter().position(|label| label == typed)?;
        until.get(place).copied()
    });
    match (labelled, until) {
        (None, [only]) if !is_name => Some(*only),
        (labelled, _) => labelled,
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::player;

    use super::*;

    /// Two moments of 3 May 2026.
    const LATER: UnixSeconds = UnixSeconds(1_777_820_400);
    const EARLIER: UnixSeconds = UnixSeconds(1_777_809_600);

    /// Returns which of those who were Alex until then a text means that is nobody's whole name.
    fn meant(typed: &str, until: &[UnixSeconds]) -> Option<UnixSeconds> {
        let name = name_before_date(typed)?;
        assert_eq!(name, player("Alex"));
        super::meant((typed, false), &name, until, TimeZone::UTC)
    }

    #[test]
    fn each_of_two_who_had_a_name_until_the_same_day_is_found_by_a_label() {
        let both = [LATER, EARLIER];
        assert_eq!(meant("Alex (until 3 May 2026)", &both), Some(LATER));
        assert_eq!(meant("Alex (until 3 May 2026, 2)", &both), Some(EARLIER));
        assert_eq!(meant("Alex (bis 3. Mai 2026, 2)", &both), Some(EARLIER));
        assert_eq!(meant("Alex (until 3 May 2026, 3)", &both), None);
        assert_eq!(meant("Alex", &both), None);
    }

    #[test]
    fn another_date_means_the_only_one_who_had_the_name_unless_it_is_a_name() {
        let other = "Alex (until 4 May 2026)";
        assert_eq!(meant(other, &[EARLIER]), Some(EARLIER));
        assert_eq!(meant(other, &[LATER, EARLIER]), None);
        assert_eq!(meant(other, &[]), None);
        let meant = |typed| {
            let zone = TimeZone::UTC;
            super::meant((typed, true), &player("Alex"), &[EARLIER], zone)
        };
        assert_eq!(meant("Alex (2)"), None);
        assert_eq!(meant("Alex (until 3 May 2026)"), Some(EARLIER));
    }
}
