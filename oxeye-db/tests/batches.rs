//! Batches of events on a real file: epochs that may continue or not, and events that are refused
//! alone.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "batches/answers.rs"]
mod answers;
#[path = "batches/limits.rs"]
mod limits;
#[path = "batches/repetitions.rs"]
mod repetitions;

use oxeye_db::testing::{TestStore, join_at, leave_at, player};
use oxeye_db::{
    ApiKey, BatchAnswer, EpochError, EventBatch, GuildId, RateLimits, ServerEvent, ServerId, Span,
    SyncEvent, TakeEventsError, UnixSeconds,
};
use oxeye_plugin_proto::SyncPlayer;

const NOW: i64 = 1_700_000_000;
const DAY: i64 = 24 * 3600;
const YEAR: i64 = 365 * DAY;

/// One linked server on a file of its own.
struct World {
    database: TestStore,
    server: ServerId,
}

fn join(player: &str, at: i64) -> ServerEvent {
    ServerEvent::Join(join_at(player, UnixSeconds(at)))
}

fn leave(player: &str, at: i64) -> ServerEvent {
    ServerEvent::Leave(leave_at(player, UnixSeconds(at)))
}

/// Returns a sync that names these players.
fn sync(players: &[&str], at: i64) -> ServerEvent {
    let roster = players.iter().map(|name| SyncPlayer::new(player(name)));
    ServerEvent::Sync(SyncEvent {
        at: Some(UnixSeconds(at)),
        ..roster.collect::<Vec<_>>().into()
    })
}

fn invalid() -> ServerEvent {
    ServerEvent::Invalid("it is upside down".to_owned())
}

impl World {
    async fn new() -> Self {
        let limits = RateLimits {
            new_players_per_hour: 3.try_into().unwrap(),
            ..RateLimits::unlimited()
        };
        let database = TestStore::with_limits(limits, UnixSeconds(NOW));
        let (server, _) = link(&database).await;
        Self { database, server }
    }

    async fn send(
        &self,
        now: i64,
        epoch: i64,
        first_seq: u64,
        events: &[ServerEvent],
    ) -> Result<BatchAnswer, TakeEventsError> {
        let batch = EventBatch {
            epoch: epoch.unsigned_abs(),
            first_seq,
            events: events.to_vec(),
        };
        let taken = self
            .database
            .take_events(self.server, batch, UnixSeconds(now));
        taken.await
    }

    async fn taken(&self, epoch: i64, first_seq: u64, events: &[ServerEvent]) -> BatchAnswer {
        self.send(NOW, epoch, first_seq, events).await.unwrap()
    }

    /// Sends a batch that is refused. Returns the newest epoch that the refusal names.
    async fn refused(&self, now: i64, epoch: i64) -> u64 {
        let sent = self.send(now, epoch, 1_000, &[leave("Alex", NOW)]).await;
        match sent.unwrap_err() {
            TakeEventsError::Epoch(error) => error.newest(),
            error @ TakeEventsError::Event(_) => panic!("{error}"),
        }
    }

    /// Returns when each session of a player began and ended, the newest first; an open one has no end.
    async fn sessions(&self, name: &str) -> Vec<(i64, Option<i64>)> {
        let guild_server = self.database.guild_server(GuildId::LOCAL, self.server);
        let (server, now) = (guild_server.unwrap(), UnixSeconds(NOW));
        let sessions = (self.database)
            .player_sessions(server, player(name), Span::ALL, None, 100, now)
            .await;
        let (_, sessions) = sessions.unwrap().unwrap();
        let sessions = sessions.page.iter();
        let times =
            sessions.map(|session| (session.cursor.joined_at.0, session.end.map(|end| end.0.0)));
        times.collect()
    }

    fn online(&self) -> Vec<String> {
        let status = self.database.status(
            self.database
                .guild_server(GuildId::LOCAL, self.server)
                .unwrap(),
            100,
            UnixSeconds(NOW),
        );
        let mut online: Vec<_> = status.unwrap().online;
        online.sort_by_key(|on| on.joined_at);
        online.iter().map(|on| on.player.to_string()).collect()
    }
}

async fn link(database: &TestStore) -> (ServerId, ApiKey) {
    let now = UnixSeconds(NOW);
    database.link(GuildId::LOCAL, "survival", now).await
}

#[tokio::test]
async fn an_epoch_from_a_clock_that_was_ahead_locks_nobody_out() {
    let world = World::new().await;
    for far in [NOW + DAY + 1, NOW + YEAR, i64::MAX] {
        assert_eq!(world.refused(NOW, far).await, 0);
    }
    world.taken(NOW + DAY, 1, &[join("Alex", NOW)]).await;
    let newest = u64::try_from(NOW + DAY).unwrap();
    assert_eq!(world.refused(NOW, NOW).await, newest);

    world.taken(NOW + DAY, 2, &[join("Steve", NOW)]).await;

    assert_eq!(world.online(), ["Alex", "Steve"]);
}

#[tokio::test]
async fn an_epoch_taken_while_our_own_clock_was_ahead_does_not_count_later() {
    let world = World::new().await;
    let far = NOW + YEAR;
    world.send(far, far, 1, &[join("Alex", far)]).await.unwrap();

    let taken = world.taken(NOW, 1, &[join("Steve", NOW)]).await;

    assert_eq!(taken.acked_seq, 1);
    assert_eq!(world.refused(NOW, far).await, u64::try_from(NOW).unwrap());
    assert_eq!(world.refused(far, NOW).await, u64::try_from(far).unwrap());
}

#[tokio::test]
async fn linking_a_server_again_forgets_its_epochs() {
    let world = World::new().await;
    world.taken(NOW, 1, &[join("Alex", NOW - 20)]).await;
    assert_eq!(world.refused(NOW, 5).await, u64::try_from(NOW).unwrap());
    let disconnected = world.database.disconnect(
        world
            .database
            .guild_server(GuildId::LOCAL, world.server)
            .unwrap(),
        UnixSeconds(NOW),
    );
    disconnected.await.unwrap();
    assert_eq!(link(&world.database).await.0, world.server);

    world.taken(5, 1, &[join("Steve", NOW - 10)]).await;

    assert_eq!(world.online(), ["Steve"]);
}

#[tokio::test]
async fn events_taken_earlier_are_acknowledged_before_the_rest_of_a_batch_is_refused() {
    let world = World::new().await;
    let first = [join("Alex", NOW - 50), leave("Alex", NOW - 40)];
    world.taken(7, 1, &first).await;
    world.taken(8, 1, &[join("Steve", NOW - 30)]).await;
    let resent = [first[0].clone(), first[1].clone(), join("Eve", NOW - 20)];

    let answer = world.taken(7, 1, &resent).await;
    let rest = world.send(NOW, 7, 3, &resent[2..]).await;

    assert_eq!(answer.acked_seq, 2);
    assert!(matches!(
        rest,
        Err(TakeEventsError::Epoch(EpochError::Over { newest: 8, .. }))
    ));
    assert_eq!(world.online(), ["Steve"]);
}

#[tokio::test]
async fn an_invalid_event_is_refused_alone_and_its_number_counts_as_taken() {
    let world = World::new().await;
    let events = [join("Alex", NOW - 9), invalid(), join("Steve", NOW - 8)];

    for _ in 0..2 {
        let answer = world.taken(7, 1, &events).await;

        assert_eq!((answer.acked_seq, answer.refused.len()), (3, 1));
        assert_eq!(answer.refused[0].seq, 2);
    }
    let valid = [join("Eve", NOW - 7)];
    world.taken(7, 2, &valid).await;
    let alone = world.taken(7, 4, &[invalid()]).await;

    assert_eq!(world.online(), ["Alex", "Steve"], "2 was taken as invalid");
    assert_eq!(alone.acked_seq, 4);
    world.taken(7, 5, &valid).await;
    assert_eq!(world.online(), ["Alex", "Steve", "Eve"]);
}
