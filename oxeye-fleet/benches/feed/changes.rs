//! Players who come and go.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use tokio::time::{MissedTickBehavior, interval};

use crate::fleet::{Fleet, PLAYERS_PER_SERVER, SERVERS};
use crate::join_api::JoinApi;

/// How many of the players who come and go are on at a time.
const STAYING: usize = 100;

/// A change, which a dashboard sees by the name of a player.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Change {
    /// The number of the player.
    pub(crate) player: u32,
    /// Whether they came; otherwise, they left.
    pub(crate) came: bool,
    /// When it was asked for.
    pub(crate) at: Instant,
}

/// Makes changes, and records them.
pub(crate) struct Changes {
    api: JoinApi,
    made: Mutex<Vec<Change>>,
}

impl Changes {
    pub(crate) fn new(fleet: &Fleet) -> Self {
        Self {
            api: JoinApi::new(fleet.address()),
            made: Mutex::default(),
        }
    }

    /// Fills the servers with players who stay, except for the room that the others need.
    pub(crate) async fn fill(&self) -> anyhow::Result<()> {
        for number in 0..(SERVERS * PLAYERS_PER_SERVER) as usize - STAYING - 1 {
            self.api.join(&format!("stays-{number}")).await?;
        }
        Ok(())
    }

    /// Lets players come and go at an even pace.
    pub(crate) async fn make(&self, per_second: u32, seconds: u32) -> anyhow::Result<()> {
        let mut pace = interval(Duration::from_secs(1) / per_second);
        pace.set_missed_tick_behavior(MissedTickBehavior::Burst);
        let mut there = VecDeque::new();
        let mut next = 0;
        for _ in 0..per_second * seconds {
            pace.tick().await;
            if there.len() < STAYING {
                self.note(next, true);
                there.push_back((next, self.api.join(&name(next)).await?));
                next += 1;
            } else if let Some((player, session)) = there.pop_front() {
                self.note(player, false);
                self.api.leave(&session).await?;
            }
        }
        Ok(())
    }

    fn note(&self, player: u32, came: bool) {
        let at = Instant::now();
        let change = Change { player, came, at };
        self.made.lock().expect("no panic").push(change);
    }

    /// Returns all changes but this many at the beginning.
    pub(crate) fn after(&self, count: usize) -> Vec<Change> {
        self.made.lock().expect("no panic")[count..].to_vec()
    }

    pub(crate) fn count(&self) -> usize {
        self.made.lock().expect("no panic").len()
    }
}

/// How the name of a player who comes and goes begins.
pub(crate) const NAME: &str = "comes-";

fn name(player: u32) -> String {
    format!("{NAME}{player}")
}
