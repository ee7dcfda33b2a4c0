//! Which command was meant by one that does not exist. What clap suggests may be far from what was typed.

use clap::CommandFactory as _;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use oxeye_process::settings::meant_by;

use super::CommandLine;

/// Commands that delete something or take something away. They are suggested only after a single typo.
const DESTRUCTIVE: [&str; 5] = ["forget", "remove", "rotate-key", "unlink", "unwatch"];

/// Words that are not typos, with the command that does it, if any.
const OTHER_WORDS: [(&str, Option<&str>); 2] = [("demo", Some("serve --demo")), ("stop", None)];

/// What is imported if not a file.
const SOURCE: &str = "minecraft";

/// The most typos in a command that is suggested, and how many letters there must be for each of them.
const MAX_TYPOS: usize = 2;
const LETTERS_PER_TYPO: usize = 3;

/// Replaces the commands that clap suggests with the one that is near to the words of the command line, if there is one.
pub(super) fn suggest<'a>(error: &mut clap::Error, words: impl IntoIterator<Item = &'a str>) {
    match error.kind() {
        ErrorKind::InvalidSubcommand => suggest_command(error),
        ErrorKind::UnknownArgument | ErrorKind::ArgumentConflict => suggest_source(error, words),
        _ => {}
    }
}

/// Suggests the other source of `import`, if a word follows one that is near to it. It was taken for the name of a file.
fn suggest_source<'a>(error: &mut clap::Error, words: impl IntoIterator<Item = &'a str>) {
    let mut words = words.into_iter().skip_while(|word| *word != "import");
    let Some(typed) = words.nth(1) else {
        return;
    };
    if let Some(meant) = source_near(typed) {
        error.insert(
            ContextKind::InvalidSubcommand,
            ContextValue::String(format!("import {typed}")),
        );
        error.insert(
            ContextKind::SuggestedSubcommand,
            ContextValue::Strings(vec![format!("import {meant}")]),
        );
    }
}

/// Returns the other source of `import` that is near to a word, unless it is that word.
pub(super) fn source_near(typed: &str) -> Option<&'static str> {
    let meant = meant_by(&typed.to_lowercase(), MAX_TYPOS, [SOURCE]);
    meant.filter(|meant| *meant != typed)
}

fn suggest_command(error: &mut clap::Error) {
    let Some(ContextValue::String(typed)) = error.get(ContextKind::InvalidSubcommand) else {
        return;
    };
    let meant = meant(typed);
    error.remove(ContextKind::Suggested);
    error.remove(ContextKind::SuggestedSubcommand);
    if let Some(meant) = meant {
        error.insert(
            ContextKind::SuggestedSubcommand,
            ContextValue::Strings(vec![meant]),
        );
    }
}

/// Returns what to suggest to somebody who typed this command.
fn meant(typed: &str) -> Option<String> {
    if let Some((_, other)) = OTHER_WORDS.iter().find(|(word, _)| *word == typed) {
        return other.map(str::to_owned);
    }
    let all = CommandLine::command();
    let names = || all.get_subcommands().map(clap::Command::get_name);
    let harmless = names().filter(|name| !DESTRUCTIVE.contains(name));
    let max_typos = MAX_TYPOS.min(typed.chars().count() / LETTERS_PER_TYPO);
    let meant =
        meant_by(typed, max_typos.min(1), names()).or_else(|| meant_by(typed, max_typos, harmless));
    meant.map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, expected: Option<&str>) {
        let mut error = CommandLine::command()
            .try_get_matches_from(["oxeye", typed])
            .expect_err("there is no such command");
        suggest(&mut error, ["oxeye", typed]);
        let suggested = expected.map(|meant| ContextValue::Strings(vec![meant.to_owned()]));
        let given = error.get(ContextKind::SuggestedSubcommand);
        assert_eq!(given, suggested.as_ref(), "{typed}");
    }

    #[test]
    fn a_command_that_is_near_is_suggested() {
        check("stauts", Some("status"));
        check("setings", Some("settings"));
        check("hstroy", Some("history"));
        check("tpo", Some("top"));
        check("demo", Some("serve --demo"));
    }

    #[test]
    fn a_word_that_means_something_else_is_not_answered_with_a_command() {
        let words = [
            "list",
            "login",
            "online",
            "ping",
            "stop",
            "uninstall",
            "version",
            "whois",
            "x",
        ];
        for word in words {
            check(word, None);
        }
    }

    #[test]
    fn a_command_that_deletes_is_suggested_only_after_one_typo() {
        check("remvoe", Some("remove"));
        check("unlnk", Some("unlink"));
        check("forgett", Some("forget"));
        check("frogte", None);
    }
}
