//! Nothing is forgotten when the file refuses the deletion, and a long history in steps.

mod leftover_bytes;
mod steps;

use oxeye_plugin_proto::UnixSeconds;

use super::Forgotten;
use crate::ids::{GuildId, ServerId};
use crate::store::StoreError;
use crate::testing::{TestStore, join, leave, player};
use crate::visibility::Visible;

const NOW: UnixSeconds = UnixSeconds(1_000_000);

struct Site {
    database: TestStore,
    server: ServerId,
}

impl Site {
    /// Creates a store in which Alex left and joined again, and Steve is online.
    async fn new() -> Self {
        let database = TestStore::new(NOW);
        let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
        for player in ["Alex", "Steve"] {
            let joined = database.player_join(server, join(player), NOW);
            joined.await.unwrap();
        }
        let left = database.player_leave(server, leave("Alex"), NOW);
        left.await.unwrap();
        let joined = database.player_join(server, join("Alex"), NOW);
        joined.await.unwrap();
        Self { database, server }
    }

    /// Makes SQLite refuse the deletion of sessions. `how` is `ABORT` or `ROLLBACK`.
    async fn refuse_deletions(&self, how: &str) {
        let sql = format!(
            "CREATE TRIGGER refuses BEFORE DELETE ON sessions BEGIN SELECT RAISE({how}, 'no'); END"
        );
        let store = &self.database.inner.store;
        let created = store.write(move |file| file.execute_batch(&sql), |(), _| ());
        created.await.unwrap();
    }

    async fn allow_deletions(&self) {
        let store = &self.database.inner.store;
        let dropped = store.write(
            |file| file.execute_batch("DROP TRIGGER refuses"),
            |(), _| (),
        );
        dropped.await.unwrap();
    }

    async fn forget(&self) -> Result<Option<Forgotten>, StoreError> {
        self.database.forget_player(player("Alex"), NOW).await
    }

    /// Returns the players online and the number of closed sessions.
    fn known(&self) -> (Vec<String>, usize) {
        let known = |state: &crate::server_state::ServerState| {
            let online = state.online(&Visible::everybody()).into_iter();
            let mut online: Vec<_> = online.map(|on| on.player.as_str().to_owned()).collect();
            online.sort();
            (online, state.history().len())
        };
        self.database
            .inner
            .memory
            .cache
            .read(self.server, known)
            .unwrap()
    }
}

#[tokio::test]
async fn a_player_whom_the_file_refuses_to_forget_is_known_as_before() {
    let site = Site::new().await;
    let before = site.known();
    let number = site.database.inner.memory.players.id(&player("Alex"));
    for how in ["ABORT", "ROLLBACK"] {
        site.refuse_deletions(how).await;

        site.forget()
            .await
            .expect_err("the file refuses the deletion");

        assert_eq!(site.known(), before, "{how}");
        assert_eq!(
            site.database.inner.memory.players.id(&player("Alex")),
            number
        );
        site.allow_deletions().await;
    }
    let forgotten = site.forget().await.unwrap().unwrap();
    assert_eq!((forgotten.sessions, forgotten.servers), (2, 1));
    assert_eq!(site.known(), (vec!["Steve".to_owned()], 0));
}

#[tokio::test]
async fn reports_in_the_same_transaction_are_undone_as_well() {
    let site = Site::new().await;
    let before = site.known();
    site.refuse_deletions("ROLLBACK").await;

    // Hold the writer until all jobs are queued, so that they share one transaction.
    let store = &site.database.inner.store;
    let (go, wait) = std::sync::mpsc::channel::<()>();
    let hold = store.write(move |_| Ok(wait.recv()), |_, _| ());
    let outcomes = tokio::join!(
        hold,
        site.database
            .player_join(site.server, join("Herobrine"), NOW),
        site.forget(),
        site.database.player_join(site.server, join("Alex"), NOW),
        async { go.send(()) },
    );

    outcomes.2.expect_err("the file refuses the deletion");
    let (online, over) = site.known();
    assert_eq!(over, before.1);
    assert!(online.contains(&"Alex".to_owned()), "{online:?}");
    let number = site
        .database
        .inner
        .memory
        .players
        .id(&player("Alex"))
        .unwrap();
    assert_eq!(
        site.database.inner.memory.players.name(number),
        Some(player("Alex")),
        "the id and the name still belong together"
    );
}

#[tokio::test]
async fn a_player_who_joins_right_after_being_forgotten_is_a_new_player() {
    let site = Site::new().await;
    let before = site.database.inner.memory.players.id(&player("Alex"));

    let (forgotten, joined) = tokio::join!(
        site.forget(),
        site.database.player_join(site.server, join("Alex"), NOW),
    );

    assert!(forgotten.unwrap().is_some());
    joined.unwrap();
    let known = (vec!["Alex".to_owned(), "Steve".to_owned()], 0);
    assert_eq!(site.known(), known);
    assert_ne!(
        site.database.inner.memory.players.id(&player("Alex")),
        before
    );
}
