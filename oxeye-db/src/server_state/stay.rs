//! A player comes online or goes offline: roster, open session and last seen change together.

use oxeye_plugin_proto::{PlayerName, TextureHash, UnixSeconds};
use uuid::Uuid;

use super::{ServerState, latest};
use crate::accounts::AccountId;
use crate::ledger::{Ledger, StoreChange};
use crate::players::PlayerId;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// What is kept of a player while they are online.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stay {
    /// When the player joined. A repeated join or a sync never changes it.
    pub joined_at: UnixSeconds,
    /// Whether this time is from our clock, which may differ from the plugin's.
    pub joined_by_our_clock: bool,
    /// When the first session begins that began later and is over, as recorded by a clock that ran fast.
    pub next_begins_at: Option<UnixSeconds>,
    /// What the player wears, if the plugin reported it.
    pub texture: Option<TextureHash>,
    /// The account whose stay it is, if a report of it said so. A later report never changes it.
    pub account: Option<AccountId>,
    /// The UUID that was last reported, for the head.
    pub uuid: Option<Uuid>,
    /// The player's number.
    pub player: PlayerId,
    /// The open session.
    pub session: SessionId,
}

impl ServerState {
    /// Opens a session for a player who is not online.
    pub(super) fn come_online(
        &mut self,
        name: &PlayerName,
        at: UnixSeconds,
        (texture, account): (Option<TextureHash>, Option<AccountId>),
        ledger: &mut Ledger<'_>,
    ) {
        let player = ledger.player(name);
        let session = ledger.open(player, at, texture, account);
        self.enter(name, at, (texture, account), player, session);
    }

    /// Notes whose open session it is.
    pub(super) fn set_account(
        &mut self,
        name: &PlayerName,
        account: Option<AccountId>,
        ledger: &mut Ledger<'_>,
    ) {
        if let Some(stay) = self.players.get_mut(name)
            && stay.account != account
        {
            stay.account = account;
            // Whether the members see the player may depend on it.
            self.revision += 1;
            ledger.note(StoreChange::AccountChanged(stay.session, account));
        }
    }

    /// Adds a player with an open session to the roster.
    pub(super) fn enter(
        &mut self,
        name: &PlayerName,
        at: UnixSeconds,
        (texture, account): (Option<TextureHash>, Option<AccountId>),
        player: PlayerId,
        session: SessionId,
    ) {
        self.last_seen.remove(name);
        let next_begins_at = match at < self.settled_until {
            true => self.next_after(player, at),
            false => None,
        };
        self.settled_until = self.settled_until.max(at);
        let stay = Stay {
            joined_at: at,
            joined_by_our_clock: false,
            next_begins_at,
            texture,
            account,
            uuid: None,
            player,
            session,
        };
        self.players.insert(name.clone(), stay);
        if self.is_from_before_start(&stay) {
            self.from_before_start.insert(name.clone());
        }
        self.revision += 1;
    }

    /// Corrects the beginning of a stay in the future: a roster names the player.
    pub(super) fn correct_beginning(
        &mut self,
        name: &PlayerName,
        (named, at): (Option<UnixSeconds>, UnixSeconds),
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let stay = self.players.get(name).copied();
        let Some(stay) = stay.filter(|stay| stay.is_in_future(now)) else {
            return;
        };
        if self.after_all_of(stay.player, at, now) > at {
            return;
        }
        self.make_room(stay.player, at, now, ledger);
        ledger.note(StoreChange::BeganEarlier(stay.session, at));
        let shown = (stay.texture, stay.account);
        self.enter(name, at, shown, stay.player, stay.session);
        if let Some(uuid) = stay.uuid {
            self.set_uuid(name, uuid);
        }
        if named.is_none() {
            self.mark_joined_by_our_clock(name);
        }
    }

    /// Closes a player's session. The evidence may be older than the end; neither is before the
    /// beginning. A session in the future has no length and is now, unless another one lasts until then.
    /// Other sessions that are over are not changed.
    pub(super) fn go_offline(
        &mut self,
        name: &PlayerName,
        left_at: UnixSeconds,
        seen_at: UnixSeconds,
        end: SessionEnd,
        now: UnixSeconds,
        ledger: &mut Ledger<'_>,
    ) {
        let Some(stay) = self.players.remove(name) else {
            return;
        };
        self.drop_loose_ends_in_future(stay.player, now, ledger);
        let mut joined_at = stay.joined_at;
        if stay.is_in_future(now) && !self.is_on_record_after(stay.player, now) {
            joined_at = now;
        }
        // A repeated join shows that the player was still there.
        let joins = self.loose_ends.of(stay.player);
        let last_join = joins
            .iter()
            .map(|end| end.at)
            .fold(joined_at, UnixSeconds::max);
        let session = ClosedSession {
            id: stay.session,
            player: stay.player,
            account: stay.account,
            joined_at,
            left_at: left_at.max(last_join),
            seen_at: seen_at.max(last_join),
            end,
        };
        self.revision += 1;
        self.settled_until = self.settled_until.max(session.left_at);
        if stay
            .next_begins_at
            .is_some_and(|next| next < session.left_at)
        {
            let note = StoreChange::SessionClosed;
            let beside = self.record_around(session, joined_at, note, ledger);
            self.drop_loose_ends_in(&beside, stay.player, ledger);
        } else {
            self.history.push(session);
            ledger.note(StoreChange::SessionClosed(session));
        }
        self.update_last_seen(name, session.seen_at, now);
    }

    /// Records evidence for a player who is not online.
    pub(super) fn update_last_seen(
        &mut self,
        player: &PlayerName,
        at: UnixSeconds,
        now: UnixSeconds,
    ) {
        let edge = self.window_edge(now);
        self.last_seen
            .update_last_seen(player, at.min(latest(now)), edge);
    }
}
