//! Servers that are renamed, and servers that are removed with their history.

use oxeye_tests::backend::Oxeye;
use oxeye_tests::community::Community;
use oxeye_tests::folder::files_with;
use oxeye_tests::raw::Request;
use serde_json::json;

#[tokio::test]
async fn a_moderator_renames_a_server_and_everything_shows_the_new_name_at_once() {
    let Community {
        discord: _discord,
        guild,
        oxeye,
    } = Community::start().await;
    let plugin = oxeye.linked_from(&guild, "survival").await;
    plugin.syncs(&["Alex"]).await;
    let _other = oxeye.linked_from(&guild, "Creative").await;
    let moderator = guild.moderator();

    let rename = |server: &'static str, name: &'static str| {
        let moderator = moderator.clone();
        async move {
            let options = [("server", server), ("name", name)];
            moderator.types("oxeye rename", &options).await
        }
    };
    let refused = rename("survival", "creative").await;
    assert!(
        refused.text().contains("Another server here"),
        "{}",
        refused.text()
    );
    let done = rename("survival", "Skyblock").await;
    assert!(
        done.ephemeral && done.text().contains("Skyblock"),
        "{}",
        done.text()
    );
    let by_member = guild
        .member()
        .types("oxeye rename", &[("server", "Skyblock"), ("name", "mine")])
        .await;
    assert!(
        by_member.text().contains("Manage Server"),
        "{}",
        by_member.text()
    );

    let list = guild.member().types("oxeye list", &[]).await.text();
    assert!(
        list.contains("Skyblock") && !list.contains("survival"),
        "{list}"
    );
    let status = guild.member();
    let status = status
        .types("oxeye status", &[("server", "skyblock")])
        .await;
    assert!(status.text().contains("Alex"), "{}", status.text());
    plugin.joins("Steve").await;
}

#[tokio::test]
async fn a_server_is_renamed_from_the_command_line_and_keeps_its_key() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("survival").await;
    server.joins("Alex").await;
    oxeye.linked("creative").await;

    let done = oxeye.command(&["rename", "SURVIVAL", "Skyblock"]).await;
    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.out.contains("survival is now called Skyblock"),
        "{done:?}"
    );
    let again = oxeye.command(&["rename", "Skyblock", "Skyblock"]).await;
    assert_eq!(again.code, Some(0), "{again:?}");
    assert!(again.out.contains("Nothing was changed"), "{again:?}");
    let taken = oxeye.command(&["rename", "Skyblock", "CREATIVE"]).await;
    assert_eq!(taken.code, Some(1), "{taken:?}");
    assert!(taken.log.contains("has this name"), "{taken:?}");
    let unknown = oxeye.command(&["rename", "survival", "x"]).await;
    assert_eq!(unknown.code, Some(1), "{unknown:?}");

    let rename =
        Request::post("/api/servers/0/Skyblock/rename").json(&json!({"server": "creative"}));
    let taken = oxeye.operator(rename).await;
    assert_eq!(taken.status, 409, "{taken}");
    taken.error();
    let blank = Request::post("/api/servers/0/Skyblock/rename").json(&json!({"server": " "}));
    assert_eq!(oxeye.operator(blank).await.status, 422);
    let stranger = Request::post("/api/servers/0/Skyblock/rename").json(&json!({"server": "x"}));
    assert_eq!(oxeye.ask(&stranger).await.status, 401);
    server.joins("Steve").await;
    let oxeye = oxeye.kill_and_restart().await;
    assert_eq!(oxeye.online("Skyblock").await.len(), 2);
}

#[tokio::test]
async fn removing_a_server_deletes_its_history_and_no_other() {
    let oxeye = Oxeye::start().await;
    let server = oxeye.linked("Forgettable realm").await;
    server.joins("OnlyHere").await;
    server.leaves("OnlyHere").await;
    server.joins("Everywhere").await;
    let other = oxeye.linked("creative").await;
    other.joins("Everywhere").await;

    let unsure = oxeye.command(&["remove", "Forgettable realm"]).await;
    assert!(unsure.log.contains("--yes"), "{unsure:?}");
    assert!(server.status().await.expect("an answer"));
    let done = oxeye
        .command(&["remove", "forgettable realm", "--yes"])
        .await;

    assert_eq!(done.code, Some(0), "{done:?}");
    assert!(
        done.out
            .contains("2 sessions and 1 player who was on no other server"),
        "{done:?}"
    );
    assert!(!server.status().await.expect("an answer"));
    for letters in ["Forgettable realm", "OnlyHere"] {
        assert_eq!(
            files_with(oxeye.folder(), letters),
            Vec::<String>::new(),
            "{letters}"
        );
    }
    let again = oxeye
        .command(&["remove", "Forgettable realm", "--yes"])
        .await;
    assert_eq!(again.code, Some(1), "{again:?}");
    let oxeye = oxeye.kill_and_restart().await;
    assert_eq!(oxeye.online("creative").await, ["Everywhere"]);
    let exported = oxeye.command(&["export"]).await;
    assert!(!exported.out.contains("Forgettable"), "{exported:?}");
}
