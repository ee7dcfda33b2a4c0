//! Files of activity that are lost while they are in use.

use std::fs::{self, File};
use std::path::Path;

use oxeye_plugin_proto::{ActivityEvent, UnixSeconds};

use crate::activity::day::UtcDay;
use crate::activity::path_beside;
use crate::activity::report::{ActivityReport, TakeActivityError};
use crate::ids::{GuildId, ServerId};
use crate::store::{FileLoss, StoreError};
use crate::testing::{TestStore, player};

const GUILD: GuildId = GuildId(7);
const NOW: UnixSeconds = UnixSeconds(1_795_867_200);

async fn does_something(store: &TestStore, server: ServerId) -> Result<(), TakeActivityError> {
    let report = ActivityReport::Single {
        event: ActivityEvent::new(player("Alex"), "death".parse().unwrap()),
        idempotency_key: None,
    };
    let taken = store.take_activity(server.into(), report, NOW).await;
    taken.map(|_| ())
}

async fn deaths(store: &TestStore) -> f64 {
    let day = store.activity_day(GUILD, player("Alex"), UtcDay::of(NOW), NOW);
    day.await.unwrap().counters["deaths"]
}

/// Checks that an event is refused after the file was lost, and says how.
async fn check(lose: impl FnOnce(&Path), how: FileLoss) -> TestStore {
    let store = TestStore::new(NOW);
    let (server, _) = store.link(GUILD, "survival", NOW).await;
    does_something(&store, server).await.unwrap();
    let healthy = store.activity_writer_load().unwrap();
    assert!(!healthy.is_failing);

    lose(&path_beside(store.file()));

    for _ in 0..3 {
        let refused = does_something(&store, server).await;
        let is_lost = matches!(&refused, Err(TakeActivityError::Store(StoreError::Lost(lost)))
            if lost.how == how && !lost.is_log);
        assert!(is_lost, "{how:?}: {refused:?}");
    }
    let checked = store.check_files().await;
    assert!(matches!(checked, Err(StoreError::Lost(_))), "{checked:?}");
    assert!(store.activity_writer_load().unwrap().is_failing);
    store
        .player_join(server, crate::testing::join("Alex"), NOW)
        .await
        .expect("joins do not depend on the file of activity");
    store
}

fn away(path: &Path) -> std::path::PathBuf {
    path.with_extension("away")
}

#[tokio::test]
async fn nothing_is_taken_after_the_file_was_deleted() {
    check(|path| fs::remove_file(path).unwrap(), FileLoss::Missing).await;
}

#[tokio::test]
async fn nothing_is_taken_after_the_file_was_truncated() {
    let truncate = |path: &Path| {
        let file = File::options().write(true).open(path).unwrap();
        file.set_len(100).unwrap();
    };
    check(truncate, FileLoss::Truncated).await;
}

#[tokio::test]
async fn nothing_is_taken_after_the_file_was_replaced() {
    let replace = |path: &Path| {
        fs::rename(path, away(path)).unwrap();
        fs::copy(away(path), path).unwrap();
    };
    check(replace, FileLoss::Replaced).await;
}

#[tokio::test]
async fn what_was_refused_is_not_counted_once_the_file_is_back() {
    let moves = |path: &Path| fs::rename(path, away(path)).unwrap();
    let store = check(moves, FileLoss::Missing).await;
    let path = path_beside(store.file());

    fs::rename(away(&path), &path).unwrap();

    store.check_files().await.unwrap();
    assert!(!store.activity_writer_load().unwrap().is_failing);
    assert_eq!(deaths(&store).await, 1.0);
    let (server, _) = store.link(GUILD, "creative", NOW).await;
    does_something(&store, server).await.unwrap();
    assert_eq!(deaths(&store).await, 2.0);
}
