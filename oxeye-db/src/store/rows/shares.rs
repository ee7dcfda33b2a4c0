//! What is known under a name on servers, of which each row may know an account: only a share of it may be somebody's.

use rusqlite::{Connection, params};

use super::run;
use crate::ids::GuildId;
use crate::persons::Share;
use crate::players::PlayerId;

/// Deletes the rows of a table about a player in one guild, or in all guilds, as far as the share includes them.
pub(super) fn delete(
    file: &Connection,
    table: &'static str,
    only: Option<GuildId>,
    (player, share): (PlayerId, Share),
) -> rusqlite::Result<()> {
    run(
        file,
        &format!(
            "DELETE FROM {table} WHERE player_id = ?1
                 AND (?2 IS NULL OR server_id IN (SELECT id FROM servers WHERE guild_id = ?2))
                 AND (?3 OR account IS ?4)"
        ),
        params![
            player.0,
            only.map(GuildId::to_sql),
            share.is_whole(),
            share.account().map(|account| account.0)
        ],
    )
}
