//! Reads the lines of a log: a line in, at most one event out.

mod understanding;

use oxeye_plugin_proto::PlayerName;
use regex::bytes::Regex;

use super::about::KindOfServer;
use super::activity::{self, ActivityKinds, ActivityOptions, CHAT_THREAD};
use super::family::Family;
use super::grammar::{self, Statement, bedrock};
use super::head::{Head, Shape};
use super::pattern::Patterns;
use super::prefix::{self, Regulars, Shown, Stripped};
use super::recognition::{self, AnyStatement};
use super::roster::{Moment, ReaderState};
use super::stamp::Stamp;
use super::{LogEvent, PrintedTime, formatting};
use crate::game_event::{Activity, GameEvent};

/// The most lines that are looked at before they are read.
const LINES_AHEAD: usize = 64;

/// What the user can specify about a log. By default, everything is detected.
#[derive(Debug, Clone, Default)]
pub struct LogOptions {
    /// The family, instead of detecting it.
    pub(crate) family: Option<Family>,
    /// The user's own patterns.
    pub(crate) patterns: Patterns,
    /// The pattern of a prefix that we do not know, matched at the start of the line.
    pub(crate) prefix: Option<Regex>,
    /// What players do, besides joining and leaving. By default, nothing.
    pub(crate) activity: ActivityOptions,
}

impl LogOptions {
    /// Returns the same options with these kinds of activity.
    #[must_use]
    pub fn with_activity(mut self, kinds: ActivityKinds) -> Self {
        self.activity.kinds = kinds;
        self
    }
}

/// Reads one log, line by line.
#[derive(Debug)]
pub struct LogReader {
    options: LogOptions,
    state: ReaderState,
    /// The buffer for a line without its colours.
    scratch: Vec<u8>,
}

impl LogReader {
    /// Returns a reader that has read nothing yet.
    #[must_use]
    pub fn new(options: LogOptions) -> Self {
        Self::resume(options, ReaderState::default())
    }

    /// Continues where another reader of the same log stopped.
    #[must_use]
    pub fn resume(options: LogOptions, state: ReaderState) -> Self {
        Self {
            options,
            state,
            scratch: Vec::new(),
        }
    }

    /// Reads one line, which must not include its line break.
    pub fn read_line(&mut self, line: &[u8]) -> Option<LogEvent> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let event = self.read_stripped(formatting::strip_escapes(line, &mut scratch));
        self.scratch = scratch;
        event
    }

    /// Looks at whole lines that will be read next: a prefix that most of them do not have is not removed
    /// from the first of them either, nor is a sign before the message. `is_within_line` says whether the
    /// bytes begin within a line.
    pub fn look_ahead(&mut self, bytes: &[u8], is_within_line: bool) {
        let mut regulars = self.regulars();
        let may_have_sign = self.needs_head() && self.state.separator.is_unread();
        if !regulars.are_unread() && !may_have_sign {
            return;
        }
        let lines = bytes.split_inclusive(|byte| *byte == b'\n');
        let lines = lines.skip(usize::from(is_within_line));
        let whole = lines.take_while(|line| line.ends_with(b"\n"));
        let (shown, messages): (Vec<_>, Vec<_>) = whole
            .take(LINES_AHEAD)
            .map(|line| {
                let mut scratch = Vec::new();
                let line = formatting::strip_escapes(line.trim_ascii_end(), &mut scratch);
                let stripped = self.strip_prefixes(line, regulars);
                let message = stripped.head.map(|head| head.message.to_vec());
                let shown = Shown::by(line, &stripped, self.needs_head());
                (shown, message)
            })
            .unzip();
        regulars.look_ahead(&shown);
        self.set_regulars(regulars);
        let messages = messages.iter().flatten().map(Vec::as_slice);
        self.state.separator.look_ahead(messages);
    }

    /// Returns the time printed in the line, whether or not it holds an event.
    #[must_use]
    pub fn time_of(&self, line: &[u8]) -> Option<PrintedTime> {
        let mut scratch = Vec::new();
        let line = formatting::strip_escapes(line, &mut scratch);
        time(&self.strip_prefixes(line, self.regulars().for_time_alone()))
    }

    /// Returns the family that was given or detected.
    #[must_use]
    pub(crate) fn family(&self) -> Option<Family> {
        self.options.family.or(self.state.family)
    }

    /// Whether nobody else can be online, because the log showed a time at which nobody was.
    #[must_use]
    pub(crate) fn knows_everyone(&self) -> bool {
        self.state.knows_everyone()
    }

    /// Returns what the log says about the kind of server.
    #[must_use]
    pub(crate) fn kind_of_server(&self) -> &KindOfServer {
        &self.state.kind
    }

    /// Whether codes that members type in the chat are read: only the chat of Java servers is understood.
    #[must_use]
    pub(crate) fn reads_member_codes(&self) -> bool {
        self.options.activity.member_codes && self.family() == Some(Family::Java)
    }

    /// Returns who is online according to the log.
    pub fn online(&self) -> impl Iterator<Item = &PlayerName> {
        self.state.online()
    }

    /// Returns who is online and where, according to the log, without the times.
    #[cfg(test)]
    pub(crate) fn present(&self) -> impl Iterator<Item = crate::roster::RosterEntry> {
        self.state.present()
    }

    /// Returns the state from which another reader can continue.
    #[must_use]
    pub fn state(&self) -> ReaderState {
        self.state.clone()
    }

    fn read_stripped(&mut self, line: &[u8]) -> Option<LogEvent> {
        let mut regulars = self.regulars();
        let stripped = self.strip_prefixes(line, regulars);
        regulars.note(&Shown::by(line, &stripped, self.needs_head()));
        self.set_regulars(regulars);
        let head = stripped.head.map(|head| self.as_written_here(head));
        let was_unknown = self.state.family.is_none();
        let statement = match &head {
            Some(head) => self.statement_with_head(head),
            None => self.statement_without_head(stripped.line),
        };
        if was_unknown && self.state.family.is_some() {
            self.state.has_levels_alone = head.is_some_and(|head| head.shape == Shape::Level);
        }
        let event = match (statement, &head) {
            (Some(statement), Some(head)) if statement.is_uncertain() => {
                let event = self.state.apply(statement, moment(&stripped));
                event.or_else(|| self.activity(head).map(GameEvent::Activity))
            }
            (Some(statement), _) => self.state.apply(statement, moment(&stripped)),
            (None, Some(head)) => self.activity(head).map(GameEvent::Activity),
            (None, None) => None,
        };
        if let Some(head) = &head {
            let family = self.family();
            self.state.kind.note(head, family);
        }
        let what = event?;
        let time = time(&stripped);
        self.state.recognition.note_event(&what, time.is_some());
        let has_unread_date = stamp(&stripped).is_some_and(|stamp| stamp.has_unread_date);
        if has_unread_date && stripped.instant.is_none() {
            self.state.recognition.note_unread_date();
        }
        Some(LogEvent { what, time })
    }

    /// Removes everything before the server's own line. The heads of a server that the user's patterns
    /// describe are unknown, so its times are searched for where nearly all servers print them.
    fn strip_prefixes<'a>(&self, line: &'a [u8], regulars: Regulars) -> Stripped<'a> {
        let mut stripped = prefix::strip(line, self.options.prefix.as_ref(), regulars);
        if stripped.head.is_none() && self.options.patterns.any() {
            let own = Stamp::loose(stripped.line).map(|(stamp, _)| stamp);
            stripped.stamp = own.or(stripped.stamp);
        }
        stripped
    }

    fn regulars(&self) -> Regulars {
        Regulars {
            journald: self.state.journald,
            compose: self.state.compose,
        }
    }

    fn set_regulars(&mut self, regulars: Regulars) {
        (self.state.journald, self.state.compose) = (regulars.journald, regulars.compose);
    }

    /// Whether a line without a head cannot be the server's own.
    fn needs_head(&self) -> bool {
        !self.options.patterns.any()
    }

    /// Reads a head in the way in which this log writes all of them. What it has between head and message is
    /// removed, but the user's patterns are written for messages that still have their sign.
    fn as_written_here<'a>(&mut self, head: Head<'a>) -> Head<'a> {
        self.note_layout(&head);
        let head = match self.state.has_levels_alone {
            true => head.with_level_alone(),
            false => head,
        };
        let mut message = self.state.margin.strip(head.message);
        if !self.options.patterns.any() {
            message = self.state.separator.strip(message);
        }
        Head { message, ..head }
    }

    /// Notes whether heads have nothing but a time and a level in this log. A message may begin with a word
    /// in brackets, so a head with a title shows nothing unless it is that of a server. The user's patterns
    /// are written for messages without titles.
    fn note_layout(&mut self, head: &Head<'_>) {
        let state = &self.state;
        let is_open =
            state.has_levels_alone && !state.has_levels_alone_for_certain && state.family.is_none();
        if state.has_heads && !is_open {
            return;
        }
        let is_certain = head.has_level_alone();
        let is_possible = self.needs_head() && grammar::may_begin_with_title(head);
        self.state.has_levels_alone = is_certain || is_possible;
        self.state.has_levels_alone_for_certain = is_certain;
        self.state.has_heads = true;
    }

    /// Reads a line that says nothing about who is online.
    fn activity(&self, head: &Head<'_>) -> Option<Activity> {
        activity::read(&self.options.activity, self.family(), head, &self.state)
    }

    fn statement_with_head(&mut self, head: &Head<'_>) -> Option<Statement> {
        if head.thread.starts_with(CHAT_THREAD) {
            return None;
        }
        if self.options.patterns.any() {
            let statement = self.options.patterns.read(head.message);
            if statement.is_some() {
                return statement;
            }
        }
        let statement = self.statement_by_grammar(head)?;
        (!self.options.patterns.replaces(&statement)).then_some(statement)
    }

    fn statement_by_grammar(&mut self, head: &Head<'_>) -> Option<Statement> {
        if let Some(given) = self.options.family {
            return self.state.recognition.read_as(given, head);
        }
        if let Some(family) = grammar::booting_family(head, self.state.family) {
            self.state.family = Some(family);
            return Some(Statement::Boot);
        }
        match self.state.family {
            Some(family) if grammar::may_print(family, head) => {
                let statement = grammar::read(family, head);
                if statement.as_ref().is_none_or(Statement::is_uncertain) {
                    self.state.recognition.note_unread_in(family, head);
                }
                statement
            }
            Some(family) if !grammar::may_be_mistaken(family, head) => None,
            _ => self.statement_of_unknown_family(head),
        }
    }

    /// Reads a line while the family is not certain, by any family that prints such heads.
    fn statement_of_unknown_family(&mut self, head: &Head<'_>) -> Option<Statement> {
        if let Some(family) = recognition::revealed_family(head) {
            self.state.family = Some(family);
            return grammar::read(family, head);
        }
        match recognition::statement_by_any(head) {
            AnyStatement::Distinctive(family, statement) => {
                self.state.family = Some(family);
                Some(statement)
            }
            AnyStatement::Shared(statement) => {
                if statement.is_uncertain() {
                    self.state.recognition.note_unread(head);
                }
                Some(statement).filter(|_| self.state.family.is_none())
            }
            AnyStatement::Nothing => {
                self.state.recognition.note_unread(head);
                None
            }
        }
    }

    /// Reads a line without a head. Such a line continues an earlier message, which somebody may have
    /// typed, so the user's patterns apply only if no line of the log has a head.
    fn statement_without_head(&self, line: &[u8]) -> Option<Statement> {
        if self.family() == Some(Family::Bedrock) && line.trim_ascii_end() == bedrock::LAST_LINE {
            return Some(Statement::Stop);
        }
        if self.state.has_heads || !self.options.patterns.any() {
            return None;
        }
        let patterns = &self.options.patterns;
        let message = || Stamp::loose(line).map(|(_, message)| message);
        patterns.read(line).or_else(|| patterns.read(message()?))
    }
}

fn time(stripped: &Stripped<'_>) -> Option<PrintedTime> {
    stamp(stripped)?.printed(stripped.instant)
}

fn moment(stripped: &Stripped<'_>) -> Option<Moment> {
    stamp(stripped).map(|stamp| Moment(stamp.seconds))
}

/// Returns the time in the server's own head, or else that in a prefix.
fn stamp<'a>(stripped: &Stripped<'a>) -> Option<Stamp<'a>> {
    let own = stripped.head.as_ref().and_then(|head| head.stamp);
    own.or(stripped.stamp)
}

#[cfg(test)]
mod tests;
