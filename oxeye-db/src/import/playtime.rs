//! Imports playtime from before Oxeye, as a Minecraft world counts it. There are no sessions for it.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::ServerId;
use crate::ledger::{Ledger, StoreChange};
use crate::reporting::{EventError, Progress, Step};
use crate::server_state::ServerState;
use crate::store::rows::imported_playtime;

/// Maximum number of players per write, so that events do not wait long.
const CHUNK: usize = 500;

impl Database {
    /// Sets how many seconds players had played on a server before Oxeye, replacing what was imported
    /// for them earlier. The server need not be linked. Returns for how many players the value changed.
    ///
    /// # Errors
    /// When the server was removed, or the store cannot be written. What was written by then stays.
    pub async fn import_playtime(
        &self,
        server: GuildServer,
        players: &[(PlayerName, u32)],
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

/// Sets players' imported playtime. Yields the number of players whose value changed.
struct SetPlaytime {
    server: ServerId,
    players: Vec<(PlayerName, u32)>,
    now: UnixSeconds,
}

impl Step for SetPlaytime {
    type Done = usize;

    fn run(
        &mut self,
        file: &Connection,
        _state: &mut ServerState,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Progress<usize>> {
        let mut changed = 0;
        for (name, seconds) in &self.players {
            let (player, seconds) = (ledger.player(name), *seconds);
            let before = imported_playtime::one(file, self.server, player)?;
            let before = before.map(|before| before.playtime.as_secs());
            if before != Some(seconds.into()) {
                let imported = StoreChange::PlaytimeImported {
                    player,
                    seconds,
                    account: None,
                    at: self.now,
                };
                ledger.note(imported);
                changed += 1;
            }
        }
        Ok(Progress::Done(changed))
    }
}
