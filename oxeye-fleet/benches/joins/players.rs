//! Players who join at a constant rate. Most have a server already; a few come for the first time, and
//! leave at once.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::time::{MissedTickBehavior, interval};

use crate::join_api::JoinApi;
use crate::latencies::Latencies;

/// Players who have a server throughout.
pub(crate) const SLOTS: u32 = 200;

/// The most slots: those of `SLOTS`, and those of new players until they are deleted.
pub(crate) const MAX_SLOTS: u32 = 400;

/// How long a server keeps running after its player has left. With the grace of heartbeats, it is also how long the
/// session of a player lasts who joins again and again.
pub(crate) const IDLE_SECS: u32 = 1;

/// One in this many joins is by a new player.
const NEW_PLAYER_EVERY: u32 = 100;

/// How long the last answers may take.
const ANSWERS: Duration = Duration::from_secs(30);

/// The players, who share the connections of one client.
#[derive(Clone)]
pub(crate) struct Players {
    api: JoinApi,
}

/// The outcome of the joins.
pub(crate) struct Joins {
    pub(crate) latencies: Latencies,
    pub(crate) by_new_players: u32,
    pub(crate) failed: usize,
    took: Duration,
}

impl Joins {
    /// Returns the answered joins per second, from the first request to the last answer.
    pub(crate) fn per_second(&self) -> f64 {
        self.latencies.count() as f64 / self.took.as_secs_f64()
    }
}

impl Players {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            api: JoinApi::new(address),
        }
    }

    /// Gives a server to every player who stays.
    pub(crate) async fn take_their_slots(&self) -> anyhow::Result<()> {
        for number in 0..SLOTS {
            self.join_as(&stays(number)).await?;
        }
        Ok(())
    }

    /// Joins at a constant rate, whether or not the answers come. A join is timed from when it was due
    /// until its whole answer has arrived.
    pub(crate) async fn join(&self, per_second: u32, seconds: u32) -> Joins {
        let total = per_second * seconds;
        let tasks = Tasks::new();
        let latencies = Arc::new(Mutex::new(Latencies::default()));
        let failed = Arc::new(AtomicUsize::new(0));
        let gap = Duration::from_secs(1) / per_second;
        let mut pace = interval(Duration::from_millis(1));
        pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let started = Instant::now();
        let mut next = 0;
        while next < total {
            pace.tick().await;
            while next < total && started + gap * next <= Instant::now() {
                let due = started + gap * next;
                let (players, latencies, failed) =
                    (self.clone(), Arc::clone(&latencies), Arc::clone(&failed));
                tasks.spawn(async move {
                    match players.join_number(next, due).await {
                        Ok(latency) => latencies.lock().add(latency),
                        Err(_) => drop(failed.fetch_add(1, Ordering::Relaxed)),
                    }
                });
                next += 1;
            }
        }
        tasks.finished_within(ANSWERS).await;
        let latencies = std::mem::take(&mut *latencies.lock());
        Joins {
            by_new_players: total.div_ceil(NEW_PLAYER_EVERY),
            failed: failed.load(Ordering::Relaxed),
            took: started.elapsed(),
            latencies,
        }
    }

    async fn join_number(&self, number: u32, due: Instant) -> anyhow::Result<Duration> {
        if !number.is_multiple_of(NEW_PLAYER_EVERY) {
            self.join_as(&stays(number % SLOTS)).await?;
            return Ok(due.elapsed());
        }
        let session = self.join_as(&format!("new-{number}")).await?;
        let latency = due.elapsed();
        self.api.leave(&session).await?;
        Ok(latency)
    }

    /// Joins, and returns the session.
    pub(crate) async fn join_as(&self, player: &str) -> anyhow::Result<String> {
        self.api.join(player).await
    }
}

/// The name of a player who stays.
pub(crate) fn stays(number: u32) -> String {
    format!("stays-{number}")
}
