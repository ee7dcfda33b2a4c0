//! Ports of other programs: no player is sent to one.

use super::running::Running;
use crate::engine::Engine;
use crate::ids::WorkerName;
use crate::rules::{Action, Event, Order, Reply, Step};

impl<E: Engine> Running<E> {
    /// Runs the rules on an event. No server is started on a port that another program uses: its player
    /// would be told the port before the engine could notice. If no port is left, those of other
    /// programs are tried again.
    pub(super) fn decide(&mut self, event: &Event) -> Step {
        let (mut foreign, mut avoided) = (None, None);
        loop {
            let step = self.fleet.step(event.clone(), self.clock.now());
            // A slot that is being removed keeps its port for now.
            let taken = self.taken_port(&step);
            if let Some((worker, port)) = taken.filter(|taken| avoided.as_ref() != Some(taken)) {
                self.fleet.undo();
                self.fleet.avoid_port(&worker, port, self.clock.now());
                avoided = Some((worker, port));
                continue;
            }
            let Reply::NoPort { .. } = step.reply else {
                return step;
            };
            let foreign = foreign.get_or_insert_with(|| self.fleet.foreign_ports().into_iter());
            let is_free = |(worker, port): &(WorkerName, u16)| {
                let engine = self.engines.get(worker);
                engine.is_none_or(|engine| engine.is_port_free(*port))
            };
            let Some((worker, port)) = foreign.find(is_free) else {
                return step;
            };
            self.fleet.undo();
            self.fleet.use_port_again(&worker, port);
        }
    }

    /// Returns the worker and port that a player would be told, if another program uses it. The port of a server
    /// that runs already is its own.
    fn taken_port(&self, step: &Step) -> Option<(WorkerName, u16)> {
        let Reply::Joined {
            slot: joined, port, ..
        } = step.reply
        else {
            return None;
        };
        let starts = |action: &Action| match action {
            Action::Call { slot, order, .. } => {
                let is_stop = matches!(order, Order::Stop { .. } | Order::Kill);
                *slot == joined && !is_stop
            }
            _ => false,
        };
        if !step.actions.iter().any(starts) {
            return None;
        }
        let worker = &self.fleet.slot(joined)?.worker;
        let is_free = self.engines.get(worker)?.is_port_free(port);
        (!is_free).then(|| (worker.clone(), port))
    }
}
