//! Checks what the bot may do in a channel before a command uses it, and names what is missing.

use oxeye_db::GuildId;
use serenity::all::{ChannelId, PartialChannel, Permissions};

use crate::access::{Access, AccessError};
use crate::bot::Context;
use crate::error::{BotError, Mistake};
use crate::rest::code;

/// Returns the chosen channel, or the one that the command was typed in.
pub(super) fn or_here(ctx: &Context<'_>, channel: Option<PartialChannel>) -> u64 {
    let here = ctx.interaction.channel_id;
    channel.map_or(here, |channel| channel.id).get()
}

/// Asks Discord what the bot may do in a channel.
pub(super) async fn asked(
    ctx: &Context<'_>,
    guild: GuildId,
    channel: u64,
) -> Result<Access, BotError> {
    let http = &ctx.framework.serenity_context.http;
    let bot = ctx.framework.bot_id();
    let asked = Access::of(http, guild.0.into(), bot, ChannelId::new(channel)).await;
    asked.map_err(|error| match error {
        AccessError::Gone => Mistake::ChannelGone.into(),
        AccessError::Hidden => {
            let missing = Permissions::VIEW_CHANNEL;
            Mistake::MissingPermissions { channel, missing }.into()
        }
        AccessError::Discord(error) => error.into(),
    })
}

/// Names what Discord has refused, although its permissions were checked before; `None` if it was no permission.
pub(super) fn refused(channel: u64, needed: Permissions, code: u32) -> Option<Mistake> {
    let missing = match code {
        code::MISSING_ACCESS => Permissions::VIEW_CHANNEL,
        code::MISSING_PERMISSIONS => needed,
        _ => return None,
    };
    Some(Mistake::MissingPermissions { channel, missing })
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
