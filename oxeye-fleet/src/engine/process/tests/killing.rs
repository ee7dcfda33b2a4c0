//! A program that starts servers as fast as it can and is killed at an arbitrary moment.

use std::io::Read as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Stdio};

use oxeye_process::tasks::Tasks;

use super::super::{ProcessEngine, mark, proc};
use super::host::{Host, free_port};
use crate::engine::contract::soon;
use crate::engine::{Engine as _, Launch};
use crate::ids::{PlayerId, SlotId, WorldName};
use crate::rules::Run;
use crate::settings::SlotCommand;

const ROUNDS: u64 = 12;

fn sleeper() -> SlotCommand {
    SlotCommand::new("sleep", ["1000".to_owned()])
}

/// Starts and kills servers in its working directory until it is killed.
#[tokio::test]
#[ignore = "never ends: another test runs and kills it"]
async fn a_program_that_never_rests() {
    let here = std::env::current_dir().unwrap();
    let engine = ProcessEngine::open(&here, sleeper(), &Tasks::new())
        .await
        .unwrap();
    let mut exits = engine.exits();
    println!("ready");
    for number in 1.. {
        let player = PlayerId::random();
        let slot = SlotId(number);
        let launch = Launch {
            slot,
            port: free_port(),
            world: WorldName::of(&player),
            player,
        };
        engine.create(&launch).await.unwrap();
        // Another test may have taken the port.
        let started = engine.start(slot, Run(1)).await.is_ok();
        if started && number % 3 == 0 {
            engine.kill(slot).await.unwrap();
            exits.recv().await.unwrap();
            engine.remove(slot, true).await.unwrap();
        }
    }
}

/// Runs that program, and kills it when it has made about this many servers.
fn kill_one(data: &std::path::Path, rounds: u64) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    let name = "engine::process::tests::killing::a_program_that_never_rests";
    command.args(["--exact", name, "--ignored", "--nocapture"]);
    let mut program = command
        .current_dir(data)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut output = program.stdout.take().unwrap();
    let mut text = Vec::new();
    while !text.ends_with(b"ready\n") {
        let mut byte = [0];
        output.read_exact(&mut byte).unwrap();
        text.extend(byte);
    }
    // This hits a different point of a start each time, without a clock.
    let slots = data.join("slots");
    let mut looks = 0;
    while looks < 200 * rounds {
        looks += std::fs::read_dir(&slots).unwrap().count() as u64 + 1;
    }
    program.kill().unwrap();
    assert_eq!(program.wait().unwrap().signal(), Some(9));
}

#[tokio::test]
async fn whenever_we_are_killed_nothing_that_runs_is_unknown() {
    let mut data = tempfile::tempdir().unwrap();
    for round in 1..=ROUNDS {
        let path = data.path().to_owned();
        let killing = tokio::task::spawn_blocking(move || kill_one(&path, round));
        soon("the program", killing).await.unwrap();

        let mut host = Host::with_command(data, sleeper()).await;

        let known = soon("agreement", known(&host)).await;
        let listed = host.engine.list().await.unwrap();

        for slot in &known {
            host.engine.kill(*slot).await.unwrap();
        }
        for _ in &known {
            host.exit().await;
        }
        for listed in listed {
            host.engine.remove(listed.slot, true).await.unwrap();
        }
        for name in ["slots", "worlds", "output"] {
            assert_eq!(
                std::fs::read_dir(host.path(name)).unwrap().count(),
                0,
                "{name}"
            );
        }
        (data, _) = host.ended().await;
    }
}

/// Returns the slots whose servers run, once the engine and the system agree. For a moment, only one of
/// them may see a server that was being killed when we were.
async fn known(host: &Host) -> Vec<SlotId> {
    let fleet = std::fs::read_to_string(host.path("fleet-id")).unwrap();
    loop {
        let listed = host.engine.list().await.unwrap();
        let known = listed.iter().filter(|listed| listed.running);
        let known: Vec<SlotId> = known.map(|listed| listed.slot).collect();
        let mut running: Vec<SlotId> = proc::all()
            .filter(|stat| !stat.is_zombie)
            .filter_map(|stat| mark::slot_of(stat.pid, &fleet))
            .collect();
        running.sort();
        if known == running {
            return known;
        }
        tokio::task::yield_now().await;
    }
}
