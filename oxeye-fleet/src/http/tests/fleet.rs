//! A simple fleet, in place of the controller: every server is in the same state at once, until a test
//! changes it, and nothing elapses.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use parking_lot::Mutex;
use tokio::sync::{mpsc, watch};

use crate::controller::{
    Ask, BindError, FleetHandle, JoinError, Joined, Located, StopError, WorldsByWorker,
};
use crate::http::messages::tests::empty_view;
use crate::ids::{PlayerId, SessionId, SlotId, WorkerName, WorldName};
use crate::rules::State;
use crate::settings::Settings;
use crate::time::UnixMillis;
use crate::view::{FleetView, PlayerView, SlotView};

/// The fleet, as tests see it.
pub(super) struct SimpleFleet {
    views: watch::Sender<Arc<FleetView>>,
    sessions: Mutex<HashMap<SessionId, SlotId>>,
    /// How many heartbeats and requests of sessions there were.
    heard: watch::Sender<usize>,
    pub(super) is_disk_full: AtomicBool,
    /// Whether it starts or stops: then it says nothing about sessions.
    pub(super) is_not_serving: AtomicBool,
}

impl SimpleFleet {
    pub(super) fn start(settings: &Settings, tasks: &Tasks) -> (Arc<Self>, FleetHandle) {
        let view = FleetView {
            limits: settings.limits.clone(),
            ..empty_view()
        };
        let (views, receiver) = watch::channel(Arc::new(view));
        let (asks, mut asked) = mpsc::channel(64);
        let fleet = Arc::new(Self {
            views,
            sessions: Mutex::default(),
            heard: watch::Sender::default(),
            is_disk_full: AtomicBool::default(),
            is_not_serving: AtomicBool::default(),
        });
        let answering = Arc::clone(&fleet);
        let stop = tasks.stop_signal();
        tasks.spawn(async move {
            while let Some(Some(ask)) = stop.run_until_cancelled(asked.recv()).await {
                answering.answer(ask);
            }
        });
        (fleet, FleetHandle::new(receiver, asks))
    }

    /// Changes what can be seen of the fleet.
    pub(super) fn change(&self, change: impl FnOnce(&mut FleetView)) {
        self.views.send_modify(|view| {
            let view = Arc::make_mut(view);
            change(view);
            view.revision += 1;
        });
    }

    /// Nothing is known of any server, as right after a start.
    pub(super) fn knows_nothing(&self) {
        self.views
            .send_modify(|view| Arc::make_mut(view).revision = 0);
    }

    /// Returns how many wait for the next change.
    pub(super) fn watchers(&self) -> usize {
        self.views.receiver_count()
    }

    /// Puts all servers into a state.
    pub(super) fn all_are(&self, state: State) {
        self.change(|view| view.slots.iter_mut().for_each(|slot| slot.state = state));
    }

    /// Returns how many heartbeats and requests of sessions there were.
    pub(super) fn heard(&self) -> usize {
        *self.heard.borrow()
    }

    /// Waits until there were this many.
    pub(super) async fn hears(&self, times: usize) {
        let mut heard = self.heard.subscribe();
        let waiting = heard.wait_for(|heard| *heard >= times);
        let waited = tokio::time::timeout(Duration::from_secs(60), waiting).await;
        waited.expect("it was heard of in time").unwrap();
    }

    pub(super) fn slots(&self) -> usize {
        self.views.borrow().slots.len()
    }

    /// Answers what the controller would. The caller may be gone.
    fn answer(&self, ask: Ask) {
        let is_of_session = matches!(
            ask,
            Ask::Heartbeat { .. } | Ask::Leave { .. } | Ask::Locate { .. }
        );
        if is_of_session && self.is_not_serving.load(Ordering::Relaxed) {
            return;
        }
        match ask {
            Ask::Join {
                player,
                session,
                reply,
            } => {
                let _ = reply.send(self.join(player, session));
            }
            Ask::Heartbeat { session, reply } => {
                let _ = reply.send(self.locate(session).is_some());
            }
            Ask::Leave { session, reply } => {
                let left = self.sessions.lock().remove(&session);
                let _ = reply.send(left.is_some());
            }
            Ask::Locate { session, reply } => {
                let _ = reply.send(self.locate(session));
            }
            Ask::Stop { slot, reply } => {
                let known = self
                    .views
                    .borrow()
                    .slots
                    .iter()
                    .any(|known| known.id == slot);
                self.all_are(State::Stopping);
                let _ = reply.send(known.then_some(()).ok_or(StopError::Unknown));
            }
            Ask::Drain {
                worker,
                is_draining,
                reply,
            } => {
                let _ = reply.send(self.drain(worker.as_ref(), is_draining));
            }
            Ask::BindWorld {
                world,
                worker,
                reply,
            } => {
                let _ = reply.send(bound(world, &worker));
            }
            Ask::Worlds { reply } => {
                let _ = reply.send(worlds());
            }
            Ask::CheckStore { reply } => {
                let _ = reply.send(!self.is_disk_full.load(Ordering::Relaxed));
            }
            Ask::Look { reply } => {
                let _ = reply.send(Arc::clone(&self.views.borrow()));
            }
        }
    }

    fn drain(&self, worker: Option<&WorkerName>, is_draining: bool) -> bool {
        let mut is_known = worker.is_none();
        self.change(|view| match worker {
            Some(name) => {
                let mut workers = view.workers.iter_mut();
                if let Some(known) = workers.find(|known| known.name == *name) {
                    known.is_draining = is_draining;
                    is_known = true;
                }
            }
            None => view.is_draining = is_draining,
        });
        is_known
    }

    fn join(&self, player: PlayerId, session: SessionId) -> Result<Joined, JoinError> {
        let view = Arc::clone(&self.views.borrow());
        let known = view.slots.iter().find(|slot| slot.owner == player);
        if view.is_draining && known.is_none() {
            return Err(JoinError::Unavailable {
                reason: "the fleet is being drained".to_owned(),
                retry_after: Duration::from_secs(5),
            });
        }
        if known.is_none() && view.slots.len() >= view.limits.max_servers {
            return Err(JoinError::Full {
                retry_after: Duration::from_secs(3),
            });
        }
        let slot = known.map_or_else(|| new_slot(&player, view.slots.len()), Clone::clone);
        let joined = Joined {
            session,
            player,
            slot: slot.id,
            worker: slot.worker.clone(),
            port: slot.port,
        };
        self.sessions.lock().insert(session, slot.id);
        if known.is_none() {
            self.change(|view| view.slots.push(slot));
        }
        Ok(joined)
    }

    fn locate(&self, session: SessionId) -> Option<Located> {
        let id = *self.sessions.lock().get(&session)?;
        self.heard.send_modify(|heard| *heard += 1);
        let view = self.views.borrow();
        let slot = view.slots.iter().find(|slot| slot.id == id)?;
        Some(Located {
            slot: id,
            worker: slot.worker.clone(),
            port: slot.port,
            state: slot.state,
        })
    }
}

fn new_slot(player: &PlayerId, number: usize) -> SlotView {
    let number = u16::try_from(number).unwrap();
    SlotView {
        id: SlotId(1_762_578_000_000 + u64::from(number)),
        port: 8081 + number,
        state: State::Running,
        world: WorldName::of(player),
        worker: WorkerName::local(),
        owner: player.clone(),
        players: vec![PlayerView {
            player: player.clone(),
            joined_at: UnixMillis(1_762_578_000_000),
        }],
        player_count: 1,
        deadline: None,
        created_at: UnixMillis(1_762_578_000_000),
        last_activity: UnixMillis(1_762_578_000_000),
        usage: None,
    }
}

fn worlds() -> WorldsByWorker {
    let worlds = [("attic", vec!["Ada-1", "Ben-1"]), ("home", vec!["Ada-1"])];
    let named = |(worker, worlds): (&str, Vec<&str>)| {
        let worlds = worlds.iter().map(|world| world.parse().unwrap());
        (worker.parse().unwrap(), worlds.collect())
    };
    worlds.into_iter().map(named).collect()
}

/// What comes of binding a world to a worker. A server has that of Ben.
fn bound(world: WorldName, worker: &WorkerName) -> Result<(), BindError> {
    match (world.as_str(), worker.as_str()) {
        ("Ada-1", "attic" | "home") => Ok(()),
        ("Ben-1", "attic" | "home") => {
            let slot = SlotId(7);
            Err(BindError::InUse { world, slot })
        }
        (_, "attic" | "home") => Err(BindError::UnknownWorld),
        _ => Err(BindError::UnknownWorker),
    }
}
