//! The server that is compared with the models, with plain maps in place of the file.

use super::reports::{deliver, flood, heartbeat, sync};
use super::*;
use crate::accounts::AccountId;
use crate::persons::Persons;
use crate::store::rows::watched_addresses::WatchedRow;
use crate::visibility::Visible;
use crate::watched::Poll;
use crate::watched_address::{ServerAddress, WatchedAs};

/// A server, and what its file would hold.
pub(super) struct World {
    pub(super) state: ServerState,
    pub(super) players: Players,
    pub(super) accounts: Accounts,
    /// What the step being taken names.
    uuid: Option<Uuid>,
    pub(super) sessions: SessionIds,
    pub(super) file: File,
    pub(super) next_seq: u64,
    /// How the server is watched.
    pub(super) watched: Option<WatchedAs>,
}

/// The file, as plain maps.
#[derive(Debug, Clone, Default)]
pub(super) struct File {
    pub(super) open: BTreeMap<SessionId, (PlayerId, UnixSeconds, Option<AccountId>)>,
    pub(super) closed: BTreeMap<SessionId, ClosedSession>,
    pub(super) loose: HashSet<LooseEnd>,
    pub(super) heard: ServerFacts,
    pub(super) periods: BTreeMap<i64, Period>,
    /// When the server last answered at its address.
    pub(super) answered: Option<UnixSeconds>,
}

impl File {
    pub(super) fn write(&mut self, changes: Vec<StoreChange>) {
        for change in changes {
            match change {
                StoreChange::PlayerAdded(..)
                | StoreChange::AccountAdded(..)
                | StoreChange::TextureChanged(..)
                | StoreChange::UuidReported(..) => {}
                StoreChange::SessionOpened {
                    id,
                    player,
                    joined_at,
                    account,
                    ..
                } => {
                    let open = self.open.values().any(|(other, ..)| *other == player);
                    assert!(!open, "two open sessions of one player");
                    self.open.insert(id, (player, joined_at, account));
                }
                StoreChange::BeganEarlier(id, at) => self.open.get_mut(&id).unwrap().1 = at,
                StoreChange::AccountChanged(id, account) => {
                    self.open.get_mut(&id).unwrap().2 = account;
                }
                StoreChange::SessionClosed(session) => {
                    let known = self.open.remove(&session.id).is_some();
                    assert!(known | self.closed.contains_key(&session.id));
                    self.closed.insert(session.id, session);
                }
                StoreChange::SessionAdded(session) => {
                    assert!(self.closed.insert(session.id, session).is_none());
                }
                StoreChange::LooseEndAdded(end) => assert!(self.loose.insert(end)),
                StoreChange::LooseEndResolved(end) => assert!(self.loose.remove(&end)),
                StoreChange::FactsChanged(heard) => self.heard = heard,
                StoreChange::PeriodBegan(period) => {
                    assert!(self.periods.insert(period.from.0, period).is_none());
                }
                StoreChange::PeriodUndone(from) => {
                    assert!(self.periods.remove(&from.0).is_some());
                }
                StoreChange::PeriodsExpired(first) => {
                    self.periods.retain(|from, _| *from >= first.0);
                }
                StoreChange::AddressAnswered(_, at) => self.answered = at,
                StoreChange::AddressRemoved => self.answered = None,
                StoreChange::AboutChanged(..)
                | StoreChange::SessionExpired(_)
                | StoreChange::PlaytimeImported { .. }
                | StoreChange::ServerDisconnected(_)
                | StoreChange::KeysRevoked
                | StoreChange::LooseEndsCleared
                | StoreChange::ImportedCleared
                | StoreChange::EpochsCleared => unreachable!("no step of the model causes this"),
            }
        }
    }
}

fn new_state(now: i64) -> ServerState {
    let name = ServerName::try_from("survival".to_owned()).unwrap();
    ServerState::new(GuildId::LOCAL, name, WINDOW, UnixSeconds(now))
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            state: new_state(START),
            players: Players::default(),
            accounts: Accounts::default(),
            uuid: None,
            sessions: SessionIds::default(),
            file: File::default(),
            next_seq: 1,
            watched: None,
        }
    }

    pub(super) fn step(&mut self, step: &Step, now: i64) {
        match step {
            Step::As(account, step) => {
                self.uuid = Some(uuid_of(*account));
                self.take(step, now);
                self.uuid = None;
            }
            step => self.take(step, now),
        }
    }

    fn take(&mut self, step: &Step, now: i64) {
        let (clock, uuid) = (UnixSeconds(now), self.uuid);
        let mut ledger = Ledger::new(&self.players, &self.sessions).with_accounts(&self.accounts);
        let state = &mut self.state;
        match step {
            Step::Join(number, at) => {
                let at = at.map(|at| now + at);
                state.player_join(&join(*number, uuid, at), clock, &mut ledger);
            }
            Step::Leave(number, at) => {
                state.player_leave(&leave(*number, at.map(|at| now + at)), clock, &mut ledger);
            }
            Step::Sync(named, is_startup, at) => {
                let event = sync((named, uuid), *is_startup, at.map(|at| now + at));
                state.sync_players(&event, clock, &mut ledger);
            }
            Step::Heartbeat(_) | Step::GameServer(..) => {
                state.heartbeat(&heartbeat(step, now), clock, &mut ledger);
            }
            Step::Disconnect => {
                state.disconnect(DisconnectedBy::Plugin, clock, &mut ledger);
                state.relink(clock);
                if let Some(watched_as) = self.watched {
                    state.set_watch(watch(watched_as, None));
                }
            }
            Step::GoneStale => {
                state.close_stale_sessions(GRACE, clock, &mut ledger);
            }
            Step::Numbered(number, joins, at, is_out_of_order) => {
                let number_of = EventNumber {
                    seq: self.next_seq,
                    is_out_of_order: *is_out_of_order,
                    is_known: false,
                };
                self.next_seq += 1;
                state.enter_epoch(1, false);
                let event = (*number, *joins, now + at);
                deliver(state, event, uuid, number_of, clock, &mut ledger);
            }
            Step::Flood(number) => flood(state, (*number, uuid), clock, &mut ledger),
            Step::BatchEnds => state.end_stays_from_before_start(clock, &mut ledger),
            Step::Forget => {
                let oldest = UnixSeconds(now - 8 * 86_400);
                state.forget_loose_ends(oldest);
                self.file.loose.retain(|end| end.at >= oldest);
            }
            Step::ClockMoves(_) | Step::As(..) => {}
            Step::WriteFails => {
                state.player_join(&join(0, uuid, None), clock, &mut ledger);
                state.sync_players(&SyncEvent::default(), clock, &mut ledger);
                self.restore(now);
                return;
            }
        }
        self.file.write(ledger.into_changes());
    }

    /// Watches the server's address from now on.
    pub(super) fn watched(watched_as: WatchedAs) -> Self {
        let mut world = Self::new();
        world.watched = Some(watched_as);
        world.state.set_watch(watch(watched_as, None));
        world
    }

    pub(super) fn poll(&mut self, poll: &Poll, now: i64) {
        let mut ledger = Ledger::new(&self.players, &self.sessions);
        self.state.take_poll(poll, UnixSeconds(now), &mut ledger);
        self.file.write(ledger.into_changes());
    }

    /// Begins again with what the file holds.
    pub(super) fn restart(&mut self, now: i64) {
        self.state = new_state(now);
        self.restore(now);
    }

    /// Reads memory back from the file, as after a restart or a failed write.
    pub(super) fn restore(&mut self, now: i64) {
        let (state, now) = (&mut self.state, UnixSeconds(now));
        let name = |id: PlayerId| self.players.name(id).unwrap();
        state.clear_presence();
        state.restore_facts(self.file.heard, now);
        if let Some(watched_as) = self.watched {
            state.set_watch(watch(watched_as, self.file.answered));
        }
        for period in self.file.periods.values() {
            state.restore_period(*period);
        }
        for session in self.file.closed.values() {
            state.restore_closed(|| Some(name(session.player)), *session, now);
        }
        for end in &self.file.loose {
            state.restore_loose(&name(end.player), *end, now);
        }
        for (id, (player, joined_at, account)) in &self.file.open {
            let shown = (None, *account);
            state.restore_open(&name(*player), *player, *id, *joined_at, shown, now);
        }
    }

    pub(super) fn online(&self) -> BTreeMap<PlayerName, i64> {
        let online = self.state.online(&Visible::everybody()).into_iter();
        online.map(|on| (on.player, on.joined_at.0)).collect()
    }

    pub(super) fn seen(&self, now: i64) -> BTreeMap<PlayerName, i64> {
        let (everybody, nobody_known) = (Visible::everybody(), Persons::default());
        let known = (&nobody_known, &self.players);
        let lately = Lately::on(&self.state, known, &everybody, UnixSeconds(now));
        let seen = lately.get_recently_offline(usize::MAX);
        assert!(seen.is_sorted_by(|newer, older| newer.last_seen >= older.last_seen));
        let edge = UnixSeconds(now - 3_600);
        assert_eq!(seen.len(), self.state.last_seen.count_since(edge));
        let seen = seen.into_iter();
        seen.map(|info| (info.player_name, info.last_seen.0))
            .collect()
    }

    /// Returns beginning, end and kind of end of each closed session of a player, sorted by
    /// beginning.
    pub(super) fn stays(&self, number: u8) -> Vec<(i64, i64, SessionEnd)> {
        let Some(id) = self.players.id(&player(number)) else {
            return Vec::new();
        };
        let mut stays: Vec<_> = self.state.history.of_player(id).collect();
        stays.sort_by_key(|stay| (stay.joined_at, stay.left_at, stay.end, stay.id));
        let stays = stays.iter();
        stays
            .map(|stay| (stay.joined_at.0, stay.left_at.0, stay.end))
            .collect()
    }

    /// Returns the account of each closed session of a player, sorted by time, and of the open one. Stays within
    /// the same second are sorted by account, since nothing else tells them apart.
    pub(super) fn whose(&self, number: u8) -> Vec<Option<u8>> {
        let Some(id) = self.players.id(&player(number)) else {
            return Vec::new();
        };
        let number_of = |id| (0..9).find(|number| self.accounts.uuid(id) == Some(uuid_of(*number)));
        let closed = self.state.history.of_player(id);
        let closed = closed.map(|stay| (stay.joined_at, stay.left_at, stay.end, stay.account));
        let mut closed: Vec<_> = closed
            .map(|(joined, left, end, account)| (joined, left, end, account.and_then(number_of)))
            .collect();
        closed.sort_unstable();
        let open = self.state.players.get(&player(number));
        let open = open.map(|stay| stay.account.and_then(number_of));
        closed.into_iter().map(|stay| stay.3).chain(open).collect()
    }

    /// Returns the time of each loose end of a player, and whether it is a join.
    pub(super) fn loose(&self, number: u8) -> Vec<(i64, bool)> {
        let id = self.players.id(&player(number));
        let ends = self.state.loose_ends().into_iter();
        let of_player = ends.filter(|end| Some(end.player) == id);
        of_player.map(|end| (end.at.0, end.is_join)).collect()
    }

    pub(super) fn assert_is(&self, oracle: &Oracle, now: i64) -> Result<(), TestCaseError> {
        let expected = oracle.online().into_iter();
        let expected: BTreeMap<_, _> = expected.map(|(who, at)| (player(who), at)).collect();
        prop_assert_eq!(self.online(), expected);
        for number in 0..PLAYERS {
            prop_assert_eq!(self.stays(number), oracle.stays(number));
            prop_assert_eq!(self.whose(number), oracle.whose(number));
            prop_assert_eq!(self.loose(number), oracle.loose(number));
        }
        let game = self.state.facts.game;
        let game = game.map(|game| (game.state, game.since.0, game.known_at.0));
        prop_assert_eq!(game, oracle.game);
        let expected = oracle.seen.iter().filter(|(_, at)| **at >= now - 3_600);
        // A time recorded by a clock that was ahead is shown as no later than clocks may differ.
        let shown = expected.map(|(who, at)| (player(*who), (*at).min(now + 30)));
        prop_assert_eq!(self.seen(now), shown.collect::<BTreeMap<_, _>>());
        Ok(())
    }

    #[track_caller]
    pub(super) fn assert_sound(&self, now: i64) {
        let (online, seen) = (self.online(), self.seen(now));
        assert!(seen.keys().all(|name| !online.contains_key(name)));
        for number in 0..PLAYERS {
            let stays = self.stays(number);
            assert!(
                stays.iter().all(|(joined, left, _)| joined <= left),
                "{stays:?}"
            );
            assert!(
                stays.is_sorted_by(|one, next| one.1 <= next.0),
                "{number}: {stays:?}"
            );
            // Sessions that begin later were recorded by a clock that was ahead.
            if let Some(since) = online.get(&player(number)) {
                let mut before = stays.iter().filter(|(joined, ..)| joined <= since);
                assert!(
                    before.all(|(_, left, _)| left <= since),
                    "{number}: {stays:?}"
                );
            }
        }
        let open: BTreeMap<_, _> = self
            .file
            .open
            .values()
            .map(|(player, at, _)| (self.players.name(*player).unwrap(), at.0))
            .collect();
        assert_eq!(open, online);
        for (id, stay) in self.state.players.values().map(|stay| (stay.session, stay)) {
            assert_eq!(self.file.open[&id].2, stay.account);
        }
        let loose: HashSet<_> = self.state.loose_ends().into_iter().collect();
        assert_eq!(loose, self.file.loose);
        let periods: Vec<_> = self.file.periods.values().copied().collect();
        assert_eq!(self.state.all_periods(), periods);
        let mut closed: Vec<_> = self.state.history.iter().collect();
        closed.sort_by_key(|session| session.id);
        assert_eq!(
            closed,
            self.file.closed.values().copied().collect::<Vec<_>>()
        );
    }
}

fn watch(watched_as: WatchedAs, answered_at: Option<UnixSeconds>) -> Watch {
    let address = ServerAddress {
        host: "play.example.org".to_owned(),
        port: None,
    };
    Watch::from(WatchedRow {
        address,
        watched_as,
        edition: None,
        added_at: UnixSeconds(START),
        answered_at,
    })
}
