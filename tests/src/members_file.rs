//! A file of members' sessions, as an earlier run of the backend would have left it.

use std::path::Path;
use std::time::SystemTime;

use rusqlite::{Connection, params};

use crate::backend::Setup;

const SCHEMA: &str = include_str!("../../oxeye-db/migrations-presence/0001_presence.sql");

/// The guild that keeps all six kinds.
pub const GUILD: &str = "123456789012345678";
/// A member who is in voice, plays and listens.
pub const ALEX: &str = "234567890123456789";
/// A member who plays the same.
pub const BEA: &str = "345678901234567890";
/// How long Alex and Bea have been at it, in seconds.
pub const LASTED: i64 = 3_600;
/// How long ago the backend was killed, in seconds.
pub const AWAY: i64 = 120;

impl Setup {
    /// Puts the file into the folder: what Alex and Bea did for an hour, until two minutes ago, and what they did the
    /// hour before.
    ///
    /// # Panics
    /// If it cannot be written.
    #[must_use]
    pub fn with_members(self) -> Self {
        write(&self.folder().join("oxeye-presence.db")).expect("the file can be written");
        self
    }
}

/// Writes that the guild keeps everything, and that Alex and Bea joined.
fn write_consents(file: &Connection, joined: i64, now: i64) -> rusqlite::Result<()> {
    for kind in 0..6 {
        let row = params![GUILD.parse::<i64>().ok(), kind, joined];
        file.execute("INSERT INTO guild_kinds VALUES (?1, ?2, ?3)", row)?;
    }
    for user in [ALEX, BEA] {
        let row = params![
            GUILD.parse::<i64>().ok(),
            user.parse::<i64>().ok(),
            joined,
            now
        ];
        file.execute("INSERT INTO members VALUES (?1, ?2, ?3, ?4)", row)?;
        for kind in 0..6 {
            let row = params![
                GUILD.parse::<i64>().ok(),
                user.parse::<i64>().ok(),
                kind,
                joined
            ];
            file.execute("INSERT INTO member_kinds VALUES (?1, ?2, ?3, ?4)", row)?;
        }
    }
    Ok(())
}

fn write(path: &Path) -> rusqlite::Result<()> {
    let file = Connection::open(path)?;
    file.execute_batch(SCHEMA)?;
    // "Oxyp"
    file.pragma_update(None, "application_id", 0x4f78_7970)?;
    file.pragma_update(None, "user_version", 1)?;
    let now = now();
    let (started, seen) = (now - AWAY - LASTED, now - AWAY);
    let joined = started - 7_200;
    write_consents(&file, joined, now)?;
    let mut id = 0;
    let mut add = |user: &str, kind: i64, name: &str, from: i64, to: Option<i64>| {
        id += 1;
        let (guild, channel) = if kind < 3 {
            (GUILD.parse::<i64>().ok(), 456_789_012_345_678_901_i64)
        } else {
            (Some(0), 0)
        };
        let subject = match kind {
            0..3 => String::new(),
            3 => "app:42".to_owned(),
            _ => format!("name:{name}"),
        };
        let artists = if kind == 5 { "Ann\nBo" } else { "" };
        let until = to.unwrap_or(seen);
        file.execute(
            "INSERT INTO sessions VALUES
                (?1, ?2, ?3, ?4, ?5, ?6, ?7, 'Wave 7', NULL, 'https://www.twitch.tv/oxeye', ?8, 'Slow', '4uLU6h', NULL, ?9, ?10, ?12, ?11, 0)",
            params![id, user.parse::<i64>().ok(), kind, guild, channel, subject, name, artists, from, to, until,
                i64::from(kind == 4)],
        )?;
        if to.is_none() {
            let row = params![id, until];
            file.execute("INSERT INTO open_sessions VALUES (?1, ?2)", row)?;
        }
        Ok::<_, rusqlite::Error>(())
    };
    for kind in [0, 1, 2] {
        add(ALEX, kind, "Lounge", started, None)?;
    }
    for user in [ALEX, BEA] {
        add(user, 3, "factorio", started, None)?;
        add(user, 3, "Factorio", started - 3_600, Some(started - 1_800))?;
        add(user, 4, "speedrun", started - 3_600, Some(started - 1_800))?;
    }
    add(ALEX, 5, "fast", started, None)
}

fn now() -> i64 {
    #[expect(
        clippy::disallowed_methods,
        reason = "the backend compares the file with the present time"
    )]
    let now = SystemTime::now();
    let since_1970 = now.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since_1970.expect("it is after 1970").as_secs();
    i64::try_from(seconds).expect("a few thousand million")
}
