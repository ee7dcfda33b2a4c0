//! Boards in channels of all kinds.

use oxeye_tests::community::Community;
use oxeye_tests::discord::ChannelKind;

use super::{post, posted_in};

/// The stories of this file. They are played at the same time, since they wait for the 15 s between two edits.
#[tokio::test]
async fn boards_live_in_channels_of_all_kinds() {
    tokio::join!(
        boards_live_in_announcement_and_voice_channels_and_in_stages(),
        a_board_lives_in_a_thread(),
        in_a_forum_a_board_is_a_post_of_its_own(),
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
