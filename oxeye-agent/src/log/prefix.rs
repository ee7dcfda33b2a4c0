//! Removes the prefixes that docker, journald or a hosting panel put before the server's own line.
//!
//! | prefix                                    | put there by                               |
//! |-------------------------------------------|--------------------------------------------|
//! | `mc-1  \| `                               | `docker compose logs`                      |
//! | `2026-11-20T10:49:20.5Z `                 | `docker logs -t`, `kubectl --timestamps`   |
//! | `2026-11-20T10:49:20.5Z stdout F `        | Kubernetes nodes, Podman                   |
//! | `[pod/mc-0/minecraft] `                   | `kubectl logs --prefix`                    |
//! | `Nov 20 10:49:20 host java[12]: `         | syslog; `journalctl`, in any language      |
//! | `2026-11-20T10:49:20+0100 host java: `    | `journalctl -o short-iso`                  |
//! | `Fri 2026-11-20 10:49:20 CET host java: ` | `journalctl -o short-full`                 |
//! | `container@host~ `                        | Pterodactyl and similar panels             |
//! | `[Server] `                               | MCDReforged                                |
//! | `> `, `$ `, `>....` and a carriage return | the prompt of a console                    |
//! | `NO LOG FILE! - `                         | Bedrock, before its first line             |

use oxeye_plugin_proto::UnixSeconds;
use regex::bytes::Regex;

use super::head::Head;
use super::regular::{self, Regular};
use super::stamp::{self, Stamp};

/// The most prefixes in a row: the name of a service, a time, a host and a prompt.
const MOST: usize = 4;
/// The longest name of a host or container in bytes.
const LONGEST_NAME: usize = 128;
/// The longest name of a month in bytes.
const LONGEST_MONTH: usize = 64;

/// Whether prefixes that a player could type are before every line.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Regulars {
    pub(super) journald: Regular,
    pub(super) compose: Regular,
}

/// A line without its prefixes.
pub(crate) struct Stripped<'a> {
    /// The server's own head. A line without one continues an earlier message.
    pub(crate) head: Option<Head<'a>>,
    /// The line without prefixes, with its head.
    pub(crate) line: &'a [u8],
    /// The time printed in the last prefix that has one.
    pub(crate) stamp: Option<Stamp<'a>>,
    /// The instant of that time, if it was printed with its time zone.
    pub(crate) instant: Option<UnixSeconds>,
    /// Whether there is a prefix that looks like that of journald. It is removed only if it is believed.
    looks_like_journald: bool,
    /// The same for docker compose.
    looks_like_compose: bool,
    regulars: Regulars,
}

impl Regulars {
    /// Returns the same for a reader that has read no line, and takes only the time from one.
    pub(super) fn for_time_alone(self) -> Self {
        Self {
            journald: self.journald.for_time_alone(),
            ..self
        }
    }

    /// Whether no line has shown whether a prefix is before every line.
    pub(super) fn are_unread(self) -> bool {
        self.journald.is_unread() || self.compose.is_unread()
    }

    /// Takes in a line.
    pub(super) fn note(&mut self, shown: &Shown) {
        self.journald.note(shown.journald);
        self.compose.note(shown.compose);
    }

    /// Takes in lines that are still to be read.
    pub(super) fn look_ahead(&mut self, lines: &[Shown]) {
        self.journald
            .look_ahead(lines.iter().map(|line| line.journald));
        self.compose
            .look_ahead(lines.iter().map(|line| line.compose));
    }
}

/// Which prefixes a line has; `None`: it says nothing about this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    journald: Option<bool>,
    compose: Option<bool>,
}

impl Shown {
    /// Looks at a line. `needs_head` says whether a line without a head cannot be the server's own.
    pub(super) fn by(line: &[u8], stripped: &Stripped<'_>, needs_head: bool) -> Self {
        let has_journald = stripped.looks_like_journald;
        let has_compose = stripped.looks_like_compose;
        // What journald has of systemd says nothing about a server that docker compose runs.
        let is_of_others = stripped.head.is_none() && (needs_head || has_journald);
        let is_of_compose = is_of_others || regular::is_of_compose(stripped.line);
        let is_decisive_for_journald = has_journald || !regular::is_of_journalctl(line);
        let is_decisive_for_compose = has_compose || !is_of_compose;
        Self {
            journald: is_decisive_for_journald.then_some(has_journald),
            compose: is_decisive_for_compose.then_some(has_compose),
        }
    }
}

/// Removes all prefixes. `own` matches the user's own prefix, and `regulars` says which of those that a player could
/// type are believed.
pub(super) fn strip<'a>(line: &'a [u8], own: Option<&Regex>, regulars: Regulars) -> Stripped<'a> {
    let mut stripped = Stripped {
        head: None,
        line: without_nuls(line),
        stamp: None,
        instant: None,
        looks_like_journald: false,
        looks_like_compose: false,
        regulars,
    };
    if let Some(own) = own
        .and_then(|own| own.find(stripped.line))
        .filter(|own| own.start() == 0)
    {
        stripped.line = &stripped.line[own.end()..];
    }
    for _ in 0..=MOST {
        stripped.head = Head::read(stripped.line);
        if stripped.head.is_some() {
            break;
        }
        let has_prefix = stripped.remove_prefix();
        if !has_prefix {
            break;
        }
    }
    stripped
}

impl Stripped<'_> {
    /// Removes a prefix and returns whether there was one.
    fn remove_prefix(&mut self) -> bool {
        let line = self.line;
        let rest = match line.first() {
            Some(b'>') => Some(after_prompt(line)),
            Some(b'$') => line.strip_prefix(b"$ "),
            Some(b'[') => after_pod(line).or_else(|| after_wrapper(line)),
            Some(b'0'..=b'9') => {
                let after_time = self.after_instant(line);
                let after_time = after_time.or_else(|| self.after_syslog(line));
                after_time.or_else(|| self.after_name(line))
            }
            Some(b'\r') => Some(&line[1..]),
            Some(_) => {
                let after_syslog = self.after_syslog(line);
                after_syslog.or_else(|| self.after_name(line))
            }
            None => None,
        };
        let has_prefix = rest.is_some();
        self.line = rest.unwrap_or(line);
        has_prefix
    }
}

impl<'a> Stripped<'a> {
    /// Returns the text after `2026-11-20T10:49:20.5Z `, and after a host and a program if they follow.
    fn after_instant(&mut self, line: &'a [u8]) -> Option<&'a [u8]> {
        if line.get(10) != Some(&b'T') {
            return None;
        }
        let (stamp, rest) = Stamp::read(line)?;
        let (offset, rest) = stamp::offset(rest)?;
        let rest = rest.strip_prefix(b" ")?;
        self.instant = stamp.instant(offset);
        self.stamp = Some(stamp);
        let named = match (after_stream(rest), after_program(rest)) {
            (Some(rest), _) => Some(rest),
            (None, Some(named)) if self.believes_journald(|| true) => Some(named),
            (None, _) => None,
        };
        Some(named.unwrap_or(rest))
    }

    /// Returns the text after `Nov 20 10:49:20 host java[12]: `, or after a weekday and a date. The name
    /// of the month is that of the machine's language, such as `Mär`, `févr.`, `de gen.` or ` 1月`.
    fn after_syslog(&mut self, line: &'a [u8]) -> Option<&'a [u8]> {
        if let Some((weekday, rest)) = line.split_first_chunk::<4>()
            && weekday[..3].iter().all(u8::is_ascii_alphabetic)
            && weekday[3] == b' '
            && rest.get(4) == Some(&b'-')
        {
            return self.after_weekday(weekday, rest);
        }
        let start = &line[..line.len().min(LONGEST_MONTH + 1)];
        let (month, stamp, rest) = memchr::memchr_iter(b' ', start).find_map(|blank| {
            let (month, rest) = line.split_at(blank);
            let (stamp, rest) = after_day(rest).filter(|_| stamp::may_be_month(month))?;
            Some((month, stamp, rest))
        })?;
        let is_believed = self.believes_journald(|| stamp::is_known_month(month));
        let rest = after_program(rest).filter(|_| is_believed)?;
        self.stamp = Some(stamp);
        Some(rest)
    }

    /// Notes that something looks like the prefix of journald, and returns whether it is. A line has only
    /// one; another would be typed.
    fn believes_journald(&mut self, is_known: impl FnOnce() -> bool) -> bool {
        let is_first = !self.looks_like_journald;
        self.looks_like_journald = true;
        is_first && self.regulars.journald.believes(is_known)
    }

    /// Returns the text after `mc-1  | ` or `container@host~ `.
    fn after_name(&mut self, line: &'a [u8]) -> Option<&'a [u8]> {
        if let Some(rest) = line.strip_prefix(b"NO LOG FILE! - ") {
            return Some(rest);
        }
        let name = name_length(line)?;
        match &line[name..] {
            [b'~', b' ', rest @ ..] => line[..name].contains(&b'@').then_some(rest),
            rest => {
                let rest = rest.trim_ascii_start().strip_prefix(b"|")?;
                let is_believed = self.believes_compose();
                is_believed.then(|| rest.strip_prefix(b" ").unwrap_or(rest))
            }
        }
    }

    /// Notes that something looks like the prefix of docker compose, and returns whether it is. A line has only one.
    fn believes_compose(&mut self) -> bool {
        let is_first = !self.looks_like_compose;
        self.looks_like_compose = true;
        is_first && self.regulars.compose.believes(|| true)
    }

    /// Returns the text after `2026-11-20 10:49:20 CET host java[12]: `, which follows an English weekday.
    /// `UTC` is the only zone name that is unambiguous.
    fn after_weekday(&mut self, weekday: &[u8], day: &'a [u8]) -> Option<&'a [u8]> {
        const WEEKDAYS: &[u8] = b"Mon Tue Wed Thu Fri Sat Sun ";
        let (stamp, rest) = Stamp::read(day)?;
        let rest = rest.strip_prefix(b" ")?;
        let end = memchr::memchr(b' ', &rest[..rest.len().min(LONGEST_NAME)])?;
        let is_known = || WEEKDAYS.chunks(weekday.len()).any(|name| name == weekday);
        let is_believed = self.believes_journald(is_known);
        let named = &rest[end + 1..];
        // `-o with-unit` prints no host.
        let program = after_program(named).or_else(|| after_number(named));
        let program = program.filter(|_| is_believed)?;
        self.instant = stamp.instant(0).filter(|_| &rest[..end] == b"UTC");
        self.stamp = Some(stamp);
        Some(program)
    }
}

/// Reads ` 20 10:49:20 `. Returns the time of day, and the text after it.
fn after_day(text: &[u8]) -> Option<(Stamp<'_>, &[u8])> {
    let day = text.trim_ascii_start();
    let digits = day.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let time = day.get(digits..)?.strip_prefix(b" ")?;
    let (stamp, rest) = Stamp::read(time)?;
    let fits = matches!(digits, 1..=2) && !stamp.dated;
    fits.then_some((stamp, rest.strip_prefix(b" ")?))
}

fn without_nuls(line: &[u8]) -> &[u8] {
    let nuls = line.iter().take_while(|byte| **byte == 0).count();
    let line = &line[nuls..];
    // Some editors and loggers on Windows begin a file with a byte order mark.
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

/// Returns the text after the prompt of a console. The console prints the prompt, returns to the start
/// of the line and overwrites it.
fn after_prompt(line: &[u8]) -> &[u8] {
    match memchr::memchr(b'\r', &line[..line.len().min(LONGEST_NAME)]) {
        Some(at) => &line[at + 1..],
        None => {
            let drawn = line
                .iter()
                .take_while(|byte| matches!(byte, b'>' | b'.' | b' '));
            &line[drawn.count()..]
        }
    }
}

fn after_pod(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"[pod/")?;
    let end = memchr::memchr(b']', &rest[..rest.len().min(2 * LONGEST_NAME)])?;
    rest[end + 1..].strip_prefix(b" ")
}

/// Returns the text after `[Server] ` if a complete head follows. Without one, it is the server's own
/// line.
fn after_wrapper(line: &[u8]) -> Option<&[u8]> {
    let rest = line.strip_prefix(b"[Server] ")?;
    let is_head = matches!(rest.first(), Some(b'[' | b'0'..=b'9')) && Head::read(rest).is_some();
    is_head.then_some(rest)
}

/// Returns the text after `stdout F `, or after `stderr P ` if a line is split into parts.
fn after_stream(line: &[u8]) -> Option<&[u8]> {
    let rest = line
        .strip_prefix(b"stdout ")
        .or_else(|| line.strip_prefix(b"stderr "))?;
    rest.strip_prefix(b"F ")
        .or_else(|| rest.strip_prefix(b"P "))
}

/// Returns the text after `host java[12]: ` or `host java: `.
fn after_program(line: &[u8]) -> Option<&[u8]> {
    after_number(line[name_length(line)?..].strip_prefix(b" ")?)
}

/// Returns the text after `java[12]: ` or `java: `.
fn after_number(line: &[u8]) -> Option<&[u8]> {
    let rest = &line[name_length(line)?..];
    let rest = match rest.strip_prefix(b"[") {
        Some(number) => {
            let digits = number
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            number[digits..].strip_prefix(b"]")?
        }
        None => rest,
    };
    // The message may be empty, and the space cut off.
    rest.strip_prefix(b": ")
        .or_else(|| (rest == b":").then_some(&rest[1..]))
}

fn name_length(line: &[u8]) -> Option<usize> {
    let in_name = |byte: &&u8| byte.is_ascii_alphanumeric() || b"._-@/".contains(byte);
    let length = line.iter().take_while(in_name).count();
    (1..=LONGEST_NAME).contains(&length).then_some(length)
}

#[cfg(test)]
mod tests;
