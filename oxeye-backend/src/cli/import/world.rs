//! What a Minecraft world has counted: one file of statistics per account, and the names of the
//! accounts.
//!
//! | module    | what it holds                                         |
//! |-----------|-------------------------------------------------------|
//! | `file`    | the bytes of one file, if it can be one of these      |
//! | `folders` | where a server keeps all that                         |
//! | `names`   | which account has which name                          |
//! | `played`  | the playtime in a file of statistics                  |
//!
//! Nothing in one file, however odd, keeps the others from being imported; it is named instead.

mod files;
mod names;
mod played;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use oxeye_plugin_proto::PlayerName;
use oxeye_text::Text;
use uuid::Uuid;

use self::names::Names;

/// The playtime in a world, by player.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    pub(super) seconds: BTreeMap<PlayerName, u64>,
    /// Accounts with a playtime and without a name.
    pub(super) unknown: Vec<Uuid>,
    /// Files of statistics that could not be used.
    pub(super) skipped: Vec<Skipped>,
    /// What is wrong with the files that name the accounts, one sentence each.
    pub(super) damaged: Vec<String>,
}

/// A file that could not be used.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Skipped {
    pub(super) file: String,
    pub(super) why: String,
}

impl World {
    /// Reads the folder of a world or that of its server.
    pub(super) fn read(text: Text, folder: &Path) -> anyhow::Result<World> {
        let folder = folder
            .canonicalize()
            .with_context(|| text.cannot_read(&folder.display().to_string()))?;
        let folders = files::stats_folders(text, &folder)?;
        let names = Names::beside(text, &folder)?;
        let mut world = World::default();
        let mut ticks = BTreeMap::new();
        for folder in folders {
            world.count(text, &folder, &mut ticks)?;
        }
        world.name(&ticks, &names);
        world.damaged = names.damaged;
        Ok(world)
    }

    /// Adds what the files in a folder hold. An account may have two, one from before the world was
    /// moved or upgraded; the game only ever counts up.
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

    fn name(&mut self, all: &BTreeMap<Uuid, u64>, names: &Names) {
        for (account, ticks) in all {
            let seconds = ticks / played::TICKS_PER_SECOND;
            match names.of(*account) {
                _ if seconds == 0 => {}
                // An account may have taken a name that another one had; here a player is a name.
                Some(player) => *self.seconds.entry(player.clone()).or_default() += seconds,
                None => self.unknown.push(*account),
            }
        }
    }
}

fn is_json(file: &Path) -> bool {
    file.extension()
        .is_some_and(|ending| ending.eq_ignore_ascii_case("json"))
}

/// The account that a file of statistics is called by.
fn account(file: &Path) -> Option<Uuid> {
    Uuid::try_parse(file.file_stem()?.to_str()?).ok()
}

fn lossy(name: Option<&OsStr>) -> String {
    name.unwrap_or_default().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests;
