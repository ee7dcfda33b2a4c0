//! A player's newest events: those that were reported, and the logins and logouts that follow from sessions.

use std::cmp::Reverse;

use oxeye_plugin_proto::UnixSeconds;

use super::figures::PlayerEvent;
use super::lifetimes::EVENT_LIFETIME;
use super::play::PlaySession;
use super::store::rows::events;

/// Returns the newest events of the last 7 days, reported and derived, newest first.
pub(super) fn newest_first(
    reported: Vec<events::StoredEvent>,
    sessions: &[PlaySession],
    now: UnixSeconds,
    limit: usize,
) -> Vec<PlayerEvent> {
    let edge = now.minus(EVENT_LIFETIME);
    let reported = reported.into_iter().map(|event| PlayerEvent {
        details: event.details().to_owned(),
        event_type: event.event_type,
        at: event.at,
    });
    let derived = sessions.iter().flat_map(derived_events);
    let mut all: Vec<_> = reported
        .chain(derived.filter(|event| event.at >= edge))
        .collect();
    // Within one second a login comes before and a logout after everything else; the newest comes first.
    let place = |event: &PlayerEvent| match event.event_type.as_str() {
        "login" => 0,
        "logout" => 2,
        _ => 1,
    };
    all.sort_by_key(|event| Reverse((event.at, place(event))));
    all.truncate(limit);
    all
}

fn derived_events(session: &PlaySession) -> impl Iterator<Item = PlayerEvent> {
    let login = PlayerEvent {
        event_type: "login".to_owned(),
        at: session.begin,
        details: "{}".to_owned(),
    };
    let logout = (!session.is_open).then(|| PlayerEvent {
        event_type: "logout".to_owned(),
        at: session.end,
        details: format!("{{\"duration_seconds\":{}.0}}", session.playtime()),
    });
    [Some(login), logout].into_iter().flatten()
}
