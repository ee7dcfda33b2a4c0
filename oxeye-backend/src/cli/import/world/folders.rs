//! Where a server keeps the statistics of its world.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use oxeye_probe::ServerProperties;
use oxeye_text::Text;

/// In the folder of a world. From version 26.1 on the game keeps them with the players, and what an
/// upgrade has left in the other place counts too.
const PLACES: [&str; 2] = ["stats", "players/stats"];

/// The folders with the statistics of the world at `folder`, or of the one that the server there is
/// set to.
pub(super) fn stats(text: Text, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if folder.ends_with("stats") {
        return Ok(vec![folder.to_owned()]);
    }
    let found = worlds(text, folder)?
        .iter()
        .map(|world| places(world))
        .find(|places| !places.is_empty());
    if let Some(places) = found {
        return Ok(places);
    }
    let (path, others) = (folder.display().to_string(), others(folder));
    if others.is_empty() {
        bail!(text.no_stats(&path));
    }
    bail!(text.no_stats_but(&path, &text.either(&others)))
}

fn places(world: &Path) -> Vec<PathBuf> {
    let places = PLACES.map(|place| world.join(place));
    places.into_iter().filter(|place| place.is_dir()).collect()
}

/// Which folders may be the world, the likeliest first. Nothing is guessed where the server's settings
/// name one: another world's playtime would be imported in its place.
fn worlds(text: Text, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let file = folder.join("server.properties");
    if !file.exists() {
        return Ok(vec![folder.to_owned(), folder.join("world")]);
    }
    let (properties, _) = ServerProperties::read(&file)
        .with_context(|| text.which_world(&file.display().to_string()))?;
    let name = properties.level_name;
    // Windows takes no blank at the end of a folder's name.
    let trimmed = folder.join(name.trim_end());
    Ok(vec![folder.join(name), trimmed, folder.to_owned()])
}

/// What else could have been meant.
fn others(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut worlds: Vec<String> = entries
        .map(|entry| entry.path())
        .filter(|path| !places(path).is_empty())
        .map(|path| path.display().to_string())
        .collect();
    worlds.sort();
    worlds
}
