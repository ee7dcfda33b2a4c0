//! How `/api` shows that sessions are healthy, ends stale ones, and plans a recovery.

use oxeye_db::AwayGuilds;

use super::*;

const HEALTH: &str = "/api/analytics/session-health";
const RECOVERY: &str = "/api/analytics/recover-sessions";

impl Site {
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
async fn the_status_is_the_health_of_members_sessions_alone() {
    let site = site();
    site.is_busy().await;

    let status = site.operator("/api/analytics/status").await.json();

    let health = site.operator(HEALTH).await.json();
    assert_eq!(
        status,
        json!({"status": "healthy", "timestamp": "1970-01-01T00:16:40.000Z",
            "summary": health["summary"]})
    );
    assert_eq!(status["summary"]["active"]["total"], 3);
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
    assert_eq!(health["skipped_activity_count"], 3);
    let services = &health["services"];
    let sessions = site.operator("/api/analytics/session-health").await.json();
    assert_eq!(services["analytics_sessions"], 3);
    assert_eq!(sessions["summary"]["active"]["total"], 3);
    assert_eq!(services["analytics_active_users"], 1);
    assert_eq!(services["member_count"], 2);
    assert_eq!(services["analytics_validation"], "real-time");
    assert_eq!(health["environment"], "development");
    let system = &health["system"];
    assert_eq!(system["memory"]["unit"], "MB");
    assert!(system["platform"].is_string() && system.get("node_version").is_none());
    #[cfg(target_os = "linux")]
    {
        let megabytes = |key: &str| system["memory"][key].as_u64().unwrap();
        assert!(0 < megabytes("used") && megabytes("used") < megabytes("total"));
        assert_eq!(system["platform"], "linux");
    }
}

#[tokio::test]
async fn a_head_of_health_is_its_status_without_a_body() {
    let (site, failing) = (site(), site());
    failing.database.close().await;
    let head = |token: &str| {
        let request = Request::head("/api/health");
        let request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        request.body(Body::empty()).unwrap()
    };

    let answer = site.ask(head(OPERATOR)).await;
    let failed = failing.ask(head(OPERATOR)).await;
    let stranger = site.ask(head("guessed")).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert!(answer.body.is_empty());
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn while_events_are_refused_health_is_a_503_with_the_same_report() {
    let site = site();
    site.database.close().await;

    let answer = site.operator("/api/health").await;

    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.headers["cache-control"], "no-store");
    assert_eq!(answer.headers["retry-after"], "5");
    assert!(answer.refusal().contains("cannot write to its store"));
    let health = answer.json();
    assert_eq!(health["code"], "store_not_writable");
    assert_eq!(health["status"], "failing");
    assert_eq!(health["store_ok"], false);
    assert_eq!(health["warnings"][0]["type"], "store_not_writable");
    assert_eq!(health["services"]["analytics_db"], "unhealthy");
    assert!(health["system"]["memory"].is_object());
}
