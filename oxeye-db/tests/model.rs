//! Compares batches on a real file with a naive model. Even if batches are repeated, reordered,
//! left without an answer or interrupted by a restart, the sessions are the ones that follow from a
//! list of events sorted by time.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "model/story.rs"]
mod story;

use std::collections::BTreeMap;

use oxeye_db::testing::TestStore;
use oxeye_db::{EventBatch, GuildId, ServerId, UnixSeconds};
use proptest::prelude::*;
use rusqlite::Connection;

use story::{Fate, START, Stays, Story, story};

const NOW: UnixSeconds = UnixSeconds(START + 10_000);

/// Returns a small number of cases, since each writes a file to disk; the nightly script sets many
/// more.
fn config() -> ProptestConfig {
    let cases = option_env!("OXEYE_FILE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    ProptestConfig {
        cases: cases.unwrap_or(60),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

struct World {
    database: TestStore,
    server: ServerId,
}

impl World {
    async fn new() -> Self {
        let database = TestStore::new(NOW);
        let (server, _) = database.link(GuildId::LOCAL, "survival", NOW).await;
        Self { database, server }
    }

    async fn restarted(self) -> Self {
        Self {
            database: self.database.restarted(NOW).await,
            server: self.server,
        }
    }

    async fn send(&self, batch: &EventBatch, fate: Fate) {
        let sending = self.database.take_events(self.server, batch.clone(), NOW);
        if fate == Fate::AnswerLost {
            // The batch is sent once the future has been polled.
            tokio::select! {
                biased;
                _ = sending => {}
                () = std::future::ready(()) => {}
            }
            return;
        }
        let answer = sending.await.unwrap();
        let last = batch.first_seq + batch.events.len() as u64 - 1;
        assert_eq!(answer.acked_seq, last);
    }

    fn stays_in_file(&self) -> Stays {
        let file = Connection::open(self.database.file()).unwrap();
        let mut sessions = file
            .prepare(
                "SELECT name, joined_at, left_at FROM sessions
                 JOIN players ON players.id = player_id
                 ORDER BY joined_at, left_at IS NULL, left_at",
            )
            .unwrap();
        let mut rows = sessions.query([]).unwrap();
        let mut stays = Stays::new();
        while let Some(row) = rows.next().unwrap() {
            let of_player = stays.entry(row.get(0).unwrap()).or_default();
            of_player.push((row.get(1).unwrap(), row.get(2).unwrap()));
        }
        stays
    }

    /// Asserts that file and memory hold what the model says.
    fn assert_matches(&self, naive: &Stays) {
        assert_eq!(&self.stays_in_file(), naive);
        let server = self.database.guild_server(GuildId::LOCAL, self.server);
        let status = self.database.status(server.unwrap(), 0, NOW);
        let status = status.unwrap();
        let online: BTreeMap<_, _> = status
            .online
            .iter()
            .map(|on| (on.player.to_string(), on.joined_at.0))
            .collect();
        let open = naive.iter().filter_map(|(name, stays)| {
            let last = stays.last().filter(|(_, end)| end.is_none())?;
            Some((name.clone(), last.0))
        });
        assert_eq!(online, open.collect());
    }
}

async fn run(story: &Story) {
    let mut world = World::new().await;
    let batches = story.batches();
    for (number, fate) in story.order(batches.len()) {
        if fate == Fate::AfterRestart {
            world = world.restarted().await;
        }
        world.send(&batches[number], fate).await;
    }
    let naive = story.naive();
    world.assert_matches(&naive);
    let world = world.restarted().await;
    world.assert_matches(&naive);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn sessions_match_a_naive_model_however_the_batches_arrive(story in story()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(run(&story));
    }
}
