//! The schema: the migrations, and what marks a file as ours.

use std::path::Path;

use oxeye_sqlite::{Inspection, Schema, Store, WriterThread};
use rusqlite::Connection;

use super::OpenError;

const SCHEMA: Schema = Schema {
    program: "oxeye",
    // "Oxye"
    application_id: 0x4f78_7965,
    migrations: MIGRATIONS,
    // All sessions are read at the start anyway, and an unreadable skin costs only one head. The other
    // tables are small however many sessions there are.
    unchecked_tables: &["sessions", "skins"],
};

/// Applied in order and never changed once released. `user_version` is the number of migrations that a
/// file has had.
const MIGRATIONS: &[&str] = &[
    include_str!("../../migrations/0001_links_and_skins.sql"),
    include_str!("../../migrations/0002_sessions.sql"),
    include_str!("../../migrations/0003_skin_textures_used.sql"),
    include_str!("../../migrations/0004_clock.sql"),
    include_str!("../../migrations/0005_player_uuids.sql"),
    include_str!("../../migrations/0006_server_about.sql"),
    include_str!("../../migrations/0007_game_server.sql"),
    include_str!("../../migrations/0008_looked_up_skins.sql"),
    include_str!("../../migrations/0009_server_states.sql"),
    include_str!("../../migrations/0010_watched_addresses.sql"),
    include_str!("../../migrations/0011_boards.sql"),
    include_str!("../../migrations/0012_player_uuids_by_account.sql"),
    include_str!("../../migrations/0013_linked_members.sql"),
    include_str!("../../migrations/0014_accounts.sql"),
    include_str!("../../migrations/0015_members_by_account.sql"),
    include_str!("../../migrations/0016_key_rotation.sql"),
    include_str!("../../migrations/0017_alerts.sql"),
    include_str!("../../migrations/0018_last_worn.sql"),
    include_str!("../../migrations/0019_notices.sql"),
    include_str!("../../migrations/0020_guild_settings.sql"),
    include_str!("../../migrations/0021_last_worn_by_account.sql"),
    include_str!("../../migrations/0022_guild_settings_checked.sql"),
    include_str!("../../migrations/0023_alert_topics.sql"),
    include_str!("../../migrations/0024_notice_refusals.sql"),
    include_str!("../../migrations/0025_alert_bodies.sql"),
    include_str!("../../migrations/0026_notices_by_account.sql"),
    include_str!("../../migrations/0027_tables_to_rewrite.sql"),
    include_str!("../../migrations/0028_imported_accounts.sql"),
    include_str!("../../migrations/0029_linked_members_by_player.sql"),
    include_str!("../../migrations/0030_outages_of_wrong_addresses.sql"),
];

/// Opens and migrates the file. Also returns what is needed to load it: a connection, and the right to
/// change memory. Blocks.
pub(crate) fn open(
    path: &Path,
    readers: usize,
) -> Result<(Store, Connection, WriterThread), OpenError> {
    Ok(Store::open(path, &SCHEMA, readers)?)
}

/// Inspects a file without changing it. Blocks.
///
/// # Errors
/// When the file cannot be read, is not an Oxeye store, is damaged, or was written by a newer version.
pub fn inspect(path: &Path) -> Result<Inspection, OpenError> {
    Ok(oxeye_sqlite::inspect(path, &SCHEMA)?)
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use oxeye_plugin_proto::UnixSeconds;
    use tempfile::TempDir;

    use super::*;
    use crate::database::Database;
    use crate::testing::options;

    /// Mojang's UUID twice, one from a server in offline mode, and one of Floodgate.
    const UUIDS: &str = "INSERT INTO player_uuids VALUES
         (1, 7, x'853c80ef3c3749fdaa49938b674adae6', 1, 2),
         (2, 7, x'853c80ef3c3749fdaa49938b674adae6', 1, 2),
         (2, 7, x'36532b5ec4423dbbbf04cc0d6c0a4d4a', 1, 2),
         (2, 7, x'0000000000000000000901f12345abcd', 1, 2)";

    /// Makes an empty store with an earlier schema. Returns its folder, its path, and a connection to fill it.
    async fn made_by_version(version: usize) -> (TempDir, PathBuf, Connection) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("oxeye.db");
        let earlier = Schema {
            migrations: &MIGRATIONS[..version],
            ..SCHEMA
        };
        let (store, loading, _) = Store::open(&path, &earlier, 1).unwrap();
        store.close().await;
        drop((store, loading));
        let connection = Connection::open(&path).unwrap();
        (folder, path, connection)
    }

    #[tokio::test]
    async fn a_store_of_every_earlier_schema_is_read() {
        for version in 1..MIGRATIONS.len() {
            let (_folder, path, connection) = made_by_version(version).await;
            let fill = |since: usize, sql: &str| {
                if version >= since {
                    connection.execute_batch(sql).unwrap();
                }
            };
            fill(1, "INSERT INTO guilds (id, created_at) VALUES (7, 1)");
            fill(
                1,
                "INSERT INTO servers (id, guild_id, name, created_at) VALUES (1, 7, 'survival', 1)",
            );
            fill(
                2,
                "INSERT INTO players VALUES (1, 'Alex'), (2, 'Steve');
                 INSERT INTO sessions (id, server_id, player_id, joined_at, left_at, seen_at, ended)
                 VALUES (1, 1, 1, 10, 20, 20, 'left');
                 INSERT INTO sessions (id, server_id, player_id, joined_at) VALUES (2, 1, 2, 30);
                 INSERT INTO loose_ends (server_id, player_id, at, kind) VALUES (1, 1, 5, 'leave')",
            );
            fill(5, UUIDS);
            fill(
                13,
                "INSERT INTO linked_members (guild_id, user_id, player_id, linked_at, hidden_at)
                 VALUES (7, 21, 1, 5, NULL), (7, 22, 2, 5, 6)",
            );
            fill(
                14,
                "INSERT INTO accounts VALUES (4, x'853c80ef3c3749fdaa49938b674adae6')",
            );

            let now = UnixSeconds(1_000);
            let database = Database::open(&options(&path), now).unwrap();

            let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
            let sessions = number("SELECT count(*) FROM sessions WHERE account IS NULL").unwrap();
            assert_eq!(
                sessions,
                if version >= 2 { 2 } else { 0 },
                "schema {version}"
            );
            let accounts = number("SELECT count(*) FROM accounts").unwrap();
            assert_eq!(accounts, i64::from(version >= 5), "schema {version}");
            // One account has one member.
            let members = number("SELECT count(*) FROM linked_members").unwrap();
            let owners = number("SELECT count(account) FROM linked_members").unwrap();
            // From schema 15 on, it is written with the link.
            let expected = match version {
                ..13 => (0, 0),
                13 | 14 => (2, 1),
                15.. => (2, 0),
            };
            assert_eq!((members, owners), expected, "schema {version}");
            database.close().await;
        }
    }

    #[tokio::test]
    async fn a_texture_of_the_first_schema_was_used_when_its_skin_came() {
        let (_folder, path, connection) = made_by_version(1).await;
        connection
            .execute_batch(
                "INSERT INTO guilds VALUES (0, 1);
                 INSERT INTO servers VALUES (1, 0, 'survival', 1, NULL);
                 INSERT INTO skins VALUES (x'01', x'', x'', 70), (x'02', x'', x'', 80);
                 INSERT INTO skin_textures VALUES (1, x'aa', x'01');",
            )
            .unwrap();

        drop(open(&path, 1).unwrap());

        let number = |sql| connection.query_row(sql, [], |row| row.get::<_, i64>(0));
        assert_eq!(number("SELECT used_at FROM skin_textures").unwrap(), 70);
        assert_eq!(number("SELECT count(*) FROM skins").unwrap(), 1);
    }

    #[tokio::test]
    async fn notices_are_about_the_account_if_only_one_had_the_name() {
        let (_folder, path, connection) = made_by_version(25).await;
        let fill = "INSERT INTO guilds (id, created_at) VALUES (7, 1);
             INSERT INTO players VALUES (1, 'Alex'), (2, 'Robin'), (3, 'Steve'), (4, 'Kim');
             INSERT INTO accounts VALUES (4, x'853c80ef3c3749fdaa49938b674adae6'),
                 (5, x'069a79f444e94726a5befca90e38aaf5');
             INSERT INTO player_uuids VALUES
                 (1, 7, x'853c80ef3c3749fdaa49938b674adae6', 1, 2),
                 (2, 7, x'853c80ef3c3749fdaa49938b674adae6', 1, 3),
                 (3, 7, x'853c80ef3c3749fdaa49938b674adae6', 1, 2),
                 (3, 7, x'069a79f444e94726a5befca90e38aaf5', 1, 4);
             INSERT INTO notices (guild_id, user_id, player_id, locale, created_at) VALUES
                 (7, 21, 1, 'de', 5), (7, 21, 2, 'de', 5), (7, 21, 3, 'de', 5), (7, 22, 4, 'de', 5),
                 (7, 23, 4, 'de', 5);
             DELETE FROM notices WHERE id = 5;
             INSERT INTO notices (guild_id, user_id, player_id, locale, created_at, refusals) VALUES
                 (7, 25, 1, 'de', 5, 3), (7, 25, 2, 'de', 5, 2), (7, 26, 1, 'de', 5, 4), (7, 26, 2, 'de', 5, 3);";
        connection.execute_batch(fill).unwrap();

        drop(open(&path, 1).unwrap());

        let mut notices = connection
            .prepare("SELECT id, account FROM notices ORDER BY id")
            .unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
        let notices = notices.query_map([], read).unwrap();
        let notices: Vec<(i64, Option<i64>)> = notices.map(Result::unwrap).collect();
        // The second was about the same player as the first, the sixth was off, and so were the last two.
        let expected = [
            (1, Some(4)),
            (3, None),
            (4, None),
            (7, Some(4)),
            (8, Some(4)),
        ];
        assert_eq!(notices, expected);
        let add = "INSERT INTO notices (guild_id, user_id, player_id, locale, created_at)
             VALUES (7, 24, 4, 'de', 5) RETURNING id";
        let id: i64 = connection.query_row(add, [], |row| row.get(0)).unwrap();
        assert_eq!(id, 10, "an id is never reused");
    }

    #[tokio::test]
    async fn the_outage_of_an_address_that_never_answered_is_a_time_about_which_nothing_is_known() {
        let (_folder, path, connection) = made_by_version(29).await;
        let fill = "INSERT INTO guilds (id, created_at) VALUES (7, 1);
             INSERT INTO servers (id, guild_id, name, created_at) VALUES
                 (1, 7, 'wrong', 1), (2, 7, 'right', 1), (3, 7, 'moved', 1);
             INSERT INTO watched_addresses (server_id, host, added_at, answered_at) VALUES
                 (1, 'wrong.example.org', 10, NULL), (2, 'right.example.org', 10, 40),
                 (3, 'moved.example.org', 50, NULL);
             INSERT INTO server_states VALUES
                 (1, 10, 'down', 'probe'), (1, 60, 'unknown', 'probe'), (1, 80, 'down', 'probe'),
                 (2, 10, 'down', 'probe'), (2, 40, 'up', 'probe'),
                 (3, 20, 'down', 'probe'), (3, 30, 'up', 'probe'), (3, 45, 'down', 'probe'),
                 (3, 50, 'unknown', 'no_heartbeats'), (3, 60, 'down', 'probe'),
                 (3, -9223372036854775808, 'unknown', 'unlinked');";
        connection.execute_batch(fill).unwrap();

        drop(open(&path, 1).unwrap());

        let mut states = connection
            .prepare("SELECT server_id, from_at, state FROM server_states")
            .unwrap();
        let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get(2)?));
        let states = states.query_map([], read).unwrap();
        let states: Vec<(i64, i64, String)> = states.map(Result::unwrap).collect();
        let expected = [
            (1, 10, "unknown"),
            (2, 10, "down"),
            (2, 40, "up"),
            (3, 20, "down"),
            (3, 30, "up"),
            (3, 45, "down"),
            (3, 50, "unknown"),
        ];
        assert_eq!(
            states,
            expected.map(|(server, at, state)| (server, at, state.to_owned()))
        );
    }
}
