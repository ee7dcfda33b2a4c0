//! Carries out what a fleet asks, within the worker's limits.

use std::time::Duration;

use oxeye_process::clock;
use serde_json::Value;
use tokio::time::{Instant, timeout};

use super::Worker;
use super::admission::Admission;
use super::wire::{Answer, Verb};
use crate::engine::{Engine, Launch};
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Listed, Run};
use crate::time::UnixMillis;

/// How long the engine may take to say which worlds it has: less than a fleet waits.
const WORLDS_TIMEOUT: Duration = Duration::from_secs(6);

/// Reads a verb as it came.
///
/// # Errors
/// When it is not understood; the failure is the answer.
pub(super) fn understood(verb: Value) -> Result<Verb, CallFailure> {
    serde_json::from_value(verb).map_err(|error| {
        CallFailure::Refused(format!("the worker does not understand this call: {error}"))
    })
}

impl<E: Engine> Worker<E> {
    /// Carries out a verb.
    pub(super) async fn carry_out(&self, verb: Verb) -> Answer {
        let engine = &self.engine;
        match verb {
            Verb::Create(launch) => Answer::of(self.create(&launch).await),
            Verb::Start { slot, run } => Answer::of(self.start(slot, run).await),
            Verb::Stop { slot, grace_ms } => {
                let grace = Duration::from_millis(grace_ms);
                Answer::of(self.stop(slot, grace).await)
            }
            Verb::Kill { slot } => Answer::of(self.kill(slot).await),
            Verb::Remove {
                slot,
                discards_world,
            } => Answer::of(self.remove(slot, discards_world).await),
            Verb::List => {
                let listed = self.list().await;
                listed.map_or_else(Answer::Failed, |(_, listed)| Answer::Containers(listed))
            }
            Verb::Worlds => Answer::of_worlds(self.worlds().await),
            Verb::Usage => Answer::Usage(engine.usage().await),
            Verb::Machines => Answer::Machines(engine.machines()),
        }
    }

    /// Returns the world of the slot that a verb changes, as far as that is known without asking the engine.
    pub(super) fn world_of(&self, slot: SlotId, verb: &Verb) -> Option<WorldName> {
        if let Verb::Create(launch) = verb {
            return Some(launch.world.clone());
        }
        let allowed = self.admissions.world_of(slot);
        allowed.or_else(|| self.recent.world_of(slot))
    }

    /// Asks the engine which worlds it has. If it does not say so in time, nothing was done, and one question
    /// that hangs must not hold up the others.
    async fn worlds(&self) -> Result<Vec<WorldName>, CallFailure> {
        match timeout(WORLDS_TIMEOUT, self.engine.worlds()).await {
            Ok(Err(CallFailure::Unknown)) | Err(_) => Err(CallFailure::Refused(
                "the engine does not say which worlds it has".to_owned(),
            )),
            Ok(worlds) => worlds,
        }
    }

    /// Asks for everything that the engine has. Also returns when that was asked.
    async fn list(&self) -> Result<(Instant, Vec<Listed>), CallFailure> {
        let asked_at = Instant::now();
        let listed = self.engine.list().await?;
        self.recent.note(asked_at, &listed);
        self.stops.keep_those_of(&listed, asked_at);
        Ok((asked_at, listed))
    }

    async fn create(&self, launch: &Launch) -> Result<(), CallFailure> {
        let (asked_at, listed) = self.list().await?;
        if !self.room.is_known_for(&launch.world) {
            let there = self.worlds().await?;
            self.room.check(&launch.world, there)?;
        }
        let becomes = Listed {
            slot: launch.slot,
            port: launch.port,
            world: launch.world.clone(),
            run: None,
            running: false,
            exit_code: None,
        };
        let admitted = self.admissions.admit(becomes, listed, asked_at, |others| {
            if is_repeated(launch, others) {
                return Ok(());
            }
            let now = UnixMillis(clock::now_millis());
            self.limits.check_slot(launch.slot, others, now)?;
            self.limits.check_port(launch, others)?;
            self.creations.lock().count(Instant::now())
        })?;
        let created = self.engine.create(launch).await;
        admitted.ended_with(&created);
        created
    }

    async fn start(&self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        let Some(known) = self.engine.container(slot).await? else {
            return Err(CallFailure::Refused(format!("there is no {slot}")));
        };
        if !known.running {
            self.stops.forget(slot);
        }
        let recent = self.recent.list(Instant::now());
        let admitted = recent
            .and_then(|(asked_at, listed)| self.admit_start(known.clone(), listed, asked_at).ok());
        let admitted = match admitted {
            Some(admitted) => admitted,
            // There is no such list, or something may have ended since.
            None => {
                let (asked_at, listed) = self.list().await?;
                self.admit_start(known, listed, asked_at)?
            }
        };
        let started = self.engine.start(slot, run).await;
        admitted.ended_with(&started);
        started
    }

    /// Allows the start of a container, given what the engine had at `asked_at`.
    fn admit_start(
        &self,
        mut becomes: Listed,
        listed: Vec<Listed>,
        asked_at: Instant,
    ) -> Result<Admission<'_>, CallFailure> {
        becomes.running = true;
        let (slot, world) = (becomes.slot, becomes.world.clone());
        self.admissions.admit(becomes, listed, asked_at, |others| {
            self.limits.check_start(slot, &world, others)
        })
    }

    /// Asks a server to stop. It has as long to save its world as the worker wants, or longer.
    async fn stop(&self, slot: SlotId, grace: Duration) -> Result<(), CallFailure> {
        let grace = grace.max(self.limits.stop_grace);
        match self.running(slot).await? {
            Some(server) => self.ask_to_stop(&server, grace).await,
            None => self.engine.stop(slot, grace).await,
        }
    }

    async fn ask_to_stop(&self, server: &Listed, grace: Duration) -> Result<(), CallFailure> {
        let asked_at = Instant::now();
        self.engine.stop(server.slot, grace).await?;
        self.stops.asked(server, asked_at);
        Ok(())
    }

    /// Kills a server whose time to save its world is over. One that was not asked to stop is asked first;
    /// for one that still has time, nothing is done yet.
    async fn kill(&self, slot: SlotId) -> Result<(), CallFailure> {
        let Some(server) = self.running(slot).await? else {
            return self.engine.kill(slot).await;
        };
        let grace = self.limits.stop_grace;
        match self.stops.since(&server, Instant::now()) {
            Some(since) if since >= grace => self.engine.kill(slot).await,
            None if grace.is_zero() => self.engine.kill(slot).await,
            // A second request may be taken as an order to exit without saving.
            Some(_) => Ok(()),
            None => self.ask_to_stop(&server, grace).await,
        }
    }

    /// Returns the container of a slot, if its server runs.
    async fn running(&self, slot: SlotId) -> Result<Option<Listed>, CallFailure> {
        let known = self.engine.container(slot).await?;
        Ok(known.filter(|known| known.running))
    }

    async fn remove(&self, slot: SlotId, discards_world: bool) -> Result<(), CallFailure> {
        self.limits.check_removal(discards_world)?;
        self.engine.remove(slot, discards_world).await
    }
}

/// Whether what is to be created is there already. Another port or world for a slot makes another container.
fn is_repeated(launch: &Launch, listed: &[Listed]) -> bool {
    let wanted = (launch.slot, launch.port, &launch.world);
    listed
        .iter()
        .any(|known| (known.slot, known.port, &known.world) == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PlayerId;

    #[test]
    fn only_the_same_port_and_world_repeat_a_creation() {
        let launch = |player: &str, port| {
            let player: PlayerId = player.parse().unwrap();
            Launch {
                slot: SlotId(1),
                port,
                world: WorldName::of(&player),
                player,
            }
        };
        let listed = [Listed {
            slot: SlotId(1),
            port: 8081,
            world: launch("Ada", 8081).world,
            run: None,
            running: false,
            exit_code: None,
        }];

        assert!(is_repeated(&launch("Ada", 8081), &listed));
        assert!(!is_repeated(&launch("Ada", 443), &listed));
        assert!(!is_repeated(&launch("Ben", 8081), &listed));
        assert!(!is_repeated(&launch("Ada", 8081), &[]));
    }
}
