//! What is in a folder, seen from outside.

use std::path::Path;

/// Returns the names of the files in a folder.
///
/// # Panics
/// If there is no such folder.
pub fn file_names(folder: &Path) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("the folder is there");
    files
        .map(|file| {
            let name = file.expect("a file").file_name();
            name.to_string_lossy().into_owned()
        })
        .collect()
}

/// Returns the names of the files in a folder that contain these letters, or bytes.
///
/// # Panics
/// If there is no such folder, or a file cannot be read.
pub fn files_with(folder: &Path, letters: impl AsRef<[u8]>) -> Vec<String> {
    let letters = letters.as_ref();
    let mut names = file_names(folder);
    names.retain(|name| {
        let bytes = std::fs::read(folder.join(name)).expect("a file can be read");
        bytes.windows(letters.len()).any(|window| window == letters)
    });
    names
}
