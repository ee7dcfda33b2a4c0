//! The messages of alerts, and the answers about them.

use std::time::Duration;

use oxeye_db::{Alert, AlertEvent, AlertTopics, GuildServers, ServerId, ServerName, UnixSeconds};
use oxeye_text::{Text, escape_markdown, width};
use serde_json::json;

use super::channel_link;
use super::message::Message;
use crate::rest::Payload;

/// How long ago a moment is that is shown with its date. A clock alone may be that of the day before.
const DATED_AFTER: Duration = Duration::from_secs(12 * 3_600);

/// Returns what is posted about an event. No two events of an alert read the same. The role of the alert is the only one that is notified, and only
/// when a server goes down or comes back.
pub(crate) fn posted(
    alert: &Alert,
    event: AlertEvent,
    server: Option<&ServerName>,
    now: UnixSeconds,
) -> Payload {
    let text = Text::of_tag(&alert.locale);
    let name = server.map(|server| escape_markdown(server.as_str()));
    let name = name.unwrap_or_default();
    let says = match event {
        AlertEvent::Down { since } => text.alert_down(&name, &moment(since, now), &relative(since)),
        AlertEvent::Silent { since } => {
            text.alert_silent(&name, &moment(since, now), &relative(since))
        }
        AlertEvent::Up { since, down_since } => {
            let down_for = since.saturating_since(down_since);
            text.alert_up(&name, &moment(since, now), &text.long_duration(down_for))
        }
        AlertEvent::Record { new, before } => text.alert_record(
            &name,
            new.players,
            &clock(new.at),
            before.players,
            &date(before.at),
        ),
        AlertEvent::Test { at } if server.is_some() => text.alert_test(&name, &clock(at)),
        AlertEvent::Test { at } => text.alert_test_all(&clock(at)),
    };
    let is_outage = matches!(
        event,
        AlertEvent::Down { .. } | AlertEvent::Silent { .. } | AlertEvent::Up { .. }
    );
    let role = alert.role.filter(|_| is_outage);
    let roles: Vec<_> = role.iter().map(u64::to_string).collect();
    let content = match role {
        Some(role) => format!("{} {says}", role_link(role)),
        None => says,
    };
    Payload {
        json: json!({"content": content, "allowed_mentions": {"parse": [], "roles": roles}}),
        files: Vec::new(),
    }
}

/// Whether a role that an alert mentions will be notified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Notified {
    Yes,
    /// Neither everybody nor the bot may mention it.
    NotMentionable,
}

/// Says what an alert does from now on.
pub(crate) fn set(
    text: Text,
    channel: u64,
    (servers, name): (GuildServers, Option<&ServerName>),
    role: Option<(u64, Notified)>,
    topics: AlertTopics,
) -> Message {
    let channel = channel_link(channel);
    let mut message = Message::private(match (servers, name) {
        (GuildServers::One(_), Some(name)) => {
            text.alert_set(&channel, &escape_markdown(name.as_str()))
        }
        _ => text.alert_set_all(&channel),
    });
    match role {
        None => {}
        Some((role, Notified::Yes)) => {
            message.add_paragraphs(&[text.alert_notifies(&role_link(role))]);
        }
        Some((role, Notified::NotMentionable)) => {
            message.add_paragraphs(&[text.alert_cannot_notify(&role_link(role))]);
        }
    }
    let also = [
        topics.visits.then(|| text.alert_also_visits()),
        topics.records.then(|| text.alert_also_records()),
        topics.newcomers.then(|| text.alert_also_newcomers()),
    ];
    let also: Vec<_> = also.into_iter().flatten().collect();
    message.add_paragraphs(&also);
    message
}

/// Lists the alerts of a guild with what each says, in at most `room` UTF-16 units.
pub(crate) fn list(
    text: Text,
    alerts: &[Alert],
    name: impl Fn(ServerId) -> Option<ServerName>,
    room: usize,
) -> Message {
    if alerts.is_empty() {
        return Message::private(text.alert_list_empty());
    }
    let entries = alerts.iter().map(|alert| {
        let server = alert.server.and_then(&name);
        let server = server.map(|server| format!("**{}**", escape_markdown(server.as_str())));
        let server = server.unwrap_or_else(|| text.alert_all_servers());
        let channel = channel_link(alert.channel);
        let entry = text.alert_line(&channel, &server, &text.alert_topics(alert.topics));
        let entry = match alert.role {
            Some(role) => format!("{entry} · {}", role_link(role)),
            None => entry,
        };
        match (alert.stopped, alert.blocked_since) {
            (Some(_), _) => text.alert_entry_stopped(&entry),
            (None, Some(_)) => text.alert_entry_blocked(&entry),
            (None, None) => entry,
        }
    });
    let entries = entries.map(|entry| format!("• {entry}"));
    let heading = text.alert_list();
    let room = room.saturating_sub(width(&heading) + 1);
    let list = text.bullets(entries, alerts.len(), room);
    Message::private(format!("{heading}\n{}", list.text))
}

/// Says how many alerts of a channel are off.
pub(crate) fn off(text: Text, count: usize, channel: u64) -> Message {
    Message::private(text.alerts_off(count, &channel_link(channel)))
}

/// Says where the message of a test is.
pub(crate) fn tested(text: Text, guild: u64, channel: u64, message: u64) -> Message {
    let link = format!("https://discord.com/channels/{guild}/{channel}/{message}");
    Message::private(text.alert_tested(&link))
}

/// Says that Discord does not answer right now.
pub(crate) fn on_its_way(text: Text, channel: u64) -> Message {
    Message::private(text.alert_on_its_way(&channel_link(channel)))
}

/// Returns what Discord shows as the name of a role.
fn role_link(role: u64) -> String {
    format!("<@&{role}>")
}

/// Returns a moment as the clock of each reader shows it.
fn clock(moment: UnixSeconds) -> String {
    format!("<t:{}:t>", moment.0)
}

/// Returns a moment as the clock of each reader shows it, with the date if it was long ago.
fn moment(at: UnixSeconds, now: UnixSeconds) -> String {
    match now.saturating_since(at) >= DATED_AFTER {
        true => format!("<t:{}:f>", at.0),
        false => clock(at),
    }
}

/// Returns a moment as the date that each reader has then.
fn date(moment: UnixSeconds) -> String {
    format!("<t:{}:D>", moment.0)
}

/// Returns a moment as Discord shows it as "5 minutes ago".
fn relative(moment: UnixSeconds) -> String {
    format!("<t:{}:R>", moment.0)
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::server_name;
    use oxeye_db::{AlertId, GuildId, Peak};
    use oxeye_text::Locale;

    use super::*;

    const DOWN_AT: UnixSeconds = UnixSeconds(1_700_000_000);
    const DOWN: AlertEvent = AlertEvent::Down { since: DOWN_AT };

    fn alert(locale: &str, role: Option<u64>) -> Alert {
        Alert {
            id: AlertId(1),
            guild: GuildId(7),
            channel: 5,
            server: None,
            role,
            locale: locale.to_owned(),
            set_by: None,
            set_at: DOWN_AT,
            blocked_since: None,
            blocked_code: 0,
            told_at: None,
            stopped: None,
            topics: AlertTopics::default(),
        }
    }

    fn content(locale: &str, event: AlertEvent, server: &str) -> String {
        content_at(locale, event, server, DOWN_AT.0 + 3_720)
    }

    fn content_at(locale: &str, event: AlertEvent, server: &str, now: i64) -> String {
        let server = server_name(server);
        let now = UnixSeconds(now);
        let payload = posted(&alert(locale, None), event, Some(&server), now);
        payload.json["content"].as_str().unwrap().to_owned()
    }

    #[test]
    fn an_outage_and_its_end_are_said_in_both_languages() {
        let up = AlertEvent::Up {
            since: UnixSeconds(DOWN_AT.0 + 3_660),
            down_since: DOWN_AT,
        };
        let silent = AlertEvent::Silent { since: DOWN_AT };
        assert_eq!(
            content("en", DOWN, "survival"),
            "🔴 **survival** has been down since <t:1700000000:t> (<t:1700000000:R>)."
        );
        assert_eq!(
            content("de", DOWN, "survival"),
            "🔴 **survival** ist seit <t:1700000000:t> nicht erreichbar (<t:1700000000:R>)."
        );
        assert_eq!(
            content("en", silent, "survival"),
            "🔴 **survival** is probably down: nothing has been heard of it since <t:1700000000:t> \
             (<t:1700000000:R>)."
        );
        assert_eq!(
            content("en", up, "survival"),
            "🟢 **survival** has been back up since <t:1700003660:t> (it was down for 1h 1m)."
        );
        assert_eq!(
            content("de", up, "survival"),
            "🟢 **survival** ist seit <t:1700003660:t> wieder da (Ausfall: 1 Std. 1 Min.)."
        );
    }

    #[test]
    fn what_was_half_a_day_ago_is_said_with_its_date() {
        let silent = AlertEvent::Silent { since: DOWN_AT };
        let up = AlertEvent::Up {
            since: DOWN_AT,
            down_since: UnixSeconds(DOWN_AT.0 - 60),
        };
        let later = DOWN_AT.0 + 12 * 3_600;
        for locale in ["en", "de"] {
            for event in [DOWN, silent, up] {
                let says = |now| content_at(locale, event, "survival", now);
                let (before, after) = (says(later - 1), says(later));
                assert!(before.contains("<t:1700000000:t>"), "{before}");
                assert_eq!(after, before.replace(":t>", ":f>"));
            }
        }
        assert_eq!(
            content_at("en", DOWN, "survival", later),
            "🔴 **survival** has been down since <t:1700000000:f> (<t:1700000000:R>)."
        );
        assert_eq!(
            content_at("de", silent, "survival", later),
            "🔴 **survival** ist vermutlich ausgefallen: Seit <t:1700000000:f> ist nichts mehr von dort zu hören \
             (<t:1700000000:R>)."
        );
    }

    #[test]
    fn a_record_is_said_with_the_one_before_and_notifies_nobody() {
        let peak = |players, at| Peak {
            players,
            at: UnixSeconds(at),
        };
        let record = AlertEvent::Record {
            new: peak(32, DOWN_AT.0),
            before: peak(31, 1_600_000_000),
        };
        assert_eq!(
            content("en", record, "survival"),
            "🏆 New record on **survival**: 32 players at once, at <t:1700000000:t>. The old record was 31, on \
             <t:1600000000:D>."
        );
        assert_eq!(
            content("de", record, "survival"),
            "🏆 Neuer Rekord auf **survival**: 32 Spieler gleichzeitig, um <t:1700000000:t>. Der alte Rekord war 31, \
             am <t:1600000000:D>."
        );
        let server = server_name("survival");
        let with_role = posted(&alert("en", Some(9)), record, Some(&server), DOWN_AT).json;
        let nobody = json!({"parse": [], "roles": []});
        assert_eq!(with_role["allowed_mentions"], nobody);
    }

    #[test]
    fn the_list_says_what_each_alert_says() {
        let mut with_topics = alert("en", Some(9));
        with_topics.topics = AlertTopics {
            visits: true,
            records: true,
            newcomers: true,
        };
        let mut of_server = alert("en", None);
        of_server.server = Some(ServerId(1));
        of_server.blocked_since = Some(DOWN_AT);
        let name = |_| Some(server_name("sky_block"));
        let list = |alerts: &[Alert]| list(Text::of(Locale::English), alerts, name, 1_900).content;

        assert_eq!(
            list(&[with_topics, of_server]),
            "These channels have alerts:\n\
             • <#5>, all servers: outages, who joins and leaves, records and first visits · <@&9>\n\
             • <#5>, **sky\\_block**: outages, refused by Discord"
        );
        assert!(list(&[]).contains("/oxeye alerts set"));
    }

    #[test]
    fn a_list_of_alerts_ends_with_a_whole_line() {
        let mut one = alert("en", Some(9));
        one.server = Some(ServerId(1));
        let name = |_| Some(server_name(&"_".repeat(64)));
        for locale in Locale::ALL {
            let text = Text::of(locale);
            let says = list(text, &vec![one.clone(); 10], name, 900).content;
            assert!(width(&says) <= 900, "{says}");
            let shown = says.lines().filter(|line| line.ends_with("<@&9>")).count();
            assert!((2..10).contains(&shown), "{says}");
            assert!(says.ends_with(&text.and_more(10 - shown)), "{says}");
        }
    }

    #[test]
    fn nobody_is_notified_but_the_role_of_the_alert_and_that_not_by_a_test() {
        let name = server_name("@everyone <@1> <@&2>");
        let with_role = |event| posted(&alert("en", Some(9)), event, Some(&name), DOWN_AT).json;

        let down = with_role(DOWN);
        let test = with_role(AlertEvent::Test { at: DOWN_AT });

        assert_eq!(
            down["allowed_mentions"],
            json!({"parse": [], "roles": ["9"]})
        );
        let says = down["content"].as_str().unwrap();
        assert!(
            says.starts_with("<@&9> 🔴 **\\@everyone \\<\\@1\\>"),
            "{says}"
        );
        assert_eq!(test["allowed_mentions"], json!({"parse": [], "roles": []}));
        assert!(!test["content"].as_str().unwrap().contains("<@&9>"));
    }

    #[test]
    fn a_role_that_cannot_be_notified_is_named_to_the_admin() {
        let text = Text::of(Locale::English);
        let servers = GuildServers::All(GuildId(7));
        let message = set(
            text,
            5,
            (servers, None),
            Some((9, Notified::NotMentionable)),
            AlertTopics::default(),
        );

        assert!(message.ephemeral);
        assert!(message.content.contains("<#5>"), "{}", message.content);
        assert!(
            message.content.contains("<@&9>") && message.content.contains("**Mention"),
            "{}",
            message.content
        );
    }
}
