//! Carries out what the rules decide. Everything that may take time runs beside the controller, and its
//! result comes back as an event.

use std::sync::Arc;

use super::running::{Incoming, Running};
use crate::engine::{Engine, Launch};
use crate::ids::{SlotId, WorkerName};
use crate::rules::{Action, CallFailure, CallNumber, Event, Order, Run, Severity};
use crate::view::News;

impl<E: Engine> Running<E> {
    pub(super) fn act(&mut self, actions: Vec<Action>) {
        for action in actions {
            self.act_once(action);
        }
    }

    fn act_once(&mut self, action: Action) {
        match action {
            Action::Call {
                worker,
                slot,
                number,
                order,
            } => self.call(worker, slot, number, order),
            Action::Probe {
                worker,
                slot,
                run,
                port,
            } => self.probe(&worker, slot, run, port),
            Action::Ask {
                worker,
                slot,
                run,
                port,
                ask,
            } => self.ask_who_is_on(&worker, slot, run, port, ask),
            Action::Warn { worker, sentence } => tracing::warn!("the worker {worker} {sentence}"),
            Action::Report {
                slot,
                sentence,
                words,
                severity,
            } => self.say(slot, sentence, words, severity),
        }
    }

    /// Reports something to operators, in the log and on the dashboard.
    fn say(&mut self, slot: SlotId, sentence: String, words: Option<String>, severity: Severity) {
        let news = News {
            at: self.clock.now().wall,
            slot,
            sentence,
            words,
            severity,
        };
        match severity {
            Severity::Warning | Severity::Failure => tracing::warn!("{slot} {}", news.in_full()),
            Severity::Info => tracing::info!("{slot} {}", news.in_full()),
        }
        self.shown.news.add(news);
    }

    fn call(&mut self, worker: WorkerName, slot: SlotId, number: CallNumber, order: Order) {
        // Workers without an engine are away, so they are not called.
        let Some(engine) = self.engines.get(&worker).map(Arc::clone) else {
            return;
        };
        let incoming = self.incoming.clone();
        self.tasks.spawn(async move {
            let result = carry_out(&*engine, slot, order).await;
            let is_lost = result == Err(CallFailure::Unreachable);
            let called = Event::Called {
                slot,
                number,
                result,
            };
            // The controller may have stopped meanwhile; the next start finds out what was done.
            drop(incoming.send(Incoming::Event(called)).await);
            if is_lost {
                let lost = Event::EngineLost(worker);
                drop(incoming.send(Incoming::Event(lost)).await);
            }
        });
    }

    fn probe(&mut self, worker: &WorkerName, slot: SlotId, run: Run, port: u16) {
        let Some(engine) = self.engines.get(worker).map(Arc::clone) else {
            return;
        };
        let end = self.tasks.stop_signal().child_token();
        if let Some((_, old)) = self.probes.insert(slot, (run, end.clone())) {
            old.cancel();
        }
        let (prober, incoming) = (self.prober.clone(), self.incoming.clone());
        self.tasks.spawn(async move {
            tokio::select! {
                () = end.cancelled() => {}
                () = prober.ready(|| engine.reachable_at(port)) => {
                    drop(incoming.send(Incoming::Event(Event::Ready { slot, run })).await);
                }
            }
        });
    }

    fn ask_who_is_on(&self, worker: &WorkerName, slot: SlotId, run: Run, port: u16, ask: u32) {
        let Some(engine) = self.engines.get(worker) else {
            return;
        };
        let address = engine.reachable_at(port);
        let (prober, incoming) = (self.prober.clone(), self.incoming.clone());
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

async fn carry_out<E: Engine>(engine: &E, slot: SlotId, order: Order) -> Result<(), CallFailure> {
    match order {
        Order::Create {
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
            engine.create(&launch).await
        }
        Order::Start { run } => engine.start(slot, run).await,
        Order::Stop { grace } => engine.stop(slot, grace).await,
        Order::Kill => engine.kill(slot).await,
        Order::Remove { discards_world } => engine.remove(slot, discards_world).await,
    }
}
