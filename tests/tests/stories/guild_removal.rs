//! Guilds that remove the bot and invite it again.

use oxeye_tests::community::Community;

#[tokio::test]
async fn a_guild_that_invites_the_bot_again_finds_its_servers_and_history() {
    let community = Community::start().await;
    let guild = &community.guild;
    let server = community.oxeye.linked_from(guild, "survival").await;
    server.syncs(&["Alex"]).await;

    guild.removes_the_bot();
    community.oxeye.has_logged("a guild removed the bot").await;
    server.joins("Steve").await;
    server.leaves("Alex").await;
    guild.has_the_bot_again();

    let status = guild.member().types("oxeye status", &[]).await.text();
    assert!(
        status.contains("Steve") && status.contains("Alex"),
        "{status}"
    );
}
