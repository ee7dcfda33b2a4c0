//! Servers that do not exit when asked, leave something behind, or print without end.

use std::fs;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process};

use super::host::{Host, LONG, SLOT, collect, is_alive};
use crate::engine::Engine as _;

const SHORT: Duration = Duration::from_millis(50);

#[tokio::test]
async fn a_second_request_can_shorten_the_time_and_is_not_passed_on() {
    let script = "n=0; trap 'n=$((n+1)); echo $n > $TELL' TERM; echo $$ > $TELL; while :; do sleep 0.05; done";
    let mut host = Host::with_script(script).await;
    host.play("Steve").await.unwrap();
    let pid = host.told_pid().await;
    host.engine.stop(SLOT, LONG).await.unwrap();
    assert_eq!(host.told().await, "1");

    host.engine.stop(SLOT, LONG).await.unwrap();
    host.engine.stop(SLOT, SHORT).await.unwrap();

    // A second request would leave the script waiting for somebody to read 2, also until it is killed.
    assert_eq!(host.exit().await.code, None);
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_suspended_server_is_woken_to_exit() {
    let mut host =
        Host::with_script("trap 'exit 7' TERM; echo $$ > $TELL; while :; do sleep 0.05; done")
            .await;
    host.play("Steve").await.unwrap();
    let pid = Pid::from_raw(host.told_pid().await).unwrap();
    kill_process(pid, Signal::STOP).unwrap();

    assert_eq!(host.stopped().await.code, Some(7));
}

/// A script that runs the server without `exec`. The server takes its time to save.
const WRAPPED: &str = "export TELL GO; sh -c 'trap \"read x < $GO; touch saved; exit\" TERM; \
    echo $$ $PPID > $TELL; while :; do sleep 0.05; done'; exit";

#[tokio::test]
async fn a_server_may_save_its_world_after_the_script_that_runs_it_has_ended() {
    for restarts in [false, true] {
        let mut host = Host::with_script(WRAPPED).await;
        let launch = host.play("Steve").await.unwrap();
        let told = host.told().await;
        let pids: Vec<i32> = told.split(' ').map(|pid| pid.parse().unwrap()).collect();
        host.engine.stop(SLOT, LONG).await.unwrap();
        while is_alive(pids[1]) {
            tokio::task::yield_now().await;
        }
        if restarts {
            let (data, command) = host.ended().await;
            collect(pids[1]);
            host = Host::with_command(data, command).await;
        }
        assert!(host.listed().await.unwrap().running);

        host.go().await;

        host.exit().await;
        assert!(!is_alive(pids[0]));
        let saved = host
            .path("worlds")
            .join(launch.world.as_str())
            .join("saved");
        assert!(saved.exists(), "restarts: {restarts}");
    }
}

#[tokio::test]
async fn children_that_stay_are_gone_when_the_exit_is_reported() {
    let in_group = "sh -c 'echo $$ > $TELL; exec sleep 1000'";
    let on_their_own = format!("setsid {in_group}");
    let without_mark = format!("env -i TELL=$TELL {in_group}");
    for child in [in_group, &on_their_own, &without_mark] {
        let script = format!("export TELL; {child} & read x < $GO; exit 3");
        let mut host = Host::with_script(&script).await;
        host.play("Steve").await.unwrap();
        let pid = host.told_pid().await;
        assert!(is_alive(pid));

        host.go().await;

        assert_eq!(host.exit().await.code, Some(3), "{child}");
        assert!(!is_alive(pid), "{child}");
    }
}

#[tokio::test]
async fn killing_takes_children_along_that_left_the_group() {
    let child = "setsid sh -c 'trap \"\" TERM; echo $$ > $TELL; while :; do sleep 1000; done'";
    let mut host = Host::with_script(&format!("export TELL; {child} & wait")).await;
    host.play("Steve").await.unwrap();
    let pid = host.told_pid().await;

    host.engine.kill(SLOT).await.unwrap();

    host.exit().await;
    assert!(!is_alive(pid));
}

#[tokio::test]
async fn a_server_that_prints_without_end_does_not_fill_the_disk() {
    let flood = "head -c 100000000 /dev/zero; echo > $TELL";
    let mut host = Host::with_script(flood).await;
    let launch = host.play("Steve").await.unwrap();
    host.told().await;
    host.exit().await;

    let log = host.path("output").join(format!("{}.log", launch.world));
    let old = log.with_extension("log.old");
    let bytes = [&log, &old].map(|path| fs::metadata(path).unwrap().len());
    assert!(bytes.iter().all(|bytes| *bytes <= 1 << 20), "{bytes:?}");
}

#[tokio::test]
async fn output_goes_on_at_the_beginning_of_an_emptied_file() {
    let script = "head -c 2000000 /dev/zero; echo > $TELL; read x < $GO; echo more; echo > $TELL";
    let mut host = Host::with_script(script).await;
    let launch = host.play("Steve").await.unwrap();
    host.told().await;
    let log = host.path("output").join(format!("{}.log", launch.world));
    while fs::metadata(&log).unwrap().len() > 0 {
        tokio::task::yield_now().await;
    }

    host.go().await;
    host.told().await;
    host.exit().await;

    assert_eq!(fs::read(&log).unwrap(), b"more\n");
    let old = log.with_extension("log.old");
    assert_eq!(fs::metadata(old).unwrap().len(), 1 << 20);
}

#[tokio::test]
async fn output_that_grew_while_nobody_kept_it_short_is_short_after_the_next_start() {
    let flood = "head -c 9000000 /dev/zero; echo > $TELL; read x < $GO; echo more; echo > $TELL";
    let host = Host::with_script(&format!("read x < $GO; {flood}")).await;
    let launch = host.play("Steve").await.unwrap();
    let (log, of_nobody) = (
        host.path(&format!("output/{}.log", launch.world)),
        host.path("output/Alex.log"),
    );
    // Nobody trims from here on.
    let (data, command) = host.ended().await;
    fs::write(data.path().join("go"), "go\n").unwrap();
    fs::read_to_string(data.path().join("tell")).unwrap();
    fs::write(&of_nobody, vec![b'x'; 3_000_000]).unwrap();
    assert!(fs::metadata(&log).unwrap().len() >= 9_000_000);

    let mut host = Host::with_command(data, command).await;

    let bytes = |path: &std::path::Path| fs::metadata(path).unwrap().len();
    assert_eq!((bytes(&log), bytes(&of_nobody)), (0, 0));
    assert_eq!(bytes(&log.with_extension("log.old")), 1 << 20);
    assert_eq!(bytes(&of_nobody.with_extension("log.old")), 1 << 20);
    host.go().await;
    host.told().await;
    host.exit().await;
    assert_eq!(fs::read(&log).unwrap(), b"more\n");
}
