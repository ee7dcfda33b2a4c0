//! Reads what an export holds of activity, and what is kept of one player.

use oxeye_plugin_proto::PlayerName;
use rusqlite::Connection;

use super::portable::{PortableActivity, PortableDeed};
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
    /// Returns everything that a player of a guild did, as far as it is kept.
    pub(crate) async fn deeds_of(
        &self,
        guild: GuildId,
        name: PlayerName,
    ) -> Result<Vec<PortableDeed>, StoreError> {
        let Some(store) = self.activity_store() else {
            return Ok(Vec::new());
        };
        let read = move |file: &Connection| deeds(file, guild, &name);
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
