//! Members who say that they are a player: proven by a code that they type in the game, or confirmed by
//! somebody who may manage the guild.

use std::time::Duration;

use oxeye_db::{GuildId, IssuedMemberCode, MemberCodeOutcome, PlayerName, ServerName};
use oxeye_plugin_proto::limits::MEMBER_CODE_LIFETIME;
use tokio::time::{Instant, timeout};

use crate::answer::{Answer, Opening};
use crate::bot::Bot;
use crate::custom_id::MemberRequest;
use crate::error::{BotError, Mistake, not_linked_to};
use crate::view::members as view;

/// How long a request to be linked can be confirmed.
const REQUEST_LIFETIME: Duration = Duration::from_secs(24 * 3600);

/// Asks those who may manage the guild whether a member is a player.
pub(crate) async fn ask(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    user: u64,
    typed: PlayerName,
) -> Result<(), BotError> {
    let player = claimed_player(bot, guild, user, typed);
    let request = MemberRequest {
        user,
        player: answer.deferring(false, player).await??,
        expires_at: bot.now().plus(REQUEST_LIFETIME),
    };
    let asked = bot.link_requests.ask(guild, &request, Instant::now());
    asked.map_err(|wait| Mistake::AskedTooOften(bot.now().plus(wait)))?;
    Ok(answer.show(&view::request(answer.text(), request)).await?)
}

/// Shows a member a code that they can type on these servers and, once the player has typed it, what came of
/// it. Discord lets us change the answer for longer than the code counts.
pub(crate) async fn prove(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    user: u64,
    typed: PlayerName,
    servers: &[ServerName],
) -> Result<(), BotError> {
    let answer = answer.with_opening(Opening::NewPrivate);
    let player = claimed_player(bot, guild, user, typed);
    let player = answer.deferring(true, player).await??;
    let claim = player.clone();
    let issued = bot
        .database
        .issue_member_code(guild, user, claim, bot.now());
    let text = answer.private_text();
    let question = view::code(text, &player, &issued, servers);
    answer.show(&question).await?;
    let Some(outcome) = outcome(bot, issued).await? else {
        return Ok(());
    };
    let message = match outcome {
        MemberCodeOutcome::Linked => {
            tracing::info!(%guild, "a member was linked to a player");
            view::proven(text, &player)
        }
        MemberCodeOutcome::Unauthenticated => view::unauthenticated(text, &player),
        MemberCodeOutcome::Refused(error) => return Err(not_linked_to(&player, error)),
    };
    Ok(answer.show(&message).await?)
}

/// Waits for what comes of a code; `None` if the connection to Discord ends before.
async fn outcome(
    bot: &Bot,
    issued: IssuedMemberCode,
) -> Result<Option<MemberCodeOutcome>, Mistake> {
    tokio::select! {
        outcome = timeout(MEMBER_CODE_LIFETIME, issued.outcome) => match outcome {
            Ok(Ok(outcome)) => Ok(Some(outcome)),
            // It was not typed in time, or the member has asked for another one.
            Ok(Err(_)) | Err(_) => Err(Mistake::CodeOver),
        },
        () = bot.ending.cancelled() => Ok(None),
    }
}

/// Returns the player whom a member who is linked to none may be, by the name that they typed.
async fn claimed_player(
    bot: &Bot,
    guild: GuildId,
    user: u64,
    typed: PlayerName,
) -> Result<PlayerName, BotError> {
    if let Some(linked) = bot.database.linked_member(guild, user).await? {
        return Err(Mistake::MemberTaken(linked.player).into());
    }
    let player = bot.database.player_of_guild(guild, typed.clone()).await?;
    let unknown = Mistake::UnknownPlayer(typed);
    let player = player.ok_or_else(|| unknown.clone())?;
    // Whether the player exists is not for others to know: they may be hiding.
    match bot.database.member_of_player(guild, &player).await? {
        Some(_) => Err(unknown.into()),
        None => Ok(player),
    }
}
