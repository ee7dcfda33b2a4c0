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
use crate::store::rows::{imported_playtime, player_uuids};

/// Maximum number of players per write, so that events do not wait long.
const CHUNK: usize = 500;

/// When an account had a name if nobody knows when: before everybody of whom it is known, so that it takes the name from
/// nobody.
const AT_SOME_TIME: UnixSeconds = UnixSeconds(0);

/// What a player had played on a server before Oxeye.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierPlaytime {
    /// The player.
    pub player: PlayerName,
    /// The playtime in seconds.
    pub seconds: u32,
    /// The account that had the name, and when it was last there, each if it is known. Only one that Mojang authenticated
    /// counts.
    pub account: Option<(Uuid, Option<UnixSeconds>)>,
}

impl Database {
    /// Sets how many seconds players had played on a server before Oxeye, replacing what was imported for them earlier.
    /// The server need not be linked. An account that is named counts as having used the name at that time. Returns the
    /// number of players whose playtime, or whose account with it, changed.
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

/// Sets players' imported playtime. Yields the number of players whose playtime, or whose account with it, changed.
struct SetPlaytime {
    server: ServerId,
    players: Vec<EarlierPlaytime>,
    now: UnixSeconds,
}

impl SetPlaytime {
    /// Notes that an account has used a name, and returns it; `None` if none is proven, or there is no room for it.
    fn account(
        &self,
        file: &Connection,
        guild: GuildId,
        one: &EarlierPlaytime,
        ledger: &mut Ledger<'_>,
    ) -> rusqlite::Result<Option<AccountId>> {
        let proven = one.account;
        let proven = proven.filter(|(uuid, _)| UuidKind::of(*uuid) == UuidKind::Online);
        let Some((uuid, seen_at)) = proven else {
            return Ok(None);
        };
        let player = ledger.player(&one.player);
        let says_more = seen_at.is_some() || !player_uuids::is_reported(file, guild, player, uuid)?;
        if says_more {
            let seen_at = seen_at.unwrap_or(AT_SOME_TIME).min(self.now);
            ledger.add_uuid(guild, player, uuid, seen_at);
        }
        Ok(ledger.account(guild, &one.player, Some(uuid)))
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
            let account = self.account(file, state.guild(), one, ledger)?;
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
