//! `/oxeye presence mine` and `/oxeye presence top`: what members who joined have done.

use std::time::Duration;

use oxeye_db::{PresenceKind, PresenceKinds, Span, UnixSeconds, UserId};

use super::used_in;
use crate::answer::{Answer, Opening};
use crate::bot::Context;
use crate::error::BotError;
use crate::view::presence::figures as view;

/// Most subjects of one kind, and most members, that an answer names.
const MOST_NAMED: usize = 10;
/// The same in an answer about all kinds at once.
const MOST_NAMED_OF_A_KIND: usize = 5;

/// How far back to look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, poise::ChoiceParameter)]
pub(super) enum PresenceRange {
    /// A day.
    #[name = "24 hours"]
    #[name_localized("de", "24 Stunden")]
    Day,
    /// A week.
    #[default]
    #[name = "7 days"]
    #[name_localized("de", "7 Tage")]
    Week,
    /// As long as sessions are kept by default.
    #[name = "30 days"]
    #[name_localized("de", "30 Tage")]
    Month,
}

/// What to show of everybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, poise::ChoiceParameter)]
pub(super) enum PresenceWhat {
    /// Time by game.
    #[name = "games"]
    #[name_localized("de", "Spiele")]
    Games,
    /// Time by voice channel.
    #[name = "voice channels"]
    #[name_localized("de", "Sprachkanäle")]
    Voice,
    /// Time by artist.
    #[name = "artists on Spotify"]
    #[name_localized("de", "Interpreten auf Spotify")]
    Artists,
    /// Time by member.
    #[name = "streams"]
    #[name_localized("de", "Streams")]
    Streams,
    /// The members who are in voice.
    #[name = "in voice now"]
    #[name_localized("de", "jetzt im Sprachkanal")]
    InVoice,
}

impl PresenceRange {
    fn days(self) -> usize {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
        }
    }

    fn span(self, now: UnixSeconds) -> Span {
        const DAY: u64 = 86_400;
        let days = u64::try_from(self.days()).unwrap_or_default();
        Span {
            from: now.minus(Duration::from_secs(days * DAY)),
            to: now,
        }
    }
}

impl PresenceWhat {
    /// Returns what to show if nobody says: games, or else something that is kept.
    fn of_kept(kept: PresenceKinds) -> Self {
        let kinds = [Self::Games, Self::Voice, Self::Artists, Self::Streams];
        let is_kept = |what: &Self| what.kind().is_some_and(|kind| kept.contains(kind));
        kinds.into_iter().find(is_kept).unwrap_or(Self::Games)
    }

    /// Returns the kind of session to add up; `None` for what is now.
    fn kind(self) -> Option<PresenceKind> {
        match self {
            Self::Games => Some(PresenceKind::Game),
            Self::Voice => Some(PresenceKind::Voice),
            Self::Artists => Some(PresenceKind::Spotify),
            Self::Streams => Some(PresenceKind::Streaming),
            Self::InVoice => None,
        }
    }
}

/// Shows the sessions of the member who asks.
#[poise::command(slash_command, guild_only)]
pub(super) async fn mine(ctx: Context<'_>, range: Option<PresenceRange>) -> Result<(), BotError> {
    let (bot, guild) = used_in(&ctx)?;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let user = UserId(ctx.interaction.user.id.get());
    let (presence, now) = (bot.database.presence(), bot.now());
    if !presence.keeps(guild, user) {
        let message = crate::view::presence::left(answer.private_text(), None);
        return Ok(answer.show(&message).await?);
    }
    let range = range.unwrap_or_default();
    let span = range.span(now);
    let found = async {
        let hidden = bot.database.hidden_members(guild).await?;
        let with = presence.played_together(guild, user, span, &hidden, MOST_NAMED_OF_A_KIND);
        Ok::<_, BotError>(view::Mine {
            summary: presence
                .mine(guild, user, span, MOST_NAMED_OF_A_KIND)
                .await?,
            sessions: presence.sessions_in_guild(guild, user, span).await?,
            together: with.await?,
        })
    };
    let found = answer.deferring(true, found).await??;
    let text = answer.private_text();
    let mut message = view::mine(text, &found, range.days(), now);
    let not_agreed = presence.not_agreed(guild, user);
    if !not_agreed.is_empty() {
        let kinds = crate::view::presence::list(text, not_agreed);
        message.add_paragraphs(&[text.presence_mine_not_agreed(&kinds)]);
    }
    Ok(answer.show(&message).await?)
}

/// Shows what all members who joined do most.
#[poise::command(slash_command, guild_only)]
pub(super) async fn top(
    ctx: Context<'_>,
    what: Option<PresenceWhat>,
    range: Option<PresenceRange>,
) -> Result<(), BotError> {
    let (bot, guild) = used_in(&ctx)?;
    let answer = Answer::to_command(&ctx);
    let (presence, now) = (bot.database.presence(), bot.now());
    let hidden = bot.database.hidden_members(guild);
    let hidden = answer.deferring(false, hidden).await??;
    let range = range.unwrap_or_default();
    let kept = presence.kinds_of(guild);
    let what = what.unwrap_or_else(|| PresenceWhat::of_kept(kept));
    let Some(kind) = what.kind() else {
        let in_voice = presence.in_voice(guild, &hidden);
        let message = view::in_voice(answer.text(), &in_voice, now);
        return Ok(answer.show(&message).await?);
    };
    let top = presence.top(guild, kind, range.span(now), &hidden, MOST_NAMED);
    let top = answer.deferring(false, top).await??;
    let message = view::top(answer.text(), kind, &top, range.days(), kept);
    Ok(answer.show(&message).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_unless_somebody_says_is_something_that_is_kept() {
        use PresenceKind::{Game, Spotify, Streaming};
        let of = |kinds: &[PresenceKind]| PresenceWhat::of_kept(kinds.iter().copied().collect());
        assert_eq!(of(&PresenceKind::ALL), PresenceWhat::Games);
        assert_eq!(of(&[Game, Spotify]), PresenceWhat::Games);
        assert_eq!(of(&[Spotify, Streaming]), PresenceWhat::Artists);
        let voice = PresenceWhat::of_kept(PresenceKinds::in_voice());
        assert_eq!(voice, PresenceWhat::Voice);
        assert_eq!(of(&[]), PresenceWhat::Games);
    }
}
