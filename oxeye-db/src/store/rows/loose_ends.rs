//! Loose ends: joins within a session and leaves outside one, which a late event may still explain.

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::{Connection, params};

use super::accounts::optional_id;
use super::{Rows, run, shares};
use crate::ids::{GuildId, ServerId};
use crate::ledger::LooseEnd;
use crate::persons::Share;
use crate::players::PlayerId;

/// Adds a loose end.
pub(crate) fn insert(file: &Connection, server: ServerId, end: &LooseEnd) -> rusqlite::Result<()> {
    run(
        file,
        "INSERT INTO loose_ends (server_id, player_id, at, kind, account)
         VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            server.0,
            end.player.0,
            end.at.0,
            kind(end.is_join),
            end.account.map(|account| account.0)
        ],
    )
}

/// Returns the loose ends of one server, or of all servers.
pub(crate) fn all(
    file: &Connection,
    only: Option<ServerId>,
) -> rusqlite::Result<Rows<'_, (ServerId, LooseEnd)>> {
    const SQL: &str = "SELECT server_id, player_id, at, kind, account FROM loose_ends
         WHERE ?1 IS NULL OR server_id = ?1";
    Rows::for_server(file, SQL, only, |row| {
        let end = LooseEnd {
            player: PlayerId(row.get(1)?),
            at: UnixSeconds(row.get(2)?),
            is_join: row.get_ref(3)?.as_str()? == kind(true),
            account: optional_id(row, 4)?,
        };
        Ok((ServerId(row.get(0)?), end))
    })
}

/// Deletes a loose end.
pub(crate) fn delete(file: &Connection, server: ServerId, end: &LooseEnd) -> rusqlite::Result<()> {
    run(
        file,
        "DELETE FROM loose_ends
         WHERE server_id = ?1 AND player_id = ?2 AND at = ?3 AND kind = ?4",
        params![server.0, end.player.0, end.at.0, kind(end.is_join)],
    )
}

/// Deletes the loose ends before `oldest`, on all servers.
pub(crate) fn delete_before(file: &Connection, oldest: UnixSeconds) -> rusqlite::Result<()> {
    file.execute("DELETE FROM loose_ends WHERE at < ?1", [oldest.0])?;
    Ok(())
}

/// Deletes the loose ends of a server.
pub(crate) fn delete_for_server(file: &Connection, server: ServerId) -> rusqlite::Result<()> {
    file.execute("DELETE FROM loose_ends WHERE server_id = ?1", [server.0])?;
    Ok(())
}

/// Deletes a share of a player's loose ends on the servers of one guild, or on all servers.
pub(crate) fn delete_for_player(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
    share: Share,
) -> rusqlite::Result<()> {
    shares::delete(file, "loose_ends", only, (player, share))
}

fn kind(is_join: bool) -> &'static str {
    if is_join { "join" } else { "leave" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_state::LOOKBACK;
    use crate::testing::{TestStore, leave_at};

    const NOW: UnixSeconds = UnixSeconds(1_000_000);

    #[tokio::test]
    async fn loose_ends_leave_the_file_when_no_late_event_can_reach_them() {
        let database = TestStore::new(NOW);
        let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
        let file = Connection::open(database.file()).unwrap();
        let left = || -> Vec<i64> {
            let mut times = file
                .prepare("SELECT at FROM loose_ends ORDER BY at")
                .unwrap();
            let times = times.query_map([], |row| row.get(0)).unwrap();
            times.map(Result::unwrap).collect()
        };
        // Leaves of players who never joined.
        for (name, at) in [("Alex", NOW), ("Steve", NOW.plus(LOOKBACK))] {
            let left = database.player_leave(server, leave_at(name, at), at);
            left.await.unwrap();
        }
        let late = NOW.plus(LOOKBACK);

        database.forget_loose_ends(late).await.unwrap();
        assert_eq!(left(), [NOW.0, late.0]);

        let later = UnixSeconds(late.0 + 1);
        database.forget_loose_ends(later).await.unwrap();
        assert_eq!(left(), [late.0]);
    }

    #[tokio::test]
    async fn a_server_with_loose_ends_can_be_removed_and_takes_them_along() {
        let database = TestStore::new(NOW);
        let mut servers = Vec::new();
        for name in ["survival", "creative"] {
            let (server, _) = database.link(GuildId::LOCAL, name, NOW).await;
            let left = database.player_leave(server, leave_at("Alex", NOW), NOW);
            left.await.unwrap();
            servers.push(server);
        }
        let file = Connection::open(database.file()).unwrap();
        let count = || -> i64 {
            let count = "SELECT count(*) FROM loose_ends";
            file.query_row(count, [], |row| row.get(0)).unwrap()
        };
        assert_eq!(count(), 2);
        let survival = database.guild_server(GuildId::LOCAL, servers[0]).unwrap();

        let removed = database.remove_server(survival, NOW).await.unwrap();

        assert!(removed.is_some());
        assert_eq!(count(), 1);
    }
}
