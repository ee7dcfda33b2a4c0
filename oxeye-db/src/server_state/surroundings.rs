//! What is known of a player around a moment: the neighbouring stays and the loose ends between
//! them. A late event changes nothing beyond these, so its cost does not grow with the history.

use std::time::Duration;

use oxeye_plugin_proto::{PlayerName, UnixSeconds, limits};

use super::{ClosedSession, LooseEnd, PlayerId, ServerState, SessionEnd, SessionId, latest};
use crate::timeline::{Point, PointKind, StayEnd, TimelineStay};

/// How far back sessions are considered. Older events are not accepted.
pub(crate) const LOOKBACK: Duration =
    limits::MAX_LATE_BATCH_EVENT.saturating_add(Duration::from_secs(24 * 3600));

/// Where an event belongs among the known events of its player in the same second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PlaceInSecond {
    /// After all of them: it happened later, or the order is unknown.
    Last,
    /// Before some of them. Joins and leaves alternate, so a join belongs before a leave that has
    /// no join yet, and a leave before a join that has no leave.
    Between,
}

/// A stay as the file holds it.
#[derive(Debug, Clone, Copy)]
pub(super) struct StoredStay {
    pub(super) id: SessionId,
    pub(super) stay: TimelineStay,
}

/// What is known of a player around a moment.
#[derive(Debug, Default)]
pub(super) struct Surroundings {
    /// The last stay that began before the moment, and the next one, if there are such stays.
    pub(super) written: Vec<StoredStay>,
    /// The loose ends within and between these stays, in order.
    pub(super) loose: Vec<LooseEnd>,
    /// The last loose end before these stays.
    pub(super) loose_before: Option<UnixSeconds>,
    /// No session that begins later is among them: the beginning of the open stay, or else the latest
    /// time that is not in the future.
    pub(super) reach: UnixSeconds,
}

impl ServerState {
    /// Returns what lies around an event. The event belongs directly before `partner`, or, without
    /// one, after everything else in its second.
    pub(super) fn surroundings(
        &mut self,
        name: &PlayerName,
        player: PlayerId,
        (at, partner): (UnixSeconds, Option<LooseEnd>),
        now: UnixSeconds,
    ) -> Surroundings {
        let begun_until = match partner {
            None => at,
            Some(_) => UnixSeconds(at.0.saturating_sub(1)),
        };
        let since = now.minus(LOOKBACK);
        let open = self.players.get(name).map(|stay| stay.joined_at);
        let reach = open.unwrap_or(latest(now));
        let mut written = self.begun_until(name, player, begun_until.min(reach), since);
        let prior = if written.len() > 1 {
            Some(written.remove(0))
        } else {
            None
        };
        let (has_begun, prior_end) = (written.first().copied(), prior.and_then(last_point));
        let mut next = self.begun_after(name, player, begun_until, reach);
        let has_more = next.len() > 1;
        next.truncate(1);
        written.extend(next);

        let mut surroundings = Surroundings {
            reach,
            ..Surroundings::default()
        };
        for end in self.loose_of(player) {
            let is_before = match (end.is_join, has_begun) {
                (true, _) => prior_end.is_some_and(|prior_end| end.at <= prior_end),
                (false, Some(begun)) => end.at <= begun.stay.joined_at,
                (false, None) => false,
            };
            let is_after =
                written
                    .last()
                    .filter(|_| has_more)
                    .is_some_and(|last| match end.is_join {
                        true => last_point(*last).is_some_and(|last| end.at > last),
                        false => end.at > last.stay.joined_at,
                    });
            match (is_before || end.at < since, is_after) {
                (true, _) => surroundings.loose_before = Some(end.at),
                (false, true) => {}
                (false, false) => surroundings.loose.push(end),
            }
        }
        surroundings.written = written;
        surroundings
    }

    /// Returns the last two stays that began by this time and may still change, in order.
    fn begun_until(
        &mut self,
        name: &PlayerName,
        player: PlayerId,
        until: UnixSeconds,
        since: UnixSeconds,
    ) -> Vec<StoredStay> {
        let open = self.open_stay(name);
        let open = open.filter(|open| open.stay.joined_at <= until);
        let closed = self.history.of_player_until(player, until);
        let closed = closed.take_while(|session| session.left_at >= since);
        let mut begun: Vec<_> = open
            .into_iter()
            .chain(closed.map(StoredStay::from))
            .take(2)
            .collect();
        begun.reverse();
        begun
    }

    /// Returns the first two stays that began after this time and until `reach`.
    fn begun_after(
        &mut self,
        name: &PlayerName,
        player: PlayerId,
        after: UnixSeconds,
        reach: UnixSeconds,
    ) -> Vec<StoredStay> {
        let open = self.open_stay(name);
        let open = open.filter(|open| open.stay.joined_at > after);
        let from = UnixSeconds(after.0.saturating_add(1));
        let closed = self.history.of_player_from(player, from);
        closed
            .take_while(|session| session.joined_at <= reach)
            .map(StoredStay::from)
            .chain(open)
            .take(2)
            .collect()
    }

    fn open_stay(&self, name: &PlayerName) -> Option<StoredStay> {
        let stay = self.players.get(name)?;
        Some(StoredStay {
            id: stay.session,
            stay: TimelineStay {
                joined_at: stay.joined_at,
                account: stay.account,
                end: None,
            },
        })
    }

    /// Returns the loose ends of a player, in order.
    pub(super) fn loose_of(&self, player: PlayerId) -> Vec<LooseEnd> {
        let mut loose = self.loose_ends.of(player).to_vec();
        loose.sort_unstable_by_key(|end| (end.at, end.is_join));
        loose
    }

    /// Whether more than `reported` joins (or leaves) of a player are known in one second.
    pub(super) fn has_more_than(
        &mut self,
        reported: usize,
        name: &PlayerName,
        player: PlayerId,
        (at, is_join): (UnixSeconds, bool),
    ) -> bool {
        let open = self.open_stay(name).map(|open| open.stay.joined_at);
        let open = open.filter(|joined_at| is_join && *joined_at == at);
        let mut loose = self.loose_ends.of(player).iter();
        let is_loose = loose.any(|end| (end.at, end.is_join) == (at, is_join));
        let known = usize::from(open.is_some()) + usize::from(is_loose);
        let Some(reported) = reported.checked_sub(known) else {
            return true;
        };
        match is_join {
            true => self.history.has_more_joins_than(reported, player, at),
            false => self.history.has_more_leaves_than(reported, player, at),
        }
    }

    /// Returns the event and what is known around it, in time order. Points of the same second are
    /// ordered so that reading them gives the stored stays again: a loose leave comes before the
    /// stay that begins then, a loose join before the end of its stay.
    pub(super) fn points(
        &self,
        surroundings: &Surroundings,
        event: Point,
        partner: Option<LooseEnd>,
        now: UnixSeconds,
    ) -> Vec<Point> {
        // A sync is often timed by our clock, an event by the plugin's, so the difference must be
        // clear. One in the future was timed by a clock that ran fast.
        let synced_at = self.facts.synced_at.filter(|at| *at <= latest(now));
        let named_at =
            synced_at.filter(|synced_at| event.at < synced_at.minus(limits::EARLY_EVENT_LIMIT));
        let mut loose = surroundings.loose.clone();
        let loose_points = |end: LooseEnd| {
            let event = Some(event).filter(|_| Some(end) == partner);
            event.into_iter().chain([loose_point(end)])
        };
        let mut points = Vec::new();
        for StoredStay { id, stay } in &surroundings.written {
            let before = |end: &mut LooseEnd| !end.is_join && end.at <= stay.joined_at;
            points.extend(loose.extract_if(.., before).flat_map(loose_points));
            points.push(Point {
                at: stay.joined_at,
                kind: PointKind::Join,
                account: stay.account,
            });
            let was_there = self.facts.named_up_to.is_some_and(|last| *id <= last);
            if let Some(at) = named_at.filter(|at| was_there && confirms(*at, *stay)) {
                points.push(Point {
                    at,
                    kind: PointKind::Named,
                    account: stay.account,
                });
            }
            let Some(end) = stay.end.map(end_point) else {
                continue;
            };
            let within = |loose: &mut LooseEnd| loose.is_join && loose.at <= end.at;
            points.extend(loose.extract_if(.., within).flat_map(loose_points));
            points.push(end);
        }
        points.extend(loose.into_iter().flat_map(loose_points));
        if partner.is_none() {
            points.push(event);
        }
        points.sort_by_key(|point| point.at);
        points
    }
}

impl StoredStay {
    /// Returns the stay as a closed session, or `None` if it is open.
    pub(super) fn session(&self, player: PlayerId) -> Option<ClosedSession> {
        Some(closed(self.id, player, self.stay, self.stay.end?))
    }
}

impl From<ClosedSession> for StoredStay {
    fn from(session: ClosedSession) -> Self {
        Self {
            id: session.id,
            stay: TimelineStay {
                joined_at: session.joined_at,
                account: session.account,
                end: Some(StayEnd {
                    left_at: session.left_at,
                    seen_at: session.seen_at,
                    how: session.end,
                }),
            },
        }
    }
}

/// Returns a stay that is over as a closed session.
pub(super) fn closed(
    id: SessionId,
    player: PlayerId,
    stay: TimelineStay,
    end: StayEnd,
) -> ClosedSession {
    ClosedSession {
        id,
        player,
        account: stay.account,
        joined_at: stay.joined_at,
        left_at: end.left_at,
        seen_at: end.seen_at,
        end: end.how,
    }
}

/// Whether a sync at this time named the player during this stay; otherwise it would have ended the
/// stay.
fn confirms(at: UnixSeconds, stay: TimelineStay) -> bool {
    let left_at = stay.end.map(|end| end.seen_at);
    stay.joined_at < at && left_at.is_none_or(|left_at| at < left_at)
}

/// Returns the time of the last point of a stay that is over.
fn last_point(written: StoredStay) -> Option<UnixSeconds> {
    written.stay.end.map(|end| end_point(end).at)
}

fn loose_point(end: LooseEnd) -> Point {
    let kind = match end.is_join {
        true => PointKind::LooseJoin,
        false => PointKind::LooseLeave,
    };
    Point {
        at: end.at,
        kind,
        account: end.account,
    }
}

fn end_point(end: StayEnd) -> Point {
    let (at, kind) = match end.how {
        SessionEnd::Stale => (end.seen_at, PointKind::Silence { until: end.left_at }),
        how => (end.left_at, PointKind::Leave(how)),
    };
    Point {
        at,
        kind,
        account: None,
    }
}
