//! What whoever posted a board is told when something is wrong with it.

use oxeye_db::{Board, StopReason};
use oxeye_text::{Locale, Text};

use super::attempt::place;

/// What happened to a board.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notice {
    /// Its message was gone, and it was posted again.
    PostedAgain,
    /// Discord refuses it, and it is tried again.
    Waits(StopReason),
    /// It was given up.
    Stopped(StopReason),
}

impl Notice {
    /// Returns the words, in the language of the board.
    pub(crate) fn words(self, board: &Board) -> String {
        let text = Text::of(Locale::of_tag(&board.locale));
        let channel = format!("<#{}>", place(board));
        match self {
            Self::PostedAgain => text.board_posted_again(&channel),
            Self::Waits(reason) => text.board_waits(&channel, &why(text, reason)),
            Self::Stopped(reason) => text.board_stopped(&channel, &why(text, reason)),
        }
    }
}

/// Says why a board is not shown.
fn why(text: Text, reason: StopReason) -> String {
    match reason {
        StopReason::MessageDeleted => text.board_message_deleted(),
        StopReason::ChannelDeleted => text.board_channel_deleted(),
        StopReason::NoPermission => text.board_no_permission(),
        StopReason::ThreadArchived => text.board_thread_archived(),
        StopReason::ThreadLocked => text.board_thread_locked(),
        StopReason::Refused => text.board_refused(),
    }
}
