//! Containers, volumes and ports of others: none of them is ever touched.

use super::host::{self, Host, launch, say};
use super::podman::{self, IMAGE};
use crate::engine::Engine as _;
use crate::engine::contract::{FIRST, LONG, SLOT};
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
        let stranger = host.podman.run(&run);

        assert_left_alone(&host.engine.create(&launch(SLOT)).await);
        assert_left_alone(&host.engine.start(SLOT, FIRST).await);
        assert_left_alone(&host.engine.stop(SLOT, LONG).await);
        assert_left_alone(&host.engine.kill(SLOT).await);
        assert_left_alone(&host.engine.remove(SLOT, true).await);

        assert_eq!(host.engine.list().await.unwrap(), []);
        let state = ["inspect", "--format", "{{.Id}} {{.State.Status}}", &name];
        assert_eq!(host.podman.run(&state), format!("{stranger} running"));
        host.podman.run(&["rm", "--force", "--time", "0", &name]);
    }
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
    assert!(theirs.podman.succeeds(&["volume", "exists", &volume]));
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
        .podman
        .run(&["run", "--detach", "--publish", &published, IMAGE]);
    host.engine.create(&launch).await.unwrap();

    let started = host.engine.start(SLOT, FIRST).await;

    assert_eq!(started, Err(CallFailure::PortTaken));
    assert!(!host.engine.is_port_free(launch.port));
    say(launch.port, "").await;
    host.podman
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
    host.podman.run(&["volume", "create", &volume]);

    let created = host.engine.create(&launch).await;

    assert!(
        matches!(created, Err(CallFailure::WorldUnusable(_))),
        "{created:?}"
    );
    host.engine.remove(SLOT, true).await.unwrap();
    assert!(host.podman.succeeds(&["volume", "exists", &volume]));
}

#[tokio::test]
async fn a_network_that_the_operator_names_has_to_be_there() {
    if !podman::can_run() {
        return;
    }
    let podman = podman::shared();
    let mut settings = host::settings(&podman, "polite");
    settings.network = Some(format!("own-{}", host::free_port()));
    let name = settings.network.clone().unwrap();
    let host = Host::of(podman, settings).await;

    let missing = host.engine.create(&launch(SLOT)).await.unwrap_err();
    assert!(
        missing
            .to_string()
            .starts_with(&format!("there is no network {name}:"))
    );

    host.podman.run(&["network", "create", &name]);
    let launch = host.started(SLOT, FIRST).await;
    say(launch.port, "").await;
}
