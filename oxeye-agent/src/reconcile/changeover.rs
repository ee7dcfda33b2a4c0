//! The changeover from one believed source to another.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::Reconciler;
use crate::source_update::SourceKind;

/// How long to wait before a log is believed in place of a list. A log is read a moment later: when the
/// list fails, whoever joined just before must not seem to have left.
const CATCHING_UP: Duration = Duration::from_secs(2);

/// The longest time between two rosters of a working list. After a longer pause, nobody knows when the
/// players who are missing from it left.
const ASKED_AGAIN_WITHIN: Duration = Duration::from_secs(90);

impl Reconciler {
    pub(super) fn choose_differently(&self) -> bool {
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
                    self.because()
                );
                self.reporter.knows_servers(source == SourceKind::Log);
                self.adopt_whole(source, now);
            }
            None => self.blind_since = Some(now),
        }
    }

    /// Logs once that no source works, and again when the reasons change.
    fn complain(&mut self, best: Option<SourceKind>) {
        let why = self.because();
        if best.is_none() && self.last_complaint.as_deref() != Some(&why) {
            tracing::warn!("no source works, so it is not known who is on{why}");
            self.last_complaint = Some(why);
        } else if best.is_some() {
            self.last_complaint = None;
        }
    }

    /// Whether the log is to be believed only after it has caught up; starts the wait.
    fn log_must_catch_up(&mut self, best: Option<SourceKind>, now: UnixSeconds) -> bool {
        if best != Some(SourceKind::Log) || self.believed.is_none() {
            self.log_caught_up_at = None;
            return false;
        }
        let caught_up_at = *self.log_caught_up_at.get_or_insert(now.plus(CATCHING_UP));
        now < caught_up_at
    }

    /// Returns why no better source is believed, as the end of a sentence.
    fn because(&self) -> String {
        let better = SourceKind::ALL
            .into_iter()
            .take_while(|kind| Some(*kind) != self.believed);
        let failures = better.filter_map(|kind| {
            let why = self.views.failure(kind)?;
            Some(format!("; {kind}: {why}"))
        });
        failures.collect()
    }

    /// Reports the whole roster of the source that is believed from now on. Whoever is missing from it
    /// was on until no source worked any more.
    pub(super) fn adopt_whole(&mut self, source: SourceKind, now: UnixSeconds) {
        let last_seen = self.blind_since.take().unwrap_or(now);
        self.adopt(source, now, last_seen);
        if self.views.knows_everyone(source) && !self.is_down() {
            self.sync(now);
        }
    }

    /// Reports what has changed in the roster of the believed source. Whoever is missing was on
    /// when they were last named; that is about now, unless the agent or the machine was suspended.
    pub(super) fn adopt_changes(&mut self, source: SourceKind, now: UnixSeconds) {
        let named_at = self.named_at.filter(|named_at| {
            source != SourceKind::Log && now.saturating_since(*named_at) > ASKED_AGAIN_WITHIN
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
            let told = self.reporter.reported().len();
            // The same number as before most likely means the same players; any other means unknown
            // ones.
            let are_others = told > 0 && usize::try_from(count) != Ok(told);
            if are_others || !self.reporter.is_all() {
                self.empty("only a number is known", gone_at);
            }
        } else {
            // It is not known who else is on, so nobody is reported to have left.
            let roster = self.shown(source);
            self.reporter.add(&roster, now);
        }
    }
}
