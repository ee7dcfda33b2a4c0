//! Takes what a server reports about all its players at once: syncs and heartbeats. A disconnect is the
//! last word about them.

use hashbrown::HashSet;
use oxeye_plugin_proto::{MissingSkin, PlayerName, UnixSeconds, limits};

use super::game_server::{Observed, Sign};
use super::{Ledger, ServerState, SessionEnd, Stay, StoreChange, clamp, latest};
use crate::events::{DisconnectedBy, HeartbeatEvent, SkinAnswer, SyncEvent};
use crate::period::KnownBy;

impl ServerState {
    /// Applies the whole roster. Returns the players whose skins are wanted.
    pub(crate) fn sync_players(
        &mut self,
        event: &SyncEvent,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> Vec<MissingSkin> {
        let at = clamp(event.at, now);
        let is_old_news = event.at.is_some() && self.is_outdated(at, now);
        let heard_before = self.hear(at, now);
        self.set_heartbeat(event.heartbeat);
        if is_old_news {
            for entry in &event.roster {
                self.note_seen(&entry.player, at, now);
            }
            self.note_facts(ledger);
            return Vec::new();
        }
        match Sign::of_sync(event, at) {
            Some(sign) => {
                self.observe(sign, heard_before, now, ledger);
            }
            None => {
                let known = self.or_last_poll(heard_before, now);
                self.record_gap(known, at, now, ledger);
            }
        }
        let evidence = heard_before.map_or(at, |before| before.min(at));
        let missing = self.replace_roster(event, (at, evidence), now, ledger);
        self.note_facts(ledger);
        missing
    }

    /// Replaces the roster by that of a sync. `at` is its time, `evidence` when the players whom it
    /// does not name were last there. Returns the players whose skins are wanted.
    pub(super) fn replace_roster(
        &mut self,
        event: &SyncEvent,
        (at, evidence): (UnixSeconds, UnixSeconds),
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> Vec<MissingSkin> {
        self.close_missing(event, at, evidence, now, ledger);
        let in_order = at >= self.settled_until;
        let believed = self.facts.synced_at.filter(|synced| *synced <= latest(now));
        self.facts.synced_at = believed.max(Some(at));
        self.settled_until = self.settled_until.max(at);
        for entry in &event.roster {
            self.correct_beginning(&entry.player, (event.at, at), now, ledger);
        }
        let mut missing = Vec::new();
        for entry in &event.roster {
            if !self.players.contains_key(&entry.player) {
                let since = match in_order {
                    true => at,
                    false => self.after_all_of(ledger.player(&entry.player), at, now),
                };
                if event.at.is_some() && since > at {
                    // The player has left since then.
                    self.note_seen(&entry.player, at, now);
                    continue;
                }
                if !in_order {
                    self.make_room(ledger.player(&entry.player), since, now, ledger);
                }
                let account = ledger.account(self.guild, &entry.player, entry.uuid);
                let shown = (entry.texture_hash, account);
                self.come_online(&entry.player, since, shown, ledger);
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
        missing
    }

    /// Applies a heartbeat in O(1): the roster has not changed, which is evidence for everyone
    /// online. If it says that the game server is not up, nobody is online any more. Returns whether
    /// a full sync is wanted.
    pub(crate) fn heartbeat(
        &mut self,
        event: &HeartbeatEvent,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) -> bool {
        let at = clamp(event.at, now);
        let is_old_news = event.at.is_some() && self.is_outdated(at, now);
        let before = self.hear(at, now);
        self.set_heartbeat(event.heartbeat);
        let sign = Sign::of_heartbeat(event, at);
        let observed = match is_old_news {
            true => Observed::Outdated,
            false => self.observe(sign, before, now, ledger),
        };
        if sign.is_up() {
            self.set_reported_count(event, now);
        } else if observed.is_taken() {
            let evidence = before.map_or(at, |before| before.min(at));
            let stopped_at = self.stopped_at(sign, evidence);
            self.replace_roster(&nobody(event), (at, stopped_at), now, ledger);
        }
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
            // A server that has never said anything has nobody online, and nothing is known of it until now.
            DisconnectedBy::Operator => self.facts.at.unwrap_or(now).min(latest(now)),
        };
        self.linked = false;
        self.facts.game = None;
        if self.watch.take().is_some() {
            ledger.note(StoreChange::AddressRemoved);
        }
        self.record_unknown(evidence, KnownBy::Unlinked, now, ledger);
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
    /// clocks may differ, or if what is known was recorded by a clock that ran fast.
    fn is_outdated(&self, at: UnixSeconds, now: UnixSeconds) -> bool {
        let known = [self.settled_until, self.latest_evidence()].into_iter();
        let believed = known.filter(|known| *known <= latest(now));
        let tolerated = at.plus(limits::EARLY_EVENT_LIMIT);
        believed.max().is_some_and(|newest| tolerated < newest)
    }

    /// Ends the sessions of the players whom a sync does not name, or of all players if the
    /// Minecraft server has just started. The evidence for them is the server's last report before
    /// the sync. Players who joined after the time of the sync stay online, unless only a clock that ran fast says so.
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
        let was_on =
            |stay: &Stay| sync.at.is_none() || stay.joined_at <= at || stay.is_in_future(now);
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

    /// Returns the names of the players online that satisfy a condition, in the order of their sessions: if thousands
    /// end at once, they are changed in the order in which they lie in the file.
    pub(super) fn names_online(
        &self,
        keep: impl Fn(&PlayerName, &Stay) -> bool,
    ) -> Vec<PlayerName> {
        let kept = self.players.iter().filter(|(name, stay)| keep(name, stay));
        let mut kept: Vec<_> = kept.map(|(name, stay)| (stay.session, name)).collect();
        kept.sort_unstable_by_key(|(session, _)| *session);
        kept.into_iter().map(|(_, name)| name.clone()).collect()
    }

    fn set_heartbeat(&mut self, heartbeat: Option<std::time::Duration>) {
        if heartbeat.is_some() {
            self.facts.heartbeat = heartbeat;
        }
    }
}

/// Returns the sync that means the same for the players as a heartbeat of a game server that is not up:
/// whoever was there before is gone.
fn nobody(heartbeat: &HeartbeatEvent) -> SyncEvent {
    SyncEvent {
        is_startup: true,
        at: heartbeat.at,
        ..SyncEvent::default()
    }
}
