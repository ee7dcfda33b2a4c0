//! A session knows which account it was, whatever its player is called.

use std::path::Path;

use oxeye_db::{
    Database, EventBatch, GuildId, JoinEvent, PortableRecord, ServerEvent, ServerId, SyncEvent,
    SyncPlayer, UnixSeconds, Uuid,
};

use super::site::{GUILD, NOW, Site, player};

const ALEX: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
const OTHER: Uuid = Uuid::from_u128(0x0694_51a5_1f5d_4b5c_9d0b_2f9d_3c0a_77b1);
const OFFLINE: Uuid = Uuid::from_u128(0x3653_2b5e_c442_3dbb_bf04_cc0d_6c0a_4d4a);

/// Returns the records of all sessions.
async fn sessions(database: &Database) -> Vec<PortableRecord> {
    let mut export = database.export();
    let mut sessions = Vec::new();
    while let Some(chunk) = export.next_chunk().await {
        let records = chunk.unwrap().into_iter();
        sessions.extend(records.filter(|record| !matches!(record, PortableRecord::PlayerUuid(..))));
    }
    sessions
}

/// Returns server, player and account of each session, sorted.
async fn whose(database: &Database) -> Vec<(String, String, Option<Uuid>)> {
    let sessions = sessions(database).await.into_iter();
    let whose = sessions.filter_map(|record| match record {
        PortableRecord::Session(place, player, stay) => Some((
            place.server.to_string(),
            player.as_str().to_owned(),
            stay.account,
        )),
        _ => None,
    });
    let mut whose: Vec<_> = whose.collect();
    whose.sort();
    whose
}

fn of(server: &str, name: &str, account: Option<Uuid>) -> (String, String, Option<Uuid>) {
    (server.to_owned(), name.to_owned(), account)
}

impl Site {
    pub(crate) async fn stay_as(&self, server: ServerId, name: &str, uuid: Uuid, from: i64) {
        self.join_as(server, name, uuid, from).await;
        self.leave(server, name, from + 5).await;
    }
}

#[tokio::test]
async fn each_session_of_a_name_that_changed_hands_has_the_account_that_it_was() {
    let site = Site::new();
    let survival = site.linked("survival").await;
    let creative = site.linked("creative").await;
    site.stay_as(survival, "Alex", ALEX, NOW.0 - 900).await;
    site.stay_as(survival, "Bob", ALEX, NOW.0 - 800).await;
    site.stay_as(survival, "Steve", OFFLINE, NOW.0 - 700).await;
    site.join_as(survival, "Alex", ALEX, NOW.0 - 600).await;
    site.join_as(creative, "Alex", OTHER, NOW.0 - 500).await;
    let expected = [
        of("creative", "Alex", Some(OTHER)),
        of("survival", "Alex", Some(ALEX)),
        of("survival", "Alex", Some(ALEX)),
        of("survival", "Bob", Some(ALEX)),
        of("survival", "Steve", None),
    ];
    assert_eq!(whose(&site.database).await, expected);

    let site = site.restarted().await;

    assert_eq!(whose(&site.database).await, expected);
    // The head of an open session is that of its account, though another used the name later.
    let skinless = site.database.skinless_accounts(survival, NOW).await;
    let uuids: Vec<_> = skinless.unwrap().iter().map(|one| one.uuid).collect();
    assert_eq!(uuids, [ALEX]);
    site.leave(survival, "Alex", NOW.0).await;
    assert_eq!(whose(&site.database).await, expected);

    let other = Site::new();
    let records = sessions(&site.database).await;
    other.database.import(records, None, NOW).await.unwrap();
    assert_eq!(whose(&other.database).await, expected);
}

#[tokio::test]
async fn a_sync_says_whose_a_session_is_if_its_join_did_not() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.join(server, "Alex", NOW.0 - 60).await;
    site.join_as(server, "Bob", ALEX, NOW.0 - 50).await;
    let named = ["Alex", "Bob"].map(|name| SyncPlayer {
        uuid: Some(OTHER),
        ..SyncPlayer::new(player(name))
    });

    let sync = SyncEvent::from(named.to_vec());
    site.database.sync_players(server, sync, NOW).await.unwrap();

    let expected = [
        of("survival", "Alex", Some(OTHER)),
        of("survival", "Bob", Some(ALEX)),
    ];
    assert_eq!(whose(&site.database).await, expected);
    let site = site.restarted().await;
    assert_eq!(whose(&site.database).await, expected);
}

#[tokio::test]
async fn an_account_is_forgotten_with_the_last_guild_that_knows_it() {
    let site = Site::new();
    let here = site.linked("survival").await;
    let there = site.database.link(GuildId(8), "far away", NOW).await.0;
    site.stay_as(here, "Alex", ALEX, NOW.0 - 900).await;
    site.stay_as(there, "Alex", ALEX, NOW.0 - 900).await;
    let forget = |guild| {
        let name = player("Alex");
        site.database.forget_player_in(guild, name, NOW)
    };

    forget(GUILD).await.unwrap();
    let left = [of("far away", "Alex", Some(ALEX))];
    assert_eq!(whose(&site.database).await, left);
    forget(GuildId(8)).await.unwrap();

    assert_eq!(whose(&site.database).await, []);
    assert_eq!(site.copies_of(ALEX), 0);
    site.stay_as(here, "Alex", ALEX, NOW.0 - 800).await;
    let site = site.restarted().await;
    let again = [of("survival", "Alex", Some(ALEX))];
    assert_eq!(whose(&site.database).await, again);
}

#[tokio::test]
async fn an_account_goes_with_the_last_session_that_is_kept() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Alex", ALEX, NOW.0 - 900).await;
    site.stay_as(server, "Steve", OTHER, NOW.0 - 100).await;

    let edge = UnixSeconds(NOW.0 - 500);
    site.database.expire_sessions(edge, NOW).await.unwrap();

    site.stay_as(server, "Alex", ALEX, NOW.0 - 50).await;
    let expected = [
        of("survival", "Alex", Some(ALEX)),
        of("survival", "Steve", Some(OTHER)),
    ];
    assert_eq!(whose(&site.database).await, expected);
    let site = site.restarted().await;
    assert_eq!(whose(&site.database).await, expected);
}

/// Returns a number that SQL counts in the file of a store.
fn count(site: &Site, sql: &str) -> i64 {
    let file = rusqlite::Connection::open(site.database.file()).unwrap();
    file.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn an_id_that_an_open_session_or_a_loose_end_names_is_given_to_no_other_account() {
    for (kept, deleted) in [("sessions", "loose_ends"), ("loose_ends", "sessions")] {
        let site = Site::new();
        let server = site.linked("survival").await;
        site.join_as(server, "Alex", ALEX, NOW.0 - 900).await;
        let again = JoinEvent {
            player: player("Alex"),
            texture_hash: None,
            uuid: Some(ALEX),
            at: Some(UnixSeconds(NOW.0 - 800)),
        };
        let joined = site.database.player_join(server, again, NOW);
        joined.await.unwrap();
        assert_eq!(
            count(&site, &format!("SELECT count(account) FROM {kept}")),
            1
        );
        let forget = |file: &Path| {
            let file = rusqlite::Connection::open(file).unwrap();
            let sql = format!("DELETE FROM accounts; UPDATE {deleted} SET account = NULL");
            file.execute_batch(&sql).unwrap();
        };
        let database = site.database.restarted_after(forget, NOW).await;
        let site = Site { database };

        site.join_as(server, "Bob", OTHER, NOW.0).await;

        let sql = format!("SELECT account < (SELECT max(id) FROM accounts) FROM {kept}");
        assert_eq!(count(&site, &sql), 1, "{kept}");
    }
}

#[tokio::test]
async fn an_account_for_which_a_name_has_no_room_is_not_kept_anywhere() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let uuid = |number: u128| Uuid::from_u128(ALEX.as_u128() + number);
    for number in 0..20 {
        let from = NOW.0 - 900 + i64::try_from(number).unwrap() * 10;
        site.stay_as(server, "Alex", uuid(number), from).await;
    }
    // One that has its place under the name keeps it.
    site.stay_as(server, "Alex", uuid(3), NOW.0 - 100).await;

    let mut expected: Vec<_> = (0..16).chain([3]).map(uuid).map(Some).collect();
    expected.extend([None; 4]);
    expected.sort();
    let accounts = |whose: Vec<(String, String, Option<Uuid>)>| -> Vec<_> {
        whose.into_iter().map(|(_, _, account)| account).collect()
    };
    assert_eq!(accounts(whose(&site.database).await), expected);
    assert_eq!(count(&site, "SELECT count(*) FROM accounts"), 16);
    let site = site.restarted().await;
    assert_eq!(accounts(whose(&site.database).await), expected);
}

#[tokio::test]
async fn a_batch_of_joins_cannot_bring_more_accounts_than_a_name_has_room_for() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let join = |number: u32| {
        ServerEvent::Join(JoinEvent {
            player: player("Alex"),
            texture_hash: None,
            uuid: Some(Uuid::from_u128(ALEX.as_u128() + u128::from(number))),
            at: Some(UnixSeconds(NOW.0 - 900 + i64::from(number))),
        })
    };
    let batch = EventBatch {
        epoch: 1,
        first_seq: 1,
        events: (0..40).map(join).collect(),
    };

    let taken = site.database.take_events(server, batch, NOW);
    taken.await.unwrap();

    assert_eq!(count(&site, "SELECT count(*) FROM accounts"), 16);
    assert_eq!(count(&site, "SELECT count(*) FROM player_uuids"), 16);
}

#[tokio::test]
async fn forgetting_a_name_rewrites_no_accounts_if_all_of_them_are_still_used() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Alex", ALEX, NOW.0 - 900).await;
    let there = site.database.link(GuildId(8), "far away", NOW).await.0;
    site.stay_as(there, "Bob", ALEX, NOW.0 - 800).await;
    let refuse = |file: &Path| {
        let file = rusqlite::Connection::open(file).unwrap();
        let sql = "CREATE TRIGGER refuses BEFORE DELETE ON accounts
             BEGIN SELECT raise(ABORT, 'on purpose'); END";
        file.execute_batch(sql).unwrap();
    };
    let database = site.database.restarted_after(refuse, NOW).await;

    let forgotten = database.forget_player_in(GUILD, player("Alex"), NOW);
    forgotten.await.unwrap();

    assert_eq!(whose(&database).await, [of("far away", "Bob", Some(ALEX))]);
}

#[tokio::test]
async fn a_long_clean_up_looks_for_unused_accounts_once() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.stay_as(server, "Alex", ALEX, NOW.0 - 900).await;
    // The trigger refuses to delete an account while players are left whom the same clean-up forgets.
    let add = |file: &Path| {
        let file = rusqlite::Connection::open(file).unwrap();
        let sql =
            "WITH RECURSIVE n(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM n WHERE n < 3499)
             INSERT INTO players (id, name) SELECT n, 'Player' || n FROM n;
             CREATE TRIGGER refuses BEFORE DELETE ON accounts
             WHEN EXISTS (SELECT 1 FROM players WHERE id >= 1000)
             BEGIN SELECT raise(ABORT, 'on purpose'); END";
        file.execute_batch(sql).unwrap();
    };
    let database = site.database.restarted_after(add, NOW).await;

    let expired = database.expire_sessions(NOW, NOW).await.unwrap();

    assert_eq!(expired.players, 2501);
    let site = Site { database };
    assert_eq!(count(&site, "SELECT count(*) FROM accounts"), 0);
}
