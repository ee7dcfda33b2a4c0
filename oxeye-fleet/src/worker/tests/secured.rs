//! A fleet and its worker on two machines: TLS, a secret, and a cable that can be cut.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use oxeye_probe::Address;
use oxeye_process::Secret;
use oxeye_process::fingerprint::Fingerprint;
use oxeye_process::tasks::Tasks;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use tempfile::TempDir;
use tokio::io::AsyncReadExt as _;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, timeout};

use super::proxy::Cable;
use super::site::{LIMIT, generous, launch};
use crate::engine::Engine as _;
use crate::engine::fake::{FakeEngine, FakeMachine};
use crate::engine::remote::{RemoteEngine, WorkerAccess, can_be_reached};
use crate::ids::SlotId;
use crate::rules::{CallFailure, Run};
use crate::settings::WorkerPlace;
use crate::worker::epochs::Epochs;
use crate::worker::lines::{PING_EVERY, SILENCE};
use crate::worker::listener::Listener;
use crate::worker::tls::{Identity, pem};
use crate::worker::{Worker, program};

const SECRET: &str = "what-both-of-them-know";

/// The machine of a worker.
struct Remote {
    _folder: TempDir,
    tasks: Tasks,
    machine: FakeMachine,
    address: SocketAddr,
    fingerprint: Fingerprint,
}

impl Remote {
    async fn start() -> Self {
        Self::with(None, None).await
    }

    async fn with(certificate: Option<(PathBuf, PathBuf)>, named: Option<&str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let tasks = Tasks::new();
        let machine = FakeMachine::new(&tasks);
        let identity = Identity::read(certificate.as_ref(), folder.path()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let epochs = Epochs::open(folder.path()).unwrap();
        let secret = Secret::new(SECRET);
        let engine = FakeEngine::of(&machine);
        let worker = Worker::new(engine, generous(), Some(&secret), epochs);
        let worker = worker.with_address(named.map(str::to_owned));
        let fingerprint = identity.fingerprint;
        program::start(worker, Listener::Tls(listener, Arc::new(identity)), &tasks);
        Self {
            _folder: folder,
            tasks,
            machine,
            address,
            fingerprint,
        }
    }

    fn place(&self) -> WorkerPlace {
        self.place_behind(self.address)
    }

    fn place_behind(&self, address: SocketAddr) -> WorkerPlace {
        WorkerPlace::Tls {
            address: Address::new(address.ip().to_string(), address.port()),
            fingerprint: self.fingerprint,
        }
    }

    fn fleet(&self, place: WorkerPlace, secret: &str) -> RemoteEngine {
        let access = WorkerAccess {
            place,
            secret: Some(Secret::new(secret)),
            epoch: 1,
            ports: generous().ports,
        };
        RemoteEngine::new(access, &self.tasks)
    }

    /// Checks that a fleet is not let in, and what its log says.
    async fn check_refused(&self, fleet: &RemoteEngine, words: &str) {
        let refused = fleet.create(&launch(1, 8081)).await;

        assert_eq!(refused, Err(CallFailure::Unreachable));
        let trouble = fleet.trouble().unwrap().in_full;
        assert!(trouble.contains(words), "{trouble}");
        assert_eq!(self.machine.calls(), []);
    }
}

#[tokio::test]
async fn a_fleet_with_the_secret_gives_orders_from_another_machine() {
    let remote = Remote::start().await;
    can_be_reached(&remote.place()).await.unwrap();
    let fleet = remote.fleet(remote.place(), SECRET);
    let mut exits = fleet.exits();

    fleet.create(&launch(1, 8081)).await.unwrap();
    fleet.start(SlotId(1), Run(1)).await.unwrap();
    remote.machine.exit(SlotId(1), Some(3));

    let exit = exits.recv().await.unwrap();
    assert_eq!((exit.slot, exit.code), (SlotId(1), Some(3)));
    assert_eq!(fleet.list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_wrong_secret_is_refused() {
    let remote = Remote::start().await;
    let fleet = remote.fleet(remote.place(), "what-somebody-else-knows");

    remote
        .check_refused(
            &fleet,
            "the secret is wrong (FLEET_WORKER_SECRET, or FLEET_WORKER_SECRETS at the fleet)",
        )
        .await;
}

#[tokio::test]
async fn a_worker_with_another_certificate_does_not_learn_the_secret() {
    let (remote, other) = (Remote::start().await, Remote::start().await);
    let fleet = remote.fleet(other.place_behind(remote.address), SECRET);

    let presented = remote.fingerprint.to_string();
    remote.check_refused(&fleet, &presented).await;
    let checked = can_be_reached(&other.place_behind(remote.address)).await;
    assert!(checked.unwrap_err().to_string().contains(&presented));
}

/// Writes a certificate that is valid from the start of one year to that of another, and its key.
fn certificate(folder: &Path, years: (i32, i32), is_ca: IsCa) -> (PathBuf, PathBuf) {
    let key = KeyPair::generate().unwrap();
    let mut params = CertificateParams::new(vec!["attic.lan".to_owned()]).unwrap();
    params.not_before = date_time_ymd(years.0, 1, 1);
    params.not_after = date_time_ymd(years.1, 1, 1);
    params.is_ca = is_ca;
    let made = params.self_signed(&key).unwrap();
    let paths = (folder.join("worker.crt"), folder.join("worker.key"));
    fs::write(&paths.0, pem("CERTIFICATE", made.der())).unwrap();
    fs::write(&paths.1, pem("PRIVATE KEY", &key.serialize_der())).unwrap();
    paths
}

#[tokio::test]
async fn a_certificate_counts_only_while_it_is_valid() {
    let authority = || IsCa::Ca(BasicConstraints::Unconstrained);
    for is_ca in [|| IsCa::NoCa, authority] {
        for (years, words) in [
            ((2000, 2001), Some("its certificate has expired")),
            ((2999, 3000), Some("its certificate is not valid yet")),
            ((2000, 3000), None),
        ] {
            let folder = tempfile::tempdir().unwrap();
            let files = certificate(folder.path(), years, is_ca());
            let remote = Remote::with(Some(files), None).await;
            let fleet = remote.fleet(remote.place(), SECRET);

            match words {
                Some(words) => remote.check_refused(&fleet, words).await,
                None => fleet.create(&launch(1, 8081)).await.unwrap(),
            }
        }
    }
}

#[tokio::test]
async fn somebody_who_does_not_speak_tls_is_sent_away() {
    let remote = Remote::start().await;
    let mut stranger = TcpStream::connect(remote.address).await.unwrap();
    tokio::io::AsyncWriteExt::write_all(&mut stranger, b"{\"hello\": {}}\n")
        .await
        .unwrap();

    let mut heard = Vec::new();
    let ended = timeout(LIMIT, stranger.read_to_end(&mut heard)).await;

    ended.unwrap().ok();
    assert!(!String::from_utf8_lossy(&heard).contains("welcome"));
    let fleet = remote.fleet(remote.place(), SECRET);
    fleet.create(&launch(1, 8081)).await.unwrap();
}

#[tokio::test]
async fn connections_that_say_nothing_keep_no_fleet_out() {
    let remote = Remote::start().await;
    let mut silent = Vec::new();
    for _ in 0..100 {
        silent.push(TcpStream::connect(remote.address).await.unwrap());
    }

    let fleet = remote.fleet(remote.place(), SECRET);
    fleet.create(&launch(1, 8081)).await.unwrap();

    // The first ones had to go for the others.
    let mut heard = Vec::new();
    let ended = timeout(LIMIT, silent[0].read_to_end(&mut heard)).await;
    ended.expect("it is closed").ok();
    assert_eq!(heard, b"");
}

#[tokio::test]
async fn a_guess_of_the_secret_takes_its_time() {
    let remote = Remote::start().await;
    let fleet = remote.fleet(remote.place(), "what-somebody-else-knows");
    let start = Instant::now();

    remote.check_refused(&fleet, "the secret is wrong").await;

    assert!(start.elapsed() >= Duration::from_secs(1));
}

#[tokio::test]
async fn servers_are_reached_where_the_worker_says_or_else_where_it_is() {
    for (named, expected) in [(None, "127.0.0.1"), (Some("fd00::7"), "fd00::7")] {
        let remote = Remote::with(None, named).await;
        let fleet = remote.fleet(remote.place(), SECRET);
        fleet.list().await.unwrap();

        assert_eq!(fleet.reachable_at(8081), Address::new(expected, 8081));
        assert!(fleet.is_port_free(remote.address.port()), "it is not ours");
        assert!(!fleet.is_port_free(1_023), "the worker refuses it");
    }
}

#[tokio::test]
async fn a_link_that_is_cut_is_noticed_by_its_silence_and_made_again() {
    let remote = Remote::start().await;
    let cable = Cable::to(remote.address, &remote.tasks).await;
    let fleet = remote.fleet(remote.place_behind(cable.address), SECRET);
    fleet.create(&launch(1, 8081)).await.unwrap();
    fleet.start(SlotId(1), Run(1)).await.unwrap();

    for _ in 0..3 {
        cable.cut();
        tokio::time::pause();
        let start = Instant::now();
        let lost = fleet.stop(SlotId(1), LIMIT).await;
        let waited = start.elapsed();
        tokio::time::resume();
        assert_eq!(lost, Err(CallFailure::Unknown));
        assert!(waited < SILENCE + PING_EVERY, "{waited:?}");

        cable.mend();
        let listed = fleet.list().await.unwrap();
        assert!(listed[0].running, "the stop was lost");
    }
}
