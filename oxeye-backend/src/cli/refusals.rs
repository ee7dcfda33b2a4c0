//! What the running Oxeye refuses, in the language of the person at the terminal.

mod reasons;

use oxeye_db::GuildId;
use oxeye_plugin_proto::{PlayerName, ServerName};
use oxeye_text::{Facts, Text, neutralise};

use crate::api_messages::guild_id::WrittenGuildId;
use crate::api_messages::refusal::{ErrorAnswer, REQUEST_REFUSED, Refusal, URL_REFUSED};
use crate::portable_lines::with_stop;

/// Returns the sentence for an error of the operator API. If no command is expected to meet it, or its reason has no
/// code, that is the API's own, which is English.
pub(super) fn sentence(text: Text, answer: &ErrorAnswer) -> String {
    let refusal = answer.refusal.as_ref();
    refusal
        .and_then(|refusal| in_words(text, refusal))
        .or_else(|| of_request(text, &answer.error))
        .unwrap_or_else(|| neutralise(&answer.error))
}

/// Says why the API refuses what a command asks, without the words for those who send requests. The reason, which has no
/// code, is English.
fn of_request(text: Text, error: &str) -> Option<String> {
    let reason = error.strip_prefix(URL_REFUSED);
    let reason = reason.or_else(|| error.strip_prefix(REQUEST_REFUSED))?;
    Some(text.refused_request(&neutralise(reason)))
}

fn in_words(text: Text, refusal: &Refusal) -> Option<String> {
    if let Some(refusal) = refusal.of_watching() {
        return Some(Facts::in_terminal(text).watch_refusal(&refusal));
    }
    of_names(text, refusal)
        .or_else(|| of_import(text, refusal))
        .or_else(|| of_question(text, refusal))
        .or_else(|| of_oxeye(text, refusal))
}

/// Says what the command names and is not there, or is there already.
fn of_names(text: Text, refusal: &Refusal) -> Option<String> {
    Some(match refusal {
        Refusal::UnknownServer { guild_id, servers } => unknown_server(text, *guild_id, servers),
        Refusal::UnknownGuild { guild_ids, .. } if guild_ids.is_empty() => text.no_server_linked(),
        Refusal::UnknownGuild {
            guild_id,
            guild_ids,
        } => unknown_guild(text, *guild_id, guild_ids),
        Refusal::UnknownPlayer => text.refused_unknown_player(),
        Refusal::UnknownMember => text.refused_unknown_member(),
        Refusal::UnknownAlert => text.refused_unknown_alert(),
        Refusal::TooManyAlerts { alert_limit } => text.refused_too_many_alerts(*alert_limit),
        Refusal::NoticeExists => text.refused_notice_exists(),
        Refusal::TooManyNotices { notice_count } => text.refused_too_many_notices(*notice_count),
        Refusal::TooManyNoticesInGuild { notice_count } => {
            text.refused_too_many_notices_in_guild(*notice_count)
        }
        Refusal::TooManyNoticesInAll { notice_count } => {
            text.refused_too_many_notices_in_all(*notice_count)
        }
        Refusal::UnknownNotice => text.refused_unknown_notice(),
        Refusal::UnknownAccount => text.refused_unknown_account(),
        Refusal::NotJoined => text.refused_not_joined(),
        Refusal::NobodyToForget { similar_player } => {
            nobody_to_forget(text, similar_player.as_ref())
        }
        Refusal::NameTaken => text.refused_name_taken(),
        Refusal::NameInUse => text.refused_name_in_use(),
        Refusal::DeletesSessions { session_count } => text.refused_deletes_sessions(*session_count),
        Refusal::NoKey => text.refused_no_key(),
        Refusal::AlreadyUnlinked => text.refused_already_unlinked(),
        Refusal::NotWatched => text.refused_not_watched(),
        Refusal::ActivityOff => text.activity_off(),
        _ => return None,
    })
}

/// Says that nothing is known under a name, and names one that differs only in case.
pub(super) fn nobody_to_forget(text: Text, similar: Option<&PlayerName>) -> String {
    match similar {
        Some(similar) => text.refused_similar_player(&neutralise(similar.as_str())),
        None => text.refused_nobody_to_forget(),
    }
}

fn unknown_server(text: Text, guild: GuildId, servers: &[ServerName]) -> String {
    let names = servers.iter().map(|server| neutralise(server.as_str()));
    let names = text.list(&names.collect::<Vec<_>>());
    match guild {
        GuildId::LOCAL => text.refused_unknown_local_server(&names),
        guild => text.refused_unknown_server(&guild.to_string(), &names),
    }
}

fn unknown_guild(text: Text, guild: GuildId, others: &[WrittenGuildId]) -> String {
    let others = others.iter().filter_map(|id| id.exact().ok());
    let others: Vec<_> = others.map(|id| id.to_string()).collect();
    let others = others.join(", ");
    match guild {
        GuildId::LOCAL => text.refused_no_local_server(&others),
        guild => text.refused_unknown_guild(&guild.to_string(), &others),
    }
}

fn refused_line(text: Text, line: usize, why: &str, first_line: usize) -> String {
    text.refused_line(&line.to_string(), &with_stop(why), &first_line.to_string())
}

/// Says why a file is not imported.
fn of_import(text: Text, refusal: &Refusal) -> Option<String> {
    Some(match refusal {
        Refusal::NotAnExport => text.refused_not_an_export(),
        Refusal::UnknownExportVersion {
            version,
            oldest_version,
            newest_version,
        } => text.refused_export_version(*version, *oldest_version, *newest_version),
        Refusal::LineTooLong { line, byte_limit } => {
            text.refused_line_too_long(&line.to_string(), *byte_limit)
        }
        Refusal::BadLine {
            line,
            first_line,
            words,
            reason,
        } => {
            let why = match reason {
                Some(reason) => reasons::clause(text, reason),
                None => text.line_not_usable(&neutralise(words)),
            };
            refused_line(text, *line, &why, *first_line)
        }
        Refusal::RoundedGuildId {
            line,
            first_line,
            guild_id,
        } => {
            let why = text.line_rounded_guild_id(&guild_id.to_string());
            refused_line(text, *line, &why, *first_line)
        }
        Refusal::BodyTooSlow | Refusal::BodyIncomplete => text.refused_body_incomplete(),
        _ => return None,
    })
}

/// Says what cannot be answered.
fn of_question(text: Text, refusal: &Refusal) -> Option<String> {
    Some(match refusal {
        Refusal::InvalidUrl {
            reason: Some(reason),
        }
        | Refusal::InvalidRequest {
            reason: Some(reason),
        } => reasons::clause(text, reason),
        Refusal::NothingToDraw => text.chart_unknown(),
        Refusal::BodyTooLarge { byte_limit } => text.refused_body_too_large(*byte_limit),
        Refusal::UrlTooLong | Refusal::HeadersTooLarge => text.refused_url_too_long(),
        _ => return None,
    })
}

/// Says what prevents the running Oxeye from doing what any command asks.
fn of_oxeye(text: Text, refusal: &Refusal) -> Option<String> {
    Some(match refusal {
        Refusal::OnlyReader => text.refused_only_reader(),
        Refusal::OperatorApiElsewhere => text.refused_operator_api_elsewhere(),
        Refusal::UnknownRoute | Refusal::WrongMethod => text.refused_unknown_route(),
        Refusal::Busy | Refusal::TooManyRequests => text.refused_busy(),
        Refusal::TimedOut => text.refused_timed_out(),
        Refusal::Stopping => text.refused_stopping(),
        Refusal::TooManyConnections | Refusal::TooManyConnectionsFromAddress => {
            text.refused_too_many_connections()
        }
        Refusal::TooManyLargeRequests => text.refused_too_many_large_requests(),
        Refusal::TooManyCopies => text.refused_too_many_copies(),
        Refusal::StoreNotWritable => text.refused_store_not_writable(),
        Refusal::StoreLost => text.refused_store_lost(),
        Refusal::ActivityStoreLost => text.refused_activity_store_lost(),
        Refusal::Internal => text.refused_internal(),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use oxeye_text::Locale;
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(code_and_facts: serde_json::Value, english: &str, german: &str) {
        let mut answer = code_and_facts;
        answer["error"] = json!("The sentence of the API.");
        let answer: ErrorAnswer = serde_json::from_value(answer).unwrap();
        assert_eq!(sentence(Text::of(Locale::English), &answer), english);
        assert_eq!(sentence(Text::of(Locale::German), &answer), german);
    }

    #[test]
    fn a_missing_server_is_answered_with_those_that_exist() {
        check(
            json!({"code": "unknown_server", "guild_id": "0", "servers": ["creative", "survival"]}),
            "there is no local server of that name; the local servers are: creative and survival",
            "es gibt keinen lokalen Server mit diesem Namen; die lokalen Server sind: creative und survival",
        );
        check(
            json!({"code": "unknown_server", "guild_id": "7", "servers": ["hub"]}),
            "there is no server of that name in guild 7; its servers are: hub",
            "in der Guild 7 gibt es keinen Server mit diesem Namen; ihre Server sind: hub",
        );
        check(
            json!({"code": "unknown_guild", "guild_id": "0", "guild_ids": ["7", "8"]}),
            "there is no local server; choose a guild that has servers with --guild: 7, 8",
            "es gibt keinen lokalen Server; wähle mit --guild eine Guild, die Server hat: 7, 8",
        );
        check(
            json!({"code": "unknown_guild", "guild_id": "9", "guild_ids": ["7"]}),
            "guild 9 has no servers; these guilds have some: 7",
            "die Guild 9 hat keine Server; diese Guilds haben welche: 7",
        );
    }

    #[test]
    fn where_no_server_is_linked_the_command_that_links_one_is_named() {
        check(
            json!({"code": "unknown_guild", "guild_id": "0", "guild_ids": []}),
            &Text::of(Locale::English).no_server_linked(),
            &Text::of(Locale::German).no_server_linked(),
        );
    }

    #[test]
    fn what_no_command_is_expected_to_meet_is_answered_as_the_api_answers() {
        let api = "The sentence of the API.";
        check(json!({"code": "bad_host"}), api, api);
        check(json!({"code": "from_the_future"}), api, api);
        check(json!({}), api, api);
    }

    #[test]
    fn a_reason_that_has_a_code_is_said_in_the_language_of_the_terminal() {
        check(
            json!({"code": "bad_line", "line": 3, "first_line": 2, "reason": "no",
                "reason_code": "player_name_empty"}),
            "line 3: a player name cannot be empty. Nothing from line 2 on was imported; correct it and import the whole file again: what was imported is skipped",
            "Zeile 3: ein Spielername darf nicht leer sein. Ab Zeile 2 wurde nichts importiert; behebe das und importiere die ganze Datei noch einmal: Was schon importiert ist, wird übersprungen",
        );
        check(
            json!({"code": "bad_line", "line": 3, "first_line": 2, "reason": "no"}),
            "line 3: no. Nothing from line 2 on was imported; correct it and import the whole file again: what was imported is skipped",
            "Zeile 3: sie lässt sich nicht verwenden (Meldung: no). Ab Zeile 2 wurde nichts importiert; behebe das und importiere die ganze Datei noch einmal: Was schon importiert ist, wird übersprungen",
        );
        check(
            json!({"code": "invalid_url", "reason_code": "counter_unknown", "counter": "naps",
                "known": ["deaths", "kills"]}),
            r#"there is no counter "naps"; the counters are: deaths and kills"#,
            "es gibt keinen Zähler „naps“; diese gibt es: deaths und kills",
        );
        check(
            json!({"code": "invalid_request", "reason_code": "role_of_everyone"}),
            "an alert cannot notify everyone. Choose another role, or none",
            "eine Warnung kann nicht alle benachrichtigen. Wähle eine andere Rolle oder keine",
        );
        check(
            json!({"code": "body_too_large", "byte_limit": 65536}),
            "that is more than the 65,536 bytes that the running Oxeye accepts at once",
            "das sind mehr als die 65.536 Bytes, die das laufende Oxeye auf einmal annimmt",
        );
    }

    #[test]
    fn what_a_command_asks_is_not_called_a_url_or_a_request() {
        for error in [
            "The URL cannot be used: days is too many",
            "Oxeye cannot use this request: days is too many",
        ] {
            let answer: ErrorAnswer = serde_json::from_value(json!({"error": error})).unwrap();
            let said = |locale| sentence(Text::of(locale), &answer);
            assert_eq!(
                said(Locale::English),
                "the running Oxeye cannot do this: days is too many"
            );
            assert_eq!(
                said(Locale::German),
                "das kann das laufende Oxeye nicht tun: days is too many"
            );
        }
    }
}
