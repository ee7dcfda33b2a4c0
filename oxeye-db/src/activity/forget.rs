//! Forgets what a person did, from the file and its log: everything under a name or, of a name that several accounts used,
//! what was done on the person's days. Events of others that name the player then, such as a kill, go too.
//!
//! All names of a person are forgotten in one transaction, and the file is rewritten at most once. If it cannot be, the file
//! remembers that it is due: whoever forgets next tries it again, and so does a timer.

use std::collections::BTreeSet;
use std::sync::Arc;

use oxeye_plugin_proto::PlayerName;
use rusqlite::Connection;
use tokio::sync::oneshot;
use uuid::Uuid;

use super::Activity;
use super::day::UtcDay;
use super::known_players::KnownPlayers;
use super::ranking::past::Past;
use super::recent::move_recent;
use super::shares::{ActivityShare, TheirDays};
use super::store::rows::forgetting::days;
use super::store::rows::{forgetting, players};
use crate::database::Database;
use crate::file_wipe::FileWipe;
use crate::ids::GuildId;
use crate::store::side_file::rewriting;
use crate::store::{Job, StoreError, WriterThread};

/// What was known of what a forgotten player did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct ForgottenActivity {
    /// In how many guilds something was known.
    pub(crate) guilds: usize,
    /// Events and values of other players that named the player.
    pub(crate) mentions: usize,
    /// Whether nothing that was deleted is left in the bytes of the file and its log, by earlier deletions either.
    pub(crate) is_wiped: bool,
}

impl ForgottenActivity {
    /// Whether anything was known.
    pub(crate) fn is_any(self) -> bool {
        self.guilds + self.mentions > 0
    }
}

impl Database {
    /// Whether something is known that was done under a name, or that names the player.
    pub(crate) async fn is_known_by_activity(&self, name: PlayerName) -> Result<bool, StoreError> {
        let read = move |file: &_, _: &_| {
            Ok(!players::of_name(file, &name)?.is_empty()
                || forgetting::has_mentions(file, name.as_str())?)
        };
        self.in_file().read_or(false, read).await
    }

    /// Forgets what a person did under their names.
    pub(crate) async fn forget_activity(
        &self,
        shares: Vec<ActivityShare>,
        accounts: BTreeSet<(GuildId, Uuid)>,
    ) -> Result<ForgottenActivity, StoreError> {
        let activity = self.inner.activity.as_ref();
        let open = activity.and_then(|a| Some((a, a.file.existing()?)));
        let has_work = |activity: &Activity| !shares.is_empty() || activity.wipe.is_due();
        let Some((activity, store)) = open.filter(|(activity, _)| has_work(activity)) else {
            return Ok(ForgottenActivity {
                is_wiped: true,
                ..ForgottenActivity::default()
            });
        };
        let (answer, answered) = oneshot::channel();
        store.enqueue(Box::new(ForgetJob {
            shares,
            accounts,
            wipe: Arc::clone(&activity.wipe),
            past: Arc::clone(&activity.past),
            known_players: Arc::clone(&activity.known_players),
            forgotten: ForgottenActivity::default(),
            answer,
        }))?;
        answered.await.map_err(|_| StoreError::Closed)?
    }
}

struct ForgetJob {
    shares: Vec<ActivityShare>,
    /// The accounts of the person, each in one guild.
    accounts: BTreeSet<(GuildId, Uuid)>,
    wipe: Arc<FileWipe>,
    past: Arc<Past>,
    known_players: Arc<KnownPlayers>,
    forgotten: ForgottenActivity,
    answer: oneshot::Sender<Result<ForgottenActivity, StoreError>>,
}

/// Returns the accounts that plugins sent with names of which everything is the person's.
fn accounts_sent_with(
    file: &Connection,
    shares: &[ActivityShare],
) -> rusqlite::Result<BTreeSet<(GuildId, Uuid)>> {
    let mut accounts = BTreeSet::new();
    for share in shares.iter().filter(|share| share.days.is_none()) {
        let guilds = players::of_name(file, &share.name)?.into_iter();
        let guilds = guilds.map(|(guild, _)| guild);
        for guild in guilds.filter(|guild| share.only.is_none_or(|only| only == *guild)) {
            let player = players::find(file, guild, &share.name)?;
            accounts.extend(player.and_then(|player| Some((guild, player.uuid?))));
        }
    }
    Ok(accounts)
}

/// Deletes what was done under a name, and what others did that names the player. Adds the guilds that knew anything.
/// Returns how much of others it was.
fn forget(
    file: &Connection,
    share: &ActivityShare,
    guilds: &mut BTreeSet<GuildId>,
) -> rusqlite::Result<usize> {
    let (only, name) = (share.only, &share.name);
    // A player may be named in events of their own, too.
    let mentions = match &share.days {
        None => forgetting::delete_mentions(file, only, name.as_str())?,
        Some(theirs) => days::delete_mentions(file, theirs.guild(), name, |day| theirs.has(day))?,
    };
    let known = players::of_name(file, name)?.into_iter();
    for (guild, id) in known.filter(|(guild, _)| only.is_none_or(|only| only == *guild)) {
        let was_known = match &share.days {
            None => {
                forgetting::delete_of_player(file, guild, id)?;
                players::delete(file, id)?;
                true
            }
            Some(theirs) => forget_days(file, guild, name, theirs)?,
        };
        if was_known {
            guilds.insert(guild);
        }
    }
    Ok(mentions)
}

/// Deletes what a person did on their days under a name that several accounts used. Returns whether anything was known.
fn forget_days(
    file: &Connection,
    guild: GuildId,
    name: &PlayerName,
    theirs: &TheirDays,
) -> rusqlite::Result<bool> {
    let Some(mut player) = players::find(file, guild, name)? else {
        return Ok(false);
    };
    let deleted = days::delete_of_player(file, guild, player.id, |day| theirs.has(day))?;
    let is_account = theirs.has_account(player.uuid);
    if deleted == 0 && !is_account {
        return Ok(false);
    }
    let Some(last) = days::latest_of(file, guild, player.id)? else {
        players::delete(file, player.id)?;
        return Ok(true);
    };
    if is_account {
        player.uuid = None;
    }
    if theirs.has(UtcDay::of(player.last_event_at)) {
        player.last_event_at = last;
    }
    players::UpdatePlayer::prepare(file)?.update(&player)?;
    Ok(true)
}

impl Job for ForgetJob {
    fn run(&mut self, file: &Connection, _: &WriterThread) -> rusqlite::Result<()> {
        self.known_players.clear();
        move_recent(file)?;
        let mut guilds = BTreeSet::new();
        let mut accounts = accounts_sent_with(file, &self.shares)?;
        accounts.extend(&self.accounts);
        for (guild, account) in accounts {
            self.forgotten.mentions +=
                forgetting::delete_mentions_of_account(file, guild, account)?;
        }
        for share in &self.shares {
            self.forgotten.mentions += forget(file, share, &mut guilds)?;
        }
        self.forgotten.guilds = guilds.len();
        if !guilds.is_empty() {
            forgetting::rewrite_players(file)?;
        }
        if self.forgotten.is_any() {
            // Even where no event names them now: one may have that was deleted for its age.
            rewriting::require(file)?;
        }
        Ok(())
    }

    fn undo(&mut self, _: &Connection, _: u64, _: &WriterThread) {
        self.forgotten = ForgottenActivity::default();
    }

    fn after_commit(&mut self, file: &Connection) {
        // The player's number may be given to another.
        self.past.clear();
        if self.forgotten.is_any() {
            self.wipe.require();
        }
        // What an earlier attempt deleted may not be overwritten yet.
        let has_work = self.forgotten.is_any() || self.wipe.is_due();
        self.forgotten.is_wiped = !has_work || self.wipe.wipe(file);
    }

    fn answer(self: Box<Self>, commit: Result<(), StoreError>, _: &WriterThread) {
        let forgotten = self.forgotten;
        // The caller may have gone; what is forgotten is forgotten.
        let _ = self.answer.send(commit.map(|()| forgotten));
    }
}

#[cfg(test)]
mod tests;
