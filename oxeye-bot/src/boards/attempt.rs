//! One attempt to bring a board up to date.

use std::time::Duration;

use oxeye_db::{Board, Database, UnixSeconds};
use serde_json::{Value, json};
use tokio::time::Instant;

use super::content::{Content, content, title};
use super::healing::Refusal;
use crate::rest::{Payload, Rest, RestError};

/// What an attempt needs.
#[derive(Debug, Clone)]
pub(crate) struct Tools {
    pub(crate) database: Database,
    pub(crate) rest: Rest,
    pub(crate) clock: fn() -> UnixSeconds,
    pub(crate) last_seen_shown: usize,
    /// How long after the start no board is edited that was posted before: the process before us may
    /// just have done that.
    pub(crate) quiet_at_start: Duration,
}

/// A request whose answer is unknown.
#[derive(Debug, Clone)]
pub(crate) struct Unsure {
    pub(crate) at: Instant,
    shown: [u8; 32],
    /// The text and the sizes of the files that the message has if it was carried out.
    looks: Value,
}

/// What is known of a board before an attempt.
#[derive(Debug, Clone)]
pub(crate) struct Before {
    pub(crate) board: Board,
    pub(crate) unsure: Option<Unsure>,
    /// The message that this one replaces.
    pub(crate) replaces: Option<u64>,
    /// Whether the message has to be looked for, since something was deleted.
    pub(crate) is_doubtful: bool,
    /// Whether a server on it has not reported since we started.
    pub(crate) awaits_reports: bool,
}

/// How an attempt ended.
#[derive(Debug)]
pub(crate) enum Attempted {
    /// There is nothing to show: the server was removed.
    NoContent,
    /// The board is up to date already.
    Unchanged,
    /// The same, except that servers have not reported since we started.
    AwaitsReports,
    Edited([u8; 32]),
    Posted {
        /// The channel of the board, which may be a forum.
        channel: u64,
        message: u64,
        thread: Option<u64>,
        /// What it shows; `None` if it may be older.
        shown: Option<[u8; 32]>,
    },
    /// The attempt whose answer was lost was accepted.
    WasEdited {
        at: Instant,
        shown: [u8; 32],
    },
    Refused(Refusal, RestError, Option<Unsure>),
}

/// Makes an attempt.
pub(crate) async fn attempt(tools: &Tools, before: &Before) -> Attempted {
    match &before.unsure {
        Some(unsure) if before.board.message.is_some() => {
            if let Some(known) = find_out(tools, &before.board, unsure).await {
                return known;
            }
        }
        _ if before.is_doubtful => {
            if let Err(error) = look(tools, &before.board).await {
                return Attempted::Refused(Refusal::of(&error), error, None);
            }
        }
        _ => {}
    }
    let board = &before.board;
    let now = (tools.clock)();
    let Some(content) = content(&tools.database, board, tools.last_seen_shown, now).await else {
        return Attempted::NoContent;
    };
    match board.message {
        Some(_) if board.shown == Some(content.hash) => Attempted::Unchanged,
        Some(_) if before.awaits_reports && board.shown == Some(content.hash_if_reported()) => {
            Attempted::AwaitsReports
        }
        Some(message) => edit(tools, board, message, content).await,
        None => post(tools, before, content).await,
    }
}

/// Finds out whether an edit was accepted whose answer was lost. Returns `None` if it was not, or if
/// nobody can say.
async fn find_out(tools: &Tools, board: &Board, unsure: &Unsure) -> Option<Attempted> {
    match look(tools, board).await {
        Ok(message) if looks(&message) == unsure.looks => Some(Attempted::WasEdited {
            at: unsure.at,
            shown: unsure.shown,
        }),
        Ok(_) => None,
        Err(error) if error.is_transient() => {
            let refusal = Refusal::of(&error);
            Some(Attempted::Refused(refusal, error, Some(unsure.clone())))
        }
        // The edit will be refused, too, or needs fewer permissions.
        Err(_) => None,
    }
}

async fn look(tools: &Tools, board: &Board) -> Result<Value, RestError> {
    let message = board.message.unwrap_or_default();
    tools.rest.message(board.place(), message).await
}

/// Returns the text of a message and the sizes of its files.
fn looks(message: &Value) -> Value {
    let list = |name| message[name].as_array().into_iter().flatten();
    let embeds = list("embeds").map(|embed| json!([embed["title"], embed["description"]]));
    let files = list("attachments").map(|file| file["size"].clone());
    json!([
        message["content"],
        embeds.collect::<Value>(),
        files.collect::<Value>()
    ])
}

/// Returns what [`looks`] returns for the message that a payload makes.
fn will_look(payload: &Payload) -> Value {
    let mut looks = looks(&payload.json);
    let sizes = payload.files.iter().map(|file| file.bytes.len());
    looks[2] = sizes.collect();
    looks
}

async fn edit(tools: &Tools, board: &Board, message: u64, content: Content) -> Attempted {
    let edit = async |payload: &Payload| {
        let edited = tools.rest.edit_message(board.place(), message, payload);
        edited.await
    };
    let at = Instant::now();
    let mut edited = edit(&content.payload).await;
    if refusal(&edited) == Some(Refusal::Archived) {
        match tools.rest.open_thread(board.place()).await {
            Ok(()) => edited = edit(&content.payload).await,
            Err(error) if error.is_transient() => edited = Err(error),
            Err(error) => return still_archived(error),
        }
    }
    if refusal(&edited) == Some(Refusal::TooLarge) {
        edited = edit(&content.without_pictures()).await;
    }
    match edited {
        Ok(()) => Attempted::Edited(content.hash),
        Err(error) => {
            let refusal = Refusal::of(&error);
            let unsure = (refusal == Refusal::NoAnswer).then(|| Unsure {
                at,
                shown: content.hash,
                looks: will_look(&content.payload),
            });
            Attempted::Refused(refusal, error, unsure)
        }
    }
}

fn still_archived(error: RestError) -> Attempted {
    let refusal = match Refusal::of(&error) {
        // Only those who may manage threads can open a locked one.
        Refusal::NoPermission => Refusal::Locked,
        _ => Refusal::Archived,
    };
    Attempted::Refused(refusal, error, None)
}

async fn post(tools: &Tools, before: &Before, content: Content) -> Attempted {
    let board = &before.board;
    let nonce = nonce(board, before.replaces);
    let create = async |payload: &Payload| {
        let created = tools.rest.create_message(board.channel, payload, nonce);
        created.await.map(|message| (message, None))
    };
    let at = Instant::now();
    let mut posted = create(&content.payload).await;
    if refusal(&posted) == Some(Refusal::Forum) {
        let title = title(&tools.database, board, (tools.clock)());
        let created = tools
            .rest
            .create_forum_post(board.channel, &title, &content.payload);
        posted = created
            .await
            .map(|(thread, message)| (message, Some(thread)));
    }
    if refusal(&posted) == Some(Refusal::TooLarge) {
        posted = create(&content.without_pictures()).await;
    }
    match posted {
        // A repeated request returns the message of the first one, which may show less.
        Ok((message, thread)) => Attempted::Posted {
            channel: board.channel,
            message,
            thread,
            shown: before.unsure.is_none().then_some(content.hash),
        },
        Err(error) => {
            let refusal = Refusal::of(&error);
            let may_be_posted = refusal == Refusal::NoAnswer || before.unsure.is_some();
            let unsure = may_be_posted.then_some(Unsure {
                at,
                shown: content.hash,
                looks: Value::Null,
            });
            Attempted::Refused(refusal, error, unsure)
        }
    }
}

fn refusal<T>(result: &Result<T, RestError>) -> Option<Refusal> {
    result.as_ref().err().map(Refusal::of)
}

/// Returns a number that is the same for each attempt at one post, also after a restart, so that
/// Discord posts it once.
fn nonce(board: &Board, replaces: Option<u64>) -> u64 {
    let replaced = replaces.unwrap_or_default().rotate_left(20);
    board.id.0.cast_unsigned() ^ replaced
}

#[cfg(test)]
mod tests {
    use crate::rest::File;

    use super::*;

    #[test]
    fn an_edit_is_recognised_by_its_text_and_the_sizes_of_its_files() {
        let edit = Payload {
            json: json!({"content": "", "embeds": [{"title": "a", "description": "b"}],
                         "attachments": [{"id": 0, "filename": "status.png"}]}),
            files: vec![File {
                name: "status.png",
                bytes: b"png".as_slice().into(),
            }],
        };
        let message = |description: &str, size: usize| {
            json!({"content": "", "attachments": [{"id": "77", "size": size}],
                   "embeds": [{"title": "a", "description": description, "type": "rich"}]})
        };

        assert_eq!(looks(&message("b", 3)), will_look(&edit));
        assert_ne!(looks(&message("c", 3)), will_look(&edit));
        assert_ne!(looks(&message("b", 4)), will_look(&edit));
    }
}
