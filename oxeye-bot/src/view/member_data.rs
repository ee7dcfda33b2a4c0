//! What is kept about a member and their player in one guild, as a file of JSON in the words of the operator API.

use oxeye_db::record::player_sessions::PlayerSession;
use oxeye_db::{
    LinkedMember, Notice, PlayerData, PlayerOnServer, PortableDeed, PresenceKind, PresenceSession,
    ReportedUuid, UnixSeconds,
};
use oxeye_text::Text;
use serde_json::{Value, json};

use super::message::Message;
use crate::members::{MemberData, PresenceData};

/// The most sessions in the file, so that Discord accepts it. The newest ones are kept.
const MAX_SESSIONS: usize = 40_000;

/// The same for sessions in Discord, each of which takes more room.
const MAX_PRESENCE_SESSIONS: usize = 5_000;

/// Makes the private message with the file.
pub(crate) fn file(text: Text, data: &MemberData, now: UnixSeconds) -> Message {
    Message {
        data: Some(format!("{:#}", document(data, now))),
        ..Message::private(text.member_data())
    }
}

fn document(data: &MemberData, now: UnixSeconds) -> Value {
    let mut document = json!({
        "exported_at": now,
        "guild_id": data.guild.to_string(),
    });
    if let Some((member, player)) = &data.player {
        document["player"] = json!(member.player);
        document["link"] = link(member);
        add_player(&mut document, player);
    }
    if let Some(presence) = &data.presence {
        document["presence"] = in_discord(presence);
    }
    if !data.notices.is_empty() {
        document["notices"] = data.notices.iter().map(told_about).collect();
    }
    document
}

fn add_player(document: &mut Value, player: &PlayerData) {
    let mut room = MAX_SESSIONS;
    let servers = player.servers.iter();
    let servers: Vec<_> = servers.map(|server| on_server(server, &mut room)).collect();
    document["uuids"] = player.accounts.iter().map(account).collect();
    document["servers"] = json!(servers);
    document["activity"] = player.activity.iter().map(deed).collect();
}

fn in_discord(presence: &PresenceData) -> Value {
    let all = &presence.sessions;
    let newest = &all[all.len().saturating_sub(MAX_PRESENCE_SESSIONS)..];
    json!({
        "joined_at": presence.joined_at,
        "hidden_since_at": presence.hidden_since,
        "agreed": presence.agreed.iter().map(agreement).collect::<Vec<_>>(),
        "session_count": all.len(),
        "sessions": newest.iter().map(session_in_discord).collect::<Vec<_>>(),
    })
}

fn agreement((kind, since): &(PresenceKind, UnixSeconds)) -> Value {
    json!({"kind": kind.as_str(), "since_at": since})
}

fn session_in_discord(session: &PresenceSession) -> Value {
    let about = &session.about;
    json!({
        "kind": session.kind().as_str(),
        "name": about.name,
        "channel_id": session.key.place.map(|place| place.channel.to_string()),
        "details": about.details,
        "state": about.state,
        "url": about.url,
        "artists": about.artists,
        "album": about.album,
        "track_id": about.track_id,
        "started_at": session.started_at,
        "last_seen_at": session.seen_at,
        "ended_at": session.end.map(|end| end.at),
        "is_estimated": session.has_estimated_end(),
        "gap_secs": session.gap_secs(),
        "duration_secs": session.duration_secs(),
    })
}

fn told_about(notice: &Notice) -> Value {
    json!({
        "player": notice.player,
        "channel_id": notice.channel.map(|channel| channel.to_string()),
        "added_at": notice.created_at,
        "told_at": notice.sent_at,
    })
}

fn link(member: &LinkedMember) -> Value {
    json!({
        "user_id": member.user.to_string(),
        "account": member.account.map(|account| account.to_string()),
        "linked_at": member.linked_at,
        "proof": if member.confirmed_by.is_some() { "confirmation" } else { "code" },
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
