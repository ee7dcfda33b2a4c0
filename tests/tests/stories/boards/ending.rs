//! How boards end: by command, with their server, with the guild.

use oxeye_tests::discord::{Answer, Call, ChannelKind, Fault, Permissions};
use oxeye_tests::raw::Request;

use super::posted;

/// Most stories of this file. They are played at the same time, since they wait for the 15 s between two edits.
#[tokio::test]
async fn boards_follow_their_servers_and_guilds() {
    tokio::join!(
        a_board_of_another_guild_cannot_be_ended(),
        a_board_shows_the_new_name_of_its_server(),
        a_board_says_that_its_server_is_disconnected(),
        a_guild_that_removes_the_bot_ends_its_boards_and_can_have_new_ones(),
        an_outage_of_the_guild_ends_nothing(),
    );
}

#[tokio::test]
async fn board_off_removes_the_message_and_ends_the_board() {
    let posted = posted().await;
    let id = posted.lobby.id_text();

    let off = posted
        .admin
        .types("oxeye board off", &[("channel", &id)])
        .await;

    assert!(off.ephemeral, "{}", off.text());
    assert!(off.text().contains(&id), "{}", off.text());
    assert!(posted.lobby.messages().is_empty());
    let again = posted
        .admin
        .types("oxeye board off", &[("channel", &id)])
        .await;
    assert_ne!(again.text(), off.text(), "there is nothing left to end");
}

#[tokio::test]
async fn a_message_that_discord_fails_to_delete_is_deleted_a_little_later() {
    let posted = posted().await;
    let discord = &posted.community.discord;
    discord.fails(Call::DeleteMessage, Fault::Status(503), 2);

    let channel = [("channel", &*posted.lobby.id_text())];
    let off = posted.admin.types("oxeye board off", &channel).await;

    assert!(off.text().contains("removed"), "{}", off.text());
    posted.lobby.is_empty().await;
}

#[tokio::test]
async fn a_message_that_the_bot_cannot_delete_is_named_in_the_answer() {
    let posted = posted().await;
    posted.lobby.denies_the_bot(Permissions::VIEW_CHANNEL);

    let channel = [("channel", &*posted.lobby.id_text())];
    let off = posted.admin.types("oxeye board off", &channel).await;

    assert!(off.text().contains("did not let me"), "{}", off.text());
    assert_eq!(posted.lobby.messages().len(), 1);
}

#[tokio::test]
async fn somebody_who_may_not_manage_the_guild_ends_no_board() {
    let posted = posted().await;
    let id = posted.lobby.id_text();
    let member = posted.community.guild.member();
    let refused = member.types("oxeye board off", &[("channel", &id)]).await;
    assert!(refused.ephemeral, "{}", refused.text());
    assert_eq!(posted.lobby.messages().len(), 1);
}

async fn a_board_of_another_guild_cannot_be_ended() {
    let posted = posted().await;
    let elsewhere = posted.community.discord.guild(2);
    let other = elsewhere.moderator();
    other.types("oxeye board off", &[]).await;
    assert_eq!(posted.lobby.messages().len(), 1);
    posted.server.joins("Steve").await;
    posted.lobby.message_says("Steve").await;
}

async fn a_board_shows_the_new_name_of_its_server() {
    let posted = posted().await;
    let guild = posted.community.guild.id();
    let rename = Request::post(format!("/api/servers/{guild}/survival/rename"));
    let rename = rename.json(&serde_json::json!({"server": "creative"}));
    posted.community.oxeye.api(rename).await;
    posted.lobby.message_says("creative").await;
}

async fn a_board_says_that_its_server_is_disconnected() {
    let posted = posted().await;
    posted.server.disconnect().await.expect("it is accepted");
    let says = |text: &str| text.to_lowercase().contains("disconnected");
    posted
        .lobby
        .message_until("the board says so", |last| says(&last.text()))
        .await;
}

async fn a_guild_that_removes_the_bot_ends_its_boards_and_can_have_new_ones() {
    let posted = posted().await;
    let discord = &posted.community.discord;
    let guild = &posted.community.guild;
    guild.removes_the_bot();
    posted
        .community
        .oxeye
        .has_logged("a guild removed the bot")
        .await;
    posted.server.joins("Steve").await;
    guild.has_the_bot_again();

    let other = guild.channel(ChannelKind::Text, "other");
    let options = [("server", "survival"), ("channel", &*other.id_text())];
    // Until the bot has taken note of its return, nothing is posted.
    let is_posted = |answer: &Answer| answer.text().contains(&format!("/{}/", other.id()));
    posted
        .admin
        .types_until("oxeye board post", &options, "the bot is back", is_posted)
        .await;
    other.message_says("Steve").await;

    assert_eq!(posted.lobby.edits(), 0);
    let about_lobby = discord.requests();
    let about_lobby = about_lobby
        .iter()
        .filter(|one| one.channel == Some(posted.lobby.id()));
    assert_eq!(about_lobby.filter(|one| one.call == Call::Edit).count(), 0);
}

async fn an_outage_of_the_guild_ends_nothing() {
    let posted = posted().await;
    posted.community.guild.has_an_outage();
    posted.server.joins("Steve").await;
    posted.lobby.message_says("Steve").await;
    posted.community.guild.has_the_bot_again();
    posted.server.leaves("Alex").await;
    posted.server.joins("Notch").await;
    posted.lobby.message_says("Notch").await;
}
