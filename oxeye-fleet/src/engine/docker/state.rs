//! What the engine says about containers and volumes. bollard knows Docker's words for states only, and refuses a
//! whole list in which podman says `stopped` or `initialized`, so we read the few fields that we need.

use std::collections::HashMap;

use serde::Deserialize;

/// The labels of a container or a volume.
pub(super) type Labels = HashMap<String, String>;

/// A container in a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Summary {
    pub(super) id: String,
    /// Its names; engines begin each with a slash.
    #[serde(default)]
    names: Option<Vec<String>>,
    #[serde(default)]
    pub(super) labels: Option<Labels>,
    pub(super) state: String,
}

/// What the engine says about its machine.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Machine {
    /// Its memory in bytes.
    mem_total: i64,
}

impl Machine {
    /// Returns its memory in bytes, if the engine knows it.
    pub(super) fn memory(&self) -> Option<u64> {
        u64::try_from(self.mem_total)
            .ok()
            .filter(|total| *total > 0)
    }
}

/// Volumes in a list. Docker has `null` in place of none.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VolumeList {
    pub(super) volumes: Option<Vec<VolumeSummary>>,
}

/// A volume in a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct VolumeSummary {
    pub(super) name: String,
    #[serde(default)]
    pub(super) labels: Option<Labels>,
}

impl Summary {
    /// Returns whether it runs.
    pub(super) fn is_running(&self) -> bool {
        is_running(&self.state)
    }

    /// Returns whether this is one of its names.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let mut names = self.names.iter().flatten();
        names.any(|one| one.strip_prefix('/').unwrap_or(one) == name)
    }
}

/// Everything that the engine says about one container, as far as we need it.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Inspected {
    pub(super) id: String,
    pub(super) config: Config,
    pub(super) state: State,
}

/// What a container was made with.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Config {
    #[serde(default)]
    pub(super) labels: Option<Labels>,
}

/// What a container does.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct State {
    pub(super) status: String,
    /// When it was started last, in the engine's words. Each start has another time; a container that was
    /// never started has the year 1.
    pub(super) started_at: String,
    #[serde(default)]
    exit_code: Option<i64>,
    #[serde(default, rename = "OOMKilled")]
    pub(super) oom_killed: bool,
}

/// The exit code of what was ended by SIGKILL.
const KILLED: i64 = 128 + 9;

impl State {
    /// Returns whether it runs.
    pub(super) fn is_running(&self) -> bool {
        is_running(&self.status)
    }

    /// Returns whether the engine is waiting for it to exit. Docker does not say so.
    pub(super) fn is_stopping(&self) -> bool {
        self.status == "stopping"
    }

    /// Returns whether the engine has begun to remove it. It can then only be removed, perhaps by another call.
    pub(super) fn is_half_removed(&self) -> bool {
        matches!(self.status.as_str(), "removing" | "dead")
    }

    /// Returns its exit code; `None` if it was killed.
    pub(super) fn exit_code(&self) -> Option<i32> {
        let code = self.exit_code.filter(|code| *code != KILLED)?;
        i32::try_from(code).ok()
    }
}

/// What we do not know counts as running, because nothing may be started before its exit was seen.
fn is_running(status: &str) -> bool {
    let does_not_run = matches!(
        status,
        "created" | "configured" | "initialized" | "exited" | "stopped" | "dead" | "removing"
    );
    !does_not_run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inspected(json: &str) -> Inspected {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn the_answers_of_both_engines_are_understood() {
        let docker = inspected(
            r#"{"Id": "a1", "Name": "/x", "Config": {"Labels": {"a": "b"}, "Image": "i"},
                "State": {"Status": "exited", "Running": false, "ExitCode": 3, "OOMKilled": false,
                          "StartedAt": "2026-11-29T13:00:00.5Z"}}"#,
        );
        let podman = inspected(
            r#"{"Id": "b2", "Config": {"Labels": null},
                "State": {"Status": "stopped", "ExitCode": 137, "OOMKilled": true,
                          "StartedAt": "2026-11-29T13:00:00.5Z"}}"#,
        );

        assert_eq!(
            (docker.state.is_running(), docker.state.exit_code()),
            (false, Some(3))
        );
        assert_eq!(
            (podman.state.is_running(), podman.state.exit_code()),
            (false, None)
        );
        assert!(podman.state.oom_killed && podman.config.labels.is_none());
    }

    #[test]
    fn what_is_being_removed_is_neither_running_nor_whole() {
        for status in ["removing", "dead"] {
            let state = format!(
                r#"{{"Id": "a1", "Config": {{}}, "State": {{"Status": "{status}", "StartedAt": ""}}}}"#
            );
            let state = inspected(&state).state;
            assert!(state.is_half_removed() && !state.is_running(), "{status}");
        }
    }

    #[test]
    fn what_is_stopping_or_unknown_still_runs() {
        for status in [
            "running",
            "stopping",
            "paused",
            "restarting",
            "",
            "unheard-of",
        ] {
            assert!(is_running(status), "{status}");
        }
        for status in [
            "created",
            "initialized",
            "exited",
            "stopped",
            "dead",
            "removing",
        ] {
            assert!(!is_running(status), "{status}");
        }
    }
}
