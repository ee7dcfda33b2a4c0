//! What is kept about a member and their player, wherever it is kept: collecting all of it, and forgetting it.
//!
//! A new place that keeps something about members joins all three functions.

use oxeye_db::record::span::Span;
use oxeye_db::{
    Forgotten, GuildId, LinkedMember, Notice, PlayerData, PlayerName, PresenceKind,
    PresenceSession, UnixSeconds, UserId, Withdrawn,
};

use tokio::time::Instant;

use crate::bot::Bot;
use crate::error::{BotError, Mistake};

/// Which places keep something about a member of a guild; at least one does.
#[derive(Debug)]
pub(crate) struct Kept {
    /// The player whom the member is linked to.
    pub(crate) member: Option<LinkedMember>,
    /// When the member joined those whose sessions in Discord are kept.
    pub(crate) joined_at: Option<UnixSeconds>,
    /// The players about whom the member is told.
    pub(crate) notices: Vec<Notice>,
}

/// Everything that is kept about a member of a guild.
#[derive(Debug)]
pub(crate) struct MemberData {
    pub(crate) guild: GuildId,
    pub(crate) player: Option<(LinkedMember, PlayerData)>,
    pub(crate) presence: Option<PresenceData>,
    pub(crate) notices: Vec<Notice>,
}

/// What is kept about a member in Discord.
#[derive(Debug)]
pub(crate) struct PresenceData {
    pub(crate) joined_at: UnixSeconds,
    /// Since when the member hides from the others.
    pub(crate) hidden_since: Option<UnixSeconds>,
    /// The kinds that the member agreed to, and since when.
    pub(crate) agreed: Vec<(PresenceKind, UnixSeconds)>,
    /// The oldest first.
    pub(crate) sessions: Vec<PresenceSession>,
}

/// What was forgotten about a member.
#[derive(Debug)]
pub(crate) struct MemberForgotten {
    pub(crate) player: Option<(LinkedMember, Forgotten)>,
    pub(crate) presence: Option<Withdrawn>,
    /// Number of players about whom the member was told.
    pub(crate) notices: usize,
}

/// Returns which places keep something about a member.
pub(crate) async fn kept(bot: &Bot, guild: GuildId, user: u64) -> Result<Kept, BotError> {
    let notices = bot.database.notices_of(guild, UserId(user)).await?;
    let kept = Kept {
        notices,
        member: bot.database.linked_member(guild, user).await?,
        joined_at: bot.database.presence().joined_at(guild, UserId(user)),
    };
    if kept.member.is_none() && kept.joined_at.is_none() && kept.notices.is_empty() {
        return Err(Mistake::NothingKept.into());
    }
    Ok(kept)
}

/// Collects everything that is kept about a member in a guild.
pub(crate) async fn data(bot: &Bot, guild: GuildId, user: u64) -> Result<MemberData, BotError> {
    let Kept {
        member,
        joined_at,
        notices,
    } = kept(bot, guild, user).await?;
    let mut data = MemberData {
        guild,
        notices,
        player: None,
        presence: None,
    };
    if let Some(member) = member {
        let player = bot.database.player_data_of(guild, user, bot.now()).await?;
        data.player = Some((member, player));
    }
    if let Some(joined_at) = joined_at {
        let presence = bot.database.presence();
        let sessions = presence.sessions_in_guild(guild, UserId(user), Span::ALL);
        let sessions = sessions.await?.into_iter().map(|(session, _)| session);
        data.presence = Some(PresenceData {
            joined_at,
            hidden_since: presence.hidden_since(guild, UserId(user)),
            agreed: presence.agreed(guild, UserId(user)),
            sessions: sessions.collect(),
        });
    }
    Ok(data)
}

/// Forgets everything that is kept about a member in a guild, unless they are no longer linked to the player whom
/// the question named.
pub(crate) async fn forget(
    bot: &Bot,
    guild: GuildId,
    user: u64,
    named: Option<PlayerName>,
) -> Result<MemberForgotten, BotError> {
    let Kept {
        member, joined_at, ..
    } = kept(bot, guild, user).await?;
    if member.as_ref().map(|member| &member.player) != named.as_ref() {
        return Err(Mistake::OldButton.into());
    }
    let notices = bot
        .database
        .forget_notices_of(Some(guild), UserId(user))
        .await?;
    let mut forgotten = MemberForgotten {
        player: None,
        presence: None,
        notices,
    };
    if joined_at.is_some() {
        let presence = bot.database.presence();
        forgotten.presence = presence.leave(guild, UserId(user)).await?;
        bot.left_lately.begin((guild, UserId(user)), Instant::now());
    }
    // The link goes with the player, so it goes last: whoever is told of a failure can try again.
    if let Some(member) = member {
        let player = bot.database.forget_player_of(guild, user, bot.now());
        let player = player.await?.unwrap_or_default();
        forgotten.player = Some((member, player));
    }
    Ok(forgotten)
}
