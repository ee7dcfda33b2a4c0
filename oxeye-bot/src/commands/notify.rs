//! `/oxeye notify add`, `remove` and `list`: members are told when a player comes on.

use oxeye_db::{AddNoticeError, GuildId, NewNotice, Notice, PlayerName, UserId};
use oxeye_text::isolate;
use serenity::all::{ChannelType, PartialChannel, Permissions};
use serenity::builder::{AutocompleteChoice, CreateAutocompleteResponse};

use super::channel_access::{self, asker};
use super::player_argument::complete_player;
use crate::access::needed_by_alert;
use crate::answer::{Answer, Opening};
use crate::bot::{Bot, Context, guild_of};
use crate::error::{AlertMistake, BotError, Mistake, NoticeMistake};
use crate::view::notice;
use crate::view::rows::MAX_CHOICES;

/// Holds the three commands; Discord never calls it directly.
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("add", "remove", "list")
)]
pub(super) async fn notify(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

/// Has a member told when a player comes on.
#[poise::command(slash_command, guild_only)]
pub(super) async fn add(
    ctx: Context<'_>,
    #[autocomplete = "complete_player"]
    #[min_length = 1]
    #[max_length = 64]
    name: String,
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
    let player = PlayerName::try_from(name.trim()).map_err(|_| Mistake::InvalidPlayer)?;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    if let Some(channel) = &channel {
        check_own_access(channel)?;
    }
    let channel = channel.map(|channel| channel.id.get());
    let new = NewNotice {
        guild,
        user: ctx.interaction.user.id.get(),
        player,
        channel,
        locale: answer.private_text().locale().tag().to_owned(),
    };
    let add = async {
        if let Some(channel) = channel {
            let access = channel_access::asked(asker(&ctx), guild, channel).await?;
            let needed = needed_by_alert(access.channel.kind);
            channel_access::check(&access, needed.ok_or(AlertMistake::WrongChannel(channel))?)?;
        }
        add_notice(bot, new).await
    };
    let added = answer.deferring(true, add).await??;
    let message = notice::added(answer.private_text(), &added.player, added.channel);
    Ok(answer.show(&message).await?)
}

/// Has a member told no longer when a player comes on.
#[poise::command(slash_command, guild_only)]
pub(super) async fn remove(
    ctx: Context<'_>,
    #[autocomplete = "complete_own"]
    #[min_length = 1]
    #[max_length = 64]
    name: String,
) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let remove = async {
        let own = own(bot, guild, asking(&ctx)).await?;
        let meant = meant(&own, name.trim()).ok_or(NoticeMistake::NoNotice)?;
        let user = UserId(meant.user);
        let removed = bot.database.end_notice(user, meant.id).await?;
        Ok::<_, BotError>(removed.ok_or(NoticeMistake::NoNotice)?)
    };
    let removed = answer.deferring(true, remove).await??;
    let message = notice::removed(answer.private_text(), &removed.player);
    Ok(answer.show(&message).await?)
}

/// Lists about whom a member is told.
#[poise::command(slash_command, guild_only)]
pub(super) async fn list(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let own = own(bot, guild, asking(&ctx));
    let own = answer.deferring(true, own).await??;
    let message = notice::list(answer.private_text(), &own);
    Ok(answer.show(&message).await?)
}

/// Checks that a member may write in a channel: the bot writes nowhere for somebody who may not.
fn check_own_access(channel: &PartialChannel) -> Result<(), NoticeMistake> {
    let needed = match channel.kind {
        ChannelType::PublicThread | ChannelType::PrivateThread | ChannelType::NewsThread => {
            Permissions::SEND_MESSAGES_IN_THREADS
        }
        _ => Permissions::SEND_MESSAGES,
    };
    // Discord sends what the member who asks may do there.
    let own = channel.permissions.unwrap_or_default();
    if own.administrator() || own.contains(needed | Permissions::VIEW_CHANNEL) {
        return Ok(());
    }
    Err(NoticeMistake::NotYourChannel(channel.id.get()))
}

/// Returns the notice about a player of this name, or of this name in another case if that is one only.
fn meant<'a>(own: &'a [Notice], name: &str) -> Option<&'a Notice> {
    let exact = own.iter().find(|notice| notice.player.as_str() == name);
    let name = name.to_lowercase();
    let mut alike = own
        .iter()
        .filter(|notice| notice.player.as_str().to_lowercase() == name);
    exact.or_else(|| alike.next().filter(|_| alike.next().is_none()))
}

/// Returns the notices of the member who asks.
async fn own(bot: &Bot, guild: GuildId, user: UserId) -> Result<Vec<Notice>, BotError> {
    Ok(bot.database.notices_of(guild, user).await?)
}

/// Returns the member who uses a command.
fn asking(ctx: &Context<'_>) -> UserId {
    UserId(ctx.interaction.user.id.get())
}

/// Offers the players about whom the member is told.
async fn complete_own(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let response = CreateAutocompleteResponse::new();
    let Ok(guild) = guild_of(ctx.interaction.guild_id) else {
        return response;
    };
    let own = own(ctx.framework.user_data, guild, asking(&ctx)).await;
    let own = own.unwrap_or_default();
    let partial = partial.trim().to_lowercase();
    let names = own.iter().map(|notice| notice.player.as_str());
    let matching = names.filter(|name| name.to_lowercase().contains(&partial));
    let choices = matching.map(|name| AutocompleteChoice::new(isolate(name), name));
    response.set_choices(choices.take(MAX_CHOICES).collect())
}

/// Adds a notice, and has players looked for from now on.
pub(crate) async fn add_notice(bot: &Bot, new: NewNotice) -> Result<Notice, BotError> {
    let player = new.player.clone();
    let added = bot.database.add_notice(new, bot.now()).await;
    let added = added.map_err(|error| not_added(player, error))?;
    bot.notices.keep_now().await;
    Ok(added)
}

/// Explains why nobody is told. Somebody who hides is as unknown as somebody whom nobody knows.
fn not_added(player: PlayerName, error: AddNoticeError) -> BotError {
    match error {
        AddNoticeError::UnknownPlayer => NoticeMistake::UnknownPlayer(player).into(),
        AddNoticeError::Exists(player) => NoticeMistake::Exists(player).into(),
        AddNoticeError::TooMany(limit) => NoticeMistake::TooMany(limit).into(),
        AddNoticeError::BotRemoved => Mistake::BotRemoved.into(),
        AddNoticeError::Store(error) => BotError::Store(error),
    }
}
