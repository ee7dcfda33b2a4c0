//! No new servers while the engine refuses every one for the same reason, such as a missing program or
//! a full disk; no server for a world that cannot be used; and no new worlds where there is no room for them.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::ids::WorldName;
use crate::time::Moment;

/// If the same refusal comes for two worlds within this time, we expect it for every server.
const REPEATED_WITHIN: Duration = Duration::from_secs(60);

/// How long we then try no new servers.
const OPEN: Duration = Duration::from_secs(60);

/// How long we do not try a world that cannot be used.
const WORLD_OPEN: Duration = Duration::from_secs(10);

/// How long a world is made elsewhere, if it can be, after it could not be used.
const WORLD_AVOIDED: Duration = Duration::from_secs(600);

/// How long we make no new worlds where there was no room for one.
const NO_NEW_WORLDS: Duration = Duration::from_secs(60);

/// How long we make servers elsewhere, if we can, after one was not made in time.
const UNANSWERED_COUNTS: Duration = Duration::from_secs(600);

/// The last refusal, and whether new servers are tried at all.
#[derive(Debug, Clone, Default)]
pub(super) struct Circuit {
    /// Why worlds cannot be used, and until when each is not tried. There are few.
    worlds: BTreeMap<WorldName, (String, Moment)>,
    last: Option<Refusal>,
    /// The refusal that was repeated, and until when no new server is tried.
    open: Option<(String, Moment)>,
    /// Why no new worlds are made, and until when.
    no_new_worlds: Option<(String, Moment)>,
    /// When the engine last did not say whether it had made a server.
    unanswered_at: Option<Moment>,
}

/// A server that the engine has refused.
#[derive(Debug, Clone)]
struct Refusal {
    world: WorldName,
    sentence: String,
    at: Moment,
    /// Whether the one before it had the same reason, and no server was started in between.
    is_repeated: bool,
}

impl Circuit {
    /// Notes that the engine has refused a server. What it refuses for one world again and again may be the fault
    /// of that world, and says nothing about the others.
    pub(super) fn refused(&mut self, world: &WorldName, sentence: &str, now: Moment) {
        let before = self.last.take().filter(|last| last.sentence == sentence);
        self.last = Some(Refusal {
            world: world.clone(),
            sentence: sentence.to_owned(),
            at: now,
            is_repeated: before.is_some(),
        });
        match before.filter(|last| now.since(last.at) <= REPEATED_WITHIN) {
            Some(last) if last.world == *world => self.world_refused(world, sentence, now),
            Some(_) => self.open = Some((sentence.to_owned(), now + OPEN)),
            None => {}
        }
    }

    /// Notes that a server was started.
    pub(super) fn worked(&mut self) {
        self.last = None;
        self.open = None;
        self.unanswered_at = None;
    }

    /// Notes that the engine has not said whether it has made a server.
    pub(super) fn did_not_answer(&mut self, now: Moment) {
        self.unanswered_at = Some(now);
    }

    /// Notes that there is no room for another world.
    pub(super) fn refused_new_world(&mut self, sentence: &str, now: Moment) {
        self.no_new_worlds = Some((sentence.to_owned(), now + NO_NEW_WORLDS));
    }

    /// Returns whether this world could not be used lately, or a server was refused or not made in time and
    /// none has been started since.
    pub(super) fn has_failed_lately(&self, world: &WorldName, now: Moment) -> bool {
        let was_refused = self
            .last
            .as_ref()
            .is_some_and(|last| now.since(last.at) <= REPEATED_WITHIN);
        let unanswered = self.unanswered_at;
        let was_unanswered = unanswered.is_some_and(|at| now.since(at) <= UNANSWERED_COUNTS);
        was_refused || was_unanswered || self.worlds.contains_key(world)
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

    /// Returns whether the last servers were refused for the same reason, for whatever worlds.
    pub(super) fn repeats_itself(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.is_repeated)
    }

    /// Returns why no server is tried for a world, and until when, which may be over.
    fn world_refusal(&self, world: &WorldName) -> Option<(&str, Moment)> {
        let (sentence, until) = self.worlds.get(world)?;
        Some((sentence, *until))
    }

    /// Returns why a server for a world is not tried now, and until when. A new world would have to be made
    /// first.
    pub(super) fn refuses(
        &self,
        world: &WorldName,
        is_new: bool,
        now: Moment,
    ) -> Option<(&str, Moment)> {
        let no_new_worlds = self.no_new_worlds.as_ref().filter(|_| is_new);
        let no_new_worlds = no_new_worlds.map(|(sentence, until)| (sentence.as_str(), *until));
        let refusals = self.refusal().into_iter().chain(self.world_refusal(world));
        let mut refusals = refusals.chain(no_new_worlds);
        refusals.find(|(_, until)| now < *until)
    }

    /// Forgets the worlds whose time is over.
    pub(super) fn expire(&mut self, now: Moment) {
        self.worlds
            .retain(|_, (_, until)| now < *until + WORLD_AVOIDED);
    }
}
