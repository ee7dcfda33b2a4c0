//! Notices exits, and where servers run, from a stream of what happens to the pods. An exit is noted at the
//! claim before it is reported, because its pod may be gone in the next moment.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::Cluster;
use super::api::{ApiError, Kind};
use super::objects::{EXIT, Ended, FLEET, List, Pod, exit_text};
use crate::engine::Exit;

/// How long we wait before we ask again after a failure.
const RETRY: Duration = Duration::from_secs(1);

/// The pause between one stream and the next.
const PAUSE: Duration = Duration::from_millis(100);

/// How many exits may wait to be received. Further ones are lost.
const MAX_EXITS: usize = 1024;

/// Bytes of one event at most.
const MAX_EVENT: usize = 4 << 20;

/// What has happened to an object.
#[derive(Debug, Deserialize)]
struct Event {
    #[serde(rename = "type")]
    what: String,
    object: Value,
}

/// The pods whose exit was reported, or that had exited before we looked first.
#[derive(Debug, Default)]
pub(super) struct Reported(BTreeSet<String>);

impl Cluster {
    /// Replaces the receiver of exits.
    pub(super) fn new_receiver(&self) -> mpsc::Receiver<Exit> {
        let (sender, receiver) = mpsc::channel(MAX_EXITS);
        *self.exits.lock() = Some(sender);
        receiver
    }

    /// Returns the pods, and the version from which a watch goes on.
    async fn pods(&self) -> Result<List<Pod>, ApiError> {
        self.api.list(Kind::Pod, &self.label()).await
    }

    fn label(&self) -> String {
        format!("{FLEET}={}", self.fleet)
    }

    /// Notes at the claim that a server has exited, and reports it.
    async fn ended(&self, pod: &Pod, ended: Ended) {
        let metadata = &pod.metadata;
        let (Some(slot), Some(run)) = (metadata.slot(), metadata.run()) else {
            return;
        };
        let exit = json!({"annotations": {EXIT: exit_text(slot, run, ended)}});
        // If this fails, only the code is lost.
        let _ = self.api.change(Kind::Claim, &metadata.name, &exit).await;
        if let Some(exits) = &*self.exits.lock() {
            // A full channel loses the hint, and a closed one means that nobody wants it.
            let _ = exits.try_send(Exit {
                slot,
                run,
                code: ended.code,
            });
        }
    }

    /// Takes in what is known of a pod.
    async fn seen(&self, pod: &Pod, reported: &mut Reported) {
        if let (Some(port), Some(machine)) = (pod.metadata.port(), pod.machine()) {
            self.machines.lock().insert(port, machine.to_owned());
        }
        if let Some(ended) = pod.ended()
            && reported.0.insert(pod.metadata.uid.clone())
        {
            self.ended(pod, ended).await;
        }
    }

    /// Takes in that a pod is gone.
    async fn gone(&self, pod: &Pod, reported: &mut Reported) {
        if !reported.0.remove(&pod.metadata.uid) {
            let ended = pod.ended().unwrap_or(Ended { code: None });
            self.ended(pod, ended).await;
        }
    }

    /// Follows the pods until the stream ends. The version is then that of the last event, so nothing is
    /// missed by whoever goes on from there.
    async fn follow(&self, version: &mut String, reported: &mut Reported) -> Result<(), ApiError> {
        let mut stream = self.api.watch(Kind::Pod, &self.label(), version).await?;
        let mut buffer = Vec::new();
        while let Some(chunk) = stream.chunk().await.map_err(|_| ApiError::Unknown)? {
            buffer.extend_from_slice(&chunk);
            while let Some(end) = buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = buffer.drain(..=end).collect();
                let pod = self.happened(&line, reported).await?;
                *version = pod.metadata.resource_version;
            }
            if buffer.len() > MAX_EVENT {
                return Err(ApiError::Unknown);
            }
        }
        Ok(())
    }

    async fn happened(&self, line: &[u8], reported: &mut Reported) -> Result<Pod, ApiError> {
        let event: Event = serde_json::from_slice(line).map_err(|_| ApiError::Unknown)?;
        if event.what == "ERROR" {
            // Such as a version that is too old.
            return Err(ApiError::Unknown);
        }
        let pod: Pod = serde_json::from_value(event.object).map_err(|_| ApiError::Unknown)?;
        match event.what.as_str() {
            // A copy of a pod has its labels, and concerns no server.
            _ if !pod.metadata.is_for_its_world(&self.fleet) => {}
            "ADDED" | "MODIFIED" => self.seen(&pod, reported).await,
            "DELETED" => self.gone(&pod, reported).await,
            _ => {}
        }
        Ok(pod)
    }
}

/// Looks for the first time: what has exited before is for the list to say. Returns the version from which
/// to go on, unless the cluster cannot be reached.
pub(super) async fn look_first(cluster: &Cluster) -> (Option<String>, Reported) {
    let mut reported = Reported::default();
    let Ok(pods) = cluster.pods().await else {
        return (None, reported);
    };
    for pod in &pods.items {
        if pod.ended().is_some() {
            reported.0.insert(pod.metadata.uid.clone());
        }
    }
    (Some(pods.metadata.resource_version), reported)
}

/// Watches the pods from a version on, until the tasks are told to stop.
pub(super) async fn watch(
    cluster: Arc<Cluster>,
    mut version: Option<String>,
    mut reported: Reported,
    tasks: Tasks,
) {
    let stop = tasks.stop_signal();
    let watching = async {
        loop {
            match watch_once(&cluster, version.take(), &mut reported).await {
                Ok(next) => {
                    version = Some(next);
                    sleep(PAUSE).await;
                }
                Err(error) => {
                    tracing::debug!("the pods cannot be watched: {error:?}");
                    sleep(RETRY).await;
                }
            }
        }
    };
    tokio::select! {
        () = stop.cancelled() => {}
        () = watching => {}
    }
}

/// Watches from a version on, or from a new list. Returns where to go on.
async fn watch_once(
    cluster: &Cluster,
    version: Option<String>,
    reported: &mut Reported,
) -> Result<String, ApiError> {
    let mut version = match version {
        Some(version) => version,
        None => {
            let pods = cluster.pods().await?;
            let ours = pods.items.iter();
            for pod in ours.filter(|pod| pod.metadata.is_for_its_world(&cluster.fleet)) {
                cluster.seen(pod, reported).await;
            }
            let known: BTreeSet<_> = pods.items.iter().map(|pod| &pod.metadata.uid).collect();
            reported.0.retain(|uid| known.contains(uid));
            pods.metadata.resource_version
        }
    };
    cluster.follow(&mut version, reported).await?;
    Ok(version)
}
