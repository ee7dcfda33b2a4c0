//! Takes joins and leaves. An event that is in order is applied directly; a late one is passed on to
//! [`super::late`].

use oxeye_plugin_proto::{PlayerName, UnixSeconds, limits};
use uuid::Uuid;

use super::deduplication::{Delivery, EventNumber};
use super::game_server::{Observed, Sign};
use super::late::LateEvent;
use super::surroundings::PlaceInSecond;
use super::{Ledger, ServerState, SessionEnd, Stay, StoreChange, clamp};
use crate::events::{JoinEvent, LeaveEvent, SkinAnswer};

impl ServerState {
    /// Applies a join. Returns whether the skin is wanted.
    pub(crate) fn player_join(
        &mut self,
        event: &JoinEvent,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> SkinAnswer {
        self.join(event, Delivery::Unnumbered, now, ledger)
    }

    /// Applies a join from a batch. Returns whether the skin is wanted.
    pub(crate) fn numbered_join(
        &mut self,
        event: &JoinEvent,
        number: EventNumber,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> SkinAnswer {
        let delivery = self.classify(&event.player, (event.at, true), number, now, ledger);
        if number.is_known {
            return SkinAnswer::Known;
        }
        self.join(event, delivery, now, ledger)
    }

    fn join(
        &mut self,
        event: &JoinEvent,
        delivery: Delivery,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> SkinAnswer {
        let at = clamp(event.at, now);
        let before = self.hear(at, now);
        let is_online = self.players.contains_key(&event.player);
        let account = ledger.account(self.guild, &event.player, event.uuid);
        let shown = (event.texture_hash, account);
        if delivery != Delivery::Duplicate {
            self.observe_life(Sign::of_join(event.at, at), before, now, ledger);
        }
        if delivery == Delivery::Duplicate {
            // A repetition only shows that the server is alive.
        } else if !is_online && self.is_in_order(at, delivery) {
            self.come_online(&event.player, at, shown, ledger);
        } else if event.at.is_some() || at >= self.settled_until {
            let join = LateEvent::Join(event.texture_hash, account);
            self.place_late_if_new(&event.player, join, (at, delivery), now, ledger);
        } else if !is_online {
            // Our clock was set back, or the plugin's is ahead.
            let player = ledger.player(&event.player);
            let at = self.after_all_of(player, at, now);
            self.make_room(player, at, now, ledger);
            self.come_online(&event.player, at, shown, ledger);
        }
        if !is_online && event.at.is_none() {
            self.mark_joined_by_our_clock(&event.player);
        }
        self.note_if_unnumbered(delivery, event.at, at);
        self.set_texture(&event.player, event.texture_hash, ledger);
        self.keep_evidence(ledger);
        self.report_uuid(&event.player, event.uuid, at, ledger);
        self.skin_answer(&event.player, event.texture_hash, now)
    }

    /// Takes a join as a sign of life, which ends the time during which the server was down.
    fn observe_life(
        &mut self,
        sign: Sign,
        before: Option<UnixSeconds>,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let observed = self.observe_join(sign, before, now, ledger);
        if observed == Observed::Changed {
            self.note_facts(ledger);
        }
    }

    /// Applies a leave. If the player is not online, it is still evidence that they were there.
    pub(crate) fn player_leave(
        &mut self,
        event: &LeaveEvent,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        self.leave(event, Delivery::Unnumbered, now, ledger);
    }

    /// Applies a leave from a batch.
    pub(crate) fn numbered_leave(
        &mut self,
        event: &LeaveEvent,
        number: EventNumber,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let delivery = self.classify(&event.player, (event.at, false), number, now, ledger);
        if !number.is_known {
            self.leave(event, delivery, now, ledger);
        }
    }

    fn leave(
        &mut self,
        event: &LeaveEvent,
        delivery: Delivery,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let at = clamp(event.at, now);
        let before = self.hear(at, now);
        let known = self.or_last_poll(before, now);
        self.record_gap(known, at, now, ledger);
        let stay = self.players.get(&event.player).copied();
        let ends_now = |stay: Stay| {
            self.is_in_order(at, delivery) || event.at.is_none() || is_skewed(stay, at)
        };
        if delivery == Delivery::Duplicate {
            // A repetition only shows that the server is alive.
        } else if stay.is_some_and(ends_now) {
            self.go_offline(&event.player, at, at, SessionEnd::Left, now, ledger);
        } else {
            self.place_late_if_new(&event.player, LateEvent::Leave, (at, delivery), now, ledger);
        }
        self.note_if_unnumbered(delivery, event.at, at);
        self.keep_evidence(ledger);
    }

    /// Whether no known event of any player is later than this one.
    fn is_in_order(&self, at: UnixSeconds, delivery: Delivery) -> bool {
        match delivery {
            Delivery::New(PlaceInSecond::Between) => at > self.settled_until,
            _ => at >= self.settled_until,
        }
    }

    /// Inserts a late event where it belongs, unless it has no number and the same event is known.
    fn place_late_if_new(
        &mut self,
        name: &PlayerName,
        event: LateEvent,
        (at, delivery): (UnixSeconds, Delivery),
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let place = match delivery {
            Delivery::New(place) => place,
            Delivery::Unnumbered | Delivery::Duplicate => {
                let player = ledger.player(name);
                let is_join = matches!(event, LateEvent::Join(..));
                if self.has_more_than(0, name, player, (at, is_join)) {
                    return;
                }
                PlaceInSecond::Last
            }
        };
        self.place_late(name, event, (at, place), now, ledger);
    }

    fn note_if_unnumbered(
        &mut self,
        delivery: Delivery,
        named: Option<UnixSeconds>,
        at: UnixSeconds,
    ) {
        if delivery == Delivery::Unnumbered && named.is_some() {
            self.note_unnumbered(at);
        }
    }

    /// Notes that the join of a player who is online was timed by our clock.
    pub(super) fn mark_joined_by_our_clock(&mut self, name: &PlayerName) {
        if let Some(stay) = self.players.get_mut(name) {
            stay.joined_by_our_clock = true;
        }
    }

    /// The time of the latest evidence, or the beginning of time if there is none.
    pub(super) fn latest_evidence(&self) -> UnixSeconds {
        self.facts.at.unwrap_or(UnixSeconds(i64::MIN))
    }

    /// Notes the UUID that a report about a time named. If nothing has said so far whose stay it is, this does.
    pub(super) fn report_uuid(
        &mut self,
        name: &PlayerName,
        uuid: Option<Uuid>,
        at: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        if let Some(uuid) = uuid {
            let player = ledger.player(name);
            ledger.add_uuid(self.guild, player, uuid, at);
            self.set_uuid(name, uuid);
            let stay = self.players.get(name);
            if stay.is_some_and(|stay| stay.account.is_none() && stay.joined_at <= at) {
                let account = ledger.account(self.guild, name, Some(uuid));
                self.set_account(name, account, ledger);
            }
        }
    }

    /// Writes the time of the evidence to the file if the event changed nothing else.
    fn keep_evidence(&self, ledger: &mut Ledger<'_>) {
        if ledger.is_empty() {
            self.note_facts(ledger);
        }
    }

    pub(super) fn note_facts(&self, ledger: &mut Ledger<'_>) {
        ledger.note(StoreChange::FactsChanged(self.facts));
    }
}

/// Whether a leave lies before the beginning of its stay only because two clocks differ: the join
/// was timed by our clock, the leave by the plugin's.
fn is_skewed(stay: Stay, left_at: UnixSeconds) -> bool {
    let tolerated = stay.joined_at.minus(limits::EARLY_EVENT_LIMIT);
    stay.joined_by_our_clock && left_at < stay.joined_at && left_at >= tolerated
}
