//! Batches and other reports in several parts, of which a later part cannot be written.

use rusqlite::Connection;

use super::*;
use crate::batches::{BatchAnswer, EventBatch, ServerEvent, TakeEventsError};
use crate::persons::PersonKey;

/// Returns a batch of players who join, one after the other.
fn joins(first: u64, count: u64) -> EventBatch {
    // Every two of them are the same account.
    let account = |number: u64| Uuid::from_u64_pair(0x4111, number / 2);
    let join = |number| {
        ServerEvent::Join(JoinEvent {
            uuid: Some(account(number)),
            ..join_at(&format!("Player{number}"), NOW)
        })
    };
    EventBatch {
        epoch: 1,
        first_seq: first,
        events: (first..first + count).map(join).collect(),
    }
}

async fn take(fixture: &Fixture, batch: EventBatch) -> Result<BatchAnswer, TakeEventsError> {
    fixture
        .database
        .take_events(fixture.server, batch, NOW)
        .await
}

/// Returns a join of our account under a name.
fn joins_as(name: &str) -> JoinEvent {
    JoinEvent {
        uuid: Some(ACCOUNT),
        ..testing::join(name)
    }
}

/// Reports that our account joins as Bob and as Steve, of which the latter cannot be written.
async fn fails_at_steve(fixture: &Fixture) {
    fixture
        .run_sql(
            "CREATE TRIGGER full BEFORE INSERT ON players WHEN new.name = 'Steve'
             BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        .await;
    let batch = EventBatch {
        epoch: 1,
        first_seq: 1,
        events: ["Bob", "Steve"]
            .map(|name| ServerEvent::Join(joins_as(name)))
            .into(),
    };

    take(fixture, batch).await.unwrap_err();
}

#[tokio::test]
async fn a_long_batch_takes_several_commits_and_is_answered_when_all_is_on_disk() {
    let fixture = Fixture::new().await;
    let before = fixture.database.writer_load().commits;

    let answer = take(&fixture, joins(1, 1_000)).await.unwrap();

    assert_eq!(answer.acked_seq, 1_000);
    assert_eq!(fixture.snapshot().online.len(), 1_000);
    fixture.assert_memory_matches_file();
    assert!(fixture.database.writer_load().commits >= before + 4);
}

#[tokio::test]
async fn the_parts_taken_before_a_batch_failed_are_not_taken_twice() {
    let fixture = Fixture::new().await;
    // The first parts are written; a later one fails.
    fixture
        .run_sql(
            "CREATE TRIGGER full BEFORE INSERT ON players WHEN new.name = 'Player700'
             BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        .await;

    take(&fixture, joins(1, 1_000)).await.unwrap_err();

    let taken = fixture.snapshot().online.len();
    assert!((1..700).contains(&taken), "{taken}");
    fixture.assert_memory_matches_file();

    fixture.run_sql("DROP TRIGGER full").await;
    let answer = take(&fixture, joins(1, 1_000)).await.unwrap();
    assert_eq!(answer.acked_seq, 1_000);
    let snapshot = fixture.snapshot();
    assert_eq!(snapshot.online.len(), 1_000);
    assert!(snapshot.sessions.is_empty() && snapshot.loose_ends.is_empty());
    fixture.assert_memory_matches_file();
}

/// Adds an account in a first run and then hides the sessions, so that the second run cannot read them back.
struct TwoRuns;

impl Step for TwoRuns {
    type Done = ();

    fn run(
        &mut self,
        file: &Connection,
        state: &mut ServerState,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<()>> {
        ledger.player(&testing::player("Alex"));
        ledger.account(GuildId::LOCAL, &testing::player("Alex"), Some(ACCOUNT));
        file.execute_batch("ALTER TABLE sessions RENAME TO hidden")?;
        state.mark_out_of_date(u64::MAX);
        Ok(Progress::More)
    }
}

#[tokio::test]
async fn what_a_first_part_added_is_known_although_a_second_part_could_not_begin() {
    let fixture = Fixture::new().await;
    let (database, server) = (&fixture.database, fixture.server);
    let report = database.report_step(server, NOW, TwoRuns).unwrap();
    report.done().await.unwrap_err();
    fixture
        .run_sql("ALTER TABLE hidden RENAME TO sessions")
        .await;

    let join = joins_as("Alex");
    database.player_join(server, join, NOW).await.unwrap();

    assert_eq!(fixture.snapshot().online.len(), 1);
    fixture.assert_memory_matches_file();
}

#[tokio::test]
async fn a_batch_that_fails_midway_leaves_nobody_under_a_name_that_was_not_written() {
    let fixture = Fixture::new().await;
    let (database, server) = (&fixture.database, fixture.server);
    database
        .player_join(server, joins_as("Alex"), NOW)
        .await
        .unwrap();

    fails_at_steve(&fixture).await;

    let memory = &fixture.database.inner.memory;
    let persons = memory.persons.of(GuildId::LOCAL);
    let account = memory.accounts.id(ACCOUNT).unwrap();
    let alex = memory.players.id(&testing::player("Alex")).unwrap();
    assert_eq!(persons.names(PersonKey::Account(account)), [alex]);
    fixture.assert_memory_matches_file();
}

#[tokio::test]
async fn a_batch_that_fails_midway_leaves_nobody_hidden_under_a_name_that_was_not_written() {
    let fixture = Fixture::new().await;
    let (database, server) = (&fixture.database, fixture.server);
    for event in [joins_as("Alex"), testing::join("Bob")] {
        database.player_join(server, event, NOW).await.unwrap();
    }
    let alex = testing::player("Alex");
    let linked = database.link_member(GuildId::LOCAL, 7, alex.clone(), None, NOW);
    linked.await.unwrap();
    let hidden = database.hide_member(GuildId::LOCAL, 7, NOW).await;
    assert!(hidden.unwrap().is_some());

    fails_at_steve(&fixture).await;

    assert!(database.hides(GuildId::LOCAL, &alex));
    assert!(!database.hides(GuildId::LOCAL, &testing::player("Bob")));
}
