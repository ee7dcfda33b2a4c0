//! `oxeye-agent parse FILE...`: prints the events in logs as JSON lines.
//!
//! A server behind a proxy is printed only with a join. A player who moves from one such server to
//! another neither joins nor leaves, so nothing is printed.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use flate2::bufread::MultiGzDecoder;
use oxeye_plugin_proto::{PlayerName, ServerName};
use serde::Serialize;
use uuid::Uuid;

use crate::game_event::{Activity, GameEvent, Participant};
use crate::log::lines::Lines;
use crate::log::{Concern, LogEvent, LogOptions, LogReader};

/// Bytes read per call.
const CHUNK_BYTES: usize = 64 * 1024;

/// Bytes at the beginning of a log that show whether it is UTF-16.
const MARK_BYTES: usize = 2;

/// A printed line. The keys are printed in the order of the fields.
#[derive(Debug, Serialize)]
struct Printed<'a> {
    event: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    player: Option<&'a PlayerName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uuid: Option<Uuid>,
    #[serde(skip_serializing_if = "Option::is_none")]
    server: Option<&'a ServerName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cause: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    killer: Option<&'a PlayerName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    victim: Option<&'a PlayerName>,
    #[serde(skip_serializing_if = "Option::is_none")]
    kind: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<&'a str>,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
}

/// Prints the events in the files, which may be compressed with gzip. `-` is standard input. A file
/// that cannot be read does not stop the others.
///
/// # Errors
///
/// When files could not be read to the end; the error names all of them.
pub(crate) fn run(files: &[PathBuf], options: &LogOptions) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failures = Vec::new();
    for path in files {
        let name = path.to_string_lossy();
        let file = (files.len() > 1).then_some(&*name);
        match parse_file(path, options, file, &mut out) {
            Ok(concerns) => {
                for concern in concerns {
                    tracing::warn!("{}", concern.in_words(display_name(&name)));
                }
            }
            // The reader of our output has seen enough.
            Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => {
                return Ok(());
            }
            Err(Failure::Output(error)) => {
                return Err(error).context("the events cannot be written");
            }
            Err(Failure::Input(error)) => failures.push(Unreadable {
                file: name.into_owned(),
                error,
            }),
        }
    }
    match out.flush() {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            return Err(error).context("the events cannot be written");
        }
        _ => {}
    }
    anyhow::ensure!(failures.is_empty(), "{}", sentences(&failures));
    Ok(())
}

fn display_name(name: &str) -> &str {
    if name == "-" { "standard input" } else { name }
}

struct Unreadable {
    file: String,
    error: io::Error,
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.error.kind() == io::ErrorKind::IsADirectory {
            return write!(f, "{} is a directory, not a log", self.file);
        }
        write!(f, "{} cannot be read: {}", self.file, self.error)
    }
}

fn sentences(failures: &[Unreadable]) -> String {
    failures
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Why a log was not read or its events were not printed.
#[derive(Debug)]
pub enum Failure {
    /// The log cannot be read to the end.
    Input(io::Error),
    /// The events cannot be written.
    Output(io::Error),
}

fn parse_file(
    path: &Path,
    options: &LogOptions,
    file: Option<&str>,
    out: &mut impl Write,
) -> Result<Vec<Concern>, Failure> {
    if path.as_os_str() == "-" {
        return print_events(io::stdin().lock(), options, file, out);
    }
    let opened = File::open(path).map_err(Failure::Input)?;
    let input = BufReader::with_capacity(CHUNK_BYTES, opened);
    print_events(input, options, file, out)
}

/// Prints the events in a log, which may be compressed with gzip; with the key `file`, if `file` is
/// given. Returns what an operator should know about the log: why none of its lines is understood, or
/// what it does not record.
///
/// # Errors
///
/// When the log cannot be read or the events cannot be written.
pub fn print_events(
    mut input: impl BufRead,
    options: &LogOptions,
    file: Option<&str>,
    out: &mut impl Write,
) -> Result<Vec<Concern>, Failure> {
    // Gzip is recognised by its magic number, whatever the file is called.
    let is_compressed = input
        .fill_buf()
        .map_err(Failure::Input)?
        .starts_with(&[0x1f, 0x8b]);
    if is_compressed {
        read_to_end(MultiGzDecoder::new(input), options, file, out)
    } else {
        read_to_end(input, options, file, out)
    }
}

fn read_to_end(
    mut input: impl Read,
    options: &LogOptions,
    file: Option<&str>,
    out: &mut impl Write,
) -> Result<Vec<Concern>, Failure> {
    let mut reader = LogReader::new(options.clone());
    let mut lines = Lines::new();
    let mut written = Ok(());
    let mut number = 0;
    let mut beginning = Vec::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        let read = input.read(&mut chunk);
        if let Ok(length) = read {
            reader.look_ahead(&chunk[..length], lines.unfinished_bytes() > 0);
        }
        let mut each = |line: &[u8]| {
            number += 1;
            if let (Ok(()), Some(event)) = (&written, reader.read_line(line)) {
                let kill = kill(&event, options);
                let mut events = [Some(event), kill].into_iter().flatten();
                written = events.try_for_each(|event| print(&event, number, file, out));
            }
        };
        match read {
            Ok(0) => {
                lines.finish(each);
                let concerns = concerns(&reader, number, &beginning);
                return written.map(|()| concerns).map_err(Failure::Output);
            }
            Ok(length) => {
                // A pipe may deliver the first byte alone.
                beginning.extend(chunk[..length].iter().take(MARK_BYTES - beginning.len()));
                lines.feed(&chunk[..length], &mut each);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::Input(error)),
        }
        // Someone who follows a growing log wants to see each event at once.
        written
            .and_then(|()| out.flush())
            .map_err(Failure::Output)?;
        written = Ok(());
    }
}

fn concerns(reader: &LogReader, lines: u64, beginning: &[u8]) -> Vec<Concern> {
    match Concern::not_understood(reader, beginning) {
        Some(_) if lines == 0 => Vec::new(),
        Some(why) => vec![why],
        None => Concern::left_out(reader),
    }
}

/// Returns the kill that the event is as well, as `run` sends it.
fn kill(event: &LogEvent, options: &LogOptions) -> Option<LogEvent> {
    let GameEvent::Activity(activity) = &event.what else {
        return None;
    };
    let kill = activity.kill().filter(|_| options.activity.kinds.kill)?;
    Some(LogEvent {
        what: GameEvent::Activity(kill),
        time: event.time.clone(),
    })
}

fn print(event: &LogEvent, line: u64, file: Option<&str>, out: &mut impl Write) -> io::Result<()> {
    let mut printed = Printed {
        event: "",
        player: None,
        uuid: None,
        server: None,
        cause: None,
        killer: None,
        victim: None,
        kind: None,
        title: None,
        time: event.time.as_ref().map(|time| time.text.as_str()),
        line,
        file,
    };
    match &event.what {
        GameEvent::Join {
            player,
            uuid,
            server,
        } => {
            printed.event = "join";
            printed.player = Some(player);
            printed.uuid = *uuid;
            printed.server = server.as_ref();
        }
        GameEvent::Leave { player } => {
            printed.event = "leave";
            printed.player = Some(player);
        }
        GameEvent::Switch { .. } => return Ok(()),
        GameEvent::Boot => printed.event = "boot",
        GameEvent::Start => printed.event = "start",
        GameEvent::Stop => printed.event = "stop",
        GameEvent::Crash => printed.event = "crash",
        GameEvent::Activity(activity) => printed.describe(activity),
    }
    serde_json::to_writer(&mut *out, &printed)?;
    out.write_all(b"\n")
}

impl<'a> Printed<'a> {
    fn describe(&mut self, activity: &'a Activity) {
        let name = |participant: &'a Participant| &participant.player;
        let (event, player) = match activity {
            Activity::Death {
                player,
                cause,
                killer,
            } => {
                self.cause = *cause;
                self.killer = killer.as_ref().map(name);
                ("death", player)
            }
            Activity::Kill { player, victim } => {
                self.victim = victim.as_ref().map(name);
                ("kill", player)
            }
            Activity::Advancement {
                player,
                kind,
                title,
            } => {
                self.kind = Some(kind.name());
                self.title = title.as_deref();
                ("advancement", player)
            }
            Activity::Chat { player } => ("chat", player),
            // The code itself is a secret.
            Activity::MemberCode { player, .. } => ("member_code", player),
        };
        self.event = event;
        self.player = Some(name(player));
        self.uuid = player.uuid;
    }
}

#[cfg(test)]
mod tests;
