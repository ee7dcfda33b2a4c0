//! Where the real binaries are.
//!
//! Cargo builds a binary beside the tests of *its own* package only, so this crate has cargo build
//! them once per run. Cargo knows best what they are made of, and has little to do when nothing has
//! changed.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// The workspace's folder.
pub fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("this crate lies within the workspace")
}

/// The path of the `oxeye` binary in the target folder and profile of the running program.
///
/// # Panics
/// When it cannot be built.
pub fn oxeye() -> PathBuf {
    built_folder().join("oxeye")
}

/// The path of the `oxeye-agent` binary there.
///
/// # Panics
/// When it cannot be built.
pub fn oxeye_agent() -> PathBuf {
    built_folder().join("oxeye-agent")
}

/// The folder of both binaries, once they are built.
fn built_folder() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = profile_folder();
        build(&folder);
        folder
    })
}
/// `target/debug` or `target/release`: where the running program or, for a test, its parent is.
fn profile_folder() -> PathBuf {
    let program = std::env::current_exe().expect("a running program has a path");
    let folder = program.parent().expect("a program lies in a folder");
    if folder.ends_with("deps") {
        folder.parent().unwrap_or(folder)
    } else {
        folder
    }
    .to_owned()
}

/// Builds with the features of the whole workspace, so that the dependencies which
/// `cargo test --workspace` has compiled are used again.
fn build(profile_folder: &Path) {
    let profile = match profile_folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let target = profile_folder
        .parent()
        .expect("a profile folder lies in a target folder");
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        // What the outer cargo says of the running test would make build scripts run again.
        let name = name.to_string_lossy();
        if name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_") {
            cargo.env_remove(&*name);
        }
    }
    let status = cargo
        .args([
            "build",
            "--workspace",
            "--bin",
            "oxeye",
            "--bin",
            "oxeye-agent",
        ])
        .args(["--profile", profile, "--target-dir"])
        .arg(target)
        .current_dir(workspace())
        .status()
        .expect("cargo can be run");
    assert!(status.success(), "cargo could not build the binaries");
}
