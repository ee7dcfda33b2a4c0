//! A server from its creation to its removal.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::host::{Host, RUN, SLOT, is_alive, launch};
use crate::engine::Engine as _;
use crate::rules::{Listed, Run};

/// Says who it is, and exits with 7 when it is asked to.
const POLITE: &str = "trap 'exit 7' TERM; echo $$ > $TELL; while :; do sleep 0.05; done";

#[tokio::test]
async fn a_server_is_created_started_stopped_started_again_and_removed() {
    let mut host = Host::with_script(POLITE).await;
    let launch = launch("Steve");
    let listed = |run, running, exit_code| {
        let (slot, port, world) = (SLOT, launch.port, launch.world.clone());
        Some(Listed {
            slot,
            port,
            world,
            run,
            running,
            exit_code,
        })
    };

    host.engine.create(&launch).await.unwrap();
    host.engine.create(&launch).await.unwrap();
    assert_eq!(host.listed().await, listed(None, false, None));

    host.start(RUN).await.unwrap();
    let first = host.told_pid().await;
    host.start(RUN).await.unwrap();
    assert_eq!(host.listed().await, listed(Some(RUN), true, None));

    let exit = host.stopped().await;
    assert_eq!((exit.slot, exit.run, exit.code), (SLOT, RUN, Some(7)));
    assert_eq!(host.listed().await, listed(Some(RUN), false, Some(7)));

    host.start(Run(2)).await.unwrap();
    let second = host.told_pid().await;
    assert_ne!(first, second);
    host.engine.kill(SLOT).await.unwrap();
    let exit = host.exit().await;
    assert_eq!((exit.run, exit.code), (Run(2), None));
    assert!(!is_alive(second));

    host.engine.remove(SLOT, false).await.unwrap();
    host.engine.remove(SLOT, false).await.unwrap();
    assert_eq!(host.listed().await, None);
    assert_eq!(fs::read_dir(host.path("slots")).unwrap().count(), 0);
    assert!(host.path("worlds").join(launch.world.as_str()).is_dir());
}

#[tokio::test]
async fn a_world_that_is_discarded_takes_its_output_with_it() {
    let mut host = Host::with_script("echo hello; echo > level.dat; echo $PWD > $TELL").await;
    let launch = host.play("Steve").await.unwrap();
    let folder = host.told().await;
    host.exit().await;
    let log = host.path("output").join(format!("{}.log", launch.world));
    assert_eq!(fs::read_to_string(&log).unwrap(), "hello\n");
    assert_eq!(
        Path::new(&folder),
        host.path("worlds").join(launch.world.as_str())
    );

    host.engine.remove(SLOT, true).await.unwrap();

    for name in ["slots", "worlds", "output"] {
        assert_eq!(fs::read_dir(host.path(name)).unwrap().count(), 0, "{name}");
    }
}

#[tokio::test]
async fn a_server_learns_its_player_its_port_and_nothing_of_ours() {
    let script = "echo $OXEYE_FLEET_PLAYER $OXEYE_FLEET_PORT ${FLEET_JOIN_SECRET-none} $0 > $TELL";
    let host = Host::with_script(script).await;

    let launch = host.play("Steve").await.unwrap();

    let expected = format!("Steve {} none player=Steve", launch.port);
    assert_eq!(host.told().await, expected);
}

#[tokio::test]
async fn a_player_may_be_called_anything() {
    let names = [
        "O'Brien",
        "a \"b\" c",
        "../../etc/passwd",
        "$(touch x)`touch y`",
        "; exit 1",
        "{world}{port}",
        "-rf",
        "🦀",
    ];
    for name in names {
        let mut host = Host::with_script("printf %s \"$0\" > $TELL").await;

        host.play(name).await.unwrap();

        assert_eq!(host.told().await, format!("player={name}"));
        assert_eq!(host.exit().await.code, Some(0));
        let worlds: Vec<_> = fs::read_dir(host.path("worlds")).unwrap().collect();
        assert_eq!(worlds.len(), 1, "{name}");
    }
}

#[tokio::test]
async fn files_are_private() {
    let mut host = Host::with_script("echo hello; echo > $TELL").await;
    let launch = host.play("Steve").await.unwrap();
    host.told().await;
    host.exit().await;

    let log = format!("output/{}.log", launch.world);
    let private = [
        ("slots/auto-1", 0o700),
        ("slots/auto-1/record.json", 0o600),
        (&log, 0o600),
        ("worlds", 0o700),
        ("fleet-id", 0o600),
    ];
    for (name, expected) in private {
        let mode = fs::metadata(host.path(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, expected, "{name}");
    }
}

#[tokio::test]
async fn usage_counts_the_whole_group() {
    let busy = "sh -c 'echo $$ > $TELL; while :; do :; done' & wait";
    let mut host = Host::with_script(&format!("export TELL; {busy}")).await;
    host.play("Steve").await.unwrap();
    host.told().await;

    let first = host.engine.usage().await;
    let mut second = host.engine.usage().await;
    while second[0].1.cpu_percent == 0.0 {
        tokio::task::yield_now().await;
        second = host.engine.usage().await;
    }

    assert_eq!(first.len(), 1);
    assert_eq!(second[0].0, SLOT);
    assert!(second[0].1.memory_bytes > 100_000);
    host.engine.kill(SLOT).await.unwrap();
    host.exit().await;
    assert_eq!(host.engine.usage().await, []);
}
