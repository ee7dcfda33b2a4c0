//! How to tell that a server is ready, and who is on it.

use std::time::Duration;

use oxeye_process::config::{ConfigError, Sources};

use super::{either, list};

/// How to tell that a server is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReadyProbe {
    /// The server list ping of Minecraft is answered with a version and a maximum of players. Only such
    /// a server can be asked who is on.
    Ping,
    /// The port accepts connections.
    Tcp,
    /// A GET of this path is answered with a status under 400.
    Http(String),
    /// This much time has passed since the start.
    After(Duration),
}

pub(super) fn read(from: &Sources) -> Result<ReadyProbe, ConfigError> {
    let setting = either(from, list::FLEET_READY_PROBE, list::READY_PROBE);
    let expected = "ping, tcp, http:/path or after:5s";
    let probe = from.optional(setting, expected, parse)?;
    Ok(probe.unwrap_or(ReadyProbe::Ping))
}

fn parse(text: &str) -> Option<ReadyProbe> {
    match text {
        "ping" => return Some(ReadyProbe::Ping),
        "tcp" => return Some(ReadyProbe::Tcp),
        _ => {}
    }
    if let Some(path) = text.strip_prefix("http:") {
        let is_path = path.starts_with('/') && path.bytes().all(|byte| byte.is_ascii_graphic());
        return is_path.then(|| ReadyProbe::Http(path.to_owned()));
    }
    let seconds = text.strip_prefix("after:")?.strip_suffix('s')?;
    let seconds = seconds.parse().ok().filter(|seconds| *seconds <= 3_600)?;
    Some(ReadyProbe::After(Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Option<&ReadyProbe>) {
        assert_eq!(parse(text).as_ref(), expected, "{text}");
    }

    #[test]
    fn each_kind_of_probe_is_read() {
        check("ping", Some(&ReadyProbe::Ping));
        check("tcp", Some(&ReadyProbe::Tcp));
        check(
            "http:/ready?x=1",
            Some(&ReadyProbe::Http("/ready?x=1".to_owned())),
        );
        check("after:5s", Some(&ReadyProbe::After(Duration::from_secs(5))));
    }

    #[test]
    fn anything_else_is_refused() {
        for text in [
            "",
            "http:ready",
            "http:/a b",
            "after:5",
            "after:-1s",
            "after:999999s",
            "udp",
        ] {
            check(text, None);
        }
    }
}
