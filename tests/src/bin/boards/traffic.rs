//! Joins on random servers. Only the newest eight players of a server stay.

use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use tokio::time::{MissedTickBehavior, interval};

use crate::community::{Server, player};

/// Players who stay on a server.
const STAY: u64 = 8;

/// A join that the backend has accepted.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Join {
    pub(crate) at: Instant,
    pub(crate) number: u64,
}

/// What has happened on each server.
pub(crate) struct Traffic {
    pub(crate) joins: Vec<Vec<Join>>,
    random: StdRng,
    every: Duration,
}

impl Traffic {
    pub(crate) fn new(servers: usize, joins_per_second: f64, seed: u64) -> Self {
        Self {
            joins: vec![Vec::new(); servers],
            random: StdRng::seed_from_u64(seed),
            every: Duration::from_secs_f64(1.0 / joins_per_second),
        }
    }

    /// Lets players join until `end`.
    pub(crate) async fn runs_until(&mut self, servers: &[Server], end: Instant) {
        let mut ticks = interval(self.every);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        while Instant::now() < end {
            ticks.tick().await;
            let server = &servers[self.random.random_range(0..servers.len())];
            self.someone_joins(server).await;
        }
    }

    async fn someone_joins(&mut self, server: &Server) {
        let joins = &mut self.joins[server.number];
        let number = joins.last().map_or(1, |last| last.number + 1);
        server.plugin.joins(&player(server.number, number)).await;
        let at = Instant::now();
        joins.push(Join { at, number });
        if number >= STAY {
            let oldest = player(server.number, number - STAY);
            server.plugin.leaves(&oldest).await;
        }
    }

    /// The newest player of a server.
    pub(crate) fn newest(&self, server: usize) -> u64 {
        self.joins[server].last().map_or(0, |last| last.number)
    }
}
