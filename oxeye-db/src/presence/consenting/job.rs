//! The writer's job that takes consent back: memory and file both forget, or neither does.

use std::sync::Arc;

use oxeye_plugin_proto::UnixSeconds;
use rusqlite::Connection;
use tokio::sync::oneshot;

use super::Withdrawn;
use crate::ids::{GuildId, UserId};
use crate::presence::consents::Consents;
use crate::presence::kinds::PresenceKinds;
use crate::presence::live::{Live, SharedLive};
use crate::presence::store::rows::{guild_kinds, member_kinds, members, sessions};
use crate::presence::tracks::SavedTracks;
use crate::presence::wiping::{Coming, Waiting, Wiping};
use crate::record::span::Span;
use crate::store::side_file::rewriting;
use crate::store::{Job, StoreError, WriterThread};

/// A consent that is taken back.
#[derive(Debug)]
pub(in crate::presence) enum Withdrawal {
    /// Members of guilds left.
    Members(Vec<(GuildId, UserId)>),
    /// A user left everywhere.
    User(UserId),
    /// A guild keeps only these kinds.
    Kinds(GuildId, PresenceKinds, UnixSeconds),
}

impl Withdrawal {
    /// Returns the consents that end, one by one.
    fn ending(&self, consents: &Consents) -> Vec<(GuildId, UserId)> {
        match self {
            Self::Members(members) => {
                let joined = members.iter().copied();
                joined
                    .filter(|(guild, user)| consents.has(*guild, *user))
                    .collect()
            }
            Self::User(user) => {
                let guilds = consents.guilds_of(*user).iter();
                guilds.map(|guild| (*guild, *user)).collect()
            }
            Self::Kinds(guild, kinds, _) if kinds.is_empty() => consents
                .members(*guild)
                .map(|user| (*guild, user))
                .collect(),
            Self::Kinds(..) => Vec::new(),
        }
    }

    /// Returns the users of whom less may be kept.
    fn users(&self, consents: &Consents) -> Vec<UserId> {
        match self {
            Self::Members(members) => members.iter().map(|(_, user)| *user).collect(),
            Self::User(user) => vec![*user],
            Self::Kinds(guild, ..) => consents.members(*guild).collect(),
        }
    }
}

pub(super) struct WithdrawJob {
    live: Arc<SharedLive>,
    wiping: Arc<Wiping>,
    what: Withdrawal,
    /// What memory held before.
    before: Option<(Consents, SavedTracks)>,
    withdrawn: Withdrawn,
    /// `None` once what was deleted waits to be wiped.
    answer: Option<(Coming, oneshot::Sender<Result<Withdrawn, StoreError>>)>,
}

impl WithdrawJob {
    pub(super) fn new(
        live: Arc<SharedLive>,
        wiping: Arc<Wiping>,
        what: Withdrawal,
        answer: oneshot::Sender<Result<Withdrawn, StoreError>>,
    ) -> Self {
        let coming = Coming::new(&wiping);
        Self {
            live,
            wiping,
            what,
            before: None,
            withdrawn: Withdrawn::default(),
            answer: Some((coming, answer)),
        }
    }

    /// Takes the consents back in memory. Returns those that ended, and the users of whom less may be kept.
    fn forget_in_memory(&mut self, live: &mut Live) -> (Vec<(GuildId, UserId)>, Vec<UserId>) {
        let ending = self.what.ending(&live.consents);
        let users = self.what.users(&live.consents);
        let tracks = live.tracks.save(&users);
        self.before = Some((live.consents.clone(), tracks));
        for (guild, user) in &ending {
            live.consents.remove(*guild, *user);
        }
        if let Withdrawal::Kinds(guild, kinds, now) = self.what {
            live.consents.set_kinds(guild, kinds, now);
        }
        for user in &users {
            live.tracks.cut(&live.consents, *user);
        }
        (ending, users)
    }
}

impl Job for WithdrawJob {
    fn run(&mut self, file: &Connection, writer: &WriterThread) -> rusqlite::Result<()> {
        let live = Arc::clone(&self.live);
        let (ending, users) = live.change(writer, |live| self.forget_in_memory(live));
        for (guild, user) in &ending {
            members::delete(file, *guild, *user)?;
            member_kinds::delete(file, *guild, *user)?;
        }
        if let Withdrawal::Kinds(guild, kinds, now) = self.what {
            guild_kinds::set(file, guild, kinds, now)?;
            if kinds.is_empty() {
                // Somebody may have joined in this transaction, whom memory does not know yet.
                members::delete_all(file, guild)?;
            }
        }
        let consents = live.read(|live| live.consents.clone());
        self.withdrawn.members = ending.len();
        for user in users {
            self.withdrawn.sessions += cut(file, &consents, user)?;
        }
        if self.withdrawn != Withdrawn::default() {
            rewriting::require(file)?;
        }
        Ok(())
    }

    fn work(&self) -> usize {
        1 + self.withdrawn.members + self.withdrawn.sessions
    }

    fn undo(&mut self, _: &Connection, _: u64, writer: &WriterThread) {
        let Some((consents, tracks)) = self.before.take() else {
            return;
        };
        self.withdrawn = Withdrawn::default();
        self.live.change(writer, |live| {
            live.consents.restore(consents);
            live.tracks.restore(tracks);
        });
    }

    fn after_commit(&mut self, file: &Connection) {
        if self.withdrawn == Withdrawn::default() {
            self.withdrawn.is_wiped = true;
            return;
        }
        if let Some((coming, answer)) = self.answer.take() {
            let withdrawn = self.withdrawn;
            let told = Waiting::new(move |is_wiped| {
                let withdrawn = Withdrawn {
                    is_wiped,
                    ..withdrawn
                };
                // What is deleted is deleted even if the caller no longer waits.
                let _ = answer.send(Ok(withdrawn));
            });
            self.wiping.after_deletion(file, told, coming);
        }
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        let withdrawn = self.withdrawn;
        if let Some((_coming, answer)) = self.answer {
            // What is deleted is deleted even if the caller no longer waits.
            let _ = answer.send(commit.map(|()| withdrawn));
        }
    }
}

/// Deletes what the file holds of a user beyond the consents. Returns the number of sessions that this changed.
fn cut(file: &Connection, consents: &Consents, user: UserId) -> rusqlite::Result<usize> {
    if consents.guilds_of(user).is_empty() {
        return sessions::delete_of_user(file, user);
    }
    let mut changed = 0;
    for session in sessions::of_user(file, user, Span::ALL)? {
        let (id, began) = (session.id, session.started_at);
        let since = consents.since(user, &session.key);
        match since.and_then(|since| session.since(since)) {
            Some(rest) if rest.started_at == began => continue,
            Some(rest) => sessions::rewrite(file, &rest)?,
            None => sessions::delete(file, id)?,
        }
        changed += 1;
    }
    Ok(changed)
}
