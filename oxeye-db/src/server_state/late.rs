//! Late events: each is inserted among what is known of its player, and its surroundings are read
//! again.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};

use super::surroundings::{PlaceInSecond, StoredStay, Surroundings, closed};
use super::{Ledger, LooseEnd, PlayerId, ServerState, SessionEnd, StoreChange, latest};
use crate::accounts::AccountId;
use crate::record::span::Span;
use crate::timeline::{Point, PointKind, Timeline, TimelineStay};

/// An event that is not in order.
#[derive(Debug, Clone, Copy)]
pub(super) enum LateEvent {
    Join(Option<TextureHash>, Option<AccountId>),
    Leave,
}

impl ServerState {
    /// Inserts an event where it belongs among the player's other events.
    pub(super) fn place_late(
        &mut self,
        name: &PlayerName,
        event: LateEvent,
        (at, place): (UnixSeconds, PlaceInSecond),
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let player = ledger.player(name);
        let (kind, texture, account) = match event {
            LateEvent::Join(texture, account) => (PointKind::Join, texture, account),
            LateEvent::Leave => (PointKind::Leave(SessionEnd::Left), None, None),
        };
        let is_join = kind != PointKind::Join;
        self.drop_loose_ends_in_future(player, now, ledger);
        if matches!(event, LateEvent::Join(..)) && !self.players.contains_key(name) {
            self.end_session_in_future(player, at, now, ledger);
        }
        let mut loose = self.loose_of(player).into_iter();
        let partner = loose
            .find(|end| place == PlaceInSecond::Between && (end.at, end.is_join) == (at, is_join));
        let surroundings = self.surroundings(name, player, (at, partner), now);
        let points = self.points(&surroundings, Point { at, kind, account }, partner, now);
        self.settled_until = self.settled_until.max(at);
        let timeline = Timeline::read(points, self.facts.synced_at, surroundings.loose_before);

        let before = self.players.get(name).copied();
        let texture = before.and_then(|stay| stay.texture).or(texture);
        let stays = (&surroundings, timeline.stays.as_slice());
        let beside = self.rewrite(name, player, texture, stays, now, ledger);
        if let Some(uuid) = before.and_then(|stay| stay.uuid) {
            self.set_uuid(name, uuid);
        }
        self.update_loose_ends(player, &surroundings.loose, &timeline.loose, ledger);
        self.drop_loose_ends_in(&beside, player, ledger);
        self.refresh_last_seen(name, player, at, now);
    }

    /// Notes evidence that an offline player was there at a time in the past.
    pub(super) fn note_seen(&mut self, name: &PlayerName, at: UnixSeconds, now: UnixSeconds) {
        if !self.players.contains_key(name) {
            let seen = self.last_seen.get(name);
            let seen = seen.filter(|seen| *seen <= latest(now));
            self.update_last_seen(name, seen.map_or(at, |seen| seen.max(at)), now);
        }
    }

    /// Forgets the loose ends from before a time.
    pub(crate) fn forget_loose_ends(&mut self, before: UnixSeconds) {
        self.loose_ends.forget_before(before);
    }

    /// Sets last seen of an offline player to the latest known evidence that is not in the future.
    fn refresh_last_seen(
        &mut self,
        name: &PlayerName,
        player: PlayerId,
        at: UnixSeconds,
        now: UnixSeconds,
    ) {
        let believed = latest(now);
        let last = self.history.of_player_until(player, believed).next();
        let seen = last.map(|last| last.seen_by(believed));
        let loose = self.loose_of(player).into_iter().map(|end| end.at);
        let seen = loose.chain(seen).filter(|seen| *seen <= believed);
        self.note_seen(name, seen.fold(at, UnixSeconds::max), now);
    }

    /// Turns the stored stays into the ones now known. A late event can split a stay or add one; it
    /// never reduces their number. Returns the times of stays beside their last parts.
    fn rewrite(
        &mut self,
        name: &PlayerName,
        player: PlayerId,
        texture: Option<TextureHash>,
        (surroundings, stays): (&Surroundings, &[TimelineStay]),
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> Vec<Span> {
        let reach = surroundings.reach;
        let mut beside = Vec::new();
        let mut unmatched = surroundings.written.clone();
        let mut changed = Vec::new();
        for stay in stays {
            match unmatched.iter().position(|old| old.stay == *stay) {
                Some(place) => drop(unmatched.remove(place)),
                None => changed.push(stay),
            }
        }
        for stay in changed {
            let old = place_of(stay, &unmatched).map(|place| unmatched.remove(place));
            if old.is_none() && stay.joined_at > reach {
                self.make_room(player, stay.joined_at, now, ledger);
            }
            match (old, stay.end) {
                (Some(old), Some(end)) => {
                    let session = closed(old.id, player, *stay, end);
                    if let Some(before) = old.session(player) {
                        ledger.note(StoreChange::SessionClosed(session));
                        self.history.replace(&before, session);
                    } else {
                        self.players.remove(name);
                        self.revision += 1;
                        let note = StoreChange::SessionClosed;
                        beside.extend(self.record_around(session, reach, note, ledger));
                    }
                }
                (Some(old), None) => {
                    if old.stay.joined_at != stay.joined_at {
                        ledger.note(StoreChange::BeganEarlier(old.id, stay.joined_at));
                        self.enter(
                            name,
                            stay.joined_at,
                            (texture, old.stay.account),
                            player,
                            old.id,
                        );
                    }
                    if old.stay.account != stay.account {
                        self.set_account(name, stay.account, ledger);
                    }
                }
                (None, Some(end)) => {
                    let session = closed(ledger.next_session(), player, *stay, end);
                    let note = StoreChange::SessionAdded;
                    beside.extend(self.record_around(session, reach, note, ledger));
                }
                (None, None) => {
                    let id = ledger.open(player, stay.joined_at, texture, stay.account);
                    self.enter(name, stay.joined_at, (texture, stay.account), player, id);
                }
            }
        }
        beside
    }

    /// Keeps the ends that are loose now and drops those that no longer are. Loose ends elsewhere
    /// are not affected.
    fn update_loose_ends(
        &mut self,
        player: PlayerId,
        before: &[LooseEnd],
        now_loose: &[Point],
        ledger: &mut Ledger<'_>,
    ) {
        let mut after: Vec<LooseEnd> = Vec::new();
        for point in now_loose {
            let end = LooseEnd {
                player,
                at: point.at,
                is_join: matches!(point.kind, PointKind::Join | PointKind::LooseJoin),
                account: point.account,
            };
            if !after.iter().any(|known| known.is_same_event(&end)) {
                after.push(end);
            }
        }
        for end in before.iter().filter(|end| !after.contains(end)) {
            self.loose_ends.remove(end);
            ledger.note(StoreChange::LooseEndResolved(*end));
        }
        for end in after {
            let is_added = self.loose_ends.add(end);
            if is_added {
                ledger.note(StoreChange::LooseEndAdded(end));
            }
        }
    }
}

/// Returns which of the stored stays has become this one: the one with its time, its beginning, or else its end.
fn place_of(stay: &TimelineStay, stored: &[StoredStay]) -> Option<usize> {
    let find = |is_same: &dyn Fn(&TimelineStay) -> bool| {
        let mut stored = stored.iter();
        stored.position(|old| is_same(&old.stay))
    };
    find(&|old| old.is_at_the_time_of(stay))
        .or_else(|| find(&|old| old.joined_at == stay.joined_at))
        .or_else(|| find(&|old| old.end == stay.end))
}
