//! What survives the end of the process, and how Oxeye shows what does not.

use oxeye_plugin_proto::limits::BOOT_ID_HEADER;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::community::Community;
use oxeye_tests::raw::{Connection, Request};
use serde_json::json;
use tokio::task::JoinSet;

async fn boot_id(oxeye: &Oxeye) -> String {
    let answer = oxeye.ask(&Request::get("/health")).await;
    answer
        .header(BOOT_ID_HEADER)
        .expect("every answer has a boot id")
        .to_owned()
}

#[tokio::test]
async fn after_a_restart_the_server_is_awaiting_sync_and_its_key_still_works() {
    let oxeye = Oxeye::start().await;
    let before = oxeye.linked("survival").await;
    before.syncs(&["Alex", "Steve"]).await;
    let first_boot = boot_id(&oxeye).await;
    assert_eq!(boot_id(&oxeye).await, first_boot);

    let oxeye = oxeye.restart().await;

    assert_ne!(boot_id(&oxeye).await, first_boot);
    assert_eq!(oxeye.status("survival").await["state"], "awaiting_sync");
    let server = oxeye.plugin_with_key_of(&before);
    server.syncs(&["Steve"]).await;
    assert_eq!(oxeye.status("survival").await["state"], "online");
    assert_eq!(oxeye.online("survival").await, ["Steve"]);
}

#[tokio::test]
async fn discord_says_that_it_is_waiting_for_the_server_to_report() {
    let community = Community::start().await;
    community
        .oxeye
        .linked_from(&community.guild, "survival")
        .await
        .joins("Alex")
        .await;

    let community = community.restart().await;

    let member = community.guild.member();
    let status = member.types("oxeye status", &[]).await.text();
    assert!(
        status.contains("Waiting for the server to report"),
        "{status}"
    );
    assert!(
        !status.contains("obody online"),
        "the bot cannot know that: {status}"
    );
}

#[tokio::test]
async fn a_key_works_after_kill_9() {
    let oxeye = Oxeye::start().await;
    let before = oxeye.linked("survival").await;

    let oxeye = oxeye.kill_and_restart().await;

    assert!(
        oxeye
            .plugin_with_key_of(&before)
            .status()
            .await
            .expect("an answer")
    );
}

#[tokio::test]
async fn a_revoked_key_stays_revoked_after_kill_9() {
    let oxeye = Oxeye::start().await;
    let before = oxeye.linked("survival").await;
    before
        .disconnect()
        .await
        .expect("the disconnect is accepted");

    let oxeye = oxeye.kill_and_restart().await;

    assert!(
        !oxeye
            .plugin_with_key_of(&before)
            .status()
            .await
            .expect("an answer")
    );
}

#[tokio::test]
async fn a_database_in_use_is_not_opened_twice() {
    let oxeye = Oxeye::start().await;
    let database = oxeye.folder().join("oxeye.db");

    let second = oxeye_tests::backend::Setup::new()
        .set("DATABASE_PATH", &database.display().to_string())
        .run()
        .await;

    assert_ne!(second.code, Some(0));
    assert!(
        second.log.contains("in use") || second.log.contains("another"),
        "{}",
        second.log
    );
}

#[tokio::test]
async fn players_stay_online_since_the_same_second_after_kill_9() {
    let oxeye = Oxeye::start().await;
    let before = oxeye.linked("survival").await;
    before.syncs(&["Alex", "Steve"]).await;
    before.joins("jeb_").await;
    before.leaves("jeb_").await;
    let known = oxeye.status("survival").await;

    let oxeye = oxeye.kill_and_restart().await;

    let status = oxeye.status("survival").await;
    assert_eq!(status["state"], "awaiting_sync");
    for fact in ["online_players", "last_seen_players", "heard_at"] {
        assert_eq!(status[fact], known[fact], "{fact}: {status}");
    }
    let server = oxeye.plugin_with_key_of(&before);
    server.syncs(&["Alex"]).await;
    let status = oxeye.status("survival").await;
    let alex = known["online_players"].as_array().expect("a list").iter();
    let alex: Vec<_> = alex.filter(|on| on["player"] == "Alex").collect();
    assert_eq!(
        status["online_players"],
        json!(alex),
        "the session continues"
    );
    let seen = &status["last_seen_players"];
    assert!(
        seen.as_array().is_some_and(|seen| seen.len() == 2),
        "{seen}"
    );
    for gone in seen.as_array().into_iter().flatten() {
        assert_eq!(
            gone["last_seen_at"], known["heard_at"],
            "last seen is the evidence, not the sync: {gone}"
        );
    }
}

#[tokio::test]
async fn the_last_known_roster_is_marked_as_such() {
    let (community, _before) = Community::with_alex().await;

    let community = community.restart().await;

    let member = community.guild.member();
    let status = member.types("oxeye status", &[]).await.text();
    for words in ["Waiting for the server to report", "Last known: ", "Alex"] {
        assert!(status.contains(words), "{words:?} in {status}");
    }
}

#[tokio::test]
async fn kill_9_loses_no_acknowledged_event() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    let mut busy = JoinSet::new();
    for connection in 0..4 {
        let (address, key) = (oxeye.address(), server.key().to_owned());
        busy.spawn(async move {
            let mut answered = Vec::new();
            let mut wire = Connection::open(address)
                .await
                .expect("the backend listens");
            for number in 0..40 {
                let player = format!("P{connection}x{number}");
                let join = Request::post("/join")
                    .bearer(&key)
                    .json(&json!({"player": player}));
                match wire.ask(&join).await {
                    Ok(answer) if answer.status == 200 => answered.push(player),
                    _ => break,
                }
            }
            answered
        });
    }
    // Kill it when the first connection finishes, while the others are in the middle of something.
    let mut answered = busy
        .join_next()
        .await
        .expect("four connections are busy")
        .expect("no panic");
    let oxeye = oxeye.kill_and_restart().await;
    while let Some(others) = busy.join_next().await {
        answered.extend(others.expect("no panic"));
    }

    let online = oxeye.online("survival").await;
    let lost: Vec<_> = answered
        .iter()
        .filter(|player| !online.contains(player))
        .collect();
    assert!(
        answered.len() >= 40 && lost.is_empty(),
        "lost {lost:?} of {}",
        answered.len()
    );
}
