//! Backup, export and import, and forgetting a player.

use super::*;

#[tokio::test]
async fn the_operator_gets_a_copy_of_the_store_and_nobody_else_does() {
    let site = site();
    let key = site.linked().await;

    let copy = site.operator("/api/backup").await;

    assert_eq!(copy.status, StatusCode::OK);
    assert_eq!(copy.headers[CONTENT_TYPE], "application/vnd.sqlite3");
    assert_eq!(
        copy.headers["content-length"],
        copy.body.len().to_string().as_str()
    );
    assert!(copy.body.starts_with(b"SQLite format 3\0"));
    let refused = site.ask(get("/api/backup", key.expose())).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(refused.refusal().contains("operator token"));
}

const HEADER: &str = r#"{"oxeye":3,"exported_at":900}"#;

const OLD_HEADER: &str = r#"{"oxeye":1,"exported_at":900}"#;

/// The header of the version before UUIDs.
const WITHOUT_UUIDS: &str = r#"{"oxeye":2,"exported_at":900}"#;

fn session(player: &str, joined_at: u64) -> String {
    let left_at = joined_at + 5;
    format!(
        r#"{{"type":"session","guild_id":"0","server":"survival","player":"{player}","joined_at":{joined_at},"left_at":{left_at},"ended":"left","seen_at":{left_at}}}"#
    )
}

async fn import(site: &Site, path: &str, lines: &[&str]) -> Answer {
    site.ask(post(path, OPERATOR, lines.join("\n"))).await
}

#[tokio::test]
async fn imported_lines_are_exported_unchanged() {
    let site = site();
    let (alex, steve) = (session("Alex", 10), session("Steve", 20));
    let lines = [HEADER, &alex, "", &steve];

    let imported = import(&site, "/api/import", &lines).await;
    let again = import(&site, "/api/import", &lines).await;
    let elsewhere = import(&site, "/api/import?guild_id=7", &lines[..2]).await;
    let exported = site.operator("/api/export").await;

    assert_eq!(
        imported.json(),
        serde_json::json!({"added_count": 2, "skipped_count": 0, "server_count": 1, "uuid_left_out_count": 0, "ambiguous_member_count": 0, "activity_left_out_count": 0, "retentions_left_out": []})
    );
    assert_eq!(
        again.json(),
        serde_json::json!({"added_count": 0, "skipped_count": 2, "server_count": 0, "uuid_left_out_count": 0, "ambiguous_member_count": 0, "activity_left_out_count": 0, "retentions_left_out": []})
    );
    assert_eq!(elsewhere.json()["server_count"], 1);
    assert_eq!(exported.headers[CONTENT_TYPE], "application/x-ndjson");
    let text = String::from_utf8(exported.body.to_vec()).unwrap();
    let mut lines = text.lines();
    assert_eq!(lines.next(), Some(r#"{"oxeye":7,"exported_at":1000}"#));
    let lines: Vec<_> = lines.collect();
    assert!(lines.contains(&alex.as_str()) && lines.contains(&steve.as_str()));
    assert!(lines.contains(&r#"{"type":"server","guild_id":"0","server":"survival"}"#));
    assert!(
        lines.contains(
            &alex
                .replace(r#""guild_id":"0""#, r#""guild_id":"7""#)
                .as_str()
        )
    );
}

#[tokio::test]
async fn an_old_export_is_imported_unless_its_guild_id_was_rounded() {
    let site = site();
    let server =
        |guild: &str| format!(r#"{{"type":"server","guild_id":{guild},"name":"survival"}}"#);
    let exact = server("1234567890123456789");
    let rounded = server("1234567890123456800");

    let taken = import(&site, "/api/import", &[OLD_HEADER, &server("7"), &exact]).await;
    assert_eq!(taken.json()["server_count"], 2);
    for (header, line) in [(OLD_HEADER, &rounded), (HEADER, &exact), (HEADER, &rounded)] {
        let refused = import(&site, "/api/import", &[header, line]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let refusal = refused.refusal();
        assert!(
            refusal.contains("line 2: ") && refusal.contains("string"),
            "{refusal}"
        );
    }
    let servers = site.operator("/api/servers").await.json();
    let servers = servers.as_array().unwrap();
    let guilds: Vec<_> = servers.iter().map(|server| &server["guild_id"]).collect();
    assert_eq!(guilds, ["7", "1234567890123456789"]);

    let into = import(&site, "/api/import?guild_id=7", &[OLD_HEADER, &rounded]).await;
    assert_eq!(into.json()["server_count"], 0, "it is known");
    let as_string = server("\"1234567890123456800\"");
    let written = import(&site, "/api/import", &[OLD_HEADER, &as_string]).await;
    assert_eq!(written.json()["server_count"], 1);
}

#[tokio::test]
async fn a_bad_line_ends_an_import_and_its_portion_is_not_imported() {
    let site = site();
    let alex = session("Alex", 10);

    let answer = import(&site, "/api/import", &[HEADER, &alex, "{}", &alex]).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        answer.refusal().contains("line 3: "),
        "{}",
        answer.refusal()
    );
    let exported = site.operator("/api/export").await;
    assert_eq!(
        exported.body.iter().filter(|byte| **byte == b'\n').count(),
        1
    );

    let many: Vec<String> = (0..600).map(|number| session("Alex", number)).collect();
    let mut lines = vec![HEADER];
    lines.extend(many.iter().step_by(6).map(String::as_str));
    let long = format!(r#"{{"type":"{}"}}"#, "x".repeat(9_000));
    lines.push(&long);
    let answer = import(&site, "/api/import", &lines).await;
    assert!(
        answer.refusal().contains("line 102 is longer"),
        "{}",
        answer.refusal()
    );
}

#[tokio::test]
async fn an_export_from_before_uuids_is_imported() {
    let site = site();
    let alex = session("Alex", 10);

    let imported = import(&site, "/api/import", &[WITHOUT_UUIDS, &alex]).await;

    assert_eq!(imported.json()["added_count"], 1);
}

#[tokio::test]
async fn a_file_that_is_not_an_export_is_refused() {
    let site = site();
    let newer = r#"{"oxeye":8,"exported_at":900}"#;

    for (lines, words) in [
        (vec![], "not the first line"),
        (vec![session("Alex", 10)], "not the first line"),
        (vec!["SQLite format 3\0".to_owned()], "not the first line"),
        (vec![newer.to_owned()], "version 8"),
    ] {
        let lines: Vec<_> = lines.iter().map(String::as_str).collect();
        let answer = import(&site, "/api/import", &lines).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.refusal().contains(words), "{}", answer.refusal());
    }
    let answer = import(&site, "/api/import?guild_id=many", &[HEADER]).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_player_is_forgotten_only_under_the_exact_name() {
    let site = site();
    let key = site.linked().await;
    site.post("/sync", &key, r#"{"players": ["a/b ü"]}"#).await;
    let delete = |path: &str, token: &str| {
        let request = Request::delete(path).header(AUTHORIZATION, format!("Bearer {token}"));
        site.ask(request.body(Body::empty()).unwrap())
    };
    let path = "/api/players/a%2Fb%20%C3%BC";

    let refused = delete(path, key.expose()).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let other = delete("/api/players/A%2Fb%20%C3%BC", OPERATOR).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    assert!(other.refusal().contains(r#"did you mean "a/b ü"?"#));
    let forgotten = delete(path, OPERATOR).await;
    assert_eq!(
        forgotten.json(),
        serde_json::json!({"player": "a/b ü", "session_count": 1, "server_count": 1,
            "imported_playtime_count": 0, "other_names": [], "is_known": true, "wiped": true})
    );
    let again = delete(path, OPERATOR).await;
    assert_eq!(again.status, StatusCode::NOT_FOUND);
    let blank = delete("/api/players/%20", OPERATOR).await;
    assert_eq!(blank.status, StatusCode::BAD_REQUEST);

    let status = site.operator("/api/servers/0/survival/status").await.json();
    assert_eq!(status["online_players"], serde_json::json!([]));
    site.post("/join", &key, r#"{"player": "a/b ü"}"#).await;
    let status = site.operator("/api/servers/0/survival/status").await.json();
    assert_eq!(status["online_players"][0]["player"], "a/b ü");
}

#[tokio::test]
async fn whoever_may_be_forgotten_is_looked_for_without_forgetting_anybody() {
    let site = site();
    let key = site.linked().await;
    site.post("/sync", &key, r#"{"players": ["Alex"]}"#).await;
    let kill = r#"{"player": "Alex", "event_type": "kill", "details": {"victim": "Steve"}}"#;
    site.post("/activity", &key, kill).await;
    let found = async |player: &str| {
        let path = format!("/api/players/{player}");
        site.operator(&path).await.json()
    };

    let known = serde_json::json!({"player": "Alex", "is_known": true});
    assert_eq!(found("Alex").await, known);
    assert_eq!(found("Alex").await, known, "looking forgets nobody");
    assert_eq!(
        found("ALEX").await,
        serde_json::json!({"player": "ALEX", "is_known": false, "similar_player": "Alex"})
    );
    let named = found("Steve").await;
    assert_eq!(named["is_known"], true, "an event of Alex names Steve");
    assert_eq!(found("jeb_").await["is_known"], false);
}

#[tokio::test]
async fn who_is_unknown_is_not_said_to_be_forgotten_while_bytes_are_left() {
    let site = site();
    let others = (0..3_000).map(|number| format!("Player{number}"));
    let players = ["Alex", "Forgettable"].map(str::to_owned).into_iter();
    let sessions = players.chain(others).map(|player| session(&player, 10));
    let sessions = sessions.collect::<Vec<_>>().join("\n");
    import(&site, "/api/import", &[HEADER, &sessions]).await;
    let mut export = site.database.export();
    export.next_chunk().await.unwrap().unwrap();
    let forget = async |player: &str| {
        let request = Request::delete(format!("/api/players/{player}"));
        let request = request.header(AUTHORIZATION, format!("Bearer {OPERATOR}"));
        site.ask(request.body(Body::empty()).unwrap()).await
    };

    let forgotten = forget("Forgettable").await.json();
    let typo = forget("ALEX").await;

    assert_eq!(forgotten["is_known"], true);
    assert_eq!(forgotten["wiped"], false);
    assert_eq!(
        typo.json(),
        serde_json::json!({"player": "ALEX", "is_known": false, "similar_player": "Alex",
            "other_names": [], "session_count": 0, "server_count": 0,
            "imported_playtime_count": 0, "wiped": false})
    );
}

#[tokio::test]
async fn earlier_playtime_is_imported_for_a_known_server() {
    let site = site();
    let key = site.linked().await;
    let path = "/api/servers/0/survival/imported-playtime";
    let body = r#"{"players": [{"player": "Alex", "playtime_secs": 90}, {"player": "jeb_", "playtime_secs": 5}]}"#;

    let first = site.ask(post(path, OPERATOR, body)).await;
    let again = site.ask(post(path, OPERATOR, body)).await;

    assert_eq!(
        first.json(),
        serde_json::json!({"player_count": 2, "changed_count": 2})
    );
    assert_eq!(
        again.json(),
        serde_json::json!({"player_count": 2, "changed_count": 0})
    );
    let account =
        r#""player": "Alex", "account": "069a79f4-44e9-4726-a5be-fca90e38aaf5", "seen_at": 1"#;
    let of_account = body.replace(r#""player": "Alex""#, account);
    let of_account = site.ask(post(path, OPERATOR, of_account)).await;
    assert_eq!(
        of_account.json(),
        serde_json::json!({"player_count": 2, "changed_count": 1})
    );
    let no_account = body.replace(
        r#""player": "Alex""#,
        r#""player": "Alex", "account": "Alex""#,
    );
    let refused = site.ask(post(path, OPERATOR, no_account)).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let refused = site.ask(post(path, key.expose(), body)).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    let elsewhere = path.replace("survival", "creative");
    let unknown = site.ask(post(&elsewhere, OPERATOR, body)).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    for seconds in ["-1", "1.5", "5000000000"] {
        let body = body.replace("90", seconds);
        let refused = site.ask(post(path, OPERATOR, body)).await;
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{seconds}"
        );
    }
}

#[tokio::test]
async fn two_exports_or_backups_are_made_at_once_and_others_wait_their_turn() {
    let site = site();
    let ask = |path| {
        let peer = SocketAddr::from(([127, 0, 0, 1], 1));
        site.service.answer(get(path, OPERATOR), peer)
    };
    let unread = [ask("/api/export").await, ask("/api/backup").await];
    assert_eq!(
        unread.each_ref().map(|answer| answer.status().as_u16()),
        [200; 2]
    );
    tokio::time::pause();

    let refused = site.operator("/api/export").await;

    assert_eq!(refused.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(refused.headers.contains_key("retry-after"));
    assert!(refused.refusal().contains("exports and backups"));
    tokio::time::resume();
    let [export, backup] = unread;
    let waiting = site.operator("/api/export");
    let (waited, _) = tokio::join!(waiting, export.into_body().collect());
    assert_eq!(waited.status, StatusCode::OK);
    drop(backup);
    assert_eq!(site.operator("/api/backup").await.status, StatusCode::OK);
}
