//! `oxeye-agent parse FILE...`: prints what is read from logs, as JSON lines.
//!
//! Servers behind a proxy are printed with a join only: that somebody goes from one to another is
//! neither a join nor a leave.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::Context;
use flate2::bufread::MultiGzDecoder;
use oxeye_plugin_proto::{PlayerName, ServerName};
use serde::Serialize;
use uuid::Uuid;

use crate::happening::Happening;
use crate::log::lines::Lines;
use crate::log::{Concern, LogEvent, LogOptions, LogReader};

/// How much is read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// By so many bytes a text in UTF-16 is known.
const MARK_BYTES: usize = 2;

/// One line of what is printed; the order of the fields is the order of the keys.
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
    time: Option<&'a str>,
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a str>,
}

/// Reads the files, plain or packed with gzip, `-` for standard input, and prints what happened.
/// One that cannot be read does not keep the others from being read.
///
/// # Errors
///
/// Names the files that could not be read, or not to their end.
pub fn run(files: &[PathBuf], options: &LogOptions) -> anyhow::Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    let mut failures = Vec::new();
    for path in files {
        let name = path.to_string_lossy();
        let file = (files.len() > 1).then_some(&*name);
        match parse_file(path, options, file, &mut out) {
            Ok(concerns) => {
                for concern in concerns {
                    tracing::warn!("{}", concern.in_words(in_a_sentence(&name)));
                }
            }
            // Whoever read this has read enough.
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

fn in_a_sentence(name: &str) -> &str {
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

/// Why a log was not read, or its events not printed.
#[derive(Debug)]
pub enum Failure {
    /// The log cannot be read, or not to its end.
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

/// Reads one log, plain or packed with gzip, and prints what happened; with the key `file`, if that
/// is given. The answer is what somebody should know of the log; if it has lines and none is
/// understood, that is why.
///
/// # Errors
///
/// The log cannot be read, or the events cannot be written.
pub fn print_events(
    mut input: impl BufRead,
    options: &LogOptions,
    file: Option<&str>,
    out: &mut impl Write,
) -> Result<Vec<Concern>, Failure> {
    // The mark of gzip, whatever the name of the file is.
    let packed = input
        .fill_buf()
        .map_err(Failure::Input)?
        .starts_with(&[0x1f, 0x8b]);
    if packed {
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
        let mut each = |line: &[u8]| {
            number += 1;
            if let (Ok(()), Some(event)) = (&written, reader.read_line(line)) {
                written = print(&event, number, file, out);
            }
        };
        match read {
            Ok(0) => {
                lines.finish(each);
                let concerns = concerns(&reader, number, &beginning);
                return written.map(|()| concerns).map_err(Failure::Output);
            }
            Ok(length) => {
                // A pipe may give the first byte alone.
                beginning.extend(chunk[..length].iter().take(MARK_BYTES - beginning.len()));
                lines.feed(&chunk[..length], &mut each);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(Failure::Input(error)),
        }
        // Whoever reads a log as it is written wants to see now what has happened.
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

fn print(event: &LogEvent, line: u64, file: Option<&str>, out: &mut impl Write) -> io::Result<()> {
    let mut printed = Printed {
        event: "",
        player: None,
        uuid: None,
        server: None,
        time: event.time.as_ref().map(|time| time.text.as_str()),
        line,
        file,
    };
    match &event.what {
        Happening::Join {
            player,
            uuid,
            server,
        } => {
            printed.event = "join";
            printed.player = Some(player);
            printed.uuid = *uuid;
            printed.server = server.as_ref();
        }
        Happening::Leave { player } => {
            printed.event = "leave";
            printed.player = Some(player);
        }
        Happening::Switch { .. } => return Ok(()),
        Happening::Boot => printed.event = "boot",
        Happening::Start => printed.event = "start",
        Happening::Stop => printed.event = "stop",
        Happening::Crash => printed.event = "crash",
    }
    serde_json::to_writer(&mut *out, &printed)?;
    out.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Family;

    fn printed(log: &str, file: Option<&str>) -> String {
        let mut out = Vec::new();
        let understood = print_events(log.as_bytes(), &LogOptions::default(), file, &mut out);
        assert_eq!(understood.unwrap(), []);
        String::from_utf8(out).unwrap()
    }

    #[track_caller]
    fn check_understood(log: &[u8], expected: Option<Concern>) {
        let mut out = Vec::new();
        let why = print_events(log, &LogOptions::default(), None, &mut out);
        assert_eq!(why.unwrap(), Vec::from_iter(expected));
    }

    #[test]
    fn what_is_no_log_is_told_from_one_in_which_nothing_happened() {
        check_understood(
            b"Dear diary,\nAlex joined the game\n",
            Some(Concern::Foreign),
        );
        check_understood(b"[12:00:00] [Server thread/INFO]: <Alex> hi\n", None);
        check_understood(b"", None);
    }

    #[test]
    fn a_log_of_which_events_are_printed_is_understood() {
        check_understood(
            b"[12:00:00 INFO]: Alex joined the game\n[12:01:00 INFO]: Alex left the game\n",
            None,
        );
    }

    #[track_caller]
    fn check_named(family: Family, log: &str, expected: Option<Concern>) {
        let options = LogOptions {
            family: Some(family),
            ..LogOptions::default()
        };
        let concerns = print_events(log.as_bytes(), &options, None, &mut Vec::new());
        assert_eq!(concerns.unwrap(), Vec::from_iter(expected));
    }

    #[test]
    fn a_family_that_is_named_wrongly_is_not_silent() {
        let java = "[12:00:00] [Server thread/INFO]: <Alex> hi\n\
            [12:00:00] [Server thread/INFO]: UUID of player Fern is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c\n\
            [12:00:00] [Server thread/INFO]: Fern[/192.0.2.7:5] logged in with entity id 7\n";
        check_named(Family::Java, java, None);
        for named in [Family::Bedrock, Family::Velocity, Family::Pocketmine] {
            let looks_like = Some(Family::Java);
            check_named(
                named,
                java,
                Some(Concern::NotOfFamily { named, looks_like }),
            );
        }
        let named = Family::Bedrock;
        let looks_like = None;
        let foreign = "[12:00:00] [x/INFO]: Fern has come\n";
        check_named(
            named,
            foreign,
            Some(Concern::NotOfFamily { named, looks_like }),
        );
    }

    #[test]
    fn a_family_that_is_named_rightly_may_be_quiet() {
        check_named(
            Family::Java,
            "[12:00:00] [Server thread/INFO]: <Alex> hi\n",
            None,
        );
        check_named(Family::Velocity, "[12:00:00 INFO]: hello\n", None);
        check_named(
            Family::Bedrock,
            "[2024-04-01 21:46:33:199 INFO] hello\n",
            None,
        );
    }

    #[test]
    fn what_a_log_leaves_out_is_told() {
        let came = "[12:00:00 INFO]: [connected player] Fern (/192.0.2.7:5) has connected\n";
        let again = "[12:40:00 INFO]: [connected player] Fern (/192.0.2.7:6) has connected\n";
        let gone = "[12:50:00 INFO]: [connected player] Fern (/192.0.2.7:6) has disconnected\n";
        check_understood(came.as_bytes(), None);
        check_understood([came, again].concat().as_bytes(), Some(Concern::NoEnds));
        check_understood([came, again, gone].concat().as_bytes(), None);
        check_understood(b"[INFO] Fern joined the game\n", Some(Concern::NoTimes));
    }

    #[test]
    fn a_log_in_utf_16_is_told_from_that_of_another_server() {
        let log = "\u{feff}[12:00:00] [Server thread/INFO]: Alex joined the game\r\n";
        let units = || log.encode_utf16();
        let little: Vec<u8> = units().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = units().flat_map(u16::to_be_bytes).collect();

        check_understood(&little, Some(Concern::Utf16));
        check_understood(&big, Some(Concern::Utf16));
        check_understood(log.as_bytes(), None);
    }

    #[test]
    fn keys_have_their_order_and_what_is_not_known_is_left_out() {
        let log = "[12:00:00 INFO]: UUID of player Fern is 6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c\n\
                   [12:00:00 INFO]: Fern[/192.0.2.7:5] logged in with entity id 7\n\
                   [12:00:09 INFO]: Stopping server";
        assert_eq!(
            printed(log, Some("a.log")),
            "{\"event\":\"join\",\"player\":\"Fern\",\"uuid\":\"6f1c2a34-9b0d-4e57-8c11-2d3e4f5a6b7c\",\
             \"time\":\"12:00:00\",\"line\":2,\"file\":\"a.log\"}\n\
             {\"event\":\"stop\",\"time\":\"12:00:09\",\"line\":3,\"file\":\"a.log\"}\n"
        );
    }

    #[test]
    fn what_cannot_be_read_is_named_and_the_others_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty.log");
        std::fs::write(&empty, "").unwrap();
        let missing = folder.path().join("missing.log");
        let files = [folder.path().to_owned(), empty.clone(), missing];

        let error = run(&files, &LogOptions::default()).unwrap_err().to_string();

        let sentences: Vec<&str> = error.lines().collect();
        assert!(sentences[0].ends_with(" is a directory, not a log"));
        assert!(sentences[1].contains("missing.log cannot be read: "));
        assert!(run(&[empty], &LogOptions::default()).is_ok());
    }

    #[test]
    fn a_damaged_archive_is_read_as_far_as_it_goes() {
        let log = b"[12:00:09 INFO]: Stopping server\n";
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::none());
        packer.write_all(log).unwrap();
        let mut packed = packer.finish().unwrap();
        packed.truncate(packed.len() - 4);

        let mut out = Vec::new();
        let read = print_events(&packed[..], &LogOptions::default(), None, &mut out);

        assert!(matches!(read, Err(Failure::Input(_))) && out.starts_with(b"{\"event\":\"stop\""));
    }
}
