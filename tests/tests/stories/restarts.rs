//! What survives the end of the process, and what it says about what does not.

use oxeye_plugin_proto::limits::BOOT_ID_HEADER;
use oxeye_tests::backend::Oxeye;
use oxeye_tests::discord::Discord;
use oxeye_tests::raw::Request;

async fn boot_id(oxeye: &Oxeye) -> String {
    let answer = oxeye.ask(&Request::get("/health")).await;
    answer
        .header(BOOT_ID_HEADER)
        .expect("every answer has a boot id")
        .to_owned()
}

#[tokio::test]
async fn after_a_restart_the_roster_is_awaited_and_the_key_still_works() {
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
async fn discord_says_that_a_sync_is_awaited() {
    let discord = Discord::start().await;
    let guild = discord.guild(1);
    let oxeye = Oxeye::start_with(&discord).await;
    oxeye
        .linked_from(&guild, "survival")
        .await
        .joins("Alex")
        .await;

    let _oxeye = oxeye.restart().await;
    discord
        .sessions_until("the bot is back", |sessions| sessions.begun == 2)
        .await;

    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(status.contains("awaiting sync"), "{status}");
    assert!(
        !status.contains("nobody online"),
        "it cannot know that: {status}"
    );
}

#[tokio::test]
async fn a_key_that_was_answered_works_after_kill_9() {
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
    before.disconnect().await.expect("the disconnect is taken");

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
