//! What the cluster has, put together. Pure.

use std::collections::{BTreeMap, BTreeSet};

use super::objects::{Claim, GameServer, Pod};
use crate::ids::SlotId;
use crate::rules::Listed;

/// What was listed of a cluster, the pods first: a pod that is missing is gone, unless its GameServer says
/// that it is still to come.
#[derive(Debug)]
pub(super) struct Snapshot {
    fleet: String,
    claims: Vec<Claim>,
    servers: Vec<GameServer>,
    pods: BTreeMap<String, Pod>,
}

impl Snapshot {
    /// Puts together the pods and claims of a fleet, and the GameServers of everybody.
    pub(super) fn of(
        fleet: &str,
        pods: Vec<Pod>,
        servers: Vec<GameServer>,
        claims: Vec<Claim>,
    ) -> Self {
        let pods = pods
            .into_iter()
            .filter(|pod| pod.metadata.is_for_its_world(fleet))
            .map(|pod| (pod.metadata.name.clone(), pod))
            .collect();
        Self {
            fleet: fleet.to_owned(),
            claims: claims
                .into_iter()
                .filter(|claim| claim.metadata.is_for_its_world(fleet))
                .collect(),
            servers,
            pods,
        }
    }

    /// Returns the claim that was made for a slot.
    pub(super) fn claim(&self, slot: SlotId) -> Option<&Claim> {
        let mut claims = self.claims.iter();
        claims.find(|claim| claim.metadata.slot() == Some(slot))
    }

    /// Returns the GameServer of a slot.
    pub(super) fn server(&self, slot: SlotId) -> Option<&GameServer> {
        let mut servers = self.ours();
        servers.find(|server| server.metadata.slot() == Some(slot))
    }

    /// Returns the pod of a GameServer.
    pub(super) fn pod(&self, server: &GameServer) -> Option<&Pod> {
        let pod = self.pods.get(&server.metadata.name)?;
        (pod.metadata.run() == server.metadata.run()).then_some(pod)
    }

    /// Returns whether a GameServer runs, or can still begin to.
    pub(super) fn runs(&self, server: &GameServer) -> bool {
        !server.has_ended(self.pod(server))
    }

    /// Returns whether a GameServer of another name uses a port of the machine.
    pub(super) fn is_taken(&self, port: u16, name: &str) -> bool {
        let mut others = self.servers.iter();
        others.any(|server| {
            server.metadata.name != name && server.host_ports().any(|taken| taken == port)
        })
    }

    /// Returns the ports that GameServers of others use.
    pub(super) fn taken_by_others(&self) -> BTreeSet<u16> {
        let others = self.servers.iter();
        others
            .filter(|server| !server.metadata.is_for_its_world(&self.fleet))
            .flat_map(GameServer::host_ports)
            .collect()
    }

    /// Returns the machine that the server with a port runs on, for each.
    pub(super) fn machines(&self) -> BTreeMap<u16, String> {
        let pods = self.pods.values();
        pods.filter_map(|pod| Some((pod.metadata.port()?, pod.machine()?.to_owned())))
            .collect()
    }

    /// Returns all containers: one for each claim with a slot, and one for each GameServer whose claim is
    /// missing.
    pub(super) fn listed(&self) -> Vec<Listed> {
        let claims = self.claims.iter().filter_map(|claim| self.of_claim(claim));
        let mut listed: BTreeMap<SlotId, Listed> =
            claims.map(|listed| (listed.slot, listed)).collect();
        for server in self.ours() {
            if let Some(of_server) = self.of_server(server) {
                let known = listed.get(&of_server.slot);
                let code = known.filter(|known| known.run == of_server.run);
                let code = code.and_then(|known| known.exit_code);
                let exit_code = of_server.exit_code.or(code);
                listed.insert(
                    of_server.slot,
                    Listed {
                        exit_code,
                        ..of_server
                    },
                );
            }
        }
        listed.into_values().collect()
    }

    fn ours(&self) -> impl Iterator<Item = &GameServer> {
        let servers = self.servers.iter();
        servers.filter(|server| server.metadata.is_for_its_world(&self.fleet))
    }

    fn of_claim(&self, claim: &Claim) -> Option<Listed> {
        let metadata = &claim.metadata;
        let slot = metadata.slot()?;
        let exit = metadata.exit_of(slot);
        // The run is noted by the start, and the exit by whoever notices it, so either may be older.
        let run = metadata.run().max(exit.map(|(run, _)| run));
        Some(Listed {
            slot,
            port: metadata.port()?,
            world: metadata.world()?,
            run,
            running: false,
            exit_code: exit
                .filter(|(of, _)| Some(*of) == run)
                .and_then(|(_, ended)| ended.code),
        })
    }

    fn of_server(&self, server: &GameServer) -> Option<Listed> {
        let metadata = &server.metadata;
        let pod = self.pod(server);
        Some(Listed {
            slot: metadata.slot()?,
            port: metadata.port()?,
            world: metadata.world()?,
            run: metadata.run(),
            running: self.runs(server),
            exit_code: pod.and_then(Pod::ended).and_then(|ended| ended.code),
        })
    }
}
