//! Shows what is known to the heartbeats, to the sources and to `oxeye-agent status`.

use std::process;

use super::Agent;
use crate::feed::poller::Wanted;
use crate::heartbeat::HeartbeatState;
use crate::outbox::Outbox;
use crate::reconcile::{Link, Liveness};
use crate::source_update::SourceKind;
use crate::status::Status;

impl Agent {
    /// Updates the state for the heartbeats and the sources worth polling.
    pub(super) fn publish(&self) {
        let liveness = self.reconciler.liveness();
        let knows_everyone = self.reconciler.knows_everyone();
        let member_codes = self.reads_member_codes && self.reconciler.works(SourceKind::Log);
        for (link, server) in &self.servers {
            let online = self.reconciler.online_at(link);
            let state = HeartbeatState {
                liveness: match link {
                    _ if !server.is_linked => Liveness::Unknown,
                    Link::Behind(_) if !self.reconciler.knows_servers() => Liveness::Unknown,
                    _ => liveness.clone(),
                },
                online: u32::try_from(online).ok().filter(|_| knows_everyone),
                run: self
                    .reconciler
                    .server_run_at(link)
                    .filter(|_| server.is_linked),
                member_codes: member_codes && *link == Link::Main,
            };
            server.show(state);
        }
        let wanted: Wanted = self
            .sources
            .iter()
            .copied()
            .filter(|kind| self.reconciler.wants(*kind))
            .collect();
        self.wanted.send_if_modified(|before| {
            let is_new = *before != wanted;
            *before = wanted;
            is_new
        });
    }

    /// Returns what is known now.
    pub(super) fn status(&self) -> Status {
        let failures = self.reconciler.failures();
        let online = self.reconciler.reported().iter();
        let waiting = self.servers.values().map(|server| server.outbox.waiting());
        let run = self.reconciler.server_run();
        let about = self.about.known();
        Status {
            written_at: (self.clock)(),
            pid: process::id(),
            server_state: run.map(|run| run.state),
            server_since_at: run.and_then(|run| run.since),
            software: about.software,
            version: about.version,
            max_players: about.max_players,
            source: self.reconciler.believed().map(|kind| kind.to_string()),
            count: match self.reconciler.liveness() {
                Liveness::Count(count) => Some(count),
                Liveness::Unknown | Liveness::Roster => None,
            },
            failures: failures
                .map(|(kind, why)| (kind.to_string(), why.to_owned()))
                .collect(),
            online: online.map(|entry| entry.player.clone()).collect(),
            waiting: waiting.sum(),
            waiting_activity: self.activity.as_ref().map_or(0, Outbox::waiting),
        }
    }
}
