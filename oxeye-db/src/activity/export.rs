//! Reads what an export holds of activity, and what is kept of one player.

use oxeye_plugin_proto::PlayerName;
use rusqlite::Connection;

use super::day::UtcDay;
use super::portable::{PortableActivity, PortableDeed};
use super::shares::{ActivityShare, TheirDays};
use super::store::rows::{exporting, players};
use crate::database::Database;
use crate::ids::GuildId;
use crate::store::StoreError;

/// Calls `take` with everything in the file of activity, as of one moment, until it returns false.
pub(crate) fn export(
    file: &Connection,
    mut take: impl FnMut(PortableActivity) -> bool,
) -> rusqlite::Result<()> {
    let snapshot = file.unchecked_transaction()?;
    exporting::each_player(&snapshot, None, &mut take)?;
    exporting::each_counter(&snapshot, None, &mut take)?;
    exporting::each_value(&snapshot, None, &mut take)?;
    exporting::each_event(&snapshot, None, &mut take)
}

impl Database {
    /// Returns what a person did under a name in a guild, as far as it is kept.
    pub(crate) async fn deeds_of(
        &self,
        guild: GuildId,
        share: ActivityShare,
    ) -> Result<Vec<PortableDeed>, StoreError> {
        let Some(store) = self.activity_store() else {
            return Ok(Vec::new());
        };
        let read = move |file: &Connection| {
            let all = deeds(file, guild, &share.name)?;
            Ok(match &share.days {
                None => all,
                Some(theirs) => on_days(all, theirs),
            })
        };
        store.read(read).await
    }
}

fn deeds(
    file: &Connection,
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
        exporting::each_player(file, Some(player), &mut take)?;
        exporting::each_counter(file, Some(player), &mut take)?;
        exporting::each_value(file, Some(player), &mut take)?;
        exporting::each_event(file, Some(player), &mut take)?;
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
