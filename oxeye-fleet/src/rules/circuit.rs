//! No new servers while the engine refuses every one for the same reason, such as a missing program or
//! a full disk; and no server for a world that cannot be used.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ids::WorldName;
use crate::time::Moment;

/// If the same refusal comes twice within this time, we expect it for every server.
const REPEATED_WITHIN: Duration = Duration::from_secs(60);

/// How long we then try no new servers.
const OPEN: Duration = Duration::from_secs(60);

/// How long we do not try a world that cannot be used.
const WORLD_OPEN: Duration = Duration::from_secs(10);

/// The last refusal, and whether new servers are tried at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Circuit {
    /// Why worlds cannot be used, each until a moment. There are few.
    worlds: BTreeMap<WorldName, (String, Moment)>,
    last: Option<(String, Moment)>,
    /// The refusal that was repeated, and until when no new server is tried.
    open: Option<(String, Moment)>,
}

impl Circuit {
    /// Notes that the engine has refused a server.
    pub(super) fn refused(&mut self, sentence: &str, now: Moment) {
        let is_repeated = self
            .last
            .as_ref()
            .is_some_and(|(last, at)| last == sentence && now.since(*at) <= REPEATED_WITHIN);
        if is_repeated {
            self.open = Some((sentence.to_owned(), now + OPEN));
        }
        self.last = Some((sentence.to_owned(), now));
    }

    /// Notes that a server was started.
    pub(super) fn worked(&mut self) {
        self.last = None;
        self.open = None;
    }

    /// Notes that a world cannot be used. Other worlds can.
    pub(super) fn world_refused(&mut self, world: &WorldName, sentence: &str, now: Moment) {
        let refusal = (sentence.to_owned(), now + WORLD_OPEN);
        self.worlds.insert(world.clone(), refusal);
    }

    /// Returns why no new server is tried, and until when, which may be over.
    pub(super) fn refusal(&self) -> Option<(&str, Moment)> {
        let (sentence, until) = self.open.as_ref()?;
        Some((sentence, *until))
    }

    /// Returns why no server is tried for a world, and until when, which may be over.
    fn world_refusal(&self, world: &WorldName) -> Option<(&str, Moment)> {
        let (sentence, until) = self.worlds.get(world)?;
        Some((sentence, *until))
    }

    /// Returns why a server for a world is not tried now, and until when.
    pub(super) fn refuses(&self, world: &WorldName, now: Moment) -> Option<(&str, Moment)> {
        let mut refusals = self.refusal().into_iter().chain(self.world_refusal(world));
        refusals.find(|(_, until)| now < *until)
    }

    /// Forgets the worlds whose time is over.
    pub(super) fn expire(&mut self, now: Moment) {
        self.worlds.retain(|_, (_, until)| now < *until);
    }
}
