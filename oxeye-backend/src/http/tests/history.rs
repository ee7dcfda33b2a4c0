//! What `/api` answers about the past.

use oxeye_db::{JoinEvent, LeaveEvent, ServerId};
use oxeye_plugin_proto::PlayerName;
use serde_json::json;

use super::*;

fn player(name: &str) -> PlayerName {
    PlayerName::try_from(name).unwrap()
}

async fn join(site: &Site, server: ServerId, name: &str, at: i64) {
    let event = JoinEvent {
        player: player(name),
        texture_hash: None,
        uuid: None,
        at: None,
    };
    let joined = site.database.player_join(server, event, UnixSeconds(at));
    joined.await.unwrap();
}

async fn leave(site: &Site, server: ServerId, name: &str, at: i64) {
    let event = LeaveEvent {
        player: player(name),
        at: None,
    };
    let left = site.database.player_leave(server, event, UnixSeconds(at));
    left.await.unwrap();
}

/// Creates a site at the time 1000. Alex was online from 100 to 400 and has been again since 900; jeb_ was online
/// from 200 to 300.
async fn site_with_a_past() -> Site {
    let site = site();
    let key = site.linked().await;
    let server = site
        .database
        .authenticate(&key, UnixSeconds(1000))
        .unwrap()
        .id;
    join(&site, server, "Alex", 100).await;
    join(&site, server, "jeb_", 200).await;
    leave(&site, server, "jeb_", 300).await;
    leave(&site, server, "Alex", 400).await;
    join(&site, server, "Alex", 900).await;
    site.post("/sync", &key, r#"{"players": ["Alex"]}"#).await;
    site
}

const SERVER: &str = "/api/servers/0/survival";

#[tokio::test]
async fn a_player_is_described() {
    let site = site_with_a_past().await;

    let alex = site.operator(&format!("{SERVER}/players/Alex")).await;

    assert_eq!(
        alex.json(),
        json!({"guild_id": "0", "server": "survival", "player": "Alex", "former_names": [], "until_at": null,
            "joined_at": 900, "first_seen_at": 100, "last_seen_at": 1000, "session_count": 2, "longest_session_secs": 300,
            "average_session_secs": 200, "playtime": {"total_secs": 400, "today_secs": 400, "week_secs": 400,
            "month_secs": 400, "last_days_secs": 400}, "day_count": 30, "time_zone": "UTC", "imported_secs": 0, "uuids": []})
    );
    let elsewhere = site
        .operator(&format!("{SERVER}/players/Alex?tz=Pacific/Apia&days=1"))
        .await;
    assert_eq!(elsewhere.json()["time_zone"], "Pacific/Apia");
    assert_eq!(elsewhere.json()["playtime"]["last_days_secs"], 400);
}

#[tokio::test]
async fn the_accounts_of_a_player_are_listed() {
    let site = site();
    let key = site.linked().await;
    let join = r#"{"player": "Alex", "uuid": "853c80ef3c3749fdaa49938b674adae6"}"#;
    site.post("/join", &key, join).await;

    let alex = site.operator(&format!("{SERVER}/players/Alex")).await;

    assert_eq!(
        alex.json()["uuids"],
        json!([{"uuid": "853c80ef-3c37-49fd-aa49-938b674adae6", "kind": "online",
            "first_reported_at": 1000, "last_reported_at": 1000}])
    );
}

#[tokio::test]
async fn names_in_another_case_are_found_if_only_one_matches() {
    let site = site_with_a_past().await;
    let server = "/api/servers/0/SURVIVAL";

    let alex = site.operator(&format!("{server}/players/aLEX")).await;
    assert_eq!(alex.json()["player"], "Alex");
    assert_eq!(alex.json()["server"], "survival");
    let sessions = site
        .operator(&format!("{server}/players/JEB_/sessions"))
        .await;
    assert_eq!(sessions.json()["player"], "jeb_");
    let nobody = site.operator(&format!("{server}/players/nobody")).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);

    let key = site.linked_as("creative").await;
    site.post("/join", &key, r#"{"player": "Alex"}"#).await;
    site.post("/join", &key, r#"{"player": "ALEX"}"#).await;
    let server = "/api/servers/0/Creative";
    let two_players = site.operator(&format!("{server}/players/alex")).await;
    assert_eq!(two_players.status, StatusCode::NOT_FOUND);
    let exactly = site.operator(&format!("{server}/players/ALEX")).await;
    assert_eq!(exactly.json()["player"], "ALEX");
}

#[tokio::test]
async fn players_and_sessions_come_in_pages() {
    let site = site_with_a_past().await;

    let first = site.operator(&format!("{SERVER}/players?limit=1")).await;
    let second = site
        .operator(&format!("{SERVER}/players?limit=1&after=Alex"))
        .await;
    assert_eq!(
        first.json(),
        json!({"guild_id": "0", "server": "survival", "players": [{"player": "Alex", "former_names": [], "until_at": null, "playtime_secs": 400,
            "session_count": 2, "last_seen_at": 1000, "imported_secs": 0}], "next": "Alex", "player_count": 2})
    );
    assert_eq!(second.json()["players"][0]["player"], "jeb_");
    assert_eq!(second.json()["next"], json!(null));

    let path = format!("{SERVER}/players/Alex/sessions");
    let first = site.operator(&format!("{path}?limit=1")).await.json();
    let next = first["next"].as_str().unwrap();
    let second = site.operator(&format!("{path}?before={next}")).await.json();
    assert_eq!(
        first["sessions"],
        json!([{"joined_at": 900, "left_at": null, "ended": null}])
    );
    assert_eq!(
        second,
        json!({"guild_id": "0", "server": "survival", "player": "Alex",
            "sessions": [{"joined_at": 100, "left_at": 400, "ended": "left"}],
            "next": null, "known_until_at": 1000})
    );
}

#[tokio::test]
async fn players_are_found_by_how_their_names_begin() {
    let site = site_with_a_past().await;

    let found = async |query: &str| {
        let answer = site.operator(&format!("{SERVER}/players?{query}")).await;
        let answer = answer.json();
        let players = answer["players"].as_array().unwrap().clone();
        let names: Vec<_> = players.iter().map(|one| one["player"].clone()).collect();
        (json!(names), answer["player_count"].clone())
    };

    assert_eq!(found("prefix=").await, (json!(["Alex", "jeb_"]), json!(2)));
    assert_eq!(found("prefix=ALE").await, (json!(["Alex"]), json!(1)));
    assert_eq!(found("prefix=jeb_&after=Alex").await.0, json!(["jeb_"]));
    assert_eq!(found("prefix=jeb_&after=jeb_").await, (json!([]), json!(1)));
    assert_eq!(found("prefix=lex").await, (json!([]), json!(0)));
}

#[tokio::test]
async fn sessions_of_a_time_are_those_that_touch_it() {
    let site = site_with_a_past().await;

    let ask = async |query: &str| {
        let path = format!("{SERVER}/players/Alex/sessions?{query}");
        site.operator(&path).await
    };
    let joined = async |query: &str| {
        let sessions = ask(query).await.json()["sessions"].clone();
        let sessions = sessions.as_array().unwrap().iter();
        let joined = sessions.map(|session| session["joined_at"].as_i64().unwrap());
        joined.collect::<Vec<_>>()
    };

    assert_eq!(joined("from=399").await, [900, 100]);
    assert_eq!(joined("from=400").await, [900]);
    assert_eq!(joined("to=900").await, [100]);
    assert_eq!(joined("to=901&limit=1").await, [900]);
    assert_eq!(joined("from=150&to=160").await, [100]);
    assert_eq!(joined("from=500&to=600").await, [0_i64; 0]);
    for query in ["from=600&to=600", "from=600&to=500"] {
        let refused = ask(query).await;
        assert_eq!(refused.status, StatusCode::BAD_REQUEST, "{query}");
        let refusal = refused.refusal();
        assert!(
            refusal.contains("from must be earlier than to"),
            "{refusal}"
        );
    }
}

#[tokio::test]
async fn the_player_who_played_most_comes_first() {
    let site = site_with_a_past().await;
    let standing = |place: u64, player: &str, playtime: u64, sessions: u64| {
        let amount = playtime as f64;
        json!({"place": place, "player": player, "former_names": [], "until_at": null, "amount": amount,
            "playtime_secs": playtime, "session_count": sessions})
    };
    let standings = json!([standing(1, "Alex", 400, 2), standing(2, "jeb_", 100, 1)]);

    let top = site
        .operator(&format!("{SERVER}/leaderboard?range=today"))
        .await;
    assert_eq!(
        top.json(),
        json!({"guild_id": "0", "server": "survival", "what": "playtime", "range": "today",
            "time_zone": "UTC", "from_at": 0, "offset": 0, "players": standings, "player_count": 2})
    );
    let top = site
        .operator("/api/guilds/0/leaderboard?range=all&limit=5")
        .await;
    assert_eq!(
        top.json(),
        json!({"guild_id": "0", "server": null, "what": "playtime", "range": "all",
            "time_zone": "UTC", "from_at": null, "offset": 0, "players": standings, "player_count": 2})
    );
    let top = site
        .operator(&format!("{SERVER}/leaderboard?limit=1"))
        .await;
    assert_eq!(top.json()["players"].as_array().unwrap().len(), 1);
    assert_eq!(top.json()["range"], "week");
    let top = site
        .operator(&format!(
            "{SERVER}/leaderboard?what=visits&range=all&offset=1"
        ))
        .await;
    assert_eq!(top.json()["players"][0]["player"], "jeb_");
    assert_eq!(top.json()["players"][0]["place"], 2);
    assert_eq!(
        (&top.json()["offset"], &top.json()["player_count"]),
        (&json!(1), &json!(2))
    );
}

#[tokio::test]
async fn the_players_online_at_a_moment_are_listed() {
    let site = site_with_a_past().await;

    let then = site.operator(&format!("{SERVER}/online?at=250")).await;
    assert_eq!(
        then.json(),
        json!({"guild_id": "0", "server": "survival", "at": 250, "known_until_at": 1000, "players": [
            {"player": "Alex", "joined_at": 100, "left_at": 400},
            {"player": "jeb_", "joined_at": 200, "left_at": 300}]})
    );
    let now = site.operator(&format!("{SERVER}/online")).await;
    assert_eq!(
        now.json()["players"],
        json!([{"player": "Alex", "joined_at": 900, "left_at": null}])
    );
}

#[tokio::test]
async fn a_headcount_is_given_step_by_step() {
    let site = site_with_a_past().await;

    let chart = site
        .operator(&format!("{SERVER}/headcount?from=0&to=2000&step=400s"))
        .await;
    assert_eq!(
        chart.json(),
        json!({"guild_id": "0", "server": "survival", "from_at": 0, "to_at": 1000, "step_secs": 400,
            "time_zone": "UTC", "known_until_at": 1000, "steps": [
            {"from_at": 0, "average_count": 1.0, "peak_count": 2, "player_count": 2},
            {"from_at": 400, "average_count": 0.0, "peak_count": 0, "player_count": 0},
            {"from_at": 800, "average_count": 0.5, "peak_count": 1, "player_count": 1}]})
    );
    let by_day = site
        .operator(&format!("{SERVER}/headcount?from=0&step=day"))
        .await
        .json();
    assert_eq!(by_day["step"], "day");
    assert_eq!(by_day.get("step_secs"), None, "{by_day}");
    let busiest = site.operator(&format!("{SERVER}/busiest?range=all")).await;
    // The first of January 1970 was a Thursday.
    assert_eq!(busiest.json()["weekdays"][3][0], 500.0 / 900.0);
    assert_eq!(busiest.json()["weekdays"][3][1], json!(null));
    assert_eq!(busiest.json()["from_at"], 100);
}

#[tokio::test]
async fn the_occupancy_counts_different_players() {
    let site = site_with_a_past().await;

    let guild = json!({"guild_id": "0", "player_count": 1, "servers": [{"guild_id": "0", "server": "survival",
        "state": "online", "state_since_at": 100, "online_count": 1, "heard_at": 1000}]});
    let occupancy = site.operator("/api/guilds/0/occupancy").await;
    assert_eq!(occupancy.json(), guild);
    let occupancy = site.operator("/api/occupancy").await;
    assert_eq!(
        occupancy.json(),
        json!({"player_count": 1, "guilds": [guild]})
    );
}

#[tokio::test]
async fn an_unknown_player_or_server_is_not_found() {
    let site = site_with_a_past().await;

    for path in ["players/nobody", "players/nobody/sessions"] {
        let answer = site.operator(&format!("{SERVER}/{path}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(
            answer
                .refusal()
                .starts_with("Nothing is known about a player")
        );
    }
    for path in [
        "players",
        "players/Alex",
        "players/Alex/sessions",
        "leaderboard",
        "online",
        "headcount",
        "busiest",
    ] {
        let path = format!("/api/servers/7/survival/{path}");
        let answer = site.operator(&path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert!(answer.refusal().starts_with("There is no server"));
        let locked = site.ask(plain("GET", &path)).await;
        assert_eq!(locked.status, StatusCode::UNAUTHORIZED, "{path}");
    }
}

#[tokio::test]
async fn invalid_parameters_are_refused_with_the_reason() {
    let site = site_with_a_past().await;

    for (question, why) in [
        ("leaderboard?range=yesterday", "range: a range is today"),
        ("leaderboard?tz=Mars", "tz: a time zone is written"),
        (
            "leaderboard?offset=-1",
            "offset: this is no whole number from 0 on",
        ),
        (
            "leaderboard?what=bells",
            "what: there is no counter \"bells\"",
        ),
        (
            "leaderboard?what=deaths",
            "what: \"deaths\" is counted on all servers",
        ),
        ("leaderboard?limit=0", "limit: a limit is a whole number"),
        ("leaderboard?limit=many", "limit: a limit is a whole number"),
        (
            "leaderboard?rang=today",
            "URL cannot be used: there is no `rang`, only `range`, `tz`, `limit`, `offset` and `what`",
        ),
        (
            "leaderboard?range=today&range=all",
            "URL cannot be used: `range` is there twice",
        ),
        ("online?at=1001", "lies in the future"),
        ("online?at=noon", "at: a time is a number"),
        ("online?at=1700000000000", "looks like milliseconds"),
        ("online?at=-1", "before 1970"),
        ("headcount?step=1d", "step: a step is"),
        ("headcount?from=5&to=5", "from must be earlier than to"),
        ("headcount?from=5000", "from must be earlier than to"),
        ("headcount?from=900&step=0s", "step: a step is"),
        ("players?after=%20", "after: a player name"),
        ("players/Alex?days=0", "days is a whole number from 1"),
        (
            "players/Alex?days=x",
            "days: this is no whole number from 0 on",
        ),
        ("players/Alex?days=70000", "days: the number is too large"),
        ("players/%20", "a player name must not"),
        (
            "players/Alex/sessions?before=1",
            "before: this is not a valid position",
        ),
    ] {
        let answer = site.operator(&format!("{SERVER}/{question}")).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{question}");
        let sentence = answer.refusal();
        assert!(
            sentence.starts_with("The URL cannot be used: ") && sentence.contains(why),
            "{question}: {sentence}"
        );
    }
    let answer = site.operator("/api/guilds/x/occupancy").await;
    assert!(answer.refusal().contains("a guild id is a number"));
    let answer = site.operator("/api/guilds/0/presence/users/x").await;
    assert!(answer.refusal().contains("a user id is the number"));
}
