//! Servers that run on other machines than the worker.

use oxeye_process::tasks::Tasks;

use super::site::{generous, launch, start_worker};
use crate::engine::Engine as _;
use crate::engine::agones::tests::host::ClusterHost;
use crate::engine::contract::{FIRST, Host, Servers};
use crate::engine::remote::{RemoteEngine, WorkerAccess};
use crate::settings::WorkerPlace;

#[tokio::test]
async fn the_fleet_learns_where_its_servers_run() {
    let host = ClusterHost::with(Servers::Polite).await;
    let (folder, tasks) = (tempfile::tempdir().unwrap(), Tasks::new());
    let engine = host.engine().clone();
    start_worker(engine, generous(), None, folder.path(), &tasks);
    let access = WorkerAccess {
        place: WorkerPlace::Unix(folder.path().join("worker.sock")),
        secret: None,
        epoch: 1,
        ports: generous().ports,
    };
    let fleet = RemoteEngine::new(access, &tasks);
    let launch = launch(5, 20_001);
    fleet.create(&launch).await.unwrap();
    fleet.start(launch.slot, FIRST).await.unwrap();
    fleet.list().await.unwrap();

    fleet.usage().await;

    let there = oxeye_probe::Address::new("192.0.2.7", launch.port);
    assert_eq!(fleet.reachable_at(launch.port), there);
    let here = oxeye_probe::Address::new("127.0.0.1", 20_002);
    assert_eq!(fleet.reachable_at(20_002), here);
}
