//! Playtime from before Oxeye, as a Minecraft world counts it. No sessions are known of it.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::ids::ServerId;
use crate::ledger::{Ledger, StoreChange};
use crate::reporting::{EventError, Progress, Step};
use crate::server_state::ServerState;
use crate::store::rows::imported_playtime;

/// Players in one write, so that events do not wait long behind it.
const PORTION: usize = 500;

impl Database {
    /// Keeps how many seconds players had played on a server before Oxeye, in place of what was
    /// kept of them before. The server need not be linked. Answers for how many that is news.
    ///
    /// # Errors
    /// When the server was removed, or the store could not take it. What it took by then stays.
    pub async fn import_playtime(
        &self,
        server: GuildServer,
        players: &[(PlayerName, u32)],
        now: UnixSeconds,
    ) -> Result<usize, EventError> {
        let server = server.id();
        let mut changed = 0;
        for portion in players.chunks(PORTION) {
            let keep = KeepPlaytime {
                server,
                players: portion.to_vec(),
                now,
            };
            let kept = self.amend_step(server, now, keep)?;
            changed += kept.done().await?;
        }
        Ok(changed)
    }
}

/// Keeps players' playtime. Done says of how many it differs from what was kept before.
struct KeepPlaytime {
    server: ServerId,
    players: Vec<(PlayerName, u32)>,
    now: UnixSeconds,
}

impl Step for KeepPlaytime {
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
            let before = imported_playtime::seconds_of(file, self.server, player)?;
            if before != Some(seconds.into()) {
                let imported = StoreChange::PlaytimeImported {
                    player,
                    seconds,
                    at: self.now,
                };
                ledger.note(imported);
                changed += 1;
            }
        }
        Ok(Progress::Done(changed))
    }
}
