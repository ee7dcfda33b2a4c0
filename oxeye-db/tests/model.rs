//! Batches on a real file, held against a naive model: whatever is sent twice, in another order,
//! without an answer, or across a restart, the sessions are those that a list sorted by time gives.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "model/story.rs"]
mod story;

use oxeye_db::testing::TestStore;
use oxeye_db::{EventBatch, GuildId, ServerId, UnixSeconds};
use proptest::prelude::*;
use rusqlite::Connection;
use std::collections::BTreeMap;
use story::{Fate, START, Stays, Story, story};

const NOW: UnixSeconds = UnixSeconds(START + 10_000);

/// Few, since each has a file and waits for the disk; the nightly script sets many more.
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
            // It is on its way as soon as somebody has asked for the answer.
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

    /// File and memory say what the model says.
    fn assert_is(&self, naive: &Stays) {
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

async fn tell(story: &Story) {
    let mut world = World::new().await;
    let batches = story.batches();
    for (number, fate) in story.order(batches.len()) {
        if fate == Fate::AfterRestart {
            world = world.restarted().await;
        }
        world.send(&batches[number], fate).await;
    }
    let naive = story.naive();
    world.assert_is(&naive);
    let world = world.restarted().await;
    world.assert_is(&naive);
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_sessions_are_those_of_a_naive_model_however_the_batches_arrive(story in story()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(tell(&story));
    }
}
