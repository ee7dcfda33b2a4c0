//! What others have on the same engine, which nobody may touch.

use crate::image::IMAGE;
use crate::podman::Podman;

/// What others have: the label of another fleet, as ours have it, and none.
const LABELS_OF_OTHERS: [&[&str]; 2] = [
    &[
        "--label=oxeye.fleet=another",
        "--label=oxeye.slot=auto-1",
        "--label=oxeye.port=8081",
        "--label=oxeye.world=other",
        "--label=oxeye.player=other",
    ],
    &[],
];

/// A volume with the label of another fleet.
const VOLUME_OF_OTHERS: &str = "world-of-another-fleet";

/// Containers of others, each with what it did at first.
pub(crate) struct Strangers(Vec<(String, String)>);

impl Strangers {
    /// Starts their containers, and makes their volume.
    pub(crate) fn start(podman: &Podman) -> Self {
        podman.run(&[
            "volume",
            "create",
            "--label=oxeye.fleet=another",
            VOLUME_OF_OTHERS,
        ]);
        let start = |labels: &&[&str]| {
            let run = ["run", "--detach", "--network=none"];
            let id = podman.run(&[&run[..], labels, &[IMAGE]].concat());
            let state = state(podman, &id);
            assert!(state.contains("running"), "{state}");
            (id, state)
        };
        Self(LABELS_OF_OTHERS.iter().map(start).collect())
    }

    /// Returns whether a container or a volume is theirs.
    pub(crate) fn have(&self, what: &str) -> bool {
        what == VOLUME_OF_OTHERS || self.0.iter().any(|(id, _)| id == what)
    }

    /// Checks that everything is as it was.
    #[track_caller]
    pub(crate) fn check(&self, podman: &Podman) {
        for (id, before) in &self.0 {
            assert_eq!(state(podman, id), *before);
        }
        assert!(podman.succeeds(&["volume", "exists", VOLUME_OF_OTHERS]));
    }
}

/// Returns which container this is, what it does, and since when.
pub(crate) fn state(podman: &Podman, container: &str) -> String {
    let format = "{{.Id}} {{.State.Status}} {{.State.StartedAt}}";
    podman.run(&["inspect", "--format", format, container])
}
