//! Reads what an export holds of activity, and what is kept of one player.

use hashbrown::HashMap;
use oxeye_plugin_proto::PlayerName;
use rusqlite::Connection;

use super::day::UtcDay;
use super::portable::{PortableActivity, PortableDeed};
use super::recent::places::RecentEvents;
use super::shares::{ActivityShare, TheirDays};
use super::store::rows::players::GuildPlayerId;
use super::store::rows::{exporting, players, recent_events};
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;

/// Calls `take` with everything in the file of activity, as of one moment, until it returns false.
pub(crate) fn export(
    file: &Connection,
    mut take: impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    let snapshot = file.unchecked_transaction()?;
    export_all(&snapshot, None, &RecentEvents::default(), &mut take)
}

/// Calls `take` with everything about all players, or about only one, until it returns false.
fn export_all(
    file: &Connection,
    only: Option<GuildPlayerId>,
    recent: &RecentEvents,
    take: &mut impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    let (sums, recent) = match only {
        Some(player) => (
            recent.sums_of(file, player)?,
            recent.events_of(file, player)?,
        ),
        None => (
            RecentEvents::sums_of_all(file)?,
            recent_events::events(file, None)?,
        ),
    };
    let latest = sums.players.into_iter();
    let latest = latest.map(|(player, latest)| (player, latest.at)).collect();
    let counters = sums.days.into_iter();
    let counters = counters.map(|((_, counter, day, player), sum)| ((player, day, counter), sum));
    let values = sums.collected.into_iter().map(|(key, last)| (key, last.at));
    let mut events = HashMap::<_, Vec<_>>::new();
    for recent in recent {
        let of_player = events.entry(recent.player).or_default();
        of_player.push((recent.event, recent.number));
    }
    exporting::each_player(file, only, &latest, take)?;
    exporting::each_counter(file, only, counters.collect(), take)?;
    exporting::each_value(file, only, values.collect(), take)?;
    exporting::each_event(file, only, events, take)
}

impl Database {
    /// Returns what a person did under a name in a guild, as far as it is kept.
    pub(crate) async fn deeds_of(
        &self,
        guild: GuildId,
        share: ActivityShare,
    ) -> Result<Vec<PortableDeed>, StoreError> {
        let read = move |file: &_, recent: &_| {
            let all = deeds(file, recent, guild, &share.name)?;
            Ok(match &share.days {
                None => all,
                Some(theirs) => on_days(all, theirs),
            })
        };
        self.in_file().read(read).await
    }
}

fn deeds(
    file: &Connection,
    recent: &RecentEvents,
    guild: GuildId,
    name: &PlayerName,
) -> rusqlite::Result<Vec<PortableDeed>> {
    let mut deeds = Vec::new();
    let mut take = |activity: PortableActivity| {
        deeds.push(activity.what);
        true
    };
    let known = players::of_name(file, name)?.into_iter();
    for (_, player) in known.filter(|(of, _)| *of == guild) {
        export_all(file, Some(player), recent, &mut take)?;
    }
    Ok(deeds)
}

/// Returns what a person did on their days, of everything that was done under a name.
fn on_days(all: Vec<PortableDeed>, theirs: &TheirDays) -> Vec<PortableDeed> {
    let mut latest = None;
    let deeds = all.into_iter().filter(|deed| {
        let (day, at) = match deed {
            PortableDeed::Player { .. } => return true,
            PortableDeed::Counter { day, .. } => (*day, day.begin()),
            PortableDeed::Value { at, .. } | PortableDeed::Event { at, .. } => {
                (UtcDay::of(*at), *at)
            }
        };
        let is_theirs = theirs.has(day);
        latest = latest.max(is_theirs.then_some(at));
        is_theirs
    });
    let deeds: Vec<_> = deeds.collect();
    // The row of the name says when anybody used it last, and with which account.
    let deeds = deeds.into_iter().filter_map(|deed| match deed {
        PortableDeed::Player {
            uuid,
            last_event_at,
        } => {
            let is_last = theirs.has(UtcDay::of(last_event_at));
            Some(PortableDeed::Player {
                uuid: uuid.filter(|uuid| theirs.has_account(Some(*uuid))),
                last_event_at: latest.map(|latest| if is_last { last_event_at } else { latest })?,
            })
        }
        other => Some(other),
    });
    deeds.collect()
}
