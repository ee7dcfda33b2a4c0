//! The settings of the log.

use oxeye_process::logging::{InvalidLogFilter, LogFilter, LogFormat};

use oxeye_process::config::{ConfigError, Sources};

use super::list;

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
            format: from.word(
                list::LOG_FORMAT,
                [("text", LogFormat::Text), ("json", LogFormat::Json)],
            )?,
            filter: from.required(list::RUST_LOG, &InvalidLogFilter.to_string())?,
        })
    }
}
