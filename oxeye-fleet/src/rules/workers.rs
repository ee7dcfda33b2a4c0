//! The workers that run the servers: whether they can be reached, and what they have room for. A fleet
//! whose engine is part of the program has one, which is called `local`.

use std::ops::RangeInclusive;

use super::placing::{Candidate, Doubt, Lack, ranked};
use super::refusing::{RETRY, unavailable};
use super::worker::Worker;
use super::{Fleet, Offer, Reply, Slot};
use crate::engine::Memory;
use crate::ids::{SlotId, WorkerName, WorldName};
use crate::time::Moment;

impl Fleet {
    /// Returns whether a worker cannot be reached.
    #[must_use]
    pub fn is_away(&self, worker: &WorkerName) -> bool {
        let worker = self.shared.workers.get(worker);
        worker.is_none_or(|worker| worker.away_since.is_some())
    }

    /// Returns whether no worker can be reached, so that nothing can be started.
    #[must_use]
    pub fn engine_is_away(&self) -> bool {
        self.limits.workers.iter().all(|name| self.is_away(name))
    }

    /// Returns all workers: those of the settings, and others that slots are still on.
    pub fn workers(&self) -> impl Iterator<Item = &WorkerName> {
        self.shared.workers.iter().map(|(name, _)| name)
    }

    /// Returns whether an operator wants no new servers on a worker.
    #[must_use]
    pub fn is_worker_draining(&self, worker: &WorkerName) -> bool {
        let worker = self.shared.workers.get(worker);
        worker.is_some_and(|worker| worker.is_draining)
    }

    /// Returns whether a worker has refused several servers in a row for the same reason.
    #[must_use]
    pub fn refuses_servers(&self, worker: &WorkerName) -> bool {
        let worker = self.shared.workers.get(worker);
        worker.is_some_and(|worker| worker.circuit.repeats_itself())
    }

    /// Returns why no new servers are tried, and until when, which may be over. While one worker does not
    /// refuse, there is no reason.
    #[must_use]
    pub fn refusal(&self) -> Option<(&str, Moment)> {
        let workers = self.limits.workers.iter();
        let refusals = workers
            .filter_map(|name| self.shared.workers.get(name))
            .map(|worker| worker.circuit.refusal());
        // The last of them to be tried again decides; one without a refusal, if there is one.
        refusals
            .min_by_key(|refusal| refusal.map(|(_, until)| until))
            .flatten()
    }

    /// Returns the memory that a worker has for servers, if it says.
    #[must_use]
    pub fn memory_of(&self, worker: &WorkerName) -> Option<Memory> {
        let offer = &self.shared.workers.get(worker)?.offer;
        Some(Memory {
            total_bytes: offer.memory?,
            server_bytes: offer.server_memory,
        })
    }

    /// Notes what a worker has room for.
    pub(crate) fn offered(&mut self, worker: &WorkerName, offer: Offer) {
        self.shared.workers.change(worker).offer = offer;
    }

    pub(super) fn drain_worker(&mut self, worker: &WorkerName, is_draining: bool) -> Reply {
        if self.shared.workers.get(worker).is_none() {
            return Reply::Unknown;
        }
        self.shared.workers.change(worker).is_draining = is_draining;
        Reply::Known
    }

    /// Chooses the worker for a new server, and its port there: the worker that the world is bound to, if it is
    /// bound to one. One without a free port keeps nobody from the others.
    pub(super) fn choose(
        &self,
        world: &WorldName,
        home: Option<&WorkerName>,
        now: Moment,
    ) -> Result<(WorkerName, u16), Reply> {
        let workers = self.limits.workers.iter();
        let may_have_it = |name: &&WorkerName| match home {
            Some(home) => *name == home,
            None => !self.may_lie_elsewhere(name),
        };
        let possible: Vec<_> = workers.filter(may_have_it).collect();
        let candidates = possible.iter();
        let candidates: Vec<_> = candidates
            .filter_map(|name| self.candidate(name, world, None, now))
            .collect();
        let ranked = ranked(&candidates);
        if ranked.is_empty() {
            return Err(self.why_not_placed(&possible, world, now));
        }
        self.has_capacity(now)?;
        let mut with_port = ranked
            .into_iter()
            .filter_map(|name| Some((name.clone(), self.free_port(name, now)?)));
        with_port.next().ok_or(Reply::NoPort { retry_after: RETRY })
    }

    /// Returns what speaks against a worker.
    fn doubt(&self, name: &WorkerName, worker: &Worker, world: &WorldName, now: Moment) -> Doubt {
        let is_named = worker.are_worlds_known || self.limits.discards_worlds;
        match is_named && !worker.circuit.has_failed_lately(world, now) {
            true => self.doubt_about(name, now),
            false => Doubt::Failed,
        }
    }

    /// Says why none of these workers takes a server. Without any, the player waits for the one that has
    /// their world, or may have it.
    fn why_not_placed(&self, possible: &[&WorkerName], world: &WorldName, now: Moment) -> Reply {
        let (mut willing, mut reasons) = (Vec::new(), Vec::new());
        for name in possible {
            match self.may_start(name, world, now) {
                Ok(()) => willing.extend(self.candidate(name, world, None, now)),
                Err(reason) => reasons.push((self.is_away(name), reason)),
            }
        }
        if !willing.is_empty() {
            let lacks_memory = willing.iter().any(|one| one.lack() == Some(Lack::Memory));
            return match self.has_capacity(now) {
                Ok(()) if lacks_memory => self.no_memory(now),
                _ => self.full(now),
            };
        }
        // That a worker cannot be reached says less than that another one refuses.
        reasons.sort_by_key(|(is_away, _)| *is_away);
        let first = reasons.into_iter().next();
        first.map_or_else(
            || unavailable("No server can be started at the moment"),
            |(_, reason)| reason,
        )
    }

    /// Refuses while a worker has no room for one more server. Slot `id` is not counted.
    pub(super) fn has_room_on(
        &self,
        worker: &WorkerName,
        id: SlotId,
        world: &WorldName,
        now: Moment,
    ) -> Result<(), Reply> {
        let Some(candidate) = self.candidate(worker, world, Some(id), now) else {
            return Err(self.full(now));
        };
        match candidate.lack() {
            None => Ok(()),
            Some(Lack::Servers) => Err(self.full(now)),
            Some(Lack::Memory) => Err(self.no_memory(now)),
        }
    }

    fn candidate(
        &self,
        name: &WorkerName,
        world: &WorldName,
        except: Option<SlotId>,
        now: Moment,
    ) -> Option<Candidate> {
        let worker = self.shared.workers.get(name)?;
        let offer = &worker.offer;
        let uses_memory = |slot: &&Slot| {
            let uses_it = slot.is_live() || slot.is_stray() || slot.work.may_run();
            slot.worker == *name && Some(slot.id) != except && uses_it
        };
        let servers = match *offer == Offer::default() {
            // Only the limits of the fleet count, so nothing needs counting.
            true => 0,
            false => self.slots.values().filter(uses_memory).count(),
        };
        let promised = u64::try_from(servers)
            .unwrap_or(u64::MAX)
            .saturating_mul(offer.server_memory);
        Some(Candidate {
            name: name.clone(),
            is_reachable: worker.away_since.is_none(),
            is_draining: worker.is_draining || self.shared.is_draining,
            is_refusing: self.refuses(worker, world, now).is_some(),
            doubt: self.doubt(name, worker, world, now),
            free_servers: match worker.is_full(now) {
                true => 0,
                false => offer.max_servers.saturating_sub(servers),
            },
            servers,
            free_memory: offer.memory.map(|memory| memory.saturating_sub(promised)),
            server_memory: offer.server_memory,
        })
    }

    /// Refuses while no server can be started on a worker at all, or none for this world.
    pub(super) fn may_start(
        &self,
        name: &WorkerName,
        world: &WorldName,
        now: Moment,
    ) -> Result<(), Reply> {
        let worker = self.shared.workers.get(name);
        let Some(worker) = worker.filter(|worker| worker.away_since.is_none()) else {
            return Err(unavailable("No server can be started at the moment"));
        };
        if self.shared.is_draining || worker.is_draining {
            return Err(unavailable("No new servers are started before maintenance"));
        }
        match self.refuses(worker, world, now) {
            Some((sentence, until)) => Err(Reply::Refused {
                sentence: sentence.to_owned(),
                retry_after: until.since(now),
            }),
            None => Ok(()),
        }
    }

    /// Returns why a worker gets no server for a world now, and until when.
    fn refuses<'a>(
        &self,
        worker: &'a Worker,
        world: &WorldName,
        now: Moment,
    ) -> Option<(&'a str, Moment)> {
        worker.circuit.refuses(world, self.is_new(world), now)
    }

    /// Returns the ports that servers on a worker may have.
    pub(super) fn ports_on(&self, worker: &WorkerName) -> RangeInclusive<u16> {
        let offered = self.shared.workers.get(worker);
        let offered = offered.map_or(0..=u16::MAX, |worker| worker.offer.ports.clone());
        let ours = &self.limits.ports;
        *offered.start().max(ours.start())..=*offered.end().min(ours.end())
    }
}
