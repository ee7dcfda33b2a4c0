//! `oxeye-agent status`: what the running agent knows, and whether the backend knows the server.

use anyhow::Context;
use oxeye_plugin_proto::{Client, RetryPolicy, UnixSeconds};
use serde_json::json;

use super::say;
use crate::settings::Settings;
use crate::status::Status;

/// Prints it.
///
/// # Errors
///
/// When no agent runs, so that a script can ask.
pub fn run(settings: &Settings, as_json: bool, now: UnixSeconds) -> anyhow::Result<()> {
    let data_dir = &settings.data_dir;
    let status = Status::read(data_dir)
        .with_context(|| format!("cannot read the status file in {}", data_dir.display()))?;
    let running = status.filter(|status| status.is_fresh(now));
    let link = link(settings)?;
    if as_json {
        let status = running.as_ref().map(serde_json::to_value).transpose()?;
        say(&json!({ "running": status.is_some(), "backend": link, "agent": status }).to_string());
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

/// What the backend says of our key, in words.
fn link(settings: &Settings) -> anyhow::Result<String> {
    let Some(backend) = &settings.links.backend else {
        return Ok("not linked yet".to_owned());
    };
    let keys = settings.links.servers.values().map(|server| &server.key);
    let Some(key) = settings.links.key.iter().chain(keys).next() else {
        return Ok("not linked yet".to_owned());
    };
    let client = Client::with_key(backend, key.clone()).retrying(RetryPolicy::never());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    Ok(match runtime.block_on(client.status()) {
        Ok(true) => format!("linked at {backend}"),
        Ok(false) => format!("{backend} does not know this server's key any more"),
        Err(error) => error.to_string(),
    })
}

/// What is shown to people.
fn in_words(running: Option<&Status>, link: &str) -> String {
    let mut lines = vec![format!("Backend: {link}")];
    let Some(status) = running else {
        lines.push("Agent:   not running".to_owned());
        return lines.join("\n");
    };
    lines.push(format!("Agent:   running, process {}", status.pid));
    let source = status.source.as_deref().unwrap_or("none works");
    lines.push(format!("Source:  {source}"));
    for (source, why) in &status.failures {
        lines.push(format!("         not the {source}: {why}"));
    }
    let names: Vec<_> = status.online.iter().map(ToString::to_string).collect();
    lines.push(match (status.count, names.len()) {
        (Some(count), _) => format!("Online:  {count}; the source does not tell who"),
        (None, 0) => "Online:  nobody".to_owned(),
        (None, online) => format!("Online:  {online}: {}", names.join(", ")),
    });
    if status.waiting > 0 {
        lines.push(format!(
            "Waiting: {} events that the backend has not taken yet",
            status.waiting
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_see_is_a_few_lines() {
        let status = Status {
            written_at: UnixSeconds(100),
            pid: 7,
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
        };

        assert_eq!(
            in_words(Some(&status), "linked at http://127.0.0.1:3000"),
            "Backend: linked at http://127.0.0.1:3000\n\
             Agent:   running, process 7\n\
             Source:  log\n\
             \x20        not the management protocol: nothing listens\n\
             Online:  2: Alex, jeb_\n\
             Waiting: 3 events that the backend has not taken yet"
        );
    }

    #[test]
    fn an_agent_that_does_not_run_is_told() {
        assert_eq!(
            in_words(None, "not linked yet"),
            "Backend: not linked yet\nAgent:   not running"
        );
    }
}
