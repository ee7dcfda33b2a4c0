//! Messages that are deleted, channels that go, permissions that are taken away: the board heals or
//! stops, and the member who posted it is told.

use oxeye_tests::community::Community;
use oxeye_tests::discord::{Call, Permissions};

use super::{post, posted};

/// The stories of this file. They are played at the same time, since they wait for the 15 s between two edits.
#[tokio::test]
async fn boards_heal_or_stop_and_whoever_posted_them_is_told() {
    tokio::join!(
        a_deleted_message_is_posted_again_once(),
        a_message_that_is_deleted_while_the_bot_is_away_is_posted_again(),
        a_board_stops_with_its_channel(),
        a_channel_that_the_bot_cannot_see_for_a_while_is_right_at_once_when_it_can(),
        a_permission_that_a_role_gives_back_is_used_at_once(),
        a_permission_in_the_parent_of_a_thread_is_used_at_once(),
        somebody_without_direct_messages_is_told_with_the_next_answer(),
        an_archived_thread_is_unarchived_and_a_locked_one_is_reported(),
    );
}

async fn a_deleted_message_is_posted_again_once() {
    let posted = posted().await;
    let lobby = &posted.lobby;
    let first = lobby.message_says("Alex").await;
    lobby.loses(&first);

    posted.server.joins("Steve").await;

    let second = lobby.message_says("Steve").await;
    assert_eq!(lobby.messages().len(), 1);
    posted.admin.is_told(&lobby.id_text()).await;
    lobby.loses(&second);
    posted.server.joins("Notch").await;
    let discord = &posted.community.discord;
    posted.admin.is_told_times(2).await;
    assert!(lobby.messages().is_empty());
    assert_eq!(discord.calls(Call::Edit), 2);

    // Posting the board again brings it back.
    post(&posted.admin, lobby).await;
    lobby.message_says("Notch").await;
}

async fn a_message_that_is_deleted_while_the_bot_is_away_is_posted_again() {
    let posted = posted().await;
    let first = posted.lobby.message_says("Alex").await;
    let mut oxeye = posted.community.oxeye;
    oxeye.kill().await;
    posted.lobby.loses(&first);

    // Nothing has changed that the board would have to show.
    let _oxeye = oxeye.start_again().await;

    posted.lobby.message_says("Alex").await;
    assert_eq!(posted.lobby.messages().len(), 1);
    posted.admin.is_told(&posted.lobby.id_text()).await;
}

async fn a_board_stops_with_its_channel() {
    let posted = posted().await;
    posted.lobby.is_deleted();
    posted.server.joins("Steve").await;
    posted.admin.is_told("deleted").await;
    let other = posted.community.guild.general();
    post(&posted.admin, &other).await;
    other.message_says("Steve").await;
}

async fn a_channel_that_the_bot_cannot_see_for_a_while_is_right_at_once_when_it_can() {
    let posted = posted().await;
    posted.lobby.denies_the_bot(Permissions::VIEW_CHANNEL);
    posted.server.joins("Steve").await;
    posted.admin.is_told(&posted.lobby.id_text()).await;

    posted.lobby.grants_the_bot(Permissions::VIEW_CHANNEL);

    posted.lobby.message_says("Steve").await;
    assert_eq!(posted.admin.direct_messages().len(), 1);
}

async fn a_permission_that_a_role_gives_back_is_used_at_once() {
    let posted = posted().await;
    let guild = &posted.community.guild;
    guild.takes_from_the_bot(Permissions::EMBED_LINKS);
    posted.server.joins("Steve").await;
    posted.admin.is_told(&posted.lobby.id_text()).await;

    guild.gives_to_the_bot(Permissions::EMBED_LINKS);

    posted.lobby.message_says("Steve").await;
}

async fn a_permission_in_the_parent_of_a_thread_is_used_at_once() {
    let (community, server) = Community::with_alex().await;
    let admin = community.guild.moderator();
    let parent = community.guild.general();
    let thread = parent.thread("who is on");
    post(&admin, &thread).await;
    thread.message_says("Alex").await;
    parent.denies_the_bot(Permissions::VIEW_CHANNEL);
    server.joins("Steve").await;
    admin.is_told(&thread.id_text()).await;

    parent.grants_the_bot(Permissions::VIEW_CHANNEL);

    thread.message_says("Steve").await;
}

async fn somebody_without_direct_messages_is_told_with_the_next_answer() {
    let posted = posted().await;
    posted.admin.refuses_direct_messages();
    posted.lobby.is_deleted();
    posted.server.joins("Steve").await;
    let discord = &posted.community.discord;
    discord.has_refused(50_007).await;

    let answer = post(&posted.admin, &posted.community.guild.general()).await;

    assert!(answer.text().contains("deleted"), "{}", answer.text());
}

async fn an_archived_thread_is_unarchived_and_a_locked_one_is_reported() {
    let (community, server) = Community::with_alex().await;
    let admin = community.guild.moderator();
    let thread = community.guild.general().thread("who is on");
    post(&admin, &thread).await;
    thread.message_says("Alex").await;

    thread.is_archived_and(false);
    server.joins("Steve").await;
    thread.message_says("Steve").await;
    assert!(!thread.is_archived());
    thread.is_archived_and(true);
    server.joins("Notch").await;

    admin.is_told(&thread.id_text()).await;
    thread.is_opened();
    thread.message_says("Notch").await;
}
