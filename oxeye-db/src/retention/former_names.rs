//! Forgets former names: which accounts used a name long ago, if the guild knows nothing else of the name.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use uuid::Uuid;

use crate::database::Database;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::store::keeping;
use crate::store::rows::player_uuids::OldUse;
use crate::store::{StoreError, WriterThread};

impl Database {
    /// Forgets which accounts used a name before `edge` or a later time that the guild has set, for the last time, if the
    /// guild has no session, no loose end and no imported playtime of the name. Names of accounts that members own stay,
    /// because whoever hides has to be hidden under them. Returns how many there were.
    pub(crate) async fn forget_former_names(
        &self,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        // Each guild is looked at alone, so that one does not have the names of all others read.
        let guilds = if edge == UnixSeconds(i64::MIN) {
            let own = self.inner.memory.settings.retention_edges(now);
            own.into_iter().map(|(guild, _)| guild).collect()
        } else {
            keeping::guilds_with_uuids(&self.inner.store).await?
        };
        let mut forgotten = 0;
        for guild in guilds {
            forgotten += self.forget_former_names_of(guild, edge, now).await?;
        }
        Ok(forgotten)
    }

    async fn forget_former_names_of(
        &self,
        guild: GuildId,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        let mut after = (Uuid::nil(), PlayerId(0));
        loop {
            let memory = Arc::clone(&self.inner.memory);
            let is_kept = move |one: &OldUse| {
                one.last_reported_at >= memory.retention_edge(guild, edge, now)
                    || memory.directory.knows(guild, one.player)
            };
            let memory = Arc::clone(&self.inner.memory);
            let forget = move |gone: &[OldUse], _: &WriterThread| {
                let players = gone.iter().map(|one| one.player).collect();
                memory.uuids.forget_players(&players);
                let uses = gone
                    .iter()
                    .filter_map(|one| Some((one.player, memory.accounts.id(one.uuid)?)));
                memory.persons.forget_uses(guild, uses);
            };
            let store = &self.inner.store;
            let portion =
                keeping::delete_former_names(store, (guild, after), is_kept, forget).await?;
            forgotten += portion.deleted;
            match portion.last {
                Some(last) => after = last,
                None => return Ok(forgotten),
            }
        }
    }
}
