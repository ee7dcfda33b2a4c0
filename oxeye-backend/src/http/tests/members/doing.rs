//! How `/api/discord` counts members.

use super::*;

const STATS: &str = "/api/discord/server-stats";
const STREAMING: &str = "/api/discord/streaming-status";

impl Site {
    /// Links a member to a player, who hides from the other members.
    async fn hides(&self, user: UserId, player: &str) {
        let now = UnixSeconds(1000);
        let (_, key) = self.database.link(GUILD, "survival", now).await;
        let joined = self.post("/join", &key, json!({"player": player}).to_string());
        assert_eq!(joined.await.status, StatusCode::OK);
        let linked = self
            .database
            .link_member(GUILD, user.0, player.parse().unwrap(), None, now);
        linked.await.unwrap();
        let hidden = self.database.hide_member(GUILD, user.0, now).await.unwrap();
        assert!(hidden.is_some());
    }
}

fn stats(total: u64, online: u64, of_each: u64) -> Value {
    json!({"status": "ready", "timestamp": "1970-01-01T00:16:40.000Z", "totalMembers": total,
        "onlineMembers": online, "active": {"games": of_each, "voice": of_each,
            "spotify": of_each, "total": 3 * of_each, "streams": 0, "screenShares": of_each,
            "cameras": 0}})
}

fn streaming(count: u64) -> Value {
    json!({"status": "ready", "timestamp": "1970-01-01T00:16:40.000Z", "isStreaming": count > 0,
        "activeStreamers": count, "streams": 0, "screenShares": count, "cameras": 0})
}

#[tokio::test]
async fn members_who_joined_are_counted_even_if_they_hide_and_as_in_session_health() {
    let site = site();
    assert_eq!(site.operator(STATS).await.json(), stats(0, 0, 0));
    assert_eq!(site.operator(STREAMING).await.json(), streaming(0));

    site.is_busy().await;
    assert_eq!(site.operator(STATS).await.json(), stats(2, 1, 1));
    assert_eq!(site.operator(STREAMING).await.json(), streaming(1));

    site.hides(ALEX, "Alex").await;
    assert_eq!(site.operator(STATS).await.json(), stats(2, 1, 1));
    assert_eq!(site.operator(STREAMING).await.json(), streaming(1));
    let health = site.operator("/api/analytics/session-health").await.json();
    let counted = site.operator(STATS).await.json();
    assert_eq!(health["summary"]["active"], counted["active"]);
    assert_eq!(health["summary"]["activeUsers"], counted["onlineMembers"]);
}

#[tokio::test]
async fn who_did_not_join_is_in_no_count() {
    let site = site();
    site.has_members(&[BEA]).await;
    let guild = Observation::Guild {
        guild: GUILD,
        voices: vec![(ALEX, lounge())],
        activities: Some(vec![(ALEX, vec![game("Factorio"), track()])]),
    };
    site.observes(guild, 990).await;

    assert_eq!(site.operator(STATS).await.json(), stats(1, 0, 0));
    assert_eq!(site.operator(STREAMING).await.json(), streaming(0));
}

#[tokio::test]
async fn somebody_who_streams_and_shares_a_screen_is_one_streamer() {
    let site = site();
    site.has_members(&[ALEX, BEA]).await;
    let stream = MemberActivity {
        kind: PresenceKind::Streaming,
        url: Some("https://www.twitch.tv/alex".to_owned()),
        ..game("Building")
    };
    let only_camera = Voice {
        shares_screen: false,
        has_camera: true,
        connection: [2; 8],
        ..lounge()
    };
    let guild = Observation::Guild {
        guild: GUILD,
        voices: vec![(ALEX, lounge()), (BEA, only_camera)],
        activities: Some(vec![(ALEX, vec![stream])]),
    };
    site.observes(guild, 990).await;

    let answer = site.operator(STREAMING).await.json();

    let counts = ["activeStreamers", "streams", "screenShares", "cameras"];
    assert_eq!(counts.map(|key| answer[key].as_u64()), [Some(1); 4]);
    assert_eq!(answer["isStreaming"], true);
}

#[tokio::test]
async fn without_the_gateway_nobody_knows_what_members_do() {
    let site = site_without_gateway();
    site.is_busy().await;

    for path in [STATS, STREAMING] {
        let answer = site.operator(path).await;
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        assert_eq!(answer.headers["retry-after"], "5");
        assert_eq!(answer.refusal(), "Discord Gateway not ready");
        assert_eq!(answer.json()["code"], "gateway_not_ready");
    }
}
