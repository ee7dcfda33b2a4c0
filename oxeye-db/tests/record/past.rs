//! Asks who was online at a moment, and how many players were online over time.

use oxeye_db::record::past::PastMoment;

use super::*;

async fn past(database: &Database, servers: GuildServers, after: i64) -> PastMoment {
    let (at, now) = (UnixSeconds(NOON + after), UnixSeconds(NOON + 3_620));
    database.past_moment(servers, at, now).await.unwrap()
}

/// Returns each server of a moment, whether it is known who was on, and who was.
fn rosters(past: &PastMoment) -> Vec<(&str, bool, Vec<&str>)> {
    let servers = past.servers.iter().map(|roster| {
        let players = roster.players.iter().map(|one| one.player.as_str());
        (roster.server.as_str(), roster.is_known, players.collect())
    });
    servers.collect()
}

#[tokio::test]
async fn a_past_moment_names_the_servers_that_had_players_by_then() {
    let database = store();
    let survival = link(&database, GUILD, "survival").await;
    let hub = link(&database, GUILD, "hub").await;
    link(&database, GUILD, "empty").await;
    sync(&database, survival, &["Alex"], NOON).await;
    sync(&database, hub, &["Steve"], NOON + 20).await;
    sync(&database, survival, &["Alex"], NOON + 40).await;
    sync(&database, hub, &["Steve"], NOON + 40).await;
    sync(&database, survival, &["Alex"], NOON + 3_600).await;
    let all = GuildServers::All(GUILD);

    let early = past(&database, all, 19).await;
    assert_eq!(rosters(&early), [("survival", true, vec!["Alex"])]);
    assert_eq!(early.begins_at, Some(UnixSeconds(NOON)));
    let both = past(&database, all, 20).await;
    let expected = [
        ("hub", true, vec!["Steve"]),
        ("survival", true, vec!["Alex"]),
    ];
    assert_eq!(rosters(&both), expected);

    let only = GuildServers::One(of_guild(&database, survival));
    let known = past(&database, only, 30).await;
    assert_eq!(rosters(&known), [("survival", true, vec!["Alex"])]);
    let unknown = past(&database, only, 1_800).await;
    assert!(
        !unknown.servers[0].is_known,
        "nothing was heard for an hour"
    );
    assert_eq!(rosters(&past(&database, only, -1).await), []);
}

#[tokio::test]
async fn whoever_hides_is_counted_and_not_named_at_a_past_moment() {
    let database = store();
    let survival = link(&database, GUILD, "survival").await;
    let hub = link(&database, GUILD, "hub").await;
    sync(&database, survival, &["Alex", "Steve"], NOON).await;
    sync(&database, hub, &["Alex"], NOON).await;
    sync(&database, survival, &["Alex", "Steve"], NOON + 40).await;
    sync(&database, hub, &["Alex"], NOON + 40).await;
    let now = UnixSeconds(NOON + 50);
    let linked = database.link_member(GUILD, 1, player("Alex"), None, now);
    linked.await.unwrap();
    database.hide_member(GUILD, 1, now).await.unwrap();

    let past = past(&database, GuildServers::All(GUILD), 0).await;

    let expected = [("hub", true, vec![]), ("survival", true, vec!["Steve"])];
    assert_eq!(rosters(&past), expected);
    assert!(past.servers.iter().all(|roster| roster.hidden_count == 1));
}

#[tokio::test]
async fn a_server_has_a_chart_until_it_is_removed_and_a_guild_always_has_one() {
    let database = store();
    let chart = async |servers| {
        let now = UnixSeconds(NOON + 30);
        let chart = database.player_chart(servers, Range::All, ZONE, now);
        chart.await.unwrap()
    };
    let all = GuildServers::All(GUILD);
    let empty = chart(all).await.unwrap();
    assert_eq!((empty.points, empty.peak), (Vec::new(), None));
    let server = link(&database, GUILD, "survival").await;
    sync(&database, server, &["Alex", "Steve"], NOON).await;
    let one = GuildServers::One(of_guild(&database, server));

    for servers in [one, all] {
        let chart = chart(servers).await.unwrap();
        assert_eq!(chart.peak.unwrap().players, 2);
        let now = UnixSeconds(NOON + 30);
        let recent = database.recent_player_chart(servers, Range::All, ZONE, now);
        assert_eq!(*recent.await.unwrap().unwrap(), chart);
    }

    let removed = database.remove_server(of_guild(&database, server), UnixSeconds(NOON + 30));
    assert!(removed.await.unwrap().is_some());
    assert_eq!(chart(one).await, None);
    assert_eq!(chart(all).await.unwrap().peak, None);
}
