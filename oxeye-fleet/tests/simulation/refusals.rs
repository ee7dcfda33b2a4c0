//! When joins may be refused because the engine refuses every server.

use std::collections::BTreeMap;
use std::time::Duration;

use oxeye_fleet::rules::{Call, CallFailure, CallNumber, Event, Reply};
use oxeye_fleet::time::Moment;

use crate::engine::{FULL, NO_NEW_WORLDS};

/// Two refusals within this time show that the next one will be refused too, and for how long.
const WITHIN: Duration = Duration::from_secs(60);

/// How long no new servers are tried on a worker that had no room.
const FULL_FOR: Duration = Duration::from_secs(15);

/// The refusals of new servers that the rules were told of.
#[derive(Debug, Default)]
pub struct Refusals {
    /// The last one.
    last: Option<(String, Moment)>,
    /// The last one that followed another with the same sentence.
    repeated: Option<(String, Moment)>,
    /// When a worker last had no room.
    full_at: Option<Moment>,
    /// When a worker last had no room for another world.
    no_new_worlds_at: Option<Moment>,
}

impl Refusals {
    /// Notes a refusal, and returns what is wrong with a reply.
    pub fn see(
        &mut self,
        event: &Event,
        calls: &BTreeMap<CallNumber, Call>,
        reply: &Reply,
        now: Moment,
    ) -> Option<String> {
        if let Event::Called {
            number,
            result: Err(CallFailure::Refused(sentence)),
            ..
        } = event
            && matches!(calls.get(number), Some(Call::Create | Call::Start))
        {
            let is_repeated = self
                .last
                .as_ref()
                .is_some_and(|(last, at)| last == sentence && now.since(*at) <= WITHIN);
            self.last = Some((sentence.clone(), now));
            if is_repeated {
                self.repeated.clone_from(&self.last);
            }
        }
        let is_full = Err(CallFailure::Full(FULL.to_owned()));
        if matches!(event, Event::Called { result, .. } if *result == is_full) {
            self.full_at = Some(now);
        }
        let no_new_worlds = Err(CallFailure::NoNewWorlds(NO_NEW_WORLDS.to_owned()));
        if matches!(event, Event::Called { result, .. } if *result == no_new_worlds) {
            self.no_new_worlds_at = Some(now);
        }
        let Reply::Refused {
            sentence: reason,
            retry_after,
        } = reply
        else {
            return None;
        };
        let is_engines = self.last.as_ref().is_some_and(|(last, _)| last == reason);
        let is_open = self
            .repeated
            .as_ref()
            .is_some_and(|(last, at)| last == reason && now + *retry_after <= *at + WITHIN);
        let is_wrong = (is_engines && !is_open) || reason == FULL;
        is_wrong.then(|| format!("a join is refused without need: {reason}"))
    }

    /// Whether the engine has refused a server lately, or had no room, so that no new ones may be tried.
    pub fn is_recent(&self, now: Moment) -> bool {
        let last = self.last.as_ref();
        let is_full = |at: Moment| now.since(at) <= FULL_FOR;
        let is_without_worlds = |at: Moment| now.since(at) <= WITHIN;
        last.is_some_and(|(_, at)| now.since(*at) <= WITHIN)
            || self.full_at.is_some_and(is_full)
            || self.no_new_worlds_at.is_some_and(is_without_worlds)
    }

    /// After a restart, servers are tried again.
    pub fn restarted(&mut self) {
        *self = Self::default();
    }
}
