//! The writer's job that forgets a player: memory and file both forget, or neither does.

use std::collections::BTreeSet;
use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::Forgotten;
use super::targets::{Target, Whom};
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::loading;
use crate::memory::Memory;
use crate::persons::Share;
use crate::players::PlayerId;
use crate::server_state::{ServerState, Traces};
use crate::store::rows::{
    accounts, imported_playtime, last_worn, linked_members, loose_ends, notices, player_uuids,
    players, rewriting, sessions,
};
use crate::store::{Job, StoreError, WriterThread, looked_up_skins, skins};
use crate::visibility::LinkedPlayer;
use crate::wal_truncation::WalTruncation;

/// Sends the answer to the caller.
type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) struct ForgetJob {
    memory: Arc<Memory>,
    wal: Arc<WalTruncation>,
    whom: Whom,
    now: UnixSeconds,
    /// What is forgotten, with the ids of those players that are known.
    targets: Vec<(Target, Option<PlayerId>)>,
    /// Accounts that no guild has any more.
    accounts: Vec<(AccountId, Uuid)>,
    /// The players who hide afterwards in each guild in which any do.
    hidden: Vec<(GuildId, Vec<LinkedPlayer>)>,
    /// Names with the guilds that knew accounts under them.
    used: Vec<(GuildId, PlayerId)>,
    /// Servers that have changed in memory.
    changed: BTreeSet<ServerId>,
    forgotten: Option<Forgotten>,
    answer: Answer<Option<Forgotten>>,
}

/// Whether pages have to be written again, because they may hold copies of what was deleted.
#[derive(Debug, Default)]
struct Deleted {
    imported: usize,
    uuids: Vec<Uuid>,
    /// The guilds of the links.
    links: BTreeSet<GuildId>,
    notices: usize,
    names: bool,
}

impl ForgetJob {
    pub(super) fn new(
        memory: Arc<Memory>,
        wal: Arc<WalTruncation>,
        whom: Whom,
        now: UnixSeconds,
        answer: Answer<Option<Forgotten>>,
    ) -> Self {
        Self {
            memory,
            wal,
            whom,
            now,
            targets: Vec::new(),
            accounts: Vec::new(),
            hidden: Vec::new(),
            used: Vec::new(),
            changed: BTreeSet::new(),
            forgotten: None,
            answer,
        }
    }

    /// Forgets in memory and returns what each server knew.
    fn forget_in_memory(
        &mut self,
        target: &Target,
        player: Option<PlayerId>,
        writer: &WriterThread,
    ) -> Vec<(ServerId, Traces)> {
        let memory = &self.memory;
        let mut found = Vec::new();
        for server in memory.cache.ids(target.only) {
            let forget = |state: &mut ServerState| match player {
                Some(player) if !target.share.is_whole() => {
                    let share = (target.share, target.with_open());
                    state.forget_share(&target.name, player, share, self.now)
                }
                _ => state.forget_player(&target.name, player),
            };
            let traces = memory.cache.change(writer, server, forget);
            if let Some(traces) = traces.filter(|traces| traces.any) {
                memory.pictures.forget(server);
                self.changed.insert(server);
                found.push((server, traces));
            }
        }
        let Some(player) = player else {
            return found;
        };
        let used = match (target.only, target.share) {
            (Some(guild), Share::Account(account)) => {
                memory.persons.forget_use(guild, player, account)
            }
            (_, Share::Unproven) => Vec::new(),
            (only, _) => memory.persons.forget_name(only, player),
        };
        self.used
            .extend(used.into_iter().map(|guild| (guild, player)));
        found
    }

    /// Deletes what the file knows.
    fn delete(
        &self,
        file: &Connection,
        target: &Target,
        player: PlayerId,
        deleted: &mut Deleted,
    ) -> rusqlite::Result<()> {
        let (only, share) = (target.only, target.share);
        loose_ends::delete_for_player(file, only, player, share)?;
        last_worn::delete_for_player(file, only, player, share)?;
        // A notice is about whoever has the name now.
        if share.is_whole() || target.has_name {
            deleted.notices += notices::delete_for_player(file, only, player)?;
        }
        if share.account().is_none() {
            deleted.imported += imported_playtime::delete_for_player(file, only, player)?;
        }
        let mut uuids = player_uuids::accounts(file, only, player)?;
        uuids.retain(|uuid| share.has(self.memory.accounts.id(*uuid)));
        for uuid in &uuids {
            player_uuids::delete_for_account(file, only, player, *uuid)?;
        }
        deleted.uuids.extend(uuids);
        if share == Share::Unproven {
            return Ok(());
        }
        let nameless = linked_members::take_name(file, only, player, share.account())?;
        deleted.links.extend(nameless);
        if share.is_whole() {
            let links = linked_members::delete_alone(file, only, player)?;
            deleted.links.extend(links);
            // The name goes with the last guild that knows the player.
            if only.is_none() || !players::is_used(file, player)? {
                self.memory.players.remove(player);
                players::delete(file, player)?;
                deleted.names = true;
            }
        }
        Ok(())
    }

    /// Writes the pages again that may hold copies of what was deleted.
    fn rewrite(&mut self, file: &Connection, deleted: &Deleted) -> rusqlite::Result<()> {
        if !deleted.links.is_empty() {
            rewriting::rewrite_linked_members(file)?;
        }
        if !deleted.uuids.is_empty() {
            rewriting::rewrite_player_uuids(file)?;
            looked_up_skins::forget_unreported(file, &deleted.uuids)?;
        }
        if !deleted.links.is_empty() || !deleted.uuids.is_empty() {
            self.accounts = accounts::delete_unreported(file)?;
            if !self.accounts.is_empty() {
                rewriting::rewrite_accounts(file)?;
            }
            self.memory.accounts.remove_all(&self.accounts);
        }
        if deleted.notices > 0 {
            rewriting::rewrite_notices(file)?;
        }
        if deleted.names {
            rewriting::rewrite_players(file)?;
        }
        Ok(())
    }
}

impl Job for ForgetJob {
    fn run(&mut self, file: &Connection, writer: &WriterThread) -> rusqlite::Result<()> {
        let players = &self.memory.players;
        let names_alone = |guild| linked_members::names_alone(file, guild);
        let targets = self.whom.targets(&self.memory, &names_alone)?.into_iter();
        let targets = targets.map(|target| (target.clone(), players.id(&target.name)));
        self.targets = targets.collect();
        let (mut found, mut deleted) = (Vec::new(), Deleted::default());
        if let Whom::Member(member) = &self.whom {
            let links = linked_members::delete(file, member.guild, member.user)?;
            deleted.links.extend((links > 0).then_some(member.guild));
        }
        // Each looks at everything, so it is done once for all names.
        let players = self.targets.iter().filter_map(|(_, player)| *player);
        self.memory.uuids.forget_players(&players.collect());
        sessions::delete_for_targets(file, &self.targets)?;
        for (target, player) in self.targets.clone() {
            found.extend(self.forget_in_memory(&target, player, writer));
            if let Some(player) = player {
                self.delete(file, &target, player, &mut deleted)?;
            }
        }
        let is_unknown = self.targets.iter().all(|(_, player)| player.is_none());
        if found.is_empty() && is_unknown && deleted.links.is_empty() {
            return Ok(());
        }
        self.rewrite(file, &deleted)?;
        self.hidden.clear();
        // Somebody may have begun to hide in this transaction.
        let with_hidden = self.memory.hidden.guilds().into_iter();
        let with_hidden: BTreeSet<_> = with_hidden.chain(deleted.links).collect();
        for guild in with_hidden {
            let hidden = linked_members::hiding(file, guild)?;
            self.hidden.push((guild, hidden));
        }
        for (server, traces) in &found {
            skins::delete_textures(file, *server, &traces.textures)?;
        }
        let names: BTreeSet<PlayerName> = self
            .targets
            .iter()
            .map(|(target, _)| target.name.clone())
            .collect();
        self.forgotten = Some(Forgotten {
            sessions: found.iter().map(|(_, traces)| traces.sessions).sum(),
            servers: self.changed.len(),
            imported_playtimes: deleted.imported,
            names: names.into_iter().collect(),
            ..Forgotten::default()
        });
        Ok(())
    }

    fn undo(&mut self, file: &Connection, failure: u64, writer: &WriterThread) {
        let memory = &self.memory;
        for (target, player) in self.targets.drain(..) {
            if let Some(player) = player {
                memory.players.load(player, target.name);
            }
        }
        memory.accounts.restore(self.accounts.drain(..));
        loading::read_back_persons(memory, file, self.used.drain(..));
        // A job that failed with this one may have read a server back while the name was unknown.
        for server in std::mem::take(&mut self.changed) {
            let restore = |state: &mut ServerState| state.mark_out_of_date(failure);
            memory.cache.change(writer, server, restore);
            let read = loading::read_back(memory, writer, file, server, self.now);
            if let Err(error) = read {
                tracing::error!(%error, %server, "could not read a server's sessions back from the file");
            }
        }
    }

    fn after_commit(&mut self, file: &Connection) {
        if let Some(forgotten) = &mut self.forgotten {
            forgotten.is_wiped = self.wal.truncate(file);
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        let Self {
            memory,
            targets,
            hidden,
            forgotten,
            answer,
            ..
        } = *self;
        if commit.is_ok() {
            // Again, because one may have been drawn since of what was read before.
            memory.pictures.drawn.clear();
            let guilds: BTreeSet<_> = targets
                .iter()
                .filter_map(|(target, _)| target.only)
                .collect();
            for (target, player) in targets {
                if let Some(player) = player.filter(|_| target.share.is_whole()) {
                    memory.directory.forget(target.only, player, &target.name);
                }
            }
            for guild in guilds {
                memory.prune_directory(writer, guild);
            }
            for (guild, hidden) in &hidden {
                memory.set_hidden(writer, *guild, hidden);
            }
        }
        memory.kept_figures.drop_of(None);
        // The player is forgotten even if the caller no longer waits.
        let _ = answer.send(commit.map(|()| forgotten));
    }
}

/// Truncates the log after an earlier attempt failed.
pub(super) struct TruncateJob {
    wal: Arc<WalTruncation>,
    answer: Answer<()>,
}

impl TruncateJob {
    pub(super) fn new(wal: Arc<WalTruncation>, answer: Answer<()>) -> Self {
        Self { wal, answer }
    }
}

impl Job for TruncateJob {
    fn run(&mut self, _: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {}

    fn after_commit(&mut self, file: &Connection) {
        self.wal.truncate(file);
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        // The log is truncated even if the caller no longer waits.
        let _ = self.answer.send(commit);
    }
}
