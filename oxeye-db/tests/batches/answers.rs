//! What the answer to a batch asks for, and how much of a batch is taken in one go.

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
