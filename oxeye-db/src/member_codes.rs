//! Codes that members type in the game to prove which player they are.
//!
//! Codes are kept in memory only, as SHA-256: after a restart, members ask for another one.
//!
//! | module    | what it does                                                        |
//! |-----------|---------------------------------------------------------------------|
//! | `pending` | the codes that can still be typed, and by whom                      |
//! | `guesses` | who typed wrong codes, and whose are ignored for a while            |
//! | `state`   | the codes, the guesses, and the servers at which codes can be typed |

mod guesses;
mod pending;
pub(crate) mod state;

use oxeye_plugin_proto::{MemberCode, PlayerName, ServerName, UnixSeconds, limits};
use tokio::sync::oneshot;
use uuid::Uuid;

use self::pending::Claim;
pub use self::state::MemberCodeOutcome;
use crate::database::Database;
use crate::ids::GuildId;
use crate::member_error::LinkMemberError;
use crate::player_uuids::UuidKind;
use crate::reporter::Reporter;
use crate::server_state::{LinkState, ServerState};
use crate::store::{StoreError, keeping};

/// A code that a member may type in the game.
#[derive(Debug)]
pub struct IssuedMemberCode {
    /// The code, which counts once.
    pub code: MemberCode,
    /// Time from which the code does not count.
    pub expires_at: UnixSeconds,
    /// What came of it. It is closed without an outcome if the code expires, or if the member asks for
    /// another one.
    pub outcome: oneshot::Receiver<MemberCodeOutcome>,
}

impl Database {
    /// Notes until when a plugin passes on the codes that members type in the game; `None` if it does not.
    pub fn note_member_codes(&self, reporter: Reporter, until: Option<UnixSeconds>) {
        let carriers = &mut self.inner.member_codes.0.lock().carriers;
        match until {
            Some(until) => carriers.insert(reporter.server(), until),
            None => carriers.remove(&reporter.server()),
        };
    }

    /// Returns the names of a guild's servers at which members can type a code, sorted.
    #[must_use]
    pub fn servers_for_member_codes(&self, guild: GuildId, now: UnixSeconds) -> Vec<ServerName> {
        let carriers = {
            let carriers = &mut self.inner.member_codes.0.lock().carriers;
            carriers.retain(|_, until| now < *until);
            carriers.clone()
        };
        let servers = self.servers(guild, now).into_iter().filter(|server| {
            carriers.contains_key(&server.id) && server.state != LinkState::Disconnected
        });
        servers.map(|server| server.name).collect()
    }

    /// Issues a code to a member, who proves with it that they are a player of the guild's servers. An
    /// earlier code of the member no longer counts.
    #[must_use]
    pub fn issue_member_code(
        &self,
        guild: GuildId,
        user: u64,
        player: PlayerName,
        now: UnixSeconds,
    ) -> IssuedMemberCode {
        let code = MemberCode::generate();
        let expires_at = now.plus(limits::MEMBER_CODE_LIFETIME);
        let (told, outcome) = oneshot::channel();
        let claim = Claim {
            guild,
            user,
            player,
            expires_at,
            told,
        };
        let mut state = self.inner.member_codes.0.lock();
        state.pending.add(code.sha256(), claim, now);
        IssuedMemberCode {
            code,
            expires_at,
            outcome,
        }
    }

    /// Takes a code that a player typed on a server, and links the member to the player if it is right.
    /// The caller is not told; whoever was issued the code is. `uuid` is the account with which the player
    /// is online.
    ///
    /// # Errors
    /// When the store cannot be written. Then the code still counts.
    pub async fn take_member_code(
        &self,
        reporter: Reporter,
        player: PlayerName,
        uuid: Option<Uuid>,
        code: &MemberCode,
        now: UnixSeconds,
    ) -> Result<(), StoreError> {
        let hash = code.sha256();
        let Some(claim) = self.claim(reporter, &player, hash, now).await? else {
            return Ok(());
        };
        let outcome = match self.prove(claim.guild, claim.user, player, uuid, now).await {
            Ok(outcome) => outcome,
            Err(error) => {
                let mut state = self.inner.member_codes.0.lock();
                state.pending.add(hash, claim, now);
                return Err(error);
            }
        };
        // Nobody may be waiting any more.
        let _ = claim.told.send(outcome);
        Ok(())
    }

    /// Links a member to a player if this account proves that they are the player.
    async fn prove(
        &self,
        guild: GuildId,
        user: u64,
        player: PlayerName,
        uuid: Option<Uuid>,
        now: UnixSeconds,
    ) -> Result<MemberCodeOutcome, StoreError> {
        let Some(uuid) = uuid.filter(|uuid| is_authenticated(*uuid)) else {
            return Ok(MemberCodeOutcome::Unauthenticated);
        };
        if self.had_another_account(guild, &player, uuid).await? {
            return Ok(MemberCodeOutcome::Unauthenticated);
        }
        match self.link_member(guild, user, player, None, now).await {
            Ok(()) => Ok(MemberCodeOutcome::Linked),
            Err(LinkMemberError::Store(error)) => Err(error),
            Err(error) => Ok(MemberCodeOutcome::Refused(error)),
        }
    }

    /// Whether another authenticated account was reported under a player's name in a guild. Names change hands, and
    /// what is kept under this one may be about whoever had it before.
    async fn had_another_account(
        &self,
        guild: GuildId,
        player: &PlayerName,
        uuid: Uuid,
    ) -> Result<bool, StoreError> {
        let Some(id) = self.inner.memory.players.id(player) else {
            return Ok(false);
        };
        let accounts = keeping::uuids_of(&self.inner.store, guild, id).await?;
        let mut accounts = accounts.into_iter().map(|reported| reported.uuid);
        Ok(accounts.any(|account| account != uuid && is_authenticated(account)))
    }

    /// Returns whose code it is if the player may have typed it, and uses it up. Otherwise the player has
    /// guessed.
    ///
    /// # Errors
    /// When the store is closed.
    async fn claim(
        &self,
        reporter: Reporter,
        player: &PlayerName,
        hash: [u8; 32],
        now: UnixSeconds,
    ) -> Result<Option<Claim<oneshot::Sender<MemberCodeOutcome>>>, StoreError> {
        // The server is locked for a moment, which must not block a thread that drives requests.
        let guild = self.compute(move |database| {
            let guild = |state: &ServerState| reporter.may_report(state).then(|| state.guild());
            let cache = &database.inner.memory.cache;
            cache.read(reporter.server(), guild).flatten()
        });
        let Some(guild) = guild.await? else {
            return Ok(None);
        };
        let server = reporter.server();
        let mut state = self.inner.member_codes.0.lock();
        if state.guesses.are_ignored(server, player, now) {
            return Ok(None);
        }
        let claim = state.pending.take(&hash, guild, player, now);
        if claim.is_none() {
            state.guesses.note(server, player, now);
        }
        Ok(claim)
    }
}

/// Whether the account of this UUID was authenticated before its player could join. A server in offline
/// mode lets everybody use any name.
fn is_authenticated(uuid: Uuid) -> bool {
    matches!(UuidKind::of(uuid), UuidKind::Online | UuidKind::Floodgate)
}
