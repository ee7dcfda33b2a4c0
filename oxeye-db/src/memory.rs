//! Everything that is known without asking SQLite. The jobs on the writer's thread and the loaders need
//! only this; [`Database`](crate::database::Database) adds the store.

mod known;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use oxeye_plugin_proto::{BootId, PlayerName, ServerName, UnixSeconds};
use parking_lot::RwLock;
use tokio::sync::watch;

use crate::accounts::Accounts;
use crate::activity::feed::{ActivityFeed, ChangedPlayer};
use crate::cache::{KeyHash, OnlineCache};
use crate::directory::Directory;
use crate::guild_settings::AllSettings;
use crate::ids::{GuildId, ServerId};
use crate::ledger::SessionIds;
use crate::persons::{PersonKey, Persons, PersonsOfGuilds};
use crate::pictures::Pictures;
use crate::player_uuids::KnownUuids;
use crate::players::Players;
use crate::rate_limits::{BulkPermits, Limiters, RateLimits};
use crate::record::kept::KeptFigures;
use crate::record::turns::Turns;
use crate::reporter::{AuthenticatedServer, Reporter};
use crate::rotation::KeyStanding;
use crate::server_state::{Lately, Recent, ServerState, Watch};
use crate::store::WriterThread;
use crate::visibility::{Hidden, HiddenPlayers, LinkedPlayer, Visible};

/// Everything that is kept in memory.
#[derive(Debug)]
pub(crate) struct Memory {
    pub(crate) cache: OnlineCache,
    pub(crate) players: Players,
    pub(crate) accounts: Accounts,
    pub(crate) persons: PersonsOfGuilds,
    pub(crate) directory: Directory,
    pub(crate) sessions: SessionIds,
    pub(crate) uuids: KnownUuids,
    pub(crate) pictures: Pictures,
    /// Turns to compute figures over a whole guild, so that many who ask at once do not take all processors.
    pub(crate) figures: Turns,
    /// The figures over a whole guild that were computed a moment ago.
    pub(crate) kept_figures: KeptFigures,
    /// What guilds have set for themselves.
    pub(crate) settings: AllSettings,
    /// The players who hide from the members of their guild.
    pub(crate) hidden: HiddenPlayers,
    pub(crate) limiters: Limiters,
    pub(crate) activity_feed: ActivityFeed,
    /// Changes when boards, counters or alerts are added or deleted, or an alert is tested.
    pub(crate) board_changes: watch::Sender<()>,
    /// Changes when watched addresses are added or removed.
    pub(crate) watch_changes: watch::Sender<()>,
    /// The servers that have an address.
    watched: RwLock<BTreeSet<ServerId>>,
    recent_window: Duration,
    boot_id: RwLock<BootId>,
}

/// How far a question was answered while a server was locked.
enum Looked<A, B, F> {
    Answered(A, B),
    /// Only the list of those seen lately is missing. It is made from this copy.
    Copied(A, F, Box<Recent>, (Arc<Persons>, Visible)),
}

impl Memory {
    /// Creates an empty memory.
    pub(crate) fn new(recent_window: Duration, rate_limits: RateLimits) -> Self {
        Self {
            cache: OnlineCache::default(),
            players: Players::default(),
            accounts: Accounts::default(),
            persons: PersonsOfGuilds::default(),
            directory: Directory::default(),
            sessions: SessionIds::default(),
            uuids: KnownUuids::default(),
            pictures: Pictures::default(),
            figures: Turns::default(),
            kept_figures: KeptFigures::default(),
            settings: AllSettings::default(),
            hidden: HiddenPlayers::default(),
            limiters: Limiters::new(rate_limits),
            activity_feed: ActivityFeed::default(),
            board_changes: watch::Sender::new(()),
            watch_changes: watch::Sender::new(()),
            watched: RwLock::default(),
            recent_window,
            boot_id: RwLock::new(BootId::random()),
        }
    }

    /// Returns how long a player who left stays in "last seen".
    pub(crate) fn recent_window(&self) -> Duration {
        self.recent_window
    }

    /// Returns the id of this presence memory; see [`Database::boot_id`](crate::database::Database::boot_id).
    pub(crate) fn boot_id(&self) -> BootId {
        *self.boot_id.read()
    }

    /// Changes the boot id after the presence memory was replaced, so that plugins send a full sync.
    pub(crate) fn renew_boot_id(&self) {
        *self.boot_id.write() = BootId::random();
    }

    /// Creates the state of a server that has just been linked.
    pub(crate) fn new_state(
        &self,
        guild: GuildId,
        name: ServerName,
        now: UnixSeconds,
    ) -> ServerState {
        let mut state = ServerState::new(guild, name, self.recent_window, now);
        state.set_shown_window(self.window_of(guild));
        state
    }

    /// Watches a server's address from now on.
    pub(crate) fn remember_address(&self, writer: &WriterThread, server: ServerId, watch: Watch) {
        let set = |state: &mut ServerState| state.set_watch(watch);
        self.cache.change(writer, server, set);
        self.watched.write().insert(server);
        self.watch_changes.send_replace(());
    }

    /// Notes that a server has no address any more.
    pub(crate) fn forget_address(&self, _: &WriterThread, server: ServerId) {
        let was_watched = self.watched.write().remove(&server);
        if was_watched {
            self.watch_changes.send_replace(());
        }
    }

    /// Replaces the players of a guild who hide, and publishes the players and servers that look different now.
    pub(crate) fn set_hidden(
        &self,
        writer: &WriterThread,
        guild: GuildId,
        hidden: &[LinkedPlayer],
    ) {
        self.pictures.drawn.clear();
        let hidden = Hidden::of(hidden, &self.persons.of(guild), &self.players);
        let changed = self.hidden.replace(guild, hidden);
        // After the players are replaced, so that nothing is computed with the old ones and kept.
        self.kept_figures.drop_of(Some(guild));
        self.publish_hidden(writer, guild, &changed);
    }

    /// Publishes the players whom reports have hidden under new names or given new ones, and the servers that look
    /// different now.
    pub(crate) fn publish_reported(&self, writer: &WriterThread) {
        let mut reported = self.hidden.take_reported();
        reported.sort_unstable();
        for names in reported.chunk_by(|(one, _), (other, _)| one == other) {
            let changed: Vec<_> = names.iter().map(|(_, name)| name.clone()).collect();
            // Leaderboards that were computed before may name them.
            self.kept_figures.drop_of(Some(names[0].0));
            self.publish_hidden(writer, names[0].0, &changed);
        }
        self.publish_renamed(writer);
    }

    /// Publishes the servers on which somebody was seen under one of their names, after reports have changed these.
    fn publish_renamed(&self, writer: &WriterThread) {
        let renamed = self.persons.take_renamed();
        for accounts in renamed.chunk_by(|(one, _), (other, _)| one == other) {
            let guild = accounts[0].0;
            let persons = self.persons.of(guild);
            let accounts = accounts.iter().map(|(_, one)| PersonKey::Account(*one));
            let names = accounts.flat_map(|person| persons.names(person));
            let names: Vec<_> = names.filter_map(|name| self.players.name(name)).collect();
            for server in self.cache.ids(Some(guild)) {
                let note = |state: &mut ServerState| state.note_renamed(&names);
                self.cache.change(writer, server, note);
            }
        }
    }

    fn publish_hidden(&self, writer: &WriterThread, guild: GuildId, changed: &[PlayerName]) {
        if changed.is_empty() {
            return;
        }
        if self.activity_feed.is_heard() {
            self.activity_feed.publish(self.changed(guild, changed));
        }
        // After the players are replaced, so that whoever sees the new revision of a server sees these players.
        for server in self.cache.ids(Some(guild)) {
            let note = |state: &mut ServerState| state.note_visibility(changed);
            self.cache.change(writer, server, note);
        }
    }

    /// Returns players who hide now or not any more, also by the ids of their accounts: one may stand for another name.
    fn changed(&self, guild: GuildId, names: &[PlayerName]) -> Vec<ChangedPlayer> {
        let persons = self.persons.of(guild);
        let ids = |name: &PlayerName| {
            let accounts = self.players.id(name).map(|id| persons.accounts_of(id));
            let accounts: Vec<_> = accounts.into_iter().flatten().collect();
            let uuids = accounts
                .into_iter()
                .filter_map(|one| self.accounts.uuid(one));
            let ids = uuids.map(|uuid| Some(uuid.to_string()));
            ids.chain([None]).collect::<Vec<_>>()
        };
        let changed = names.iter().flat_map(|name| {
            ids(name).into_iter().map(|former_id| ChangedPlayer {
                guild,
                name: name.clone(),
                former_id,
            })
        });
        changed.collect()
    }

    /// Reads a server while it is locked, and asks who was on it lately, as far as somebody may see them. Where many
    /// accounts have several names, this is found out after the server is unlocked. `None` if there is no such server.
    pub(crate) fn read_with_lately<A, B>(
        &self,
        server: ServerId,
        visible: impl FnOnce() -> Visible,
        now: UnixSeconds,
        read: impl FnOnce(&ServerState, &Visible) -> A,
        ask: impl FnOnce(&Lately<'_>) -> B,
    ) -> Option<(A, B)> {
        let looked = self.cache.read(server, |state| {
            // Within the lock, so that nobody sees a player under a new name before it hides.
            let (visible, persons) = (visible(), self.persons.of(state.guild()));
            let answer = read(state, &visible);
            if Lately::is_short(state, &persons, &visible, now) {
                let lately = Lately::on(state, (&persons, &self.players), &visible, now);
                return Looked::Answered(answer, ask(&lately));
            }
            let recent = Box::new(Recent::of(state, &visible, now));
            Looked::Copied(answer, ask, recent, (persons, visible))
        });
        match looked? {
            Looked::Answered(answer, asked) => Some((answer, asked)),
            Looked::Copied(answer, ask, recent, (persons, visible)) => {
                let state = recent.into_state();
                let lately = Lately::on(&state, (&persons, &self.players), &visible, now);
                Some((answer, ask(&lately)))
            }
        }
    }

    /// Returns the servers that have an address.
    pub(crate) fn watched_servers(&self) -> Vec<ServerId> {
        self.watched.read().iter().copied().collect()
    }

    /// Adds a key for a server's current link.
    pub(crate) fn add_key(
        &self,
        writer: &WriterThread,
        server: ServerId,
        key: KeyHash,
        standing: KeyStanding,
    ) {
        let read = |state: &ServerState| (state.link(), state.roster_losses());
        let (link, roster_losses) = self.cache.read(server, read).unwrap_or_default();
        let linked = AuthenticatedServer {
            id: server,
            reporter: Reporter::of_link(server, link),
            limits: self.limiters.of(server),
            bulk: BulkPermits::per_key(),
            activity: BulkPermits::per_key(),
            roster_losses,
        };
        self.cache.add_key(writer, key, standing, linked);
    }
}

#[cfg(test)]
mod tests;
