//! One file beside a world, read if it can be what Minecraft or a mod loader has written.

use std::path::Path;

/// A file that Minecraft or a loader of mods has written. Larger ones are not theirs: the names of
/// 100,000 accounts have 6 MiB.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, String> {
    const MAX_BYTES: u64 = 16 << 20;

    let metadata = path.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        // Opening a pipe would wait for somebody to write into it.
        return Err("it is not a file".to_owned());
    }
    if metadata.len() > MAX_BYTES {
        return Err("it is larger than anything Minecraft writes".to_owned());
    }
    let bytes = std::fs::read(path).map_err(|error| error.to_string())?;
    if bytes.trim_ascii().is_empty() {
        return Err("it is empty".to_owned());
    }
    Ok(bytes)
}

/// An editor may have put a byte order mark before the text.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
