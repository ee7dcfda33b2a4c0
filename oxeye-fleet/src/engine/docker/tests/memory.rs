//! The memory of the machine, by which fleets place servers.

use super::{host, podman};
use crate::engine::{Engine as _, Memory};

#[tokio::test]
async fn the_memory_of_the_machine_and_of_a_server_is_known() {
    if !podman::can_run() {
        return;
    }
    let host = host::Host::with("polite").await;
    let total = host
        .machine
        .run(&["info", "--format", "{{.Host.MemTotal}}"]);

    let expected = Memory {
        total_bytes: total.trim().parse().unwrap(),
        server_bytes: 64 << 20,
    };
    assert_eq!(host.engine.memory(), Some(expected));
}
