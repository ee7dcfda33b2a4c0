//! What a [`Database`] on a real file guarantees: links, keys, restarts, races, and who sees what.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

use std::time::Duration;

use oxeye_db::testing::{TestStore, join, leave, options, player, server_name, who_played_most};
use oxeye_db::{
    Database, EventBatch, EventError, GuildId, GuildServer, GuildServers, HeartbeatEvent,
    IssueCodeError, JoinError, JoinEvent, LinkCode, LinkState, NewSkin, OpenError, Range,
    RedeemError, ServerEvent, ServerId, SkinAnswer, SkinId, StoreSkinError, TakeEventsError,
    TextureHash, TimeZone, UnixSeconds,
};

const GUILD: GuildId = GuildId(7);
const NOW: UnixSeconds = UnixSeconds(1_000_000);

/// Returns a server of the tests' guild.
fn of_guild(database: &Database, server: ServerId) -> GuildServer {
    database.guild_server(GUILD, server).unwrap()
}

#[tokio::test]
async fn a_code_works_once_and_for_ten_minutes() {
    let database = TestStore::new(NOW);
    let issued = database
        .issue_link_code(GUILD, server_name("a"), NOW)
        .await
        .unwrap();
    let late = issued.expires_at;

    let redeemed = database.redeem_link_code(&issued.code, late).await;
    assert!(matches!(redeemed, Err(RedeemError::UnknownCode)));

    let issued = database
        .issue_link_code(GUILD, server_name("a"), NOW)
        .await
        .unwrap();
    database
        .redeem_link_code(&issued.code, UnixSeconds(late.0 - 1))
        .await
        .unwrap();
    let again = database.redeem_link_code(&issued.code, NOW).await;
    assert!(matches!(again, Err(RedeemError::UnknownCode)));
    let guessed = database.redeem_link_code(&LinkCode::generate(), NOW).await;
    assert!(matches!(guessed, Err(RedeemError::UnknownCode)));
}

#[tokio::test]
async fn when_two_servers_race_for_a_name_only_one_gets_it() {
    let database = TestStore::new(NOW);
    let first = database
        .issue_link_code(GUILD, server_name("a"), NOW)
        .await
        .unwrap();
    let second = database
        .issue_link_code(GUILD, server_name("a"), NOW)
        .await
        .unwrap();

    let (first, second) = tokio::join!(
        database.redeem_link_code(&first.code, NOW),
        database.redeem_link_code(&second.code, NOW)
    );

    assert!(matches!(
        (first, second),
        (Ok(_), Err(RedeemError::NameTaken))
    ));
    let refused = database.issue_link_code(GUILD, server_name("a"), NOW).await;
    assert!(matches!(refused, Err(IssueCodeError::NameTaken)));
    assert_eq!(database.servers(GUILD, NOW).len(), 1);
}

#[tokio::test]
async fn linking_a_disconnected_name_again_continues_the_same_server() {
    let database = TestStore::new(NOW);
    let (server, old_key) = database.link(GUILD, "a", NOW).await;
    database
        .player_join(server, join("jeb_"), NOW)
        .await
        .unwrap();

    database
        .disconnect_by_plugin(server.into(), NOW)
        .await
        .unwrap();

    assert!(database.authenticate(&old_key, NOW).is_none());
    let status = database
        .status(of_guild(&database, server), 20, NOW)
        .unwrap();
    assert_eq!(status.state, LinkState::Disconnected);
    assert_eq!(status.last_seen[0].player_name.as_str(), "jeb_");
    let late_join = database.player_join(server, join("Ghost"), NOW).await;
    assert!(matches!(
        late_join,
        Err(JoinError::Event(EventError::NotLinked))
    ));

    let (again, _) = database.link(GUILD, "a", NOW).await;
    assert_eq!(again, server);
    let status = database
        .status(of_guild(&database, server), 20, NOW)
        .unwrap();
    assert_eq!(status.state, LinkState::AwaitingSync);
    assert_eq!(status.last_seen_total, 1);
}

#[tokio::test]
async fn a_disconnected_server_leaves_the_lists_after_a_week_and_is_still_known() {
    let database = TestStore::new(NOW);
    let (server, _) = database.link(GUILD, "a", NOW).await;
    database
        .player_join(server, join("jeb_"), NOW)
        .await
        .unwrap();
    database
        .disconnect_by_plugin(server.into(), NOW)
        .await
        .unwrap();

    let week = Duration::from_secs(7 * 24 * 3600);
    let (last, gone) = (UnixSeconds(NOW.plus(week).0 - 1), NOW.plus(week));
    let database = database.restarted(NOW).await;
    assert_eq!(database.servers(GUILD, last).len(), 1);
    assert_eq!(database.servers(GUILD, gone).len(), 0);
    assert_eq!(database.all_servers(gone).len(), 0);
    assert_eq!(database.known_servers(gone).len(), 1);
    let status = database
        .status(of_guild(&database, server), 20, gone)
        .unwrap();
    assert_eq!(status.state, LinkState::Disconnected);
    let (range, zone) = (Range::All, TimeZone::UTC);
    let question = who_played_most(GuildServers::All(GUILD), range, 9, zone);
    let top = database.leaderboard(question, gone).await;
    assert_eq!(top.unwrap().unwrap().players, 1);
}

#[tokio::test]
async fn a_restart_keeps_links_and_skins_and_awaits_a_sync() {
    let database = TestStore::new(NOW);
    let boot_id = database.boot_id();
    let (server, key) = database.link(GUILD, "a", NOW).await;
    let mut wearing = join("jeb_");
    wearing.texture_hash = Some(TextureHash([1; 32]));
    let wanted = database
        .player_join(server, wearing.clone(), NOW)
        .await
        .unwrap();
    assert_eq!(wanted, SkinAnswer::Wanted);
    let skin = NewSkin {
        id: SkinId([2; 32]),
        png: vec![1],
        head: [3; 192],
    };
    database
        .store_skin(server, &wearing.player, TextureHash([1; 32]), skin, NOW)
        .await
        .unwrap();

    let database = database.restarted(NOW).await;

    assert_ne!(database.boot_id(), boot_id);
    let server = database.authenticate(&key, NOW).unwrap().id;
    let status = database
        .status(of_guild(&database, server), 20, NOW)
        .unwrap();
    assert_eq!(status.state, LinkState::AwaitingSync);
    let known = database.player_join(server, wearing, NOW).await.unwrap();
    assert_eq!(known, SkinAnswer::Known);
    assert!(database.head(SkinId([2; 32])).await.unwrap().is_some());
    assert!(database.head(SkinId([9; 32])).await.unwrap().is_none());
}

#[tokio::test]
async fn no_guild_sees_anothers_server_and_a_player_on_two_servers_counts_once() {
    let database = TestStore::new(NOW);
    let (first, _) = database.link(GUILD, "a", NOW).await;
    let (second, _) = database.link(GUILD, "b", NOW).await;
    let (foreign, _) = database.link(GuildId(8), "a", NOW).await;
    for server in [first, second, foreign] {
        database
            .player_join(server, join("jeb_"), NOW)
            .await
            .unwrap();
    }

    assert_eq!(database.guild_occupancy(GUILD, NOW).players, 1);
    assert_eq!(database.servers(GUILD, NOW).len(), 2);
    assert_eq!(database.guild_server(GUILD, foreign), None);
    let (meant, _) = database.find_server(GUILD, &server_name("a")).unwrap();
    assert_eq!((meant.guild(), meant.id()), (GUILD, first));
}

#[tokio::test]
async fn a_second_process_and_a_foreign_file_are_refused() {
    let database = TestStore::new(NOW);
    let second = Database::open(&options(database.file()), NOW);
    assert!(matches!(second, Err(OpenError::InUse(_))));

    let foreign = options(database.folder().join("text.db"));
    let text = "this is no database, and long enough to tell".repeat(100);
    std::fs::write(&foreign.path, &text).unwrap();
    let refused = Database::open(&foreign, NOW);
    assert!(matches!(refused, Err(OpenError::NotOurs(_))), "{refused:?}");
    assert_eq!(std::fs::read_to_string(&foreign.path).unwrap(), text);
}

#[tokio::test]
async fn joins_that_race_a_disconnect_never_leave_anybody_online() {
    let database = TestStore::new(NOW);
    let (server, _) = database.link(GUILD, "a", NOW).await;
    let mut joins = tokio::task::JoinSet::new();
    for number in 0..200 {
        let database = database.clone();
        joins.spawn(async move {
            let player = format!("p{number}");
            let _ = database.player_join(server, join(&player), NOW).await;
            let _ = database.player_leave(server, leave("nobody"), NOW).await;
        });
    }

    database
        .disconnect_by_plugin(server.into(), NOW)
        .await
        .unwrap();
    joins.join_all().await;

    assert_eq!(database.guild_occupancy(GUILD, NOW).players, 0);
    let again = database.disconnect_by_plugin(server.into(), NOW).await;
    assert!(matches!(again, Err(EventError::NotLinked)));
}

#[tokio::test]
async fn a_picture_is_drawn_once_per_change_of_the_roster() {
    let database = TestStore::new(NOW);
    let (server, _) = database.link(GUILD, "a", NOW).await;
    database
        .player_join(server, join("jeb_"), NOW)
        .await
        .unwrap();
    let of_guild = of_guild(&database, server);
    let picture = || database.status_picture(of_guild);
    let first = picture().await.unwrap().unwrap();
    let second = picture().await.unwrap().unwrap();
    assert!(std::sync::Arc::ptr_eq(&first, &second));

    database
        .player_join(server, join("Alex"), NOW)
        .await
        .unwrap();

    let third = picture().await.unwrap().unwrap();
    assert_ne!(first, third);
    for (guild, server) in [(GUILD, ServerId(99)), (GuildId(8), server)] {
        assert_eq!(database.guild_server(guild, server), None);
    }
    database.remove_server(of_guild, NOW).await.unwrap();
    assert_eq!(picture().await.unwrap(), None);
}

#[tokio::test]
async fn an_old_key_is_refused_once_the_same_name_is_linked_again() {
    let database = TestStore::new(NOW);
    let (server, key) = database.link(GUILD, "survival", NOW).await;
    // These requests passed authentication before the disconnect, and arrive after it.
    let old = database.authenticate(&key, NOW).unwrap().reporter;
    let worn = JoinEvent {
        texture_hash: Some(TextureHash([1; 32])),
        uuid: None,
        ..join("Alex")
    };
    database.player_join(old, worn, NOW).await.unwrap();
    database
        .disconnect(of_guild(&database, server), NOW)
        .await
        .unwrap();
    let (again, _) = database.link(GUILD, "survival", NOW).await;
    assert_eq!(again, server);

    let joined = database.player_join(old, join("Steve"), NOW).await;
    assert!(matches!(
        joined,
        Err(JoinError::Event(EventError::NotLinked))
    ));
    let refused = [
        database.player_leave(old, leave("Alex"), NOW).await.err(),
        database.sync_players(old, vec![], NOW).await.err(),
        database
            .heartbeat(old, HeartbeatEvent::default(), NOW)
            .await
            .err(),
        database.disconnect_by_plugin(old, NOW).await.err(),
    ];
    let batch = EventBatch {
        epoch: 1,
        first_seq: 1,
        events: vec![ServerEvent::Join(join("Steve"))],
    };
    let batch = database.take_events(old, batch, NOW).await;
    let skin = NewSkin {
        id: SkinId([1; 32]),
        png: vec![1],
        head: [1; 192],
    };
    let player = player("Alex");
    let texture = TextureHash([1; 32]);
    let skin = database.store_skin(old, &player, texture, skin, NOW).await;

    for refused in refused {
        assert!(
            matches!(refused, Some(EventError::NotLinked)),
            "{refused:?}"
        );
    }
    let not_linked =
        |error: &TakeEventsError| matches!(error, TakeEventsError::Event(EventError::NotLinked));
    assert!(batch.is_err_and(|error| not_linked(&error)));
    let not_linked =
        |error: &StoreSkinError| matches!(error, StoreSkinError::Event(EventError::NotLinked));
    assert!(skin.is_err_and(|error| not_linked(&error)));
    let status = database
        .status(of_guild(&database, server), 9, NOW)
        .unwrap();
    assert_eq!(status.state, LinkState::AwaitingSync);
    assert!(status.online.is_empty());
}
