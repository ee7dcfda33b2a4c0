//! Finds the statistics of a Minecraft world, and reads the files of its server.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use oxeye_probe::ServerProperties;
use oxeye_text::Text;

/// Where the folder of a world holds statistics. Since version 26.1 the game keeps them with the players. What an
/// upgrade has left in the old place still counts.
const PLACES: [&str; 2] = ["stats", "players/stats"];

/// Returns the folders with the statistics of the world in `folder`, or of the world that the server in `folder`
/// is configured to use.
pub(super) fn stats_folders(text: Text, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
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

/// Returns the folders that may be the world, the most likely one first. If the server's settings name a world, we
/// do not guess: we might import the playtime of another world.
fn worlds(text: Text, folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let file = folder.join("server.properties");
    if !file.exists() {
        return Ok(vec![folder.to_owned(), folder.join("world")]);
    }
    let (properties, _) = ServerProperties::read(&file)
        .with_context(|| text.which_world(&file.display().to_string()))?;
    let name = properties.level_name;
    // On Windows, the name of a folder cannot end with a blank.
    let trimmed = folder.join(name.trim_end());
    Ok(vec![folder.join(name), trimmed, folder.to_owned()])
}

/// Returns the worlds in `folder`, as suggestions.
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

/// Reads a file that Minecraft or a mod loader has written. Larger files cannot be theirs: the names of 100,000
/// accounts take 6 MiB.
pub(super) fn read_file(text: Text, path: &Path) -> Result<Vec<u8>, String> {
    const MAX_BYTES: u64 = 16 << 20;

    let metadata = path.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        // Opening a pipe would block until somebody writes to it.
        return Err(text.not_a_file());
    }
    if metadata.len() > MAX_BYTES {
        return Err(text.too_large());
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    if bytes.trim_ascii().is_empty() {
        return Err(text.empty_file());
    }
    Ok(bytes)
}

/// Removes the byte order mark that some editors write at the beginning.
pub(super) fn without_byte_order_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
