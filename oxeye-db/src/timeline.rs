//! A player's stays on one server, put together from joins and leaves in whatever order they came.
//!
//! What is known is a set of points in time. Read from the earliest to the latest, a join begins a
//! stay when there is none, and a leave ends the one there is; every other point is a *loose end*.
//! A point that comes late is put among the others and what lies around it is read again, so the
//! order of arrival does not matter. That is enough: where a stay begins, all that counts of what lies
//! before is whether something was left loose after the last end.

use oxeye_plugin_proto::UnixSeconds;

use crate::session::SessionEnd;

/// What is known to have happened at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) at: UnixSeconds,
    pub(crate) kind: PointKind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PointKind {
    /// The player joined.
    Join,
    /// A sync named the player. It begins a stay like a join, and is no loose end.
    Named,
    /// The player left.
    Leave(SessionEnd),
    /// The same, known before as a loose end: it was not the true end of a stay before it.
    LooseLeave,
    /// The last evidence of a stay whose end is estimated.
    Silence {
        /// The estimate, which the beginning of another stay cuts short.
        until: UnixSeconds,
    },
}

/// One stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimelineStay {
    pub(crate) joined_at: UnixSeconds,
    /// `None` while it lasts.
    pub(crate) end: Option<StayEnd>,
}

/// How a stay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StayEnd {
    pub(crate) left_at: UnixSeconds,
    pub(crate) seen_at: UnixSeconds,
    pub(crate) how: SessionEnd,
}

/// What the points of one player come to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Timeline {
    pub(crate) stays: Vec<TimelineStay>,
    pub(crate) loose: Vec<Point>,
}

impl StayEnd {
    fn at(at: UnixSeconds, how: SessionEnd) -> Self {
        Self {
            left_at: at,
            seen_at: at,
            how,
        }
    }
}

impl Timeline {
    /// Reads the points. Those of the same second count in the order in which they are given. A
    /// leave after `synced_at` does not prolong a stay that this sync found to be over. Before the
    /// first point the player was not there; `loose_before` is the last loose end until then.
    pub(crate) fn read(
        mut points: Vec<Point>,
        synced_at: Option<UnixSeconds>,
        loose_before: Option<UnixSeconds>,
    ) -> Self {
        points.sort_by_key(|point| point.at);
        let mut timeline = Self::default();
        for point in points {
            timeline.take(point, synced_at, loose_before);
        }
        timeline
    }

    fn take(
        &mut self,
        point: Point,
        synced_at: Option<UnixSeconds>,
        loose_before: Option<UnixSeconds>,
    ) {
        let last_loose = self.loose.last().map(|point| point.at).or(loose_before);
        let last = self.stays.last_mut();
        match (point.kind, last) {
            (PointKind::Join, Some(TimelineStay { end: None, .. })) => self.loose.push(point),
            (PointKind::Named, Some(TimelineStay { end: None, .. })) => {}
            (PointKind::Join | PointKind::Named, last) => {
                if let Some(end) = last.and_then(|stay| stay.end.as_mut()) {
                    end.left_at = end.left_at.min(point.at);
                }
                self.stays.push(TimelineStay {
                    joined_at: point.at,
                    end: None,
                });
            }
            (PointKind::Leave(how), Some(stay @ TimelineStay { end: None, .. })) => {
                stay.end = Some(StayEnd::at(point.at, how));
            }
            (PointKind::Leave(SessionEnd::Left), Some(TimelineStay { end: Some(end), .. }))
                if overrides(point.at, *end, synced_at)
                    && !has_loose_end_since(last_loose, *end) =>
            {
                *end = StayEnd::at(point.at, SessionEnd::Left);
            }
            (PointKind::LooseLeave, Some(stay @ TimelineStay { end: None, .. })) => {
                stay.end = Some(StayEnd::at(point.at, SessionEnd::Left));
            }
            (PointKind::Leave(_) | PointKind::LooseLeave, _) => self.loose.push(point),
            (PointKind::Silence { until }, Some(stay @ TimelineStay { end: None, .. })) => {
                stay.end = Some(StayEnd {
                    left_at: until,
                    seen_at: point.at,
                    how: SessionEnd::Stale,
                });
            }
            (PointKind::Silence { .. }, _) => {}
        }
    }
}

/// Whether a leave at `at` tells the true end of a stay whose end was inferred.
fn overrides(at: UnixSeconds, end: StayEnd, synced_at: Option<UnixSeconds>) -> bool {
    match end.how {
        SessionEnd::Left | SessionEnd::Disconnected => false,
        SessionEnd::Stale => {
            synced_at.is_none_or(|synced_at| synced_at <= end.seen_at || at < synced_at)
        }
        SessionEnd::MissingFromSync | SessionEnd::ServerStopped => {
            synced_at.is_some_and(|synced_at| at < synced_at)
        }
    }
}

/// Whether something was left loose after this end: whatever comes now is not about that stay.
fn has_loose_end_since(last_loose: Option<UnixSeconds>, end: StayEnd) -> bool {
    last_loose.is_some_and(|at| at >= end.left_at)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(at: i64) -> Point {
        Point {
            at: UnixSeconds(at),
            kind: PointKind::Join,
        }
    }

    fn leave(at: i64, how: SessionEnd) -> Point {
        Point {
            at: UnixSeconds(at),
            kind: PointKind::Leave(how),
        }
    }

    fn silence(at: i64, until: i64) -> Point {
        let until = UnixSeconds(until);
        Point {
            at: UnixSeconds(at),
            kind: PointKind::Silence { until },
        }
    }

    /// `[joined, left]`, or `[joined]` for a stay that lasts.
    #[track_caller]
    fn check(points: &[Point], stays: &[&[i64]], loose: &[i64]) {
        let timeline = Timeline::read(points.to_vec(), Some(UnixSeconds(100)), None);
        let found: Vec<Vec<i64>> = timeline
            .stays
            .iter()
            .map(|stay| {
                let left = stay.end.map(|end| end.left_at.0);
                [stay.joined_at.0].into_iter().chain(left).collect()
            })
            .collect();
        assert_eq!(found, stays);
        let found: Vec<i64> = timeline.loose.iter().map(|point| point.at.0).collect();
        assert_eq!(found, loose);
    }

    #[test]
    fn joins_and_leaves_mean_the_same_in_any_order() {
        use SessionEnd::Left;
        let stays: &[&[i64]] = &[&[10, 20], &[30]];
        check(&[join(10), leave(20, Left), join(30)], stays, &[]);
        check(&[join(30), join(10), leave(20, Left)], stays, &[]);
        check(&[leave(20, Left), join(30), join(10)], stays, &[]);
    }

    #[test]
    fn a_second_join_and_a_second_leave_are_loose_until_something_comes_between() {
        use SessionEnd::Left;
        let points = [join(10), join(15), leave(20, Left), leave(25, Left)];
        check(&points, &[&[10, 20]], &[15, 25]);

        let points = [points.as_slice(), &[leave(12, Left)]].concat();
        check(&points, &[&[10, 12], &[15, 20]], &[25]);
    }

    #[test]
    fn a_leave_that_was_seen_replaces_an_end_that_was_inferred() {
        use SessionEnd::{Left, MissingFromSync};
        check(
            &[join(10), silence(20, 50), leave(30, Left)],
            &[&[10, 30]],
            &[],
        );
        let gone = [join(10), leave(20, MissingFromSync)];
        check(&[gone[0], gone[1], leave(90, Left)], &[&[10, 90]], &[]);
        // The sync at 100 did not name the player.
        check(&[gone[0], gone[1], leave(110, Left)], &[&[10, 20]], &[110]);
    }

    #[test]
    fn the_next_stay_cuts_an_estimate_short() {
        check(
            &[join(10), silence(20, 50), join(30)],
            &[&[10, 30], &[30]],
            &[],
        );
    }
}
