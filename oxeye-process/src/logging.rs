//! Log lines go to standard error, as text or as JSON. Standard output is left to the command line.
//!
//! No line may contain a key, a code, a token, a password, a request body, the address of a player or
//! a line of a server's log. Libraries do not know that, so each program lists those that it silences.

use std::io::{self, IsTerminal as _};
use std::str::FromStr;
use std::{fmt, panic, process};

use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::LevelFilter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// One readable line per event.
    Text,
    /// One JSON object per event.
    Json,
}

/// Filter directives of `tracing`, such as `info` or `info,oxeye_db=debug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

/// The text is not a filter. The message says what a filter looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a level (error, warn, info, debug, trace) or a list such as info,oxeye_db=debug")]
pub struct InvalidLogFilter;

/// `info`.
impl Default for LogFilter {
    fn default() -> Self {
        Self("info".to_owned())
    }
}

impl FromStr for LogFilter {
    type Err = InvalidLogFilter;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if EnvFilter::try_new(text).is_ok() && words_are_levels(text) {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidLogFilter)
        }
    }
}

/// Returns whether every bare word of a filter is a level. `EnvFilter` would take any other word for
/// the only module to log, so a level with a typo would silence the log.
fn words_are_levels(filter: &str) -> bool {
    let mut directives = filter.split(',').map(str::trim);
    let is_level = |word: &str| word.is_empty() || word.parse::<LevelFilter>().is_ok();
    directives.all(|word| word.contains(['=', '[']) || is_level(word))
}

impl fmt::Display for LogFilter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A library that logs what our log must not contain.
#[derive(Debug, Clone, Copy)]
pub struct Quiet {
    /// The library's name in a filter.
    pub library: &'static str,
    /// The directives that silence it.
    pub directives: &'static str,
    /// Whether a filter that names the library overrides these directives.
    pub unless_named: bool,
}

/// How a program logs.
#[derive(Debug, Clone, Copy)]
pub struct Logging {
    /// Text or JSON.
    pub format: LogFormat,
    /// Whether a line says which module it comes from.
    pub with_module: bool,
    /// The libraries to silence.
    pub quiet: &'static [Quiet],
    /// The program's name in the line about a panic: "a part of ... panicked".
    pub program: &'static str,
    /// The exit code with which a panic ends the process. Without one, only the task ends.
    pub exit_after_panic: Option<i32>,
}

impl Logging {
    /// Starts logging. A second call changes nothing.
    pub fn start(&self, filter: &LogFilter) {
        let filter = EnvFilter::new(self.restricted(filter));
        let lines = tracing_subscriber::fmt()
            .with_env_filter(filter)
            .with_target(self.with_module)
            .with_writer(io::stderr);
        let started = match self.format {
            LogFormat::Text => lines.with_ansi(io::stderr().is_terminal()).try_init(),
            LogFormat::Json => lines.json().flatten_event(true).try_init(),
        };
        if started.is_ok() {
            self.log_panics();
        }
    }

    /// Returns the filter followed by the directives that silence libraries. Of two directives for one
    /// library, the later one counts.
    fn restricted(&self, filter: &LogFilter) -> String {
        let quiet = self.quiet.iter();
        let quiet = quiet.filter(|quiet| !(quiet.unless_named && names(&filter.0, quiet.library)));
        let quiet = quiet.map(|quiet| quiet.directives);
        std::iter::once(filter.0.as_str())
            .chain(quiet)
            .collect::<Vec<_>>()
            .join(",")
    }

    /// Logs panics like everything else. The message of a panic may quote data, so the line says only
    /// where it happened.
    fn log_panics(&self) {
        let (program, exit_code) = (self.program, self.exit_after_panic);
        panic::set_hook(Box::new(move |panic| {
            let place = panic.location().map(ToString::to_string);
            let place = place.unwrap_or_default();
            tracing::error!(%place, "a part of {program} panicked; please report this");
            if let Some(code) = exit_code {
                process::exit(code);
            }
        }));
    }
}

/// Returns whether a directive of the filter is about this library or a part of it.
fn names(filter: &str, library: &str) -> bool {
    let mut directives = filter.split(',').map(str::trim);
    directives.any(|directive| {
        directive
            .strip_prefix(library)
            .is_some_and(|rest| rest.starts_with([':', '=', '[']))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: &[Quiet] = &[
        Quiet {
            library: "talkative",
            directives: "talkative=error,talkative::shard=warn",
            unless_named: true,
        },
        Quiet {
            library: "frames",
            directives: "frames=info",
            unless_named: false,
        },
    ];

    #[track_caller]
    fn check(filter: &str, expected: &str) {
        let logging = Logging {
            format: LogFormat::Text,
            with_module: true,
            quiet: QUIET,
            program: "a test",
            exit_after_panic: None,
        };
        let filter = filter.parse().unwrap();
        assert_eq!(logging.restricted(&filter), expected);
    }

    #[test]
    fn libraries_are_silenced_unless_a_filter_may_and_does_name_them() {
        check(
            "trace",
            "trace,talkative=error,talkative::shard=warn,frames=info",
        );
        check(
            "info,talkative::http=debug",
            "info,talkative::http=debug,frames=info",
        );
        check(
            "frames=trace",
            "frames=trace,talkative=error,talkative::shard=warn,frames=info",
        );
    }

    #[test]
    fn the_later_of_two_directives_for_one_library_counts() {
        let filter = EnvFilter::new("frames=trace,frames=info");

        assert_eq!(filter.to_string(), "frames=info");
    }

    #[test]
    fn a_filter_is_a_level_or_a_list() {
        for filter in [
            "info",
            "WARN",
            "off",
            "info,oxeye_db=debug",
            "warn,oxeye_bot=trace",
            "oxeye_backend[request{id=7}]=debug,info",
        ] {
            assert_eq!(filter.parse(), Ok(LogFilter(filter.to_owned())));
        }
    }

    #[test]
    fn a_filter_with_a_typo_that_would_silence_the_log_is_refused() {
        for filter in ["inof", "oxeye_db=debug,wran", "info,=loud", "oxeye=[[["] {
            assert_eq!(
                filter.parse::<LogFilter>(),
                Err(InvalidLogFilter),
                "{filter}"
            );
        }
    }
}
