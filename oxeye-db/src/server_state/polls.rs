//! What it means that the server answered at its address, or did not.
//!
//! One failed poll means nothing; the second in a row means that the server has been down since the
//! first. An answer means that it is up.
//!
//! If nothing else reports for the server, its roster follows from the answers. Otherwise the roster is
//! the plugin's alone, and so is the last word: a plugin that speaks is nearer to the server than the
//! network between the server and us.

mod beside;

use oxeye_plugin_proto::UnixSeconds;

use super::game_server::Sign;
use super::reported_count::ReportedCount;
use super::watch::POLL_SILENCE;
use super::{Ledger, ServerState, SessionEnd, StoreChange, latest};
use crate::events::SyncEvent;
use crate::period::{GameServer, KnownBy};
use crate::server_about::AboutEvent;
use crate::watched::{Poll, PolledPlayers};
use crate::watched_address::POLL_INTERVAL;

/// Seconds between two writes of what polls only confirm.
const WRITTEN_EVERY: i64 = 60;
/// Seconds for which the message of the day and the like are kept: some servers change them with every
/// answer.
const ABOUT_KEPT_FOR: i64 = 600;

impl ServerState {
    /// Applies a poll of the server's address.
    pub(crate) fn take_poll(&mut self, poll: &Poll, now: UnixSeconds, ledger: &mut Ledger<'_>) {
        if self.watch.is_none() {
            return;
        }
        self.advance_to(now);
        let known = self.facts.game;
        let is_taken = match poll {
            Poll::Answered {
                edition,
                players,
                about,
            } => {
                if let Some(watch) = &mut self.watch {
                    watch.edition = Some(*edition);
                    watch.answered_at = Some(now);
                    watch.polled_at = Some(now);
                    watch.failing_since = None;
                }
                if self.is_watched_alone() {
                    self.answered_alone(players, now, ledger);
                    self.take_polled_about(about.as_ref(), now, ledger);
                } else {
                    self.answered_beside_plugin(players, now, ledger);
                }
                self.note_polled(now);
                true
            }
            Poll::Failed => match self.failing_since(now) {
                Some(since) if self.is_watched_alone() => self.down_alone(since, now, ledger),
                Some(since) => self.down_beside_plugin(since, now, ledger),
                None => false,
            },
        };
        if is_taken {
            self.keep_poll(known, now, ledger);
        }
    }

    /// Notes a failed poll. Returns the time of the first of them if this is not the first in a row.
    fn failing_since(&mut self, now: UnixSeconds) -> Option<UnixSeconds> {
        let watch = self.watch.as_mut()?;
        let previous = watch.polled_at.replace(now);
        let is_next =
            previous.is_some_and(|at| at <= latest(now) && now.saturating_since(at) < POLL_SILENCE);
        let first = watch.failing_since.filter(|_| is_next);
        watch.failing_since = Some(first.unwrap_or(now).min(now));
        first.map(|first| first.min(now))
    }

    fn answered_alone(
        &mut self,
        players: &PolledPlayers,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        self.facts.heartbeat = Some(POLL_INTERVAL);
        let before = self.facts.at;
        let observed = self.observe(Sign::of_answer(now), before, now, ledger);
        self.heard_at = Some(now);
        self.stale = false;
        if !observed.is_taken() {
            return;
        }
        self.hear(now, now);
        let evidence = before.map_or(now, |before| before.min(now));
        match players {
            PolledPlayers::Complete(roster) => {
                let sync = SyncEvent::from(roster.clone());
                self.replace_roster(&sync, (now, evidence), now, ledger);
            }
            PolledPlayers::Count(0) => {
                self.replace_roster(&SyncEvent::default(), (now, evidence), now, ledger);
            }
            PolledPlayers::Count(count) => {
                self.close_all(evidence, SessionEnd::MissingFromSync, now, ledger);
                let players = usize::try_from(*count).unwrap_or(usize::MAX);
                self.reported_count = Some(ReportedCount::at(players, now));
            }
            PolledPlayers::Unknown => {
                self.close_all(evidence, SessionEnd::MissingFromSync, now, ledger);
            }
        }
    }

    /// Takes what the answer of a server says about itself, if the last one is not recent.
    fn take_polled_about(
        &mut self,
        about: Option<&AboutEvent>,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let is_recent = |at: UnixSeconds| (0..ABOUT_KEPT_FOR).contains(&(now.0 - at.0));
        if let Some(about) = about
            && !self.about_said_at().is_some_and(is_recent)
        {
            self.take_about(about, now, ledger);
        }
    }

    /// A server that does not answer is down. Returns whether that is taken.
    fn down_alone(
        &mut self,
        since: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> bool {
        self.facts.heartbeat = Some(POLL_INTERVAL);
        let before = self.facts.at;
        let observed = self.observe(Sign::of_no_answer(since, now), before, now, ledger);
        self.stale = false;
        if !observed.is_taken() {
            return true;
        }
        self.note_polled(now);
        self.note_evidence(now, now);
        let evidence = before.map_or(now, |before| before.min(now));
        let nobody = SyncEvent {
            is_startup: true,
            ..SyncEvent::default()
        };
        self.replace_roster(&nobody, (now, evidence), now, ledger);
        true
    }

    /// Notes that the poll says whether the server is up.
    fn note_polled(&mut self, now: UnixSeconds) {
        if let Some(watch) = &mut self.watch {
            watch.known_at = Some(now);
        }
    }

    /// Ends all stays because the names of those who are online are not known any more.
    fn close_all(
        &mut self,
        evidence: UnixSeconds,
        end: SessionEnd,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        self.await_sync();
        for name in self.names_online(|_, _| true) {
            self.go_offline(&name, evidence, evidence, end, now, ledger);
        }
    }

    /// Notes for the file what the poll changed; `before` is what was known of the game server before it.
    /// What it only confirmed is written now and then.
    fn keep_poll(&mut self, before: Option<GameServer>, now: UnixSeconds, ledger: &mut Ledger<'_>) {
        // A change of a server that is flapping is in the facts alone.
        let is_change = before.map(GameServer::is_up) != self.facts.game.map(GameServer::is_up);
        let Some(watch) = &mut self.watch else {
            return;
        };
        let is_recent = |at: UnixSeconds| (0..WRITTEN_EVERY).contains(&(now.0 - at.0));
        if ledger.is_empty() && !is_change && watch.written_at.is_some_and(is_recent) {
            return;
        }
        watch.written_at = Some(now);
        let answered = StoreChange::AddressAnswered(watch.edition, watch.answered_at);
        ledger.note(answered);
        self.note_facts(ledger);
    }

    /// Stops watching the server's address. What only its polls showed is not known any more.
    pub(crate) fn remove_address(&mut self, now: UnixSeconds, ledger: &mut Ledger<'_>) {
        self.advance_to(now);
        let known = self.or_last_poll(self.facts.at, now);
        if self.watch.take().is_none() {
            return;
        }
        ledger.note(StoreChange::AddressRemoved);
        let game = self.facts.game;
        if game.is_some_and(|game| game.known_by == KnownBy::Probe) {
            self.facts.game = None;
            self.note_facts(ledger);
        }
        if self.facts.heartbeat.is_none() {
            let from = known.unwrap_or(now);
            self.record_unknown(from, KnownBy::NoHeartbeats, now, ledger);
        }
    }
}

#[cfg(test)]
mod tests;
