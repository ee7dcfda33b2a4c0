//! What `/api` answers about members who joined: our own routes, and those of an original design.

use oxeye_db::{
    AwayGuilds, MemberActivity, Observation, PresenceKind, PresenceKinds, Track, UserId, Voice,
};
use serde_json::json;

use super::*;

const GUILD: GuildId = GuildId(7);
const ALEX: UserId = UserId(501);
const BEA: UserId = UserId(502);
const HEALTH: &str = "/api/analytics/session-health";
const RECOVERY: &str = "/api/analytics/recover-sessions";

fn game(name: &str) -> MemberActivity {
    MemberActivity {
        kind: PresenceKind::Game,
        name: name.to_owned(),
        application: None,
        created_at: None,
        starts_at: None,
        details: Some("Wave 7".to_owned()),
        state: None,
        track: None,
        url: None,
    }
}

fn track() -> MemberActivity {
    MemberActivity {
        kind: PresenceKind::Spotify,
        track: Some(Track {
            id: Some("4uLU6h".to_owned()),
            title: "Fast, \"loud\"".to_owned(),
            artists: vec!["Ann".to_owned(), "Bo".to_owned()],
            album: None,
            ends_at: None,
        }),
        ..game("Spotify")
    }
}

fn lounge() -> Voice {
    Voice {
        channel: 70,
        channel_name: Some("Lounge".to_owned()),
        connection: [1; 8],
        shares_screen: true,
        has_camera: false,
        is_deafened: false,
        is_afk_channel: false,
    }
}

impl Site {
    /// Has a guild keep everything, and these users join.
    async fn has_members(&self, users: &[UserId]) {
        let presence = self.database.presence();
        let set_up = presence.set_up(GUILD, PresenceKinds::all(), UnixSeconds(0));
        set_up.await.unwrap();
        for user in users {
            presence.join(GUILD, *user, UnixSeconds(0)).await.unwrap();
        }
    }

    async fn observes(&self, what: Observation, now: i64) {
        let told = self
            .database
            .presence()
            .observe(vec![what], UnixSeconds(now));
        told.await.unwrap();
    }

    /// Alex is in voice, plays and listens since 100, and Bea played from then to 700.
    async fn is_busy(&self) {
        self.has_members(&[ALEX, BEA]).await;
        let guild = Observation::Guild {
            guild: GUILD,
            voices: vec![(ALEX, lounge())],
            activities: Some(vec![
                (ALEX, vec![game("=Factorio"), track()]),
                (BEA, vec![game("=Factorio")]),
            ]),
        };
        self.observes(guild, 100).await;
        for now in (160..=1000).step_by(60) {
            if now == 700 {
                let nothing = Observation::Activities {
                    guild: GUILD,
                    user: BEA,
                    activities: vec![],
                };
                self.observes(nothing, now).await;
            }
            let checkpoint = self.database.presence().checkpoint(UnixSeconds(now));
            checkpoint.await.unwrap();
        }
    }

    async fn cleans_up(&self, body: &str) -> Answer {
        self.operator_posts(HEALTH, body).await
    }
}

#[tokio::test]
async fn a_reader_gets_the_health_of_sessions_without_any_account() {
    let site = site();
    site.is_busy().await;
    let request = Request::builder().uri(format!("{HEALTH}?details=true"));
    let request = request.header(AUTHORIZATION, format!("Bearer {READER}"));

    let answer = site.ask(request.body(Body::empty()).unwrap()).await.json();

    assert_eq!(answer["summary"]["activeUsers"], 1, "{answer}");
    assert!(answer.get("details").is_none(), "{answer}");
    assert!(!answer.to_string().contains("501"), "{answer}");
}

#[tokio::test]
async fn session_health_has_the_fields_of_the_original_design_beside_ours() {
    let site = site();
    site.is_busy().await;

    let health = site.operator(HEALTH).await.json();
    let details = site
        .operator(&format!("{HEALTH}?details=true&staleMinutes=1"))
        .await
        .json();

    assert_eq!(health["status"], "healthy");
    assert_eq!(health["timestamp"], "1970-01-01T00:16:40.000Z");
    let counts = |of: [u64; 4]| {
        let [games, voice, spotify, screens] = of;
        json!({"games": games, "voice": voice, "spotify": spotify,
            "total": games + voice + spotify, "streams": 0, "screenShares": screens, "cameras": 0})
    };
    assert_eq!(
        health["summary"],
        json!({"active": counts([1, 1, 1, 1]), "stale": counts([0; 4]), "activeUsers": 1,
            "staleThresholdMinutes": 5})
    );
    assert_eq!(health["active_session_count"], 0, "{health}");
    assert!(health.get("details").is_none() && health.get("warnings").is_none());
    assert_eq!(details["summary"]["staleThresholdMinutes"], 1);
    let voice = &details["details"]["activeSessions"]["voice"][0];
    assert_eq!(
        voice,
        &json!({"id": voice["id"], "user_id": "501", "guild_id": "7", "channel_id": "70",
            "channel_name": "Lounge", "screen_share_minutes": 15, "screen_share_secs": 900,
            "start_time": "1970-01-01T00:01:40.000Z", "end_time": null, "duration_minutes": 15,
            "duration_secs": 900, "gap_secs": 0, "last_updated": "1970-01-01T00:16:40.000Z",
            "status": "active", "created_at": "1970-01-01T00:01:40.000Z"})
    );
    let track = &details["details"]["activeSessions"]["spotify"][0];
    assert_eq!(track["track_name"], "Fast, \"loud\"");
    assert_eq!(track["artist"], "Ann; Bo");
    assert_eq!(details["details"]["staleSessions"]["games"], json!([]));
    for wrong in ["0", "-1", "1e99", "5.5", "", "five", "99999999999"] {
        let path = format!("{HEALTH}?staleMinutes={wrong}");
        let refused = site.operator(&path).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{wrong}");
        assert!(refused.refusal().contains("staleMinutes"), "{wrong}");
    }
}

#[tokio::test]
async fn more_than_five_stale_sessions_are_a_warning() {
    let site = site();
    let users: Vec<_> = (501..=506).map(UserId).collect();
    site.has_members(&users).await;
    for user in users {
        let plays = Observation::Activities {
            guild: GUILD,
            user,
            activities: vec![game("Factorio")],
        };
        site.observes(plays, 500).await;
    }
    let guilds = AwayGuilds::All;
    site.observes(Observation::Away { guilds }, 600).await;

    let health = site.operator(HEALTH).await.json();
    let patient = format!("{HEALTH}?staleMinutes=10");
    let patient = site.operator(&patient).await.json();

    assert_eq!(health["summary"]["stale"]["total"], 6);
    assert_eq!(
        health["warnings"],
        json!(["High number of stale sessions detected: 6 sessions older than 5 minutes"])
    );
    assert!(patient.get("warnings").is_none());
    // However patient the request: after 5 minutes of silence a session ends anyway.
    let done = site.cleans_up(r#"{"staleMinutes": 10}"#).await.json();
    assert_eq!(done["results"]["endedSessions"], 6);
    let health = site.operator(HEALTH).await.json();
    assert_eq!(health["summary"]["active"]["total"], 0);
}

#[tokio::test]
async fn a_clean_up_takes_any_body_but_wrong_values_and_huge_ones() {
    let site = site();
    site.is_busy().await;

    for body in [
        "",
        "{}",
        "not json",
        "{\"staleMinutes\": ",
        "[]",
        "null",
        "7",
        r#"{"staleMinutes": 3, "forceCleanup": true}"#,
        r#"{"staleMinutes": null, "other": [1]}"#,
    ] {
        let done = site.cleans_up(body).await;
        assert_eq!(done.status, StatusCode::OK, "{body}");
        let done = done.json();
        assert_eq!(done["status"], "success", "{body}");
        assert_eq!(done["message"], "Session cleanup completed");
        assert_eq!(
            done["results"],
            json!({"progressUpdated": true, "staleSessionsCleaned": true,
                "validationPerformed": true, "activeSessions": 4, "endedSessions": 0,
                "timestamp": "1970-01-01T00:16:40.000Z"})
        );
        assert_eq!(done["closed_session_count"], 0);
    }
    for wrong in ["0", "-1", "1e99", "2.5", "\"3\"", "[3]", "99999999999"] {
        let body = format!(r#"{{"staleMinutes": {wrong}}}"#);
        let refused = site.cleans_up(&body).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        assert!(!refused.refusal().is_empty());
    }
    let huge = site.cleans_up(&" ".repeat(BODY_LIMIT + 1)).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[tokio::test]
async fn a_recovery_names_the_members_whose_sessions_go_on() {
    let site = site();
    site.is_busy().await;

    let plan = site.operator(RECOVERY).await.json();
    let done = site.ask(post(RECOVERY, OPERATOR, Body::empty())).await;

    assert_eq!(plan["status"], "ready");
    assert_eq!(plan["done"], false);
    assert_eq!(
        plan["summary"],
        json!({"totalMembers": 2, "onlineMembers": 1, "potentialGameSessions": 1,
            "potentialSpotifySessions": 1, "potentialVoiceSessions": 1})
    );
    let member = &plan["potentialSessions"][0];
    assert_eq!(member["userId"], "501");
    assert_eq!(
        member["voiceChannel"],
        json!({"id": "70", "name": "Lounge", "streaming": true})
    );
    let mut activities = member["activities"].as_array().unwrap().clone();
    activities.sort_by_key(|activity| activity["type"].as_u64());
    assert_eq!(
        json!(activities),
        json!([
            {"type": 0, "name": "=Factorio", "details": "Wave 7", "state": null},
            {"type": 2, "name": "Spotify", "details": "Fast, \"loud\"", "state": "Ann; Bo"},
        ])
    );
    assert_eq!(done.status, StatusCode::OK);
    let done = done.json();
    assert_eq!(done["done"], true);
    assert_eq!(done["status"], "success");
    let results = &done["results"];
    assert_eq!(results["recoveredSessions"], 3);
    let member = &results["activeUserDetails"][0];
    assert_eq!(member["currentGame"], "=Factorio");
    assert_eq!(
        member["currentSpotify"],
        json!({"track": "Fast, \"loud\"", "artist": "Ann; Bo"})
    );
    assert!(member["voiceSessionId"].is_i64() && member["isInVoice"] == true);
}

#[tokio::test]
async fn without_the_gateway_a_recovery_is_of_players_only() {
    let site = site_without_gateway();
    site.is_busy().await;

    let plan = site.operator(RECOVERY).await;
    let done = site.ask(post(RECOVERY, OPERATOR, Body::empty())).await;

    for (answer, is_done) in [(plan, false), (done, true)] {
        assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(answer.headers["retry-after"], "5");
        assert_eq!(answer.refusal(), "Discord Gateway not ready");
        let answer = answer.json();
        assert_eq!(answer["status"], "error");
        assert_eq!(answer["code"], "gateway_not_ready");
        assert_eq!(answer["timestamp"], "1970-01-01T00:16:40.000Z");
        assert_eq!(answer["done"], is_done);
    }
    let health = site.operator("/api/health").await.json();
    assert_eq!(health["services"]["discord_gateway"], "not_ready");
}

#[tokio::test]
async fn health_says_how_the_services_are() {
    let site = site();
    site.is_busy().await;

    let answer = site.operator("/api/health").await;

    assert_eq!(answer.headers["cache-control"], "no-store");
    let health = answer.json();
    assert_eq!(health["status"], "ok");
    assert_eq!(health["version"], env!("CARGO_PKG_VERSION"));
    assert!(health["uptime"].is_u64());
    let services = &health["services"];
    assert_eq!(services["analytics_sessions"], 4);
    assert_eq!(services["analytics_active_users"], 1);
    assert_eq!(services["member_count"], 2);
    assert_eq!(services["analytics_validation"], "real-time");
}

#[tokio::test]
async fn one_user_has_figures_by_game_channel_and_artist() {
    let site = site();
    site.is_busy().await;

    let alex = site.operator("/api/analytics/user/501?timeRange=1d").await;
    let alex = alex.json();
    let nobody = site.operator("/api/analytics/user/503").await.json();

    assert_eq!(alex["success"], true);
    assert_eq!(alex["userId"], "501");
    assert_eq!(alex["timeRange"], "1d");
    assert_eq!(alex["dateRange"]["endDate"], "1970-01-01");
    let data = &alex["data"];
    assert_eq!(
        data["gameSessions"],
        json!([{"game_name": "=Factorio", "session_count": 1, "total_minutes": 15,
            "total_secs": 900, "avg_minutes": 15, "first_played": "1970-01-01T00:01:40.000Z",
            "last_played": "1970-01-01T00:01:40.000Z"}])
    );
    assert_eq!(data["voiceActivity"][0]["screen_share_minutes"], 15);
    assert_eq!(
        data["spotifyActivity"],
        json!([{"artist": "Ann; Bo", "plays_count": 1, "unique_tracks": 1}])
    );
    assert_eq!(data["topTracks"][0]["play_count"], 1);
    assert_eq!(data["totals"]["totalGameTime"], 15);
    assert_eq!(data["totals"]["totalSongsPlayed"], 1);
    assert_eq!(data["recentSessions"].as_array().unwrap().len(), 2);
    assert_eq!(nobody["timeRange"], "30d");
    assert_eq!(nobody["data"]["totals"]["gamesPlayed"], 0);
    for range in ["7d", "monthly", "90d", "all"] {
        let path = format!("/api/analytics/user/501?timeRange={range}");
        assert_eq!(site.operator(&path).await.json()["timeRange"], range);
    }
}

#[tokio::test]
async fn users_and_ranges_that_are_none_are_refused_with_a_sentence() {
    let site = site();
    site.is_busy().await;

    for (path, words) in [
        ("/api/analytics/user/alex", "number of a Discord account"),
        ("/api/analytics/user/-1", "number of a Discord account"),
        (
            "/api/analytics/user/18446744073709551616",
            "number of a Discord account",
        ),
        (
            "/api/analytics/user/501?timeRange=2d",
            "timeRange is 1d, 7d",
        ),
        ("/api/analytics/user/501?timeRange=", "timeRange is 1d, 7d"),
        ("/api/analytics/export?format=xml", "format is json or csv"),
        (
            "/api/analytics/export?tables=users",
            "the tables are game_sessions",
        ),
        (
            "/api/analytics/export?tables=",
            "the tables are game_sessions",
        ),
        (
            "/api/analytics/export?startDate=yesterday",
            "a date looks like",
        ),
        (
            "/api/guilds/7/presence/users/0x1f",
            "number of a Discord account",
        ),
        ("/api/guilds/7/presence/top?kind=Voice", "a kind is voice"),
        ("/api/guilds/7/presence/top?range=2w", "a range is today"),
        ("/api/guilds/7/presence/top?limit=0", "a limit is"),
        ("/api/guilds/seven/presence", "a guild id is a number"),
    ] {
        let refused = site.operator(path).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{path}");
        let sentence = refused.refusal();
        assert!(sentence.contains(words), "{path}: {sentence}");
    }
    let unknown = site.operator("/api/guilds/7/presence/users/503").await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(unknown.json()["code"], "not_joined");
}

#[tokio::test]
async fn an_export_has_every_session_in_its_table() {
    let site = site();
    site.is_busy().await;

    let all = site.operator("/api/analytics/export").await.json();
    let some = "/api/analytics/export?format=json&tables=daily_snapshots,%20voice_sessions&endDate=1969-12-31";
    let some = site.operator(some).await.json();
    let csv = site
        .operator("/api/analytics/export?format=csv")
        .await
        .json();

    assert_eq!(all["success"], true);
    assert_eq!(all["metadata"]["format"], "json");
    assert_eq!(all["data"]["game_sessions"].as_array().unwrap().len(), 2);
    assert_eq!(all["data"]["game_sessions"][1]["status"], "ended");
    assert_eq!(all["data"]["game_sessions"][1]["duration_minutes"], 10);
    assert_eq!(all["data"]["streaming_sessions"], json!([]));
    assert_eq!(
        all["summary"],
        json!({"totalRecords": 4, "tableRecordCounts": {"game_sessions": 2, "voice_sessions": 1,
            "spotify_sessions": 1, "streaming_sessions": 0}})
    );
    assert_eq!(
        some["data"],
        json!({"daily_snapshots": [], "voice_sessions": []})
    );
    let games = csv["files"]["game_sessions.csv"].as_str().unwrap();
    let lines: Vec<_> = games.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(lines[0].starts_with("id,user_id,game_name,"), "{games}");
    assert!(lines[1].contains(",501,'=Factorio,"), "{games}");
    let tracks = csv["files"]["spotify_sessions.csv"].as_str().unwrap();
    assert!(tracks.contains(",\"Fast, \"\"loud\"\"\","), "{tracks}");
    assert!(csv["files"].get("streaming_sessions.csv").is_none());
    assert_eq!(csv["summary"]["totalRecords"], 4);
}

#[tokio::test]
async fn a_guild_has_routes_of_our_own() {
    let site = site();
    let before = site.operator("/api/presence").await.json();
    site.is_busy().await;

    let kept = site.operator("/api/guilds/7/presence").await.json();
    let voice = site.operator("/api/guilds/7/presence/voice").await.json();
    let top = site.operator("/api/guilds/7/presence/top?range=all").await;
    let artists = site
        .operator("/api/guilds/7/presence/top?kind=spotify&range=all")
        .await
        .json();
    let alex = site.operator("/api/guilds/7/presence/users/501?range=all");
    let alex = alex.await.json();

    assert_eq!(before, json!([]));
    assert_eq!(
        kept,
        json!({"guild_id": "7", "kinds": ["voice", "screen_share", "camera", "game", "streaming",
            "spotify"], "member_count": 2, "in_voice_count": 1, "day_count": 30})
    );
    assert_eq!(site.operator("/api/presence").await.json(), json!([kept]));
    assert_eq!(
        voice["members"],
        json!([{"user_id": "501", "channel_id": "70", "channel": "Lounge", "since_at": 100,
            "shares_screen": true, "has_camera": false}])
    );
    assert_eq!(
        top.json(),
        json!({"guild_id": "7", "range": "all", "time_zone": "UTC", "kind": "game",
            "total_secs": 1500, "member_count": 2, "figures": [{"game": "=Factorio",
                "application_id": null, "total_secs": 1500, "member_count": 2}]})
    );
    let names = artists["figures"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|figure| figure["artist"].clone()).collect();
    assert_eq!(names, ["Ann", "Bo"]);
    assert_eq!(alex["joined_at"], 0);
    assert_eq!(alex["session_count"], 4);
    assert_eq!(alex["tops"].as_array().unwrap().len(), 4);
    assert_eq!(
        alex["played_together"],
        json!([{"user_id": "502", "total_secs": 600, "games": ["=Factorio"]}])
    );
    let other = site.operator("/api/guilds/8/presence/voice").await.json();
    assert_eq!(other, json!({"guild_id": "8", "members": []}));
}

#[tokio::test]
async fn the_file_of_members_is_copied_once_there_is_one() {
    let site = site();

    let before = site.operator("/api/backup/presence").await;
    site.is_busy().await;
    let copy = site.operator("/api/backup/presence").await;

    assert_eq!(before.status, StatusCode::NO_CONTENT);
    assert_eq!(copy.status, StatusCode::OK);
    assert!(copy.body.starts_with(b"SQLite format 3\0"));
}
