//! Imports playtime from before Oxeye, as a Minecraft world counts it. There are no sessions for it.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use uuid::Uuid;

use crate::accounts::AccountId;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::{GuildId, ServerId};
use crate::ledger::{Ledger, StoreChange};
use crate::player_uuids::UuidKind;
use crate::reporting::{EventError, Progress, Step};
use crate::server_state::ServerState;
use crate::store::rows::imported_playtime;

/// Maximum number of players per write, so that events do not wait long.
const CHUNK: usize = 500;

/// What a player had played on a server before Oxeye.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierPlaytime {
    /// The player.
    pub player: PlayerName,
    /// The playtime in seconds.
    pub seconds: u32,
    /// The account that had the name, and when it was last there, if the server knew. Only one that Mojang authenticated
    /// counts.
    pub account: Option<(Uuid, UnixSeconds)>,
}

impl Database {
    /// Sets how many seconds players had played on a server before Oxeye, replacing what was imported
    /// for them earlier. The server need not be linked. Whose account is known has used the name, as if the server had
    /// reported it then. Returns for how many players anything changed.
    ///
    /// # Errors
    /// When the server was removed, or the store cannot be written. What was written by then stays.
    pub async fn import_playtime(
        &self,
        server: GuildServer,
        players: &[EarlierPlaytime],
        now: UnixSeconds,
    ) -> Result<usize, EventError> {
        let server = server.id();
        let mut changed = 0;
        for chunk in players.chunks(CHUNK) {
            let keep = SetPlaytime {
                server,
                players: chunk.to_vec(),
                now,
            };
            let kept = self.amend_step(server, now, keep)?;
            changed += kept.done().await?;
        }
        Ok(changed)
    }
}

/// Sets players' imported playtime. Yields the number of players of whom anything changed.
struct SetPlaytime {
    server: ServerId,
    players: Vec<EarlierPlaytime>,
    now: UnixSeconds,
}

impl SetPlaytime {
    /// Notes that an account has used a name, and returns it; `None` if none is proven, or there is no room for it.
    fn account(
        &self,
        guild: GuildId,
        one: &EarlierPlaytime,
        ledger: &mut Ledger<'_>,
    ) -> Option<AccountId> {
        let proven = one.account;
        let (uuid, seen_at) = proven.filter(|(uuid, _)| UuidKind::of(*uuid) == UuidKind::Online)?;
        let player = ledger.player(&one.player);
        ledger.add_uuid(guild, player, uuid, seen_at.min(self.now));
        ledger.account(guild, &one.player, Some(uuid))
    }
}

impl Step for SetPlaytime {
    type Done = usize;

    fn run(
        &mut self,
        file: &Connection,
        state: &mut ServerState,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<usize>> {
        let mut changed = 0;
        for one in &self.players {
            let (player, seconds) = (ledger.player(&one.player), one.seconds);
            let account = self.account(state.guild(), one, ledger);
            let before = imported_playtime::one(file, self.server, player)?;
            let is_known = before.is_some_and(|before| {
                before.account == account && before.playtime.as_secs() == u64::from(seconds)
            });
            if !is_known {
                let imported = StoreChange::PlaytimeImported {
                    player,
                    seconds,
                    account,
                    at: self.now,
                };
                ledger.note(imported);
                changed += 1;
            }
        }
        Ok(Progress::Done(changed))
    }
}
