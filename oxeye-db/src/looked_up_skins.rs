//! The skins that Mojang names for accounts whose servers send none.
//!
//! Nothing here asks Mojang. This module says whose skin is missing, and keeps what was found. A skin
//! that a server has sent always comes first.

use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;
use uuid::Uuid;

use crate::database::Database;
use crate::ids::{GuildId, ServerId};
use crate::players::PlayerId;
use crate::server_state::ServerState;
use crate::skins::NewSkin;
use crate::store::looked_up_skins::Kept;
use crate::store::rows::looked_up_skins::KeepLookedUp;
use crate::store::{self, StoreError, WriterThread, looked_up_skins};

/// How long we keep the skin of an account that is not looked up again. An account that is online is
/// looked up again long before.
const LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);

/// Maximum number of accounts kept.
const MAX_ACCOUNTS: usize = 50_000;

/// Maximum number of rows per write, so that events do not wait long.
const CHUNK: usize = 500;

/// An account that is online on a server which has not sent its skin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SkinlessAccount {
    /// The guild of the server.
    pub guild: GuildId,
    /// The server.
    pub server: ServerId,
    /// The player under whose name the account was reported.
    pub player: PlayerId,
    /// The UUID of the account.
    pub uuid: Uuid,
    /// When the player joined.
    pub joined_at: UnixSeconds,
}

impl Database {
    /// Returns the accounts authenticated by Mojang that are online on a server which has not sent their
    /// skins, in the order in which a picture shows them.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn skinless_accounts(
        &self,
        server: ServerId,
        now: UnixSeconds,
    ) -> Result<Vec<SkinlessAccount>, StoreError> {
        let list = move |state: &ServerState| {
            let accounts = state.skinless_accounts(now).into_iter();
            let accounts = accounts.map(|(player, uuid, joined_at)| SkinlessAccount {
                guild: state.guild(),
                server,
                player,
                uuid,
                joined_at,
            });
            accounts.collect()
        };
        let read = move |database: &Self| database.inner.memory.cache.read(server, list);
        Ok(self.compute(read).await?.unwrap_or_default())
    }

    /// Whether an account is still online without a skin.
    #[must_use]
    pub fn is_skinless(&self, account: &SkinlessAccount, now: UnixSeconds) -> bool {
        let memory = &self.inner.memory;
        let Some(name) = memory.players.name(account.player) else {
            return false;
        };
        let is_skinless = |state: &ServerState| state.is_skinless(&name, account.uuid, now);
        memory.cache.read(account.server, is_skinless) == Some(true)
    }

    /// Returns when these accounts were looked up; `None` for those that never were.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub async fn looked_up_at(
        &self,
        accounts: Vec<Uuid>,
    ) -> Result<Vec<Option<UnixSeconds>>, StoreError> {
        looked_up_skins::looked_up_at(&self.inner.store, accounts).await
    }

    /// Stores the skin of an account, or that it has none, and shows it wherever the account is online.
    /// Returns whether it was stored: it is not if the player was forgotten in the meantime, or has so
    /// many accounts that this one is not kept.
    ///
    /// # Errors
    /// When the store cannot be written.
    pub async fn keep_looked_up_skin(
        &self,
        account: SkinlessAccount,
        skin: Option<NewSkin>,
        now: UnixSeconds,
    ) -> Result<bool, StoreError> {
        let SkinlessAccount {
            guild,
            player,
            uuid,
            ..
        } = account;
        let kept = looked_up_skins::keep(&self.inner.store, (guild, player, uuid), skin, now);
        let kept = kept.await?;
        if kept == Kept::Changed {
            self.show_skin_of(uuid).await?;
        }
        Ok(kept != Kept::Unknown)
    }

    /// Makes pictures that show an account be drawn again. Whoever joins from here on is drawn with the
    /// new skin anyway, so the servers can be found before it is the writer's turn.
    async fn show_skin_of(&self, account: Uuid) -> Result<(), StoreError> {
        let find = move |database: &Self| database.servers_showing(account);
        let servers = self.compute(find).await?;
        let memory = Arc::clone(&self.inner.memory);
        let show = move |writer: &WriterThread| {
            for server in servers {
                memory
                    .cache
                    .change(writer, server, ServerState::note_looked_up_skin);
            }
        };
        store::in_turn(&self.inner.store, show).await
    }

    fn servers_showing(&self, account: Uuid) -> Vec<ServerId> {
        let cache = &self.inner.memory.cache;
        let shows = |server: &ServerId| {
            let shows = |state: &ServerState| state.shows_looked_up_skin(account);
            cache.read(*server, shows) == Some(true)
        };
        cache.ids(None).into_iter().filter(shows).collect()
    }

    /// Deletes what was looked up more than 30 days ago, all but the 50,000 accounts looked up last, and
    /// the accounts that nobody has any more, with the skins that nothing else leads to.
    pub(crate) async fn prune_looked_up_skins(&self, now: UnixSeconds) -> Result<(), StoreError> {
        let keep = KeepLookedUp {
            since: now.minus(LIFETIME),
            newest: MAX_ACCOUNTS,
        };
        while looked_up_skins::prune(&self.inner.store, keep, CHUNK).await? > 0 {}
        self.forget_unreported_accounts().await
    }

    /// Deletes what was looked up for accounts that no guild has under any name. An account that is reported meanwhile
    /// is looked up again.
    pub(crate) async fn forget_unreported_accounts(&self) -> Result<(), StoreError> {
        let store = &self.inner.store;
        let accounts = looked_up_skins::unreported(store).await?;
        for accounts in accounts.chunks(CHUNK) {
            looked_up_skins::delete(store, accounts.to_vec()).await?;
        }
        Ok(())
    }
}
