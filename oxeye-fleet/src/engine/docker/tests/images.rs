//! Images and servers that misbehave, and what a server may do.

use std::fs;

use super::host::{self, Host, greeting, launch, say};
use super::image::{BROKEN_IMAGE, IMAGE};
use super::machine::Machine;
use super::podman;
use crate::engine::contract::{FIRST, LONG, OTHER_SLOT, SECOND, SLOT, soon};
use crate::engine::{Engine as _, docker};
use crate::rules::CallFailure;

with_each_machine! {
    an_image_that_is_missing_is_named,
    an_image_that_is_there_is_not_missing,
    a_program_that_is_missing_is_the_same_trouble_for_everybody,
    a_server_that_exits_at_once_has_run,
    a_server_that_wants_all_memory_is_killed_alone,
    a_server_has_no_rights,
    a_server_is_limited,
}

async fn an_image_that_is_missing_is_named<M: Machine>() {
    let machine = M::shared();
    let mut settings = host::settings(&*machine, "polite");
    settings.image = "localhost/nobody-has-this:1".to_owned();
    let host = Host::of(machine, settings).await;

    let created = host.engine.create(&launch(SLOT)).await;

    let sentence = "the image localhost/nobody-has-this:1 is not on the machine of the container engine: pull it with `docker pull` or `podman pull`, or correct FLEET_DOCKER_IMAGE";
    assert_eq!(created, Err(CallFailure::Refused(sentence.to_owned())));
    let equipment = docker::equipment(&host.settings).await.unwrap();
    assert_eq!(equipment.missing_image.as_deref(), Some(sentence));
}

async fn an_image_that_is_there_is_not_missing<M: Machine>() {
    let host = Host::<M>::on_shared("polite").await;

    let equipment = docker::equipment(&host.settings).await.unwrap();

    assert_eq!(equipment.missing_image, None);
}

async fn a_program_that_is_missing_is_the_same_trouble_for_everybody<M: Machine>() {
    let machine = M::shared();
    let mut settings = host::settings(&*machine, "polite");
    settings.image = BROKEN_IMAGE.to_owned();
    let host = Host::of(machine, settings).await;
    let mut refusals = Vec::new();
    for slot in [SLOT, OTHER_SLOT] {
        host.engine.create(&launch(slot)).await.unwrap();
        refusals.push(host.engine.start(slot, FIRST).await.unwrap_err());
    }

    assert_eq!(refusals[0], refusals[1]);
    let CallFailure::Refused(sentence) = &refusals[0] else {
        panic!("{refusals:?}");
    };
    assert!(sentence.contains("/missing"), "{sentence}");
    let listed = host.listed(SLOT).await.unwrap();
    assert_eq!((listed.running, listed.run), (false, None));
    host.engine.remove(SLOT, true).await.unwrap();
}

async fn a_server_that_exits_at_once_has_run<M: Machine>() {
    let host = Host::<M>::on_shared("gone").await;
    let mut exits = host.engine.exits();

    host.started(SLOT, FIRST).await;

    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.slot, exit.run, exit.code), (SLOT, FIRST, Some(7)));
    let listed = host.listed(SLOT).await.unwrap();
    assert_eq!((listed.run, listed.exit_code), (Some(FIRST), Some(7)));
    host.engine.start(SLOT, SECOND).await.unwrap();
    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.run, exit.code), (SECOND, Some(7)));
}

#[tokio::test]
async fn a_server_runs_before_its_port_is_open() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("late").await;
    let launch = host.started(SLOT, FIRST).await;
    assert!(host.listed(SLOT).await.unwrap().running);
    assert!(greeting(launch.port).is_none());

    let volumes = host.machine.folder_of_volumes();
    let volume = volumes.join(host.engine.all.volume(&launch.world));
    fs::write(volume.join("_data/open"), "").unwrap();

    say(launch.port, "").await;
    assert_eq!(host.listed(SLOT).await.unwrap().run, Some(FIRST));
}

async fn a_server_that_wants_all_memory_is_killed_alone<M: Machine>() {
    let hungry = Host::<M>::on_shared("hungry").await;
    let other = Host::<M>::on_shared("polite").await;
    let neighbour = other.started(SLOT, FIRST).await;

    hungry.started(SLOT, FIRST).await;

    let exited = hungry.until_it_has_exited(SLOT).await;
    assert_eq!((exited.run, exited.exit_code), (Some(FIRST), None));
    say(neighbour.port, "").await;
}

#[tokio::test]
async fn a_server_that_starts_all_processes_it_can_is_kept_to_its_limit_and_ended_with_them() {
    if !podman::can_run() {
        return;
    }
    let host = Host::with("breeding").await;
    let mut exits = host.engine.exits();

    let launch = host.started(SLOT, FIRST).await;

    // It greets once it can start no other.
    say(launch.port, "").await;
    let volumes = host.machine.folder_of_volumes();
    let volume = volumes.join(host.engine.all.volume(&launch.world));
    let processes = fs::read(volume.join("_data/processes")).unwrap().len();
    assert_eq!(processes, 31, "with the server itself, there are 32");
    let neighbour = Host::with("polite").await.started(SLOT, FIRST).await;
    say(neighbour.port, "").await;
    host.engine.stop(SLOT, LONG).await.unwrap();
    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.slot, exit.code), (SLOT, Some(0)));
    host.engine.remove(SLOT, true).await.unwrap();
}

#[tokio::test]
async fn a_server_is_stopped_with_the_signal_of_its_image() {
    if !podman::can_run() {
        return;
    }
    let podman = podman::shared();
    let image = format!("localhost/oxeye-signal:{}", host::free_port());
    let container = podman.run(&["create", "--network", "none", IMAGE]);
    let commit = ["commit", "--change", "STOPSIGNAL SIGUSR1"];
    podman.run(&[&commit[..], &[&container, &image]].concat());
    let mut settings = host::settings(&*podman, "polite");
    settings.image = image;
    let host = Host::of(podman, settings).await;
    let mut exits = host.engine.exits();
    let launch = host.started(SLOT, FIRST).await;
    say(launch.port, "").await;

    host.engine.stop(SLOT, LONG).await.unwrap();

    let exit = soon("the exit", exits.recv()).await.unwrap();
    assert_eq!((exit.slot, exit.code), (SLOT, Some(9)));
}

async fn a_server_has_no_rights<M: Machine>() {
    let host = Host::<M>::on_shared("polite").await;
    host.started(SLOT, FIRST).await;
    let name = host.engine.all.name(SLOT);

    let inspect = |format: &str| host.machine.inspect(&name, format);
    let pid = inspect("{{.State.Pid}}");
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();

    let value = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.unwrap_or_default().trim_start_matches(':').trim()
    };
    assert_eq!(value("CapEff"), "0000000000000000");
    assert_eq!(value("CapBnd"), "0000000000000000");
    assert_eq!(value("NoNewPrivs"), "1");
    let privileged = inspect("{{.HostConfig.Privileged}}");
    assert_eq!(privileged, "false");
}

async fn a_server_is_limited<M: Machine>() {
    let host = Host::<M>::on_shared("polite").await;
    host.started(SLOT, FIRST).await;
    let name = host.engine.all.name(SLOT);

    let inspect = |format: &str| host.machine.inspect(&name, format);
    assert_eq!(inspect("{{.HostConfig.Memory}}"), (64 << 20).to_string());
    assert_eq!(
        inspect("{{.HostConfig.MemorySwap}}"),
        (64 << 20).to_string()
    );
    assert_eq!(inspect("{{.HostConfig.PidsLimit}}"), "32");
    assert_eq!(inspect("{{.HostConfig.RestartPolicy.Name}}"), "no");
    assert_eq!(inspect("{{.Config.StopTimeout}}"), "60");
    let network = host.engine.all.own_network();
    let networks = inspect("{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}");
    assert_eq!(networks, network);
    let usage = async {
        loop {
            host.engine.list().await.unwrap();
            if let [(SLOT, usage)] = host.engine.usage().await[..] {
                return usage;
            }
        }
    };
    let usage = soon("the usage", usage).await;
    assert!((1..64 << 20).contains(&usage.memory_bytes), "{usage:?}");
}
