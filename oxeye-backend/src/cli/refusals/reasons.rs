//! Why a value or a line cannot be used, in the language of the person at the terminal.

use oxeye_plugin_proto::{InvalidPlayerName, InvalidServerName};
use oxeye_text::{Text, neutralise, uncapitalised};

use crate::api_messages::refusal::{Reason, WantedKind};

/// Returns the reason as a clause, also if it is a sentence elsewhere.
pub(super) fn clause(text: Text, reason: &Reason) -> String {
    let of_player = |why| of_sentence(&text.invalid_player_name(&why));
    let of_server = |why| of_sentence(&text.invalid_server_name(&why));
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
        Reason::PlayerNameEmpty => of_player(InvalidPlayerName::Empty),
        Reason::PlayerNameTooLong => of_player(InvalidPlayerName::TooLong),
        Reason::PlayerNameControlCharacter => of_player(InvalidPlayerName::ControlCharacter),
        Reason::PlayerNameSpacesAtEnds => of_player(InvalidPlayerName::OuterWhiteSpace),
        Reason::ServerNameNothingVisible => of_server(InvalidServerName::NothingVisible),
        Reason::ServerNameTooLong => of_server(InvalidServerName::TooLong),
        Reason::ServerNameInvisible => of_server(InvalidServerName::Invisible),
        Reason::FutureTime => of_sentence(&text.moment_in_future()),
        Reason::RoleOfEveryone => of_sentence(&text.alert_not_everyone()),
        Reason::LocalGuild => text.local_guild_has_no_channels(),
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

fn of_sentence(sentence: &str) -> String {
    uncapitalised(sentence.trim_end_matches('.'))
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
