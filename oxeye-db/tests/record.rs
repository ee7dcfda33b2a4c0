//! Questions about the past of a [`Database`] on a real file: what counts as playtime, and until
//! when.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "record/asking.rs"]
mod asking;
#[path = "record/past.rs"]
mod past;

use std::path::Path;
use std::time::Duration;

use oxeye_db::testing::{self, TestStore, player, who_played_most};
use oxeye_db::{
    Database, GuildId, GuildServer, GuildServers, HeartbeatEvent, Range, ServerId, Span, Step,
    Steps, SyncEvent, SyncPlayer, TimeZone, UnixSeconds,
};

const GUILD: GuildId = GuildId(7);
const ZONE: TimeZone = TimeZone::UTC;

/// Monday, 2026-11-16, noon.
const NOON: i64 = 1_794_830_400;

fn store() -> TestStore {
    TestStore::new(UnixSeconds(NOON))
}

async fn link(database: &TestStore, guild: GuildId, server: &str) -> ServerId {
    database.link(guild, server, UnixSeconds(NOON)).await.0
}

async fn sync(database: &Database, server: ServerId, names: &[&str], at: i64) {
    let roster = names.iter().map(|name| SyncPlayer {
        player: player(name),
        texture_hash: None,
        uuid: None,
    });
    let event = SyncEvent {
        roster: roster.collect(),
        heartbeat: Some(Duration::from_secs(15)),
        ..SyncEvent::default()
    };
    let synced = database.sync_players(server, event, UnixSeconds(at));
    synced.await.unwrap();
}

async fn join(database: &Database, server: ServerId, name: &str, at: i64) {
    let joined = database.player_join(server, testing::join(name), UnixSeconds(at));
    joined.await.unwrap();
}

async fn leave(database: &Database, server: ServerId, name: &str, at: i64) {
    let left = database.player_leave(server, testing::leave(name), UnixSeconds(at));
    left.await.unwrap();
}

/// Returns a server of the guild used in the tests.
fn of_guild(database: &Database, server: ServerId) -> GuildServer {
    database.guild_server(GUILD, server).unwrap()
}

/// Returns a player's total playtime in seconds.
async fn total(database: &Database, server: ServerId, name: &str, now: i64) -> u64 {
    let profile = database.player_profile(
        of_guild(database, server),
        player(name),
        7,
        ZONE,
        UnixSeconds(now),
    );
    profile.await.unwrap().unwrap().playtime.total.as_secs()
}

#[tokio::test]
async fn an_open_session_counts_while_the_server_reports() {
    let database = store();
    let server = link(&database, GUILD, "survival").await;
    sync(&database, server, &["Alex"], NOON).await;

    assert_eq!(total(&database, server, "Alex", NOON + 44).await, 44);
    // Three heartbeats were missed: nothing is known after the last report.
    assert_eq!(total(&database, server, "Alex", NOON + 45).await, 0);
    let beat = HeartbeatEvent::default();
    let heard = database.heartbeat(server, beat, UnixSeconds(NOON + 50));
    heard.await.unwrap();
    assert_eq!(total(&database, server, "Alex", NOON + 60).await, 60);

    let database = database.restarted(UnixSeconds(NOON + 100)).await;
    assert_eq!(total(&database, server, "Alex", NOON + 110).await, 50);
    sync(&database, server, &["Alex"], NOON + 110).await;
    assert_eq!(total(&database, server, "Alex", NOON + 120).await, 120);
}

#[tokio::test]
async fn who_was_online_is_known_until_the_last_report() {
    let database = store();
    let server = link(&database, GUILD, "survival").await;
    sync(&database, server, &["Alex"], NOON).await;
    leave(&database, server, "Alex", NOON + 10).await;
    join(&database, server, "jeb_", NOON + 20).await;
    let at = async |at: i64| {
        let now = UnixSeconds(NOON + 500);
        let moment = database
            .online_at(of_guild(&database, server), UnixSeconds(at), now)
            .await;
        let moment = moment.unwrap().unwrap();
        assert_eq!(moment.known_until, UnixSeconds(NOON + 20));
        let present = moment.present.into_iter();
        present
            .map(|present| (present.player, present.left_at.map(|at| at.0 - NOON)))
            .collect::<Vec<_>>()
    };

    assert_eq!(at(NOON + 9).await, [(player("Alex"), Some(10))]);
    assert_eq!(at(NOON + 10).await, []);
    assert_eq!(at(NOON + 20).await, [(player("jeb_"), None)]);
    assert_eq!(at(NOON + 21).await, []);
}

#[tokio::test]
async fn a_player_who_was_never_there_differs_from_one_without_a_session() {
    let database = store();
    let here = link(&database, GUILD, "here").await;
    let there = link(&database, GUILD, "there").await;
    leave(&database, there, "jeb_", NOON).await;
    let profile = |server, name| {
        database.player_profile(
            of_guild(&database, server),
            player(name),
            7,
            ZONE,
            UnixSeconds(NOON),
        )
    };

    assert_eq!(profile(here, "nobody").await.unwrap(), None);
    assert_eq!(profile(here, "jeb_").await.unwrap(), None);
    let seen = profile(there, "jeb_").await.unwrap().unwrap();
    assert_eq!(
        (seen.sessions, seen.last_seen),
        (0, Some(UnixSeconds(NOON)))
    );
}

#[tokio::test]
async fn imported_playtime_is_shown_separately() {
    let database = store();
    let server = link(&database, GUILD, "survival").await;
    sync(&database, server, &["Alex"], NOON).await;
    leave(&database, server, "Alex", NOON + 10).await;
    let other = link(&database, GUILD, "creative").await;
    leave(&database, other, "jeb_", NOON).await;
    let import = |file: &Path| {
        let file = rusqlite::Connection::open(file).unwrap();
        let sql = "INSERT INTO imported_playtime (server_id, player_id, seconds, imported_at)
                   SELECT ?1, id, 3600, ?2 FROM players";
        file.execute(sql, [server.0, NOON]).unwrap();
    };

    let now = UnixSeconds(NOON + 100);
    let database = database.restarted_after(import, now).await;
    let profile =
        database.player_profile(of_guild(&database, server), player("Alex"), 7, ZONE, now);
    let profile = profile.await.unwrap().unwrap();
    assert_eq!(profile.playtime.total.as_secs(), 10);
    assert_eq!(profile.imported.as_secs(), 3600);
    let profile =
        database.player_profile(of_guild(&database, server), player("jeb_"), 7, ZONE, now);
    assert_eq!(profile.await.unwrap().unwrap().last_seen, None);
    let page = database
        .known_players(of_guild(&database, server), "", None, 1, now)
        .await
        .unwrap();
    let page = page.unwrap();
    assert_eq!((page.total, page.next), (2, Some(player("Alex"))));
    let after = Some(player("Alex"));
    let rest = database.known_players(of_guild(&database, server), "", after, 5, now);
    let rest = rest.await.unwrap().unwrap();
    assert_eq!((rest.page.len(), rest.next), (1, None));
    assert_eq!(rest.page[0].imported.as_secs(), 3600);
}

#[tokio::test]
async fn a_player_on_two_servers_is_online_once_and_plays_once() {
    let database = store();
    let here = link(&database, GUILD, "here").await;
    let there = link(&database, GUILD, "there").await;
    let elsewhere = link(&database, GuildId(8), "elsewhere").await;
    for (server, names) in [
        (here, &["Alex", "jeb_"][..]),
        (there, &["Alex"]),
        (elsewhere, &["Alex", "Steve"]),
    ] {
        sync(&database, server, names, NOON).await;
    }
    let now = UnixSeconds(NOON + 30);

    let occupancy = database.occupancy(now);
    assert_eq!(occupancy.players, 3);
    let guilds = occupancy.guilds.iter();
    let guilds: Vec<_> = guilds.map(|guild| (guild.guild.0, guild.players)).collect();
    assert_eq!(guilds, [(7, 2), (8, 2)]);
    let guild = database.guild_occupancy(GUILD, now);
    let online: Vec<_> = guild.servers.iter().map(|server| server.online).collect();
    assert_eq!((guild.players, online), (2, vec![2, 1]));
    let all = database.all_servers(now);
    assert_eq!(database.players_on(&all), Some(3));
    assert_eq!(database.players_on(&all[..1]), Some(2));
    assert_eq!(database.players_on(&[]), None);

    let question = who_played_most(GuildServers::All(GUILD), Range::Today, 10, ZONE);
    let top = database.leaderboard(question, now);
    let top: Vec<_> = top.await.unwrap().unwrap().standings;
    let top = top.into_iter();
    let top: Vec<_> = top
        .map(|standing| (standing.player, standing.amount as u64))
        .collect();
    assert_eq!(top, [(player("Alex"), 30), (player("jeb_"), 30)]);
}

#[tokio::test]
async fn a_disconnected_server_keeps_its_past() {
    let database = store();
    let server = link(&database, GUILD, "survival").await;
    sync(&database, server, &["Alex"], NOON).await;
    let gone = database.disconnect_by_plugin(server.into(), UnixSeconds(NOON + 30));
    gone.await.unwrap();
    let later = UnixSeconds(NOON + 30 * 86_400);

    let here = GuildServers::One(of_guild(&database, server));
    let top = database.leaderboard(who_played_most(here, Range::All, 10, ZONE), later);
    let top = top.await.unwrap().unwrap();
    assert_eq!(top.standings[0].sessions, Some(1));
    let span = Range::Days(31).span(ZONE, later);
    let steps = Steps::cut(span, Step::Day, ZONE).unwrap();
    let chart = database
        .headcount(of_guild(&database, server), steps, later)
        .await
        .unwrap();
    let chart = chart.unwrap();
    assert_eq!(chart.steps[0].players, 1);
    assert_eq!(chart.known_until, UnixSeconds(NOON + 30));
    let busy = database.busiest_hours(of_guild(&database, server), Range::All, ZONE, later);
    let busy = busy.await.unwrap().unwrap();
    assert_eq!(busy.span.from, UnixSeconds(NOON));
    assert!(busy.week[0][12].is_some_and(|average| average > 0.0));
    let of_guild = of_guild(&database, server);
    let sessions = database.player_sessions(of_guild, player("Alex"), Span::ALL, None, 10, later);
    let (_, sessions) = sessions.await.unwrap().unwrap();
    let end = sessions.page[0].end.unwrap();
    assert_eq!(end.0, UnixSeconds(NOON + 30));
}

#[tokio::test]
async fn a_name_in_another_case_finds_the_player_of_any_server() {
    let database = store();
    let server = link(&database, GUILD, "survival").await;
    sync(&database, server, &["Alex"], NOON).await;

    for (asked, found) in [("aLEX", Some("Alex")), ("Steve", None)] {
        let name = database.name_in_other_case(player(asked)).await.unwrap();

        assert_eq!(name, found.map(player), "{asked}");
    }
}
