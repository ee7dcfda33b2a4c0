//! What is known around a late event as points in time, which [`crate::timeline`] reads again.

use oxeye_plugin_proto::{UnixSeconds, limits};

use super::absence::Absence;
use super::surroundings::{StoredStay, Surroundings};
use super::{LooseEnd, ServerState, SessionEnd};
use crate::timeline::{Point, PointKind, StayEnd, TimelineStay};

impl ServerState {
    /// Returns the event and what is known around it, in time order. Points of the same second are
    /// ordered so that reading them gives the stored stays again: a loose leave comes before the
    /// stay that begins then, a loose join before the end of its stay. An end that follows only from
    /// an absence is left out, because reading finds it again.
    pub(super) fn points(
        &self,
        surroundings: &Surroundings,
        (event, partner): (Point, Option<LooseEnd>),
        absence: Option<Absence>,
    ) -> Vec<Point> {
        // A sync is often timed by our clock, an event by the plugin's, so the difference must be
        // clear.
        let named_at = self
            .facts
            .synced_at
            .filter(|synced_at| event.at < synced_at.minus(limits::EARLY_EVENT_LIMIT));
        let mut loose = surroundings.loose.clone();
        let loose_points = |end: LooseEnd| {
            let event = Some(event).filter(|_| Some(end) == partner);
            event.into_iter().chain([loose_point(end)])
        };
        let absent = absence.map(|absence| Point {
            at: absence.at,
            kind: PointKind::Absent,
        });
        let ended = absence.and_then(|absence| absence.ended);
        let mut points = Vec::from_iter(absent);
        for StoredStay { id, stay } in &surroundings.written {
            let before = |end: &mut LooseEnd| !end.is_join && end.at <= stay.joined_at;
            points.extend(loose.extract_if(.., before).flat_map(loose_points));
            points.push(Point {
                at: stay.joined_at,
                kind: PointKind::Join,
            });
            let was_there = self.facts.named_up_to.is_some_and(|last| *id <= last);
            if let Some(at) = named_at.filter(|at| was_there && confirms(*at, *stay)) {
                let kind = PointKind::Named;
                points.push(Point { at, kind });
            }
            let known_end = stay.end.filter(|_| ended != Some(*id));
            let Some(end) = known_end.map(end_point) else {
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

/// Whether a sync at this time named the player during this stay; otherwise it would have ended the
/// stay.
fn confirms(at: UnixSeconds, stay: TimelineStay) -> bool {
    let left_at = stay.end.map(|end| end.seen_at);
    stay.joined_at < at && left_at.is_none_or(|left_at| at < left_at)
}

fn loose_point(end: LooseEnd) -> Point {
    let kind = match end.is_join {
        true => PointKind::Join,
        false => PointKind::LooseLeave,
    };
    Point { at: end.at, kind }
}

/// Returns the point at which a stay ended.
pub(super) fn end_point(end: StayEnd) -> Point {
    match end.how {
        SessionEnd::Stale => Point {
            at: end.seen_at,
            kind: PointKind::Silence { until: end.left_at },
        },
        how => Point {
            at: end.left_at,
            kind: PointKind::Leave(how),
        },
    }
}
