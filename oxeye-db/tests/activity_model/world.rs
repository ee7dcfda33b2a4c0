//! A store, the servers that report to it, and the naive list of everything that they report.

use std::collections::BTreeMap;

use oxeye_db::activity::kinds::Kinds;
use oxeye_db::testing::{TestStore, join_at, leave_at, player, server_name};
use oxeye_db::{GuildId, HeartbeatEvent, ServerId, SyncEvent, SyncPlayer, UnixSeconds};

use crate::comparing::compare;
use crate::naive::{IGNORED, Naive};
use crate::steps::{DAY, Did, NAMES, SERVERS, START, Sending, Step};

/// The events of a server's epoch, in the order of their numbers, and whether each was taken.
pub(crate) type Log = Vec<(Did, bool)>;

pub(crate) struct World {
    pub(crate) store: TestStore,
    pub(crate) servers: Vec<ServerId>,
    pub(crate) now: i64,
    pub(crate) naive: Naive,
    /// The epochs of each server.
    pub(crate) logs: Vec<BTreeMap<u64, Log>>,
}

impl World {
    pub(crate) async fn new() -> Self {
        let mut kinds = Kinds::built_in();
        kinds.ignore(player(IGNORED));
        kinds.ignore_on(server_name(SERVERS[1].1), player(NAMES[1]));
        let store = TestStore::with_kinds(kinds, UnixSeconds(START));
        let mut servers = Vec::new();
        for (guild, name) in SERVERS {
            let (server, _) = store.link(GuildId(guild), name, UnixSeconds(START)).await;
            servers.push(server);
        }
        let world = Self {
            store,
            servers,
            now: START,
            naive: Naive::default(),
            logs: vec![BTreeMap::from([(1, Log::new())]); SERVERS.len()],
        };
        world.sync_all().await;
        world
    }

    pub(crate) fn now(&self) -> UnixSeconds {
        UnixSeconds(self.now)
    }

    /// Every server reports who is on.
    async fn sync_all(&self) {
        for (server, id) in self.servers.iter().enumerate() {
            let roster = self.naive.on_server(server).into_iter();
            let sync = SyncEvent {
                roster: roster.map(|name| SyncPlayer::new(player(name))).collect(),
                ..SyncEvent::default()
            };
            self.store
                .sync_players(*id, sync, self.now())
                .await
                .unwrap();
        }
    }

    async fn wait_until(&mut self, at: i64) {
        self.now = at;
        for server in &self.servers {
            let alive = HeartbeatEvent::default();
            self.store
                .heartbeat(*server, alive, self.now())
                .await
                .unwrap();
        }
    }

    pub(crate) async fn restarted(mut self) -> Self {
        let now = self.now();
        self.store = self.store.restarted(now).await;
        self.sync_all().await;
        self
    }

    pub(crate) async fn step(mut self, step: Step) -> Self {
        match step {
            Step::Join(server, who) => self.join_or_leave(server, who, true).await,
            Step::Leave(server, who) => self.join_or_leave(server, who, false).await,
            Step::Wait(secs) => self.wait_until(self.now + secs).await,
            Step::Midnight(offset) => {
                let midnight = (self.now.div_euclid(DAY) + 1) * DAY;
                self.wait_until((midnight + offset).max(self.now)).await;
            }
            Step::Did {
                server,
                did,
                is_held,
                fate,
            } => {
                let now = self.now;
                let log = self.logs[server].last_entry().unwrap().into_mut();
                let from = log.len();
                log.extend(did.iter().map(|did| (did.at(now), false)));
                let sending = Sending {
                    server,
                    epochs_ago: 0,
                    from,
                    count: did.len(),
                    fate,
                };
                if !is_held {
                    self = self.send(sending).await;
                }
            }
            Step::Send(sending) => self = self.send(sending).await,
            Step::NewEpoch(server) => {
                let newest = *self.logs[server].last_key_value().unwrap().0;
                self.logs[server].insert(newest + 1, Log::new());
            }
            Step::Single { server, did, key } => self.single(server, &did, key).await,
            Step::Sweep => {
                while self.store.sweep_activity(self.now()).await.unwrap() {}
                self.naive.sweep(self.now);
            }
            Step::Forget(who) => {
                self.store
                    .forget_player(player(NAMES[who]), self.now())
                    .await
                    .unwrap();
                self.naive.forget(NAMES[who]);
            }
            Step::Restart => self = self.restarted().await,
            Step::Ask => compare(&self.store, &self.naive, self.now).await,
        }
        self
    }

    async fn join_or_leave(&mut self, server: usize, who: usize, joins: bool) {
        let name = NAMES[who];
        if self.naive.is_on(server, name) == joins {
            return;
        }
        // Which of two reports in the same second came first is the concern of another model.
        self.wait_until(self.now + 1).await;
        let (id, now) = (self.servers[server], self.now());
        if joins {
            self.store
                .player_join(id, join_at(name, now), now)
                .await
                .unwrap();
        } else {
            self.store
                .player_leave(id, leave_at(name, now), now)
                .await
                .unwrap();
        }
        self.naive.joins_or_leaves(server, name, self.now, joins);
    }
}
