//! The settings of the store: where it is, how long it keeps data, and when a silent server's sessions end.

use std::path::{Path, PathBuf};
use std::time::Duration;

use oxeye_db::SilenceLimits;

use oxeye_process::config::{ConfigError, Sources, Unit};

use super::list;

const HOUR_SECS: u64 = 3600;
const DAY_SECS: u64 = 24 * HOUR_SECS;

/// Where the store is and what it keeps.
#[derive(Debug, Clone)]
pub(crate) struct StoreSettings {
    /// The SQLite file. Its folder also holds `operator.token`.
    pub(crate) path: PathBuf,
    /// How long a player who left stays in "Last seen".
    pub(crate) recent_window: Duration,
    /// When the sessions of a silent server are closed.
    pub(crate) silence_limits: SilenceLimits,
    /// How long ended sessions are kept. Without a value they are kept for ever.
    pub(crate) session_retention: Option<Duration>,
    /// How many days sessions of Discord members are kept.
    pub(crate) presence_retention_days: u16,
}

impl StoreSettings {
    pub(super) fn read(from: &Sources) -> Result<StoreSettings, ConfigError> {
        let window = from.number(list::RECENT_ACTIVITY_WINDOW_HOURS, 1..=8760, Unit::Hours)?;
        let retention = from.number(list::SESSION_RETENTION_DAYS, 0..=36_500, Unit::Days)?;
        let presence_days = from.number(list::PRESENCE_RETENTION_DAYS, 1..=3_660, Unit::Days)?;
        Ok(StoreSettings {
            path: from.path(list::DATABASE_PATH)?,
            recent_window: Duration::from_secs(HOUR_SECS * window),
            silence_limits: SilenceLimits {
                timeout: from.seconds(list::STALE_TIMEOUT_SECS, 1..=86_400)?,
                grace: from.seconds(list::STALE_GRACE_SECS, 0..=86_400)?,
            },
            // 0 keeps everything: nothing is deleted unless someone asks for it.
            session_retention: (retention > 0).then(|| Duration::from_secs(DAY_SECS * retention)),
            presence_retention_days: u16::try_from(presence_days).unwrap_or(u16::MAX),
        })
    }

    /// Returns the folder of the store.
    pub(crate) fn folder(&self) -> &Path {
        match self.path.parent() {
            Some(folder) if !folder.as_os_str().is_empty() => folder,
            _ => Path::new("."),
        }
    }
}
