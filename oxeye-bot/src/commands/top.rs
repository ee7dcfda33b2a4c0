//! `/oxeye top`: who has most of something.

use oxeye_db::record::leaderboard::RankedBy;
use oxeye_db::{Range, ShownToMembers, UserId};
use oxeye_text::{Locale, Text, isolate, ranked_by};
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};

use super::linking::nothing_linked;
use super::server_argument::{chosen, complete_any};
use crate::answer::Answer;
use crate::bot::{Context, Languages, guild_of, may_manage};
use crate::custom_id::TopPart;
use crate::error::{BotError, FigureMistake};
use crate::showing::top::{TopRequest, needed_by, show_top};
use crate::view::rows::MAX_CHOICES;

/// The time that counts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, poise::ChoiceParameter)]
pub(super) enum TopRange {
    /// The current day.
    #[name = "today"]
    #[name_localized("de", "heute")]
    Today,
    /// The current week.
    #[default]
    #[name = "this week"]
    #[name_localized("de", "diese Woche")]
    Week,
    /// The current month.
    #[name = "this month"]
    #[name_localized("de", "diesen Monat")]
    Month,
    /// Since the first session.
    #[name = "all time"]
    #[name_localized("de", "seit Beginn")]
    All,
}

impl From<TopRange> for Range {
    fn from(range: TopRange) -> Self {
        match range {
            TopRange::Today => Self::Today,
            TopRange::Week => Self::Week,
            TopRange::Month => Self::Month,
            TopRange::All => Self::All,
        }
    }
}

/// Shows who has most of something on a server, or on all servers of the guild if none is named.
#[poise::command(slash_command, guild_only)]
pub(super) async fn top(
    ctx: Context<'_>,
    #[autocomplete = "complete_what"]
    #[max_length = 100]
    what: Option<String>,
    range: Option<TopRange>,
    #[autocomplete = "complete_any"]
    #[max_length = 100]
    server: Option<String>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    if bot.servers(guild).is_empty() {
        let how_to = nothing_linked(bot, &answer, may_manage(ctx.interaction.member.as_deref()));
        return Ok(answer.show(&how_to).await?);
    }
    let request = TopRequest {
        servers: chosen(bot, guild, server.as_deref())?,
        by: match what {
            Some(typed) => meant(answer.private_text(), &typed, bot.database.counter_names())?,
            None => unless_chosen(bot.database.guild_settings(guild).shown),
        },
        range: range.unwrap_or_default().into(),
        part: TopPart::First,
        asker: UserId(ctx.interaction.user.id.get()),
    };
    show_top(bot, &answer, request).await
}

/// Offers what persons can be ranked by, in the language of the member.
async fn complete_what(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let text = Languages::of_command(ctx.interaction).member;
    let folded = partial.trim().to_lowercase();
    let Ok(guild) = guild_of(ctx.interaction.guild_id) else {
        return CreateAutocompleteResponse::new();
    };
    let database = &ctx.framework.user_data.database;
    let possible = possible(database.counter_names());
    let choices = shown_of(possible, database.guild_settings(guild).shown)
        .map(|by| (ranked_by(text, &by), word(&by).to_owned()))
        .filter(|(label, _)| label.to_lowercase().contains(&folded))
        .map(|(label, value)| AutocompleteChoice::new(isolate(&label), value))
        .take(MAX_CHOICES);
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}

/// Returns everything that persons can be ranked by, given the counters of activity.
fn possible(counters: Vec<String>) -> Vec<RankedBy> {
    let counters = counters.into_iter().map(RankedBy::Counter);
    let stays = [RankedBy::Playtime, RankedBy::Visits];
    stays.into_iter().chain(counters).collect()
}

/// Returns what persons are ranked by unless a member chooses something.
fn unless_chosen(shown: ShownToMembers) -> RankedBy {
    match shown.playtime {
        true => RankedBy::Playtime,
        false => RankedBy::Visits,
    }
}

/// Returns those of the leaderboards that a guild shows to its members.
fn shown_of(possible: Vec<RankedBy>, shown: ShownToMembers) -> impl Iterator<Item = RankedBy> {
    let is_shown = move |by: &RankedBy| needed_by(by).iter().all(|part| part.is_in(shown));
    possible.into_iter().filter(is_shown)
}

/// Returns the word that stands for what persons are ranked by, in every language.
fn word(by: &RankedBy) -> &str {
    match by {
        RankedBy::Playtime => "playtime",
        RankedBy::Visits => "visits",
        RankedBy::Counter(counter) => counter,
    }
}

/// Finds what a member means: the word itself, or what people read in any language.
fn meant(text: Text, typed: &str, counters: Vec<String>) -> Result<RankedBy, FigureMistake> {
    let folded = typed.trim().to_lowercase();
    let possible = possible(counters);
    let is_meant = |by: &&RankedBy| {
        let mut names = Locale::ALL.map(|locale| ranked_by(Text::of(locale), by));
        word(by) == typed.trim() || names.iter_mut().any(|name| name.to_lowercase() == folded)
    };
    let found = possible.iter().find(is_meant).cloned();
    found.ok_or_else(|| {
        let known = possible.iter().map(|by| ranked_by(text, by));
        FigureMistake::UnknownRanking(typed.to_owned(), known.collect())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_guild_does_not_show_is_neither_the_default_nor_offered() {
        let shown = |playtime, rankings| ShownToMembers {
            playtime,
            rankings,
            ..ShownToMembers::default()
        };
        let check = |shown, default: &RankedBy, expected: &[&str]| {
            assert_eq!(unless_chosen(shown), *default);
            let offered = shown_of(possible(vec!["deaths".to_owned()]), shown);
            let offered: Vec<_> = offered.map(|by| word(&by).to_owned()).collect();
            assert_eq!(offered, expected);
        };
        let all = ["playtime", "visits", "deaths"];
        check(shown(true, true), &RankedBy::Playtime, &all);
        check(shown(false, true), &RankedBy::Visits, &all[1..]);
        check(shown(true, false), &RankedBy::Playtime, &[]);
    }

    #[test]
    fn what_counts_is_found_by_its_word_in_any_language() {
        let counters = || ["deaths", "trade_volume"].map(str::to_owned).to_vec();
        let deaths = RankedBy::Counter("deaths".to_owned());
        for (typed, expected) in [
            ("playtime", RankedBy::Playtime),
            ("Spielzeit", RankedBy::Playtime),
            (" VISITS ", RankedBy::Visits),
            ("besuche", RankedBy::Visits),
            ("deaths", deaths.clone()),
            ("Tode", deaths),
            ("trade volume", RankedBy::Counter("trade_volume".to_owned())),
        ] {
            let found = meant(Text::of(Locale::English), typed, counters());
            assert_eq!(found, Ok(expected), "{typed}");
        }
        let german = Text::of(Locale::German);
        let refused = meant(german, "`@everyone`", counters()).unwrap_err();
        let sentence = refused.sentence(german);
        assert!(
            sentence.contains(r"\`\@everyone\`") && sentence.contains("Tode"),
            "{sentence}"
        );
    }
}
