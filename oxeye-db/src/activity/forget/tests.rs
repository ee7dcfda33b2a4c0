//! Bytes of what was deleted that cannot be overwritten at once.

use oxeye_plugin_proto::{ActivityEvent, UnixSeconds};
use rusqlite::Connection;
use serde_json::json;

use crate::activity::report::ActivityReport;
use crate::forget::Forgotten;
use crate::ids::{GuildId, ServerId};
use crate::store::side_file::rewriting;
use crate::testing::{TestStore, player};

const GUILD: GuildId = GuildId(7);
const NOW: UnixSeconds = UnixSeconds(1_795_867_200);

/// A store of activity whose file may refuse to be rewritten.
struct Site {
    store: TestStore,
    server: ServerId,
}

impl Site {
    async fn new() -> Self {
        let store = TestStore::new(NOW);
        let (server, _) = store.link(GUILD, "survival", NOW).await;
        Self { store, server }
    }

    async fn restarted(self) -> Self {
        let store = self.store.restarted(NOW).await;
        Self { store, ..self }
    }

    async fn kills(&self, killer: &str, victim: &str) {
        let event = json!({"player": killer, "event_type": "kill", "details": {"victim": victim}});
        let event: ActivityEvent = serde_json::from_value(event).unwrap();
        let report = ActivityReport::Single {
            event,
            idempotency_key: None,
        };
        let taken = self
            .store
            .take_activity(self.server.into(), report, NOW)
            .await;
        taken.unwrap();
    }

    async fn forget(&self, name: &str) -> Option<Forgotten> {
        self.store.forget_player(player(name), NOW).await.unwrap()
    }

    async fn on_writer<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> T + Send + 'static,
    ) -> T {
        let activity = self.store.inner.activity.as_ref().unwrap();
        let (file, _) = activity.open_file().unwrap();
        file.between_transactions(work).await.unwrap()
    }

    /// Attaches databases until there can be no more, of which SQLite needs one to rewrite the file.
    async fn keep_from_rewriting(&self) {
        let attach = |file: &Connection| {
            let attached = (0..).take_while(|number| {
                let attach = format!("ATTACH ':memory:' AS in_the_way_{number}");
                file.execute_batch(&attach).is_ok()
            });
            attached.count()
        };
        assert!(self.on_writer(attach).await > 0);
    }

    async fn let_rewrite(&self) {
        let detach = |file: &Connection| file.execute_batch("DETACH in_the_way_0");
        self.on_writer(detach).await.unwrap();
    }

    async fn must_rewrite(&self) -> bool {
        self.on_writer(|file| rewriting::is_required(file).unwrap())
            .await
    }
}

/// What is said to those who ask for somebody of whom nothing is known, while bytes are still to be overwritten.
fn nothing_but_bytes() -> Option<Forgotten> {
    Some(Forgotten::default())
}

#[tokio::test]
async fn whoever_asks_again_is_told_that_bytes_are_left_until_they_are_overwritten() {
    let site = Site::new().await;
    site.kills("Kai", "Xylophonist").await;
    site.keep_from_rewriting().await;

    let forgotten = site.forget("Xylophonist").await.unwrap();
    assert!(forgotten.is_known && !forgotten.is_wiped);
    assert_eq!(forgotten.activity_mentions, 1);
    assert_eq!(site.forget("Xylophonist").await, nothing_but_bytes());

    site.let_rewrite().await;
    assert_eq!(site.forget("Xylophonist").await, None);
    assert!(!site.must_rewrite().await);
}

#[tokio::test]
async fn bytes_that_were_left_are_overwritten_by_the_timer_also_after_a_restart() {
    let site = Site::new().await;
    site.kills("Kai", "Xylophonist").await;
    site.keep_from_rewriting().await;
    site.forget("Xylophonist").await.unwrap();
    site.store.wipe_activity().await.unwrap();
    assert!(site.must_rewrite().await);

    let site = site.restarted().await;
    site.store.wipe_activity().await.unwrap();

    assert!(!site.must_rewrite().await);
    assert_eq!(site.forget("Xylophonist").await, None);
}

#[tokio::test]
async fn of_a_guild_that_is_deleted_in_part_the_bytes_are_overwritten() {
    let site = Site::new().await;
    for number in 0..150 {
        site.kills(&format!("Player{number}"), "Kai").await;
    }
    let refuse = |file: &Connection| {
        file.execute_batch(
            "CREATE TRIGGER refuses BEFORE DELETE ON players WHEN old.name = 'Player99'
             BEGIN SELECT RAISE(ABORT, 'no'); END",
        )
    };
    site.on_writer(refuse).await.unwrap();

    let deleted = site.store.delete_activity_of_guild(GUILD).await;

    deleted.expect_err("one player stays");
    let count = "SELECT count(*) FROM players";
    let left: i64 = site
        .on_writer(|file| file.query_row(count, [], |row| row.get(0)))
        .await
        .unwrap();
    assert_eq!(left, 50);
    assert!(site.must_rewrite().await);
    site.store.wipe_activity().await.unwrap();
    assert!(!site.must_rewrite().await);
}
