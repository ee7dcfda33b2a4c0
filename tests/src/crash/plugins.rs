//! The plugins that hammer the backend: some send single requests, some deliver batches.

mod single;
mod spooled;

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Result;

use super::script::{Script, Verdict};
use super::{Found, Tally};
use crate::backend::Oxeye;
use crate::watched::Watched;
use single::OnFailure;
use spooled::Spooled;

/// Servers like those with the Fabric mod: several requests at once, none repeated.
const MODS: usize = 4;

/// Connections of each of these servers, each with a player of its own.
const CONNECTIONS: usize = 6;

/// Servers that send the time of each event, and send it again if nobody answered.
const REPEATING: usize = 8;

/// Servers with a spool.
const SPOOLED: usize = 8;

/// The number of answers to all plugins together.
pub(super) type Answered = Arc<Watched<u64>>;

/// One connection of a server, and the players it reports.
pub(super) struct Plugin {
    server: String,
    key: String,
    scripts: Vec<Script>,
    kind: Kind,
}

enum Kind {
    OnFailure(OnFailure),
    Spooled(Spooled),
}

/// Links all servers.
pub(super) async fn link_all(oxeye: &Oxeye) -> Result<Vec<Plugin>> {
    let mut plugins = Vec::new();
    for number in 0..MODS + REPEATING + SPOOLED {
        let server = format!("server-{number}");
        let key = oxeye.linked(&server).await.key().to_owned();
        let of = |scripts: Vec<Script>, kind| Plugin {
            server: server.clone(),
            key: key.clone(),
            scripts,
            kind,
        };
        let script = |player| Script::new(format!("Player{player}"));
        if number < MODS {
            let single = |player| {
                of(
                    vec![script(player)],
                    Kind::OnFailure(OnFailure::ForgetsFailures),
                )
            };
            plugins.extend((0..CONNECTIONS).map(single));
        } else if number < MODS + REPEATING {
            plugins.push(of(vec![script(0)], Kind::OnFailure(OnFailure::Repeats)));
        } else {
            let spooled = Kind::Spooled(Spooled::new()?);
            plugins.push(of((0..CONNECTIONS).map(script).collect(), spooled));
        }
    }
    Ok(plugins)
}

impl Plugin {
    pub(super) fn server(&self) -> &str {
        &self.server
    }

    pub(super) fn players(&self) -> usize {
        self.scripts.len()
    }

    pub(super) fn plays(&self, player: &str) -> bool {
        self.scripts.iter().any(|script| script.player == player)
    }

    /// Reports joins and leaves until the backend is gone.
    pub(super) async fn hammer(mut self, address: SocketAddr, answered: Answered) -> Result<Self> {
        match &mut self.kind {
            Kind::OnFailure(single) => {
                let script = &mut self.scripts[0];
                single.hammer(&self.key, script, address, &answered).await?;
            }
            Kind::Spooled(spooled) => {
                let scripts = &mut self.scripts;
                spooled
                    .hammer(&self.key, scripts, address, &answered)
                    .await?;
            }
        }
        Ok(self)
    }

    /// Delivers what still waits, and returns how many events that was.
    pub(super) async fn finish(&mut self, address: SocketAddr) -> Result<u64> {
        let in_flight: usize = self.scripts.iter().map(Script::in_flight).sum();
        match &mut self.kind {
            Kind::OnFailure(single) => {
                let script = &mut self.scripts[0];
                single.finish(&self.key, script, address).await?;
            }
            Kind::Spooled(spooled) => {
                spooled
                    .finish(&self.key, &mut self.scripts, address)
                    .await?;
            }
        }
        Ok(in_flight as u64)
    }

    /// Compares the file with the scripts. A batch that was in flight is there either as a whole or
    /// not at all.
    pub(super) fn check(&mut self, found: &Found, now: i64, tally: &mut Tally) {
        let mut partly = Vec::new();
        for script in &mut self.scripts {
            tally.in_flight += script.in_flight() as u64;
            let verdict = script.check(found.of(&self.server, &script.player));
            match verdict {
                Verdict::Exact => {}
                Verdict::With | Verdict::Without => partly.push(verdict),
                Verdict::Wrong { lost, doubled } => {
                    tally.lost += lost as u64;
                    tally.doubled += doubled as u64;
                }
            }
            // A plugin that does not repeat its requests has to accept what the file holds.
            if let Kind::OnFailure(OnFailure::ForgetsFailures) = self.kind {
                match verdict {
                    Verdict::With => script.answered(now),
                    _ => script.give_up(),
                }
            }
        }
        partly.dedup();
        tally.lost += u64::from(partly.len() > 1);
    }

    /// Returns which of its players are on, according to the file.
    pub(super) fn online_in(&self, found: &Found) -> Vec<String> {
        let is_on = |script: &&Script| {
            let last = found.of(&self.server, &script.player).last();
            last.is_some_and(|(is_join, _)| *is_join)
        };
        let online = self.scripts.iter().filter(is_on);
        let mut online: Vec<_> = online.map(|script| script.player.clone()).collect();
        online.sort();
        online
    }
}
