//! Reconstructs a player's stays on one server from joins and leaves that arrived in any order.
//!
//! What we know is a set of points in time, read from the earliest to the latest. A join begins a
//! stay if none is open, a leave ends the open one, and every other point is a *loose end*. A late
//! point is inserted among the others and its surroundings are read again, so the order of arrival
//! does not matter. Reading the surroundings is enough: at the beginning of a stay, only one thing
//! matters about the points before it, namely whether a loose end follows the last end.

use oxeye_plugin_proto::UnixSeconds;

use crate::accounts::AccountId;
use crate::session::SessionEnd;

/// Something that is known to have happened at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) at: UnixSeconds,
    pub(crate) kind: PointKind,
    /// The account that the report named.
    pub(crate) account: Option<AccountId>,
}

/// What happened at a point.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PointKind {
    /// The player joined.
    Join,
    /// The player joined, which was known as a loose end before. The stay around it knows its account.
    LooseJoin,
    /// A sync named the player. Like a join it begins a stay, but it is never a loose end.
    Named,
    /// The player left.
    Leave(SessionEnd),
    /// The player left, which was known as a loose end before. It is not the end of an earlier
    /// stay.
    LooseLeave,
    /// The last evidence of a stay whose end is estimated.
    Silence {
        /// The estimated end, which the beginning of the next stay cuts short.
        until: UnixSeconds,
    },
}

/// One stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TimelineStay {
    pub(crate) joined_at: UnixSeconds,
    /// The account that the join named, or the first later report of the stay that named one.
    pub(crate) account: Option<AccountId>,
    /// `None` while the stay lasts.
    pub(crate) end: Option<StayEnd>,
}

impl TimelineStay {
    /// Whether this stay begins and ends as another one does.
    pub(crate) fn is_at_the_time_of(&self, other: &Self) -> bool {
        (self.joined_at, self.end) == (other.joined_at, other.end)
    }
}

/// How a stay ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StayEnd {
    pub(crate) left_at: UnixSeconds,
    pub(crate) seen_at: UnixSeconds,
    pub(crate) how: SessionEnd,
}

/// The stays and loose ends that the points of one player amount to.
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
    /// Reads the points. Points of the same second count in the given order. A leave after
    /// `synced_at` does not prolong a stay that this sync showed to be over. The player is not
    /// there before the first point; `loose_before` is the last loose end before it.
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
            (PointKind::LooseJoin, Some(TimelineStay { end: None, .. })) => self.loose.push(point),
            (PointKind::Join, Some(stay @ TimelineStay { end: None, .. })) => {
                stay.account = stay.account.or(point.account);
                self.loose.push(point);
            }
            (PointKind::Named, Some(stay @ TimelineStay { end: None, .. })) => {
                stay.account = stay.account.or(point.account);
            }
            (PointKind::Join | PointKind::LooseJoin | PointKind::Named, last) => {
                if let Some(end) = last.and_then(|stay| stay.end.as_mut()) {
                    end.left_at = end.left_at.min(point.at);
                }
                self.stays.push(TimelineStay {
                    joined_at: point.at,
                    account: point.account,
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

/// Whether a leave at `at` is the true end of a stay whose end was inferred.
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

/// Whether there is a loose end after this end, so that a later leave does not belong to that stay. An estimated end may
/// be later than such a loose end.
fn has_loose_end_since(last_loose: Option<UnixSeconds>, end: StayEnd) -> bool {
    last_loose.is_some_and(|at| match end.how {
        SessionEnd::Stale => at > end.seen_at,
        _ => at >= end.left_at,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(at: i64) -> Point {
        Point {
            at: UnixSeconds(at),
            kind: PointKind::Join,
            account: None,
        }
    }

    fn leave(at: i64, how: SessionEnd) -> Point {
        Point {
            at: UnixSeconds(at),
            kind: PointKind::Leave(how),
            account: None,
        }
    }

    fn silence(at: i64, until: i64) -> Point {
        let until = UnixSeconds(until);
        Point {
            at: UnixSeconds(at),
            kind: PointKind::Silence { until },
            account: None,
        }
    }

    /// Checks the stays, each as `[joined, left]`, or `[joined]` for one that lasts, and the loose
    /// ends.
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
    fn a_repeated_join_or_leave_is_loose_until_an_event_comes_between() {
        use SessionEnd::Left;
        let points = [join(10), join(15), leave(20, Left), leave(25, Left)];
        check(&points, &[&[10, 20]], &[15, 25]);

        let points = [points.as_slice(), &[leave(12, Left)]].concat();
        check(&points, &[&[10, 12], &[15, 20]], &[25]);
    }

    #[test]
    fn a_reported_leave_replaces_an_inferred_end() {
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
    fn a_leave_after_one_that_did_not_end_a_silent_stay_does_not_end_it_either() {
        let stray = Point {
            kind: PointKind::LooseLeave,
            ..leave(30, SessionEnd::Left)
        };
        let points = [
            join(10),
            silence(20, 50),
            stray,
            leave(40, SessionEnd::Left),
        ];
        check(&points, &[&[10, 50]], &[30, 40]);
    }

    #[test]
    fn the_next_stay_cuts_an_estimated_end_short() {
        check(
            &[join(10), silence(20, 50), join(30)],
            &[&[10, 30], &[30]],
            &[],
        );
    }
}
