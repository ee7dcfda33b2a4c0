//! The playtime recorded in a Minecraft world, which has one statistics file per account, and the names of the
//! accounts.
//!
//! | module    | subject                                               |
//! |-----------|-------------------------------------------------------|
//! | `files`   | where a server keeps these files; reads one of them   |
//! | `names`   | the names of the accounts                             |
//! | `played`  | the playtime in a statistics file                     |
//!
//! A file that we cannot use is reported, and never prevents the import of the others.

mod files;
mod names;
mod played;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use oxeye_db::UuidKind;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use oxeye_text::Text;
use uuid::Uuid;

use self::names::Names;

/// The playtime recorded in a world.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    /// What each player has played.
    pub(super) players: BTreeMap<PlayerName, Played>,
    /// Accounts that have a playtime but no name.
    pub(super) unknown: Vec<Uuid>,
    /// Statistics files that could not be used.
    pub(super) skipped: Vec<Skipped>,
    /// What is wrong with the files that hold the names, one sentence each.
    pub(super) damaged: Vec<String>,
}

/// What a player has played.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Played {
    /// The playtime in seconds.
    pub(super) seconds: u64,
    /// Whose it is; `None` if several accounts have had the name, or a server in offline mode made the UUID from the name,
    /// which proves nothing.
    pub(super) account: Option<SeenAccount>,
}

/// An account that Mojang authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SeenAccount {
    pub(super) uuid: Uuid,
    /// When it was last there, if the server's cache of names says so. The times of the files say nothing: a copy of a world
    /// has those of the copying.
    pub(super) seen_at: Option<UnixSeconds>,
}

/// A statistics file that could not be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Skipped {
    pub(super) file: String,
    pub(super) why: String,
}

impl World {
    /// Reads the world in a folder, which may also be the folder of its server.
    pub(super) fn read(text: Text, folder: &Path, now: UnixSeconds) -> anyhow::Result<World> {
        let folder = folder
            .canonicalize()
            .with_context(|| text.cannot_read(&folder.display().to_string()))?;
        let folders = files::stats_folders(text, &folder)?;
        let names = Names::beside(text, &folder)?;
        let mut world = World::default();
        let mut counted = BTreeMap::new();
        for folder in folders {
            world.count(text, &folder, &mut counted)?;
        }
        world.name(&counted, &names, now);
        world.damaged = names.damaged;
        Ok(world)
    }

    /// Adds the playtime in the files of a folder. An account can have two files if the world was moved or upgraded;
    /// the larger number counts, because the game only ever counts up.
    fn count(
        &mut self,
        text: Text,
        folder: &Path,
        all: &mut BTreeMap<Uuid, u64>,
    ) -> anyhow::Result<()> {
        let files = std::fs::read_dir(folder);
        let files = files.with_context(|| text.cannot_read(&folder.display().to_string()))?;
        let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
        files.retain(|file| is_json(file));
        files.sort();
        for file in files {
            let played = match account(&file) {
                Some(account) => played::ticks(text, &file).map(|ticks| (account, ticks)),
                None => Err(text.not_an_account()),
            };
            match played {
                Ok((account, ticks)) => {
                    let known = all.entry(account).or_default();
                    *known = ticks.max(*known);
                }
                Err(why) => {
                    let file = lossy(file.file_name());
                    self.skipped.push(Skipped { file, why });
                }
            }
        }
        Ok(())
    }

    fn name(&mut self, all: &BTreeMap<Uuid, u64>, names: &Names, now: UnixSeconds) {
        for (uuid, ticks) in all {
            let seconds = ticks / played::TICKS_PER_SECOND;
            if seconds == 0 {
                continue;
            }
            let Some(known) = names.of(*uuid) else {
                self.unknown.push(*uuid);
                continue;
            };
            let account = SeenAccount {
                uuid: *uuid,
                seen_at: known.seen_at(now),
            };
            let account = Some(account).filter(|_| UuidKind::of(*uuid) == UuidKind::Online);
            let played = Played { seconds, account };
            let of_name = self.players.entry(known.name.clone());
            of_name
                .and_modify(|others| others.add(played))
                .or_insert(played);
        }
    }
}

impl Played {
    /// Adds what another account of the same name has played. To us, a player is a name then.
    fn add(&mut self, other: Self) {
        self.seconds += other.seconds;
        self.account = None;
    }
}

fn is_json(file: &Path) -> bool {
    file.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// Returns the account that a statistics file is named after.
fn account(file: &Path) -> Option<Uuid> {
    Uuid::try_parse(file.file_stem()?.to_str()?).ok()
}

fn lossy(name: Option<&OsStr>) -> String {
    name.unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
