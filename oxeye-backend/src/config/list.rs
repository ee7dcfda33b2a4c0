//! The one list of settings: the name and the default of each. The documents repeat both, and a test compares them.

use oxeye_process::config::SettingList;

/// All settings of the backend.
pub(super) const LIST: SettingList = SettingList {
    program: "Oxeye",
    all: ALL,
    own: None,
};

oxeye_process::setting_list! {
    ACTIVITY = Some("on");
    ACTIVITY_KINDS = None;
    ACTIVITY_RESP_LISTEN = None;
    ACTIVITY_RETENTION_DAYS = Some("30");
    DATABASE_PATH = Some("oxeye.db");
    DISCORD_API_BASE = None;
    DISCORD_PRESENCE = Some("off");
    DISCORD_TOKEN = None;
    FLEET_URL = None;
    FONTS_DIR = None;
    HEAD_EMOJI = Some("off");
    HOST = Some("0.0.0.0");
    LAST_SEEN_SHOWN = Some("10");
    LOG_FORMAT = Some("text");
    MAX_CONNECTIONS = Some("1024");
    MAX_NEW_PLAYERS_PER_HOUR = Some("5000");
    OPERATOR_LISTEN = None;
    OPERATOR_TOKEN = None;
    PORT = Some("3000");
    PRESENCE_RETENTION_DAYS = Some("30");
    RATE_LIMIT_ACTIVITY_EVENTS_PER_SEC = Some("2000");
    RATE_LIMIT_BATCH_EVENTS_PER_SEC = Some("1000");
    RATE_LIMIT_CONNECT_PER_MIN = Some("5");
    RATE_LIMIT_EVENTS_BURST = Some("200");
    RATE_LIMIT_EVENTS_PER_SEC = Some("50");
    READER_TOKEN = None;
    RECENT_ACTIVITY_WINDOW_HOURS = Some("24");
    REDIS_URL = None;
    REQUEST_BODY_LIMIT = Some("1048576");
    REQUEST_TIMEOUT_SECS = Some("10");
    RUST_LOG = Some("info");
    SESSION_RETENTION_DAYS = Some("0");
    SHUTDOWN_TIMEOUT_SECS = Some("10");
    SKIN_LOOKUP = Some("mojang");
    SKIN_LOOKUP_BASE = Some("https://sessionserver.mojang.com");
    STALE_GRACE_SECS = Some("120");
    STALE_TIMEOUT_SECS = Some("300");
    TIME_ZONE = Some("UTC");
    TRUSTED_PROXIES = None;
    WATCH_ADDRESSES = Some("public");
    WATCH_DNS_SERVER = None;
    WATCH_INTERVAL_SECS = Some("30");
    WATCH_PER_GUILD = Some("10");
    WATCH_TOTAL = Some("1000");
}
