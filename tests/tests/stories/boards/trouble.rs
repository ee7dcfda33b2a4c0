//! Restarts, gateway gaps, and errors of Discord.

use std::time::Duration;

use oxeye_tests::discord::{Call, Channel, ChannelKind, Fault};

use super::{post, posted};

/// The stories of this file. They are played at the same time, since they wait for the 15 s between two edits.
#[tokio::test]
async fn boards_survive_restarts_gaps_and_errors() {
    tokio::join!(
        after_a_restart_only_a_board_that_differs_is_edited(),
        boards_are_edited_while_the_gateway_is_gone(),
        an_edit_that_fails_is_repeated_with_the_last_state(),
        a_board_whose_edits_are_too_many_backs_off_and_others_go_on(),
        two_edits_of_a_board_are_fifteen_seconds_apart(),
        a_channel_in_which_too_much_is_written_gets_its_edit_later(),
    );
}

async fn after_a_restart_only_a_board_that_differs_is_edited() {
    let posted = posted().await;
    let hub = posted
        .community
        .oxeye
        .linked_from(&posted.community.guild, "hub")
        .await;
    hub.syncs(&["jeb_"]).await;
    let other = posted.community.guild.channel(ChannelKind::Text, "other");
    let options = [("server", "hub"), ("channel", &other.id_text())];
    posted.admin.types("oxeye board post", &options).await;
    other.message_says("jeb").await;

    posted.server.joins("Notch").await;
    posted.lobby.message_says("Notch").await;
    // The board cannot show this any more, and no server reports after the restart.
    posted.server.joins("Steve").await;
    let _oxeye = posted.community.oxeye.restart().await;

    posted.lobby.message_says("Steve").await;
    assert_eq!(posted.lobby.messages().len(), 1);
    assert_are_apart(&posted.lobby);
    assert_eq!((other.messages().len(), other.edits()), (1, 0));
}

async fn boards_are_edited_while_the_gateway_is_gone() {
    let posted = posted().await;
    let discord = &posted.community.discord;
    discord.refuses_identify(Some(4000));
    discord.invalidates_the_session(false);
    posted.server.joins("Steve").await;
    posted.lobby.message_says("Steve").await;
    assert_eq!(discord.sessions().begun, 1, "the gateway is still gone");
}

async fn an_edit_that_fails_is_repeated_with_the_last_state() {
    let posted = posted().await;
    let discord = &posted.community.discord;
    discord.fails(Call::Edit, Fault::Status(500), 1);
    let wait = Duration::from_secs(1);
    discord.fails(Call::Edit, Fault::RateLimited(wait), 1);
    posted.server.joins("Steve").await;
    discord.calls_reach(Call::Edit, 1).await;
    posted.server.joins("Notch").await;

    let board = posted.lobby.message_says("Notch").await;

    assert!(board.text().contains("Steve"), "{}", board.text());
    assert_eq!(posted.lobby.messages().len(), 1);
}

async fn a_board_whose_edits_are_too_many_backs_off_and_others_go_on() {
    let posted = posted().await;
    let discord = &posted.community.discord;
    let other = posted.community.guild.channel(ChannelKind::Text, "other");
    discord.messages_age(Duration::from_secs(2 * 3600));
    post(&posted.admin, &other).await;
    other.message_says("Alex").await;
    discord.limits_old_edits(0, Duration::from_secs(600));

    for name in ["Steve", "Notch"] {
        posted.server.joins(name).await;
        other.message_says(name).await;
    }

    let tries = discord.requests();
    let tries = tries.iter().filter(|one| one.code == Some(30_046));
    assert_eq!(tries.count(), 1);
    assert_eq!(posted.lobby.edits(), 0);
}

async fn two_edits_of_a_board_are_fifteen_seconds_apart() {
    let posted = posted().await;
    posted.server.joins("Steve").await;
    posted.lobby.message_says("Steve").await;
    for name in ["Notch", "jeb_", "Dinnerbone"] {
        posted.server.joins(name).await;
    }
    posted.lobby.message_says("Dinnerbone").await;

    assert_are_apart(&posted.lobby);
}

/// Expects that a message was edited twice, and not within 15 s.
#[track_caller]
fn assert_are_apart(channel: &Channel) {
    let written = channel.written();
    let edits: Vec<_> = written[0].iter().skip(1).map(|one| one.at).collect();
    assert_eq!(edits.len(), 2, "a burst is one edit");
    let apart = edits[1] - edits[0];
    assert!(apart >= Duration::from_millis(14_900), "{apart:?}");
}

async fn a_channel_in_which_too_much_is_written_gets_its_edit_later() {
    let posted = posted().await;
    let discord = &posted.community.discord;
    let wait = Duration::from_secs(1);
    discord.fails(Call::Edit, Fault::WriteLimited(wait), 1);
    posted.server.joins("Steve").await;
    posted.lobby.message_says("Steve").await;
    assert!(posted.admin.direct_messages().is_empty());
}
