//! Applies the events of a batch, one at a time.

use oxeye_plugin_proto::{MissingSkin, PlayerName, UnixSeconds};

use super::{BatchAnswer, ServerEvent};
use crate::events::{JoinEvent, LeaveEvent, SkinAnswer, SyncEvent};
use crate::ledger::Ledger;
use crate::rate_limits::{ServerLimits, TooManyNewPlayers};
use crate::server_state::{EventNumber, ServerState};

/// What events change, and the answer to their batch.
pub(super) struct Applying<'a, 'ledger> {
    pub(super) limits: &'a ServerLimits,
    pub(super) state: &'a mut ServerState,
    pub(super) ledger: &'a mut Ledger<'ledger>,
    pub(super) answer: &'a mut BatchAnswer,
    pub(super) now: UnixSeconds,
}

impl Applying<'_, '_> {
    /// Applies an event unless it was taken before.
    pub(super) fn apply(&mut self, event: &ServerEvent, number: EventNumber) {
        match event {
            ServerEvent::Join(join) => self.join(join, number),
            ServerEvent::Leave(leave) => self.leave(leave, number),
            ServerEvent::Sync(sync) => self.sync(sync, number),
            ServerEvent::Heartbeat(beat) => {
                if !number.is_known {
                    self.state.heartbeat(beat, self.now, self.ledger);
                }
            }
            ServerEvent::About(about) => {
                if !number.is_known {
                    let _ = self.state.take_about(about, self.now, self.ledger);
                }
            }
            ServerEvent::Invalid(why) => self.answer.refuse(number.seq, why.clone()),
        }
    }

    fn join(&mut self, join: &JoinEvent, number: EventNumber) {
        if let Err(too_many) = self.admit(&join.player, number) {
            self.answer.refuse(number.seq, too_many.to_string());
            return;
        }
        let answer = self
            .state
            .numbered_join(join, number, self.now, self.ledger);
        let texture_hash = join.texture_hash.filter(|_| answer == SkinAnswer::Wanted);
        let missing = texture_hash.map(|texture_hash| MissingSkin {
            player: join.player.clone(),
            texture_hash,
        });
        self.answer.missing.extend(missing);
    }

    /// A leave of a player who was never admitted has no meaning.
    fn leave(&mut self, leave: &LeaveEvent, number: EventNumber) {
        if self.admit(&leave.player, number).is_ok() {
            self.state
                .numbered_leave(leave, number, self.now, self.ledger);
        }
    }

    fn sync(&mut self, sync: &SyncEvent, number: EventNumber) {
        if number.is_known {
            return;
        }
        let admitted = self.limits.admit_roster(self.state, sync, self.now);
        if let Some(skipped) = admitted.skipped.first() {
            let (count, why) = (admitted.skipped.len(), &skipped.why);
            let why = format!("left out {count} of its players: {why}");
            self.answer.refuse(number.seq, why);
        }
        let missing = self
            .state
            .sync_players(&admitted.sync, self.now, self.ledger);
        self.answer.missing.extend(missing);
    }

    /// Applies the limit on new players, unless the event was taken before and passed the limit then.
    fn admit(&self, player: &PlayerName, number: EventNumber) -> Result<(), TooManyNewPlayers> {
        if number.is_known {
            return Ok(());
        }
        self.limits.admit(self.state, player, self.now)
    }
}
