//! Forgets former names: which accounts used a name long ago, if the guild knows nothing else of the name.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;

use crate::database::Database;
use crate::ids::GuildId;
use crate::store::keeping::{self, FORMER_NAMES_AT_ONCE};
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
        let of_guilds = self.inner.memory.settings.retention_edges(now);
        let mut forgotten = self.forget_former_names_of(None, edge, now).await?;
        for (guild, own) in of_guilds {
            if own > edge {
                forgotten += self.forget_former_names_of(Some(guild), own, now).await?;
            }
        }
        Ok(forgotten)
    }

    async fn forget_former_names_of(
        &self,
        only: Option<GuildId>,
        edge: UnixSeconds,
        now: UnixSeconds,
    ) -> Result<usize, StoreError> {
        let mut forgotten = 0;
        loop {
            let memory = Arc::clone(&self.inner.memory);
            let is_kept = move |one: &OldUse| {
                one.last_reported_at >= memory.retention_edge(one.guild, edge, now)
                    || memory.directory.knows(one.guild, one.player)
            };
            let memory = Arc::clone(&self.inner.memory);
            let forget = move |gone: Vec<OldUse>, _: &WriterThread| {
                let players = gone.iter().map(|one| one.player).collect();
                memory.uuids.forget_players(&players);
                for one in &gone {
                    if let Some(account) = memory.accounts.id(one.uuid) {
                        memory
                            .persons
                            .forget_uses(one.guild, [(one.player, account)]);
                    }
                }
                gone.len()
            };
            let store = &self.inner.store;
            let chunk = keeping::delete_former_names(store, (only, edge), is_kept, forget).await?;
            forgotten += chunk;
            if chunk < FORMER_NAMES_AT_ONCE {
                return Ok(forgotten);
            }
        }
    }
}
