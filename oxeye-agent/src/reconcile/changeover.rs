//! Changes over from one believed source to another.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use super::Reconciler;
use crate::game_event::{GameEvent, TimedEvent};
use crate::roster::Roster;
use crate::source_update::SourceKind;

/// How long to wait before a log is believed instead of a list. Logs are read with a delay, so when a
/// list fails, a player who joined just before would otherwise seem to have left.
const CATCHING_UP: Duration = Duration::from_secs(2);

/// The longest time between two rosters of a working list. After a longer pause it is unknown when the
/// players who are missing from the new one left.
const LONGEST_LIST_PAUSE: Duration = Duration::from_secs(90);

impl Reconciler {
    /// Reports what happened while no agent was running, whichever source is believed now.
    pub(super) fn catch_up(
        &mut self,
        before: Roster,
        is_reported: bool,
        events: &[TimedEvent],
        now: UnixSeconds,
    ) {
        if self.believes_a_list() {
            // What has been reported comes from another source and is newer.
        } else if is_reported {
            self.reporter.resume(before);
        } else {
            // Reporting it twice changes nothing, since the times are the same.
            self.reporter.adopt(&before, now, now);
        }
        self.report_events(events);
    }

    /// Reports that these players have left, because the log no longer knows whether they are online,
    /// and neither does a better source.
    pub(super) fn forget(&mut self, forgotten: Vec<PlayerName>, visible_until: UnixSeconds) {
        if !self.believes_a_list() {
            for player in forgotten {
                let left = GameEvent::Leave { player };
                self.reporter.happened(&left, visible_until);
            }
        }
    }

    /// Whether another source should be believed now.
    pub(super) fn must_change_over(&self) -> bool {
        self.views.best() != self.believed
    }

    pub(super) fn change_over(&mut self, now: UnixSeconds) {
        let best = self.views.best();
        if best.is_none() && self.views.is_settling() {
            return;
        }
        if best == self.believed {
            self.complain(best);
            return;
        }
        let must_wait = self.log_must_catch_up(best, now);
        if must_wait {
            self.complain(best);
            return;
        }
        self.believed = best;
        self.complain(best);
        match best {
            Some(source) => {
                if source != SourceKind::Log && self.views.count(source).is_none() {
                    self.hidden.believe(self.views.roster(source));
                }
                tracing::info!(
                    "the roster is now taken from the {source}{}",
                    self.reasons()
                );
                self.reporter.knows_servers(source == SourceKind::Log);
                self.adopt_whole(source, now);
            }
            None => self.blind_since = Some(now),
        }
    }

    /// Logs that no source works, and again when the reasons change.
    fn complain(&mut self, best: Option<SourceKind>) {
        let why = self.reasons();
        if best.is_none() && self.last_complaint.as_deref() != Some(&why) {
            tracing::warn!("no source works, so it is unknown who is online{why}");
            self.last_complaint = Some(why);
        } else if best.is_some() {
            self.last_complaint = None;
        }
    }

    /// Whether the log must catch up before it is believed. Starts the wait if necessary.
    fn log_must_catch_up(&mut self, best: Option<SourceKind>, now: UnixSeconds) -> bool {
        if best != Some(SourceKind::Log) || self.believed.is_none() {
            self.log_caught_up_at = None;
            return false;
        }
        let caught_up_at = *self.log_caught_up_at.get_or_insert(now.plus(CATCHING_UP));
        now < caught_up_at
    }

    /// Returns why no better source is believed, as the end of a sentence.
    fn reasons(&self) -> String {
        let better = SourceKind::ALL
            .into_iter()
            .take_while(|kind| Some(*kind) != self.believed);
        let failures = better.filter_map(|kind| {
            let why = self.views.failure(kind)?;
            Some(format!("; {kind}: {why}"))
        });
        failures.collect()
    }

    /// Reports the whole roster of the newly believed source. Players who are missing from it were last
    /// seen when the last source stopped working.
    pub(super) fn adopt_whole(&mut self, source: SourceKind, now: UnixSeconds) {
        let last_seen = self.blind_since.take().unwrap_or(now);
        self.adopt(source, now, last_seen);
        // Until the port has been checked, the players of a log may be those of a server that was killed.
        if self.views.knows_everyone(source) && !self.is_down() && !self.game.awaits_port() {
            self.sync(now);
        }
    }

    /// Reports what has changed in the roster of the believed source. Players who are missing were
    /// online when they were last named, which was just now unless the agent or the machine was
    /// suspended.
    pub(super) fn adopt_changes(&mut self, source: SourceKind, now: UnixSeconds) {
        let named_at = self.named_at.filter(|named_at| {
            source != SourceKind::Log && now.saturating_since(*named_at) > LONGEST_LIST_PAUSE
        });
        self.adopt(source, now, named_at.unwrap_or(now));
    }

    fn adopt(&mut self, source: SourceKind, now: UnixSeconds, gone_at: UnixSeconds) {
        if self.is_down() {
            return;
        }
        self.named_at = Some(now);
        if self.views.knows_everyone(source) {
            let roster = self.shown(source);
            self.reporter.adopt(&roster, now, gone_at);
        } else if let Some(count) = self.views.count(source) {
            let reported = self.reporter.reported().len();
            // The same number as before most likely means the same players. With any other number,
            // nobody knows who they are.
            let are_others = reported > 0 && usize::try_from(count) != Ok(reported);
            if are_others || !self.reporter.is_complete() {
                self.sync_empty("only a number is known", gone_at);
            }
        } else {
            // It is unknown who else is online, so nobody is reported to have left.
            let roster = self.shown(source);
            self.reporter.add(&roster, now);
        }
    }
}
