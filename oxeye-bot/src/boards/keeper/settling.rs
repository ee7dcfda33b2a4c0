//! What follows from the end of an attempt.

use oxeye_db::{BoardId, BoardUpdate, StopReason, Stopped};
use tokio::time::Instant;

use super::super::attempt::{Attempted, Unsure};
use super::super::healing::{Cure, Refusal};
use super::super::notice::Notice;
use super::super::waits::Outcome;
use super::super::{PostError, Posted};
use super::known::Known;
use super::rows::AWAIT_REPORTS;
use super::{Ended, Keeper};
use crate::rest::RestError;

/// Stands for the hash of what a board shows while that is unknown. No real hash is likely to be the
/// same.
const UNKNOWN: [u8; 32] = [0; 32];

impl Keeper<'_> {
    /// Takes note of how an attempt ended.
    pub(super) async fn settle(&mut self, id: BoardId, attempted: Attempted) {
        let is_held = matches!(attempted, Attempted::AwaitsReports);
        let outcome = match attempted {
            Attempted::AwaitsReports => {
                self.answer_posted(id);
                Outcome::Unchanged
            }
            Attempted::NoContent => {
                // The change of the rows is about to arrive.
                self.answer(id, &Err(PostError::Gone));
                Outcome::Unchanged
            }
            Attempted::Unchanged => self.unchanged(id).await,
            Attempted::Edited(shown) => {
                self.shown(id, shown).await;
                Outcome::Accepted
            }
            Attempted::WasEdited { at, shown } => {
                self.shown(id, shown).await;
                Outcome::AcceptedBefore(at)
            }
            Attempted::Posted {
                channel,
                message,
                thread,
                shown,
            } => {
                let posted = (message, thread, shown.unwrap_or(UNKNOWN));
                self.posted(id, channel, posted).await;
                Outcome::Accepted
            }
            Attempted::Refused(refusal, error, unsure) => {
                self.refused(id, refusal, error, unsure).await
            }
        };
        let now = Instant::now();
        self.plan.finish(id, outcome, now);
        if is_held {
            self.plan.changed(id, now);
            self.plan.hold(id, self.started + AWAIT_REPORTS);
        }
        let known = self.boards.get(&id);
        if known.is_some_and(|known| known.board.shown == Some(UNKNOWN)) {
            self.plan.changed(id, now);
        }
    }

    async fn unchanged(&mut self, id: BoardId) -> Outcome {
        let Some(known) = self.boards.get_mut(&id) else {
            return Outcome::Stopped;
        };
        known.leave_unchanged();
        let is_over = known.board.blocked_since.is_some() || known.board.stopped.is_some();
        match known.board.shown {
            Some(shown) if is_over => self.shown(id, shown).await,
            _ => self.answer_posted(id),
        }
        Outcome::Unchanged
    }

    async fn shown(&mut self, id: BoardId, shown: [u8; 32]) {
        if let Some(known) = self.boards.get_mut(&id) {
            known.recover(shown);
        }
        self.answer_posted(id);
        self.update(id, BoardUpdate::Shown(shown)).await;
    }

    async fn posted(
        &mut self,
        id: BoardId,
        channel: u64,
        (message, thread, shown): (u64, Option<u64>, [u8; 32]),
    ) {
        let now = (self.tools.clock)();
        let mut reposted_at = None;
        if let Some(known) = self.boards.get_mut(&id) {
            known.recover(shown);
            reposted_at = known.take_message(message, thread, now);
        }
        self.plan.moved(id, thread.unwrap_or(channel));
        let posted = BoardUpdate::Posted {
            message,
            thread,
            shown,
            reposted_at,
        };
        if !self.update(id, posted).await {
            // It was removed while we posted it.
            let channel = thread.unwrap_or(channel);
            self.delete(Posted { channel, message });
            self.answer(id, &Err(PostError::Gone));
            return;
        }
        // Whoever asked may remove the board at once, for which the store has to know its message.
        self.answer_posted(id);
        if reposted_at.is_some() {
            self.tell(id, Notice::PostedAgain);
        }
    }

    async fn refused(
        &mut self,
        id: BoardId,
        refusal: Refusal,
        error: RestError,
        unsure: Option<Unsure>,
    ) -> Outcome {
        let now = (self.tools.clock)();
        let Some(known) = self.boards.get_mut(&id) else {
            return Outcome::Stopped;
        };
        known.refuse(unsure, !error.is_transient());
        let cure = Cure::of(&known.board, refusal, now);
        let is_away = self.away.contains(&known.board.guild) && !error.is_transient();
        let is_innocent = is_away || refusal == Refusal::Token;
        tracing::debug!(board = id.0, %error, ?cure, "Discord refused a board");
        match cure {
            _ if is_innocent => Outcome::Blocked,
            Cure::Retry(after) => Outcome::Failed(after),
            Cure::FindOut => Outcome::Unsure,
            Cure::SlowDown => Outcome::TooManyOldEdits,
            Cure::PostAgain => self.post_again(id).await,
            Cure::Wait(reason) => {
                let is_known = self.answer(id, &Err(error.into()));
                self.wait(id, reason, !is_known).await;
                Outcome::Blocked
            }
            Cure::Stop(reason) => {
                let is_known = self.answer(id, &Err(error.into()));
                self.stop(id, reason, !is_known).await;
                Outcome::Stopped
            }
        }
    }

    /// Prepares another message in the place of one that is gone, unless the board was removed with it.
    async fn post_again(&mut self, id: BoardId) -> Outcome {
        self.read().await;
        let Some(known) = self.boards.get_mut(&id) else {
            return Outcome::Stopped;
        };
        known.lose_message();
        let channel = known.board.channel;
        self.plan.moved(id, channel);
        Outcome::Failed(None)
    }

    async fn wait(&mut self, id: BoardId, reason: StopReason, tell: bool) {
        let now = (self.tools.clock)();
        let Some(known) = self.boards.get_mut(&id) else {
            return;
        };
        if known.board.blocked_since.is_none() {
            known.board.blocked_since = Some(now);
            let channel = known.board.place();
            tracing::info!(
                board = id.0,
                channel,
                reason = reason.as_str(),
                "a board is blocked"
            );
            self.update(id, BoardUpdate::Blocked(now)).await;
        }
        let known = self.boards.get(&id);
        if tell && known.is_some_and(|known| known.board.told_at.is_none() && !known.is_mute) {
            self.tell(id, Notice::Waits(reason));
        }
    }

    async fn stop(&mut self, id: BoardId, reason: StopReason, tell: bool) {
        let at = (self.tools.clock)();
        let stopped = Stopped { at, reason };
        if let Some(known) = self.boards.get_mut(&id) {
            known.board.stopped = Some(stopped);
        }
        tracing::info!(board = id.0, reason = reason.as_str(), "a board is stopped");
        self.update(id, BoardUpdate::Stopped(stopped)).await;
        if tell {
            self.tell(id, Notice::Stopped(reason));
        }
    }

    /// Tells whoever posted a board what is wrong.
    fn tell(&mut self, id: BoardId, notice: Notice) {
        let Some(known) = self.boards.get(&id) else {
            return;
        };
        let (rest, person) = (self.tools.rest.clone(), known.board.posted_by);
        let words = notice.words(&known.board);
        self.under_way.push(Box::pin(async move {
            Ended::Notice(id, rest.tell(person, &words).await)
        }));
    }

    /// Takes note of whether somebody was told.
    pub(super) async fn told(&mut self, id: BoardId, told: Result<(), RestError>) {
        let now = (self.tools.clock)();
        let Some(known) = self.boards.get_mut(&id) else {
            return;
        };
        match told {
            Ok(()) if known.board.blocked_since.is_some() || !known.is_kept() => {
                known.board.told_at = Some(now);
                self.update(id, BoardUpdate::Told(now)).await;
            }
            Ok(()) => {}
            Err(error) => {
                known.is_mute = !error.is_transient();
                tracing::debug!(board = id.0, %error, "could not tell who posted a board");
            }
        }
    }

    /// Remembers what happened to a board. Returns whether it still exists, as far as we know.
    async fn update(&mut self, id: BoardId, update: BoardUpdate) -> bool {
        let updated = self.tools.database.update_board(id, update).await;
        updated.unwrap_or_else(|error| {
            tracing::warn!(%error, "could not remember what happened to a board");
            true
        })
    }

    pub(super) fn answer_posted(&mut self, id: BoardId) {
        if let Some(posted) = self.boards.get(&id).and_then(Known::posted) {
            self.answer(id, &Ok(posted));
        }
    }

    /// Answers those who wait for a board. Returns whether anybody did.
    fn answer(&mut self, id: BoardId, answer: &Result<Posted, PostError>) -> bool {
        let Some(known) = self.boards.get_mut(&id) else {
            return false;
        };
        let is_awaited = !known.waiting.is_empty();
        known.answer(answer);
        is_awaited
    }
}
