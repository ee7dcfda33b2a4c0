//! The texture that a player of a server wore last.

use rusqlite::{Connection, OptionalExtension, params};

use super::{run, shares};
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::persons::Share;
use crate::players::PlayerId;
use crate::session::ClosedSession;

/// Remembers what the player of an open session wears, unless that is known. The session is about to be closed.
pub(crate) fn remember(file: &Connection, session: &ClosedSession) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO last_worn (player_id, server_id, texture, account)
         SELECT player_id, server_id, texture, ?2 FROM sessions
         WHERE id = ?1 AND texture IS NOT NULL
         ON CONFLICT DO UPDATE SET texture = excluded.texture, account = excluded.account
             WHERE texture <> excluded.texture OR account IS NOT excluded.account",
        params![session.id.0, session.account.map(|account| account.0)],
    )
}

/// Returns the pixels of the head that a player of a server had last, if we have them and the share includes it.
pub(crate) fn head(
    file: &Connection,
    server: ServerId,
    (player, share): (PlayerId, Share),
) -> rusqlite::Result<Option<Vec<u8>>> {
    file.prepare_cached(
        "SELECT head FROM last_worn JOIN skin_textures
             ON skin_textures.server_id = last_worn.server_id AND texture_hash = texture
         JOIN skins ON skins.id = skin_id
         WHERE last_worn.player_id = ?2 AND last_worn.server_id = ?1 AND (?3 OR account IS ?4)",
    )?
    .query_row(
        params![
            server.0,
            player.0,
            share.is_whole(),
            share.account().map(|account| account.0)
        ],
        |row| row.get(0),
    )
    .optional()
}

/// Deletes what a player wore in one guild, or in all guilds, as far as the share includes it.
pub(crate) fn delete_for_player(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
    share: Share,
) -> rusqlite::Result<()> {
    shares::delete(file, "last_worn", only, (player, share))
}

/// Deletes what an account wore that nobody has any more. Its number may be assigned again after a restart.
pub(super) fn delete_for_account(file: &Connection, account: AccountId) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM last_worn WHERE account = ?1",
        params![account.0],
    )
}

/// Deletes what the players of a server wore.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM last_worn WHERE server_id = ?1",
        params![server.0],
    )
}

/// Deletes what players of a server wore if no skin is known of it any more.
pub(crate) fn delete_unknown(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM last_worn WHERE server_id = ?1 AND NOT EXISTS (
             SELECT 1 FROM skin_textures
             WHERE skin_textures.server_id = ?1 AND texture_hash = texture)",
        params![server.0],
    )
}
