//! Why a value or a line cannot be used, in the language of the person at the terminal.

use oxeye_plugin_proto::{InvalidPlayerName, InvalidServerName};
use oxeye_text::{Text, neutralise};

use crate::api_messages::refusal::{Reason, WantedKind};

/// Returns the reason as a clause, without a full stop.
pub(super) fn clause(text: Text, reason: &Reason) -> String {
    let sentence = in_words(text, reason);
    sentence.trim_end_matches('.').to_owned()
}

fn in_words(text: Text, reason: &Reason) -> String {
    match reason {
        Reason::MalformedJson { column } => text.line_not_json(&column.to_string()),
        Reason::KeyMissing { key } => text.line_key_missing(&neutralise(key)),
        Reason::KeyTwice { key } => text.line_key_twice(&neutralise(key)),
        Reason::KeyUnknown { sent, known } | Reason::WordUnknown { sent, known } => {
            text.line_word_unknown(&neutralise(sent), &listed(text, known))
        }
        Reason::KindWrong { sent, wanted } => {
            text.line_kind_wrong(&neutralise(sent), wanted_key(*wanted))
        }
        Reason::PlayerNameEmpty => text.invalid_player_name(&InvalidPlayerName::Empty),
        Reason::PlayerNameTooLong => text.invalid_player_name(&InvalidPlayerName::TooLong),
        Reason::PlayerNameControlCharacter => {
            text.invalid_player_name(&InvalidPlayerName::ControlCharacter)
        }
        Reason::PlayerNameSpacesAtEnds => {
            text.invalid_player_name(&InvalidPlayerName::OuterWhiteSpace)
        }
        Reason::ServerNameNothingVisible => {
            text.invalid_server_name(&InvalidServerName::NothingVisible)
        }
        Reason::ServerNameTooLong => text.invalid_server_name(&InvalidServerName::TooLong),
        Reason::ServerNameInvisible => text.invalid_server_name(&InvalidServerName::Invisible),
        Reason::FutureTime => text.moment_in_future(),
        Reason::LocalGuild => text.local_guild_has_no_channels(),
        Reason::RoleOfEveryone => text.alert_not_everyone(),
        Reason::CounterUnknown { counter, known } => {
            text.unknown_counter(&neutralise(counter), &listed(text, known))
        }
        Reason::CounterOfOneServer { counter } => text.counter_of_one_server(&neutralise(counter)),
        Reason::SessionTimes => text.line_session_times(),
        Reason::SessionInFuture => text.line_session_in_future(),
        Reason::SessionHalfEnded => text.line_session_half_ended(),
        Reason::SessionEndUnknown { known } => text.line_session_end(&listed(text, known)),
        Reason::AccountTimes => text.line_account_times(),
        Reason::GuildIdTooLarge => text.line_guild_id_too_large(),
    }
}

fn wanted_key(wanted: WantedKind) -> &'static str {
    match wanted {
        WantedKind::Text => "text",
        WantedKind::Bool => "bool",
        WantedKind::List => "list",
        WantedKind::Object => "object",
        WantedKind::TextOrObject => "text_or_object",
        WantedKind::Count => "count",
        WantedKind::WholeNumber => "whole_number",
        WantedKind::Number => "number",
        WantedKind::Other => "other",
    }
}

fn listed(text: Text, known: &[String]) -> String {
    let known = known.iter().map(|one| neutralise(one));
    text.list(&known.collect::<Vec<_>>())
}
