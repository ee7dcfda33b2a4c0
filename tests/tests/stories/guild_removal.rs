//! Guilds that remove the bot and invite it again.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Call, ChannelKind};
use oxeye_tests::raw::Request;

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

#[tokio::test]
async fn no_link_code_is_given_out_for_a_guild_that_has_just_removed_the_bot() {
    let community = Community::start().await;
    let (guild, oxeye) = (&community.guild, &community.oxeye);
    oxeye.has_logged("connected to Discord").await;
    guild.removes_the_bot();
    oxeye.has_logged("a guild removed the bot").await;

    let moderator = guild.moderator();
    let answer = moderator
        .types("oxeye connect", &[("name", "survival")])
        .await;

    assert!(answer.text().contains("has been removed"), "{answer:?}");
}

#[tokio::test]
async fn a_removal_while_the_bot_is_away_is_noticed_when_it_is_back() {
    let community = Community::start().await;
    let other = community.discord.guild(2);
    for guild in [&community.guild, &other] {
        community.oxeye.linked_from(guild, "survival").await;
    }

    community.discord.goes_down();
    community.discord.forgets_the_session();
    other.removes_the_bot();
    community.discord.comes_up();

    let line = community
        .oxeye
        .has_logged("a guild has removed the bot while it was away")
        .await;
    assert!(line.contains('2'), "{line}");
    let ours = community.oxeye.api(Request::get("/api/servers")).await;
    assert!(ours.to_string().contains("survival"), "{ours}");
}

#[tokio::test]
async fn a_guild_that_invites_the_bot_again_before_the_removal_is_handled_keeps_everything() {
    let community = Community::start().await;
    let guild = &community.guild;
    let server = community.oxeye.linked_from(guild, "survival").await;
    server.syncs(&["Alex"]).await;
    let asked = community.discord.calls(Call::ReadGuild);

    guild.removes_the_bot();
    guild.has_the_bot_again();
    community
        .discord
        .calls_reach(Call::ReadGuild, asked + 1)
        .await;

    let lobby = guild.channel(ChannelKind::Text, "lobby");
    let options = [("channel", &*lobby.id_text())];
    guild.moderator().types("oxeye board post", &options).await;
    lobby.message_says("Alex").await;
    let log = community.oxeye.log();
    assert!(!log.contains("a guild removed the bot"), "{log}");
}
