//! Posts the message of a board, in a forum as a post of its own.

use oxeye_db::Board;
use tokio::time::Instant;

use super::attempt::{Attempted, Before, Tools, Unsure, refusal};
use super::content::{Content, title};
use super::healing::Refusal;
use super::looks::Looks;
use crate::rest::{ForumPost, Message, Payload, RestError};

/// A message that was posted, perhaps by an earlier attempt.
struct Created {
    message: Message,
    /// The thread of a post in a forum.
    thread: Option<u64>,
}

/// Posts what a board shows, without its pictures if Discord refuses those.
pub(super) async fn post(tools: &Tools, before: &Before, content: Content) -> Attempted {
    let at = Instant::now();
    let mut posted = create(tools, before, &content.payload).await;
    if refusal(&posted) == Some(Refusal::TooLarge) {
        posted = create(tools, before, &content.without_pictures()).await;
    }
    match posted {
        Ok(Created { message, thread }) => {
            // A repeated request returns the message of the first one, which may show less.
            let is_shown =
                !before.may_be_posted() || content.looks_like(&Looks::of_message(&message.json));
            Attempted::Posted {
                channel: before.board.channel,
                message: message.id,
                thread,
                shown: is_shown.then_some(content.hash),
            }
        }
        Err(error) => {
            let refusal = Refusal::of(&error);
            let may_be_posted = refusal == Refusal::NoAnswer || before.may_be_posted();
            let unsure = may_be_posted.then(|| Unsure {
                at,
                shown: content.hash,
                looks: Looks::of_payload(&content.payload),
            });
            Attempted::Refused(refusal, error, unsure)
        }
    }
}

async fn create(tools: &Tools, before: &Before, payload: &Payload) -> Result<Created, RestError> {
    let board = &before.board;
    let nonce = nonce(board, before.replaces);
    let created = tools.rest.create_message(board.channel, payload, nonce);
    let created = created.await;
    if refusal(&created) == Some(Refusal::Forum) {
        return create_in_forum(tools, before, payload).await;
    }
    created.map(|message| Created {
        message,
        thread: None,
    })
}

/// Makes a post in a forum, or finds the one that an earlier attempt made.
async fn create_in_forum(
    tools: &Tools,
    before: &Before,
    payload: &Payload,
) -> Result<Created, RestError> {
    let board = &before.board;
    let title = title(&tools.database, board, (tools.clock)());
    if before.may_be_posted()
        && let Some(found) = find_post(tools, before, &title).await?
    {
        return Ok(found);
    }
    let created = tools.rest.create_forum_post(board.channel, &title, payload);
    let (thread, message) = created.await?;
    Ok(Created {
        message,
        thread: Some(thread),
    })
}

/// Looks for the post of an earlier attempt whose answer was lost. If Discord does not let us look, there
/// is none.
async fn find_post(
    tools: &Tools,
    before: &Before,
    title: &str,
) -> Result<Option<Created>, RestError> {
    match newest_own_post(tools, before, title).await {
        Err(error) if !error.is_transient() => Ok(None),
        found => found,
    }
}

async fn newest_own_post(
    tools: &Tools,
    before: &Before,
    title: &str,
) -> Result<Option<Created>, RestError> {
    let (rest, board) = (&tools.rest, &before.board);
    let own = rest.own_id().await?;
    let Ok(boards) = tools.database.guild_boards(board.guild).await else {
        return Ok(None);
    };
    let is_ours = |post: &ForumPost| {
        let is_later = before.replaces.is_none_or(|replaced| post.id > replaced);
        let is_anothers = boards.iter().any(|board| board.thread == Some(post.id));
        post.owner == own && post.title == title && is_later && !is_anothers
    };
    let posts = rest.forum_posts(board.guild.0, board.channel).await?;
    let ours = posts.into_iter().filter(is_ours);
    let Some(newest) = ours.max_by_key(|post| post.id) else {
        return Ok(None);
    };
    // If somebody has deleted the message, this fails for good.
    let json = rest.message(newest.id, newest.id).await?;
    Ok(Some(Created {
        message: Message {
            id: newest.id,
            json,
        },
        thread: Some(newest.id),
    }))
}

/// Returns a number that is the same for each attempt at one post, also after a restart, so that
/// Discord posts it once.
fn nonce(board: &Board, replaces: Option<u64>) -> u64 {
    let replaced = replaces.unwrap_or_default().rotate_left(20);
    board.id.0.cast_unsigned() ^ replaced
}
