//! Posts a board: first checks what Discord will want, then adds the board to the store, and has it
//! posted.

use oxeye_db::{AddBoardError, BoardUpdate, NewBoard, UnixSeconds};
use serenity::all::Permissions;

use super::super::channel_access::{self, asker};
use crate::access::needed_by_board;
use crate::answer::Answer;
use crate::boards::{PostError, Posted};
use crate::bot::Context;
use crate::error::{BotError, Mistake};
use crate::rest::code;
use crate::view::board_answers;
use crate::view::message::Message;

/// The most boards of a guild.
const MOST_BOARDS: usize = 20;

/// What became of a board that somebody asked for.
#[derive(Debug, Clone, Copy)]
pub(super) enum Outcome {
    /// It was posted.
    New(Posted),
    /// The channel had a board of the same servers, which has other options now.
    Renewed(Posted),
    /// It will be in this channel.
    OnItsWay(u64),
    /// It will be in this channel, or change there, at this time: before, other boards of the channel had their turn.
    Paced(u64, UnixSeconds, Option<Posted>),
}

impl Outcome {
    /// Returns the words for the member who asked.
    pub(super) fn message(self, answer: &Answer<'_>, guild: u64) -> Message {
        let text = answer.private_text();
        match self {
            Self::New(posted) => board_answers::posted(text, guild, posted.channel, posted.message),
            Self::Renewed(posted) => {
                board_answers::renewed(text, guild, posted.channel, posted.message)
            }
            Self::OnItsWay(channel) => board_answers::on_its_way(text, channel),
            Self::Paced(channel, at, None) => board_answers::posted_later(text, channel, at),
            Self::Paced(_, at, Some(posted)) => {
                board_answers::renewed_later(text, guild, (posted.channel, posted.message), at)
            }
        }
    }
}

/// Posts a board, or renews the one that the channel has.
pub(super) async fn post(ctx: &Context<'_>, new: NewBoard) -> Result<Outcome, BotError> {
    let needed = check(ctx, &new).await?;
    let bot = ctx.framework.user_data;
    let (guild, channel) = (new.servers.guild(), new.channel);
    let added = bot
        .database
        .add_board(new.clone(), MOST_BOARDS, bot.now())
        .await;
    let (board, is_new) = match added {
        Ok(board) => (board, true),
        Err(AddBoardError::Exists(board)) => (*board, false),
        Err(AddBoardError::TooMany(count)) => return Err(Mistake::TooManyBoards(count).into()),
        Err(AddBoardError::UnknownServer) => return Err(Mistake::ServerGone.into()),
        Err(AddBoardError::BotRemoved) => return Err(Mistake::BotRemoved.into()),
        Err(AddBoardError::Store(error)) => return Err(error.into()),
    };
    if !is_new {
        let renewed = BoardUpdate::Renewed {
            with_picture: new.with_picture,
            locale: new.locale,
            posted_by: new.posted_by,
        };
        bot.database.update_board(board.id, renewed).await?;
    }
    tracing::info!(%guild, channel, is_new, "a board was asked for in Discord");
    match bot.boards.post_now(board.id).await {
        Ok(posted) if is_new => Ok(Outcome::New(posted)),
        Ok(posted) => Ok(Outcome::Renewed(posted)),
        Err(PostError::Paced(pause, posted)) => {
            let at = bot.now().plus(pause);
            Ok(Outcome::Paced(channel, at, posted))
        }
        Err(PostError::Gone) => Err(Mistake::ServerGone.into()),
        Err(PostError::Busy) => Ok(Outcome::OnItsWay(channel)),
        Err(PostError::Refused(error)) if error.is_transient() => Ok(Outcome::OnItsWay(channel)),
        Err(PostError::Refused(error)) => {
            // Nobody has seen it yet, and the member reads why.
            if is_new {
                bot.database.remove_board(board.id).await?;
            }
            let code = error.code();
            let lacking = channel_access::refused(asker(ctx), guild, (channel, needed), code).await;
            Err(lacking.unwrap_or_else(|| refused(channel, code).into()))
        }
    }
}

/// Checks that the bot may post the board in its channel, and returns the permissions that this needs.
async fn check(ctx: &Context<'_>, new: &NewBoard) -> Result<Permissions, BotError> {
    let (guild, channel) = (new.servers.guild(), new.channel);
    let access = channel_access::asked(asker(ctx), guild, channel).await?;
    let kind = access.channel.kind;
    let needed = needed_by_board(kind, new.with_picture).ok_or(Mistake::NotForBoards(channel))?;
    channel_access::check(&access, needed)?;
    if access.is_locked() {
        return Err(Mistake::ThreadLocked(channel).into());
    }
    Ok(needed)
}

/// Says what Discord has against a board that is not a missing permission.
fn refused(channel: u64, code: u32) -> Mistake {
    match code {
        code::UNKNOWN_CHANNEL => Mistake::ChannelGone,
        code::THREAD_LOCKED => Mistake::ThreadLocked(channel),
        code::TAG_NEEDED => Mistake::ForumNeedsTag(channel),
        other => Mistake::BoardNotAccepted {
            channel,
            code: other,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_says_what_to_do_about_it() {
        let refusal = |code| refused(5, code);
        assert_eq!(refusal(40_067), Mistake::ForumNeedsTag(5));
        assert_eq!(refusal(160_005), Mistake::ThreadLocked(5));
        assert_eq!(refusal(10_003), Mistake::ChannelGone);
        assert_eq!(
            refusal(50_035),
            Mistake::BoardNotAccepted {
                channel: 5,
                code: 50_035
            }
        );
    }
}
