//! Programs that end at any point of what they do, and the next one that has to know what is there.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};

use super::super::folders::Folders;
use super::super::proc;
use super::super::record::{Phase, ProcessId, Record};
use super::host::{Host, LONG, RUN, SLOT, collect, is_alive, launch, until_gone};
use crate::engine::{Engine as _, Launch};
use crate::rules::Run;

const POLITE: &str = "trap 'exit 7' TERM; echo $$ > $TELL; while :; do sleep 0.05; done";

/// Replaces the record as if we had been killed in that phase.
fn write_phase(folders: &Folders, launch: &Launch, phase: Phase) {
    let mut record = Record::of(launch);
    record.phase = phase;
    record.write(folders).unwrap();
}

fn stop_grace_of(folders: &Folders) -> Option<std::time::Duration> {
    Record::read(folders, SLOT).unwrap().phase.stop_grace()
}

#[tokio::test]
async fn a_server_that_outlives_us_is_taken_over() {
    let host = Host::with_script(POLITE).await;
    host.play("Steve").await.unwrap();
    let pid = host.told_pid().await;

    let mut host = host.restarted().await;

    let listed = host.listed().await.unwrap();
    assert_eq!((listed.run, listed.running), (Some(RUN), true));
    assert!(is_alive(pid));
    host.start(RUN).await.unwrap();
    assert_eq!(host.stopped().await.run, RUN);
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_server_whose_start_was_not_recorded_is_found_by_its_mark() {
    for has_record in [true, false] {
        let host = Host::with_script(POLITE).await;
        let launch = host.play("Steve").await.unwrap();
        let pid = host.told_pid().await;
        let (data, command) = host.ended().await;
        let folders = Folders::below(data.path());
        if has_record {
            write_phase(&folders, &launch, Phase::Starting { run: 1 });
        } else {
            fs::remove_dir_all(folders.slot(SLOT)).unwrap();
        }

        let mut host = Host::with_command(data, command).await;

        let listed = host.listed().await.unwrap();
        assert_eq!((listed.run, listed.running), (Some(RUN), true));
        assert_eq!((listed.port, listed.world), (launch.port, launch.world));
        host.stopped().await;
        assert!(!is_alive(pid));
    }
}

#[tokio::test]
async fn a_start_that_was_only_intended_has_not_happened() {
    let host = Host::with_script(POLITE).await;
    let launch = launch("Steve");
    host.engine.create(&launch).await.unwrap();
    let (data, command) = host.ended().await;
    write_phase(
        &Folders::below(data.path()),
        &launch,
        Phase::Starting { run: 1 },
    );

    let mut host = Host::with_command(data, command).await;

    let listed = host.listed().await.unwrap();
    assert_eq!((listed.run, listed.running), (None, false));
    host.start(RUN).await.unwrap();
    host.told().await;
    host.stopped().await;
}

#[tokio::test]
async fn a_folder_without_a_record_is_removed() {
    let host = Host::with_script(POLITE).await;
    let (data, command) = host.ended().await;
    let folder = Folders::below(data.path()).slot(SLOT);
    for text in [None, Some(""), Some("{}")] {
        fs::create_dir_all(&folder).unwrap();
        if let Some(text) = text {
            fs::write(folder.join("record.json"), text).unwrap();
        }
    }

    let host = Host::with_command(data, command).await;

    assert_eq!(host.listed().await, None);
    assert!(!folder.exists());
}

#[tokio::test]
async fn a_stop_that_was_recorded_is_carried_out() {
    let host = Host::with_script(POLITE).await;
    let launch = host.play("Steve").await.unwrap();
    let pid = host.told_pid().await;
    let (data, command) = host.ended().await;
    let folders = Folders::below(data.path());
    let mut phase = Record::read(&folders, SLOT).unwrap().phase;
    let Phase::Running { stop_grace, .. } = &mut phase else {
        panic!("{phase:?}")
    };
    *stop_grace = Some(600_000);
    write_phase(&folders, &launch, phase);

    let host = Host::with_command(data, command).await;

    assert_eq!(host.until_it_has_exited().await.run, Some(RUN));
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn the_time_to_exit_is_kept_over_a_restart() {
    let script = "trap '' TERM; echo $$ > $TELL; while :; do sleep 1000; done";
    let host = Host::with_script(script).await;
    let launch = host.play("Steve").await.unwrap();
    let pid = host.told_pid().await;
    host.engine.stop(SLOT, LONG).await.unwrap();
    let (data, command) = host.ended().await;
    let folders = Folders::below(data.path());
    assert_eq!(stop_grace_of(&folders), Some(LONG));
    let mut phase = Record::read(&folders, SLOT).unwrap().phase;
    if let Phase::Running { stop_grace, .. } = &mut phase {
        *stop_grace = Some(50);
    }
    write_phase(&folders, &launch, phase);

    let host = Host::with_command(data, command).await;

    assert_eq!(host.until_it_has_exited().await.exit_code, None);
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn what_a_server_left_behind_while_we_were_away_is_killed() {
    let child = "setsid sh -c 'echo $$ > $TELL; exec sleep 1000'";
    let script = format!("export TELL; {child} & read x < $GO");
    let host = Host::with_script(&script).await;
    host.play("Steve").await.unwrap();
    let child = host.told_pid().await;
    let folders = Folders::below(host.data());
    let Phase::Running { process, .. } = Record::read(&folders, SLOT).unwrap().phase else {
        panic!("it runs")
    };
    let leader = process.pid;
    let go = host.path("go");
    let (data, command) = host.ended().await;
    fs::write(go, "go\n").unwrap();
    collect(leader);
    assert!(is_alive(child));

    let host = Host::with_command(data, command).await;

    assert!(!host.listed().await.unwrap().running);
    until_gone(child).await;
}

/// A process of somebody else's.
struct Stranger(Child);

impl Stranger {
    fn new(variables: &[(&str, &str)]) -> Self {
        let mut command = Command::new("sleep");
        command
            .arg("1000")
            .process_group(0)
            .envs(variables.iter().copied());
        Self(command.spawn().unwrap())
    }

    fn pid(&self) -> i32 {
        i32::try_from(self.0.id()).unwrap()
    }
}

impl Drop for Stranger {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

#[tokio::test]
async fn a_process_that_got_the_number_of_a_server_is_not_touched() {
    let stranger = Stranger::new(&[]);
    let now = proc::stat(stranger.pid())
        .unwrap()
        .id(&proc::boot_id().unwrap());
    let earlier = ProcessId {
        started: now.started - 1,
        ..now.clone()
    };
    let other_boot = ProcessId {
        boot: "another".to_owned(),
        ..now
    };
    for process in [earlier, other_boot] {
        let host = Host::with_script(POLITE).await;
        let launch = launch("Steve");
        host.engine.create(&launch).await.unwrap();
        let (data, command) = host.ended().await;
        let phase = Phase::Running {
            run: 1,
            process,
            stop_grace: Some(0),
        };
        write_phase(&Folders::below(data.path()), &launch, phase);

        let host = Host::with_command(data, command).await;

        let listed = host.listed().await.unwrap();
        assert_eq!(
            (listed.run, listed.running, listed.exit_code),
            (Some(Run(1)), false, None)
        );
        host.engine.kill(SLOT).await.unwrap();
        host.engine.remove(SLOT, true).await.unwrap();
        assert!(is_alive(stranger.pid()));
    }
}

#[tokio::test]
async fn servers_of_other_fleets_are_not_touched() {
    let stranger = Stranger::new(&[
        ("OXEYE_FLEET_ID", "another"),
        ("OXEYE_FLEET_SLOT", "auto-1"),
    ]);
    let mut host = Host::with_script("exit").await.restarted().await;
    assert_eq!(host.listed().await, None);

    host.play("Steve").await.unwrap();
    host.exit().await;

    assert!(is_alive(stranger.pid()));
}
