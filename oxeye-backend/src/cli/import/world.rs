//! What a vanilla world has counted: `stats/*.json`, one file per account, and the names of the accounts in
//! `usercache.json`.
//!
//! Sources: <https://minecraft.wiki/w/Statistics> and <https://minecraft.wiki/w/Usercache.json>.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use oxeye_plugin_proto::PlayerName;
use serde::Deserialize;
use serde_json::Value;

/// A larger file is none that Minecraft has written.
const MAX_BYTES: u64 = 64 << 20;

/// The game counts in ticks, whatever the statistic is called.
const TICKS_PER_SECOND: u64 = 20;

/// The playtime in a world, by player.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct World {
    pub(super) seconds: BTreeMap<PlayerName, u64>,
    /// Accounts without a name.
    pub(super) unknown: Vec<String>,
    /// Accounts whose file is damaged.
    pub(super) unreadable: Vec<String>,
}

#[derive(Debug, Deserialize)]
struct CachedUser {
    name: String,
    uuid: String,
}

impl World {
    /// Reads the folder of a world or that of its server.
    pub(super) fn read(folder: &Path) -> anyhow::Result<World> {
        let folder = folder
            .canonicalize()
            .with_context(|| format!("cannot read {}", folder.display()))?;
        let names = names(&usercache(&folder)?)?;
        let stats = stats(&folder)?;
        let files = std::fs::read_dir(&stats);
        let files = files.with_context(|| format!("cannot read {}", stats.display()))?;
        let mut files: Vec<PathBuf> = files.flatten().map(|file| file.path()).collect();
        files.retain(|file| file.extension().is_some_and(|ending| ending == "json"));
        files.sort();
        let mut world = World::default();
        for file in files {
            world.add(&file, &names);
        }
        Ok(world)
    }

    fn add(&mut self, file: &Path, names: &HashMap<String, PlayerName>) {
        let account = file.file_stem().unwrap_or_default().to_string_lossy();
        let account = account.to_ascii_lowercase();
        let Some(ticks) = json(file).ok().and_then(|stats| ticks(&stats)) else {
            self.unreadable.push(account);
            return;
        };
        match names.get(&account) {
            // An account may have taken a name that another one had; here a player is a name.
            Some(player) if ticks >= TICKS_PER_SECOND => {
                *self.seconds.entry(player.clone()).or_default() += ticks / TICKS_PER_SECOND;
            }
            Some(_) => {}
            None => self.unknown.push(account),
        }
    }
}

/// In the folder of the server, which is the parent of the world's.
fn usercache(folder: &Path) -> anyhow::Result<PathBuf> {
    let folders = [Some(folder), folder.parent()];
    let files = folders.into_iter().flatten();
    let mut files = files.map(|folder| folder.join("usercache.json"));
    match files.find(|file| file.is_file()) {
        Some(file) => Ok(file),
        None => bail!(
            "there is no usercache.json in {} or the folder above it; name the folder of the world, below that of the Minecraft server",
            folder.display()
        ),
    }
}

/// In the folder of the world, whose name the server's settings say. From version 26.1 on the game keeps it
/// with the players.
fn stats(folder: &Path) -> anyhow::Result<PathBuf> {
    let world = folder.join(level_name(folder));
    let worlds = [folder, world.as_path()];
    let mut places = worlds
        .iter()
        .flat_map(|world| ["stats", "players/stats"].map(|place| world.join(place)));
    match places.find(|place| place.is_dir()) {
        Some(place) => Ok(place),
        None => bail!(
            "there is no folder stats in {}; name the folder of a Minecraft world",
            folder.display()
        ),
    }
}

fn level_name(folder: &Path) -> String {
    let settings = std::fs::read_to_string(folder.join("server.properties"));
    let settings = settings.unwrap_or_default();
    let name = settings
        .lines()
        .find_map(|line| line.strip_prefix("level-name="));
    name.map_or("world", str::trim).to_owned()
}

/// Names that are no player's are left out: their accounts are unknown.
fn names(usercache: &Path) -> anyhow::Result<HashMap<String, PlayerName>> {
    let users: Vec<CachedUser> = json(usercache)
        .and_then(|users| Ok(serde_json::from_value(users)?))
        .with_context(|| format!("cannot read {}", usercache.display()))?;
    let users = users.into_iter();
    Ok(users
        .filter_map(|user| {
            let name = PlayerName::try_from(user.name.as_str()).ok()?;
            Some((user.uuid.to_ascii_lowercase(), name))
        })
        .collect())
}

fn json(path: &Path) -> anyhow::Result<Value> {
    if path.metadata()?.len() > MAX_BYTES {
        bail!("it is larger than anything Minecraft writes");
    }
    Ok(serde_json::from_slice(&std::fs::read(path)?)?)
}

/// The playtime in a file of any version since 1.7; none is 0, and what is no number is `None`.
fn ticks(stats: &Value) -> Option<u64> {
    let stats = stats.as_object()?;
    let custom = stats
        .get("stats")
        .and_then(|all| all.get("minecraft:custom"));
    let played = ["minecraft:play_time", "minecraft:play_one_minute"]
        .iter()
        .find_map(|name| custom?.get(name))
        .or_else(|| stats.get("stat.playOneMinute"));
    played.map_or(Some(0), Value::as_u64)
}

#[cfg(test)]
mod tests;
