use oxeye_db::GuildId;
use oxeye_db::testing::{TestStore, join, leave, player};

use super::*;

const NOW: UnixSeconds = UnixSeconds(1_700_000_000);
const DAY: Duration = Duration::from_secs(86_400);

/// Creates a store with one session, which has just ended.
async fn store() -> TestStore {
    let database = TestStore::new(NOW);
    let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
    let joined = database.player_join(server, join("Alex"), NOW);
    joined.await.unwrap();
    let left = database.player_leave(server, leave("Alex"), NOW);
    left.await.unwrap();
    database
}

fn thirty_days_of(store: &TestStore) -> JobContext {
    JobContext::new(Database::clone(store), Some(30 * DAY))
}

async fn sessions_of_alex(store: &TestStore) -> Option<usize> {
    let forgotten = store.forget_player(player("Alex"), NOW).await.unwrap();
    forgotten.map(|forgotten| forgotten.sessions)
}

#[tokio::test]
async fn a_start_with_the_clock_a_year_ahead_deletes_no_history() {
    let database = store().await;
    let context = thirty_days_of(&database);
    let year = NOW.plus(365 * DAY);

    for now in [NOW, year, year.plus(DAY), NOW.plus(DAY)] {
        expire_sessions(&context, now).await.unwrap();
    }

    assert!(context.has_warned_of_clock.into_inner());
    assert_eq!(sessions_of_alex(&database).await, Some(1));
}

#[tokio::test]
async fn after_a_year_off_old_sessions_are_deleted_once_the_clock_has_run_on() {
    let database = store().await;
    let context = thirty_days_of(&database);
    let year = NOW.plus(365 * DAY);

    for hour in 0..=72 {
        let now = year.plus(HOUR * hour);
        expire_sessions(&context, now).await.unwrap();
    }

    assert!(!context.has_warned_of_clock.into_inner());
    assert_eq!(sessions_of_alex(&database).await, None);
}

#[tokio::test]
async fn without_a_retention_nothing_is_ever_deleted() {
    let database = store().await;
    let context = JobContext::new(Database::clone(&database), None);
    let year = NOW.plus(365 * DAY);

    for hour in 0..=72 {
        let now = year.plus(HOUR * hour);
        expire_sessions(&context, now).await.unwrap();
    }

    assert_eq!(sessions_of_alex(&database).await, Some(1));
}

#[tokio::test]
async fn a_guild_that_removed_the_bot_is_deleted_after_30_days_by_a_clock_that_is_right() {
    let database = TestStore::new(NOW);
    let guild = GuildId(7);
    database.link(guild, "survival", NOW).await;
    database.guild_removed(guild, NOW).await.unwrap();
    let context = JobContext::new(Database::clone(&database), None);
    let servers = || database.known_servers(NOW).len();

    // The clock jumps a month ahead, and back.
    for now in [NOW, NOW.plus(40 * DAY), NOW.plus(HOUR)] {
        delete_removed_guilds(&context, now).await.unwrap();
    }
    assert_eq!(servers(), 1);

    for hour in 0..=30 * 24 {
        assert_eq!(servers(), 1, "{hour}");
        let now = NOW.plus(HOUR * hour);
        delete_removed_guilds(&context, now).await.unwrap();
    }
    assert_eq!(servers(), 0);
}

#[test]
fn a_job_that_keeps_failing_is_logged_when_it_begins_to_fail() {
    let mut is_failing = false;
    let outcomes = [
        (Err(StoreError::Busy), true),
        (Err(StoreError::Busy), false),
        (Err(StoreError::Closed), false),
        (Ok(()), false),
        (Err(StoreError::Busy), true),
    ];
    for (done, expected) in outcomes {
        let logged = newly_failed(done, &mut is_failing).is_some();
        assert_eq!(logged, expected);
    }
}
