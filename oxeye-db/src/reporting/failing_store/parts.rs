//! Batches that are taken in parts.

use super::*;
use crate::batches::{BatchAnswer, EventBatch, ServerEvent, TakeEventsError};
use crate::testing::join_at;

/// Players who join, one after the other.
fn joins(first: u64, count: u64) -> EventBatch {
    let join = |number| ServerEvent::Join(join_at(&format!("Player{number}"), NOW));
    EventBatch {
        epoch: 1,
        first_seq: first,
        events: (first..first + count).map(join).collect(),
    }
}

async fn take(stage: &Stage, batch: EventBatch) -> Result<BatchAnswer, TakeEventsError> {
    stage.database.take_events(stage.server, batch, NOW).await
}

#[tokio::test]
async fn a_long_batch_takes_several_commits_and_is_answered_when_all_of_it_is_on_disk() {
    let stage = Stage::new().await;
    let before = stage.database.writer_load().commits;

    let answer = take(&stage, joins(1, 1_000)).await.unwrap();

    assert_eq!(answer.acked_seq, 1_000);
    assert_eq!(stage.believed().online.len(), 1_000);
    stage.assert_memory_is_the_file();
    assert!(stage.database.writer_load().commits >= before + 4);
}

#[tokio::test]
async fn what_was_taken_of_a_batch_whose_later_part_failed_is_not_taken_twice() {
    let stage = Stage::new().await;
    // The first parts are written; a later one meets the limit.
    stage
        .file(
            "CREATE TRIGGER full BEFORE INSERT ON players WHEN new.name = 'Player700'
             BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        .await;

    take(&stage, joins(1, 1_000)).await.unwrap_err();

    let taken = stage.believed().online.len();
    assert!((1..700).contains(&taken), "{taken}");
    stage.assert_memory_is_the_file();

    stage.file("DROP TRIGGER full").await;
    let answer = take(&stage, joins(1, 1_000)).await.unwrap();
    assert_eq!(answer.acked_seq, 1_000);
    let believed = stage.believed();
    assert_eq!(believed.online.len(), 1_000);
    assert!(believed.sessions.is_empty() && believed.loose_ends.is_empty());
    stage.assert_memory_is_the_file();
}
