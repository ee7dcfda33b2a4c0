//! The one list of settings: the name and the default of each. `docs/fleet.md` repeats both, and a test
//! compares them.

use oxeye_process::config::{OwnNames, SettingList};

/// All settings of the fleet.
pub(super) const LIST: SettingList = SettingList {
    program: "oxeye-fleet",
    all: ALL,
    own: Some(OwnNames {
        prefix: "FLEET_",
        // A setting of Oxeye, which may have the same file.
        except: &["FLEET_URL"],
    }),
};

oxeye_process::setting_list! {
    BASE_IMAGE = Some("procgen-phaser:latest");
    CLEANUP_DELETE = Some("30");
    FLEET_AGONES_ACCOUNT = Some("/var/run/secrets/kubernetes.io/serviceaccount");
    FLEET_AGONES_API = Some("https://kubernetes.default.svc");
    FLEET_AGONES_NAMESPACE = None;
    FLEET_AGONES_TEMPLATE = None;
    FLEET_COMMAND = None;
    FLEET_CORS_ORIGINS = None;
    FLEET_DASHBOARD_LISTEN = Some("0.0.0.0:3001");
    FLEET_DATA = Some("oxeye-fleet-data");
    FLEET_DOCKER_BIND = Some("0.0.0.0");
    FLEET_DOCKER_CPUS = Some("2");
    FLEET_DOCKER_ENV = None;
    FLEET_DOCKER_IMAGE = None;
    FLEET_DOCKER_MEMORY_MB = Some("2048");
    FLEET_DOCKER_MOUNT = Some("/data");
    FLEET_DOCKER_NETWORK = None;
    FLEET_DOCKER_PIDS = Some("512");
    FLEET_DOCKER_PORT = Some("25565");
    FLEET_DOCKER_SOCKET = Some("/var/run/docker.sock");
    FLEET_DOCKER_USER = None;
    FLEET_ENGINE = Some("process");
    FLEET_HEARTBEAT_GRACE = Some("5");
    FLEET_JOINS_PER_MINUTE = Some("120");
    FLEET_JOIN_SECRET = None;
    FLEET_LISTEN = Some("0.0.0.0:8090");
    FLEET_OPERATOR_TOKEN = None;
    FLEET_PORT_REST = Some("60");
    FLEET_PUBLIC_ADDRESS = Some("http://localhost:{port}");
    FLEET_READY_PROBE = Some("ping");
    FLEET_START_TIMEOUT = Some("300");
    FLEET_STOP_GRACE = Some("60");
    FLEET_WORKERS = None;
    FLEET_WORKER_ADDRESS = None;
    FLEET_WORKER_CERT = None;
    FLEET_WORKER_CREATIONS_PER_MINUTE = Some("600");
    FLEET_WORKER_KEY = None;
    FLEET_WORKER_LISTEN = None;
    FLEET_WORKER_LOST_AFTER = Some("300");
    FLEET_WORKER_MAX_WORLDS = Some("10000");
    FLEET_WORKER_SECRET = None;
    FLEET_WORKER_SECRETS = None;
    FLEET_WORLDS = Some("keep");
    HEARTBEAT_GRACE = None;
    INACTIVITY_SHUTDOWN = Some("10");
    LOG_FORMAT = Some("text");
    MAX_CONNECTIONS = Some("2048");
    MAX_PLAYERS_PER_SERVER = Some("1");
    MAX_SERVERS = Some("50");
    MIN_SERVERS = Some("0");
    OXEYE_GUILD_ID = Some("0");
    OXEYE_TOKEN = None;
    OXEYE_URL = None;
    PERSISTENT_SERVER_URL = None;
    PUBLIC_ADDRESS = None;
    READY_PROBE = None;
    RUST_LOG = Some("info");
    SERVER_PORT_START = Some("8081");
    TRUSTED_PROXIES = None;
}
