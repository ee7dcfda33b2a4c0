//! Where in their table the recent events of each player are, so that a question about one player need not read those of
//! all.
//!
//! Questions first take the places and then begin to read, each a single state of the file. The writer adds places once
//! the events are committed, and begins a new set once events that were moved are. So whatever a question finds in the
//! file was committed at the same time or later than what it knows of places: an event that has been moved meanwhile is
//! not found any more, and is in the other tables; the events that it does not know of are later than all that it does.

use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use rusqlite::Connection;

use crate::activity::recent::sums::Sums;
use crate::activity::store::rows::events::KEPT;
use crate::activity::store::rows::players::GuildPlayerId;
use crate::activity::store::rows::recent_events::{self, NumberedEvent, RecentId};

/// With more events than this of one player, reading those of all takes less time than finding each.
const MAX_FOUND: usize = 2_000;

/// The events of players that were added since events were last moved.
type Places = HashMap<GuildPlayerId, Vec<RecentId>>;

/// Where the recent events are now.
#[derive(Debug, Default)]
pub(in crate::activity) struct RecentPlaces(Mutex<RecentEvents>);

/// Where the recent events were at one moment. By default this is unknown, and reads all of them.
#[derive(Debug, Clone, Default)]
pub(in crate::activity) struct RecentEvents(Option<Arc<Mutex<Places>>>);

/// What a transaction has done with recent events, in this order.
#[derive(Debug, Default)]
pub(in crate::activity) struct Placed {
    /// All that there were before were moved.
    pub(in crate::activity) has_moved_before: bool,
    pub(in crate::activity) added: Vec<(GuildPlayerId, RecentId)>,
    /// All were moved, those just added among them.
    pub(in crate::activity) has_moved: bool,
}

impl RecentPlaces {
    /// Returns where the events are now. To be called before anything is read from the file.
    pub(in crate::activity) fn now(&self) -> RecentEvents {
        self.0.lock().clone()
    }

    /// Notes what has been committed. Only the writer calls this, in the order of the commits.
    pub(in crate::activity) fn note(&self, placed: Placed) {
        let mut current = self.0.lock();
        if placed.has_moved_before || placed.has_moved {
            *current = RecentEvents(Some(Arc::default()));
        }
        if placed.has_moved {
            return;
        }
        if let Some(places) = &current.0 {
            let mut places = places.lock();
            for (player, id) in placed.added {
                places.entry(player).or_default().push(id);
            }
        }
    }
}

impl RecentEvents {
    /// Returns places that are unknown, for a test that holds on to what it reads.
    #[cfg(test)]
    pub(in crate::activity) fn unknown() -> &'static Self {
        static UNKNOWN: RecentEvents = RecentEvents(None);
        &UNKNOWN
    }

    /// Returns what all recent events add to the tables.
    pub(in crate::activity) fn sums_of_all(file: &Connection) -> rusqlite::Result<Sums> {
        let mut sums = Sums::default();
        recent_events::each(file, None, |event| sums.add(event))?;
        Ok(sums)
    }

    /// Returns what the recent events of a player add to the tables.
    pub(in crate::activity) fn sums_of(
        &self,
        file: &Connection,
        player: GuildPlayerId,
    ) -> rusqlite::Result<Sums> {
        let mut sums = Sums::default();
        match self.ids_of(player) {
            Some(ids) => recent_events::each_of(file, &ids, |event| sums.add(event))?,
            None => recent_events::each(file, Some(player), |event| sums.add(event))?,
        }
        Ok(sums)
    }

    /// Returns the recent events of a player, the last ones if there are more than are kept.
    pub(in crate::activity) fn events_of(
        &self,
        file: &Connection,
        player: GuildPlayerId,
    ) -> rusqlite::Result<Vec<NumberedEvent>> {
        let kept = usize::try_from(KEPT).unwrap_or(usize::MAX);
        let Some(ids) = self.ids_of(player) else {
            let mut events = recent_events::events(file, Some(player))?;
            events.drain(..events.len().saturating_sub(kept));
            return Ok(events);
        };
        recent_events::events_of(file, &ids[ids.len().saturating_sub(kept)..])
    }

    /// Returns the places of a player's events; `None` if those of all are to be read.
    fn ids_of(&self, player: GuildPlayerId) -> Option<Vec<RecentId>> {
        let places = self.0.as_ref()?.lock();
        let ids = places.get(&player).map(Vec::as_slice).unwrap_or_default();
        (ids.len() <= MAX_FOUND).then(|| ids.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALEX: GuildPlayerId = GuildPlayerId(1);

    fn added(ids: &[i64]) -> Placed {
        Placed {
            added: ids.iter().map(|id| (ALEX, RecentId(*id))).collect(),
            ..Placed::default()
        }
    }

    fn known(recent: &RecentEvents) -> Option<Vec<i64>> {
        let places = recent.0.as_ref()?.lock();
        let ids = places.get(&ALEX).into_iter().flatten();
        Some(ids.map(|id| id.0).collect())
    }

    #[test]
    fn a_question_knows_what_was_there_when_it_began_even_if_that_is_moved() {
        let places = RecentPlaces::default();
        places.note(added(&[1]));
        assert_eq!(
            known(&places.now()),
            None,
            "nobody knows what was there before"
        );
        places.note(Placed {
            has_moved_before: true,
            ..added(&[2, 3])
        });

        let question = places.now();
        places.note(Placed {
            has_moved: true,
            ..added(&[4])
        });
        places.note(added(&[5]));

        assert_eq!(known(&question), Some(vec![2, 3]));
        assert_eq!(known(&places.now()), Some(vec![5]));
    }
}
