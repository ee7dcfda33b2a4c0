//! `/oxeye presence ...`: members have their sessions in voice, games and Spotify kept, if their guild
//! does so.

mod figures;
mod kinds;

use oxeye_db::{GuildId, Joined, PresenceKinds, UserId};
use serenity::builder::CreateAutocompleteResponse;
use tokio::time::Instant;

use crate::answer::{Answer, Opening};
use crate::bot::{Bot, Context, Languages, guild_of};
use crate::error::{BotError, Mistake};
use crate::member_presence::{MemberPresence, look_at_voice};
use crate::view::presence as view;

const NONE: PresenceKinds = PresenceKinds::NONE;

/// Holds the commands; Discord never calls it directly.
#[poise::command(
    slash_command,
    guild_only,
    subcommand_required,
    subcommands("setup", "join", "leave", "figures::mine", "figures::top")
)]
pub(super) async fn presence(_ctx: Context<'_>) -> Result<(), BotError> {
    Ok(())
}

/// Sets which kinds of sessions a guild keeps, or without kinds says which.
#[poise::command(slash_command, guild_only, required_permissions = "MANAGE_GUILD")]
pub(super) async fn setup(
    ctx: Context<'_>,
    #[autocomplete = "complete_kinds"]
    #[max_length = 100]
    kinds: Option<String>,
) -> Result<(), BotError> {
    let (bot, guild) = used_in(&ctx)?;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let text = answer.private_text();
    let seen = bot.member_presence.kinds();
    let before = bot.database.presence().kinds_of(guild);
    let Some(typed) = kinds else {
        let message = match before.is_empty() {
            true => view::not_set_up(text, seen),
            false => view::set_up(text, before, kept_days(bot), before.without(seen), NONE),
        };
        return Ok(answer.show(&message).await?);
    };
    let wanted = kinds::parse(&typed)?;
    let kept = kinds::kept(wanted, before, seen);
    if kept.is_empty() && !wanted.is_empty() {
        return Err(Mistake::PresenceNotSeen(seen).into());
    }
    let is_less = !kept.contains_all(before);
    let wait = bot.deleted_lately.wait(&guild, Instant::now());
    if is_less && !wait.is_zero() {
        return Err(Mistake::JustDeleted(bot.now().plus(wait)).into());
    }
    if kept != before {
        let set_up = bot.database.presence().set_up(guild, kept, bot.now());
        answer.deferring(true, set_up).await??;
        if is_less {
            bot.deleted_lately.begin(guild, Instant::now());
        }
        tracing::info!(%guild, "what is kept of members was changed in Discord");
    }
    let message = match (kept.is_empty(), before.is_empty()) {
        (true, true) => view::was_off(text),
        (true, false) => view::switched_off(text),
        (false, _) => {
            let (unseen, refused) = (kept.without(seen), wanted.without(kept));
            view::set_up(text, kept, kept_days(bot), unseen, refused)
        }
    };
    Ok(answer.show(&message).await?)
}

/// Has the sessions of the member who asks kept from now on, of all kinds that the guild keeps now.
#[poise::command(slash_command, guild_only)]
pub(super) async fn join(ctx: Context<'_>) -> Result<(), BotError> {
    let (bot, guild) = used_in(&ctx)?;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let text = answer.private_text();
    let user = UserId(ctx.interaction.user.id.get());
    let wait = bot.left_lately.wait(&(guild, user), Instant::now());
    if !wait.is_zero() {
        return Err(Mistake::JustLeft(bot.now().plus(wait)).into());
    }
    let join = bot.database.join_presence(guild, user, bot.now());
    let joined = answer.deferring(true, join).await??;
    let presence = bot.database.presence();
    let kinds = presence.kinds_of(guild);
    let kinds = kinds.without(presence.not_agreed(guild, user));
    let message = match joined {
        Joined::NotSetUp => return Err(Mistake::PresenceNotSetUp.into()),
        Joined::Already => view::joined_already(text, kinds, kept_days(bot)),
        Joined::New | Joined::More(_) => {
            if bot.member_presence == MemberPresence::On {
                bot.sessions.asking.ask(guild, user);
            }
            let look = look_at_voice(bot.rest.as_ref(), &bot.sessions, guild, user);
            answer.deferring(true, look).await?;
            match joined {
                Joined::More(new) => view::joined_more(text, new, kinds, kept_days(bot)),
                _ => {
                    let hides = presence.hidden_since(guild, user).is_some();
                    view::joined(text, kinds, kept_days(bot), hides)
                }
            }
        }
    };
    Ok(answer.show(&message).await?)
}

/// Deletes the sessions of the member who asks. That works even where the operator keeps none.
#[poise::command(slash_command, guild_only)]
pub(super) async fn leave(ctx: Context<'_>) -> Result<(), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    let answer = Answer::to_command(&ctx).with_opening(Opening::NewPrivate);
    let user = UserId(ctx.interaction.user.id.get());
    let leave = bot.database.presence().leave(guild, user);
    let withdrawn = answer.deferring(true, leave).await??;
    if withdrawn.is_some() {
        bot.left_lately.begin((guild, user), Instant::now());
    }
    let message = view::left(answer.private_text(), withdrawn);
    Ok(answer.show(&message).await?)
}

/// Returns for how many days a session is kept.
fn kept_days(bot: &Bot) -> usize {
    bot.database.presence().retention_days().into()
}

/// Returns the bot and the guild, unless the operator has turned sessions off.
fn used_in<'a>(ctx: &Context<'a>) -> Result<(&'a Bot, GuildId), BotError> {
    let guild = guild_of(ctx.interaction.guild_id)?;
    let bot = ctx.framework.user_data;
    match bot.member_presence.is_on() {
        true => Ok((bot, guild)),
        false => Err(Mistake::PresenceOff.into()),
    }
}

/// Offers useful sets of kinds, in the language of the member.
async fn complete_kinds(ctx: Context<'_>, partial: &str) -> CreateAutocompleteResponse {
    let text = Languages::of_command(ctx.interaction).member;
    let seen: PresenceKinds = ctx.framework.user_data.member_presence.kinds();
    let choices = kinds::suggestions(text, seen, partial).into_iter();
    let choices = choices.map(serenity::builder::AutocompleteChoice::from);
    CreateAutocompleteResponse::new().set_choices(choices.collect())
}
