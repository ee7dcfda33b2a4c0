//! `oxeye-agent status`: prints the state of the running agent and whether the backend knows the
//! server.

use std::fmt;

use anyhow::Context;
use chrono::DateTime;
use oxeye_plugin_proto::{GameServerState, UnixSeconds};
use serde_json::{Value, json};

use super::say;
use crate::links::KeyCheck;
use crate::settings::Settings;
use crate::status::Status;

/// Prints the status.
///
/// # Errors
///
/// When no agent is running, so that scripts can tell.
pub(crate) fn run(settings: &Settings, as_json: bool, now: UnixSeconds) -> anyhow::Result<()> {
    let data_dir = &settings.data_dir;
    let status = Status::read(data_dir)
        .with_context(|| format!("cannot read the status file in {}", data_dir.display()))?;
    let running = status.filter(|status| status.is_of_running(data_dir, now));
    let link = Link::ask(settings)?;
    if as_json {
        say(&in_json(running.as_ref(), &link).to_string());
    } else {
        say(&in_words(running.as_ref(), &link));
    }
    anyhow::ensure!(
        running.is_some(),
        "no agent is running with {}",
        data_dir.display()
    );
    Ok(())
}

/// Whether the backend knows our key.
enum Link {
    /// There is no key or no backend yet.
    None { backend: Option<String> },
    /// The backend knows it.
    Known { backend: String },
    /// The backend knows it, but cannot store reports now. `why` is its sentence about the reason.
    NotReady { backend: String, why: String },
    /// The backend no longer knows it.
    Unknown { backend: String },
    /// The backend did not answer. `why` is the reason.
    NoAnswer { backend: String, why: String },
}

impl Link {
    fn ask(settings: &Settings) -> anyhow::Result<Self> {
        let keys = settings.links.servers.values().map(|server| &server.key);
        let key = settings.links.key.iter().chain(keys).next();
        let (backend, key) = match (settings.links.backend.clone(), key) {
            (Some(backend), Some(key)) => (backend, key),
            (backend, _) => return Ok(Self::None { backend }),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        Ok(match runtime.block_on(KeyCheck::ask(&backend, key)) {
            KeyCheck::Known => Self::Known { backend },
            KeyCheck::NotReady(why) => Self::NotReady { backend, why },
            KeyCheck::Unknown => Self::Unknown { backend },
            KeyCheck::NoAnswer(why) => Self::NoAnswer { backend, why },
        })
    }

    /// Returns the backend's address, whether it knows the key, and what is wrong. Unknown values are
    /// `null` in the JSON.
    fn values(&self) -> (Option<&str>, Option<bool>, Option<&str>) {
        match self {
            Self::None { backend } => (backend.as_deref(), Some(false), None),
            Self::Known { backend } => (Some(backend), Some(true), None),
            Self::NotReady { backend, why } => (Some(backend), Some(true), Some(why)),
            Self::Unknown { backend } => (Some(backend), Some(false), None),
            Self::NoAnswer { backend, why } => (Some(backend), None, Some(why)),
        }
    }
}

impl fmt::Display for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::None { .. } => f.write_str("not linked yet"),
            Self::Known { backend } => write!(f, "linked at {backend}"),
            Self::NotReady { backend, why } => {
                write!(f, "linked at {backend}, which takes no reports now: {why}")
            }
            Self::Unknown { backend } => {
                write!(f, "{backend} no longer knows this server's key")
            }
            Self::NoAnswer { why, .. } => f.write_str(why),
        }
    }
}

/// Returns the output for programs.
fn in_json(running: Option<&Status>, link: &Link) -> Value {
    let (backend, linked, error) = link.values();
    json!({
        "running": running.is_some(),
        "backend": backend,
        "linked": linked,
        "error": error,
        "agent": running,
    })
}

/// Returns the output for people.
fn in_words(running: Option<&Status>, link: &Link) -> String {
    let mut lines = vec![format!("Backend: {link}")];
    let Some(status) = running else {
        lines.push("Agent:   not running".to_owned());
        return lines.join("\n");
    };
    lines.push(format!("Agent:   running, process {}", status.pid));
    lines.push(format!("Server:  {}", server(status)));
    lines.extend(about(status).map(|about| format!("About:   {about}")));
    let source = status.source.as_deref().unwrap_or("none is working");
    lines.push(format!("Source:  {source}"));
    for (source, why) in &status.failures {
        lines.push(format!("         not the {source}: {why}"));
    }
    let names: Vec<_> = status.online.iter().map(ToString::to_string).collect();
    lines.push(match (status.count, names.len()) {
        (Some(count), _) => format!("Online:  {count}; the source does not name them"),
        (None, 0) => "Online:  nobody".to_owned(),
        (None, online) => format!("Online:  {online}: {}", names.join(", ")),
    });
    let waiting = [
        several(status.waiting, "event"),
        several(status.waiting_activity, "activity event"),
    ];
    let waiting: Vec<_> = waiting.into_iter().flatten().collect();
    if !waiting.is_empty() {
        lines.push(format!(
            "Waiting: {} that the backend has not accepted yet",
            waiting.join(" and ")
        ));
    }
    lines.join("\n")
}

/// Returns the state of the game server and since when.
fn server(status: &Status) -> String {
    let Some(state) = status.server_state else {
        return "it is not known whether it runs".to_owned();
    };
    let state = match state {
        GameServerState::Up => "up",
        GameServerState::Starting => "starting",
        GameServerState::Down => "down",
    };
    let since = status
        .server_since_at
        .and_then(|since| DateTime::from_timestamp(since.0, 0));
    match since {
        Some(since) => format!("{state} since {}", since.format("%Y-%m-%d %H:%M:%S UTC")),
        None => state.to_owned(),
    }
}

/// Returns what is known about the kind of server, if anything.
fn about(status: &Status) -> Option<String> {
    let kind: Vec<_> = status.software.iter().chain(&status.version).collect();
    let kind: Vec<_> = kind.iter().map(ToString::to_string).collect();
    let most = status.max_players.map(|most| match most {
        1 => "at most 1 player".to_owned(),
        most => format!("at most {most} players"),
    });
    let parts = (!kind.is_empty()).then(|| kind.join(" "));
    let parts: Vec<_> = parts.into_iter().chain(most).collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// Returns the number with its noun, or `None` if there are none.
fn several(count: usize, noun: &str) -> Option<String> {
    match count {
        0 => None,
        1 => Some(format!("1 {noun}")),
        _ => Some(format!("{count} {noun}s")),
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::AboutText;

    use super::*;

    fn known() -> Link {
        let backend = "http://127.0.0.1:3000".to_owned();
        Link::Known { backend }
    }

    #[track_caller]
    fn check_json(link: &Link, backend: &Value, linked: &Value, error: &Value) {
        let said = in_json(None, link);
        let expected = json!({
            "running": false, "backend": backend, "linked": linked, "error": error, "agent": null,
        });
        assert_eq!(said, expected);
    }

    #[test]
    fn the_json_holds_values_and_no_sentence_except_for_an_error() {
        let backend = || "http://a".to_owned();
        let why = || "nobody there".to_owned();
        let address = json!("http://a");
        let unknown = Link::Unknown { backend: backend() };
        let no_answer = Link::NoAnswer {
            backend: backend(),
            why: why(),
        };

        let none = Link::None { backend: None };
        check_json(&none, &Value::Null, &json!(false), &Value::Null);
        let known_at = json!("http://127.0.0.1:3000");
        check_json(&known(), &known_at, &json!(true), &Value::Null);
        check_json(&unknown, &address, &json!(false), &Value::Null);
        check_json(&no_answer, &address, &Value::Null, &json!(why()));
    }

    #[test]
    fn people_see_the_state_in_a_few_lines() {
        let status = Status {
            written_at: UnixSeconds(100),
            pid: 7,
            server_state: Some(GameServerState::Up),
            server_since_at: Some(UnixSeconds(1_795_262_405)),
            software: AboutText::new("Paper"),
            version: AboutText::new("1.21.11"),
            max_players: Some(20),
            source: Some("log".to_owned()),
            count: None,
            failures: vec![(
                "management protocol".to_owned(),
                "nothing listens".to_owned(),
            )],
            online: vec![
                "Alex".parse().expect("a name"),
                "jeb_".parse().expect("a name"),
            ],
            waiting: 3,
            waiting_activity: 0,
        };

        assert_eq!(
            in_words(Some(&status), &known()),
            "Backend: linked at http://127.0.0.1:3000\n\
             Agent:   running, process 7\n\
             Server:  up since 2026-11-21 12:00:05 UTC\n\
             About:   Paper 1.21.11, at most 20 players\n\
             Source:  log\n\
             \x20        not the management protocol: nothing listens\n\
             Online:  2: Alex, jeb_\n\
             Waiting: 3 events that the backend has not accepted yet"
        );
    }

    #[test]
    fn people_see_how_many_events_of_which_kind_are_waiting() {
        #[track_caller]
        fn check(waiting: usize, waiting_activity: usize, expected: Option<&str>) {
            let status = Status {
                waiting,
                waiting_activity,
                ..Status::of_idle(UnixSeconds(100))
            };
            let said = in_words(Some(&status), &known());
            let line = said.lines().find(|line| line.starts_with("Waiting: "));
            let line =
                line.and_then(|line| line.strip_suffix(" that the backend has not accepted yet"));
            assert_eq!(line, expected);
            let json = in_json(Some(&status), &known());
            assert_eq!(json["agent"]["waiting_activity"], waiting_activity);
        }
        check(0, 0, None);
        check(1, 0, Some("Waiting: 1 event"));
        check(0, 1, Some("Waiting: 1 activity event"));
        check(2, 12, Some("Waiting: 2 events and 12 activity events"));
    }

    #[test]
    fn people_see_whether_the_server_runs() {
        #[track_caller]
        fn check(state: Option<GameServerState>, since: Option<i64>, expected: &str) {
            let status = Status {
                server_state: state,
                server_since_at: since.map(UnixSeconds),
                ..Status::of_idle(UnixSeconds(100))
            };
            assert_eq!(server(&status), expected);
        }
        let noon = Some(1_795_262_400);
        check(None, None, "it is not known whether it runs");
        check(Some(GameServerState::Up), None, "up");
        let starting = "starting since 2026-11-21 12:00:00 UTC";
        check(Some(GameServerState::Starting), noon, starting);
        let down = "down since 2026-11-21 12:00:00 UTC";
        check(Some(GameServerState::Down), noon, down);
    }

    #[test]
    fn people_see_that_no_agent_is_running() {
        assert_eq!(
            in_words(None, &Link::None { backend: None }),
            "Backend: not linked yet\nAgent:   not running"
        );
    }
}
