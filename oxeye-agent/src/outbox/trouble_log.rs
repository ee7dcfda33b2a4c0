//! Logs what goes wrong with the events of one linked server, each problem once.

use std::collections::HashSet;
use std::marker::PhantomData;

use oxeye_plugin_client::RejectedEvent;

use super::Outgoing;

/// How many different reasons for refusals are logged. Whatever answers at the backend's address could
/// make up any number of them.
const MOST_REFUSALS: usize = 32;

/// What was logged, so that a recurring problem is logged once.
#[derive(Debug)]
pub(super) struct TroubleLog<E> {
    /// The linked server's name.
    name: String,
    /// The last problem.
    last: String,
    /// The reasons for refusals.
    refusals: HashSet<String>,
    /// How many events had been dropped when the backend last accepted the rest.
    dropped: u64,
    /// Whether dropped events were logged since then.
    has_logged_dropped: bool,
    events: PhantomData<fn(E)>,
}

impl<E: Outgoing> TroubleLog<E> {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            last: String::new(),
            refusals: HashSet::new(),
            dropped: 0,
            has_logged_dropped: false,
            events: PhantomData,
        }
    }

    /// Logs a problem, unless it is the same as the last one.
    pub(super) fn trouble(&mut self, what: &str, why: &str) {
        if self.last != why {
            tracing::warn!("{what}: {why}");
            self.last = why.to_owned();
        }
    }

    /// Logs what the problem means for one event.
    pub(super) fn event_trouble(&mut self, consequence: &str, why: &str) {
        let what = format!("{} of {} {consequence}", E::ONE, self.name);
        self.trouble(&what, why);
    }

    /// Logs why so many events are waiting.
    pub(super) fn waiting(&mut self, waiting: usize, why: &str) {
        let what = format!(
            "{} of {} are waiting ({waiting} so far)",
            E::SEVERAL,
            self.name
        );
        self.trouble(&what, why);
    }

    /// Logs each reason once, because a player whose name the backend refuses may come and go all day.
    pub(super) fn refused(&mut self, refused: &[RejectedEvent<E>]) {
        for RejectedEvent { event, why } in refused {
            let reason = refusal(event, why);
            if self.refusals.len() >= MOST_REFUSALS || self.refusals.contains(&reason) {
                continue;
            }
            let name = &self.name;
            tracing::warn!("the backend refuses {} of {name}: {reason}", E::ONE);
            self.refusals.insert(reason);
        }
    }

    /// Logs that the backend is older than these events or its operator does not want them.
    pub(super) fn unsupported(&self, why: &str) {
        let (events, name) = (E::SEVERAL, &self.name);
        tracing::info!(
            "the backend takes no {events} of {name}, so the agent tries again once an hour: {why}"
        );
    }

    /// Logs once that events were dropped, until the backend accepts the others. `dropped` counts all
    /// since the agent started.
    pub(super) fn dropped(&mut self, dropped: u64) {
        if dropped > self.dropped && !self.has_logged_dropped {
            self.has_logged_dropped = true;
            let (events, name) = (E::SEVERAL, &self.name);
            tracing::warn!("too many {events} of {name} are waiting; the oldest are dropped");
        }
    }

    /// Notes that the backend has accepted everything, and logs it if it had failed before.
    pub(super) fn accepted(&mut self, had_failed: bool, dropped: u64) {
        if had_failed {
            let name = &self.name;
            tracing::info!("the backend accepts the {} of {name} again", E::SEVERAL);
        }
        self.dropped = dropped;
        self.has_logged_dropped = false;
        self.last.clear();
    }
}

/// Returns the kind of an event and why it was refused. A reason that names a player is left out.
fn refusal(event: &impl Outgoing, why: &str) -> String {
    let kind = event.kind();
    if event.is_named_in(why) {
        kind.to_owned()
    } else {
        format!("{kind}, {why}")
    }
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::{ActivityEvent, Event, PlayerName, SyncPlayer, UnixSeconds};

    use super::*;

    #[test]
    fn a_logged_refusal_names_no_player() {
        let player = PlayerName::try_from("Alex").unwrap();
        let join = Event::join(player.clone(), UnixSeconds(5));
        assert_eq!(refusal(&join, "too many"), "join, too many");
        assert_eq!(refusal(&join, "Alex is too many"), "join");
        let death = ActivityEvent::new(player.clone(), "death".parse().unwrap());
        assert_eq!(refusal(&death, "too old"), "death, too old");
        assert_eq!(refusal(&death, "Alex is too old"), "death");

        let sync = Event::Sync {
            players: [SyncPlayer::new(player)].into_iter().collect(),
            heartbeat_secs: None,
            reason: None,
            at: UnixSeconds(5),
        };
        assert_eq!(refusal(&sync, "not Alex"), "sync");
    }
}
