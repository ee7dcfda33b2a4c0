//! No new servers while the engine refuses every one for the same reason, such as a missing program or
//! a full disk.

use std::time::Duration;

use crate::time::Moment;

/// If the same refusal comes twice within this time, we expect it for every server.
const REPEATED_WITHIN: Duration = Duration::from_secs(60);

/// How long we then try no new servers.
const OPEN: Duration = Duration::from_secs(60);

/// The last refusal, and whether new servers are tried at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Circuit {
    last: Option<(String, Moment)>,
    open_until: Option<Moment>,
}

impl Circuit {
    /// Notes that the engine has refused a server.
    pub(super) fn refused(&mut self, sentence: &str, now: Moment) {
        let is_repeated = self
            .last
            .as_ref()
            .is_some_and(|(last, at)| last == sentence && now.since(*at) <= REPEATED_WITHIN);
        if is_repeated {
            self.open_until = Some(now + OPEN);
        }
        self.last = Some((sentence.to_owned(), now));
    }

    /// Notes that a server was started.
    pub(super) fn worked(&mut self) {
        self.last = None;
        self.open_until = None;
    }

    /// Returns why no new server is tried, and for how long.
    pub(super) fn open(&self, now: Moment) -> Option<(&str, Duration)> {
        let until = self.open_until.filter(|until| now < *until)?;
        let (sentence, _) = self.last.as_ref()?;
        Some((sentence, until.since(now)))
    }
}
