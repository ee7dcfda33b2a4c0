//! Leaderboards on the command line and in the API: `oxeye top`, its picture, and what they refuse.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::Request;
use serde_json::json;

#[tokio::test]
async fn the_command_line_and_the_api_say_the_same() {
    let oxeye = Oxeye::start().await;
    let (_server, now) = oxeye.empty_server("survival").await;
    let visits = [
        ("Alex", 0),
        ("Alex", 100),
        ("Alex", 200),
        ("jeb_", 0),
        ("Steve", 0),
    ];
    let from = now - 1_000;
    let visits = visits.map(|(name, at)| (name, from + at, from + at + 60));
    oxeye.had_stays(0, "survival", &visits).await;

    let first = oxeye
        .command(&["top", "--what", "visits", "--range", "all", "--limit", "2"])
        .await;
    let second = [
        "top", "--what", "visits", "--range", "all", "--limit", "2", "--page", "2",
    ];
    let second = oxeye.command(&second).await;
    let past = oxeye.command(&["top", "--page", "9", "--json"]).await;
    let path = "/api/guilds/0/leaderboard?what=visits&limit=2&offset=2&range=all";
    let report = oxeye.api(Request::get(path)).await;
    let unknown = oxeye.command(&["top", "--what", "bells"]).await;

    assert!(first.out.starts_with("Visits, "), "{}", first.out);
    assert!(
        first.out.contains("1.  Alex   3m  3 sessions"),
        "{}",
        first.out
    );
    assert!(first.out.ends_with("...and 1 more"), "{}", first.out);
    assert!(
        second.out.contains("2.  jeb_  1m  1 session"),
        "{}",
        second.out
    );
    assert!(past.out.contains(r#""players": []"#), "{}", past.out);
    assert_eq!(report["players"][0]["player"], "jeb_");
    assert_eq!(report["players"][0]["place"], 2);
    assert_eq!(report["player_count"], 3);
    assert_ne!(unknown.code, Some(0));
    let known = "there is no leaderboard of \"bells\"; there are: playtime, visits, ";
    assert!(unknown.log.contains(known), "{}", unknown.log);
    let unknown = Request::get("/api/guilds/0/leaderboard?what=bells");
    let unknown = oxeye.operator(unknown).await.json();
    let sentence = unknown["error"].as_str().expect("a sentence");
    assert!(
        sentence.contains("there are playtime, visits, "),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_counter_is_ranked_in_the_shell_however_many_servers_there_are() {
    let oxeye = Oxeye::start().await;
    let (server, now) = oxeye.empty_server("survival").await;
    server.joins("Alex").await;
    let event = json!({"player": "Alex", "event_type": "death", "at": now});
    server.sends_activity(1, 1, &json!([event, event])).await;
    let file = oxeye.folder().join("deaths.png").display().to_string();
    let top = async |more: &[&str]| {
        let arguments = [&["top", "--what", "deaths"], more].concat();
        oxeye.command(&arguments).await
    };

    let alone = top(&["--picture", &file]).await;
    let json = top(&["--guild", "0", "--json"]).await;
    let named = top(&["survival"]).await;
    let page = top(&["--page", "9"]).await;
    oxeye.linked("creative").await;
    let two = top(&[]).await;

    assert_eq!(alone.code, Some(0), "{alone:?}");
    assert!(
        alone.out.starts_with("Deaths, survival, this week"),
        "{alone:?}"
    );
    assert!(alone.out.contains("1.  Alex  2"), "{alone:?}");
    image::open(&file).expect("a picture is saved");
    let json: serde_json::Value = serde_json::from_str(&json.out).expect("JSON");
    assert_eq!(json["players"][0]["amount"], 2.0, "{json}");
    assert_eq!(named.code, Some(1), "{named:?}");
    assert!(named.log.contains("leave the server out"), "{named:?}");
    assert!(page.out.contains("there is only 1 player"), "{page:?}");
    assert!(
        two.out.contains("creative and survival together"),
        "{two:?}"
    );
}

#[tokio::test]
async fn the_picture_is_also_a_file_and_an_address_that_says_if_it_has_changed() {
    let oxeye = Oxeye::start().await;
    let (_server, now) = oxeye.empty_server("survival").await;
    let place = "/api/guilds/0/leaderboard.png?range=all";
    let nobody = oxeye.operator(Request::get(place)).await;
    let stays = [
        ("Alex", now - 900, now - 800),
        ("Eve", now - 900, now - 850),
    ];
    oxeye.had_stays(0, "survival", &stays).await;
    let file = oxeye.folder().join("top.png");
    let path = file.display().to_string();

    let shell = ["top", "--range", "all", "--picture", &path];
    let shell = oxeye.command(&shell).await;
    let picture = oxeye.operator(Request::get(place)).await;
    let tag = picture.header("etag").unwrap_or_default().to_owned();
    let again = Request::get(place).header("If-None-Match", &tag);
    let again = oxeye.operator(again).await;
    let of_server = "/api/servers/0/survival/leaderboard.png?what=visits&range=all&lang=de&limit=1";
    let of_server = oxeye.operator(Request::get(of_server)).await;
    let odd = Request::get("/api/guilds/0/leaderboard.png?colour=red");
    let odd = oxeye.operator(odd).await;

    assert_eq!(
        (nobody.status, &nobody.json()["code"]),
        (404, &json!("nothing_to_draw"))
    );
    assert_eq!(shell.code, Some(0), "{}", shell.log);
    let saved = image::open(file).expect("a picture").into_rgb8();
    let shown = image::load_from_memory(&picture.body).expect("a picture");
    let shown = shown.into_rgb8();
    assert!(saved.height() > shown.height(), "a title stands above it");
    assert!(saved.as_raw().ends_with(shown.as_raw()));
    assert!(!tag.is_empty() && of_server.header("etag") != Some(&tag));
    assert_eq!((again.status, again.body.len()), (304, 0));
    assert_eq!(odd.status, 400, "{odd}");
}
