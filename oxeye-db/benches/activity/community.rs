//! The players of the benchmark, and their 30 days.

use std::ops::Range;
use std::path::Path;

use oxeye_db::activity::path_beside;
use oxeye_db::testing::{TestStore, player};
use oxeye_db::{ActivityReport, GuildId, PlayerName, ServerId, SyncEvent, SyncPlayer, UnixSeconds};
use rusqlite::{Connection, params};
use serde_json::json;
use uuid::Uuid;

/// 2026-11-28 12:00 UTC.
pub(crate) const NOW: UnixSeconds = UnixSeconds(1_795_867_200);
const DAY: i64 = 86_400;
const DAYS: i64 = 30;
/// The counters that every player has raised on every day.
pub(crate) const COUNTERS: [&str; 3] = ["actions", "deaths", "trade_volume"];
/// Players of the large guild, and of each other guild.
const LARGE: i64 = 50_000;
const OTHERS: i64 = 10_000;
/// One in this many players is on.
const ON: i64 = 100;
/// One in this many players has a name that another account used before.
const CONTESTED: i64 = 200;
/// So many days ago, those names changed hands.
const TAKEN_OVER: i64 = 15;
/// Events that are kept of each player.
const EVENTS: i64 = 5;
/// Events that have not been moved to their players' others yet, of one player each: as many as there can be.
const RECENT: i64 = 16_383;

/// All players, numbered from 1, guild by guild.
#[derive(Debug)]
pub(crate) struct Community {
    /// The numbers of each guild's players; the large guild comes first. Guilds have one server each, of the same number.
    guilds: Vec<Range<i64>>,
    pub(crate) players: i64,
}

impl Community {
    /// Returns so many players.
    pub(crate) fn of(players: i64) -> Self {
        let mut guilds = Vec::new();
        let mut first = 1;
        while first <= players {
            let size = if guilds.is_empty() { LARGE } else { OTHERS };
            let end = (first + size).min(players + 1);
            guilds.push(first..end);
            first = end;
        }
        Self { guilds, players }
    }

    fn guild(number: usize) -> GuildId {
        GuildId(number as u64 + 1)
    }

    /// Returns the large guild, and how many players it has.
    pub(crate) fn large(&self) -> (GuildId, i64) {
        (Self::guild(0), self.guilds[0].end - 1)
    }

    /// Returns a player by number, and the guild.
    pub(crate) fn player(&self, number: i64) -> (GuildId, PlayerName) {
        let guild = self.guilds.partition_point(|players| players.end <= number);
        (Self::guild(guild), player(&name(number)))
    }

    /// Links the servers, and makes the file of activity.
    pub(crate) async fn link(&self, store: &TestStore) {
        for number in 0..self.guilds.len() {
            let (server, _) = store.link(Self::guild(number), "survival", NOW).await;
            assert_eq!(server.0, number as i64 + 1);
        }
        let event = json!({"player": "Nobody", "event_type": "dock"});
        let report = ActivityReport::Single {
            event: serde_json::from_value(event).unwrap(),
            idempotency_key: None,
        };
        let taken = store.take_activity(ServerId(1).into(), report, NOW).await;
        taken.unwrap();
    }

    /// Lets the servers report who is on, as they do after a start.
    pub(crate) async fn awake(&self, store: &TestStore) {
        for (server, players) in (1..).zip(&self.guilds) {
            let on = players.clone().filter(|player| is_on(*player));
            let on = on.map(|number| SyncPlayer {
                uuid: Some(Uuid::from_u128(account(number, 0))),
                ..SyncPlayer::new(player(&name(number)))
            });
            let on = SyncEvent::from(on.collect::<Vec<_>>());
            let synced = store.sync_players(ServerId(server), on, NOW).await;
            synced.unwrap();
        }
    }

    /// Writes everything that the players did into a store that is closed.
    pub(crate) fn fill(&self, file: &Path) {
        let mut presence = bulk(file);
        self.fill_presence(&mut presence).unwrap();
        let mut activity = bulk(&path_beside(file));
        self.fill_activity(&mut activity).unwrap();
    }

    fn each(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        let guilds = (1..).zip(&self.guilds);
        guilds.flat_map(|(guild, players)| players.clone().map(move |player| (guild, player)))
    }

    fn fill_presence(&self, file: &mut Connection) -> rusqlite::Result<()> {
        let filling = file.transaction()?;
        {
            let mut add = filling.prepare("INSERT INTO players (id, name) VALUES (?1, ?2)")?;
            for (_, player) in self.each() {
                add.execute(params![player, name(player)])?;
            }
            self.fill_accounts(&filling)?;
            let mut add = filling.prepare(
                "INSERT INTO sessions (server_id, player_id, joined_at, left_at, seen_at, ended, account)
                 VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
            )?;
            for ago in (0..DAYS).rev() {
                for (server, player) in self.each() {
                    let joined_at = joined_at(player, ago);
                    let is_open = ago == 0 && is_on(player);
                    let left_at = (!is_open).then(|| joined_at + 600 + spread(player, ago, 5_400));
                    let ended = (!is_open).then_some("left");
                    let account = account_id(player, ago);
                    add.execute(params![server, player, joined_at, left_at, ended, account])?;
                }
            }
        }
        filling.commit()
    }

    fn fill_accounts(&self, file: &Connection) -> rusqlite::Result<()> {
        let mut add = file.prepare("INSERT INTO accounts (id, uuid) VALUES (?1, ?2)")?;
        let mut used = file.prepare(
            "INSERT INTO player_uuids (player_id, guild_id, uuid, first_reported_at, last_reported_at)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?;
        for (guild, player) in self.each() {
            // The days on which each account had the name, the first one first.
            let uses = match is_contested(player) {
                true => vec![(DAYS - 1, TAKEN_OVER), (TAKEN_OVER - 1, 0)],
                false => vec![(DAYS - 1, 0)],
            };
            for (first, last) in uses {
                let uuid = account(player, last).to_be_bytes();
                add.execute(params![account_id(player, last), uuid])?;
                let (first, last) = (joined_at(player, first), joined_at(player, last));
                used.execute(params![player, guild, uuid, first, last])?;
            }
        }
        Ok(())
    }

    fn fill_activity(&self, file: &mut Connection) -> rusqlite::Result<()> {
        let filling = file.transaction()?;
        filling.execute_batch(
            "DELETE FROM events; DELETE FROM recent_events; DELETE FROM players;
             DELETE FROM day_counters;",
        )?;
        let mut word = filling.prepare("INSERT OR IGNORE INTO words (word) VALUES (?1)")?;
        for name in COUNTERS.into_iter().chain(["sectors"]) {
            word.execute([name])?;
        }
        drop(word);
        self.fill_players(&filling)?;
        let today = NOW.0.div_euclid(DAY);
        let mut add = filling.prepare(
            "INSERT INTO day_counters (guild_id, counter_id, day, player_id, amount)
             SELECT ?1, id, ?3, ?4, ?5 FROM words WHERE word = ?2",
        )?;
        for (guild, players) in (1..).zip(&self.guilds) {
            for counter in COUNTERS {
                for ago in (0..DAYS).rev() {
                    for player in players.clone() {
                        let amount = 1 + spread(player, ago, 50);
                        let amount = match counter {
                            "trade_volume" => amount as f64 + 0.35,
                            // All have the same: names decide.
                            "deaths" => 1.0,
                            _ => amount as f64,
                        };
                        add.execute(params![guild, counter, today - ago, player, amount])?;
                    }
                }
            }
        }
        drop(add);
        filling.commit()
    }

    fn fill_players(&self, file: &Connection) -> rusqlite::Result<()> {
        let mut add = file.prepare(
            "INSERT INTO players (id, guild_id, name, uuid, events, last_event_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?;
        let mut event = file.prepare(
            "INSERT INTO events (player_id, slot, number, type, at, details)
             VALUES (?1, ?2, ?2, 'dock', ?3, '')",
        )?;
        let mut recent = file.prepare(
            "INSERT INTO recent_events (guild_id, player_id, number, type, at, details, counters, collected)
             VALUES (?1, ?2, ?3, 'dock', ?4, '', x'', '')",
        )?;
        let mut collect = file.prepare(
            "INSERT INTO collected (player_id, day, collection_id, value, at)
             SELECT ?1, ?2, id, ?3, ?4 FROM words WHERE word = 'sectors'",
        )?;
        for (guild, player) in self.each() {
            let uuid = (player % 2 == 0).then(|| account(player, 0).to_be_bytes());
            let last = joined_at(player, 0) + 60;
            add.execute(params![player, guild, name(player), uuid, EVENTS, last])?;
            for number in 0..EVENTS {
                event.execute(params![player, number, last - EVENTS + 1 + number])?;
            }
            if player <= RECENT {
                recent.execute(params![guild, player, EVENTS, last])?;
            }
            for ago in [21, 14, 7, 0] {
                let at = joined_at(player, ago) + 30;
                let sector = spread(player, ago, 1_000).to_string();
                collect.execute(params![player, at.div_euclid(DAY), sector, at])?;
            }
        }
        Ok(())
    }
}

/// Opens a file for bulk writes.
fn bulk(file: &Path) -> Connection {
    let connection = Connection::open(file).unwrap();
    for (setting, value) in [("synchronous", "OFF"), ("cache_size", "-1000000")] {
        connection.pragma_update(None, setting, value).unwrap();
    }
    // The log would hold the whole store once more.
    let mode = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
    let set = connection.pragma_update_and_check(None, "journal_mode", "OFF", mode);
    assert_eq!(set.unwrap(), "off");
    connection
}

fn name(player: i64) -> String {
    match player % 50 {
        0 => format!("Spieler_\u{c4}{player}"),
        _ => format!("Player{player}"),
    }
}

fn is_contested(player: i64) -> bool {
    player % CONTESTED == 0
}

fn is_former(player: i64, ago: i64) -> bool {
    is_contested(player) && ago >= TAKEN_OVER
}

/// Returns the number of the account that had a player's name some days ago.
fn account_id(player: i64, ago: i64) -> i64 {
    player * 2 + i64::from(is_former(player, ago))
}

/// Returns the UUID of the account that had a player's name some days ago, as Mojang gives them out.
fn account(player: i64, ago: i64) -> u128 {
    let number = account_id(player, ago) as u128;
    number << 96 | 1 << 95 | 4 << 76 | 8 << 60 | number
}

fn is_on(player: i64) -> bool {
    player % ON == 0
}

/// Returns when a player joined some days ago: between midnight and 10:00.
fn joined_at(player: i64, ago: i64) -> i64 {
    NOW.0.div_euclid(DAY) * DAY - ago * DAY + spread(player, ago, 36_000)
}

/// Returns a number below a limit that looks random.
fn spread(player: i64, ago: i64, below: i64) -> i64 {
    let mixed = (player * 31 + ago + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64.cast_signed());
    (mixed >> 33).rem_euclid(below)
}
