//! Runs reports on the writer's thread. Each changes memory and file together, or neither.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use hashbrown::HashSet;
use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::{EventError, Progress, Step};
use crate::accounts::AccountId;
use crate::activity::feed::ChangedPlayer;
use crate::ids::ServerId;
use crate::ledger::{Ledger, StoreChange};
use crate::loading;
use crate::memory::Memory;
use crate::players::PlayerId;
use crate::reporter::Reporter;
use crate::server_state::ServerState;
use crate::session::SessionId;
use crate::store::rows::{api_keys, player_uuids};
use crate::store::{Job, StoreError, WriterThread, apply, atomically};

/// A report as a job of the writer.
pub(super) struct ReportJob<S: Step, C, R> {
    memory: Arc<Memory>,
    server: ServerId,
    reporter: Reporter,
    now: UnixSeconds,
    step: S,
    committed: C,
    /// Whether the job also changes a server that is not linked.
    pub(super) even_unlinked: bool,
    /// How far the step has got.
    outcome: Outcome<S::Done>,
    /// Number of changes the job made when it last ran.
    work: usize,
    /// Players whose names were reported for the first time.
    named: Vec<PlayerId>,
    /// Accounts that were reported for the first time.
    proven: Vec<AccountId>,
    /// Names under which accounts were reported.
    used: Vec<PlayerId>,
    /// Players of whom there is a new trace.
    traced: Vec<PlayerId>,
    /// Players whose stays changed, if anybody wants to know.
    played: Vec<PlayerId>,
    /// Players whose accounts were reported, if anybody wants to know.
    identified: HashSet<PlayerId>,
    /// Whether notices are about an account from now on that were about whoever has its name.
    changes_notices: bool,
    answer: oneshot::Sender<Result<R, EventError>>,
}

/// What has become of the step of a report.
enum Outcome<T> {
    /// It has to run, perhaps again.
    Pending,
    /// It did not run, because the reporter may not report for the server.
    NotLinked,
    /// It is done.
    Done(T),
}

impl<S: Step, C, R> ReportJob<S, C, R> {
    pub(super) fn new(
        memory: Arc<Memory>,
        reporter: Reporter,
        now: UnixSeconds,
        step: S,
        committed: C,
        answer: oneshot::Sender<Result<R, EventError>>,
    ) -> Self {
        Self {
            memory,
            server: reporter.server(),
            reporter,
            now,
            step,
            committed,
            even_unlinked: false,
            outcome: Outcome::Pending,
            work: 1,
            named: Vec::new(),
            proven: Vec::new(),
            used: Vec::new(),
            traced: Vec::new(),
            played: Vec::new(),
            identified: HashSet::new(),
            changes_notices: false,
            answer,
        }
    }

    fn read_back(&self, connection: &Connection, writer: &WriterThread) -> rusqlite::Result<()> {
        loading::read_back(&self.memory, writer, connection, self.server, self.now)
    }

    /// Whether a plugin was linked in this transaction to a server that is watched alone. Memory learns
    /// that after the commit, and the job waits for it.
    fn is_being_linked(&self, connection: &Connection) -> rusqlite::Result<bool> {
        let cache = &self.memory.cache;
        let is_alone = cache.read(self.server, ServerState::is_watched_alone);
        Ok(is_alone == Some(true) && api_keys::has_any(connection, self.server)?)
    }

    /// Notes the names and accounts that are new, the names that accounts used, and who left a trace.
    fn note_added(&mut self, changes: &[StoreChange]) {
        for change in changes {
            match change {
                StoreChange::PlayerAdded(id, _) => self.named.push(*id),
                StoreChange::AccountAdded(id, _) => self.proven.push(*id),
                StoreChange::UuidReported(name, _) => self.used.push(*name),
                StoreChange::SessionOpened { player, .. } => self.traced.push(*player),
                StoreChange::SessionAdded(session) => self.traced.push(session.player),
                StoreChange::LooseEndAdded(end) => self.traced.push(end.player),
                _ => {}
            }
        }
    }

    /// Notes whose stays change, and whose accounts were reported.
    fn note_played(&mut self, changes: &[StoreChange]) {
        if !self.memory.activity_feed.is_heard() {
            return;
        }
        let cache = &self.memory.cache;
        let of_session = |id: SessionId| {
            let find = |state: &ServerState| {
                let mut stays = state.players().values();
                stays
                    .find(|stay| stay.session == id)
                    .map(|stay| stay.player)
            };
            cache.read(self.server, find).flatten()
        };
        let played = changes.iter().filter_map(|change| match change {
            StoreChange::SessionOpened { player, .. } => Some(*player),
            StoreChange::SessionClosed(session) | StoreChange::SessionAdded(session) => {
                Some(session.player)
            }
            StoreChange::BeganEarlier(id, _) => of_session(*id),
            _ => None,
        });
        self.played.extend(played);
        let identified = changes.iter().filter_map(|change| match change {
            StoreChange::UuidReported(player, _) => Some(*player),
            _ => None,
        });
        self.identified.extend(identified);
    }

    /// Adds the players of whom there is a new trace to those who are known in the guild.
    fn add_to_directory(&mut self) {
        let memory = &self.memory;
        if let Some(guild) = memory.cache.read(self.server, ServerState::guild) {
            for player in self.traced.drain(..) {
                memory.directory.add(guild, player, &memory.players);
            }
        }
    }

    /// Publishes whose stays have changed, and whose accounts were reported.
    fn publish_played(&mut self) {
        if self.played.is_empty() && self.identified.is_empty() {
            return;
        }
        let memory = &self.memory;
        let Some(guild) = memory.cache.read(self.server, ServerState::guild) else {
            return;
        };
        let mut changed = Vec::new();
        let mut add = |player: PlayerId, has_account: bool| {
            if let Some(name) = memory.players.name(player) {
                let former_id = has_account.then(|| name.to_string());
                changed.push(ChangedPlayer {
                    guild,
                    name,
                    former_id,
                });
            }
        };
        for player in &self.played {
            add(*player, self.identified.remove(player));
        }
        for player in &self.identified {
            add(*player, true);
        }
        memory.activity_feed.publish(changed);
    }
}

impl<S, C, R> Job for ReportJob<S, C, R>
where
    S: Step,
    C: FnOnce(S::Done, &WriterThread) -> R + Send,
    R: Send,
{
    fn run(&mut self, connection: &Connection, writer: &WriterThread) -> rusqlite::Result<()> {
        // What an earlier run added is committed.
        self.named.clear();
        self.proven.clear();
        self.used.clear();
        self.add_to_directory();
        let memory = &*self.memory;
        if memory.cache.read(self.server, ServerState::is_out_of_date) == Some(true) {
            self.read_back(connection, writer)?;
        }
        memory.persons.read_back(connection, &memory.accounts)?;
        if self.is_being_linked(connection)? {
            self.outcome = Outcome::Pending;
            return Ok(());
        }
        let stored_uuids = player_uuids::InFile(connection);
        let mut ledger = Ledger::new(&memory.players, &memory.sessions)
            .with_accounts(&memory.accounts)
            .with_known_uuids(&memory.uuids)
            .with_persons(&memory.persons, &memory.hidden)
            .with_stored_uuids(&stored_uuids);
        let (reporter, even_unlinked) = (self.reporter, self.even_unlinked);
        let step = &mut self.step;
        let changing = AssertUnwindSafe(|| {
            memory.cache.change(writer, self.server, |state| {
                let may = even_unlinked || reporter.may_report(state);
                may.then(|| step.run(connection, state, &mut ledger))
            })
        });
        let changed = catch_unwind(changing);
        let changes = ledger.into_changes();
        self.work = changes.len().max(1);
        self.note_added(&changes);
        // The writer handles the panic; only the names and accounts had to be collected first.
        let changed = changed.unwrap_or_else(|panic| resume_unwind(panic));
        let outcome = changed.flatten().transpose()?;
        let mut notices = 0;
        let mut write = || {
            notices = apply::changes(connection, self.server, &changes)?;
            Ok(())
        };
        if S::ONLY_LEDGER && changes.len() > 1 {
            atomically(connection, write)?;
        } else {
            write()?;
        }
        self.changes_notices |= notices > 0;
        self.note_played(&changes);
        self.outcome = match outcome {
            Some(Progress::More) => Outcome::Pending,
            Some(Progress::Done(done)) => Outcome::Done(done),
            None => Outcome::NotLinked,
        };
        Ok(())
    }

    fn lane(&self) -> Option<u64> {
        Some(self.server.to_key())
    }

    fn work(&self) -> usize {
        self.work
    }

    fn is_finished(&self) -> bool {
        !matches!(self.outcome, Outcome::Pending)
    }

    /// Whether the job guarantees its own atomicity. Most reports change a single row, and
    /// savepoints around them would take up most of the writer's time.
    fn is_atomic(&self) -> bool {
        S::ONLY_LEDGER
    }

    fn undo(&mut self, connection: &Connection, failure: u64, writer: &WriterThread) {
        let memory = &*self.memory;
        memory.uuids.clear();
        self.traced.clear();
        for player in self.named.drain(..) {
            memory.players.remove(player);
        }
        for account in self.proven.drain(..) {
            memory.accounts.remove(account);
        }
        let guild = memory.cache.read(self.server, ServerState::guild);
        if let Some(guild) = guild {
            let has_used = !self.used.is_empty();
            let used = self.used.drain(..).map(|name| (guild, name));
            loading::read_back_persons(memory, connection, used);
            if has_used {
                loading::read_back_hidden(memory, writer, connection, guild);
            }
        }
        let restore = |state: &mut ServerState| state.mark_out_of_date(failure);
        if memory.cache.change(writer, self.server, restore) != Some(true) {
            return;
        }
        if let Err(error) = self.read_back(connection, writer) {
            tracing::error!(%error, server = %self.server, "a server's sessions could not be read back");
        }
    }

    fn answer(mut self: Box<Self>, commit: Result<(), StoreError>, writer: &WriterThread) {
        if commit.is_ok() {
            self.memory.publish_reported(writer);
            if self.changes_notices {
                self.memory.board_changes.send_replace(());
            }
            self.add_to_directory();
            self.publish_played();
        }
        let Self {
            committed,
            outcome,
            answer,
            ..
        } = *self;
        let result = match (commit, outcome) {
            (Ok(()), Outcome::Done(done)) => Ok(committed(done, writer)),
            (Ok(()), Outcome::NotLinked) => Err(EventError::NotLinked),
            (Ok(()), Outcome::Pending) => Err(StoreError::Closed.into()),
            (Err(error), _) => Err(error.into()),
        };
        // The caller may have gone; the change is committed, and `committed` has run.
        let _ = answer.send(result);
    }
}
