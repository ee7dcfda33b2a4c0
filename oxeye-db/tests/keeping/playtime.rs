//! Imported playtime from before Oxeye.

use oxeye_db::record::person_figures::AskedBy;
use oxeye_db::testing::earlier_playtime;
use oxeye_db::{
    EarlierPlaytime, EventError, Place, PortablePlaytime, PortableRecord, ReportedUuid, ServerId,
    TimeZone, UnixSeconds, Uuid,
};

use crate::portable::exported;
use crate::site::{GUILD, NOW, Site, of_guild, player, server_name};

const FIRST: Uuid = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
const SECOND: Uuid = Uuid::from_u128(0x0694_51a5_1f5d_4b5c_9d0b_2f9d_3c0a_77b1);

impl Site {
    async fn playtimes(&self) -> Vec<(String, u32)> {
        let mut playtimes = Vec::new();
        for record in exported(&self.database).await {
            if let PortableRecord::ImportedPlaytime(_, player, playtime) = record {
                playtimes.push((player.as_str().to_owned(), playtime.seconds));
            }
        }
        playtimes.sort();
        playtimes
    }

    async fn import_playtime(&self, server: ServerId, players: &[(&str, u32)]) -> usize {
        let players = players
            .iter()
            .map(|(name, seconds)| earlier_playtime(name, *seconds));
        let players: Vec<_> = players.collect();
        let imported = self
            .database
            .import_playtime(of_guild(&self.database, server), &players, NOW)
            .await;
        imported.unwrap()
    }
}

impl Site {
    /// An account was there a little under a name.
    async fn was_there(&self, server: ServerId, name: &str, account: Uuid, ago: i64) {
        self.join_as(server, name, account, NOW.0 - ago).await;
        self.leave(server, name, NOW.0 - ago + 5).await;
    }

    /// Returns the imported playtime of whoever has a name.
    async fn imported_of(&self, server: ServerId, name: &str) -> u64 {
        let server = of_guild(&self.database, server);
        let zone = TimeZone::UTC;
        let profile = self
            .database
            .player_profile(server, player(name), 7, zone, NOW);
        profile.await.unwrap().unwrap().imported.as_secs()
    }
}

/// A store that imported the playtime of an account from elsewhere, where another account has had its name, and the server.
async fn with_another_alex() -> (Site, ServerId) {
    let elsewhere = Site::new();
    let server = elsewhere.linked("survival").await;
    elsewhere.was_there(server, "Alex", FIRST, 900).await;
    elsewhere.import_playtime(server, &[("Alex", 60)]).await;
    let site = Site::new();
    let server = site.linked("survival").await;
    site.was_there(server, "Alex", SECOND, 100).await;
    let records = exported(&elsewhere.database).await;
    site.database.import(records, None, NOW).await.unwrap();
    site.was_there(server, "Robin", FIRST, 50).await;
    (site, server)
}

#[tokio::test]
async fn imported_playtime_stays_with_its_account_where_another_has_had_the_name() {
    let (site, server) = with_another_alex().await;

    let site = site.restarted().await;
    assert_eq!(site.imported_of(server, "Robin").await, 60);
    assert_eq!(site.imported_of(server, "Alex").await, 0);
    let known = site
        .database
        .known_players(of_guild(&site.database, server), "", None, 9, NOW);
    let known = known.await.unwrap().unwrap().page.into_iter();
    let known = known.map(|known| (known.player.to_string(), known.imported.as_secs()));
    let expected = [("Alex".to_owned(), 0), ("Robin".to_owned(), 60)];
    assert_eq!(known.collect::<Vec<_>>(), expected);
    // And once more, with nothing else of it.
    let third = Site::new();
    let records = exported(&site.database).await;
    third.database.import(records, None, NOW).await.unwrap();
    let server = third.linked("survival").await;
    assert_eq!(third.imported_of(server, "Robin").await, 60);
    assert_eq!(third.imported_of(server, "Alex").await, 0);
}

#[tokio::test]
async fn imported_playtime_of_an_account_is_forgotten_with_it_alone() {
    let (site, _) = with_another_alex().await;
    let forget = async |name: &str| {
        let forgotten = site.database.forget_player_in(GUILD, player(name), NOW);
        forgotten.await.unwrap().unwrap().imported_playtimes
    };

    assert_eq!(forget("Alex").await, 0);
    assert_eq!(site.playtimes().await, [("Alex".to_owned(), 60)]);
    assert_eq!(forget("Robin").await, 1);
    assert_eq!(site.playtimes().await, []);
}

/// Returns a minute of playtime under the name Alex of an account that was last there some seconds ago.
fn minute_in_a_world(account: Uuid, ago: i64) -> EarlierPlaytime {
    EarlierPlaytime {
        account: Some((account, Some(UnixSeconds(NOW.0 - ago)))),
        ..earlier_playtime("Alex", 60)
    }
}

/// Returns a minute of playtime under the name Alex of an account that was last there nobody knows when.
fn minute_at_some_time(account: Uuid) -> EarlierPlaytime {
    EarlierPlaytime {
        account: Some((account, None)),
        ..earlier_playtime("Alex", 60)
    }
}

impl Site {
    async fn import_world(&self, server: ServerId, players: &[EarlierPlaytime]) -> usize {
        let server = of_guild(&self.database, server);
        let imported = self.database.import_playtime(server, players, NOW);
        imported.await.unwrap()
    }

    /// Returns the newest name of whoever has a name, and their imported playtime on all servers.
    async fn figures_of(&self, name: &str) -> (String, u64) {
        let (asked_by, zone) = (AskedBy::Operator, TimeZone::UTC);
        let figures = self
            .database
            .person_figures(GUILD, player(name), asked_by, zone, NOW);
        let figures = figures.await.unwrap().expect("somebody has the name");
        (figures.player.to_string(), figures.imported.as_secs())
    }
}

#[tokio::test]
async fn playtime_of_a_world_belongs_to_its_account_under_the_newest_name() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let world = [minute_in_a_world(FIRST, 5_000)];
    assert_eq!(site.import_world(server, &world).await, 1);
    assert_eq!(site.import_world(server, &world).await, 0, "nothing new");
    assert_eq!(site.imported_of(server, "Alex").await, 60);

    site.was_there(server, "Alex", SECOND, 900).await;
    site.was_there(server, "Robin", FIRST, 800).await;

    let site = site.restarted().await;
    assert_eq!(site.imported_of(server, "Robin").await, 60);
    assert_eq!(site.imported_of(server, "Alex").await, 0);
    assert_eq!(site.figures_of("Robin").await, ("Robin".to_owned(), 60));
    assert_eq!(site.figures_of("Alex").await, ("Alex".to_owned(), 0));
}

#[tokio::test]
async fn a_world_that_is_imported_after_a_rename_does_not_undo_it() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.was_there(server, "Robin", FIRST, 800).await;
    site.import_playtime(server, &[("Alex", 60)]).await;

    let world = [minute_in_a_world(FIRST, 5_000)];
    assert_eq!(site.import_world(server, &world).await, 1);

    assert_eq!(site.figures_of("Alex").await, ("Robin".to_owned(), 60));
}

#[tokio::test]
async fn an_account_of_which_nobody_knows_when_it_had_a_name_takes_it_from_nobody() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.was_there(server, "Alex", SECOND, 900).await;

    let world = [minute_at_some_time(FIRST)];
    assert_eq!(site.import_world(server, &world).await, 1);

    let site = site.restarted().await;
    assert_eq!(site.figures_of("Alex").await, ("Alex".to_owned(), 0));
    site.was_there(server, "Robin", FIRST, 800).await;
    assert_eq!(site.figures_of("Robin").await, ("Robin".to_owned(), 60));
}

#[tokio::test]
async fn an_account_of_which_nobody_knows_when_it_had_a_name_has_it_if_nobody_else_has() {
    let site = Site::new();
    let server = site.linked("survival").await;

    let world = [minute_at_some_time(FIRST)];
    assert_eq!(site.import_world(server, &world).await, 1);
    assert_eq!(site.imported_of(server, "Alex").await, 60);

    site.was_there(server, "Robin", FIRST, 800).await;
    assert_eq!(site.figures_of("Alex").await, ("Robin".to_owned(), 60));
}

#[tokio::test]
async fn a_world_that_does_not_know_when_leaves_the_times_of_an_account_that_was_reported() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.was_there(server, "Alex", FIRST, 900).await;

    site.import_world(server, &[minute_at_some_time(FIRST)])
        .await;

    let uuids = site.database.player_uuids(GUILD, &player("Alex")).await;
    let first = uuids.unwrap()[0].first_reported_at;
    assert_eq!(first, UnixSeconds(NOW.0 - 900));
}

#[tokio::test]
async fn playtime_that_several_accounts_of_a_world_share_no_longer_belongs_to_one_of_them() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.was_there(server, "Alex", SECOND, 900).await;
    site.was_there(server, "Robin", FIRST, 800).await;
    let world = [minute_in_a_world(FIRST, 5_000)];
    site.import_world(server, &world).await;

    let of_both = [earlier_playtime("Alex", 60)];
    assert_eq!(site.import_world(server, &of_both).await, 1);
    assert_eq!(site.import_world(server, &of_both).await, 0, "nothing new");

    assert_eq!(site.imported_of(server, "Robin").await, 0);
    assert_eq!(site.playtimes().await, [("Alex".to_owned(), 60)]);
}

#[tokio::test]
async fn a_uuid_that_a_server_in_offline_mode_made_proves_nothing_in_a_world() {
    let site = Site::new();
    let server = site.linked("survival").await;
    let offline = Uuid::from_u128(0x5627_dd98_e6be_3c21_b8a8_e923_4418_3641);

    let world = [minute_in_a_world(offline, 5_000)];
    assert_eq!(site.import_world(server, &world).await, 1);

    assert_eq!(site.imported_of(server, "Alex").await, 60);
    assert_eq!(site.copies_of(offline), 0);
}

#[tokio::test]
async fn imported_playtime_counts_for_its_account_under_a_name_that_it_is_not_known_to_have_had() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.was_there(server, "Robin", FIRST, 900).await;
    let records = vec![minute_of(FIRST)];
    site.database.import(records, None, NOW).await.unwrap();

    assert_eq!(site.imported_of(server, "Robin").await, 60);
    assert_eq!(site.figures_of("Robin").await, ("Robin".to_owned(), 60));
}

/// Returns a minute of imported playtime of an account under the name Alex.
fn minute_of(account: Uuid) -> PortableRecord {
    let place = Place {
        guild: GUILD,
        server: server_name("survival"),
    };
    let playtime = PortablePlaytime {
        seconds: 60,
        account: Some(account),
    };
    PortableRecord::ImportedPlaytime(place, player("Alex"), playtime)
}

#[tokio::test]
async fn imported_playtime_keeps_no_account_that_its_name_has_no_room_for() {
    let site = Site::new();
    let server = site.linked("survival").await;
    for number in 1..=16 {
        let account = Uuid::from_u128(FIRST.as_u128() + number);
        site.was_there(server, "Alex", account, 900).await;
    }

    let used = ReportedUuid {
        uuid: SECOND,
        first_reported_at: NOW,
        last_reported_at: NOW,
    };
    let records = vec![
        minute_of(SECOND),
        PortableRecord::PlayerUuid(GUILD, player("Alex"), used),
    ];
    let imported = site.database.import(records, None, NOW).await.unwrap();

    assert_eq!((imported.added, imported.uuids_left_out), (1, 1));
    assert_eq!(site.playtimes().await, [("Alex".to_owned(), 60)]);
    assert_eq!(site.copies_of(SECOND), 0);
}

#[tokio::test]
async fn the_account_of_imported_playtime_goes_with_it_if_no_server_reported_it() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.was_there(server, "Alex", FIRST, 900).await;
    let records = vec![minute_of(SECOND)];
    site.database.import(records, None, NOW).await.unwrap();
    assert!(site.copies_of(SECOND) > 0);

    let forgotten = site.database.forget_player(player("Alex"), NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().imported_playtimes, 1);
    assert_eq!((site.copies_of(FIRST), site.copies_of(SECOND)), (0, 0));
}

#[tokio::test]
async fn imported_playtime_goes_with_its_account_also_under_a_name_that_no_server_reported() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.was_there(server, "Robin", FIRST, 900).await;
    site.database
        .link_member(GUILD, 1, player("Robin"), None, NOW)
        .await
        .unwrap();
    let records = vec![minute_of(FIRST)];
    site.database.import(records, None, NOW).await.unwrap();
    let data = site.database.player_data_of(GUILD, 1, NOW).await.unwrap();
    assert_eq!(data.servers[0].imported_secs, Some(60));

    let forgotten = site.database.forget_player_of(GUILD, 1, NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().imported_playtimes, 1);
    assert_eq!(site.playtimes().await, []);
    assert_eq!(site.copies_of(FIRST), 0);
    assert_eq!(site.files_with("Alex"), Vec::<String>::new());
}

#[tokio::test]
async fn imported_playtime_replaces_what_was_imported_before() {
    let site = Site::new();
    let server = site.linked("survival").await;

    assert_eq!(
        site.import_playtime(server, &[("Alex", 60), ("Steve", 90)])
            .await,
        2
    );
    assert_eq!(
        site.import_playtime(server, &[("Alex", 60), ("Steve", 90)])
            .await,
        0
    );
    assert_eq!(site.import_playtime(server, &[("Alex", 50)]).await, 1);

    let site = site.restarted().await;
    let expected = [("Alex".to_owned(), 50), ("Steve".to_owned(), 90)];
    assert_eq!(site.playtimes().await, expected);
    assert!(
        site.online(server).is_empty(),
        "imported playtime is not a session"
    );
}

#[tokio::test]
async fn of_a_player_who_is_listed_twice_the_last_value_counts() {
    let site = Site::new();
    let server = site.linked("survival").await;

    site.import_playtime(server, &[("Alex", 60), ("Alex", 70)])
        .await;

    assert_eq!(site.playtimes().await, [("Alex".to_owned(), 70)]);
}

#[tokio::test]
async fn imported_playtime_is_deleted_with_the_player() {
    let site = Site::new();
    let server = site.linked("survival").await;
    site.import_playtime(server, &[("Alex", 60), ("Steve", 90)])
        .await;

    let forgotten = site.database.forget_player(player("Alex"), NOW).await;

    assert_eq!(forgotten.unwrap().unwrap().imported_playtimes, 1);
    assert_eq!(site.playtimes().await, [("Steve".to_owned(), 90)]);
}

#[tokio::test]
async fn playtime_for_a_removed_server_is_refused() {
    let site = Site::new();

    let server = of_guild(&site.database, site.linked("survival").await);
    site.database.remove_server(server, NOW).await.unwrap();
    let players = [earlier_playtime("Alex", 60)];
    let refused = site.database.import_playtime(server, &players, NOW).await;

    assert!(matches!(refused, Err(EventError::NotLinked)));
}
