//! A session knows which account it was, whatever its player is called.

use oxeye_db::{
    Database, GuildId, PortableRecord, ServerId, SyncEvent, SyncPlayer, UnixSeconds, Uuid,
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
    async fn stay_as(&self, server: ServerId, name: &str, uuid: Uuid, from: i64) {
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
