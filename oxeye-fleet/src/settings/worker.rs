//! Where a worker is. The value says how it is reached, such as `unix:/run/oxeye/fleet.sock`.

use std::path::{Path, PathBuf};

use oxeye_process::config::{ConfigError, Setting, Sources};

use super::list;

/// Reads the worker of the fleet; `None` if the fleet holds the engine itself.
pub(super) fn of_fleet(from: &Sources) -> Result<Option<PathBuf>, ConfigError> {
    socket(from, list::FLEET_WORKERS)
}

/// Reads where a worker listens.
pub(super) fn listen(from: &Sources, data: &Path) -> Result<PathBuf, ConfigError> {
    let socket = socket(from, list::FLEET_WORKER_LISTEN)?;
    Ok(socket.unwrap_or_else(|| data.join("worker.sock")))
}

fn socket(from: &Sources, setting: Setting) -> Result<Option<PathBuf>, ConfigError> {
    let expected = "one Unix socket such as unix:/run/oxeye/fleet.sock";
    from.optional(setting, expected, parse)
}

fn parse(text: &str) -> Option<PathBuf> {
    let path = text.strip_prefix("unix:")?;
    let is_one_path = !path.is_empty() && !path.contains([',', ' ']) && !path.starts_with("//");
    is_one_path.then(|| PathBuf::from(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&str>) {
        assert_eq!(parse(text), expected.map(PathBuf::from), "{text}");
    }

    #[test]
    fn a_worker_is_named_by_the_path_of_its_socket() {
        check("unix:/run/oxeye/fleet.sock", Some("/run/oxeye/fleet.sock"));
        check("unix:worker.sock", Some("worker.sock"));
        for text in [
            "",
            "unix:",
            "/run/oxeye/fleet.sock",
            "unix:///run/oxeye/fleet.sock",
            "unix:/a.sock,unix:/b.sock",
            "tcp:127.0.0.1:7000",
        ] {
            check(text, None);
        }
    }
}
