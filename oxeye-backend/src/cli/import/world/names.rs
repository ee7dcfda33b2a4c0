//! The names of the accounts: from `usercache.json`, where Minecraft keeps the last 1,000 accounts, and from
//! `usernamecache.json`, where Forge and its forks keep all of them.
//!
//! Sources: <https://minecraft.wiki/w/Usercache.json>, and files of real servers.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::path::Path;
use std::time::Duration;

use anyhow::bail;
use chrono::{DateTime, Months};
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use oxeye_text::Text;
use serde_json::{Map, Value};
use uuid::Uuid;

use super::files::{read_file, without_byte_order_mark};

/// The files, the better one first: its entries have a time, and an account in both files was seen recently.
const FILES: [&str; 2] = ["usercache.json", "usernamecache.json"];

/// How many folders we search, from the given one upwards: `worlds/main/players/stats` is four below the server's.
const FOLDERS_UP: usize = 5;

/// How far ahead of now a time may be: a month in which summer time ends is an hour longer.
const AHEAD: Duration = Duration::from_secs(3600);

/// The reason why parts of a file cannot be used, as a sentence in the reader's language.
type Why = fn(Text) -> String;

/// The latest name of each account.
#[derive(Debug, Default)]
pub(super) struct Names {
    of: HashMap<Uuid, Known>,
    /// What is wrong with the files, one sentence each.
    pub(super) damaged: Vec<String>,
}

/// What is known of an account.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) name: PlayerName,
    /// When the entry expires, which is a month after the account was last seen. `None` if the file does not say.
    until: Option<i64>,
}

impl Names {
    /// Reads the files in the server's folder, which is the nearest one at or above `folder` that has any. Fails if
    /// there are none, or if nothing in them can be used.
    pub(super) fn beside(text: Text, folder: &Path) -> anyhow::Result<Names> {
        let has_any = |folder: &&Path| FILES.iter().any(|file| folder.join(file).exists());
        let Some(server) = folder.ancestors().take(FOLDERS_UP).find(has_any) else {
            bail!(text.no_user_cache(&folder.display().to_string()));
        };
        let mut names = Names::default();
        for file in FILES {
            let mut read = Names::default();
            read.add_file(text, &server.join(file));
            names.damaged.append(&mut read.damaged);
            for (account, known) in read.of {
                names.of.entry(account).or_insert(known);
            }
        }
        if names.of.is_empty() && !names.damaged.is_empty() {
            bail!(text.no_names(&names.damaged.join("; ")));
        }
        Ok(names)
    }

    pub(super) fn of(&self, account: Uuid) -> Option<&Known> {
        self.of.get(&account)
    }

    fn add_file(&mut self, text: Text, path: &Path) {
        if matches!(path.metadata(), Err(error) if error.kind() == ErrorKind::NotFound) {
            return;
        }
        let shown = path.display().to_string();
        match read_file(text, path) {
            Ok(bytes) => {
                let content = String::from_utf8_lossy(without_byte_order_mark(&bytes));
                if let Err(why) = self.add_text(&content) {
                    self.damaged.push(text.file_damaged(&shown, &why(text)));
                }
            }
            Err(why) => self.damaged.push(text.file_unreadable(&shown, &why)),
        }
    }

    /// Adds the entries of a file. Of a damaged file, adds those that can be read.
    fn add_text(&mut self, text: &str) -> Result<(), Why> {
        match serde_json::from_str(text) {
            Ok(Value::Array(entries)) => {
                entries.iter().for_each(|entry| self.add_entry(entry));
                Ok(())
            }
            Ok(entries @ Value::Object(_)) => {
                self.add_entry(&entries);
                Ok(())
            }
            Ok(_) => Err(Text::no_accounts),
            Err(_) => {
                readable(text).for_each(|entry| self.add_entry(&entry));
                Err(Text::not_json_throughout)
            }
        }
    }

    /// Adds `{"name": ..., "uuid": ..., "expiresOn": ...}` or `{UUID: name, ...}`, and ignores anything else.
    fn add_entry(&mut self, entry: &Value) {
        let Value::Object(fields) = entry else {
            return;
        };
        let text = |name| fields.get(name).and_then(Value::as_str);
        if let (Some(account), Some(name)) = (text("uuid"), text("name")) {
            self.add(account, name, text("expiresOn").and_then(time));
            return;
        }
        for (account, name) in fields {
            if let Some(name) = name.as_str() {
                self.add(account, name, None);
            }
        }
    }

    /// Adds a name. If an account has two names, the one that was seen later counts. Minecraft writes the latest name
    /// first, so without a time the first one counts.
    fn add(&mut self, account: &str, name: &str, until: Option<i64>) {
        let (Ok(account), Ok(name)) = (Uuid::try_parse(account), PlayerName::try_from(name)) else {
            return;
        };
        // This character stands for bytes that are not UTF-8.
        if name.as_str().contains(char::REPLACEMENT_CHARACTER) {
            return;
        }
        let known = self.of.get(&account);
        if known.is_none_or(|known| known.until < until) {
            self.of.insert(account, Known { name, until });
        }
    }
}

impl Known {
    /// Returns when the account was last seen, if the file says so and that time is possible.
    pub(super) fn seen_at(&self, now: UnixSeconds) -> Option<UnixSeconds> {
        let until = DateTime::from_timestamp(self.until?, 0)?;
        let seen_at = until.checked_sub_months(Months::new(1))?;
        let seen_at = UnixSeconds(seen_at.timestamp());
        let possible = UnixSeconds(0)..=now.plus(AHEAD);
        possible.contains(&seen_at).then_some(seen_at)
    }
}

/// Converts a time such as `2026-12-20 10:00:00 +0000` to seconds since 1970.
fn time(text: &str) -> Option<i64> {
    let time = DateTime::parse_from_str(text.trim(), "%Y-%m-%d %H:%M:%S %z").ok()?;
    Some(time.timestamp())
}

/// Returns what can be read of a damaged file. In both formats, the entries contain no objects.
fn readable(text: &str) -> impl Iterator<Item = Value> {
    text.split(['{', '}']).flat_map(|fields| {
        let whole = object(fields);
        let single = match &whole {
            Some(_) => "",
            None => fields,
        };
        whole
            .into_iter()
            .chain(single.split(',').filter_map(object))
    })
}

fn object(fields: &str) -> Option<Value> {
    let fields: Map<String, Value> = serde_json::from_str(&format!("{{{fields}}}")).ok()?;
    Some(Value::Object(fields))
}
