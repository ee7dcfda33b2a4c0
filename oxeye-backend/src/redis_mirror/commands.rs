//! Records as commands of Redis. Each key is written alone, so that a cluster can take the commands, and whole, so that
//! no reader sees half a list.

use std::collections::BTreeSet;
use std::time::Duration;

use oxeye_db::GuildId;
use oxeye_plugin_proto::UnixSeconds;
use redis::Pipeline;

use super::link::Link;
use super::trouble::Trouble;
use crate::activity_records::{Record, RecordKey, RecordValue};

/// The most keys that are written at once.
const KEYS: usize = 500;

/// The most bytes that are written at once, unless a single value has more.
const BYTES: usize = 1 << 20;

/// How long the set of players who are on outlives Oxeye.
pub(super) const ONLINE_LIFETIME: Duration = Duration::from_secs(90);

/// Commands that are sent together.
#[derive(Default)]
pub(super) struct Batch {
    commands: Pipeline,
    keys: usize,
    bytes: usize,
}

impl Batch {
    /// Adds a record of which time alone decides how long it lives.
    pub(super) fn write(&mut self, record: &Record, now: UnixSeconds) {
        let key = record.key.to_string();
        let expires_at = record.expires_at.unwrap_or(now);
        let seconds = expires_at.saturating_since(now).as_secs().max(1);
        match &record.value {
            RecordValue::Text(text) => {
                self.bytes += text.len();
                let set = self.commands.cmd("SET");
                set.arg(&key).arg(text).arg("EX").arg(seconds).ignore();
            }
            RecordValue::List(lines) => {
                self.bytes += lines.iter().map(String::len).sum::<usize>();
                self.replace("RPUSH", &key, lines, seconds);
            }
            RecordValue::Set(ids) => {
                self.bytes += ids.iter().map(String::len).sum::<usize>();
                self.replace("SADD", &key, ids.iter(), seconds);
            }
        }
        self.keys += 1;
    }

    /// Deletes a key.
    pub(super) fn delete(&mut self, key: &str) {
        self.commands.cmd("DEL").arg(key).ignore();
        self.keys += 1;
    }

    /// Adds players to and removes them from the set of those who are on.
    pub(super) fn change_online<'a>(
        &mut self,
        guild: GuildId,
        come: impl Iterator<Item = &'a String>,
        gone: impl Iterator<Item = &'a String>,
    ) {
        let key = RecordKey::online_players(guild).to_string();
        for (name, ids) in [
            ("SADD", come.collect::<Vec<_>>()),
            ("SREM", gone.collect::<Vec<_>>()),
        ] {
            for some in ids.chunks(KEYS) {
                self.commands.cmd(name).arg(&key).arg(some).ignore();
            }
        }
        let lifetime = ONLINE_LIFETIME.as_secs();
        self.commands.cmd("EXPIRE").arg(&key).arg(lifetime).ignore();
        self.keys += 1;
    }

    /// Replaces the set of players who are on. The new set is made under another name, which is in the same slot of a
    /// cluster.
    pub(super) fn replace_online(&mut self, guild: GuildId, ids: &BTreeSet<String>) {
        let key = RecordKey::online_players(guild).to_string();
        if ids.is_empty() {
            self.delete(&key);
            return;
        }
        let new = format!("{{{key}}}:new");
        self.commands.cmd("DEL").arg(&new).ignore();
        for some in ids.iter().collect::<Vec<_>>().chunks(KEYS) {
            self.commands.cmd("SADD").arg(&new).arg(some).ignore();
        }
        let lifetime = ONLINE_LIFETIME.as_secs();
        self.commands.cmd("EXPIRE").arg(&new).arg(lifetime).ignore();
        self.commands.cmd("RENAME").arg(&new).arg(&key).ignore();
        self.keys += 1;
    }

    /// Adds a command of another kind, which writes one key.
    pub(super) fn add(&mut self, command: redis::Cmd) {
        self.commands.add_command(command).ignore();
        self.keys += 1;
    }

    /// Sends the commands if there are many.
    pub(super) async fn send_if_full(&mut self, link: &mut Link) -> Result<(), Trouble> {
        match self.keys >= KEYS || self.bytes >= BYTES {
            true => self.send(link).await,
            false => Ok(()),
        }
    }

    /// Sends the commands.
    pub(super) async fn send(&mut self, link: &mut Link) -> Result<(), Trouble> {
        let batch = std::mem::take(self);
        match batch.commands.is_empty() {
            true => Ok(()),
            false => link.send(&batch.commands).await,
        }
    }

    fn replace<'a>(
        &mut self,
        add: &str,
        key: &str,
        values: impl IntoIterator<Item = &'a String>,
        seconds: u64,
    ) {
        let values: Vec<&String> = values.into_iter().collect();
        let commands = &mut self.commands;
        commands.cmd("MULTI").ignore();
        commands.cmd("DEL").arg(key).ignore();
        commands.cmd(add).arg(key).arg(values).ignore();
        commands.cmd("EXPIRE").arg(key).arg(seconds).ignore();
        commands.cmd("EXEC").ignore();
    }
}
