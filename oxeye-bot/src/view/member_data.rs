//! What is kept about a member's player in one guild, as a file of JSON in the words of the operator API.

use oxeye_db::record::player_sessions::PlayerSession;
use oxeye_db::{LinkedMember, PlayerOnServer, PortableDeed, ReportedUuid, UnixSeconds};
use oxeye_text::{Text, escape_markdown};
use serde_json::{Value, json};

use super::message::Message;
use crate::members::MemberData;

/// The most sessions in the file, so that Discord accepts it. The newest ones are kept.
const MAX_SESSIONS: usize = 40_000;

/// Makes the private message with the file.
pub(crate) fn file(text: Text, data: MemberData, now: UnixSeconds) -> Message {
    let player = escape_markdown(data.member.player.as_str());
    Message {
        data: Some(format!("{:#}", document(data, now))),
        ..Message::private(text.member_data(&player))
    }
}

fn document(data: MemberData, now: UnixSeconds) -> Value {
    let MemberData { member, player } = data;
    let mut room = MAX_SESSIONS;
    let servers: Vec<_> = player
        .servers
        .iter()
        .map(|server| on_server(server, &mut room))
        .collect();
    json!({
        "exported_at": now,
        "guild_id": member.guild.to_string(),
        "player": member.player,
        "link": link(&member),
        "uuids": player.accounts.iter().map(account).collect::<Vec<_>>(),
        "servers": servers,
        "activity": player.activity.iter().map(deed).collect::<Vec<_>>(),
    })
}

fn link(member: &LinkedMember) -> Value {
    json!({
        "user_id": member.user.to_string(),
        "linked_at": member.linked_at,
        "confirmed_by_user_id": member.confirmed_by.map(|user| user.to_string()),
        "hidden_since_at": member.hidden_since,
    })
}

fn account(reported: &ReportedUuid) -> Value {
    json!({
        "uuid": reported.uuid.to_string(),
        "first_reported_at": reported.first_reported_at,
        "last_reported_at": reported.last_reported_at,
    })
}

/// Returns a server with at most `room` sessions, which then take that room.
fn on_server(known: &PlayerOnServer, room: &mut usize) -> Value {
    let shown = known.sessions.len().min(*room);
    *room -= shown;
    json!({
        "server": known.server,
        "last_seen_at": known.last_seen,
        "imported_secs": known.imported_secs,
        "session_count": known.sessions.len(),
        "sessions": known.sessions[..shown].iter().map(session).collect::<Vec<_>>(),
    })
}

fn session(session: &PlayerSession) -> Value {
    json!({
        "joined_at": session.cursor.joined_at,
        "left_at": session.end.map(|(left_at, _)| left_at),
        "ended": session.end.map(|(_, how)| how.as_str()),
    })
}

fn deed(deed: &PortableDeed) -> Value {
    match deed {
        PortableDeed::Player {
            uuid,
            last_event_at,
        } => json!({
            "uuid": uuid.map(|uuid| uuid.to_string()),
            "last_event_at": last_event_at,
        }),
        PortableDeed::Counter {
            day,
            counter,
            amount,
        } => json!({"date": day.to_string(), "counter": counter, "amount": amount}),
        PortableDeed::Value {
            collection,
            value,
            at,
        } => json!({"collection": collection, "value": value, "at": at}),
        PortableDeed::Event {
            event_type,
            at,
            details,
            ..
        } => json!({"event_type": event_type, "at": at, "details": details}),
    }
}
