//! Ports of other programs: no player is sent to one.

use super::running::Running;
use crate::engine::Engine;
use crate::rules::{Action, Event, Reply, Step};

impl<E: Engine> Running<E> {
    /// Decides what follows from an event. A new server gets no port that another program uses, because
    /// its player is told the port before the engine could find that out. If no port is left, those of
    /// other programs are tried again.
    pub(super) fn decide(&mut self, event: &Event) -> Step {
        let mut foreign = None;
        loop {
            let step = self.fleet.step(event.clone(), self.clock.now());
            if let Some(port) = self.taken_port(&step) {
                self.fleet.undo();
                self.fleet.avoid_port(port, self.clock.now());
                continue;
            }
            let Reply::NoPort { .. } = step.reply else {
                return step;
            };
            let foreign = foreign.get_or_insert_with(|| self.fleet.foreign_ports().into_iter());
            let Some(port) = foreign.find(|port| self.engine.is_port_free(*port)) else {
                return step;
            };
            self.fleet.undo();
            self.fleet.use_port_again(port);
        }
    }

    fn taken_port(&self, step: &Step) -> Option<u16> {
        let Reply::Joined { .. } = step.reply else {
            return None;
        };
        let ports = step.actions.iter().filter_map(|action| match action {
            Action::Create { port, .. } => Some(*port),
            _ => None,
        });
        ports
            .into_iter()
            .find(|port| !self.engine.is_port_free(*port))
    }
}
