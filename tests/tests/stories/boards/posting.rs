//! Posting a board, and what is on it.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Call, Channel, ChannelKind, Fault, Permissions};
use oxeye_tests::raw::Request;
use serde_json::json;

use super::{post, posted};

/// The stories about joins. They are played at the same time, since they wait for the 15 s between two edits.
#[tokio::test]
async fn boards_follow_their_servers() {
    tokio::join!(
        a_board_follows_joins_and_not_heartbeats(),
        one_message_can_show_every_server_of_the_guild(),
    );
}

#[tokio::test]
async fn a_board_shows_who_is_on_and_the_answer_is_private() {
    let (community, _server) = Community::with_alex().await;
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");

    let answer = post(&community.guild.moderator(), &lobby).await;

    assert!(answer.ephemeral, "{}", answer.text());
    let board = lobby.message_says("Alex").await;
    assert!(board.text().contains("survival"), "{}", board.text());
    board.picture();
    assert_eq!(lobby.messages().len(), 1);
}

#[tokio::test]
async fn a_board_without_a_picture_has_no_file() {
    let (community, _server) = Community::with_alex().await;
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    let options = [("picture", "off"), ("channel", &lobby.id_text())];
    let admin = community.guild.moderator();
    admin.types("oxeye board post", &options).await;
    assert!(lobby.message_says("Alex").await.files.is_empty());
}

#[tokio::test]
async fn a_board_is_posted_where_the_command_is_typed_unless_a_channel_is_named() {
    let (community, _server) = Community::with_alex().await;
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    let admin = community.guild.moderator().in_channel(&lobby);
    admin.types("oxeye board post", &[]).await;
    lobby.message_says("Alex").await;
}

async fn a_board_follows_joins_and_not_heartbeats() {
    let posted = posted().await;
    for _ in 0..3 {
        let beat = Request::post("/heartbeat").json(&json!({"players": 1, "heartbeat_secs": 30}));
        assert_eq!(posted.server.ask(beat).await.status, 200);
        posted.server.syncs(&["Alex"]).await;
    }
    posted.server.joins("Steve").await;

    posted.lobby.message_says("Steve").await.picture();

    assert_eq!(posted.lobby.edits(), 1);
    assert_eq!(posted.lobby.messages().len(), 1);
}

async fn one_message_can_show_every_server_of_the_guild() {
    let (community, _survival) = Community::with_alex().await;
    let hub = community.oxeye.linked_from(&community.guild, "hub").await;
    hub.syncs(&["Steve"]).await;
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    let options = [("channel", lobby.id_text())];
    let [(name, id)] = &options;
    let admin = community.guild.moderator();
    admin.types("oxeye board post", &[(name, id)]).await;

    let board = lobby.message_says("survival").await.text();

    for words in ["hub", "Alex", "Steve"] {
        assert!(board.contains(words), "{board}");
    }
    hub.joins("Notch").await;
    lobby.message_says("Notch").await;
}

#[tokio::test]
async fn posting_twice_answers_with_a_link_to_the_first() {
    let posted = posted().await;

    let again = post(&posted.admin, &posted.lobby).await;

    let guild = posted.community.guild.id();
    let link = format!("discord.com/channels/{guild}/{}/", posted.lobby.id());
    assert!(again.text().contains(&link), "{}", again.text());
    assert_eq!(posted.lobby.messages().len(), 1);
}

#[tokio::test]
async fn posting_twice_at_the_same_moment_makes_one_board() {
    let (community, _server) = Community::with_alex().await;
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    let admin = community.guild.moderator();
    let (one, other) = tokio::join!(post(&admin, &lobby), post(&admin, &lobby));
    assert!(one.ephemeral && other.ephemeral);
    lobby.message_says("Alex").await;
    assert_eq!(lobby.messages().len(), 1);
}

#[tokio::test]
async fn a_fifth_board_in_a_channel_within_a_minute_is_answered_with_the_time_when_it_comes() {
    let (community, _server) = Community::with_alex().await;
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    let admin = community.guild.moderator();
    for name in ["hub", "creative", "lobby", "events"] {
        let server = community.oxeye.linked_from(&community.guild, name).await;
        server.syncs(&[]).await;
        let options = [("server", name), ("channel", &lobby.id_text())];
        let posted = admin.types("oxeye board post", &options).await.text();
        assert!(posted.contains("discord.com/channels/"), "{posted}");
    }

    let fifth = post(&admin, &lobby).await.text();

    assert!(fifth.contains("<t:") && fifth.contains(":R>"), "{fifth}");
    assert_eq!(lobby.messages().len(), 4);
}

#[tokio::test]
async fn posting_again_after_the_message_is_gone_posts_it_again() {
    let posted = posted().await;
    let message = posted.lobby.message_says("Alex").await;
    posted.lobby.loses(&message);
    assert!(posted.lobby.messages().is_empty());

    post(&posted.admin, &posted.lobby).await;

    posted.lobby.message_says("Alex").await;
}

#[tokio::test]
async fn somebody_who_may_not_manage_the_guild_posts_no_board() {
    let (community, _server) = Community::with_alex().await;
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    let answer = post(&community.guild.member(), &lobby).await;
    assert!(answer.ephemeral, "{}", answer.text());
    assert_eq!(community.discord.calls(Call::Post), 0);
}

#[tokio::test]
async fn each_missing_permission_is_named_before_anything_is_posted() {
    let (community, _server) = Community::with_alex().await;
    let admin = community.guild.moderator();
    let names = [
        (Permissions::VIEW_CHANNEL, "View Channel"),
        (Permissions::SEND_MESSAGES, "Send Messages"),
        (Permissions::EMBED_LINKS, "Embed Links"),
        (Permissions::ATTACH_FILES, "Attach Files"),
        (Permissions::READ_MESSAGE_HISTORY, "Read Message History"),
    ];
    for (permission, name) in names {
        let channel = community.guild.channel(ChannelKind::Text, "lobby");
        channel.denies_the_bot(permission);
        let answer = post(&admin, &channel).await;
        assert!(
            answer.ephemeral && answer.text().contains(name),
            "{}",
            answer.text()
        );
    }
    let several = community.guild.channel(ChannelKind::Text, "lobby");
    several.denies_the_bot(Permissions::EMBED_LINKS | Permissions::ATTACH_FILES);
    let answer = post(&admin, &several).await.text();
    assert!(
        answer.contains("Embed Links") && answer.contains("Attach Files"),
        "{answer}"
    );
    assert_eq!(community.discord.calls(Call::Post), 0);
}

#[tokio::test]
async fn a_permission_that_a_role_takes_away_is_named_too() {
    let (community, _server) = Community::with_alex().await;
    community
        .guild
        .takes_from_the_bot(Permissions::ATTACH_FILES);
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    let answer = post(&community.guild.moderator(), &lobby).await;
    assert!(answer.text().contains("Attach Files"), "{}", answer.text());
    assert_eq!(community.discord.calls(Call::Post), 0);
}

#[tokio::test]
async fn a_post_whose_answer_is_lost_makes_one_message() {
    let (community, _server) = Community::with_alex().await;
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    community
        .discord
        .fails(Call::Post, Fault::LostReply(502), 1);

    post(&community.guild.moderator(), &lobby).await;

    lobby.message_says("Alex").await;
    assert_eq!(lobby.messages().len(), 1);
}

#[tokio::test]
async fn the_buttons_answer_privately_and_leave_the_board_alone() {
    let (community, server) = Community::with_alex().await;
    for number in 0..60 {
        let name = format!("Visitor{number}");
        server.joins(&name).await;
        server.leaves(&name).await;
    }
    let lobby = community.guild.channel(ChannelKind::Text, "lobby");
    post(&community.guild.moderator(), &lobby).await;
    let board = lobby.message_says("Alex").await;
    let before = board.text();

    let all = community.guild.member().presses(&board, "Show all").await;

    assert!(
        all.ephemeral && all.text().contains("Visitor"),
        "{}",
        all.text()
    );
    assert_eq!(lobby.messages()[0].text(), before);
}

#[tokio::test]
async fn a_guild_has_at_most_20_boards() {
    let (community, _server) = Community::with_alex().await;
    let admin = community.guild.moderator();
    let channels: Vec<Channel> = (0..21)
        .map(|number| {
            let name = format!("lobby-{number}");
            community.guild.channel(ChannelKind::Text, &name)
        })
        .collect();
    let mut last = String::new();
    for channel in &channels {
        last = post(&admin, channel).await.text();
    }
    assert!(last.contains("20"), "{last}");
    assert!(channels[20].messages().is_empty());
    channels[19].message_says("Alex").await;
}
