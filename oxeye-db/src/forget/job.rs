//! The writer's job that forgets a player. Memory and file both forget, or neither does.
//!
//! The stays that are over go first, in steps between which others write. Whatever tells that the names belong together
//! goes at the end, all at once: whoever asks again after a failure in between forgets the rest.

use std::collections::BTreeSet;
use std::sync::Arc;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::Forgotten;
use super::rows::Deleted;
use super::stays;
use super::targets::{Target, Whom};
use crate::accounts::AccountId;
use crate::ids::{GuildId, ServerId};
use crate::loading;
use crate::memory::Memory;
use crate::persons::Share;
use crate::players::PlayerId;
use crate::server_state::{ServerState, Traces};
use crate::store::names::NamesInFile;
use crate::store::rows::{linked_members, sessions};
use crate::store::{Job, StoreError, WriterThread, skins};
use crate::visibility::LinkedPlayer;
use crate::wal_truncation::WalTruncation;

/// The lane of those who are forgotten. No server has this number.
const LANE: u64 = u64::MAX;

/// Sends the answer to the caller.
type Answer<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) struct ForgetJob {
    memory: Arc<Memory>,
    wal: Arc<WalTruncation>,
    whom: Whom,
    now: UnixSeconds,
    /// What is forgotten, with the ids of those players that are known, as the last run found it.
    targets: Vec<(Target, Option<PlayerId>)>,
    /// Accounts that no guild has any more.
    accounts: Vec<(AccountId, Uuid)>,
    /// The players who hide afterwards in each guild in which any do.
    hidden: Vec<(GuildId, Vec<LinkedPlayer>)>,
    /// Names with the guilds that knew accounts under them.
    used: Vec<(GuildId, PlayerId)>,
    /// Servers that the last run has changed in memory.
    changed: BTreeSet<ServerId>,
    /// Servers that knew the player.
    servers: BTreeSet<ServerId>,
    /// Number of sessions that were deleted.
    sessions: usize,
    /// Number of sessions that the last run has deleted.
    work: usize,
    is_finished: bool,
    forgotten: Option<Forgotten>,
    answer: Answer<Option<Forgotten>>,
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
            servers: BTreeSet::new(),
            sessions: 0,
            work: 0,
            is_finished: false,
            forgotten: None,
            answer,
        }
    }

    /// Finds what is forgotten. Others may have reported the player since the last run.
    fn find_targets(&mut self, file: &Connection) -> rusqlite::Result<()> {
        let memory = &self.memory;
        memory.persons.read_back(file, &memory.accounts)?;
        let targets = self.whom.targets(memory, &NamesInFile::of(file))?;
        let targets = targets.into_iter().map(|target| {
            let player = memory.players.id(&target.name);
            (target, player)
        });
        self.targets = targets.collect();
        Ok(())
    }

    /// Deletes some of the stays that are over. Returns whether all of them are gone.
    fn forget_some_stays(
        &mut self,
        file: &Connection,
        writer: &WriterThread,
    ) -> rusqlite::Result<bool> {
        for server in self.memory.cache.ids(None) {
            let is_out_of_date = self.memory.cache.read(server, ServerState::is_out_of_date);
            if is_out_of_date == Some(true) {
                loading::read_back(&self.memory, writer, file, server, self.now)?;
            }
        }
        let (memory, changed) = (&self.memory, &mut self.changed);
        let targets = (self.targets.as_slice(), self.whom.asked());
        let taken = stays::take_some(memory, writer, targets, self.now, changed);
        self.work = taken.stays.len();
        self.sessions += taken.stays.len();
        for session in &taken.stays {
            sessions::delete(file, *session)?;
        }
        Ok(taken.are_all)
    }

    /// Forgets the rest in memory and returns what each server knew.
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
                let was_known = memory.persons.forget_uses(guild, [(player, account)]);
                was_known.then_some(guild).into_iter().collect()
            }
            (_, Share::Unproven) => Vec::new(),
            (only, _) => memory.persons.forget_name(only, player),
        };
        self.used
            .extend(used.into_iter().map(|guild| (guild, player)));
        found
    }
}

impl Job for ForgetJob {
    fn run(&mut self, file: &Connection, writer: &WriterThread) -> rusqlite::Result<()> {
        // What an earlier run did is committed.
        self.servers.append(&mut self.changed);
        self.find_targets(file)?;
        if !self.forget_some_stays(file, writer)? {
            return Ok(());
        }
        let (mut found, mut deleted) = (Vec::new(), Deleted::default());
        if let Whom::Member(member) = &self.whom {
            let link = linked_members::delete(file, member.guild, member.user)?;
            deleted.links.extend(link);
        }
        // Each looks at everything, so it is done once for all names.
        let players = self.targets.iter().filter_map(|(_, player)| *player);
        self.memory.uuids.forget_players(&players.collect());
        deleted.delete_notices(file, &self.whom.accounts(&self.memory))?;
        for (target, player) in self.targets.clone() {
            let traces = self.forget_in_memory(&target, player, writer);
            for open in traces.iter().filter_map(|(_, traces)| traces.open) {
                sessions::delete(file, open)?;
                self.sessions += 1;
            }
            if let Some(player) = player {
                deleted.delete(file, &self.memory, (&target, player))?;
            }
            found.extend(traces);
        }
        self.is_finished = true;
        let is_unknown = self.targets.iter().all(|(_, player)| player.is_none());
        if found.is_empty() && is_unknown && deleted.links.is_empty() {
            return Ok(());
        }
        self.accounts = deleted.finish(file, &self.memory)?;
        self.hidden.clear();
        // Somebody may have begun to hide in this transaction.
        let with_hidden = self.memory.hidden.guilds().into_iter();
        let unlinked = deleted.links.iter().map(|link| link.guild);
        let with_hidden: BTreeSet<_> = with_hidden.chain(unlinked).collect();
        for guild in with_hidden {
            let hidden = linked_members::hiding(file, guild)?;
            self.hidden.push((guild, hidden));
        }
        for (server, traces) in &found {
            skins::delete_textures(file, *server, &traces.textures)?;
        }
        self.servers.extend(&self.changed);
        let names: BTreeSet<PlayerName> = self
            .targets
            .iter()
            .map(|(target, _)| target.name.clone())
            .collect();
        self.forgotten = Some(Forgotten {
            sessions: self.sessions,
            servers: self.servers.len(),
            imported_playtimes: deleted.imported,
            names: names.into_iter().collect(),
            ..Forgotten::default()
        });
        Ok(())
    }

    fn lane(&self) -> Option<u64> {
        Some(LANE)
    }

    fn work(&self) -> usize {
        self.work.max(1)
    }

    fn is_finished(&self) -> bool {
        self.is_finished
    }

    fn may_be_cut_short(&self) -> bool {
        true
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

    fn after_commit(&mut self, _: &Connection) {
        if self.forgotten.is_some() {
            self.wal.require();
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
            for (target, player) in &targets {
                match (target.only, player) {
                    (_, None) => {}
                    (Some(guild), Some(player)) => {
                        memory.prune_player(writer, guild, (*player, &target.name));
                    }
                    (None, Some(player)) => memory.directory.forget(None, *player, &target.name),
                }
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
