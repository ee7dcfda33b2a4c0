//! The settings of the log.

use oxeye_process::logging::{InvalidLogFilter, LogFilter, LogFormat};

use super::list;
use super::sources::{ConfigError, Sources};

/// Which lines are logged, and how they look.
#[derive(Debug, Clone)]
pub(crate) struct LogSettings {
    /// Text or JSON.
    pub(crate) format: LogFormat,
    /// The lines that are logged.
    pub(crate) filter: LogFilter,
}

impl LogSettings {
    pub(super) fn read(from: &Sources) -> Result<LogSettings, ConfigError> {
        Ok(LogSettings {
            format: from.log_format(list::LOG_FORMAT)?,
            filter: from.required(list::RUST_LOG, &InvalidLogFilter.to_string())?,
        })
    }
}
