//! What comes late, or twice: it is put among what is known of the player, and all of that is read
//! anew.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds, limits};
use std::time::Duration;

use super::{
    Change, ClosedSession, Ledger, LooseEnd, PlayerId, ServerState, SessionEnd, SessionId, latest,
};
use crate::timeline::{Point, Stretch, StretchEnd, Timeline, What};

/// Sessions that ended longer ago are not looked at: no event is believed to be older.
pub(crate) const LOOKED_BACK: Duration =
    limits::MAX_LATE_BATCH_EVENT.saturating_add(Duration::from_secs(24 * 3600));

/// Loose ends kept of one server, and of one player on it. A plugin that reports in good order makes
/// none.
const MAX_LOOSE_ENDS: usize = 10_000;
const MAX_LOOSE_ENDS_OF_PLAYER: usize = 64;

/// An event that is not in good order.
#[derive(Debug, Clone, Copy)]
pub(super) enum Late {
    Join(Option<TextureHash>),
    Leave,
}

/// A stay as it is written in the file.
#[derive(Debug, Clone, Copy)]
struct Written {
    id: SessionId,
    stay: Stretch,
}

impl ServerState {
    /// Puts an event in its place among the player's others.
    pub(super) fn place(
        &mut self,
        name: &PlayerName,
        event: Late,
        at: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let player = ledger.player(name);
        let written = self.written(name, player, now);
        let loose: Vec<LooseEnd> = self.loose_of(player);
        let (what, texture) = match event {
            Late::Join(texture) => (What::Join, texture),
            Late::Leave => (What::Leave(SessionEnd::Left), None),
        };
        let mut points = self.points(&written, &loose, at);
        let event = Point { at, what };
        let is_known = loose
            .iter()
            .any(|end| (end.at, end.is_join) == (at, what == What::Join));
        if is_known || points.contains(&event) {
            return;
        }
        points.push(event);
        self.settled_until = self.settled_until.max(at);
        let timeline = Timeline::read(points, self.facts.synced_at);

        let texture = self
            .players
            .get(name)
            .and_then(|stay| stay.texture)
            .or(texture);
        self.rewrite(name, player, texture, &written, &timeline.stays, ledger);
        self.tie(player, &loose, &timeline.loose, ledger);
        if !self.players.contains_key(name) {
            self.see_again(name, &timeline, at, now);
        }
    }

    /// The player was there at a time that lies behind us.
    pub(super) fn sighted(&mut self, name: &PlayerName, at: UnixSeconds, now: UnixSeconds) {
        if !self.players.contains_key(name) {
            let seen = self.last_seen.get(name);
            let seen = seen.filter(|seen| *seen <= latest(now));
            self.update_last_seen(name, seen.map_or(at, |seen| seen.max(at)), now);
        }
    }

    /// Forgets the loose ends from before a time.
    pub(crate) fn forget_loose_ends(&mut self, before: UnixSeconds) {
        self.loose_ends.retain(|_, ends| {
            ends.retain(|end| end.at >= before);
            !ends.is_empty()
        });
        self.loose_count = self.loose_ends.values().map(Vec::len).sum();
    }

    fn see_again(
        &mut self,
        name: &PlayerName,
        timeline: &Timeline,
        at: UnixSeconds,
        now: UnixSeconds,
    ) {
        let ends = timeline.stays.iter().filter_map(|stay| stay.end);
        let loose = timeline.loose.iter().map(|point| point.at);
        let seen = ends.map(|end| end.seen_at).chain(loose).max();
        self.sighted(name, seen.unwrap_or(at), now);
    }

    /// The player's stays that an event can still reach, by their beginning.
    fn written(&self, name: &PlayerName, player: PlayerId, now: UnixSeconds) -> Vec<Written> {
        let closed = self.history.of_player_since(player, now.minus(LOOKED_BACK));
        let closed = closed.iter().map(|session| Written {
            id: session.id,
            stay: Stretch {
                joined_at: session.joined_at,
                end: Some(StretchEnd {
                    left_at: session.left_at,
                    seen_at: session.seen_at,
                    how: session.end,
                }),
            },
        });
        let open = self.players.get(name).map(|stay| Written {
            id: stay.session,
            stay: Stretch {
                joined_at: stay.joined_at,
                end: None,
            },
        });
        closed.chain(open).collect()
    }

    fn loose_of(&self, player: PlayerId) -> Vec<LooseEnd> {
        let mut loose = self.loose_ends.get(&player).cloned().unwrap_or_default();
        loose.sort_unstable_by_key(|end| (end.at, end.is_join));
        loose
    }

    /// `at`, or later: when the last happened that is known of a player.
    pub(super) fn after_all_of(&self, player: PlayerId, at: UnixSeconds) -> UnixSeconds {
        let stays = self.history.of_player_since(player, at);
        let loose = self.loose_of(player);
        let ends = stays.iter().map(|stay| stay.left_at);
        ends.chain(loose.iter().map(|end| end.at))
            .fold(at, UnixSeconds::max)
    }

    /// All that is known. Points of the same second come in an order that reads as what is written:
    /// a loose leave before the stay that begins then, a loose join before the end of its stay.
    fn points(&self, written: &[Written], loose: &[LooseEnd], at: UnixSeconds) -> Vec<Point> {
        // A sync is often timed by our clock, an event by the plugin's.
        let named_at = self
            .facts
            .synced_at
            .filter(|synced_at| at < synced_at.minus(limits::EARLY_EVENT_LIMIT));
        let mut loose = loose.to_vec();
        let mut points = Vec::new();
        for Written { id, stay } in written {
            let before = |end: &mut LooseEnd| !end.is_join && end.at <= stay.joined_at;
            points.extend(loose.extract_if(.., before).map(loose_point));
            points.push(Point {
                at: stay.joined_at,
                what: What::Join,
            });
            let was_there = self.facts.named_up_to.is_some_and(|last| *id <= last);
            if let Some(at) = named_at.filter(|at| was_there && confirms(*at, *stay)) {
                let what = What::Named;
                points.push(Point { at, what });
            }
            let Some(end) = stay.end.map(end_point) else {
                continue;
            };
            let within = |loose: &mut LooseEnd| loose.is_join && loose.at <= end.at;
            points.extend(loose.extract_if(.., within).map(loose_point));
            points.push(end);
        }
        points.extend(loose.into_iter().map(loose_point));
        points
    }

    /// Turns the stays that are written into those that are now known. A late event can split a
    /// stay or add one; it never makes them fewer.
    fn rewrite(
        &mut self,
        name: &PlayerName,
        player: PlayerId,
        texture: Option<TextureHash>,
        written: &[Written],
        stays: &[Stretch],
        ledger: &mut Ledger<'_>,
    ) {
        let mut unmatched = written.to_vec();
        for stay in stays {
            let same = unmatched
                .iter()
                .position(|old| old.stay.joined_at == stay.joined_at)
                .or_else(|| unmatched.iter().position(|old| old.stay.end == stay.end));
            let old = same.map(|place| unmatched.remove(place));
            match (old, stay.end) {
                (Some(old), _) if old.stay == *stay => {}
                (Some(old), Some(end)) => {
                    let session = closed(old.id, player, *stay, end);
                    ledger.note(Change::Closed(session));
                    if old.stay.end.is_none() {
                        self.players.remove(name);
                        self.revision += 1;
                        self.history.push(session);
                    } else {
                        self.history.replace(session);
                    }
                }
                (Some(old), None) => {
                    ledger.note(Change::Began(old.id, stay.joined_at));
                    self.enter(name, stay.joined_at, texture, player, old.id);
                }
                (None, Some(end)) => {
                    let session = closed(ledger.next_session(), player, *stay, end);
                    ledger.note(Change::Added(session));
                    self.history.push(session);
                }
                (None, None) => {
                    let id = ledger.open(player, stay.joined_at, texture);
                    self.enter(name, stay.joined_at, texture, player, id);
                }
            }
        }
    }

    /// Keeps what is loose now, and forgets what is not any more.
    fn tie(
        &mut self,
        player: PlayerId,
        before: &[LooseEnd],
        now_loose: &[Point],
        ledger: &mut Ledger<'_>,
    ) {
        let mut after: Vec<LooseEnd> = now_loose
            .iter()
            .map(|point| LooseEnd {
                player,
                at: point.at,
                is_join: point.what == What::Join,
            })
            .collect();
        after.dedup();
        for end in before.iter().filter(|end| !after.contains(end)) {
            ledger.note(Change::TiedUp(*end));
        }
        let new: Vec<_> = after.iter().filter(|end| !before.contains(end)).collect();
        let mut kept: Vec<_> = after
            .iter()
            .filter(|end| before.contains(end))
            .copied()
            .collect();
        self.loose_count -= before.len() - kept.len();
        for end in new {
            if self.loose_count < MAX_LOOSE_ENDS && kept.len() < MAX_LOOSE_ENDS_OF_PLAYER {
                self.loose_count += 1;
                kept.push(*end);
                ledger.note(Change::LooseEnd(*end));
            }
        }
        if kept.is_empty() {
            self.loose_ends.remove(&player);
        } else {
            self.loose_ends.insert(player, kept);
        }
    }
}

/// Whether a sync at that time named the player in the middle of this stay: it would have ended
/// the stay otherwise.
fn confirms(at: UnixSeconds, stay: Stretch) -> bool {
    let left_at = stay.end.map(|end| end.seen_at);
    stay.joined_at < at && left_at.is_none_or(|left_at| at < left_at)
}

fn loose_point(end: LooseEnd) -> Point {
    let what = match end.is_join {
        true => What::Join,
        false => What::LooseLeave,
    };
    Point { at: end.at, what }
}

fn end_point(end: StretchEnd) -> Point {
    match end.how {
        SessionEnd::Stale => Point {
            at: end.seen_at,
            what: What::Silence { until: end.left_at },
        },
        how => Point {
            at: end.left_at,
            what: What::Leave(how),
        },
    }
}

fn closed(id: SessionId, player: PlayerId, stay: Stretch, end: StretchEnd) -> ClosedSession {
    ClosedSession {
        id,
        player,
        joined_at: stay.joined_at,
        left_at: end.left_at,
        seen_at: end.seen_at,
        end: end.how,
    }
}
