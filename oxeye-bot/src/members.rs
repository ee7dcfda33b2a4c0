//! What is kept about a member and their player, wherever it is kept: collecting all of it, and forgetting it.
//!
//! A new place that keeps something about members joins both functions.

use oxeye_db::{Forgotten, GuildId, LinkedMember, PlayerData};

use crate::bot::Bot;
use crate::error::{BotError, Mistake};

/// Everything that is kept about a member.
#[derive(Debug)]
pub(crate) struct MemberData {
    pub(crate) member: LinkedMember,
    pub(crate) player: PlayerData,
}

/// Returns the member if they are linked to a player.
pub(crate) async fn linked(bot: &Bot, guild: GuildId, user: u64) -> Result<LinkedMember, BotError> {
    let member = bot.database.linked_member(guild, user).await?;
    Ok(member.ok_or(Mistake::NotLinked)?)
}

/// Collects everything that is kept about a member in a guild.
pub(crate) async fn data(bot: &Bot, guild: GuildId, user: u64) -> Result<MemberData, BotError> {
    let member = linked(bot, guild, user).await?;
    let name = member.player.clone();
    let player = bot.database.player_data(guild, name, bot.now()).await?;
    Ok(MemberData { member, player })
}

/// Forgets everything that is kept about a member in a guild. Returns the member as they were linked.
pub(crate) async fn forget(
    bot: &Bot,
    guild: GuildId,
    user: u64,
) -> Result<(LinkedMember, Forgotten), BotError> {
    let member = linked(bot, guild, user).await?;
    let name = member.player.clone();
    let forgotten = bot.database.forget_player_in(guild, name, bot.now());
    let forgotten = forgotten.await?.unwrap_or_default();
    Ok((member, forgotten))
}
