//! Where the program of a command is.

use std::path::{Path, PathBuf};
use std::{env, fs, path};

use oxeye_process::settings;

/// Returns the path of a program. A name with a slash is relative to our working directory, because that
/// of a server is the folder of its world. For the same reason, relative folders in `PATH` do not count.
pub(super) fn find(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return path::absolute(program).ok();
    }
    let folders = settings::variable("PATH").ok()??;
    env::split_paths(&folders)
        .filter(|folder| folder.is_absolute())
        .map(|folder| folder.join(program))
        .find(|path| is_executable(path))
}

fn is_executable(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_found_in_path_or_from_our_working_directory() {
        let found = find("sh").unwrap();
        assert!(
            found.is_absolute() && found.ends_with("sh"),
            "{}",
            found.display()
        );

        let relative = find("./server").unwrap();
        assert!(relative.is_absolute() && relative.ends_with("server"));

        assert_eq!(find("no-such-program-here"), None);
    }
}
