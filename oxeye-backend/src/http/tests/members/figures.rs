//! The figures of one user, and exports of sessions.

use super::*;

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
