//! Folders and files that hang cost only their own slot.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::process::{Command, Stdio};

use super::host::{Host, RUN, SLOT, launch};
use crate::engine::contract::soon;
use crate::engine::process::ProcessEngine;
use crate::engine::{Engine as _, Launch};
use crate::ids::SlotId;
use crate::rules::CallFailure;
use crate::worlds::Worlds;

/// Another player's server is made and started.
async fn plays(engine: &ProcessEngine, slot: u64, player: &str) {
    let launch = Launch {
        slot: SlotId(slot),
        ..launch(player)
    };
    engine.create(&launch).await.unwrap();
    loop {
        match engine.start(launch.slot, RUN).await {
            // Another test may try the same port for a moment.
            Err(CallFailure::PortTaken) => tokio::task::yield_now().await,
            started => return started.unwrap(),
        }
    }
}

/// Ten others play. One of them has the number of the slot that hangs, and 64 more.
async fn others_play(engine: &ProcessEngine) {
    for slot in 60..70 {
        let player = format!("player {slot}");
        soon("another server", plays(engine, slot, &player)).await;
    }
}

/// A folder that does not answer: a file system whose program says nothing.
struct HangingFolder {
    path: PathBuf,
    device: Option<File>,
}

impl HangingFolder {
    /// Puts it over a folder. Only root may; where that does not work, says loudly that a test did not run.
    fn over(path: &Path) -> Option<Self> {
        let device = File::options().read(true).write(true).open("/dev/fuse");
        let mounted = device.and_then(|device| {
            let mut mount = Command::new("mount");
            mount.args(["--internal-only", "--types", "fuse", "--options"]);
            mount.arg("fd=0,rootmode=40000,user_id=0,group_id=0");
            mount.arg("hanging").arg(path);
            let mounted = mount.stdin(Stdio::from(device.try_clone()?)).output()?;
            Ok(mounted.status.success().then_some(device))
        });
        let device = mounted.ok().flatten();
        if device.is_none() {
            // Not with a macro: the test harness would keep it to itself.
            let sentence =
                "\n*** THE TEST WITH A FOLDER THAT HANGS DID NOT RUN: it needs root and FUSE\n";
            let _ = std::io::stderr().write_all(sentence.as_bytes());
        }
        Some(Self {
            path: path.to_owned(),
            device: Some(device?),
        })
    }
}

impl Drop for HangingFolder {
    /// Whoever waits for an answer gets an error once the device is closed.
    fn drop(&mut self) {
        drop(self.device.take());
        let _ = Command::new("umount")
            .arg("--lazy")
            .arg(&self.path)
            .status();
    }
}

/// A pipe that nobody reads. It is read when this is dropped, so that a test that fails can end.
struct Unread(PathBuf);

impl Drop for Unread {
    fn drop(&mut self) {
        // Does not wait for others: it reads and writes.
        let _ = File::options().read(true).write(true).open(&self.0);
    }
}

#[tokio::test]
async fn a_world_whose_folder_hangs_costs_only_its_own_slot() {
    let host = Host::with_script("exit 0").await;
    let steve = launch("Steve");
    let path = host.path("worlds").join(steve.world.as_str());
    fs::create_dir(&path).unwrap();
    let Some(hanging) = HangingFolder::over(&path) else {
        return;
    };
    let mut creating = pin!(host.engine.create(&steve));
    let (worlds, world) = (Worlds::below(host.data()), steve.world.clone());
    let deleting = tokio::task::spawn_blocking(move || worlds.delete(&world).is_ok());

    tokio::select! {
        biased;
        created = &mut creating => panic!("{created:?} before the folder answers"),
        () = others_play(&host.engine) => {}
    }

    assert!(!deleting.is_finished());
    assert_eq!(host.engine.list().await.unwrap().len(), 10);
    drop(hanging);
    let failed = soon("the end", creating).await;
    assert!(matches!(failed, Err(CallFailure::Refused(_))), "{failed:?}");
    assert!(!soon("the end", deleting).await.unwrap());
}

#[tokio::test]
async fn a_start_that_hangs_costs_only_its_own_slot() {
    let host = Host::with_script("exit 0").await;
    let steve = launch("Steve");
    host.engine.create(&steve).await.unwrap();
    // A pipe that nobody reads hangs when it is opened.
    let pipe = host.path("output").join(format!("{}.log", steve.world));
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let unread = Unread(pipe);
    let mut starting = pin!(host.engine.start(SLOT, RUN));

    tokio::select! {
        biased;
        started = &mut starting => panic!("{started:?} before the pipe is read"),
        () = others_play(&host.engine) => {}
    }

    drop(unread);
    let failed = soon("the end", starting).await;
    assert!(
        matches!(failed, Err(CallFailure::WorldUnusable(_))),
        "{failed:?}"
    );
}
