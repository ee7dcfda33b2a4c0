//! The command of the engine `process`.

use std::path::{Path, PathBuf};

use super::Finding;
use crate::settings::Settings;
use crate::text::Text;

pub(super) fn finding(settings: &Settings, text: Text) -> Finding {
    let Some(command) = &settings.command else {
        return Finding::Fine(text.command_not_set());
    };
    let program = command.program();
    match found(program) {
        Some(path) => Finding::Fine(text.command_found(program, &path.display().to_string())),
        None => Finding::Wrong(text.command_not_found(program)),
    }
}

/// Returns the path of a program, as the operating system finds it.
fn found(program: &str) -> Option<PathBuf> {
    if program.contains('/') {
        return Some(PathBuf::from(program)).filter(|path| is_program(path));
    }
    let path = oxeye_process::settings::variable("PATH").ok()??;
    let candidates = std::env::split_paths(&path).map(|folder| folder.join(program));
    candidates.into_iter().find(|path| is_program(path))
}

#[cfg(unix)]
fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    let metadata = std::fs::metadata(path);
    metadata.is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o111 != 0)
}

#[cfg(not(unix))]
fn is_program(path: &Path) -> bool {
    path.is_file()
}
