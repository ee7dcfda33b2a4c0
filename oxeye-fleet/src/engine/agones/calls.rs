//! Create, start, stop, kill and remove. Each looks at what the cluster has, so it may be repeated.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::sleep;

use super::Cluster;
use super::api::{Changed, Kind, Made};
use super::objects::{Claim, EXIT, FLEET, GameServer, PLAYER, PORT, RUN, SLOT, WORLD, name_of};
use super::snapshot::Snapshot;
use super::template::Wanted;
use crate::engine::Launch;
use crate::ids::{SlotId, WorldName};
use crate::rules::{CallFailure, Run};

/// How often we look whether an object that was deleted is gone.
const LOOKS: u32 = 25;

/// The pause between the looks.
const PAUSE: Duration = Duration::from_millis(200);

/// The grace of a kill. With none at all, the cluster would forget the pod without waiting for its end.
const AT_ONCE: Duration = Duration::from_secs(1);

impl Cluster {
    /// Lists what the cluster has.
    pub(super) async fn look(&self) -> Result<Snapshot, CallFailure> {
        let ours = format!("{FLEET}={}", self.fleet);
        let pods = self.api.list(Kind::Pod, &ours).await?;
        let servers = self.api.list(Kind::GameServer, "").await?;
        let claims = self
            .api
            .list(Kind::Claim, &format!("{ours},{SLOT}"))
            .await?;
        let snapshot = Snapshot::of(&self.fleet, pods.items, servers.items, claims.items);
        *self.taken.lock() = snapshot.taken_by_others();
        *self.machines.lock() = snapshot.machines();
        Ok(snapshot)
    }

    /// Returns the worlds that there are claims for, whether or not they belong to a slot.
    pub(super) async fn worlds(&self) -> Result<Vec<WorldName>, CallFailure> {
        let ours = format!("{FLEET}={}", self.fleet);
        let claims = self.api.list::<Claim>(Kind::Claim, &ours).await?;
        let claims = claims.items.iter();
        Ok(claims.filter_map(|claim| claim.metadata.world()).collect())
    }

    /// Makes the claim of a world, or gives it to the slot if it is there.
    pub(super) async fn create(&self, launch: &Launch) -> Result<(), CallFailure> {
        let name = name_of(&self.fleet, &launch.world);
        let found: Option<Claim> = self.api.get(Kind::Claim, &name).await?;
        let Some(claim) = found else {
            let claim = self.template.claim(&self.fleet, launch);
            return match self.api.make(Kind::Claim, &claim).await? {
                Made::New => Ok(()),
                // Somebody has made it in this moment.
                Made::Exists => Err(CallFailure::Unknown),
            };
        };
        let metadata = &claim.metadata;
        let world = &launch.world;
        if !metadata.belongs_to(&self.fleet) {
            let sentence =
                format!("the claim {name} of the world {world} belongs to somebody else");
            return Err(CallFailure::WorldUnusable(sentence));
        }
        if metadata.is_being_deleted() {
            return Err(CallFailure::Unknown);
        }
        match metadata.slot() {
            Some(slot) if slot != launch.slot => {
                let sentence = format!("the world {world} is in use by {slot}");
                Err(CallFailure::WorldUnusable(sentence))
            }
            Some(_) if metadata.port() == Some(launch.port) => Ok(()),
            Some(_) => {
                let change = json!({"annotations": {PORT: launch.port.to_string()}});
                self.change(&name, &change).await
            }
            None => {
                let change = json!({
                    "resourceVersion": metadata.resource_version,
                    "labels": {SLOT: launch.slot},
                    "annotations": {
                        WORLD: world,
                        PLAYER: launch.player,
                        PORT: launch.port.to_string(),
                        RUN: null,
                        EXIT: null,
                    },
                });
                self.change(&name, &change).await
            }
        }
    }

    /// Makes the GameServer of a slot, once that of an earlier run is gone.
    pub(super) async fn start(&self, slot: SlotId, run: Run) -> Result<(), CallFailure> {
        let seen = self.look().await?;
        let wanted = seen.claim(slot).and_then(|claim| wanted(claim, run));
        let Some(wanted) = wanted else {
            return Err(CallFailure::Refused(format!("there is no {slot}")));
        };
        if let Some(server) = seen.server(slot) {
            let runs = seen.runs(server);
            match runs && server.metadata.run() == Some(run) {
                true => return Ok(()),
                false if runs => return Err(still_runs(slot)),
                false => self.clear_away(&seen, server).await?,
            }
        }
        let name = name_of(&self.fleet, &wanted.world);
        if seen.is_taken(wanted.port, &name) {
            return Err(CallFailure::PortTaken);
        }
        let server = self.template.server(&self.fleet, &wanted);
        match self.api.make(Kind::GameServer, &server).await {
            Ok(Made::New) => {}
            // Another start has made it in this moment.
            Ok(Made::Exists) => return Err(CallFailure::Unknown),
            Err(error) => return Err(nameless(error.into(), &name)),
        }
        let noted = json!({"annotations": {RUN: run.0.to_string()}});
        if let Err(failure) = self.change(&name, &noted).await {
            // The GameServer says it, too, as long as it is there.
            tracing::warn!("{slot}: the cluster could not note the start: {failure}");
        }
        Ok(())
    }

    /// Asks a server to exit, and has it killed after `grace`.
    pub(super) async fn stop(&self, slot: SlotId, grace: Duration) -> Result<(), CallFailure> {
        let seen = self.look().await?;
        match seen.server(slot) {
            Some(server) if seen.runs(server) => self.end(&seen, server, grace).await,
            _ => Ok(()),
        }
    }

    /// Kills a server.
    pub(super) async fn kill(&self, slot: SlotId) -> Result<(), CallFailure> {
        self.stop(slot, AT_ONCE).await
    }

    /// Removes what a slot has, and perhaps its world.
    pub(super) async fn remove(
        &self,
        slot: SlotId,
        discards_world: bool,
    ) -> Result<(), CallFailure> {
        let seen = self.look().await?;
        if let Some(server) = seen.server(slot) {
            if seen.runs(server) {
                return Err(still_runs(slot));
            }
            self.clear_away(&seen, server).await?;
        }
        let Some(claim) = seen.claim(slot) else {
            return Ok(());
        };
        let metadata = &claim.metadata;
        if discards_world {
            let deleted = self
                .api
                .delete(Kind::Claim, &metadata.name, &metadata.uid, None);
            return Ok(deleted.await?);
        }
        let change = json!({
            "labels": {SLOT: null},
            "annotations": {PORT: null, RUN: null, EXIT: null},
        });
        self.change(&metadata.name, &change).await
    }

    /// Changes a claim.
    async fn change(&self, name: &str, metadata: &Value) -> Result<(), CallFailure> {
        match self.api.change(Kind::Claim, name, metadata).await? {
            Changed::Done => Ok(()),
            Changed::Missing | Changed::Outdated => Err(CallFailure::Unknown),
        }
    }

    /// Ends a GameServer. Its pod comes first, because only that deletion can name a grace, and later ones
    /// can only shorten it.
    async fn end(
        &self,
        seen: &Snapshot,
        server: &GameServer,
        grace: Duration,
    ) -> Result<(), CallFailure> {
        if let Some(pod) = seen.pod(server) {
            let seconds = grace.as_millis().div_ceil(1000).max(1);
            let seconds = u64::try_from(seconds).unwrap_or(u64::MAX);
            let metadata = &pod.metadata;
            let deleted = self
                .api
                .delete(Kind::Pod, &metadata.name, &metadata.uid, Some(seconds));
            deleted.await?;
        }
        let metadata = &server.metadata;
        let deleted = self
            .api
            .delete(Kind::GameServer, &metadata.name, &metadata.uid, None);
        Ok(deleted.await?)
    }

    /// Deletes a GameServer that does not run, and waits until its name is free.
    async fn clear_away(&self, seen: &Snapshot, server: &GameServer) -> Result<(), CallFailure> {
        // What Agones runs beside the game server need not wait for anything.
        self.end(seen, server, AT_ONCE).await?;
        let metadata = &server.metadata;
        for _ in 0..LOOKS {
            let found: Option<GameServer> = self.api.get(Kind::GameServer, &metadata.name).await?;
            match found {
                Some(found) if found.metadata.uid == metadata.uid => sleep(PAUSE).await,
                _ => return Ok(()),
            }
        }
        Err(CallFailure::Unknown)
    }
}

/// Returns what the GameServer of a claim is to be made for.
fn wanted(claim: &Claim, run: Run) -> Option<Wanted> {
    let metadata = &claim.metadata;
    Some(Wanted {
        slot: metadata.slot()?,
        run,
        port: metadata.port()?,
        world: metadata.world()?,
        player: metadata.player()?.to_owned(),
    })
}

fn still_runs(slot: SlotId) -> CallFailure {
    CallFailure::Refused(format!("{slot} still runs"))
}

/// Takes the name of one server out of a refusal: the rules compare refusals to tell that no server can be
/// started.
fn nameless(failure: CallFailure, name: &str) -> CallFailure {
    match failure {
        CallFailure::Refused(sentence) => {
            CallFailure::Refused(sentence.replace(name, "the server"))
        }
        failure => failure,
    }
}
