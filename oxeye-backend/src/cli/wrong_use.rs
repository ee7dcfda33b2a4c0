//! Why arguments cannot be understood, in the language of the person at the terminal. What is left is said by clap, in
//! English.

use std::error::Error;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use oxeye_db::record::calendar::UnknownTimeZone;
use oxeye_db::record::range::{InvalidRange, MAX_DAYS};
use oxeye_db::{InvalidGuildId, InvalidPresenceKind, PresenceKind, UserId};
use oxeye_text::{Text, neutralise, uncapitalised};

use crate::api_messages::activity::{InvalidRankedDays, RankedDays};
use crate::api_messages::presence::user_id;

/// The text is no number of lines.
#[derive(Debug, thiserror::Error)]
#[error("a whole number, 1 or more, is expected")]
pub(crate) struct InvalidLimit;

/// The text is no id of a Discord account.
#[derive(Debug, thiserror::Error)]
#[error("the id of a Discord account is a number such as 234567890123456789")]
pub(crate) struct InvalidAccount;

/// Reads the value of `--limit`.
pub(super) fn limit(typed: &str) -> Result<usize, InvalidLimit> {
    match typed.parse() {
        Ok(0) | Err(_) => Err(InvalidLimit),
        Ok(limit) => Ok(limit),
    }
}

/// Reads the id of a Discord account.
pub(super) fn account(typed: &str) -> Result<UserId, InvalidAccount> {
    user_id(typed).ok_or(InvalidAccount)
}

/// Returns the sentence for an error, if it is not left to clap.
pub(super) fn sentence(text: Text, error: &clap::Error) -> Option<String> {
    suggestion(text, error)
        .or_else(|| invalid_name(text, error))
        .or_else(|| invalid_value(text, error))
}

/// Returns the sentence with the command or option that was probably meant, if one was mistyped.
fn suggestion(text: Text, error: &clap::Error) -> Option<String> {
    let (sentence, typed, meant): (fn(Text, &str, &str) -> String, _, _) = match error.kind() {
        ErrorKind::InvalidSubcommand => (
            Text::no_such_command,
            ContextKind::InvalidSubcommand,
            ContextKind::SuggestedSubcommand,
        ),
        ErrorKind::UnknownArgument => (
            Text::no_such_option,
            ContextKind::InvalidArg,
            ContextKind::SuggestedArg,
        ),
        _ => return None,
    };
    let (typed, meant) = (given(error, typed)?, given(error, meant)?);
    Some(sentence(text, &neutralise(typed), meant))
}

/// Returns what clap tells of an error. It puts the best suggestion last.
fn given(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        ContextValue::Strings(texts) => texts.last().map(String::as_str),
        _ => None,
    }
}

/// Returns the sentence that explains why a name was not accepted, if that is the error.
fn invalid_name(text: Text, error: &clap::Error) -> Option<String> {
    let cause = error.source()?;
    let server = cause
        .downcast_ref()
        .map(|why| text.invalid_server_name(why));
    let player = || {
        let why = cause.downcast_ref()?;
        Some(text.invalid_player_name(why))
    };
    let sentence = server.or_else(player)?;
    Some(uncapitalised(sentence.trim_end_matches('.')))
}

/// Returns the sentence that explains why the value of an argument was not accepted.
fn invalid_value(text: Text, error: &clap::Error) -> Option<String> {
    let why = form_of_value(text, error.source()?)?;
    let typed = neutralise(given(error, ContextKind::InvalidValue)?);
    let argument = given(error, ContextKind::InvalidArg)?;
    Some(text.value_not_accepted(&typed, argument, &why))
}

/// Says how a value is written that was not accepted for this reason.
fn form_of_value(text: Text, cause: &(dyn Error + 'static)) -> Option<String> {
    if cause.is::<UnknownTimeZone>() {
        return Some(text.form_of_time_zone());
    }
    if cause.is::<InvalidRange>() {
        return Some(text.form_of_range(&format!("{MAX_DAYS}d")));
    }
    if cause.is::<InvalidRankedDays>() {
        return Some(text.form_of_ranked_range(&RankedDays::MAX.to_string()));
    }
    if cause.is::<InvalidPresenceKind>() {
        let kinds = PresenceKind::ALL.map(|kind| kind.to_string());
        return Some(text.form_of_presence_kind(&text.either(&kinds)));
    }
    if cause.is::<InvalidGuildId>() {
        return Some(text.form_of_guild_id());
    }
    if cause.is::<InvalidAccount>() {
        return Some(text.form_of_account_id());
    }
    cause.is::<InvalidLimit>().then(|| text.form_of_limit())
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;
    use oxeye_text::Locale;

    use super::*;
    use crate::cli::CommandLine;

    fn error(words: &[&str]) -> clap::Error {
        CommandLine::try_parse_from(words).expect_err("it cannot be understood")
    }

    #[track_caller]
    fn check(words: &[&str], english: &str, german: &str) {
        let error = error(words);
        let sentence = |locale| sentence(Text::of(locale), &error);
        assert_eq!(sentence(Locale::English).as_deref(), Some(english));
        assert_eq!(sentence(Locale::German).as_deref(), Some(german));
    }

    #[track_caller]
    fn check_left_to_clap(words: &[&str]) {
        assert_eq!(sentence(Text::of(Locale::German), &error(words)), None);
    }

    #[test]
    fn a_mistyped_name_is_answered_with_a_suggestion() {
        check(
            &["oxeye", "stauts"],
            "there is no command `stauts`; did you mean `status`? `oxeye --help` lists all commands",
            "es gibt keinen Befehl `stauts`; meintest du `status`? `oxeye --help` zeigt alle Befehle",
        );
        check(
            &["oxeye", "status", "--jsno"],
            "there is no option `--jsno`; did you mean `--json`? Add `--help` to see all options",
            "es gibt keine Option `--jsno`; meintest du `--json`? Mit `--help` siehst du alle Optionen",
        );
        check_left_to_clap(&["oxeye", "frobnicate"]);
        check_left_to_clap(&["oxeye", "link"]);
    }

    #[test]
    fn an_invalid_name_is_explained_in_the_language_of_the_command_line() {
        for command in ["link", "unlink", "remove"] {
            check(
                &["oxeye", command, ""],
                "a server name needs at least one visible character",
                "ein Servername braucht mindestens ein sichtbares Zeichen",
            );
        }
        check(
            &["oxeye", "rename", "survival", "a\nb"],
            "a server name cannot contain line breaks, control characters or invisible characters",
            "ein Servername darf keine Zeilenumbrüche, Steuerzeichen oder unsichtbaren Zeichen enthalten",
        );
        for command in ["player", "sessions", "activity", "forget"] {
            check(
                &["oxeye", command, ""],
                "a player name cannot be empty",
                "ein Spielername darf nicht leer sein",
            );
        }
    }

    #[test]
    fn a_value_that_is_not_accepted_is_answered_with_how_it_is_written() {
        check(
            &["oxeye", "top", "--tz", "Mars/Base"],
            "`Mars/Base` is not accepted for `--tz <ZONE>`: time zones are written like Europe/Berlin or UTC",
            "`Mars/Base` geht nicht für `--tz <ZONE>`: Zeitzonen schreibt man wie Europe/Berlin oder UTC",
        );
        check(
            &["oxeye", "chart", "--range", "30"],
            "`30` is not accepted for `--range <RANGE>`: a range is today, week, month, all, or a number of days \
             from 1d to 3660d, such as 30d",
            "`30` geht nicht für `--range <RANGE>`: ein Zeitraum ist today, week, month, all oder eine Zahl von \
             Tagen von 1d bis 3660d, zum Beispiel 30d",
        );
        check(
            &["oxeye", "activity", "--top", "deaths", "--range", "31d"],
            "`31d` is not accepted for `--range <RANGE>`: a ranking covers today, week, month, or a number of days \
             from 1d to 30d, such as 3d",
            "`31d` geht nicht für `--range <RANGE>`: eine Rangliste umfasst today, week, month oder eine Zahl von \
             Tagen von 1d bis 30d, zum Beispiel 3d",
        );
        check(
            &["oxeye", "presence", "--top", "games"],
            "`games` is not accepted for `--top <KIND>`: a kind is voice, screen_share, camera, game, streaming or \
             spotify",
            "`games` geht nicht für `--top <KIND>`: eine Art ist voice, screen_share, camera, game, streaming oder \
             spotify",
        );
        check(
            &["oxeye", "status", "--guild", "mine"],
            "`mine` is not accepted for `--guild <ID>`: a guild id is a number such as 123456789012345678, or 0 for \
             the local servers",
            "`mine` geht nicht für `--guild <ID>`: eine Guild-ID ist eine Zahl wie 123456789012345678, oder 0 für \
             die lokalen Server",
        );
        check(
            &["oxeye", "presence", "Alex"],
            "`Alex` is not accepted for `[USER_ID]`: the id of a Discord account is a number such as \
             234567890123456789",
            "`Alex` geht nicht für `[USER_ID]`: die ID eines Discord-Kontos ist eine Zahl wie 234567890123456789",
        );
    }

    #[test]
    fn a_page_has_at_least_one_line() {
        for words in [
            &["oxeye", "top", "--limit"][..],
            &["oxeye", "sessions", "Alex", "--limit"],
            &["oxeye", "activity", "Alex", "--limit"],
            &["oxeye", "presence", "--voice", "--limit"],
        ] {
            for typed in ["0", "1.5", "many"] {
                check(
                    &[words, &[typed]].concat(),
                    &format!(
                        "`{typed}` is not accepted for `--limit <N>`: it must be a whole number, 1 or more"
                    ),
                    &format!(
                        "`{typed}` geht nicht für `--limit <N>`: das ist eine ganze Zahl ab 1"
                    ),
                );
            }
            CommandLine::try_parse_from([words, &["1"]].concat()).unwrap();
        }
    }
}
