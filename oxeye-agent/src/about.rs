//! What a server says about itself: version, software, message of the day, most players, icon. Decides
//! when this is worth sending; no I/O, no clock.
//!
//! | module     | what it does                    |
//! |------------|---------------------------------|
//! | `facts`    | what each source says           |
//! | `delivery` | sends it to the backend         |

mod delivery;
mod facts;

use std::collections::BTreeMap;
use std::time::Duration;

use oxeye_plugin_proto::{AboutRequest, UnixSeconds};

pub(crate) use self::delivery::AboutDelivery;
pub(crate) use self::facts::{AboutSource, Facts};

/// How long nothing must have changed before it is sent, so that the sources that have just been found
/// are sent together.
const SETTLED_FOR: Duration = Duration::from_secs(3);

/// How long a change may wait for others at most.
const SENT_WITHIN: Duration = Duration::from_secs(10);

/// How many changes may be sent at once.
const BURST: u32 = 3;

/// How long it takes until one more change may be sent. A message of the day may change with every ping.
const ONE_EVERY: Duration = Duration::from_secs(5 * 60);

/// What all sources say about the server, and what has been sent.
#[derive(Debug)]
pub(crate) struct About {
    facts: BTreeMap<AboutSource, Facts>,
    sent: Option<AboutRequest>,
    /// When the first change since then was noted, and when the last one was.
    changed: Option<(UnixSeconds, UnixSeconds)>,
    /// How many changes may be sent, and as of when.
    allowed: (u32, UnixSeconds),
}

impl About {
    /// Returns what is known about a server of which nothing is known.
    #[must_use]
    pub(crate) fn new(now: UnixSeconds) -> Self {
        Self {
            facts: BTreeMap::new(),
            sent: None,
            changed: None,
            allowed: (BURST, now),
        }
    }

    /// Takes in what a source says now. It replaces what the source said before.
    pub(crate) fn note(&mut self, from: AboutSource, facts: Facts, now: UnixSeconds) {
        if self.facts.get(&from) != Some(&facts) {
            self.facts.insert(from, facts);
            self.note_change(now);
        }
    }

    /// Notes that the backend may have forgotten what was sent.
    pub(crate) fn send_again(&mut self, now: UnixSeconds) {
        self.sent = None;
        self.note_change(now);
    }

    /// Returns what should be sent now, if anything has changed and enough time has passed.
    pub(crate) fn due(&mut self, now: UnixSeconds) -> Option<AboutRequest> {
        let (first, last) = self.changed?;
        // A clock that was set back makes everything wait for its time again.
        let (first, last) = (first.min(now), last.min(now));
        self.changed = Some((first, last));
        let has_settled =
            now.saturating_since(last) >= SETTLED_FOR || now.saturating_since(first) >= SENT_WITHIN;
        if !has_settled {
            return None;
        }
        let request = self.merged();
        let is_new = self.sent.as_ref() != Some(&request) && request != AboutRequest::default();
        if !is_new {
            self.changed = None;
            return None;
        }
        self.take_one(now)?;
        self.changed = None;
        self.sent = Some(request.clone());
        Some(request)
    }

    /// Returns everything that is known: of each fact, what the best source says.
    #[must_use]
    pub(crate) fn merged(&self) -> AboutRequest {
        let mut merged = Facts::default();
        for facts in self.facts.values() {
            merged.complete_with(facts);
        }
        AboutRequest::from(merged)
    }

    fn note_change(&mut self, now: UnixSeconds) {
        let first = self.changed.map_or(now, |(first, _)| first);
        self.changed = Some((first, now));
    }

    /// Uses up one permission to send, if there is one.
    fn take_one(&mut self, now: UnixSeconds) -> Option<()> {
        let (allowed, since) = self.allowed;
        let since = since.min(now);
        let more = now.saturating_since(since).as_secs() / ONE_EVERY.as_secs();
        let more = u32::try_from(more).unwrap_or(BURST);
        let (allowed, since) = if allowed.saturating_add(more) >= BURST {
            (BURST, now)
        } else {
            (allowed + more, since.plus(ONE_EVERY * more))
        };
        self.allowed = (allowed, since);
        self.allowed.0 = allowed.checked_sub(1)?;
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::AboutText;

    use super::*;

    fn at(second: i64) -> UnixSeconds {
        UnixSeconds(1_000_000 + second)
    }

    fn motd(text: &str) -> Facts {
        Facts {
            motd: AboutText::new(text),
            ..Facts::default()
        }
    }

    #[test]
    fn what_is_found_together_is_sent_together_and_once() {
        let mut about = About::new(at(0));
        about.note(AboutSource::Folder, motd("Hi"), at(0));
        assert_eq!(about.due(at(2)), None);
        let log = Facts::of_versions(Some("Paper"), Some("1.21.11"));
        about.note(AboutSource::Log, log, at(2));
        assert_eq!(about.due(at(4)), None);

        let sent = about.due(at(5)).expect("it has settled");

        assert_eq!(sent.motd, AboutText::new("Hi"));
        assert_eq!(sent.software, AboutText::new("Paper"));
        about.note(AboutSource::Folder, motd("Hi"), at(10));
        assert_eq!(about.due(at(99)), None);
    }

    #[test]
    fn the_best_source_counts_for_each_fact() {
        let mut about = About::new(at(0));
        let mut folder = motd("from the folder");
        folder.max_players = Some(20);
        about.note(AboutSource::Folder, folder, at(0));
        about.note(AboutSource::Ping, motd("from the ping"), at(0));

        let merged = about.merged();

        assert_eq!(merged.motd, AboutText::new("from the ping"));
        assert_eq!(merged.max_players, Some(20));
    }

    #[test]
    fn a_message_that_changes_all_the_time_is_sent_every_five_minutes() {
        let mut about = About::new(at(0));
        let mut sent = Vec::new();
        for second in 0..3_600 {
            if second % 5 == 0 {
                about.note(AboutSource::Ping, motd(&format!("{second}")), at(second));
            }
            sent.extend(about.due(at(second)).map(|_| second));
        }

        assert_eq!(sent.len(), 3 + 3_600 / 300 - 1, "{sent:?}");
        assert!(
            sent.windows(2).skip(2).all(|two| two[1] - two[0] >= 290),
            "{sent:?}"
        );
    }

    #[test]
    fn what_changes_back_in_time_is_not_sent() {
        let mut about = About::new(at(0));
        about.note(AboutSource::Ping, motd("Hi"), at(0));
        about.due(at(3)).expect("the first");
        about.note(AboutSource::Ping, motd("Ho"), at(10));
        about.note(AboutSource::Ping, motd("Hi"), at(11));
        assert_eq!(about.due(at(99)), None);
    }

    #[test]
    fn a_backend_that_asks_for_everything_gets_it_again() {
        let mut about = About::new(at(0));
        assert_eq!(about.due(at(3)), None, "nothing is known");
        about.note(AboutSource::Ping, motd("Hi"), at(0));
        let first = about.due(at(3));

        about.send_again(at(50));

        assert_eq!(about.due(at(53)), first);
    }

    #[test]
    fn setting_the_clock_back_does_not_delay_it_for_long() {
        let mut about = About::new(at(10_000));
        about.note(AboutSource::Ping, motd("Hi"), at(10_000));
        assert_eq!(about.due(at(6_400)), None);
        assert!(about.due(at(6_403)).is_some());
    }
}
