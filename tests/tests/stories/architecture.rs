//! Which of our crates may use which, and where the outside world may be reached.

mod rules;
mod sql;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use oxeye_tests::binary;
use serde_json::Value;

/// The crates of ours that each crate may use. Dependencies point at what changes least.
const MAY_USE: [(&str, &[&str]); 13] = [
    ("oxeye-plugin-proto", &[]),
    ("oxeye-process", &["oxeye-plugin-proto"]),
    (
        "oxeye-plugin-client",
        &["oxeye-plugin-proto", "oxeye-process"],
    ),
    ("oxeye-probe", &["oxeye-process"]),
    ("oxeye-render", &[]),
    ("oxeye-sqlite", &["oxeye-process"]),
    ("oxeye-catalogue", &[]),
    (
        "oxeye-db",
        &["oxeye-plugin-proto", "oxeye-render", "oxeye-sqlite"],
    ),
    (
        "oxeye-agent",
        &[
            "oxeye-plugin-proto",
            "oxeye-process",
            "oxeye-plugin-client",
            "oxeye-probe",
        ],
    ),
    (
        "oxeye-fleet",
        &[
            "oxeye-plugin-proto",
            "oxeye-process",
            "oxeye-plugin-client",
            "oxeye-probe",
            "oxeye-catalogue",
            "oxeye-sqlite",
        ],
    ),
    (
        "oxeye-text",
        &["oxeye-plugin-proto", "oxeye-catalogue", "oxeye-db"],
    ),
    (
        "oxeye-bot",
        &[
            "oxeye-plugin-proto",
            "oxeye-process",
            "oxeye-db",
            "oxeye-text",
        ],
    ),
    (
        "oxeye-backend",
        &[
            "oxeye-plugin-proto",
            "oxeye-process",
            "oxeye-plugin-client",
            "oxeye-probe",
            "oxeye-render",
            "oxeye-db",
            "oxeye-text",
            "oxeye-bot",
        ],
    ),
];

/// Libraries that only some crates may use: DNS, containers, SQL, Discord, HTTP serving, pixels.
const BELONGS_TO: [(&str, &[&str]); 10] = [
    ("hickory-resolver", &["oxeye-probe"]),
    ("bollard", &["oxeye-fleet"]),
    ("rusqlite", &["oxeye-sqlite", "oxeye-db", "oxeye-fleet"]),
    ("fluent-bundle", &["oxeye-catalogue"]),
    ("serenity", &["oxeye-bot"]),
    ("poise", &["oxeye-bot"]),
    ("axum", &["oxeye-backend", "oxeye-fleet"]),
    ("hyper", &["oxeye-backend", "oxeye-fleet"]),
    ("plotters", &["oxeye-render"]),
    ("resvg", &["oxeye-render"]),
];

/// Returns the dependencies of every crate of the workspace but this one: optional ones as well,
/// but not those that only the crate's own tests need.
fn dependencies() -> BTreeMap<String, Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--no-deps",
            "--offline",
            "--format-version",
            "1",
        ])
        .current_dir(binary::workspace())
        .output()
        .expect("cargo can be run");
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo prints JSON");
    let packages = metadata["packages"].as_array().expect("packages").iter();
    let packages = packages.filter(|package| package["name"] != "oxeye-tests");
    packages
        .map(|package| (text(&package["name"]), uses(package)))
        .collect()
}

fn uses(package: &Value) -> Vec<String> {
    let all = package["dependencies"]
        .as_array()
        .expect("dependencies")
        .iter();
    let normal = all.filter(|dependency| dependency["kind"].is_null());
    normal.map(|dependency| text(&dependency["name"])).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[test]
fn our_crates_use_only_crates_that_change_less() {
    let allowed = BTreeMap::from(MAY_USE);
    for (name, uses) in dependencies() {
        let may_use = allowed
            .get(name.as_str())
            .unwrap_or_else(|| panic!("MAY_USE has no entry for {name}"));
        for used in uses.iter().filter(|used| used.starts_with("oxeye-")) {
            assert!(
                may_use.contains(&used.as_str()),
                "{name} must not use {used}"
            );
        }
    }
}

#[test]
fn only_their_own_crates_use_sql_discord_and_http() {
    for (name, uses) in dependencies() {
        for (library, homes) in BELONGS_TO {
            let used = uses.iter().any(|used| used == library);
            assert!(
                !used || homes.contains(&name.as_str()),
                "{name} uses {library}, which belongs to {homes:?}"
            );
        }
    }
}

#[test]
fn the_protocol_and_the_renderer_do_no_io() {
    let all = dependencies();
    for name in ["oxeye-plugin-proto", "oxeye-render"] {
        for library in ["tokio", "reqwest", "hyper"] {
            assert!(
                !all[name].iter().any(|used| used == library),
                "{name} uses {library}"
            );
        }
    }
}

#[test]
fn http_does_not_know_discord() {
    let source = binary::workspace().join("oxeye-backend/src");
    let mut http = sources(&source.join("http"));
    http.push(source.join("http.rs"));
    for path in http {
        let source = std::fs::read_to_string(&path).expect("a source is text");
        for word in ["oxeye_bot", "serenity", "poise"] {
            assert!(!source.contains(word), "{} mentions {word}", path.display());
        }
    }
}

#[test]
fn only_the_program_knows_the_bot() {
    let folder = binary::workspace().join("oxeye-backend/src");
    let is_program =
        |path: &Path| path == folder.join("program.rs") || path.starts_with(folder.join("program"));
    for path in sources(&folder) {
        let source = std::fs::read_to_string(&path).expect("a source is text");
        assert!(
            !source.contains("oxeye_bot::") || is_program(&path),
            "{} uses the bot",
            path.display()
        );
    }
}

#[test]
fn the_bot_does_not_know_http() {
    for path in sources(&binary::workspace().join("oxeye-bot/src")) {
        let source = std::fs::read_to_string(&path).expect("a source is text");
        for word in ["oxeye_backend", "axum::", "hyper::"] {
            assert!(!source.contains(word), "{} mentions {word}", path.display());
        }
    }
}

/// Returns the Rust files below a folder, which must hold at least one.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let sources = sources_below(folder);
    assert!(!sources.is_empty(), "{} holds no source", folder.display());
    sources
}

fn sources_below(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let below = entries.map(|entry| entry.path()).flat_map(|path| {
        if path.is_dir() {
            sources_below(&path)
        } else {
            vec![path]
        }
    });
    below
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .collect()
}
