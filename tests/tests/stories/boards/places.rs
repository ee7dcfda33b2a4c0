//! Boards in channels of all kinds.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Call, ChannelKind, Fault};

use super::{post, posted_in};

/// The stories of this file. They are played at the same time, since they wait for the 15 s between two edits.
#[tokio::test]
async fn boards_live_in_channels_of_all_kinds() {
    tokio::join!(
        boards_live_in_announcement_and_voice_channels_and_in_stages(),
        a_board_lives_in_a_thread(),
        in_a_forum_a_board_is_a_post_of_its_own(),
        a_post_whose_answer_is_lost_is_made_once(),
        a_post_whose_pictures_are_refused_is_made_without(),
    );
}

async fn boards_live_in_announcement_and_voice_channels_and_in_stages() {
    for kind in [
        ChannelKind::Announcement,
        ChannelKind::Voice,
        ChannelKind::Stage,
    ] {
        let posted = posted_in(kind).await;
        posted.lobby.message_says("Alex").await.picture();
    }
}

async fn a_board_lives_in_a_thread() {
    let (community, server) = Community::with_alex().await;
    let thread = community.guild.general().thread("who is on");
    post(&community.guild.moderator(), &thread).await;
    thread.message_says("Alex").await;
    server.joins("Steve").await;
    thread.message_says("Steve").await;
}

async fn in_a_forum_a_board_is_a_post_of_its_own() {
    let posted = posted_in(ChannelKind::Forum).await;
    let posts = posted.lobby.threads();
    assert_eq!(posts.len(), 1);
    posts[0].message_says("Alex").await.picture();
    assert!(posts[0].name().contains("survival"), "{}", posts[0].name());
    posted.server.joins("Steve").await;
    posts[0].message_says("Steve").await;

    let off = [("channel", posted.lobby.id_text())];
    let [(name, id)] = &off;
    posted.admin.types("oxeye board off", &[(name, id)]).await;
    let left = posted.lobby.threads();
    assert!(left.iter().all(|post| post.messages().is_empty()));
}

async fn a_post_whose_answer_is_lost_is_made_once() {
    let (community, server) = Community::with_alex().await;
    let forum = community.guild.channel(ChannelKind::Forum, "servers");
    let discord = &community.discord;
    discord.fails(Call::Thread, Fault::LostReply(502), 1);

    let answer = post(&community.guild.moderator(), &forum).await;

    let posts = forum.threads();
    assert_eq!(posts.len(), 1);
    assert!(answer.text().contains(&posts[0].id_text()), "{answer:?}");
    server.joins("Steve").await;
    posts[0].message_says("Steve").await;
    assert_eq!(discord.calls(Call::Thread), 1);
}

async fn a_post_whose_pictures_are_refused_is_made_without() {
    let (community, _server) = Community::with_alex().await;
    let forum = community.guild.channel(ChannelKind::Forum, "servers");
    let discord = &community.discord;
    discord.fails(Call::Thread, Fault::Status(413), 1);

    post(&community.guild.moderator(), &forum).await;

    let posts = forum.threads();
    let board = posts[0].message_says("Alex").await;
    assert!(board.files.is_empty(), "{:?}", board.files);
    assert_eq!(discord.calls(Call::Thread), 2);
}
