//! One attempt to make a board show what is true.

use oxeye_db::Board;
use serde_json::Value;
use tokio::time::Instant;

use super::attempt::{Attempted, Before, Tools, Unsure, refusal};
use super::content::{Content, content};
use super::healing::Refusal;
use super::looks::Looks;
use super::posting::post;
use crate::rest::{Payload, RestError};

/// Makes an attempt.
pub(crate) async fn attempt(tools: &Tools, before: &Before) -> Attempted {
    let board = &before.board;
    let mut found = None;
    match &before.unsure {
        Some(unsure) if board.message.is_some() => {
            if let Some(known) = find_out(tools, board, unsure).await {
                return known;
            }
        }
        _ if before.is_doubtful && board.message.is_some() => match look(tools, board).await {
            Ok(message) => found = Some(Looks::of_message(&message)),
            Err(error) => return Attempted::Refused(Refusal::of(&error), error, None),
        },
        _ => {}
    }
    let now = (tools.clock)();
    let Some(content) = content(tools, board, now).await else {
        return Attempted::NoContent;
    };
    let Some(message) = board.message else {
        return post(tools, before, content).await;
    };
    let is_shown = |content: &Content| {
        board.shown == Some(content.hash)
            && found.as_ref().is_none_or(|found| content.looks_like(found))
    };
    if is_shown(&content) {
        return Attempted::Unchanged;
    }
    if before.awaits_reports && is_shown(&content.if_reported()) {
        return Attempted::AwaitsReports;
    }
    edit(tools, board, message, content).await
}

/// Finds out whether an edit was accepted whose answer was lost. Returns `None` if it was not, or if
/// nobody can say.
async fn find_out(tools: &Tools, board: &Board, unsure: &Unsure) -> Option<Attempted> {
    match look(tools, board).await {
        Ok(message) if Looks::of_message(&message) == unsure.looks => Some(Attempted::WasEdited {
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
                looks: Looks::of_payload(&content.payload),
            });
            Attempted::Refused(refusal, error, unsure)
        }
    }
}

fn still_archived(error: RestError) -> Attempted {
    let refusal = match Refusal::of(&error) {
        // Only who may manage threads opens a locked one.
        Refusal::NoPermission => Refusal::Locked,
        _ => Refusal::Archived,
    };
    Attempted::Refused(refusal, error, None)
}
