//! Servers that write more than there is room for.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use super::host::{self, Host, say};
use super::podman::{self, Podman};
use crate::engine::Engine as _;
use crate::engine::contract::{FIRST, LONG, OTHER_SLOT, SECOND, SLOT, soon};

/// The room for worlds.
const ROOM: &str = "size=4m";

/// The most that is kept of what a server prints, in bytes.
const MOST_OUTPUT: u64 = 10 << 20;

/// A small file system of its own. It is unmounted when this is dropped.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Mounts it at a folder. Where that does not work, says loudly that a test did not run.
    fn at(folder: &Path) -> Option<Self> {
        fs::create_dir_all(folder).unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", ROOM, "tmpfs"]).arg(folder);
        if mount.output().is_ok_and(|mounted| mounted.status.success()) {
            return Some(Self(folder.to_owned()));
        }
        // Not with a macro: the test harness would keep it to itself.
        let sentence = "\n*** THE TEST WITH A DISK THAT IS FULL DID NOT RUN: it needs root\n";
        let _ = std::io::stderr().write_all(sentence.as_bytes());
        None
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}

#[tokio::test]
async fn a_server_that_fills_the_disk_of_the_worlds_can_be_ended_and_others_play_on() {
    if !podman::can_run() {
        return;
    }
    let podman = Arc::new(Podman::start());
    let Some(_disk) = SmallDisk::at(&podman.folder_of_volumes()) else {
        return;
    };
    let of = |manner| Host::of(Arc::clone(&podman), host::settings(&*podman, manner));
    let (greedy, other) = (of("greedy").await, of("polite").await);
    let neighbour = other.started(SLOT, FIRST).await;
    say(neighbour.port, "").await;

    let mut exits = greedy.engine.exits();
    let filling = greedy.started(SLOT, FIRST).await;
    // It greets once there is no room any more.
    say(filling.port, "").await;
    fs::write(podman.folder_of_volumes().join("more"), [0; 1 << 16]).unwrap_err();

    say(neighbour.port, "").await;
    other.engine.stop(SLOT, LONG).await.unwrap();
    other.until_it_has_exited(SLOT).await;
    other.engine.start(SLOT, SECOND).await.unwrap();
    greedy.engine.stop(SLOT, LONG).await.unwrap();
    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.slot, exit.code), (SLOT, Some(0)));
    greedy.engine.remove(SLOT, true).await.unwrap();

    let newcomer = other.started(OTHER_SLOT, FIRST).await;
    say(newcomer.port, "").await;
}

#[tokio::test]
async fn of_what_a_server_prints_no_more_than_10_mb_is_kept() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("loud").await;

    let launch = host.started(SLOT, FIRST).await;
    // It greets once it has printed 24 MB.
    say(launch.port, "").await;

    let name = host.engine.all.name(SLOT);
    let path = [
        "inspect",
        "--format",
        "{{.HostConfig.LogConfig.Path}}",
        &name,
    ];
    let log = fs::metadata(host.machine.run(&path)).unwrap().len();
    assert!((1..=MOST_OUTPUT).contains(&log), "{log}");
}
