//! A year of sessions, imported as if somebody moved to another Oxeye: each player has an account, one in twenty was
//! called otherwise in the first half of the year, one in twenty has a name that another account had then, and a few have
//! most of the sessions.

use anyhow::{Result, ensure};
use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::Request;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::{Value, json};

use crate::community::{GUILD, SERVERS, server};
use crate::plan::Plan;

const DAY: i64 = 86_400;
const YEAR: i64 = 365 * DAY;
/// Number of lines per request.
const PORTION: usize = 25_000;
/// One player in so many was renamed.
const ONE_RENAMED_OF: usize = 20;
/// Among as many players, this one has a name that another account had before.
const TAKEN: usize = 10;
/// The number of the first account that lost its name.
const FIRST_LOSER: usize = 10_000_000;
/// The last players, who are asked about in one scene at a time, and may be forgotten in it.
pub(crate) const OWN_PLAYERS: usize = 500;
/// The most sessions of one player.
const MOST: usize = 3_000;
/// The hours at which people begin to play, by how many do.
const HOURS: [i64; 16] = [
    7, 12, 15, 16, 17, 17, 18, 18, 19, 19, 19, 20, 20, 20, 21, 22,
];

/// The name of a player.
pub(crate) fn name(number: usize) -> String {
    format!("Player_{number:06}")
}

/// The name that a player had before, if there was one.
pub(crate) fn old_name(number: usize) -> Option<String> {
    number
        .is_multiple_of(ONE_RENAMED_OF)
        .then(|| format!("Once_{number:06}"))
}

/// The number of a player near this one whose name another account had before.
pub(crate) fn taken(number: usize) -> usize {
    number - number % ONE_RENAMED_OF + TAKEN
}

/// The account that had the name of a player before, if there was one.
fn old_account(number: usize) -> Option<String> {
    (taken(number) == number).then(|| account(FIRST_LOSER + number))
}

/// The account of a player, as servers in online mode report them.
pub(crate) fn account(number: usize) -> String {
    let mixed = (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let (high, low) = (mixed >> 32, mixed & 0xFFFF_FFFF);
    format!(
        "{high:08x}-{:04x}-4{:03x}-8{:03x}-{low:08x}{:04x}",
        number >> 16 & 0xFFFF,
        number & 0xFFF,
        high & 0xFFF,
        number & 0xFFFF
    )
}

/// Imports what has happened in the year before `now`. Returns the number of sessions.
pub(crate) async fn import(oxeye: &Oxeye, plan: &Plan, now: i64) -> Result<usize> {
    let mut random = StdRng::seed_from_u64(plan.seed);
    let (mut lines, mut sessions) = (Vec::with_capacity(PORTION + MOST), 0);
    for number in 0..plan.players {
        lines.extend(accounts(number, now));
        let count = share(number, plan);
        let stays = stays(number, count, now, &mut random);
        sessions += stays.len();
        lines.extend(stays);
        if lines.len() >= PORTION {
            send(oxeye, &mut lines, now).await?;
        }
    }
    send(oxeye, &mut lines, now).await?;
    Ok(sessions)
}

/// Returns how many sessions a player has: the first ones have most, and everybody has one.
fn share(number: usize, plan: &Plan) -> usize {
    let rest = plan.sessions - plan.players;
    // The sum of 1/sqrt(n) up to N is about 2 * sqrt(N).
    let weight = 1.0 / ((number + 1) as f64).sqrt();
    let all = 2.0 * (plan.players as f64).sqrt();
    1 + ((rest as f64 * weight / all).round() as usize).min(MOST)
}

fn accounts(number: usize, now: i64) -> Vec<Value> {
    let line = |player: String, account: String, from: i64, to: i64| {
        json!({"type": "player_uuid", "guild_id": GUILD.to_string(), "player": player,
            "uuid": account, "first_reported_at": from, "last_reported_at": to})
    };
    let before = |player, account| line(player, account, now - YEAR, now - YEAR / 2 - 1);
    let old_name = old_name(number).map(|old| before(old, account(number)));
    let old_account = old_account(number).map(|old| before(name(number), old));
    let old = old_name.or(old_account);
    let since = now - if old.is_some() { YEAR / 2 } else { YEAR };
    let newest = line(name(number), account(number), since, now - 60);
    old.into_iter().chain([newest]).collect()
}

/// Returns the sessions of a player, none of which overlap: each has its part of the year.
fn stays(number: usize, count: usize, now: i64, random: &mut StdRng) -> Vec<Value> {
    let home = number % SERVERS;
    let part = (YEAR - 2 * DAY) / i64::try_from(count).unwrap_or(i64::MAX);
    let first = now - now % DAY - YEAR + DAY;
    let stay = |index: usize| {
        let begin = first + part * i64::try_from(index).unwrap_or_default();
        let (from, room) = if part > 2 * DAY {
            let day = begin + DAY - begin % DAY + random.random_range(0..part / DAY - 1) * DAY;
            let hour = HOURS[random.random_range(0..HOURS.len())];
            (
                day + hour * 3_600 + random.random_range(0..3_600),
                2 * 3_600,
            )
        } else {
            (begin + random.random_range(0..part / 4 + 1), part / 2)
        };
        let to = from + random.random_range(60..room.clamp(61, 10_800));
        let is_away = random.random_range(0..4) == 0;
        let server = server(if is_away {
            random.random_range(0..SERVERS)
        } else {
            home
        });
        let is_old = to < now - YEAR / 2;
        let player = old_name(number).filter(|_| is_old);
        let player = player.unwrap_or_else(|| name(number));
        let who = old_account(number).filter(|_| is_old);
        let who = who.unwrap_or_else(|| account(number));
        json!({"type": "session", "guild_id": GUILD.to_string(), "server": server, "player": player,
            "joined_at": from, "left_at": to, "ended": "left", "seen_at": to, "account": who})
    };
    (0..count).map(stay).collect()
}

async fn send(oxeye: &Oxeye, lines: &mut Vec<Value>, now: i64) -> Result<()> {
    let header = json!({"oxeye": 5, "exported_at": now});
    let mut body = format!("{header}\n");
    for line in lines.drain(..) {
        body += &format!("{line}\n");
    }
    let request = Request::post("/api/import").body(body);
    let request = request.header("Content-Type", "application/x-ndjson");
    let answer = oxeye.operator(request).await;
    ensure!(answer.status == 200, "the import was refused: {answer}");
    Ok(())
}
