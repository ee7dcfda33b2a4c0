//! Objects of a cluster: a pod, and how a patch changes an object.

use serde_json::{Value, json};

/// Returns the pod that Agones makes for a GameServer, on a machine with an address of its own.
pub(super) fn pod(name: &str, template: &Value) -> Value {
    json!({
        "metadata": {
            "name": name,
            "labels": template["metadata"]["labels"],
            "annotations": template["metadata"]["annotations"],
        },
        "spec": template["spec"],
        "status": {
            "phase": "Running",
            "hostIP": "192.0.2.7",
            "containerStatuses": [
                {"name": "agones-gameserver-sidecar", "state": {"running": {}}},
                {"name": "minecraft", "state": {"running": {}}},
            ],
        },
    })
}

/// Applies a merge patch (RFC 7396).
pub(super) fn merge(object: &mut Value, patch: &Value) {
    let Some(patch) = patch.as_object() else {
        *object = patch.clone();
        return;
    };
    if !object.is_object() {
        *object = json!({});
    }
    for (key, value) in patch {
        match value {
            Value::Null => {
                object.as_object_mut().unwrap().remove(key);
            }
            value => merge(&mut object[key], value),
        }
    }
}
