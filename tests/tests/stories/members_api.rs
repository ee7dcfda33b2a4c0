//! What operators and the clients of an original design learn about members who joined, from the real binary.

use oxeye_tests::backend::{Oxeye, Setup};
use oxeye_tests::members_file::{ALEX, BEA, GUILD, LASTED};
use oxeye_tests::raw::Request;
use serde_json::{Value, json};

const HEALTH: &str = "/api/analytics/session-health";

async fn restarted() -> Oxeye {
    Setup::new().with_members().start().await
}

#[tokio::test]
async fn sessions_that_were_open_before_a_kill_are_open_and_the_time_away_is_nobodys() {
    let oxeye = restarted().await;

    let health = oxeye
        .api(Request::get(format!("{HEALTH}?details=true")))
        .await;
    let oxeye = oxeye.kill_and_restart().await;
    let again = oxeye
        .api(Request::get(format!("{HEALTH}?details=true")))
        .await;

    for health in [&health, &again] {
        let active = &health["summary"]["active"];
        assert_eq!(active["games"], 2, "{health}");
        assert_eq!(
            (&active["voice"], &active["spotify"]),
            (&json!(1), &json!(1))
        );
        assert_eq!(health["summary"]["activeUsers"], 2);
        let game = &health["details"]["activeSessions"]["games"][0];
        assert_eq!(game["duration_secs"], LASTED, "{game}");
        assert_eq!(game["status"], "active");
    }
}

#[tokio::test]
async fn an_impatient_clean_up_ends_what_nobody_hears_of_and_marks_it_as_estimated() {
    let oxeye = restarted().await;
    let clean_up = |body: &str| Request::post(HEALTH).body(body);

    let patient = oxeye.api(clean_up("")).await;
    let done = oxeye
        .api(clean_up(r#"{"staleMinutes":1,"forceCleanup":true}"#))
        .await;

    assert_eq!(patient["results"]["endedSessions"], 0, "{patient}");
    assert_eq!(done["results"]["endedSessions"], 6, "{done}");
    assert_eq!(done["results"]["activeSessions"], 0);
    let member = format!("/api/guilds/{GUILD}/presence/users/{ALEX}?range=all");
    let member = oxeye.api(Request::get(member)).await;
    let sessions = member["sessions"].as_array().expect("a list");
    let voice = sessions.iter().find(|session| session["kind"] == "voice");
    assert_eq!(voice.expect("a session in voice")["is_estimated"], true);
    for minutes in ["0", "-1", "1e99"] {
        let body = format!(r#"{{"staleMinutes":{minutes}}}"#);
        let refused = oxeye.operator(clean_up(&body).header("content-type", "application/json"));
        assert_eq!(refused.await.status, 422, "{minutes}");
    }
    let huge = "[".repeat(2_000_000);
    let refused = oxeye.operator(clean_up(&huge)).await;
    assert_eq!(refused.status, 413, "{refused}");
}

#[tokio::test]
async fn the_command_line_says_the_same_as_the_api() {
    let oxeye = restarted().await;
    let json = async |arguments: &[&str]| -> Value {
        let arguments = [&["presence"], arguments, &["--json"]].concat();
        serde_json::from_str(&oxeye.command(&arguments).await.out).expect("JSON")
    };
    let api = async |path: &str| {
        let path = format!("/api/guilds/{GUILD}/presence{path}");
        oxeye.api(Request::get(path)).await
    };

    assert_eq!(json(&[]).await, json!([api("").await]));
    assert_eq!(json(&["--voice"]).await, api("/voice").await);
    let top = json(&["--top", "game", "--range", "all"]).await;
    assert_eq!(top, api("/top?kind=game&range=all").await);
    let alex = json(&[ALEX, "--range", "30d"]).await;
    assert_eq!(alex, api(&format!("/users/{ALEX}?range=30d")).await);
    let printed = oxeye.command(&["presence", "--voice"]).await.out;
    assert!(
        printed.contains(ALEX) && printed.contains("Lounge"),
        "{printed}"
    );
    let printed = oxeye
        .command(&["presence", BEA, "--range", "all"])
        .await
        .out;
    assert!(printed.contains("factorio"), "{printed}");
    let nobody = oxeye.command(&["presence", "7"]).await;
    assert_eq!(nobody.code, Some(1));
    let words = "no user of that id has joined";
    assert!(nobody.log.contains(words), "{}", nobody.log);
}
