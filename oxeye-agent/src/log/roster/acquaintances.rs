//! Players who were announced or logged in since the boot.

use std::collections::VecDeque;

use oxeye_plugin_proto::PlayerName;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::remember;

/// How many announced or logged-in players are remembered. Players are announced a moment before they
/// join.
const MOST: usize = 128;
/// Players who were announced or logged in, latest last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Acquaintances(VecDeque<Acquaintance>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Acquaintance {
    player: PlayerName,
    /// The account, until it is used. It is announced before every login.
    uuid: Option<Uuid>,
}

impl Acquaintances {
    /// Remembers a player, and the account if it was known before.
    pub(super) fn remember(&mut self, player: PlayerName, uuid: Option<Uuid>) {
        let known = self.0.iter().position(|known| known.player == player);
        let known = known.and_then(|at| self.0.remove(at));
        let uuid = uuid.or(known.and_then(|known| known.uuid));
        remember(&mut self.0, Acquaintance { player, uuid }, MOST);
    }

    /// Whether a player was announced or logged in.
    pub(super) fn include(&self, player: &PlayerName) -> bool {
        self.0.iter().any(|known| known.player == *player)
    }

    /// Takes the account that was announced for a player.
    pub(super) fn take_uuid(&mut self, player: &PlayerName) -> Option<Uuid> {
        let mut acquainted = self.0.iter_mut();
        acquainted
            .find(|known| known.player == *player)?
            .uuid
            .take()
    }
}
