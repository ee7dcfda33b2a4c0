//! Playtime from before Oxeye, as a Minecraft world counts it. No sessions are known of it.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use crate::database::Database;
use crate::ids::ServerId;
use crate::ledger::{Change, Ledger};
use crate::reporting::EventError;
use crate::server_state::ServerState;
use crate::store::rows::imported_playtime;

/// Players in one write, so that events do not wait long behind it.
const PORTION: usize = 500;

impl Database {
    /// Keeps how many seconds players had played on a server before Oxeye, in place of what was
    /// kept of them before. The server need not be linked. Answers for how many that is news.
    ///
    /// # Errors
    /// When there is no such server, or the store could not take it. What it took by then stays.
    pub async fn import_playtime(
        &self,
        server: ServerId,
        players: &[(PlayerName, u32)],
        now: UnixSeconds,
    ) -> Result<usize, EventError> {
        let mut changed = 0;
        for portion in players.chunks(PORTION) {
            let portion = portion.to_vec();
            let keep = move |file: &Connection, _: &mut ServerState, ledger: &mut Ledger<'_>| {
                keep(file, server, &portion, now, ledger)
            };
            let kept = self.amend(server, now, keep, |changed, _| changed)?;
            changed += kept.done().await?;
        }
        Ok(changed)
    }
}

fn keep(
    file: &Connection,
    server: ServerId,
    players: &[(PlayerName, u32)],
    at: UnixSeconds,
    ledger: &mut Ledger<'_>,
) -> rusqlite::Result<usize> {
    let mut changed = 0;
    for (name, seconds) in players {
        let (player, seconds) = (ledger.player(name), *seconds);
        let before = imported_playtime::seconds_of(file, server, player)?;
        if before != Some(seconds.into()) {
            let imported = Change::Imported {
                player,
                seconds,
                at,
            };
            ledger.note(imported);
            changed += 1;
        }
    }
    Ok(changed)
}
