//! A cluster with Agones, as far as the engine sees it: objects in memory, and pods that are game servers.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use oxeye_process::tasks::Tasks;
use parking_lot::{Mutex, MutexGuard};
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio::time::sleep;

use super::objects::{merge, pod};
use crate::engine::contract::Servers;
use crate::ids::SlotId;
use crate::rules::Run;

/// The exit code of a container that was killed.
const KILLED: i32 = 137;

/// What a test makes the API do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    /// The next GameServer is made, but the answer says nothing about that.
    LosesAnswer,
    /// Every answer is a page of somebody else's.
    Nonsense,
    /// Every answer is 503.
    Overloaded,
}

/// The cluster. Clones share it.
#[derive(Debug, Clone)]
pub(super) struct StandIn {
    state: Arc<Mutex<State>>,
    /// The version of the newest event.
    changed: watch::Sender<u64>,
    tasks: Tasks,
}

/// Objects by plural and name.
#[derive(Debug)]
pub(super) struct State {
    pub(super) token: String,
    pub(super) fault: Option<Fault>,
    /// How many watches were broken off.
    pub(super) breaks: u32,
    /// The grace of every deletion of a pod, in seconds.
    pub(super) graces: Vec<u64>,
    servers: Servers,
    objects: BTreeMap<(String, String), Value>,
    events: Vec<(u64, Value)>,
    version: u64,
}

impl StandIn {
    pub(super) fn new(servers: Servers, token: &str) -> Self {
        let state = State {
            token: token.to_owned(),
            fault: None,
            breaks: 0,
            graces: Vec::new(),
            servers,
            objects: BTreeMap::new(),
            events: Vec::new(),
            version: 1,
        };
        Self {
            state: Arc::new(Mutex::new(state)),
            changed: watch::Sender::new(1),
            tasks: Tasks::new(),
        }
    }

    /// Reads or changes the state, and tells those who watch.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let mut state: MutexGuard<'_, State> = self.state.lock();
        let result = act(&mut state);
        self.changed.send_if_modified(|version| {
            let is_newer = *version != state.version;
            *version = state.version;
            is_newer
        });
        result
    }

    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.changed.subscribe()
    }

    /// Breaks off every watch.
    pub(super) fn break_watches(&self) {
        self.with(|state| {
            state.breaks += 1;
            state.version += 1;
        });
    }

    /// Deletes a pod: its server is asked to exit, and killed after the grace.
    pub(super) fn delete_pod(&self, name: &str, grace_secs: u64) {
        let uid = self.with(|state| {
            state.graces.push(grace_secs);
            state.mark_deleted("pods", name);
            match state.servers {
                Servers::Stubborn => state.uid("pods", name),
                Servers::Polite | Servers::Missing => {
                    state.exit(name, 0);
                    None
                }
            }
        });
        let (Some(uid), cluster, name) = (uid, self.clone(), name.to_owned()) else {
            return;
        };
        self.tasks.spawn(async move {
            sleep(Duration::from_secs(grace_secs)).await;
            cluster.with(|state| {
                if state.uid("pods", &name).as_ref() == Some(&uid) {
                    state.exit(&name, KILLED);
                }
            });
        });
    }

    /// Deletes a GameServer: first its pod, unless that is being deleted.
    pub(super) fn delete_server(&self, name: &str) {
        let grace_secs = self.with(|state| {
            let grace = state.get("gameservers", name)?["spec"]["template"]["spec"]
                ["terminationGracePeriodSeconds"]
                .as_u64();
            state.mark_deleted("gameservers", name);
            let pod = state.get("pods", name)?;
            pod["metadata"]["deletionTimestamp"]
                .is_null()
                .then_some(grace?)
        });
        if let Some(grace_secs) = grace_secs {
            self.delete_pod(name, grace_secs);
        }
    }
}

impl State {
    pub(super) fn get(&self, plural: &str, name: &str) -> Option<&Value> {
        self.objects.get(&(plural.to_owned(), name.to_owned()))
    }

    pub(super) fn uid(&self, plural: &str, name: &str) -> Option<String> {
        let object = self.get(plural, name)?;
        object["metadata"]["uid"].as_str().map(str::to_owned)
    }

    pub(super) fn all(&self, plural: &str) -> impl Iterator<Item = &Value> {
        let objects = self.objects.iter();
        objects.filter_map(move |((of, _), object)| (of == plural).then_some(object))
    }

    /// Returns whether no GameServer can be made.
    pub(super) fn has_no_image(&self) -> bool {
        self.servers == Servers::Missing
    }

    /// Returns the name of the pod of a run.
    #[track_caller]
    pub(super) fn pod_of(&self, slot: SlotId, run: Run) -> String {
        let mut pods = self.all("pods").map(|pod| &pod["metadata"]);
        let metadata = pods.find(|metadata| {
            metadata["labels"]["oxeye.slot"] == json!(slot)
                && metadata["annotations"]["oxeye.run"] == json!(run.0.to_string())
        });
        metadata.unwrap()["name"].as_str().unwrap().to_owned()
    }

    pub(super) fn version(&self) -> u64 {
        self.version
    }

    /// Returns what has happened to pods after a version.
    pub(super) fn events_after(&self, version: u64) -> Vec<Value> {
        let events = self.events.iter().filter(|(of, _)| *of > version);
        events.map(|(_, event)| event.clone()).collect()
    }

    /// Makes an object. A GameServer gets its pod at once.
    pub(super) fn make(&mut self, plural: &str, mut object: Value) {
        let uid = format!("uid-{}", self.version + 1);
        object["metadata"]["uid"] = uid.into();
        let name = object["metadata"]["name"].as_str().unwrap().to_owned();
        if plural == "gameservers" {
            object["status"] = json!({"state": "Scheduled"});
            let template = object["spec"]["template"].clone();
            self.put(plural, &name, object, "ADDED");
            self.make("pods", pod(&name, &template));
        } else {
            self.put(plural, &name, object, "ADDED");
        }
    }

    /// Changes an object as a merge patch says.
    pub(super) fn patch(&mut self, plural: &str, name: &str, patch: &Value) {
        let mut object = self.get(plural, name).unwrap().clone();
        merge(&mut object, patch);
        self.put(plural, name, object, "MODIFIED");
    }

    pub(super) fn remove(&mut self, plural: &str, name: &str) {
        let key = (plural.to_owned(), name.to_owned());
        if let Some(mut object) = self.objects.remove(&key) {
            self.version += 1;
            object["metadata"]["resourceVersion"] = self.version.to_string().into();
            self.note(plural, "DELETED", &object);
        }
    }

    /// Lets the server in a pod exit. Agones then ends the GameServer if the code is 0, and keeps it as
    /// unhealthy otherwise.
    pub(super) fn exit(&mut self, name: &str, code: i32) {
        let exited = json!([{
            "name": "minecraft",
            "state": {"terminated": {"exitCode": code}},
        }]);
        self.patch(
            "pods",
            name,
            &json!({"status": {"containerStatuses": exited}}),
        );
        let state = match code {
            0 => "Shutdown",
            _ => "Unhealthy",
        };
        self.patch("gameservers", name, &json!({"status": {"state": state}}));
        let is_deleted =
            !self.get("pods", name).unwrap()["metadata"]["deletionTimestamp"].is_null();
        if code == 0 {
            self.mark_deleted("gameservers", name);
        }
        if is_deleted || code == 0 {
            self.remove("pods", name);
        }
    }

    pub(super) fn mark_deleted(&mut self, plural: &str, name: &str) {
        if self.get(plural, name).is_some() {
            let deleted = json!({"metadata": {"deletionTimestamp": "2026-11-29T12:00:00Z"}});
            self.patch(plural, name, &deleted);
        }
    }

    /// Lets go of GameServers that are deleted and have no pod any more, after somebody has still seen them.
    pub(super) fn finish_deletions(&mut self) {
        let deleted: Vec<String> = self
            .all("gameservers")
            .filter(|server| !server["metadata"]["deletionTimestamp"].is_null())
            .map(|server| server["metadata"]["name"].as_str().unwrap().to_owned())
            .filter(|name| self.get("pods", name).is_none())
            .collect();
        for name in deleted {
            self.remove("gameservers", &name);
        }
    }

    pub(super) fn put(&mut self, plural: &str, name: &str, mut object: Value, what: &str) {
        self.version += 1;
        object["metadata"]["resourceVersion"] = self.version.to_string().into();
        self.note(plural, what, &object);
        self.objects
            .insert((plural.to_owned(), name.to_owned()), object);
    }

    fn note(&mut self, plural: &str, what: &str, object: &Value) {
        if plural == "pods" {
            let event = json!({"type": what, "object": object});
            self.events.push((self.version, event));
        }
    }
}
