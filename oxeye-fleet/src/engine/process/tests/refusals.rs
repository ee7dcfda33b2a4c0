//! What cannot be started, and why.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use oxeye_process::tasks::Tasks;

use super::super::{OpenError, ProcessEngine};
use super::host::{Host, RUN, SLOT, launch};
use crate::engine::Engine as _;
use crate::rules::{CallFailure, Run};
use crate::settings::SlotCommand;

async fn refusal(program: &str) -> String {
    let data = tempfile::tempdir().unwrap();
    let host = Host::with_command(data, SlotCommand::new(program, [])).await;
    let failure = host.play("Steve").await.unwrap_err();
    let listed = host.listed().await.unwrap();
    assert_eq!((listed.run, listed.running), (None, false));
    match failure {
        CallFailure::Refused(sentence) => sentence,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_program_that_cannot_be_run_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("server");
    fs::write(&file, "not a program").unwrap();
    let file = file.display().to_string();

    assert_eq!(
        refusal("no-such-program").await,
        "cannot start no-such-program: no such file"
    );
    assert_eq!(
        refusal("/no/such/program").await,
        "cannot start /no/such/program: no such file"
    );
    assert_eq!(
        refusal(&file).await,
        format!("cannot start {file}: it is not executable")
    );
    fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
    let sentence = refusal(&file).await;
    assert!(
        sentence.starts_with(&format!("cannot start {file}: Exec format error")),
        "{sentence}"
    );
}

#[tokio::test]
async fn a_server_that_exits_at_once_was_started() {
    let mut host = Host::with_script("exit 9").await;
    host.play("Steve").await.unwrap();

    assert_eq!(host.exit().await.code, Some(9));
    let listed = host.listed().await.unwrap();
    assert_eq!((listed.run, listed.exit_code), (Some(RUN), Some(9)));
}

#[tokio::test]
async fn a_taken_port_starts_nothing_until_the_slot_gets_another_one() {
    let mut host = Host::with_script("echo $OXEYE_FLEET_PORT > $TELL").await;
    let mut launch = launch("Steve");
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    launch.port = other.local_addr().unwrap().port();
    host.engine.create(&launch).await.unwrap();

    assert_eq!(
        host.engine.start(SLOT, RUN).await,
        Err(CallFailure::PortTaken)
    );
    assert_eq!(host.listed().await.unwrap().run, None);

    launch.port = super::host::free_port();
    host.engine.create(&launch).await.unwrap();
    host.start(Run(2)).await.unwrap();
    assert_eq!(host.told().await, launch.port.to_string());
    assert_eq!(host.exit().await.run, Run(2));
}

#[tokio::test]
async fn a_world_that_is_a_link_is_refused_and_never_followed() {
    let elsewhere = tempfile::tempdir().unwrap();
    fs::write(elsewhere.path().join("precious"), "").unwrap();
    let host = Host::with_script("touch x").await;
    let launch = launch("Steve");
    let world = host.path("worlds").join(launch.world.as_str());
    host.engine.create(&launch).await.unwrap();
    fs::remove_dir(&world).unwrap();
    symlink(elsewhere.path(), &world).unwrap();

    let started = host.engine.start(SLOT, RUN).await;
    let created = host.engine.create(&launch).await;
    let sentence = format!(
        "cannot use the world {}: it is a symbolic link",
        launch.world
    );
    assert_eq!(started, Err(CallFailure::WorldUnusable(sentence.clone())));
    assert_eq!(created, Err(CallFailure::WorldUnusable(sentence)));

    host.engine.remove(SLOT, true).await.unwrap();
    assert!(fs::symlink_metadata(&world).is_err());
    let left: Vec<_> = fs::read_dir(elsewhere.path()).unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
}

#[tokio::test]
async fn output_that_is_a_link_is_not_written_to() {
    let host = Host::with_script("echo hello").await;
    let launch = launch("Steve");
    let target = host.path("precious");
    fs::write(&target, "").unwrap();
    symlink(
        &target,
        host.path("output").join(format!("{}.log", launch.world)),
    )
    .unwrap();

    host.engine.create(&launch).await.unwrap();
    let started = host.engine.start(SLOT, RUN).await;

    assert!(
        matches!(started, Err(CallFailure::WorldUnusable(_))),
        "{started:?}"
    );
    assert_eq!(fs::read(&target).unwrap(), b"");
}

#[tokio::test]
async fn a_world_that_is_a_file_is_refused() {
    let host = Host::with_script("exit").await;
    let launch = launch("Steve");
    fs::write(host.path("worlds").join(launch.world.as_str()), "").unwrap();

    let created = host.engine.create(&launch).await;

    let sentence = format!("cannot use the world {}: not a directory", launch.world);
    assert_eq!(created, Err(CallFailure::WorldUnusable(sentence)));
}

#[tokio::test]
async fn a_folder_in_use_by_another_program_is_refused() {
    let host = Host::with_script("exit").await;
    let command = SlotCommand::new("sh", []);

    let second = ProcessEngine::open(host.data(), command, &Tasks::new()).await;

    assert!(matches!(second, Err(OpenError::InUse)), "{second:?}");
}
