//! `/oxeye alerts set`, `off`, `test` and `list`: members with the Manage Server permission have a channel say that
//! a server is down and that it is back up.

use oxeye_db::{Alert, AlertTopics, GuildId, GuildServers, MOST_ALERTS, NewAlert, SetAlertError};
use oxeye_text::width;
use serenity::all::{PartialChannel, Permissions, Role};

use super::channel_access::{self, Asker, asker};
use super::server_argument::{self, complete_any};
use crate::access::{Access, needed_by_alert};
use crate::alerts::{PostError, untold};
use crate::answer::{Answer, Opening};
use crate::bot::{Bot, Context, guild_locale, guild_of};
use crate::error::{AlertMistake, BotError, Mistake};
use crate::rest::code;
use crate::view::alert::{self, Notified};
use crate::view::message::Message;

/// The most UTF-16 units of an answer, a little less than Discord takes.
const ANSWER_LIMIT: usize = 1_900;

/// Holds the four commands; Discord never calls it directly.
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("set", "off", "test", "list")
)]
pub(super) async fn alerts(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

/// Has a channel say that servers are down and that they are back up.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn set(
    ctx: Context<'_>,
    #[channel_types(
        "Text",
        "News",
        "Voice",
        "Stage",
        "PublicThread",
        "PrivateThread",
        "NewsThread"
    )]
    channel: PartialChannel,
    #[autocomplete = "complete_any"]
    #[max_length = 100]
    server: Option<String>,
    role: Option<Role>,
    visits: Option<bool>,
    records: Option<bool>,
    newcomers: Option<bool>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let servers = server_argument::chosen(bot, guild, server.as_deref())?;
    if role.as_ref().is_some_and(|role| role.id.get() == guild.0) {
        return Err(AlertMistake::Everyone.into());
    }
    let channel = channel.id.get();
    let access = answer
        .deferring(true, check(asker(&ctx), guild, channel))
        .await??;
    let new = NewAlert {
        servers,
        channel,
        role: role.as_ref().map(|role| role.id.get()),
        locale: guild_locale(&ctx).tag().to_owned(),
        set_by: Some(ctx.interaction.user.id.get()),
        topics: AlertTopics {
            visits: visits.unwrap_or_default(),
            records: records.unwrap_or_default(),
            newcomers: newcomers.unwrap_or_default(),
        },
    };
    let topics = new.topics;
    let set = async {
        let set = bot.database.set_alert(new, MOST_ALERTS, bot.now()).await;
        if set.is_ok() {
            bot.alerts.keep_now().await;
        }
        set
    };
    answer.deferring(true, set).await?.map_err(not_set)?;
    tracing::info!(%guild, channel, "an alert was set from Discord");
    let name = match servers {
        GuildServers::One(server) => {
            let summary = bot.database.server_summary(server.id(), bot.now());
            summary.map(|summary| summary.name)
        }
        GuildServers::All(_) => None,
    };
    let notified = role.map(|role| {
        let lacks = !access.missing(Permissions::MENTION_EVERYONE).is_empty();
        let notified = match lacks && !role.mentionable {
            true => Notified::NotMentionable,
            false => Notified::Yes,
        };
        (role.id.get(), notified)
    });
    let text = answer.private_text();
    let message = alert::set(text, channel, (servers, name.as_ref()), notified, topics);
    show_with_untold(bot, guild, &answer, |_| message).await
}

/// Turns all alerts of a channel off.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn off(
    ctx: Context<'_>,
    #[channel_types(
        "Text",
        "News",
        "Voice",
        "Stage",
        "PublicThread",
        "PrivateThread",
        "NewsThread"
    )]
    channel: Option<PartialChannel>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let channel = channel_access::or_here(ctx.interaction.channel_id, channel);
    let remove = async {
        let here = of_channel(bot, guild, channel).await?;
        for alert in &here {
            bot.database.remove_alert(guild, alert.id).await?;
        }
        Ok::<_, BotError>(here.len())
    };
    let count = answer.deferring(true, remove).await??;
    tracing::info!(%guild, channel, count, "alerts were turned off from Discord");
    let message = alert::off(answer.private_text(), count, channel);
    show_with_untold(bot, guild, &answer, |_| message).await
}

/// Posts a message in the channel of an alert, which notifies nobody.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn test(
    ctx: Context<'_>,
    #[channel_types(
        "Text",
        "News",
        "Voice",
        "Stage",
        "PublicThread",
        "PrivateThread",
        "NewsThread"
    )]
    channel: Option<PartialChannel>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let channel = channel_access::or_here(ctx.interaction.channel_id, channel);
    let test = async {
        let access = check(asker(&ctx), guild, channel).await?;
        let here = of_channel(bot, guild, channel).await?;
        let Some(alert) = here.first() else {
            return Err(AlertMistake::NoAlert(channel, Vec::new()).into());
        };
        let message = bot.database.test_alert(guild, alert.id, bot.now()).await?;
        let Some(message) = message else {
            return Err(AlertMistake::NoAlert(channel, Vec::new()).into());
        };
        let needed = needed_by_alert(access.channel.kind).unwrap_or_default();
        Ok::<_, BotError>((bot.alerts.post_now(message.id).await, needed))
    };
    let text = answer.private_text();
    let (posted, needed) = answer.deferring(true, test).await??;
    let message = match posted {
        Ok(message) => alert::tested(text, guild.0, channel, message),
        Err(PostError::Busy) => alert::on_its_way(text, channel),
        Err(PostError::Gone) => return Err(AlertMistake::NoAlert(channel, Vec::new()).into()),
        Err(PostError::Refused(error)) => {
            let code = error.code();
            let lacking = channel_access::refused(asker(&ctx), guild, (channel, needed), code);
            let lacking = answer.deferring(true, lacking).await?;
            return Err(lacking.unwrap_or_else(|| refused(channel, code).into()));
        }
    };
    show_with_untold(bot, guild, &answer, |_| message).await
}

/// Lists the alerts of the guild.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn list(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let alerts = bot.database.guild_alerts(guild);
    let alerts = answer.deferring(true, alerts).await??;
    let name = |server| {
        let summary = bot.database.server_summary(server, bot.now());
        summary.map(|summary| summary.name)
    };
    let text = answer.private_text();
    let message = |room| alert::list(text, &alerts, name, room);
    show_with_untold(bot, guild, &answer, message).await
}

/// Returns the alerts of a channel, of which there is at least one.
async fn of_channel(bot: &Bot, guild: GuildId, channel: u64) -> Result<Vec<Alert>, BotError> {
    let all = bot.database.guild_alerts(guild).await?;
    let (here, elsewhere): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|alert| alert.channel == channel);
    if here.is_empty() {
        let mut others: Vec<_> = elsewhere.iter().map(|alert| alert.channel).collect();
        others.sort_unstable();
        others.dedup();
        return Err(AlertMistake::NoAlert(channel, others).into());
    }
    Ok(here)
}

/// Checks that the bot may post alerts in a channel.
async fn check(asker: Asker<'_>, guild: GuildId, channel: u64) -> Result<Access, BotError> {
    let access = channel_access::asked(asker, guild, channel).await?;
    let needed = needed_by_alert(access.channel.kind).ok_or(AlertMistake::WrongChannel(channel))?;
    channel_access::check(&access, needed)?;
    if access.is_locked() {
        return Err(Mistake::ThreadLocked(channel).into());
    }
    Ok(access)
}

/// Explains why an alert was not set.
fn not_set(error: SetAlertError) -> BotError {
    match error {
        SetAlertError::TooMany(count) => AlertMistake::TooMany(count).into(),
        SetAlertError::UnknownServer => Mistake::ServerGone.into(),
        SetAlertError::BotRemoved => Mistake::BotRemoved.into(),
        SetAlertError::Store(error) => BotError::Store(error),
    }
}

/// Says what Discord has against a message in a channel that is not a missing permission.
fn refused(channel: u64, code: u32) -> Mistake {
    match code {
        code::UNKNOWN_CHANNEL => Mistake::ChannelGone,
        code::THREAD_LOCKED => Mistake::ThreadLocked(channel),
        code => Mistake::Alert(AlertMistake::NotAccepted { channel, code }),
    }
}

/// Shows an answer, made with so much room in UTF-16 units, and below it what is wrong with alerts and could not be told
/// yet.
async fn show_with_untold(
    bot: &Bot,
    guild: GuildId,
    answer: &Answer<'_>,
    message: impl FnOnce(usize) -> Message,
) -> Result<(), BotError> {
    let untold = untold(&bot.database, guild, answer.private_text(), bot.now());
    let untold = answer.deferring(true, untold).await??;
    let taken: usize = untold.iter().map(|sentence| width(sentence) + 2).sum();
    let mut message = message(ANSWER_LIMIT.saturating_sub(taken));
    message.add_paragraphs(&untold);
    Ok(answer.show(&message).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do_about_it() {
        let refusal = |code| refused(5, code);
        assert_eq!(refusal(10_003), Mistake::ChannelGone);
        assert_eq!(refusal(160_005), Mistake::ThreadLocked(5));
        let unknown = AlertMistake::NotAccepted {
            channel: 5,
            code: 50_035,
        };
        assert_eq!(refusal(50_035), Mistake::Alert(unknown));
    }
}
