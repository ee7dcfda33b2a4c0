//! Where the real binaries are.
//!
//! Cargo builds a binary beside the tests only for binaries of the *same* package. So this package
//! has a thin binary for each program, which calls the program's own `main`: `cargo test` builds it
//! in the same run as the tests, from the same library. The programs that measure (such as `load`)
//! run the binaries that people install, and have cargo build them first.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The workspace's folder.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this crate lies within the workspace")
}

/// Returns the path of the `oxeye` binary of the running program's profile.
///
/// # Panics
/// If it cannot be built.
pub fn oxeye() -> PathBuf {
    path_of("oxeye")
}

/// Returns the path of the `oxeye-agent` binary of that profile.
///
/// # Panics
/// If it cannot be built.
pub fn oxeye_agent() -> PathBuf {
    path_of("oxeye-agent")
}

/// Returns the path of the `oxeye-fleet` binary of that profile.
///
/// # Panics
/// If it cannot be built.
pub fn oxeye_fleet() -> PathBuf {
    path_of("oxeye-fleet")
}

fn path_of(program: &str) -> PathBuf {
    let running = std::env::current_exe().expect("a running program has a path");
    let folder = running.parent().expect("a program lies in a folder");
    if folder.ends_with("deps") {
        let profile_folder = folder.parent().expect("`deps` lies in a profile's folder");
        profile_folder.join(format!("{program}-under-test"))
    } else {
        installed_binaries(folder).join(program)
    }
}

/// Returns the folder of the binaries that people install, after cargo has built them.
fn installed_binaries(profile_folder: &Path) -> &Path {
    static BUILT: OnceLock<()> = OnceLock::new();
    BUILT.get_or_init(|| build(profile_folder));
    profile_folder
}

/// Builds with the features of the whole workspace, so that dependencies already compiled are
/// reused.
fn build(profile_folder: &Path) {
    let profile = match profile_folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let target = profile_folder
        .parent()
        .expect("a profile folder lies in a target folder");
    let mut cargo = Command::new(env!("CARGO"));
    #[expect(
        clippy::disallowed_methods,
        reason = "variables that a process inherits are removed, whatever they are"
    )]
    for (name, _) in std::env::vars_os() {
        // Variables that the outer cargo sets for the running program would make build scripts run
        // again.
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&*name);
        }
    }
    let status = cargo
        .args(["build", "--workspace"])
        .args([
            "--bin",
            "oxeye",
            "--bin",
            "oxeye-agent",
            "--bin",
            "oxeye-fleet",
        ])
        .args(["--profile", profile, "--target-dir"])
        .arg(target)
        .current_dir(workspace())
        .status()
        .expect("cargo can be run");
    assert!(status.success(), "cargo could not build the binaries");
}
