//! `/oxeye counter set` and `/oxeye counter off`: members with the Manage Server permission have a channel
//! show how many players are on.

use std::time::Duration;

use oxeye_db::{Counter, GuildId, NewCounter, SetCounterError};
use serenity::all::{ChannelType, PartialChannel};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::channel_access::{self, Asker, asker};
use super::server_argument::{self, complete_any};
use crate::access::NEEDED_BY_COUNTER;
use crate::answer::Answer;
use crate::bot::{Bot, Context, guild_locale, guild_of};
use crate::counters::template::Template;
use crate::counters::{FirstAnswer, MOST_COUNTERS, Nudge, Place, untold, values};
use crate::error::{BotError, Mistake};
use crate::view;
use crate::view::message::Message;

/// How long an admin waits for Discord's first answer to a counter.
const FIRST_ANSWER_LIMIT: Duration = Duration::from_secs(3);

/// Holds the two commands; Discord never calls it directly.
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("set", "off")
)]
pub(super) async fn counter(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

/// Keeps the status or the name of a channel at a text with numbers.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn set(
    ctx: Context<'_>,
    #[channel_types("Voice", "Stage")] channel: PartialChannel,
    template: String,
    #[autocomplete = "complete_any"]
    #[max_length = 100]
    server: Option<String>,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let parsed: Template = template.parse()?;
    let servers = server_argument::chosen(bot, guild, server.as_deref())?;
    let new = NewCounter {
        servers,
        channel: channel.id.get(),
        template: template.trim().to_owned(),
        locale: guild_locale(&ctx).tag().to_owned(),
        original_name: own_name(&channel)?,
        set_by: ctx.interaction.user.id.get(),
    };
    answer
        .deferring(true, check(asker(&ctx), guild, new.channel))
        .await??;
    let (waits, first) = oneshot::channel();
    // It fails only while the program stops.
    let _ = bot.counters.send(Nudge::Set((guild, new.channel), waits));
    let set = bot.database.set_counter(new, MOST_COUNTERS, bot.now());
    let counter = answer
        .deferring(true, set)
        .await?
        .map_err(|error| match error {
            SetCounterError::TooMany(count) => Mistake::TooManyCounters(count).into(),
            SetCounterError::UnknownServer => Mistake::ServerGone.into(),
            SetCounterError::BotRemoved => Mistake::BotRemoved.into(),
            SetCounterError::Store(error) => BotError::Store(error),
        })?;
    tracing::info!(%guild, channel = counter.channel, "a counter was set from Discord");
    let shown = parsed.render(answer.text(), &values(&bot.database, &counter, bot.now()));
    let first = answer
        .deferring(true, timeout(FIRST_ANSWER_LIMIT, first))
        .await?;
    // Without an answer we expect the best; otherwise the admin gets a message later.
    let first = match first {
        Ok(Ok(first)) => first,
        Ok(Err(_)) | Err(_) if counter.original_name.is_some() => FirstAnswer::Shown(Place::Name),
        Ok(Err(_)) | Err(_) => FirstAnswer::Shown(Place::Status),
    };
    let (text, channel) = (answer.private_text(), counter.channel);
    let mut message = match first {
        FirstAnswer::Shown(Place::Status) => view::counter::in_status(text, channel, &shown),
        FirstAnswer::Shown(Place::Name) => view::counter::in_name(text, channel, &shown),
        FirstAnswer::Blocked => view::counter::blocked(text, channel),
    };
    add_untold(bot, &answer, &counter, &mut message).await?;
    Ok(answer.show(&message).await?)
}

/// Checks that the bot has the permissions that every counter needs.
async fn check(asker: Asker<'_>, guild: GuildId, channel: u64) -> Result<(), BotError> {
    let access = channel_access::asked(asker, guild, channel).await?;
    Ok(channel_access::check(&access, NEEDED_BY_COUNTER)?)
}

/// Turns the counter of a channel off, and has the channel restored.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn off(
    ctx: Context<'_>,
    #[channel_types("Voice", "Stage")] channel: PartialChannel,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx);
    let channel = channel.id.get();
    let end = bot.database.end_counter(guild, channel, bot.now());
    let ended = answer
        .deferring(true, end)
        .await?
        .map_err(BotError::Store)?;
    let Some(counter) = ended else {
        let mistake = answer.deferring(true, no_counter(bot, guild, channel));
        return Err(mistake.await??.into());
    };
    tracing::info!(%guild, channel, "a counter was turned off from Discord");
    let original_name = counter.original_name.as_deref();
    let mut message = view::counter::off(answer.private_text(), channel, original_name);
    add_untold(bot, &answer, &counter, &mut message).await?;
    Ok(answer.show(&message).await?)
}

/// Returns the name of a channel that has no status to show a number in.
fn own_name(channel: &PartialChannel) -> Result<Option<String>, Mistake> {
    match channel.kind {
        ChannelType::Voice => Ok(None),
        ChannelType::Stage => Ok(channel.name.clone()),
        _ => Err(Mistake::CounterNeedsVoice),
    }
}

/// Adds what is wrong with other counters and could not be told yet.
async fn add_untold(
    bot: &Bot,
    answer: &Answer<'_>,
    counter: &Counter,
    message: &mut Message,
) -> Result<(), BotError> {
    let about = (counter.guild, counter.channel);
    let untold = untold(&bot.database, about, answer.private_text(), bot.now());
    let untold = answer.deferring(true, untold).await??;
    message.add_paragraphs(&untold);
    Ok(())
}

/// Explains that a channel has no counter, and names those that have one.
async fn no_counter(bot: &Bot, guild: GuildId, channel: u64) -> Result<Mistake, BotError> {
    let counters = bot.database.guild_counters(guild).await?;
    let running = counters.iter().filter(|other| other.ended_at.is_none());
    let others = running.map(|other| other.channel).collect();
    Ok(Mistake::NoCounter(channel, others))
}
