//! Exports and imports, forgetting players, and old sessions.

mod backups;
mod output_files;

use std::path::Path;

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::folder::files_with;
use serde_json::json;

fn text(path: &Path) -> String {
    path.display().to_string()
}

#[tokio::test]
async fn an_export_is_imported_elsewhere_exactly_once() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Steve").await;
    server.leaves("Steve").await;
    server.joins("Alex").await;
    let file = oxeye.folder().join("oxeye.jsonl");
    let file = text(&file);

    let exported = oxeye.command(&["export", "--output", &file]).await;
    assert_eq!(exported.code, Some(0), "{}", exported.log);
    let printed = oxeye.command(&["export"]).await;
    let lines: Vec<serde_json::Value> = printed
        .out
        .lines()
        .map(|line| serde_json::from_str(line).expect("each line is JSON"))
        .collect();
    assert_eq!(lines[0]["oxeye"], 7, "{}", printed.out);
    let open = lines.iter().find(|line| line["player"] == "Alex");
    assert!(open.expect("Alex is in it")["left_at"].is_null());

    let elsewhere = Oxeye::start().await;
    let first = elsewhere.command(&["import", &file]).await;
    let again = elsewhere.command(&["import", &file]).await;
    assert!(first.out.starts_with("2 added, 0 skipped"), "{first:?}");
    assert!(again.out.starts_with("0 added, 2 skipped"), "{again:?}");
    let mut last_seen = elsewhere.last_seen("survival").await;
    last_seen.sort();
    assert_eq!(last_seen, ["Alex", "Steve"]);
}

#[tokio::test]
async fn an_import_says_what_it_had_no_room_for_and_what_it_could_only_guess() {
    let oxeye = Oxeye::start().await;
    let file = text(&oxeye.folder().join("oxeye.jsonl"));
    let server = json!({"type": "server", "guild_id": "7", "server": "survival"});
    let uuids = (1..=17).map(|number| {
        json!({"type": "player_uuid", "guild_id": "7", "player": "Alex", "first_reported_at": number,
            "last_reported_at": number, "uuid": format!("00000000-0000-4000-8000-0000000000{number:02}")})
    });
    let member = json!({"type": "linked_member", "guild_id": "7", "user_id": "5", "player": "Alex",
        "linked_at": 9, "confirmed_by_user_id": null, "hidden_since_at": null});
    let header = json!({"oxeye": 4, "exported_at": 100});
    let lines = [header, server].into_iter().chain(uuids).chain([member]);
    let lines: String = lines.map(|line| format!("{line}\n")).collect();
    std::fs::write(&file, lines).expect("a file can be written");

    let english = oxeye.command(&["import", &file]).await;
    let again = oxeye.command(&["import", &file]).await;

    assert!(
        english.out.starts_with("17 added, 1 skipped"),
        "{english:?}"
    );
    for words in [
        "1 of those skipped is a UUID without room: a name has at most 16 accounts",
        "1 member is linked to a name that several accounts had.",
    ] {
        assert!(english.out.contains(words), "{words} in {english:?}");
    }
    assert!(again.out.contains("1 of those skipped"), "{again:?}");
    assert!(!again.out.contains("several accounts"), "{again:?}");
}

#[tokio::test]
async fn what_players_did_moves_along_and_can_be_forgotten_there() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    let events = json!([
        {"player": "Alex", "event_type": "trade_buy", "details": {"total_value": 150.5}, "at": now - 30},
        {"player": "Alex", "event_type": "kill", "details": {"victim": "Xylophonist"}, "at": now - 20},
        {"player": "Xylophonist", "event_type": "death", "at": now - 20},
    ]);
    server.sends_activity(1, 1, &events).await;
    let file = text(&oxeye.folder().join("oxeye.jsonl"));
    oxeye.command(&["export", "--output", &file]).await;

    let elsewhere = Oxeye::start().await;
    let imported = elsewhere.command(&["import", &file]).await;
    assert_eq!(imported.code, Some(0), "{}", imported.log);
    for question in ["players/Alex/summary", "players/Alex/events"] {
        let mut answers = [
            oxeye.activity(question).await,
            elsewhere.activity(question).await,
        ];
        for answer in answers.iter_mut().filter(|answer| answer.is_object()) {
            // They were asked at different moments.
            answer["total_playtime_seconds"].take();
        }
        assert_eq!(answers[0], answers[1], "{question}");
    }
    let again = elsewhere.command(&["import", &file]).await;
    assert!(again.out.starts_with("0 added"), "{}", again.out);

    elsewhere.command(&["forget", "Xylophonist", "--yes"]).await;
    let left = files_with(elsewhere.folder(), "Xylophonist");
    assert!(left.is_empty(), "{left:?}");

    let off = Setup::new().set("ACTIVITY", "off").start().await;
    let left_out = off.command(&["import", &file]).await;
    let words = "left out, because ACTIVITY is off";
    assert!(left_out.out.contains(words), "{}", left_out.out);
}

#[tokio::test]
async fn the_refusal_of_a_large_file_names_its_bad_line() {
    let oxeye = Oxeye::start().await;
    let file = oxeye.folder().join("broken.jsonl");
    let lines = (0..200_000).map(|number| match number {
        0 => "{\"oxeye\":1,\"exported_at\":0}\n".to_owned(),
        1_000 => "no JSON\n".to_owned(),
        _ => format!(
            "{{\"type\":\"session\",\"guild_id\":0,\"server\":\"survival\",\"player\":\"Alex\",\"joined_at\":{number},\"left_at\":{number},\"ended\":\"left\",\"seen_at\":{number}}}\n"
        ),
    });
    std::fs::write(&file, lines.collect::<String>()).expect("a file can be written");

    let refused = oxeye.command(&["import", &text(&file)]).await;

    assert_eq!(refused.code, Some(1));
    assert!(refused.log.contains("line 1001: "), "{}", refused.log);
}

#[tokio::test]
async fn a_forgotten_player_is_gone_from_answers_and_from_the_files() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Forgettable").await;
    server.leaves("Forgettable").await;
    server.joins("Forgettable").await;
    server.joins("Alex").await;
    assert!(!files_with(oxeye.folder(), "Forgettable").is_empty());

    let unsure = oxeye.command(&["forget", "Forgettable"]).await;
    assert!(unsure.log.contains("--yes"), "{}", unsure.log);
    let typo = oxeye.command(&["forget", "forgettable"]).await;
    let sentence = "did you mean \"Forgettable\"?";
    assert!(typo.log.contains(sentence), "{typo:?}");
    assert!(
        !typo.log.contains("--yes"),
        "there is no question: {typo:?}"
    );
    assert_eq!(oxeye.online("survival").await.len(), 2);
    let forgotten = oxeye.command(&["forget", "Forgettable", "--yes"]).await;
    assert!(
        forgotten.out.contains("2 sessions on 1 server."),
        "{forgotten:?}"
    );

    assert_eq!(oxeye.online("survival").await, ["Alex"]);
    assert_eq!(
        files_with(oxeye.folder(), "Forgettable"),
        Vec::<String>::new()
    );
    let again = oxeye.command(&["forget", "Forgettable", "--yes"]).await;
    assert_eq!(again.code, Some(1));
    let oxeye = oxeye.kill_and_restart().await;
    assert_eq!(oxeye.online("survival").await, ["Alex"]);
    assert!(oxeye.last_seen("survival").await.is_empty());
    assert_eq!(
        files_with(oxeye.folder(), "Forgettable"),
        Vec::<String>::new()
    );
}

#[tokio::test]
async fn old_sessions_are_deleted_only_on_request() {
    let line = |player: &str, at: u64| {
        format!(
            "{{\"type\":\"session\",\"guild_id\":0,\"server\":\"survival\",\"player\":\"{player}\",\"joined_at\":{at},\"left_at\":{at},\"ended\":\"left\",\"seen_at\":{at}}}\n"
        )
    };
    let oxeye = Oxeye::start().await;
    let file = oxeye.folder().join("old.jsonl");
    let lines = "{\"oxeye\":1,\"exported_at\":0}\n".to_owned() + &line("Alex", 1_000_000_000);
    std::fs::write(&file, lines).expect("a file can be written");
    oxeye.command(&["import", &text(&file)]).await;
    let oxeye = oxeye.restart().await;
    assert!(oxeye.command(&["export"]).await.out.contains("Alex"));

    let oxeye = oxeye.restart_with("SESSION_RETENTION_DAYS", "365").await;

    oxeye.has_logged("older than SESSION_RETENTION_DAYS").await;
    assert!(!oxeye.command(&["export"]).await.out.contains("Alex"));
}

#[tokio::test]
async fn importing_a_worlds_playtime_twice_changes_nothing() {
    let oxeye = Oxeye::start().await;
    let _server = oxeye.linked("survival").await;
    let world = oxeye.folder().join("minecraft/world");
    let stats = world.join("stats");
    std::fs::create_dir_all(&stats).expect("a folder can be made");
    let write =
        |path: &Path, text: &str| std::fs::write(path, text).expect("a file can be written");
    let (alex, other) = (
        "069a79f4-44e9-4726-a5be-fca90e38aaf5",
        "11111111-44e9-4726-a5be-fca90e38aaf5",
    );
    let users = format!("[{{\"name\":\"Alex\",\"uuid\":\"{alex}\"}}]");
    write(&world.with_file_name("usercache.json"), &users);
    let played = "{\"stats\":{\"minecraft:custom\":{\"minecraft:play_time\":72000}}}";
    write(&stats.join(format!("{alex}.json")), played);
    write(&stats.join(format!("{other}.json")), played);

    let world = text(&world);
    let first = oxeye.command(&["import", "minecraft", &world]).await;
    let again = oxeye.command(&["import", "minecraft", &world]).await;

    assert!(first.out.contains("1 player, 1 of them new"), "{first:?}");
    assert!(first.out.contains(other), "{first:?}");
    assert!(again.out.contains("1 player, 0 of them new"), "{again:?}");
    let exported = oxeye.command(&["export"]).await;
    assert!(
        exported.out.contains("\"playtime_secs\":3600"),
        "{exported:?}"
    );
    let unknown = ["import", "minecraft", &world, "--server", "creative"];
    assert_eq!(oxeye.command(&unknown).await.code, Some(1));
}
