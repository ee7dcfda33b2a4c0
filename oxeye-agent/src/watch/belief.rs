//! Which source is believed, and how it is changed over from one to another.

use std::time::Duration;

use oxeye_plugin_proto::UnixSeconds;

use super::Watch;
use crate::news::SourceKind;

/// A log is read a moment after a list has told the same: when the list dies, whoever came on just
/// before must not seem to have left.
const CATCHING_UP: Duration = Duration::from_secs(2);

/// A list is asked for again within this time. After a longer pause those who are not in it any more
/// have left nobody knows when.
const ASKED_AGAIN_WITHIN: Duration = Duration::from_secs(90);

impl Watch {
    pub(super) fn choose_differently(&self) -> bool {
        self.views.best() != self.believed
    }

    pub(super) fn change_over(&mut self, now: UnixSeconds) {
        let best = self.views.best();
        if best.is_none() && self.views.is_settling() {
            return;
        }
        if best == self.believed || self.log_must_catch_up(best, now) {
            self.complain(best);
            return;
        }
        self.believed = best;
        self.complain(best);
        match best {
            Some(source) => {
                if source != SourceKind::Log && self.views.count(source).is_none() {
                    self.hidden.believe(self.views.presence(source));
                }
                tracing::info!("who is on is now taken from the {source}{}", self.because());
                self.reporter.knows_servers(source == SourceKind::Log);
                self.adopt_anew(source, now);
            }
            None => self.blind_since = Some(now),
        }
    }

    /// Says once that no source works, and again when the reasons are others.
    fn complain(&mut self, best: Option<SourceKind>) {
        let why = self.because();
        if best.is_none() && self.last_complaint.as_deref() != Some(&why) {
            tracing::warn!("no source works, so nobody knows who is on{why}");
            self.last_complaint = Some(why);
        } else if best.is_some() {
            self.last_complaint = None;
        }
    }

    /// Whether the log is to be believed, but only in a moment.
    fn log_must_catch_up(&mut self, best: Option<SourceKind>, now: UnixSeconds) -> bool {
        if best != Some(SourceKind::Log) || self.believed.is_none() {
            self.log_caught_up_at = None;
            return false;
        }
        let caught_up_at = *self.log_caught_up_at.get_or_insert(now.plus(CATCHING_UP));
        now < caught_up_at
    }

    /// Why no better source is believed, as the rest of a sentence.
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

    /// The source is believed from now on: its whole roster is told. Whoever is not in it any more was
    /// on until nobody saw them.
    pub(super) fn adopt_anew(&mut self, source: SourceKind, now: UnixSeconds) {
        let last_seen = self.blind_since.take().unwrap_or(now);
        self.adopt(source, now, last_seen);
        if self.views.knows_everyone(source) && !self.is_buried() {
            self.sync(now);
        }
    }

    /// The source that is believed has named everybody once more. Whoever is not named any more was
    /// on when they last were; that is about now, unless the agent or the machine slept.
    pub(super) fn adopt_changes(&mut self, source: SourceKind, now: UnixSeconds) {
        let named_at = self.named_at.filter(|named_at| {
            source != SourceKind::Log && now.saturating_since(*named_at) > ASKED_AGAIN_WITHIN
        });
        self.adopt(source, now, named_at.unwrap_or(now));
    }

    fn adopt(&mut self, source: SourceKind, now: UnixSeconds, gone_at: UnixSeconds) {
        if self.is_buried() {
            return;
        }
        self.named_at = Some(now);
        if self.views.knows_everyone(source) {
            let presence = self.shown(source);
            self.reporter.adopt(&presence, now, gone_at);
        } else if let Some(count) = self.views.count(source) {
            let told = self.reporter.told().len();
            // As many as before are most likely the same; of any others nobody knows who they are.
            let are_others = told > 0 && usize::try_from(count) != Ok(told);
            if are_others || !self.reporter.is_all() {
                self.empty("only a number is known", gone_at);
            }
        } else {
            // Who else is on is not known, so nobody is made to leave.
            let presence = self.shown(source);
            self.reporter.add(&presence, now);
        }
    }
}
