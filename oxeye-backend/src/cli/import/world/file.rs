//! One file beside a world, read if it can be what Minecraft or a mod loader has written.

use std::path::Path;

use oxeye_text::Text;

/// A file that Minecraft or a loader of mods has written. Larger ones are not theirs: the names of
/// 100,000 accounts have 6 MiB.
pub(super) fn read_file(text: Text, path: &Path) -> Result<Vec<u8>, String> {
    const MAX_BYTES: u64 = 16 << 20;

    let metadata = path.metadata().map_err(|error| error.to_string())?;
    if !metadata.is_file() {
        // Opening a pipe would wait for somebody to write into it.
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

/// An editor may have put a byte order mark before the text.
pub(super) fn without_mark(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}
