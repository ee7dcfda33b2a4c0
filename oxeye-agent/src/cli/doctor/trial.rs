//! Tries each source once.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use oxeye_plugin_proto::UnixSeconds;
use oxeye_probe::{Listing, Query, Rcon, ping};

use crate::follow::{FollowError, Follower, LogFileSettings};
use crate::log::{Concern, LogReader};
use crate::settings::{LogFrom, Settings};
use crate::source::{Management, everyone};
use crate::source_update::SourceKind;

/// The outcome of trying a source.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It works.
    Works {
        /// What it reported.
        what: String,
        /// Whether it names everyone who is online.
        names_everyone: bool,
    },
    /// It does not work, for this reason.
    Fails(String),
    /// Its address is not known.
    NotTried,
}

/// A source and the outcome of trying it.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) kind: SourceKind,
    pub(super) outcome: Outcome,
}

impl Trial {
    pub(super) fn works(&self) -> bool {
        matches!(self.outcome, Outcome::Works { .. })
    }

    pub(super) fn names_everyone(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::Works {
                names_everyone: true,
                ..
            }
        )
    }
}

/// Tries all sources, best first.
pub(super) async fn all(settings: &Settings, now: UnixSeconds) -> Vec<Trial> {
    let mut trials = Vec::new();
    for kind in SourceKind::ALL {
        let outcome = match kind {
            SourceKind::Management => management(settings).await,
            SourceKind::Log => log(settings, now),
            SourceKind::Rcon => rcon(settings).await,
            SourceKind::Query => query(settings).await,
            SourceKind::Ping => ping_once(settings).await,
        };
        trials.push(Trial { kind, outcome });
    }
    trials
}

async fn management(settings: &Settings) -> Outcome {
    let Some(management) = &settings.management else {
        return Outcome::NotTried;
    };
    match Management::connect(management).await {
        Ok((_connection, roster)) => {
            let version = roster
                .version
                .map_or(String::new(), |version| format!("Minecraft {version}, "));
            let online = roster.players.len();
            works(&format!("{version}{online} online"), true)
        }
        Err(error) => fails(&error),
    }
}

pub(super) fn log(settings: &Settings, now: UnixSeconds) -> Outcome {
    let path = match &settings.log {
        None => return Outcome::NotTried,
        Some(LogFrom::Input) => {
            return works("standard input is read when the agent runs", false);
        }
        Some(LogFrom::File(path)) => path.clone(),
    };
    let shown = path.display().to_string();
    let file = LogFileSettings {
        path: path.clone(),
        options: settings.log_options.clone(),
        time_zone: settings.time_zone,
    };
    match Follower::open(file, None, now) {
        Err(error) => Outcome::Fails(error.to_string()),
        Ok((follower, _)) if !follower.reading().reader().is_understood() => {
            Outcome::Fails(why_nothing(&path, follower.reading().reader()))
        }
        Ok((follower, _)) => {
            let log = follower.reading();
            let family = log
                .reader()
                .family()
                .map_or(String::new(), |family| format!(" ({family})"));
            let online = log.roster().len();
            let names_everyone = log.knows_everyone() && !log.reader().hides_joins();
            let reach = if log.reader().knows_everyone() {
                format!("read back to the last start, {online} online")
            } else {
                let archives = why_no_archives(&path);
                format!(
                    "it does not reach back to the last start{archives}, so others may be online too; {online} seen online"
                )
            };
            let mut what = format!("{shown}{family}, {reach}");
            for concern in Concern::left_out(log.reader()) {
                what = format!("{what}. {}", concern.in_words("The log"));
            }
            works(&what, names_everyone)
        }
    }
}

/// Explains why there are no older logs, if their folder cannot be listed.
fn why_no_archives(log: &Path) -> String {
    let folder = match log.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match std::fs::read_dir(folder) {
        Ok(_) => String::new(),
        Err(error) => format!(" and the older ones beside it cannot be listed ({error})"),
    }
}

/// Returns why nothing can be read from a log yet although its follower reports no error.
fn why_nothing(path: &Path, reader: &LogReader) -> String {
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(2).read_to_end(&mut beginning));
    let shown = path.display().to_string();
    match read {
        // The follower has reported every other reason why a log cannot be opened.
        Err(_) => FollowError::Missing { path: path.into() }.to_string(),
        Ok(0) => format!("{shown} is empty; it is read as soon as the server writes to it"),
        Ok(_) => Concern::not_understood(reader, &beginning)
            .unwrap_or(Concern::Foreign)
            .in_words(&shown),
    }
}

async fn rcon(settings: &Settings) -> Outcome {
    let Some(rcon) = &settings.rcon else {
        return Outcome::NotTried;
    };
    let listing = async { Rcon::connect(rcon).await?.list().await };
    match listing.await {
        Ok(listing) => listed(&listing, ""),
        Err(error) => fails(&error),
    }
}

async fn query(settings: &Settings) -> Outcome {
    let Some(address) = &settings.query else {
        return Outcome::NotTried;
    };
    let answer = async { Query::connect(address).await?.status().await };
    match answer.await {
        Ok(answer) => listed(&answer.listing, &answer.version),
        Err(error) => fails(&error),
    }
}

async fn ping_once(settings: &Settings) -> Outcome {
    let Some(address) = settings.ping.as_ref().filter(|_| settings.ping_is_source) else {
        return Outcome::NotTried;
    };
    match ping(address).await {
        Ok(answer) => listed(&answer.listing, &answer.version),
        Err(error) => fails(&error),
    }
}

fn listed(listing: &Listing, version: &str) -> Outcome {
    let version = if version.is_empty() {
        String::new()
    } else {
        format!("{version}, ")
    };
    let online = listing.count();
    match everyone(listing) {
        Some(_) => works(&format!("{version}{online} online"), true),
        None => works(
            &format!("{version}{online} online, but not all of them are named"),
            false,
        ),
    }
}

fn works(what: &str, names_everyone: bool) -> Outcome {
    let what = what.to_owned();
    Outcome::Works {
        what,
        names_everyone,
    }
}

fn fails(error: &impl ToString) -> Outcome {
    Outcome::Fails(error.to_string())
}
