//! Why arguments cannot be understood, in the language of the person at the terminal.

mod values;

use std::error::Error;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use oxeye_text::{Text, neutralise, uncapitalised};

pub(super) use values::{account, days, discord_id, limit};

/// Returns the sentence for an error; `None` for help, the version, and what none of our arguments can cause.
pub(super) fn sentence(text: Text, error: &clap::Error) -> Option<String> {
    match error.kind() {
        ErrorKind::InvalidSubcommand => unknown_command(text, error),
        ErrorKind::UnknownArgument => unknown_argument(text, error),
        ErrorKind::MissingRequiredArgument => missing(text, error),
        ErrorKind::ArgumentConflict => conflict(text, error),
        ErrorKind::TooManyValues => {
            let typed = neutralise(given(error, ContextKind::InvalidValue)?);
            let option = given(error, ContextKind::InvalidArg)?;
            Some(text.option_takes_no_value(option, &typed))
        }
        ErrorKind::InvalidValue => not_a_choice(text, error),
        ErrorKind::ValueValidation => {
            invalid_name(text, error).or_else(|| invalid_value(text, error))
        }
        ErrorKind::InvalidUtf8 => Some(text.argument_not_utf8()),
        _ => None,
    }
}

fn unknown_command(text: Text, error: &clap::Error) -> Option<String> {
    let typed = neutralise(given(error, ContextKind::InvalidSubcommand)?);
    Some(match given(error, ContextKind::SuggestedSubcommand) {
        Some(meant) => text.no_such_command(&typed, meant),
        None => text.unknown_command(&typed),
    })
}

fn unknown_argument(text: Text, error: &clap::Error) -> Option<String> {
    let typed = neutralise(given(error, ContextKind::InvalidArg)?);
    if let Some(meant) = given(error, ContextKind::SuggestedArg) {
        return Some(text.no_such_option(&typed, meant));
    }
    let tips = tips(error);
    let with_command = tips
        .iter()
        .find_map(|tip| tip.strip_prefix('\'')?.strip_suffix("' exists"));
    if let Some(with_command) = with_command {
        return Some(text.option_of_command(&typed, with_command));
    }
    Some(match typed.strip_prefix('-') {
        Some(name) if !name.starts_with('-') && !tips.is_empty() => text.option_or_name(&typed),
        Some(_) => text.unknown_option(&typed),
        None => text.word_too_many(&typed),
    })
}

/// Returns what clap advises, as plain text.
fn tips(error: &clap::Error) -> Vec<String> {
    match error.get(ContextKind::Suggested) {
        Some(ContextValue::StyledStrs(tips)) => tips.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// Returns the sentence that names the arguments that are missing, and how the command is used.
fn missing(text: Text, error: &clap::Error) -> Option<String> {
    let missing = all_given(error, ContextKind::InvalidArg);
    let ContextValue::StyledStr(usage) = error.get(ContextKind::Usage)? else {
        return None;
    };
    let usage = usage.to_string();
    let ways = usage.trim_start_matches("Usage:").lines();
    let ways: Vec<_> = ways.map(|way| way.trim().to_owned()).collect();
    Some(text.arguments_missing(
        &text.list(&in_backticks(missing)),
        missing.len(),
        &text.either(&in_backticks(&ways)),
    ))
}

/// Returns the sentence for arguments that exclude each other, or of which one is there twice.
fn conflict(text: Text, error: &clap::Error) -> Option<String> {
    let argument = given(error, ContextKind::InvalidArg)
        .or_else(|| given(error, ContextKind::InvalidSubcommand))?;
    let others = all_given(error, ContextKind::PriorArg);
    if given(error, ContextKind::SuggestedSubcommand).is_some() {
        return unknown_command(text, error);
    }
    let is_after_value = others.iter().any(|other| other.starts_with('<'));
    if is_after_value && given(error, ContextKind::InvalidSubcommand).is_some() {
        return Some(text.word_too_many(&neutralise(argument)));
    }
    Some(match others {
        [other] if other == argument => text.option_twice(argument),
        others => text.arguments_conflict(argument, &text.list(&in_backticks(others))),
    })
}

/// Returns the sentence for an option whose value is missing or none of those that there are.
fn not_a_choice(text: Text, error: &clap::Error) -> Option<String> {
    let option = given(error, ContextKind::InvalidArg)?;
    let typed = given(error, ContextKind::InvalidValue)?;
    if typed.is_empty() {
        return Some(text.value_missing(option));
    }
    let choices = text.either(all_given(error, ContextKind::ValidValue));
    Some(text.value_not_accepted(&neutralise(typed), option, &text.form_of_choice(&choices)))
}

fn in_backticks(arguments: &[String]) -> Vec<String> {
    let quoted = arguments.iter().map(|argument| format!("`{argument}`"));
    quoted.collect()
}

/// Returns what clap tells of an error. It puts the best suggestion last.
fn given(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    all_given(error, kind).last().map(String::as_str)
}

/// Returns everything of a kind that clap tells of an error.
fn all_given(error: &clap::Error, kind: ContextKind) -> &[String] {
    match error.get(kind) {
        Some(ContextValue::String(text)) => std::slice::from_ref(text),
        Some(ContextValue::Strings(texts)) => texts,
        _ => &[],
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
    let why = values::form(text, error.source()?)?;
    let typed = neutralise(given(error, ContextKind::InvalidValue)?);
    let argument = given(error, ContextKind::InvalidArg)?;
    Some(text.value_not_accepted(&typed, argument, &why))
}

#[cfg(test)]
mod tests;
