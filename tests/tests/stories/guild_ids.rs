//! Guild ids are larger than the numbers that JavaScript and jq can keep.

use oxeye_tests::backend::{Ended, Oxeye};
use oxeye_tests::raw::Request;
use serde_json::Value;

const GUILD: &str = "1234567890123456789";

/// The same id after a program that keeps numbers as doubles has rounded it.
const ROUNDED: &str = "1234567890123456800";

/// Imports these lines from a file.
async fn import(oxeye: &Oxeye, lines: &str) -> Ended {
    let file = oxeye.folder().join("lines.jsonl");
    std::fs::write(&file, lines).expect("a file can be written");
    oxeye
        .command(&["import", &file.display().to_string()])
        .await
}

/// Returns the guilds of the servers that `status` shows.
async fn guilds(oxeye: &Oxeye) -> Vec<Value> {
    let servers = oxeye.operator(Request::get("/api/servers")).await.json();
    let servers = servers.as_array().expect("a list").iter();
    servers.map(|server| server["guild_id"].clone()).collect()
}

#[tokio::test]
async fn the_id_in_an_answer_works_in_the_next_url() {
    let oxeye = Oxeye::start().await;
    oxeye
        .linked_in(GUILD, "survival")
        .await
        .syncs(&["Alex"])
        .await;

    let listed = oxeye.command(&["status", "--json"]).await;
    assert!(listed.out.contains("Alex"), "{listed:?}");
    for command in ["player", "sessions"] {
        let told = oxeye.command(&[command, "Alex", "--json"]).await;
        let told: Value = serde_json::from_str(&told.out).expect("JSON");
        assert_eq!(told[0]["guild_id"], GUILD, "{told}");
    }
    let guilds = guilds(&oxeye).await;
    assert_eq!(guilds, [GUILD]);
    let id = guilds[0].as_str().expect("a string");
    let url = format!("/api/servers/{id}/survival/status");
    assert_eq!(oxeye.operator(Request::get(url)).await.status, 200);
    let top = oxeye.command(&["top", "--guild", id]).await;
    assert_eq!(top.code, Some(0), "{top:?}");
    let wrong = oxeye.command(&["top", "--guild", "-7"]).await;
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
}

#[tokio::test]
async fn an_export_rewritten_by_another_program_keeps_its_guild() {
    let oxeye = Oxeye::start().await;
    oxeye
        .linked_in(GUILD, "survival")
        .await
        .syncs(&["Alex"])
        .await;
    let exported = oxeye.command(&["export"]).await;
    assert_eq!(exported.out.matches(&format!("\"{GUILD}\"")).count(), 2);

    let elsewhere = Oxeye::start().await;
    let imported = import(&elsewhere, &exported.out).await;

    assert_eq!(imported.code, Some(0), "{imported:?}");
    assert_eq!(guilds(&elsewhere).await, [GUILD]);
}

/// Returns a line of an export from before guild ids were strings.
fn old_export(guild: &str, at: i64) -> String {
    format!(
        "{{\"oxeye\":1,\"exported_at\":0}}\n{{\"type\":\"session\",\"guild_id\":{guild},\"server\":\"survival\",\"player\":\"Alex\",\"joined_at\":{at},\"left_at\":{at},\"ended\":\"left\",\"seen_at\":{at}}}\n"
    )
}

#[tokio::test]
async fn an_old_export_is_imported_unless_its_guild_may_have_been_rounded() {
    let oxeye = Oxeye::start().await;
    oxeye.linked_in(7, "survival").await.syncs(&["Alex"]).await;
    let servers = oxeye.operator(Request::get("/api/servers")).await.json();
    let now = servers[0]["heard_at"]
        .as_i64()
        .expect("the server was heard");

    let rounded = import(&oxeye, &old_export(ROUNDED, now - 60)).await;
    assert_eq!(rounded.code, Some(1), "{rounded:?}");
    assert!(rounded.log.contains("may have rounded"), "{rounded:?}");
    assert_eq!(guilds(&oxeye).await, ["7"]);

    let exact = import(&oxeye, &old_export(GUILD, now - 60)).await;
    assert_eq!(exact.code, Some(0), "{exact:?}");
    assert_eq!(guilds(&oxeye).await, ["7", GUILD]);
}
