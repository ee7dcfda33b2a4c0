//! Reads lines: a line in, at most one event out.

use oxeye_plugin_proto::PlayerName;
use regex::bytes::Regex;

use super::ansi;
use super::event::{LogEvent, PrintedTime};
use super::family::Family;
use super::grammar::{self, Statement, bedrock};
use super::head::Head;
use super::pattern::Patterns;
use super::prefix::{self, Opened};
use super::recognition::{self, AnyStatement};
use super::roster::{Moment, ReaderState};
use super::stamp::Stamp;
use crate::roster::RosterEntry;

/// What the user can specify about a log. By default it is detected.
#[derive(Debug, Clone, Default)]
pub struct LogOptions {
    /// The family, instead of detecting it.
    pub family: Option<Family>,
    /// The user's own patterns.
    pub patterns: Patterns,
    /// What precedes the server's own line, from the start of the line, if it is none of the
    /// prefixes that we know.
    pub prefix: Option<Regex>,
}

/// Reads one log, line by line.
#[derive(Debug)]
pub struct LogReader {
    options: LogOptions,
    state: ReaderState,
    /// Lines without their colours.
    scratch: Vec<u8>,
}

impl LogReader {
    /// Nothing has been read.
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

    /// Reads one line, given without its line end.
    pub fn read_line(&mut self, line: &[u8]) -> Option<LogEvent> {
        let mut scratch = std::mem::take(&mut self.scratch);
        let event = self.read_stripped(ansi::strip(line, &mut scratch));
        self.scratch = scratch;
        event
    }

    /// Returns the time that the line prints, whether or not it holds an event.
    #[must_use]
    pub fn time_of(&self, line: &[u8]) -> Option<PrintedTime> {
        let mut scratch = Vec::new();
        time(&self.open(ansi::strip(line, &mut scratch)))
    }

    /// Returns the family that was given or detected.
    #[must_use]
    pub fn family(&self) -> Option<Family> {
        self.options.family.or(self.state.family)
    }

    /// Lines of it can be read: something was, its family is known, or patterns teach whom it tells of.
    /// A family that the user named counts as long as the lines can be of it.
    #[must_use]
    pub fn is_understood(&self) -> bool {
        let patterns = &self.options.patterns;
        let recognition = &self.state.recognition;
        if patterns.join.is_some() || patterns.leave.is_some() {
            return true;
        }
        if self.is_translated() {
            return false;
        }
        match self.options.family {
            Some(_) => recognition.is_understood_as_given(),
            None => self.state.family.is_some() || recognition.is_understood(),
        }
    }

    /// The family that the user named, where the lines cannot be of it, and the one that they look
    /// like.
    #[must_use]
    pub fn not_as_named(&self) -> Option<(Family, Option<Family>)> {
        let named = self.options.family.filter(|_| !self.is_understood())?;
        Some((named, self.state.recognition.contradicted_by()))
    }

    /// Whether players log in, but in a language that is not supported.
    #[must_use]
    pub fn is_translated(&self) -> bool {
        let may_be = self
            .family()
            .is_none_or(|family| family == Family::Pocketmine);
        may_be && self.state.recognition.is_translated()
    }

    /// Something was read, and none of it had a time, so what happened while nobody read the log
    /// cannot be dated.
    #[must_use]
    pub fn lacks_times(&self) -> bool {
        self.state.recognition.lacks_times()
    }

    /// Whether it is a proxy that logs joins but no leaves, so that everybody stays on by its log.
    #[must_use]
    pub fn records_no_ends(&self) -> bool {
        self.state.records_no_ends()
    }

    /// Whether the log showed a time at which nobody was on, so that nobody else can be.
    #[must_use]
    pub fn knows_everyone(&self) -> bool {
        self.state.knows_everyone()
    }

    /// Returns who is on according to the log.
    pub fn online(&self) -> impl Iterator<Item = &PlayerName> {
        self.state.online()
    }

    /// Returns who is on and where, according to the log, without the times.
    pub fn present(&self) -> impl Iterator<Item = RosterEntry> {
        self.state.present()
    }

    /// Returns what is needed to continue exactly here later.
    #[must_use]
    pub fn state(&self) -> ReaderState {
        self.state.clone()
    }

    fn read_stripped(&mut self, line: &[u8]) -> Option<LogEvent> {
        let opened = self.open(line);
        let statement = match &opened.head {
            Some(head) => self.statement_with(head),
            None => self.statement_without_head(opened.line),
        };
        let what = self.state.apply(statement?, moment(&opened))?;
        let time = time(&opened);
        self.state.recognition.note_event(&what, time.is_some());
        Some(LogEvent { what, time })
    }

    /// Takes off what stands before the server's own line. Whatever head a server has that the user's
    /// patterns teach, its times are looked for where nearly all servers print them.
    fn open<'a>(&self, line: &'a [u8]) -> Opened<'a> {
        let mut opened = prefix::open(line, self.options.prefix.as_ref());
        if opened.head.is_none() && self.options.patterns.any() {
            let own = Stamp::loose(opened.line).map(|(stamp, _)| stamp);
            opened.stamp = own.or(opened.stamp);
        }
        opened
    }

    fn statement_with(&mut self, head: &Head<'_>) -> Option<Statement> {
        self.state.has_heads = true;
        let head = &Head {
            message: self.state.margin.take_off(head.message),
            ..*head
        };
        if head.thread.starts_with(b"Async Chat Thread") {
            return None;
        }
        if self.options.patterns.any() {
            let statement = self.options.patterns.read(head.message);
            if statement.is_some() {
                return statement;
            }
        }
        let statement = self.statement_by_grammar(head)?;
        (!self.options.patterns.replace(&statement)).then_some(statement)
    }

    fn statement_by_grammar(&mut self, head: &Head<'_>) -> Option<Statement> {
        if let Some(given) = self.options.family {
            return self.state.recognition.read_as(given, head);
        }
        if let Some(family) = grammar::boot_of(head, self.state.family) {
            self.state.family = Some(family);
            return Some(Statement::Boot);
        }
        match self.state.family {
            Some(family) if grammar::may_print(family, head) => {
                let statement = grammar::read(family, head);
                if statement.is_none() && family == Family::Pocketmine {
                    self.state.recognition.note_silence_of_pocketmine(head);
                }
                statement
            }
            Some(family) if !grammar::may_be_mistaken(family, head) => None,
            _ => self.statement_by_unknown(head),
        }
    }

    /// While nothing has told the family for sure, any that prints such heads may have said it.
    fn statement_by_unknown(&mut self, head: &Head<'_>) -> Option<Statement> {
        if let Some(family) = recognition::sign_of(head) {
            self.state.family = Some(family);
            return grammar::read(family, head);
        }
        match recognition::statement_by_any(head) {
            AnyStatement::Tells(family, statement) => {
                self.state.family = Some(family);
                Some(statement)
            }
            AnyStatement::Shared(statement) => {
                Some(statement).filter(|_| self.state.family.is_none())
            }
            AnyStatement::Nothing => {
                self.state.recognition.note_silence(head);
                None
            }
        }
    }

    /// A line without a head goes on with an earlier message, and whoever wrote that may have chosen
    /// its words. Only where no line has a head can the user's patterns be meant for such lines.
    fn statement_without_head(&self, line: &[u8]) -> Option<Statement> {
        if self.family() == Some(Family::Bedrock) && line.trim_ascii_end() == bedrock::LAST_WORDS {
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

/// The time of the server's own head, or else that of a prefix.
fn time(opened: &Opened<'_>) -> Option<PrintedTime> {
    stamp(opened)?.printed(opened.instant)
}

fn moment(opened: &Opened<'_>) -> Option<Moment> {
    stamp(opened).map(|stamp| Moment(stamp.seconds))
}

fn stamp<'a>(opened: &Opened<'a>) -> Option<Stamp<'a>> {
    let own = opened.head.as_ref().and_then(|head| head.stamp);
    own.or(opened.stamp)
}

#[cfg(test)]
mod tests;
