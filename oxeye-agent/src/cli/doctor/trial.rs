//! Tries each source once.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use oxeye_plugin_proto::UnixSeconds;
use oxeye_probe::{Listing, Query, Rcon, ping};

use crate::follow::{FollowError, Follower, LogFileSettings};
use crate::log::{Concern, LogReader};
use crate::settings::{LogFrom, Settings};
use crate::source::{Management, everybody};
use crate::source_update::SourceKind;

/// The outcome of a try.
#[derive(Debug)]
pub(super) enum Outcome {
    /// It works; the sentence says what it reported.
    Works { what: String, everybody: bool },
    /// It does not work, for this reason.
    Fails(String),
    /// Its address is not known.
    NotTried,
}

/// One source.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) kind: SourceKind,
    pub(super) outcome: Outcome,
}

impl Trial {
    pub(super) fn works(&self) -> bool {
        matches!(self.outcome, Outcome::Works { .. })
    }

    pub(super) fn tells_everybody(&self) -> bool {
        matches!(
            self.outcome,
            Outcome::Works {
                everybody: true,
                ..
            }
        )
    }
}

/// Tries all, the best first.
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
        Ok((follower, _)) if !follower.is_understood() => {
            Outcome::Fails(why_nothing(&path, follower.reader()))
        }
        Ok((follower, _)) => {
            let family = follower
                .family()
                .map_or(String::new(), |family| format!(" ({family})"));
            let online = follower.roster().len();
            let everybody = follower.knows_everyone();
            let reach = if follower.reader().knows_everyone() {
                format!("read back to the last start, {online} online")
            } else {
                let archives = why_no_archives(&path);
                format!(
                    "the last start is not in it{archives}, so it is not known who else is on; {online} seen online"
                )
            };
            let mut what = format!("{shown}{family}, {reach}");
            for concern in Concern::left_out(follower.reader()) {
                what = format!("{what}. {}", concern.in_words("The log"));
            }
            works(&what, everybody)
        }
    }
}

/// Older logs beside this one may not be looked for.
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

/// Why nothing can be read from a log yet, though its follower has no error.
fn why_nothing(path: &Path, reader: &LogReader) -> String {
    let mut beginning = Vec::new();
    let read = File::open(path).and_then(|file| file.take(2).read_to_end(&mut beginning));
    let shown = path.display().to_string();
    match read {
        // The follower reports everything else that prevents it from being opened.
        Err(_) => FollowError::Missing { path: path.into() }.to_string(),
        Ok(0) => format!("{shown} is empty; it is read as soon as something is in it"),
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
    match everybody(listing) {
        Some(_) => works(&format!("{version}{online} online"), true),
        None => works(
            &format!("{version}{online} online, but not all of them by name"),
            false,
        ),
    }
}

fn works(what: &str, everybody: bool) -> Outcome {
    let what = what.to_owned();
    Outcome::Works { what, everybody }
}

fn fails(error: &impl ToString) -> Outcome {
    Outcome::Fails(error.to_string())
}
