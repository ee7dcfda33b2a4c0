//! Checks what the bot may do in a channel before a command uses it, and names what is missing.

use oxeye_db::GuildId;
use serenity::all::{ChannelId, PartialChannel, Permissions, UserId};

use crate::access::{Access, AccessError};
use crate::bot::Context;
use crate::error::{BotError, Mistake};
use crate::rest::{Rest, RestError, code};

/// What asks Discord, and the bot that it asks about.
pub(super) type Asker<'a> = (Option<&'a Rest>, UserId);

/// Returns what asks Discord about the bot that runs a command.
pub(super) fn asker<'a>(ctx: &Context<'a>) -> Asker<'a> {
    let rest = ctx.framework.user_data.rest.as_ref();
    (rest, ctx.framework.bot_id())
}

/// Returns the chosen channel, or the one that the command was typed in.
pub(super) fn or_here(here: ChannelId, channel: Option<PartialChannel>) -> u64 {
    channel.map_or(here, |channel| channel.id).get()
}

/// Asks Discord what the bot may do in a channel.
pub(super) async fn asked(
    (rest, bot): Asker<'_>,
    guild: GuildId,
    channel: u64,
) -> Result<Access, BotError> {
    let rest = rest.ok_or_else(|| RestError::Lost("the token cannot be sent".to_owned()))?;
    let asked = Access::of(rest, guild.0.into(), bot, ChannelId::new(channel)).await;
    asked.map_err(|error| match error {
        AccessError::Gone => Mistake::ChannelGone.into(),
        AccessError::Hidden => {
            let missing = Permissions::VIEW_CHANNEL;
            Mistake::MissingPermissions { channel, missing }.into()
        }
        AccessError::Discord(error) => error.into(),
    })
}

/// Names what Discord has refused, although the permissions were checked before, after asking for them again; `None` if it
/// was no permission.
pub(super) async fn refused(
    asker: Asker<'_>,
    guild: GuildId,
    (channel, needed): (u64, Permissions),
    code: u32,
) -> Option<BotError> {
    let needed = match code {
        code::MISSING_ACCESS => needed | Permissions::VIEW_CHANNEL,
        code::MISSING_PERMISSIONS => needed,
        _ => return None,
    };
    Some(match asked(asker, guild, channel).await {
        Ok(access) => still_refused(channel, needed, access.missing(needed)).into(),
        Err(BotError::Mistake(mistake)) => mistake.into(),
        Err(_) => still_refused(channel, needed, Permissions::empty()).into(),
    })
}

/// Names the missing permissions. If none seems to be missing, names those that are needed.
fn still_refused(channel: u64, needed: Permissions, missing: Permissions) -> Mistake {
    match missing.is_empty() {
        false => Mistake::MissingPermissions { channel, missing },
        true => Mistake::RefusedDespitePermissions { channel, needed },
    }
}

/// Checks that the bot has the needed permissions.
pub(super) fn check(access: &Access, needed: Permissions) -> Result<(), Mistake> {
    let missing = access.missing(needed);
    if missing.is_empty() {
        return Ok(());
    }
    let channel = access.channel.id.get();
    Err(Mistake::MissingPermissions { channel, missing })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_and_if_nothing_seems_to_be_what_is_needed() {
        let needed = Permissions::SEND_MESSAGES | Permissions::EMBED_LINKS;
        let (channel, missing) = (5, Permissions::EMBED_LINKS);
        assert_eq!(
            still_refused(channel, needed, missing),
            Mistake::MissingPermissions { channel, missing }
        );
        assert_eq!(
            still_refused(channel, needed, Permissions::empty()),
            Mistake::RefusedDespitePermissions { channel, needed }
        );
    }
}
