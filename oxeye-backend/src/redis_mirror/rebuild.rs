//! Writing everything, a step at a time, and then deleting the keys of players of whom nothing is known any more. Keys
//! with our names are ours: nobody else should write them into the same database.

use std::collections::VecDeque;

use oxeye_db::{Database, GuildId};
use oxeye_plugin_proto::PlayerName;
use redis::Pipeline;

use super::commands::Batch;
use super::link::Link;
use super::players::{PLAYERS_AT_ONCE, PlayerWriter};
use super::trouble::Trouble;
use crate::activity_records::RecordKey;

/// Keys that Redis looks at in one step.
const SCANNED_AT_ONCE: usize = 500;

/// Everything that is still to be written.
#[derive(Debug)]
pub(super) struct Rebuild {
    /// Whether the mark of this rebuild is written.
    pub(super) is_marked: bool,
    guilds: VecDeque<GuildId>,
    /// Players of the guild at the front.
    players: Option<VecDeque<PlayerName>>,
    /// Where the search for other keys goes on.
    cursor: u64,
}

impl Rebuild {
    /// Plans to write everything that there is now.
    pub(super) fn of(database: &Database) -> Self {
        Self {
            is_marked: false,
            guilds: database.activity_guilds().into_iter().collect(),
            players: None,
            cursor: 0,
        }
    }

    /// Takes a step. Returns whether it was the last one. A step that fails may be repeated.
    pub(super) async fn step(
        &mut self,
        writer: &mut PlayerWriter<'_>,
        link: &mut Link,
    ) -> Result<bool, Trouble> {
        let Some(guild) = self.guilds.front().copied() else {
            return self.delete_some(writer, link).await;
        };
        let Some(players) = &mut self.players else {
            let now = writer.now();
            let players = writer.database.activity_players(guild, now).await?;
            self.players = Some(players.into_iter().map(|player| player.name).collect());
            return Ok(false);
        };
        let some = players.iter().take(PLAYERS_AT_ONCE).cloned();
        let some: Vec<_> = some.collect();
        if some.is_empty() {
            self.guilds.pop_front();
            self.players = None;
            return Ok(false);
        }
        let count = some.len();
        writer.write(link, guild, some).await?;
        players.drain(..count);
        Ok(false)
    }

    /// Deletes keys of players of whom nothing is known. Returns whether all keys have been looked at.
    async fn delete_some(
        &mut self,
        writer: &PlayerWriter<'_>,
        link: &mut Link,
    ) -> Result<bool, Trouble> {
        let mut commands = Pipeline::new();
        let scan = commands.cmd("SCAN").arg(self.cursor);
        scan.arg("MATCH").arg("*activity:*");
        scan.arg("COUNT").arg(SCANNED_AT_ONCE);
        let ((cursor, keys),): ((u64, Vec<Vec<u8>>),) = link.send(&commands).await?;
        let mut batch = Batch::default();
        for text in keys.iter().filter_map(|key| str::from_utf8(key).ok()) {
            let Ok(key) = text.parse::<RecordKey>() else {
                continue;
            };
            let id = key.subject.player_id();
            if id.is_some_and(|id| !writer.known.has(key.guild, id)) {
                batch.delete(text);
            }
        }
        batch.send(link).await?;
        self.cursor = cursor;
        Ok(cursor == 0)
    }
}
