//! What the answer to a batch asks for, and how much of a batch is taken in one go.

use oxeye_db::{HeartbeatEvent, JoinEvent};
use oxeye_plugin_proto::TextureHash;

use super::*;

#[tokio::test]
async fn a_sync_is_wanted_until_one_has_come() {
    let world = World::new().await;

    assert!(world.taken(1, 1, &[]).await.resync);
    assert!(world.taken(1, 1, &[leave("Alex", NOW)]).await.resync);
    assert!(
        world.taken(1, 1, &[leave("Alex", NOW)]).await.resync,
        "sent again"
    );
    assert!(!world.taken(1, 2, &[sync(&["Alex"], NOW)]).await.resync);
    assert!(!world.taken(1, 3, &[]).await.resync);
    assert!(
        !world.taken(1, 1, &[leave("Alex", NOW)]).await.resync,
        "sent again"
    );
}

#[tokio::test]
async fn a_sync_is_wanted_when_events_are_missing() {
    let world = World::new().await;
    let resync = async |epoch, first_seq| {
        let answer = world.taken(epoch, first_seq, &[leave("Alex", NOW)]).await;
        answer.resync
    };
    assert!(!world.taken(1, 1, &[sync(&["Alex"], NOW)]).await.resync);

    assert!(!resync(1, 2).await, "the next one");
    assert!(resync(1, 4).await, "3 is missing");
    assert!(!resync(1, 3).await, "it came later");
    assert!(!resync(1, 5).await, "the next one");
    assert!(
        resync(2, 1).await,
        "whoever begins another epoch has lost its memory"
    );
    assert!(!resync(2, 2).await, "the next one");
}

#[tokio::test]
async fn a_batch_of_an_epoch_that_is_over_tells_whether_a_sync_is_wanted() {
    for is_synced in [false, true] {
        let world = World::new().await;
        let events = [leave("Alex", NOW), leave("Alex", NOW), leave("Alex", NOW)];
        world.taken(1, 1, &events[..2]).await;
        world.taken(2, 1, &events[..1]).await;
        if is_synced {
            world.taken(2, 2, &[sync(&[], NOW)]).await;
        }

        let answer = world.taken(1, 1, &events).await;

        assert_eq!((answer.acked_seq, answer.resync), (2, !is_synced));
    }
}

#[tokio::test]
async fn only_the_events_of_a_batch_are_acknowledged() {
    let world = World::new().await;
    let events = [leave("Alex", NOW), leave("Alex", NOW), leave("Alex", NOW)];
    world.taken(1, 1, &events).await;

    assert_eq!(world.taken(1, 1, &events[..1]).await.acked_seq, 1);
    assert_eq!(world.taken(1, 4, &[]).await.acked_seq, 3, "no event");
    world.taken(2, 1, &events).await;
    assert_eq!(
        world.taken(1, 1, &events[..1]).await.acked_seq,
        1,
        "the epoch is over"
    );
}

#[tokio::test]
async fn a_long_batch_is_taken_in_parts_even_if_its_events_change_nothing() {
    let world = World::new().await;
    let commits = || world.database.writer_load().commits;
    let before = commits();

    let answer = world.taken(1, 1, &vec![invalid(); 2_000]).await;

    assert_eq!((answer.acked_seq, answer.refused.len()), (2_000, 2_000));
    assert!(commits() >= before + 4, "{} commits", commits() - before);
}

#[tokio::test]
async fn the_skins_that_joins_and_syncs_name_are_asked_for_until_they_are_there() {
    let world = World::new().await;
    let [one, other] = [TextureHash([1; 32]), TextureHash([2; 32])];
    let joins = ServerEvent::Join(JoinEvent {
        texture_hash: Some(one),
        ..join_at("Alex", UnixSeconds(NOW))
    });
    let mut steve = SyncPlayer::new(player("Steve"));
    steve.texture_hash = Some(other);
    let named = ServerEvent::Sync(vec![SyncPlayer::new(player("Alex")), steve].into());
    let wanted = |answer: BatchAnswer| {
        let missing = answer.missing.into_iter();
        missing
            .map(|skin| (skin.player.to_string(), skin.texture_hash))
            .collect::<Vec<_>>()
    };

    let events = [joins, named, join("Efe", NOW)];
    let answer = world.taken(1, 1, &events).await;

    let both = [("Alex".to_owned(), one), ("Steve".to_owned(), other)];
    assert_eq!(wanted(answer), both);
    assert_eq!(wanted(world.taken(1, 1, &events).await), [], "sent again");
}

#[tokio::test]
async fn a_heartbeat_counts_when_it_is_taken_and_not_when_it_is_sent_again() {
    let world = World::new().await;
    let beat = |players| {
        ServerEvent::Heartbeat(HeartbeatEvent {
            players: Some(players),
            ..HeartbeatEvent::default()
        })
    };
    let reported_count = || {
        let server = world.database.guild_server(GuildId::LOCAL, world.server);
        let status = (world.database).status(server.unwrap(), 1, UnixSeconds(NOW));
        status.unwrap().reported_count
    };

    world.taken(1, 1, &[beat(5)]).await;
    assert_eq!(reported_count(), Some(5));
    world.taken(1, 2, &[beat(7)]).await;
    world.taken(1, 1, &[beat(5)]).await;

    assert_eq!(reported_count(), Some(7));
}
