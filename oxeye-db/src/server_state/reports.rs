//! Takes joins, leaves, syncs and heartbeats. An event that is in order is applied directly; a late
//! one is passed on to [`super::late`].

use hashbrown::HashSet;
use oxeye_plugin_proto::{MissingSkin, PlayerName, UnixSeconds, limits};
use uuid::Uuid;

use super::deduplication::{Delivery, EventNumber};
use super::late::LateEvent;
use super::surroundings::PlaceInSecond;
use super::{Ledger, ServerState, SessionEnd, Stay, StoreChange, clamp, latest};
use crate::events::{DisconnectedBy, HeartbeatEvent, JoinEvent, LeaveEvent, SkinAnswer, SyncEvent};

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
        self.hear(at, now);
        let is_online = self.players.contains_key(&event.player);
        if delivery == Delivery::Duplicate {
            // A repetition only shows that the server is alive.
        } else if !is_online && self.is_in_order(at, delivery) {
            self.come_online(&event.player, at, event.texture_hash, ledger);
        } else if event.at.is_some() || at >= self.settled_until {
            let join = LateEvent::Join(event.texture_hash);
            self.place_late_if_new(&event.player, join, (at, delivery), now, ledger);
        } else if !is_online {
            // Our clock was set back, or the plugin's is ahead.
            let at = self.after_all_of(ledger.player(&event.player), at);
            self.come_online(&event.player, at, event.texture_hash, ledger);
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
        self.hear(at, now);
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
                let is_join = matches!(event, LateEvent::Join(_));
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

    /// Applies the whole roster. Returns the players whose skins are wanted.
    pub(crate) fn sync_players(
        &mut self,
        event: &SyncEvent,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> Vec<MissingSkin> {
        let at = clamp(event.at, now);
        let is_old_news = event.at.is_some() && self.is_outdated(at);
        let heard_before = self.hear(at, now);
        self.set_heartbeat(event.heartbeat);
        if is_old_news {
            for entry in &event.roster {
                self.note_seen(&entry.player, at, now);
            }
            self.note_facts(ledger);
            return Vec::new();
        }
        let evidence = heard_before.map_or(at, |before| before.min(at));
        self.close_missing(event, at, evidence, now, ledger);
        let in_order = at >= self.settled_until;
        self.facts.synced_at = self.facts.synced_at.max(Some(at));
        self.settled_until = self.settled_until.max(at);
        let mut missing = Vec::new();
        for entry in &event.roster {
            if !self.players.contains_key(&entry.player) {
                let since = match in_order {
                    true => at,
                    false => self.after_all_of(ledger.player(&entry.player), at),
                };
                if event.at.is_some() && since > at {
                    // The player has left since then.
                    self.note_seen(&entry.player, at, now);
                    continue;
                }
                self.come_online(&entry.player, since, entry.texture_hash, ledger);
                if event.at.is_none() {
                    self.mark_joined_by_our_clock(&entry.player);
                }
            }
            self.set_texture(&entry.player, entry.texture_hash, ledger);
            self.report_uuid(&entry.player, entry.uuid, at, ledger);
            let Some(texture_hash) = entry.texture_hash else {
                continue;
            };
            let answer = self.textures.report(texture_hash, &entry.player, now);
            if answer == SkinAnswer::Wanted {
                missing.push(MissingSkin {
                    player: entry.player.clone(),
                    texture_hash,
                });
            }
        }
        self.synced_since_boot = true;
        self.reported_count = None;
        self.facts.named_up_to = Some(ledger.last_session());
        if event.is_startup {
            self.started = Some((at, ledger.last_session()));
        }
        self.note_facts(ledger);
        missing
    }

    /// Applies a heartbeat in O(1): the roster has not changed, which is evidence for everyone
    /// online. Returns whether a full sync is wanted.
    pub(crate) fn heartbeat(
        &mut self,
        event: &HeartbeatEvent,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> bool {
        self.hear(clamp(event.at, now), now);
        self.set_heartbeat(event.heartbeat);
        self.set_reported_count(event, now);
        self.note_facts(ledger);
        let counts_differ = event.players.is_some_and(|n| n != self.players.len());
        !self.synced_since_boot || counts_differ
    }

    /// Disconnects the server: all players move to last seen, and events no longer count.
    pub(crate) fn disconnect(
        &mut self,
        by: DisconnectedBy,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        self.advance_to(now);
        let evidence = match by {
            DisconnectedBy::Plugin => {
                self.hear(now, now);
                now
            }
            DisconnectedBy::Operator => self.latest_evidence().min(latest(now)),
        };
        self.linked = false;
        self.disconnected_at = Some(now);
        self.await_sync();
        for name in self.names_online(|_, _| true) {
            self.go_offline(
                &name,
                evidence,
                evidence,
                SessionEnd::Disconnected,
                now,
                ledger,
            );
        }
        self.note_facts(ledger);
        self.revision += 1;
    }

    /// Whether a report about this time is outdated. It is not if it is only a little late, because
    /// clocks may differ.
    fn is_outdated(&self, at: UnixSeconds) -> bool {
        at.plus(limits::EARLY_EVENT_LIMIT) < self.settled_until.max(self.latest_evidence())
    }

    /// Ends the sessions of the players whom a sync does not name, or of all players if the
    /// Minecraft server has just started. The evidence for them is the server's last report before
    /// the sync. Players who joined after the time of the sync stay online.
    fn close_missing(
        &mut self,
        sync: &SyncEvent,
        at: UnixSeconds,
        evidence: UnixSeconds,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let (named, end) = if sync.is_startup {
            (HashSet::new(), SessionEnd::ServerStopped)
        } else {
            let named = sync.roster.iter().map(|entry| &entry.player).collect();
            (named, SessionEnd::MissingFromSync)
        };
        let was_on = |stay: &Stay| sync.at.is_none() || stay.joined_at <= at;
        for name in self.names_online(|name, stay| was_on(stay) && !named.contains(name)) {
            self.go_offline(&name, evidence, evidence, end, now, ledger);
        }
    }

    /// Ends the stays that began before the last start of the Minecraft server but were reported
    /// after it. Only their beginning is known; a leave that arrives later corrects the end.
    pub(crate) fn end_stays_from_before_start(
        &mut self,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        for name in std::mem::take(&mut self.from_before_start) {
            let stay = self.players.get(&name);
            if stay.is_some_and(|stay| self.is_from_before_start(stay)) {
                let at = UnixSeconds(i64::MIN);
                self.go_offline(&name, at, at, SessionEnd::MissingFromSync, now, ledger);
            }
        }
    }

    /// Whether a stay began before the last start of the Minecraft server but was reported after
    /// it.
    pub(super) fn is_from_before_start(&self, stay: &Stay) -> bool {
        self.started.is_some_and(|(started_at, last)| {
            let before = started_at.minus(limits::EARLY_EVENT_LIMIT);
            stay.session > last && stay.joined_at < before
        })
    }

    /// Notes that the join of a player who is online was timed by our clock.
    fn mark_joined_by_our_clock(&mut self, name: &PlayerName) {
        if let Some(stay) = self.players.get_mut(name) {
            stay.joined_by_our_clock = true;
        }
    }

    /// Returns the names of the players online that satisfy a condition.
    fn names_online(&self, keep: impl Fn(&PlayerName, &Stay) -> bool) -> Vec<PlayerName> {
        let kept = self.players.iter().filter(|(name, stay)| keep(name, stay));
        kept.map(|(name, _)| name.clone()).collect()
    }

    /// The time of the latest evidence, or the beginning of time if there is none.
    pub(super) fn latest_evidence(&self) -> UnixSeconds {
        self.facts.at.unwrap_or(UnixSeconds(i64::MIN))
    }

    fn set_heartbeat(&mut self, heartbeat: Option<std::time::Duration>) {
        if heartbeat.is_some() {
            self.facts.heartbeat = heartbeat;
        }
    }

    fn report_uuid(
        &self,
        name: &PlayerName,
        uuid: Option<Uuid>,
        at: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        if let Some(uuid) = uuid {
            let player = ledger.player(name);
            ledger.add_uuid(self.guild, player, uuid, at);
        }
    }

    /// Writes the time of the evidence to the file if the event changed nothing else.
    fn keep_evidence(&self, ledger: &mut Ledger<'_>) {
        if ledger.is_empty() {
            self.note_facts(ledger);
        }
    }

    fn note_facts(&self, ledger: &mut Ledger<'_>) {
        ledger.note(StoreChange::FactsChanged(self.facts));
    }
}

/// Whether a leave lies before the beginning of its stay only because two clocks differ: the join
/// was timed by our clock, the leave by the plugin's.
fn is_skewed(stay: Stay, left_at: UnixSeconds) -> bool {
    let tolerated = stay.joined_at.minus(limits::EARLY_EVENT_LIMIT);
    stay.joined_by_our_clock && left_at < stay.joined_at && left_at >= tolerated
}
