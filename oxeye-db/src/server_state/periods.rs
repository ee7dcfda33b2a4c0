//! What the reports of a server say about the time between them: when it was up, when it was down, and
//! about which time nothing is known.
//!
//! A state lasts until another is reported, as long as the reports come as often as the plugin has
//! promised. If they do not, nothing is known from the last evidence on, unless the next report says
//! since when the state has lasted. A plugin that promises no heartbeats says nothing about the time
//! between its reports, unless the server's address is watched: then polls of it do. An address that has
//! never answered may be wrong, so its silence does not mean that a server was down.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::game_server::Sign;
use super::silence::MISSED_HEARTBEATS;
use super::{Ledger, ServerState, latest};
use crate::period::{KnownBy, Period, PeriodState};

impl ServerState {
    /// Records what a report says about the game server, which has been so `since`. `before` is the
    /// latest evidence before the report, and `was_up` what was known then.
    pub(super) fn record_state(
        &mut self,
        sign: Sign,
        since: UnixSeconds,
        (before, was_up): (Option<UnixSeconds>, Option<bool>),
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let last = self.periods.last();
        let is_unsettled = last.is_some_and(|last| last.known_by == KnownBy::TooManyChanges);
        let crosses = was_up != Some(sign.is_up());
        if self.flapping.is_flapping(sign.at()) && (crosses || is_unsettled) {
            self.record_unknown(sign.at(), KnownBy::TooManyChanges, now, ledger);
        } else if sign.is_up() && self.facts.heartbeat.is_none() && !self.is_known_by_polls(now) {
            self.record_unknown(sign.at(), KnownBy::NoHeartbeats, now, ledger);
        } else if self.has_never_answered() {
            self.record_unknown(since, KnownBy::Probe, now, ledger);
        } else {
            self.record_gap(before, since, now, ledger);
            let period = Period {
                from: since,
                state: sign.state().into(),
                known_by: sign.known_by(),
            };
            self.periods.begin(period, latest(now), ledger);
        }
    }

    /// Records that nothing is known about the time before a report if it came too late.
    pub(super) fn record_gap(
        &mut self,
        before: Option<UnixSeconds>,
        until: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let Some((before, limit)) = before.zip(self.longest_silence()) else {
            return;
        };
        if until.saturating_since(before) > limit {
            let why = self.why_silent(before, limit, now);
            self.record_unknown(before, why, now, ledger);
        }
    }

    /// Records that nothing is known from a time on.
    pub(super) fn record_unknown(
        &mut self,
        from: UnixSeconds,
        known_by: KnownBy,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let period = Period {
            from,
            state: PeriodState::Unknown,
            known_by,
        };
        self.periods.begin(period, latest(now), ledger);
    }

    /// Returns all periods, in order.
    pub(crate) fn all_periods(&self) -> Vec<Period> {
        self.periods.iter().collect()
    }

    /// Returns the time until which the last period is known to have lasted, and why not longer.
    pub(crate) fn state_known_until(&self, now: UnixSeconds) -> (UnixSeconds, KnownBy) {
        let evidence = self.or_last_poll(self.facts.at, now);
        let evidence = evidence.unwrap_or(UnixSeconds(i64::MIN)).min(now);
        match self.longest_silence() {
            None => (evidence, KnownBy::NoHeartbeats),
            Some(limit) if now.saturating_since(evidence) > limit => {
                (evidence, self.why_silent(evidence, limit, now))
            }
            Some(_) => (now, KnownBy::Report),
        }
    }

    /// Returns how long the server may be silent while its last state counts as known.
    fn longest_silence(&self) -> Option<Duration> {
        let promised = self.facts.heartbeat;
        let promised = promised.map(|every| every * MISSED_HEARTBEATS);
        promised.max(self.longest_without_poll())
    }

    /// Returns why nothing has been heard since the last evidence: we could hear the server for long
    /// enough, or not.
    fn why_silent(&self, evidence: UnixSeconds, limit: Duration, now: UnixSeconds) -> KnownBy {
        let listening = self.listening_since;
        if evidence < listening && now.saturating_since(listening) <= limit {
            KnownBy::OxeyeOff
        } else {
            KnownBy::Silence
        }
    }
}
