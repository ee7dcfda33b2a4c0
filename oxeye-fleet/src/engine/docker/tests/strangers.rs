//! Containers, volumes and ports of others: none of them is ever touched.

use super::host::{self, Host, launch, say};
use super::image::IMAGE;
use super::podman;
use crate::engine::Engine as _;
use crate::engine::contract::{FIRST, LONG, SLOT, soon};
use crate::rules::CallFailure;

#[track_caller]
fn assert_left_alone(result: &Result<(), CallFailure>) {
    let Err(CallFailure::Refused(sentence)) = result else {
        panic!("{result:?}");
    };
    assert!(
        sentence.contains("does not belong to this fleet"),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_container_with_the_name_of_ours_is_left_alone() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("polite").await;
    let name = host.engine.all.name(SLOT);
    for labels in [
        &["oxeye.slot=auto-1"][..],
        &[
            "oxeye.fleet=another",
            "oxeye.slot=auto-1",
            "oxeye.port=9000",
        ],
    ] {
        let mut run = vec!["run", "--detach", "--network", "none", "--name", &name];
        for label in labels {
            run.extend(["--label", label]);
        }
        run.push(IMAGE);
        let stranger = host.machine.run(&run);

        assert_left_alone(&host.engine.create(&launch(SLOT)).await);
        assert_left_alone(&host.engine.start(SLOT, FIRST).await);
        assert_left_alone(&host.engine.stop(SLOT, LONG).await);
        assert_left_alone(&host.engine.kill(SLOT).await);
        assert_left_alone(&host.engine.remove(SLOT, true).await);

        assert_eq!(host.engine.list().await.unwrap(), []);
        let state = ["inspect", "--format", "{{.Id}} {{.State.Status}}", &name];
        assert_eq!(host.machine.run(&state), format!("{stranger} running"));
        host.machine.run(&["rm", "--force", "--time", "0", &name]);
    }
}

#[tokio::test]
async fn a_copy_of_a_servers_container_is_left_alone() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("polite").await;
    let mut exits = host.engine.exits();
    let launch = host.started(SLOT, FIRST).await;
    say(launch.port, "").await;
    let name = host.engine.all.name(SLOT);
    let copies = ["made", "run"].map(|what| format!("{name}-{what}"));
    for copy in &copies {
        host.machine.run(&["container", "clone", &name, copy]);
    }
    let state = |copy: &str| {
        let format = ["inspect", "--format", "{{.State.Status}}", copy];
        host.machine.run(&format)
    };

    let listed = host.engine.list().await.unwrap();
    assert_eq!(listed.len(), 1, "{listed:?}");
    assert_eq!((listed[0].running, listed[0].run), (true, Some(FIRST)));
    host.engine.stop(SLOT, LONG).await.unwrap();
    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.slot, exit.run, exit.code), (SLOT, FIRST, Some(0)));
    host.machine.run(&["start", &copies[1]]);
    assert!(!host.listed(SLOT).await.unwrap().running);
    host.machine.run(&["stop", "--time", "0", &copies[1]]);
    host.engine.remove(SLOT, true).await.unwrap();

    assert_eq!(host.engine.list().await.unwrap(), []);
    host.engine.kill(SLOT).await.unwrap();
    host.engine.remove(SLOT, true).await.unwrap();
    assert_eq!(copies.map(|copy| state(&copy)), ["created", "exited"]);
    assert!(exits.try_recv().is_err(), "the copy is no server");
}

#[tokio::test]
async fn a_servers_container_that_was_renamed_is_still_ours() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("polite").await;
    let launch = host.started(SLOT, FIRST).await;
    say(launch.port, "").await;
    let name = host.engine.all.name(SLOT);
    let renamed = format!("{name}-renamed");

    host.machine.run(&["rename", &name, &renamed]);

    let host = host.restarted_after(|_| {}).await;
    assert_eq!(host.listed(SLOT).await.unwrap().run, Some(FIRST));
    host.engine.create(&launch).await.unwrap();
    assert!(!host.machine.succeeds(&["container", "exists", &name]));
    host.engine.stop(SLOT, LONG).await.unwrap();
    assert_eq!(host.until_it_has_exited(SLOT).await.exit_code, Some(0));
    host.engine.remove(SLOT, false).await.unwrap();
    assert!(!host.machine.succeeds(&["container", "exists", &renamed]));
}

#[tokio::test]
async fn two_fleets_on_one_engine_do_not_see_each_other() {
    if !podman::can_run() {
        return;
    }
    let (ours, theirs) = (Host::with("polite").await, Host::with("polite").await);
    let launched = theirs.started(SLOT, FIRST).await;

    assert_eq!(ours.engine.list().await.unwrap(), []);
    ours.engine.stop(SLOT, LONG).await.unwrap();
    ours.engine.kill(SLOT).await.unwrap();
    ours.engine.remove(SLOT, true).await.unwrap();
    let ours = ours.restarted_after(|_| {}).await;

    assert_eq!(ours.engine.list().await.unwrap(), []);
    assert!(theirs.listed(SLOT).await.unwrap().running);
    say(launched.port, "").await;
    let volume = theirs.engine.all.volume(&launched.world);
    assert!(theirs.machine.succeeds(&["volume", "exists", &volume]));
}

#[tokio::test]
async fn a_port_of_somebody_elses_container_is_taken() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("polite").await;
    let launch = launch(SLOT);
    let published = format!("127.0.0.1:{}:25565", launch.port);
    let stranger = host
        .machine
        .run(&["run", "--detach", "--publish", &published, IMAGE]);
    host.engine.create(&launch).await.unwrap();

    let started = host.engine.start(SLOT, FIRST).await;

    assert_eq!(started, Err(CallFailure::PortTaken));
    assert!(!host.engine.is_port_free(launch.port));
    say(launch.port, "").await;
    host.machine
        .run(&["rm", "--force", "--time", "0", &stranger]);
    host.engine.start(SLOT, FIRST).await.unwrap();
}

#[tokio::test]
async fn a_volume_of_somebody_else_is_no_world() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("polite").await;
    let launch = launch(SLOT);
    let volume = host.engine.all.volume(&launch.world);
    host.machine.run(&["volume", "create", &volume]);

    let created = host.engine.create(&launch).await;

    assert!(
        matches!(created, Err(CallFailure::WorldUnusable(_))),
        "{created:?}"
    );
    host.engine.remove(SLOT, true).await.unwrap();
    assert!(host.machine.succeeds(&["volume", "exists", &volume]));
}

#[tokio::test]
async fn a_network_that_the_operator_names_has_to_be_there() {
    if !podman::can_run() {
        return;
    }
    let podman = podman::shared();
    let mut settings = host::settings(&*podman, "polite");
    settings.network = Some(format!("own-{}", host::free_port()));
    let name = settings.network.clone().unwrap();
    let host = Host::of(podman, settings).await;

    let missing = host.engine.create(&launch(SLOT)).await.unwrap_err();
    assert!(
        missing
            .to_string()
            .starts_with(&format!("there is no network {name}:"))
    );

    host.machine.run(&["network", "create", &name]);
    let launch = host.started(SLOT, FIRST).await;
    say(launch.port, "").await;
}
