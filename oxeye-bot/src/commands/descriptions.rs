//! What Discord shows beside our commands and their options, in the language of each member.

use std::borrow::Cow;

use oxeye_text::{Locale, Text};

use crate::bot::Bot;
use crate::error::BotError;

type Description = fn(Text) -> String;

/// The description of each command and of each option, by its path.
const DESCRIPTIONS: [(&str, Description); 11] = [
    ("oxeye", Text::about_oxeye),
    ("oxeye status", Text::about_status),
    ("oxeye status server", Text::about_status_server),
    ("oxeye list", Text::about_list),
    ("oxeye connect", Text::about_connect),
    ("oxeye connect name", Text::about_connect_name),
    ("oxeye disconnect", Text::about_disconnect),
    ("oxeye disconnect server", Text::about_server),
    ("oxeye rename", Text::about_rename),
    ("oxeye rename server", Text::about_server),
    ("oxeye rename name", Text::about_rename_name),
];

/// Describes a command, its subcommands and their options.
pub(super) fn describe(command: &mut poise::Command<Bot, BotError>) {
    let path = command.name.to_string();
    describe_below(command, &path);
}

fn describe_below(command: &mut poise::Command<Bot, BotError>, path: &str) {
    command.description = in_english(path);
    command.description_localizations = in_other_languages(path);
    for option in &mut command.parameters {
        let path = format!("{path} {}", option.name);
        option.description = in_english(&path);
        option.description_localizations = in_other_languages(&path);
    }
    for subcommand in &mut command.subcommands {
        let path = format!("{path} {}", subcommand.name);
        describe_below(subcommand, &path);
    }
}

/// What members read whose language has no description of its own.
fn in_english(path: &str) -> Option<Cow<'static, str>> {
    let description = description(path)?;
    Some(description(Text::of(Locale::English)).into())
}

fn in_other_languages(path: &str) -> Cow<'static, [(Cow<'static, str>, Cow<'static, str>)]> {
    let Some(description) = description(path) else {
        return Cow::default();
    };
    let others = Locale::ALL
        .into_iter()
        .filter(|locale| *locale != Locale::English);
    others
        .map(|locale| (locale.tag().into(), description(Text::of(locale)).into()))
        .collect()
}

fn description(path: &str) -> Option<Description> {
    let found = DESCRIPTIONS.iter().find(|(of, _)| *of == path);
    found.map(|(_, description)| *description)
}
