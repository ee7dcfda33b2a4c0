//! Which records there are, without reading them.

use oxeye_db::GuildId;
use oxeye_db::activity::day::UtcDay;
use oxeye_db::activity::listing::ListedPlayer;
use oxeye_plugin_proto::UnixSeconds;

use super::{
    EVENTS_LIFETIME, RecordKey, SESSION_LIFETIME, SUMMARY_LIFETIME, Subject, day_expires_at,
};

/// Returns the keys under which there is a record of a player.
pub(crate) fn listed_keys(
    guild: GuildId,
    listed: &ListedPlayer,
    now: UnixSeconds,
) -> Vec<RecordKey> {
    let (id, traces) = (listed.player.id(), listed.traces);
    let on = traces.is_on.then(|| now.plus(SESSION_LIFETIME));
    let newest = traces.newest_event_at.map(|at| at.plus(EVENTS_LIFETIME));
    let updated = traces.last_updated.map(|at| at.plus(SUMMARY_LIFETIME));
    let mut subjects = vec![
        (Subject::Session(id.clone()), on),
        (Subject::Events(id.clone()), newest),
        (Subject::Summary(id.clone()), updated),
    ];
    subjects.extend(traces.days(UtcDay::of(now)).map(|day| {
        let expires_at = day_expires_at(day, traces.last_updated);
        (Subject::Daily(id.clone(), day), Some(expires_at))
    }));
    let alive = subjects
        .into_iter()
        .filter(|(_, expires_at)| *expires_at > Some(now));
    alive
        .map(|(subject, _)| RecordKey { guild, subject })
        .collect()
}
