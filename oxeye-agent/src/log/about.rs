//! What a log says about the kind of server: its software and the version of Minecraft.
//!
//! These lines are printed once in each run, before the server lets players in; those of mod loaders even
//! before the line that counts as the boot.

use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::family::Family;
use super::grammar::java;
use super::head::{Head, Level};

/// The longest name or version that is kept, in bytes.
const MAX_BYTES: usize = 64;

/// The kind of server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct KindOfServer {
    /// The server software, such as `Paper`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) software: Option<String>,
    /// The version of Minecraft, such as `1.21.11`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) version: Option<String>,
    /// Whether the server has started since. The next line of this kind is about its next run.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    has_started: bool,
}

impl KindOfServer {
    /// Takes in a line.
    pub(super) fn note(&mut self, head: &Head<'_>, family: Option<Family>) {
        if head.level != Level::Usual {
            return;
        }
        let Some((software, version)) = said(head, family) else {
            return;
        };
        if self.has_started {
            *self = Self::default();
        }
        self.software = software.and_then(kept).or(self.software.take());
        self.version = version.and_then(kept).or(self.version.take());
    }

    /// Returns what is known when the server begins to start: only what was printed since the last start.
    pub(super) fn of_next_run(self) -> Self {
        if self.has_started {
            Self::default()
        } else {
            self
        }
    }

    /// Notes that the server has started.
    pub(super) fn note_start(&mut self) {
        self.has_started = true;
    }
}

/// The software and the version in a line.
type Said<'a> = (Option<&'a [u8]>, Option<&'a [u8]>);

/// Reads a line. The lines of mod loaders come from loggers of their own.
fn said<'a>(head: &Head<'a>, family: Option<Family>) -> Option<Said<'a>> {
    let message = head.message.trim_ascii();
    match message.first()? {
        b'L' => loading(message),
        b'F' | b'N' | b'M' => forge(message),
        b'B' => proxy(message.strip_prefix(b"Booting up ")?),
        b'E' => {
            let rest = message.strip_prefix(b"Enabled ")?;
            let end = memmem::find(rest, b" version git:")?;
            proxy(&rest[..end])
        }
        b'V' if family == Some(Family::Bedrock) => bedrock(message),
        b'[' if family == Some(Family::Bedrock) => bedrock(message.strip_prefix(b"[Server] ")?),
        b'S' | b'T' => {
            let said = starting(message).or_else(|| running(message));
            let is_native = || java::is_native(head.logger) || family == Some(Family::Pumpkin);
            said.filter(|_| is_native())
        }
        _ => None,
    }
}

/// Reads `Starting minecraft server version 1.21.11`, and the same of PocketMine-MP and Pumpkin.
fn starting(message: &[u8]) -> Option<Said<'_>> {
    let rest = message.strip_prefix(b"Starting ")?;
    if let Some(version) = rest.strip_prefix(b"minecraft server version ") {
        return Some((None, Some(version)));
    }
    if rest.starts_with(b"Minecraft: ") {
        let version = after(rest, b" server version ")?;
        return Some((None, Some(version.strip_prefix(b"v").unwrap_or(version))));
    }
    let rest = rest.strip_prefix(b"Pumpkin ")?;
    let version = after(rest, b" for Minecraft ").map(first_word);
    Some((Some(b"Pumpkin"), version))
}

/// Reads `This server is running Paper version 1.21.11-69-main@4186cc3 (Implementing API version ...)`.
/// The version of the game follows older ones as `(MC: 1.8.8)`; those of the software itself are left out.
fn running(message: &[u8]) -> Option<Said<'_>> {
    let rest = message.strip_prefix(b"This server is running ")?;
    let end = memmem::find(rest, b" version ")?;
    let software = word(&rest[..end])?;
    let version = after(rest, b"(MC: ").and_then(|rest| {
        let end = memchr::memchr(b')', rest)?;
        Some(&rest[..end])
    });
    Some((Some(software), version))
}

/// Reads `Loading Minecraft 1.21 with Fabric Loader 0.16.5`, and the same of Quilt.
fn loading(message: &[u8]) -> Option<Said<'_>> {
    let rest = message.strip_prefix(b"Loading Minecraft ")?;
    let loader = after(rest, b" with ")?;
    let is_loader = loader.starts_with(b"Fabric Loader ") || loader.starts_with(b"Quilt Loader ");
    is_loader.then(|| (Some(first_word(loader)), Some(first_word(rest))))
}

/// Reads `Forge mod loading, version 51.0.33, for MC 1.21.1` and its relatives.
fn forge(message: &[u8]) -> Option<Said<'_>> {
    const LOADERS: [(&[u8], &[u8]); 4] = [
        (b"NeoForge mod loading, version ", b"NeoForge"),
        (b"Forge mod loading, version ", b"Forge"),
        (b"Forge Mod Loader version ", b"Forge"),
        (b"MinecraftForge v", b"Forge"),
    ];
    let (_, software) = LOADERS
        .iter()
        .find(|(start, _)| message.starts_with(start))?;
    let version = after(message, b", for MC ").or_else(|| after(message, b" for Minecraft "));
    let version = version.map(|version| {
        let end = version.iter().position(|byte| b" ,".contains(byte));
        &version[..end.unwrap_or(version.len())]
    });
    Some((Some(software), version))
}

/// Reads the first word of a proxy's title. Its version is not one of Minecraft.
fn proxy(title: &[u8]) -> Option<Said<'_>> {
    Some((Some(word(first_word(title))?), None))
}

/// Reads `Version: 1.21.94.1`.
fn bedrock(message: &[u8]) -> Option<Said<'_>> {
    let version = message.strip_prefix(b"Version: ")?;
    let is_version = version
        .iter()
        .all(|byte| byte.is_ascii_digit() || *byte == b'.');
    is_version.then_some((Some(b"Bedrock Dedicated Server"), Some(version)))
}

fn after<'a>(text: &'a [u8], mark: &[u8]) -> Option<&'a [u8]> {
    let at = memmem::find(text, mark)?;
    Some(&text[at + mark.len()..])
}

fn first_word(text: &[u8]) -> &[u8] {
    text.split(|byte| *byte == b' ').next().unwrap_or_default()
}

/// Returns the text if it can be the name of a program.
fn word(text: &[u8]) -> Option<&[u8]> {
    let in_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
    (!text.is_empty() && text.iter().all(in_name)).then_some(text)
}

fn kept(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?.trim();
    (!text.is_empty() && text.len() <= MAX_BYTES).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use crate::log::{LogOptions, LogReader};

    /// Reads these lines, and compares the software and the version.
    #[track_caller]
    fn check(lines: &[&str], software: Option<&str>, version: Option<&str>) {
        let mut reader = LogReader::new(LogOptions::default());
        for line in lines {
            reader.read_line(line.as_bytes());
        }
        let kind = reader.kind_of_server();
        let said = (kind.software.as_deref(), kind.version.as_deref());
        assert_eq!(said, (software, version), "{lines:?}");
    }

    const BOOT: &str = "[12:00:00] [Server thread/INFO]: Starting minecraft server version 1.21.11";
    const DONE: &str = "[12:00:09] [Server thread/INFO]: Done (7.6s)! For help, type \"help\"";

    #[test]
    fn servers_say_what_they_are_while_they_start() {
        let paper = "[12:00:00] [Server thread/INFO]: This server is running Paper version 1.21.11-69-main@4186cc3 (2026-01-01T00:00:00Z) (Implementing API version 1.21.11-R0.1-SNAPSHOT)";
        check(&[BOOT], None, Some("1.21.11"));
        check(&[BOOT, paper, DONE], Some("Paper"), Some("1.21.11"));
        let old = "2013-03-20 10:00:01 [INFO] This server is running CraftBukkit version git-Bukkit (MC: 1.5.1)";
        check(&[old], Some("CraftBukkit"), Some("1.5.1"));
        let fabric = "[12:00:00] [main/INFO]: Loading Minecraft 1.21 with Fabric Loader 0.16.5";
        check(&[fabric], Some("Fabric"), Some("1.21"));
        let forge = "[12:00:00] [Server thread/INFO] [net.minecraftforge.common.ForgeMod/FORGEMOD]: Forge mod loading, version 51.0.33, for MC 1.21 with MCP 20240613";
        check(&[forge], Some("Forge"), Some("1.21"));
        let bedrock = "[2025-07-18 01:00:00:002 INFO] Version: 1.21.94.1";
        let starting = "[2025-07-18 01:00:00:001 INFO] Starting Server";
        let software = Some("Bedrock Dedicated Server");
        check(&[starting, bedrock], software, Some("1.21.94.1"));
        let velocity = "[10:00:00 INFO]: Booting up Velocity 3.3.0-SNAPSHOT (git-1)...";
        check(&[velocity], Some("Velocity"), None);
        let bungee = "22:00:00 [INFO] Enabled BungeeCord version git:BungeeCord-Bootstrap:1.21:1";
        check(&[bungee], Some("BungeeCord"), None);
    }

    #[test]
    fn a_mod_loader_is_named_before_the_boot_and_forgotten_with_the_next_run() {
        let fabric = "[12:00:00] [main/INFO]: Loading Minecraft 1.21.11 with Fabric Loader 0.16.5";
        check(&[fabric, BOOT, DONE], Some("Fabric"), Some("1.21.11"));
        check(&[fabric, BOOT, DONE, BOOT], None, Some("1.21.11"));
        check(&[BOOT, DONE, fabric, BOOT], Some("Fabric"), Some("1.21.11"));
    }

    #[test]
    fn players_and_plugins_cannot_say_what_a_server_is() {
        for line in [
            "[12:00:01] [Server thread/INFO]: <Alex> This server is running Foo version 1",
            "[12:00:01] [Server thread/INFO] [plugin]: This server is running Foo version 1",
            "[12:00:01] [Server thread/INFO]: This server is running @everyone version 1",
            "[12:00:01] [Server thread/WARN]: This server is running Foo version 1",
        ] {
            check(&[BOOT, line], None, Some("1.21.11"));
        }
    }
}
