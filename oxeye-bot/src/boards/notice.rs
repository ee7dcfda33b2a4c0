//! What whoever posted a board is told when something is wrong with it.

use oxeye_db::{Board, BoardUpdate, Database, GuildId, StopReason, StoreError, UnixSeconds};
use oxeye_text::Text;

use crate::view::channel_link;

/// The most boards that one answer tells of.
const MOST_TOLD: usize = 3;

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
        self.words_in(Text::of_tag(&board.locale), board)
    }

    fn words_in(self, text: Text, board: &Board) -> String {
        let channel = channel_link(board.place());
        match self {
            Self::PostedAgain => text.board_posted_again(&channel),
            Self::Waits(reason) => text.board_waits(&channel, &why(text, reason)),
            Self::Stopped(reason) => text.board_stopped(&channel, &why(text, reason)),
        }
    }
}

/// Returns what is wrong with a guild's boards and nobody was told yet, for the next private answer to an
/// admin: whoever posted them may refuse direct messages.
pub(crate) async fn untold(
    database: &Database,
    guild: GuildId,
    text: Text,
    now: UnixSeconds,
) -> Result<Vec<String>, StoreError> {
    let mut told = Vec::new();
    for board in database.guild_boards(guild).await? {
        let notice = match (board.stopped, board.blocked_since) {
            (Some(stopped), _) => Notice::Stopped(stopped.reason),
            // The store does not keep the reason. Posting the board again names it.
            (None, Some(_)) => Notice::Waits(StopReason::Refused),
            (None, None) => continue,
        };
        if board.told_at.is_some() {
            continue;
        }
        let update = BoardUpdate::Told(now);
        database.update_board(board.id, update).await?;
        told.push(notice.words_in(text, &board));
        if told.len() == MOST_TOLD {
            break;
        }
    }
    Ok(told)
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

#[cfg(test)]
mod tests {
    use oxeye_db::testing::TestStore;
    use oxeye_db::{GuildServers, NewBoard, Stopped};

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
    const GUILD: GuildId = GuildId(7);

    async fn board(store: &TestStore, channel: u64, update: Option<BoardUpdate>) {
        let new = NewBoard {
            servers: GuildServers::All(GUILD),
            channel,
            with_picture: false,
            locale: "de".to_owned(),
            posted_by: 1,
        };
        let board = store.add_board(new, 20, NOW).await.unwrap();
        if let Some(update) = update {
            store.update_board(board.id, update).await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_nobody_was_told_is_told_once() {
        let store = TestStore::new(NOW);
        let stopped = Stopped {
            at: NOW,
            reason: StopReason::ChannelDeleted,
        };
        board(&store, 1, None).await;
        board(&store, 2, Some(BoardUpdate::Stopped(stopped))).await;
        board(&store, 3, Some(BoardUpdate::Blocked(NOW))).await;
        let english = Text::of_tag("en");

        let told = untold(&store, GUILD, english, NOW).await.unwrap();

        assert_eq!(told.len(), 2, "{told:?}");
        assert!(
            told[0].contains("<#2>: the channel was deleted"),
            "{told:?}"
        );
        assert!(told[1].contains("<#3>: Discord refuses it"), "{told:?}");
        let again = untold(&store, GUILD, english, NOW).await.unwrap();
        assert_eq!(again, Vec::<String>::new());
    }
}
