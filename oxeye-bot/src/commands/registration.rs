//! Registers our commands with Discord, with a description of each command and option in every
//! language we speak. Registration never delays anything else.

use std::borrow::Cow;
use std::convert::Infallible;
use std::time::Duration;

use oxeye_process::backoff::Backoff;
use oxeye_text::{Locale, Text};
use serde_json::json;
use serenity::http::Http;
use tokio::sync::Notify;
use tokio::time::sleep;

use super::names;
use crate::bot::{Bot, CommandId};
use crate::counters::template::EXAMPLE;
use crate::error::BotError;
use crate::rest::Rest;

/// Longest wait after the first failure, and after any later one.
const FIRST_WAIT: Duration = Duration::from_secs(2);
const LONGEST_WAIT: Duration = Duration::from_secs(300);

pub(super) type Description = fn(Text) -> String;

/// The description of each command and option, by its path.
const DESCRIPTIONS: &[(&str, Description)] = &[
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
    ("oxeye rotate-key", Text::about_rotate_key),
    ("oxeye rotate-key server", Text::about_server),
    ("oxeye settings", Text::about_settings),
    ("oxeye watch", Text::about_watch),
    ("oxeye watch address", Text::about_watch_address),
    ("oxeye watch name", Text::about_watch_name),
    ("oxeye watch server", Text::about_watch_server),
    ("oxeye unwatch", Text::about_unwatch),
    ("oxeye unwatch server", Text::about_server),
    ("oxeye chart", Text::about_chart),
    ("oxeye chart server", Text::about_chart_server),
    ("oxeye chart range", Text::about_chart_range),
    ("oxeye history", Text::about_history),
    ("oxeye history time", Text::about_history_time),
    ("oxeye player", Text::about_player),
    ("oxeye player name", Text::about_player_name),
    ("oxeye top", Text::about_top),
    ("oxeye top what", Text::about_top_what),
    ("oxeye top range", Text::about_top_range),
    ("oxeye top server", Text::about_top_server),
    ("oxeye fleet", Text::about_fleet),
    ("oxeye help", Text::about_help),
    ("oxeye me", Text::about_me),
    ("oxeye me link", Text::about_me_link),
    ("oxeye me link name", Text::about_me_link_name),
    ("oxeye me unlink", Text::about_me_unlink),
    ("oxeye me hide", Text::about_me_hide),
    ("oxeye me show", Text::about_me_show),
    ("oxeye me data", Text::about_me_data),
    ("oxeye me forget", Text::about_me_forget),
    ("oxeye counter", Text::about_counter),
    ("oxeye counter set", Text::about_counter_set),
    ("oxeye counter set channel", Text::about_counter_set_channel),
    ("oxeye counter set template", |text| {
        text.about_counter_set_template(EXAMPLE)
    }),
    ("oxeye counter set server", Text::about_counter_set_server),
    ("oxeye counter off", Text::about_counter_off),
    ("oxeye counter off channel", Text::about_counter_set_channel),
    ("oxeye board", Text::about_board),
    ("oxeye board post", Text::about_board_post),
    ("oxeye board post server", Text::about_board_post_server),
    ("oxeye board post channel", Text::about_board_post_channel),
    ("oxeye board post picture", Text::about_board_post_picture),
    ("oxeye board off", Text::about_board_off),
    ("oxeye board off channel", Text::about_board_off_channel),
    ("oxeye alerts", Text::about_alerts),
    ("oxeye alerts set", Text::about_alerts_set),
    ("oxeye alerts set channel", Text::about_alerts_set_channel),
    ("oxeye alerts set server", Text::about_alerts_set_server),
    ("oxeye alerts set role", Text::about_alerts_set_role),
    ("oxeye alerts set visits", Text::about_alerts_set_visits),
    ("oxeye alerts set records", Text::about_alerts_set_records),
    (
        "oxeye alerts set newcomers",
        Text::about_alerts_set_newcomers,
    ),
    ("oxeye alerts off", Text::about_alerts_off),
    ("oxeye alerts off channel", Text::about_alerts_off_channel),
    ("oxeye alerts test", Text::about_alerts_test),
    ("oxeye alerts test channel", Text::about_alerts_off_channel),
    ("oxeye alerts list", Text::about_alerts_list),
    ("oxeye notify", Text::about_notify),
    ("oxeye notify add", Text::about_notify_add),
    ("oxeye notify add name", Text::about_notify_add_name),
    ("oxeye notify add channel", Text::about_notify_add_channel),
    ("oxeye notify remove", Text::about_notify_remove),
    ("oxeye notify remove name", Text::about_notify_remove_name),
    ("oxeye notify list", Text::about_notify_list),
    ("oxeye presence", Text::about_presence),
    ("oxeye presence setup", Text::about_presence_setup),
    (
        "oxeye presence setup kinds",
        Text::about_presence_setup_kinds,
    ),
    ("oxeye presence join", Text::about_presence_join),
    ("oxeye presence leave", Text::about_presence_leave),
    ("oxeye presence mine", Text::about_presence_mine),
    ("oxeye presence mine range", Text::about_presence_mine_range),
    ("oxeye presence top", Text::about_presence_top),
    ("oxeye presence top what", Text::about_presence_top_what),
    ("oxeye presence top range", Text::about_presence_mine_range),
];

/// Sets the descriptions of a command, its subcommands and their options, and their names in other languages. The name
/// of the command itself is that of the program.
pub(super) fn describe(command: &mut poise::Command<Bot, BotError>) {
    let path = command.name.to_string();
    describe_below(command, &path);
}

fn describe_below(command: &mut poise::Command<Bot, BotError>, path: &str) {
    command.description = in_english(path);
    command.description_localizations = in_other_languages(path);
    if path.contains(' ') {
        command.name_localizations = names::in_other_languages(&command.name);
    }
    for option in &mut command.parameters {
        option.name_localizations = names::in_other_languages(&option.name);
        let path = format!("{path} {}", option.name);
        option.description = in_english(&path);
        option.description_localizations = in_other_languages(&path);
    }
    for subcommand in &mut command.subcommands {
        let path = format!("{path} {}", subcommand.name);
        describe_below(subcommand, &path);
    }
}

/// Returns the description for members whose language we do not speak.
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

/// Returns what a command or option does.
pub(super) fn description(path: &str) -> Option<Description> {
    let found = DESCRIPTIONS.iter().find(|(of, _)| *of == path);
    found.map(|(_, description)| *description)
}

/// What is needed to register the commands.
pub(crate) struct Registration<'a> {
    /// Knows which application we are, once Discord has said so.
    pub(crate) http: &'a Http,
    /// Sends the commands, and waits as long as Discord asks for, also behind a proxy, where serenity does not; `None` if
    /// the token cannot be sent.
    pub(crate) rest: Option<&'a Rest>,
    pub(crate) identified: &'a Notify,
    pub(crate) command_id: &'a CommandId,
    pub(crate) has_fleet: bool,
}

/// Registers the commands as soon as Discord has identified us, and retries until that succeeds.
/// The future never completes, so it can run beside the connection.
pub(crate) async fn keep_registered(registration: Registration<'_>) -> Infallible {
    registration.identified.notified().await;
    let Some((rest, application)) = registration
        .rest
        .zip(registration.http.application_id().map(|id| id.get()))
    else {
        return std::future::pending().await;
    };
    let all = super::all(registration.has_fleet);
    let commands = json!(poise::builtins::create_application_commands(&all));
    let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
    loop {
        let error = match rest.set_commands(application, &commands).await {
            Ok(registered) => {
                registration.command_id.set(registered);
                break;
            }
            Err(error) => error,
        };
        let asked_for = error.retry_after().unwrap_or_default();
        let wait = backoff.next_wait().max(asked_for);
        tracing::warn!(
            %error,
            wait_ms = wait.as_millis(),
            "could not register the commands; trying again"
        );
        sleep(wait).await;
    }
    tracing::info!("registered the commands");
    std::future::pending().await
}
