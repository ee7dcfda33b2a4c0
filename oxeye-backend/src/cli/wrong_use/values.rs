//! How the values of arguments are written.

use std::error::Error;
use std::num::{IntErrorKind, NonZeroUsize, ParseIntError};

use oxeye_db::record::calendar::UnknownTimeZone;
use oxeye_db::record::range::{InvalidRange, MAX_DAYS};
use oxeye_db::{InvalidGuildId, InvalidPresenceKind, PresenceKind, UserId};
use oxeye_text::Text;

use crate::api_messages::activity::{InvalidRankedDays, RankedDays};
use crate::api_messages::presence::user_id;

/// The text is no number of days.
#[derive(Debug, thiserror::Error)]
#[error("a whole number from 1 to {MAX_DAYS} is expected")]
pub(crate) struct InvalidDays;

/// The text is no id of an account, a channel or a role in Discord.
#[derive(Debug, thiserror::Error)]
#[error("an id in Discord is a number such as 234567890123456789")]
pub(crate) struct InvalidDiscordId;

/// Reads the value of `--limit`.
pub(crate) fn limit(typed: &str) -> Result<usize, ParseIntError> {
    typed.parse().map(NonZeroUsize::get)
}

/// Reads the value of `--days`.
pub(crate) fn days(typed: &str) -> Result<u16, InvalidDays> {
    let days = typed.parse().map_err(|_| InvalidDays)?;
    match (1..=MAX_DAYS).contains(&days) {
        true => Ok(days),
        false => Err(InvalidDays),
    }
}

/// Reads the id of a Discord account.
pub(crate) fn account(typed: &str) -> Result<UserId, InvalidDiscordId> {
    user_id(typed).ok_or(InvalidDiscordId)
}

/// Reads the id of an account, a channel or a role in Discord.
pub(crate) fn discord_id(typed: &str) -> Result<u64, InvalidDiscordId> {
    account(typed).map(|UserId(id)| id)
}

/// Says how a value is written that was not accepted for this reason.
pub(super) fn form(text: Text, cause: &(dyn Error + 'static)) -> Option<String> {
    if cause.is::<UnknownTimeZone>() {
        return Some(text.form_of_time_zone());
    }
    if cause.is::<InvalidRange>() {
        return Some(text.form_of_range(&format!("{MAX_DAYS}d")));
    }
    if cause.is::<InvalidRankedDays>() {
        return Some(text.form_of_ranked_range(&RankedDays::MAX.to_string()));
    }
    if cause.is::<InvalidPresenceKind>() {
        let kinds = PresenceKind::ALL.map(|kind| kind.to_string());
        return Some(text.form_of_presence_kind(&text.either(&kinds)));
    }
    if cause.is::<InvalidGuildId>() {
        return Some(text.form_of_guild_id());
    }
    if cause.is::<InvalidDiscordId>() {
        return Some(text.form_of_discord_id());
    }
    if cause.is::<InvalidDays>() {
        return Some(text.form_of_days(MAX_DAYS));
    }
    let number: &ParseIntError = cause.downcast_ref()?;
    Some(match number.kind() {
        IntErrorKind::PosOverflow => text.form_of_smaller_number(),
        _ => text.form_of_limit(),
    })
}
