//! `oxeye-agent doctor`: tries every source and prints which ones work, what each offers, and which
//! lines of `server.properties` would add more. It also asks whether the backend knows the linked
//! servers.

mod advice;
mod delivery;
mod trial;

use oxeye_plugin_proto::UnixSeconds;

use self::delivery::Delivery;
use self::trial::{Outcome, Trial};
use super::say;
use crate::settings::Settings;
use crate::source_update::SourceKind;

/// Prints the findings.
///
/// # Errors
///
/// When no source works or the backend would not accept reports, so that scripts can tell.
pub(crate) fn run(settings: &Settings, now: UnixSeconds) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let trials = runtime.block_on(trial::all(settings, now));
    let delivery = runtime.block_on(Delivery::check(&settings.links));
    say(&in_words(settings, &trials, &delivery));
    anyhow::ensure!(
        trials.iter().any(Trial::works),
        "no source works, so nothing can be reported"
    );
    delivery.verdict()
}

fn in_words(settings: &Settings, trials: &[Trial], delivery: &Delivery) -> String {
    let mut lines = vec![folder_in_words(settings)];
    lines.extend(settings.found.complaints.iter().cloned());
    for trial in trials {
        lines.push(String::new());
        lines.extend(one_in_words(settings, trial));
    }
    lines.push(String::new());
    lines.extend(delivery.in_words());
    lines.push(match best(trials) {
        Some(kind) => format!("`oxeye-agent run` would use the {kind}."),
        None => "`oxeye-agent run` would have no source to use.".to_owned(),
    });
    lines.join("\n")
}

/// Says whether the server's folder and its `server.properties` were found. The complaints say why an
/// existing file was not read.
fn folder_in_words(settings: &Settings) -> String {
    let folder = settings.server_dir.display();
    if settings.found.properties.is_some() {
        return format!("The server's folder is {folder}; its server.properties was read.");
    }
    match settings.server_dir.join("server.properties").try_exists() {
        Ok(true) => {
            format!("The server's folder is {folder}; its server.properties was not read.")
        }
        Ok(false) => format!(
            "There is no server.properties in {folder}; --server-dir names the server's folder."
        ),
        Err(error) => format!("The server's folder {folder} cannot be read: {error}."),
    }
}

fn one_in_words(settings: &Settings, trial: &Trial) -> Vec<String> {
    let kind = trial.kind;
    let (sign, sentence) = match &trial.outcome {
        Outcome::Works { what, .. } => ("works", what.clone()),
        Outcome::Fails(why) => ("fails", why.clone()),
        Outcome::NotTried => ("not tried", advice::why_not_tried(kind, settings)),
    };
    let mut lines = vec![
        // Not a separate sentence, because it may begin with a path or an address.
        format!("{kind}: {sign}; {}.", sentence.trim_end_matches('.')),
        format!("    offers: {}", advice::offers(kind)),
    ];
    if let Some(properties) = advice::properties(kind, settings, trial) {
        lines.push("    in server.properties, then restart the server:".to_owned());
        let indented = properties.iter().map(|line| format!("        {line}"));
        lines.extend(indented);
    }
    lines
}

/// Returns the source that `run` would use.
fn best(trials: &[Trial]) -> Option<SourceKind> {
    let with_names = trials.iter().find(|trial| trial.names_everyone());
    let any = || trials.iter().find(|trial| trial.works());
    with_names.or_else(any).map(|trial| trial.kind)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::settings::{Given, Setting};

    /// Returns the settings of an agent that is given only the server's folder.
    fn settings(server_dir: &Path) -> Settings {
        let flags = ["server_dir", "data_dir"].map(|name| {
            let setting = Setting::named(name).expect("a setting");
            (setting, server_dir.display().to_string())
        });
        let given = Given::gather(flags, None, []).expect("flags");
        Settings::check(&given).expect("settings")
    }

    /// Returns the text before the sources, with the folder's path replaced by `DIR`.
    fn introduction(server_dir: &Path) -> String {
        let path = server_dir.display().to_string();
        in_words(&settings(server_dir), &[], &Delivery::NotLinked).replace(&path, "DIR")
    }

    #[test]
    fn an_unreadable_file_is_not_reported_as_missing() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("server.properties");
        let said = introduction(folder.path());
        assert!(
            said.starts_with("There is no server.properties in DIR;"),
            "{said}"
        );

        fs::create_dir(&file).expect("something that cannot be read");
        let said = introduction(folder.path());
        let why = "its server.properties was not read.\nDIR/server.properties cannot be read: ";
        assert!(said.contains(why), "{said}");

        fs::remove_dir(&file).expect("removed");
        fs::write(&file, "server-port=25565\n").expect("written");
        let said = introduction(folder.path());
        assert!(
            said.starts_with("The server's folder is DIR; its server.properties was read."),
            "{said}"
        );
    }

    #[test]
    fn the_reason_why_a_log_is_of_no_use_is_shown() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::write(folder.path().join("server.properties"), "").expect("written");
        let log = folder.path().join("logs/latest.log");
        fs::create_dir(folder.path().join("logs")).expect("a folder");
        let check = |words: &str| {
            let said = match trial::log(&settings(folder.path()), UnixSeconds(1)) {
                Outcome::Fails(why) => why,
                other => panic!("{other:?}"),
            };
            assert!(said.contains(words), "{words:?} in: {said}");
        };

        check("there is no log file at ");
        fs::write(&log, "").expect("written");
        check(" is empty; ");
        fs::write(&log, "Dear diary\n").expect("written");
        check("no line of ");
        fs::write(&log, b"\xff\xfe[\x001\x00\n\x00").expect("written");
        check(" is in UTF-16");
    }

    /// Tries a log with this text, with `--family` if one is given.
    fn try_log(log: &str, family: Option<&str>) -> Outcome {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("logs")).expect("a folder");
        fs::write(folder.path().join("logs/latest.log"), log).expect("written");
        let mut settings = settings(folder.path());
        settings.log_options.family = family.map(|family| family.parse().expect("a family"));
        trial::log(&settings, UnixSeconds(1))
    }

    #[test]
    fn a_log_works_if_events_can_be_parsed_from_it() {
        let log = "[10:00:05 INFO]: Fern joined the game\n";
        match try_log(log, None) {
            Outcome::Works {
                what,
                names_everyone,
            } => {
                assert!(what.contains("1 seen online") && !names_everyone)
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_log_fails_under_the_name_of_another_family() {
        let log = "[12:00:00] [User Authenticator #1/INFO]: UUID of player Fern is \
                   6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c\n";
        match try_log(log, Some("bedrock")) {
            Outcome::Fails(why) => assert!(
                why.ends_with(
                    "shows a bedrock log; it looks like a java log, which is recognised without --family"
                ),
                "{why}"
            ),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn the_doctor_says_what_a_log_lacks() {
        let boot = "[10:00:00 INFO]: Booting up Velocity 3.4.0...\n";
        let came = |port| {
            format!("[10:00:05 INFO]: [connected player] Fern (/192.0.2.7:{port}) has connected\n")
        };
        for (log, words) in [
            (
                boot.to_owned() + &came(1) + &came(2),
                "The log records no disconnects",
            ),
            (
                "[INFO] Fern joined the game\n".to_owned(),
                "The log has no times",
            ),
        ] {
            match try_log(&log, None) {
                Outcome::Works {
                    what,
                    names_everyone,
                } => {
                    assert!(what.contains(words) && !names_everyone, "{what}");
                    let has_start = log.contains("Booting");
                    assert_eq!(
                        what.contains("read back to the last start"),
                        has_start,
                        "{what}"
                    );
                }
                other => panic!("{other:?}"),
            }
        }
    }

    #[test]
    fn the_doctor_names_joins_behind_a_sign_that_is_not_understood() {
        let hidden = "[10:00:05] [Server thread/INFO]: ★ Fern joined the game\n\
                      [10:09:05] [Server thread/INFO]: [VIP] ★ Fern left the game\n";
        let boot = "[10:00:00] [Server thread/INFO]: Starting minecraft server version 1.21\n";
        let words = "other words or signs stand before the players' names";
        match try_log(hidden, None) {
            Outcome::Fails(why) => assert!(why.contains(words), "{why}"),
            other => panic!("{other:?}"),
        }
        match try_log(&(boot.to_owned() + hidden), None) {
            Outcome::Works {
                what,
                names_everyone,
            } => assert!(what.contains(words) && !names_everyone, "{what}"),
            other => panic!("{other:?}"),
        }
        let login =
            "[10:00:05] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7\n";
        match try_log(&(boot.to_owned() + hidden + login), None) {
            Outcome::Works { what, .. } => assert!(!what.contains(words), "{what}"),
            other => panic!("{other:?}"),
        }
    }
}
