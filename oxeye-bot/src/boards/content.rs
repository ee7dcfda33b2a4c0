//! What a board shows now, as Discord receives it.

use oxeye_db::{Board, Database, UnixSeconds};
use oxeye_text::Text;

use super::attempt::Tools;
use super::looks::Looks;
use crate::rest::Payload;
use crate::showing::board::board_content;
use crate::view::board::{BoardContent, board_message};

/// Discord's limit for the title of a thread.
const TITLE_LIMIT: usize = 100;

/// What a board shows.
pub(crate) struct Content {
    /// The hash of everything that people see.
    pub(crate) hash: [u8; 32],
    pub(crate) payload: Payload,
    text: Text,
    board: BoardContent,
    now: UnixSeconds,
}

impl Content {
    fn new(text: Text, board: BoardContent, now: UnixSeconds) -> Self {
        let message = board_message(text, &board);
        Self {
            hash: message.hash(),
            payload: message.to_payload(now),
            text,
            board,
            now,
        }
    }

    /// Returns the content as it would be if every server had reported its roster.
    pub(crate) fn if_reported(&self) -> Self {
        Self::new(self.text, self.board.clone().if_reported(), self.now)
    }

    /// Returns the message without its pictures, for when Discord refuses them.
    pub(crate) fn without_pictures(&self) -> Payload {
        let board = self.board.clone().without_pictures();
        board_message(self.text, &board).to_payload(self.now)
    }

    /// Whether a message looks as if this was written into it, perhaps without the pictures.
    pub(crate) fn looks_like(&self, found: &Looks) -> bool {
        *found == Looks::of_payload(&self.payload)
            || *found == Looks::of_payload(&self.without_pictures())
    }
}

/// Returns what a board shows; `None` if its server was removed.
pub(crate) async fn content(tools: &Tools, board: &Board, now: UnixSeconds) -> Option<Content> {
    let text = text(&tools.database, board);
    let heads = tools.heads.as_ref();
    let content = board_content(&tools.database, board, heads, tools.last_seen_shown, now).await?;
    Some(Content::new(text, content, now))
}

/// Returns the language of a board: the one that its guild has set, or the one in which it was posted.
fn text(database: &Database, board: &Board) -> Text {
    let settings = database.guild_settings(board.guild);
    Text::of_tag(settings.language.as_ref().unwrap_or(&board.locale))
}

/// Returns the title of a board's own post in a forum.
pub(crate) fn title(database: &Database, board: &Board, now: UnixSeconds) -> String {
    let server = board.server;
    let server = server.and_then(|id| database.guild_server(board.guild, id));
    let summary = server.and_then(|server| database.server_summary(server.id(), now));
    let title = match summary {
        Some(summary) => summary.name.to_string(),
        None => text(database, board).overview_title(),
    };
    oxeye_text::cut(&title, TITLE_LIMIT)
}
