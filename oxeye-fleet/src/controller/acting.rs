//! Does what the rules decide. Everything that may take time runs beside the controller and comes back
//! as an event.

use std::future::Future;
use std::sync::Arc;

use super::running::{Incoming, Running};
use crate::engine::{Engine, Launch};
use crate::ids::SlotId;
use crate::rules::{Action, Call, CallFailure, Event, Run};

impl<E: Engine> Running<E> {
    pub(super) fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            self.act_once(action);
        }
    }

    fn act_once(&mut self, action: Action) {
        let engine = Arc::clone(&self.engine);
        match action {
            Action::Create {
                slot,
                port,
                world,
                player,
            } => {
                let launch = Launch {
                    slot,
                    port,
                    world,
                    player,
                };
                self.call(
                    slot,
                    Call::Create,
                    async move { engine.create(&launch).await },
                );
            }
            Action::Start { slot, run } => {
                self.call(
                    slot,
                    Call::Start,
                    async move { engine.start(slot, run).await },
                );
            }
            Action::Stop { slot, grace } => {
                self.say(slot, "is told to stop");
                self.call(
                    slot,
                    Call::Stop,
                    async move { engine.stop(slot, grace).await },
                );
            }
            Action::Kill(slot) => {
                self.call(slot, Call::Kill, async move { engine.kill(slot).await });
            }
            Action::Remove {
                slot,
                discards_world,
            } => self.call(slot, Call::Remove, async move {
                engine.remove(slot, discards_world).await
            }),
            Action::Probe { slot, run, port } => self.probe(slot, run, port),
            Action::Ask {
                slot,
                run,
                port,
                ask,
            } => self.ask_who_is_on(slot, run, port, ask),
            Action::Report { slot, sentence } => self.say(slot, &sentence),
        }
    }

    /// Reports something to operators, in the log and on the dashboard.
    fn say(&mut self, slot: SlotId, sentence: &str) {
        tracing::info!("{slot} {sentence}");
        self.shown.news.add(self.clock.now().wall, slot, sentence);
    }

    fn call(
        &self,
        slot: SlotId,
        call: Call,
        calling: impl Future<Output = Result<(), CallFailure>> + Send + 'static,
    ) {
        let incoming = self.incoming.clone();
        self.tasks.spawn(async move {
            let result = calling.await;
            let is_lost = result == Err(CallFailure::Unreachable);
            let called = Event::Called { slot, call, result };
            // The controller may have stopped meanwhile; the next start finds out what was done.
            drop(incoming.send(Incoming::Event(called)).await);
            if is_lost {
                drop(incoming.send(Incoming::Event(Event::EngineLost)).await);
            }
        });
    }

    fn probe(&mut self, slot: SlotId, run: Run, port: u16) {
        let end = self.tasks.stop_signal().child_token();
        if let Some((_, old)) = self.probes.insert(slot, (run, end.clone())) {
            old.cancel();
        }
        let (prober, incoming) = (self.prober.clone(), self.incoming.clone());
        let address = self.engine.reachable_at(port);
        self.tasks.spawn(async move {
            tokio::select! {
                () = end.cancelled() => {}
                () = prober.ready(&address) => {
                    drop(incoming.send(Incoming::Event(Event::Ready { slot, run })).await);
                }
            }
        });
    }

    fn ask_who_is_on(&self, slot: SlotId, run: Run, port: u16, ask: u32) {
        let (prober, incoming) = (self.prober.clone(), self.incoming.clone());
        let address = self.engine.reachable_at(port);
        self.tasks.spawn(async move {
            let occupied = Event::Occupied {
                slot,
                run,
                ask,
                occupancy: prober.occupancy(&address).await,
            };
            drop(incoming.send(Incoming::Event(occupied)).await);
        });
    }
}
