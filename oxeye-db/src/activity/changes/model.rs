//! What the file says after any transactions, sweeps and forgotten players agrees with a naive list of all events.
//! How events get there, exactly once, is the subject of the model on files (`tests/activity_model.rs`).

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use oxeye_plugin_proto::{ActivityEvent, PlayerName, UnixSeconds};
use proptest::prelude::*;
use rusqlite::Connection;
use serde_json::json;

use super::Changes;
use crate::activity::day::UtcDay;
use crate::activity::fold::counted;
use crate::activity::kinds::Kinds;
use crate::activity::known_players::Players;
use crate::activity::lifetimes::Edges;
use crate::activity::recent::move_recent;
use crate::activity::recent::of_player::StoredPlayer;
use crate::activity::recent::places::RecentEvents;
use crate::activity::store::rows::{forgetting, players};
use crate::activity::store::tests::in_memory;
use crate::activity::sweep::sweep_all;
use crate::ids::GuildId;
use crate::record::naive::model_cases;

/// 2026-11-28 12:00 UTC.
const NOON: i64 = 1_795_867_200;
const GUILDS: [GuildId; 2] = [GuildId(0), GuildId(7)];
const NAMES: [&str; 3] = ["Alex", "jeb_", "Bedrock Guy"];
/// Guilds and names.
const PLAYERS: [(usize, usize); 6] = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)];
const TYPES: [&str; 4] = ["trade_buy", "combat_attack", "sector_move", "mymod:ritual"];

/// One event: the guild and the player, the type, a number for its details, and how long before now it happened.
#[derive(Debug, Clone)]
struct Did {
    guild: usize,
    player: usize,
    event_type: usize,
    number: u32,
    /// In seconds.
    ago: u32,
    /// How long before that the player's stay began, if there is one, in hours.
    stay: Option<u32>,
}

impl Did {
    fn is_of(&self, (guild, player): (usize, usize)) -> bool {
        (self.guild, self.player) == (guild, player)
    }
}

#[derive(Debug, Clone)]
enum Step {
    /// One transaction.
    Take(Vec<Did>),
    /// This many hours pass, then everything too old is deleted.
    Wait(u16),
    /// A player is forgotten in all guilds.
    Forget(usize),
}

fn did() -> impl Strategy<Value = Did> {
    // Events are never older than 7 days; many happen around a midnight.
    let ago = prop_oneof![
        0..604_800_u32,
        (0..7_u32, 0..4_u32).prop_map(|(day, s)| day * 86_400 + 43_198 + s)
    ];
    let stay = prop::option::of(0..300_u32);
    (0..2_usize, 0..3_usize, 0..4_usize, 0..6_u32, ago, stay).prop_map(
        |(guild, player, event_type, number, ago, stay)| Did {
            guild,
            player,
            event_type,
            number,
            ago: ago.min(604_800),
            stay,
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(did(), 0..8).prop_map(Step::Take),
        2 => (0..400_u16).prop_map(Step::Wait),
        1 => (0..3_usize).prop_map(Step::Forget),
    ]
}

/// An event of the naive list.
#[derive(Debug, Clone)]
struct Known {
    did: Did,
    at: i64,
    /// Whether the counters of its day were not deleted yet.
    is_of_known_day: bool,
    /// When the stay began, until its counters are deleted.
    stay: Option<i64>,
}

impl Known {
    fn day(&self) -> i64 {
        self.at.div_euclid(86_400)
    }
}

/// Takes events in one transaction, and adds them to the naive list.
fn take(
    file: &Connection,
    players: &mut Players,
    now: i64,
    all: &[Did],
    max_recent: u64,
    known: &mut Vec<Known>,
) {
    let kinds = Kinds::built_in();
    let mut changes = Changes::default();
    for did in all {
        let at = now - i64::from(did.ago);
        let stay = did.stay.map(|hours| at - 3600 * i64::from(hours));
        let event: ActivityEvent = serde_json::from_value(json!({
            "player": NAMES[did.player],
            "event_type": TYPES[did.event_type],
            "details": {"total_value": did.number, "sector_id": did.number},
        }))
        .unwrap();
        let counted = counted(&kinds, &event.event_type, &event.details).unwrap();
        let began_at = stay.map(UnixSeconds);
        changes.add(GUILDS[did.guild], event, UnixSeconds(at), began_at, counted);
        let did = did.clone();
        known.push(Known {
            did,
            at,
            is_of_known_day: true,
            stay,
        });
    }
    changes.write(file, players, max_recent).unwrap();
}

/// Deletes from the naive list what may be deleted when counters are kept for some days and today's.
fn drop_expired(known: &mut Vec<Known>, now: i64, retention_days: i64) {
    let first_day = now.div_euclid(86_400) - retention_days;
    for who in PLAYERS {
        let of_player = known.iter().filter(|event| event.did.is_of(who));
        let is_gone = of_player.clone().all(|event| event.day() < first_day);
        let last_stay = of_player.filter_map(|event| event.stay).max();
        let is_over = |stay: i64| stay < now - 8 * 86_400 && Some(stay) != last_stay;
        for event in known.iter_mut().filter(|event| event.did.is_of(who)) {
            event.stay = event.stay.filter(|stay| !is_gone && !is_over(*stay));
            event.is_of_known_day &= event.day() >= first_day;
        }
    }
    known.retain(|event| event.is_of_known_day || event.stay.is_some());
}

/// What is said of a player: counters that are not 0, and sectors.
type Said = (BTreeMap<String, f64>, BTreeSet<String>);

/// What the naive list says of the events of a player that count.
fn naive(known: &[Known], who: (usize, usize), counts: impl Fn(&Known) -> bool) -> Said {
    let (mut counters, mut sectors) = (BTreeMap::new(), BTreeSet::new());
    let mut add = |name: &str, amount: u32| {
        *counters.entry(name.to_owned()).or_insert(0.0) += f64::from(amount);
    };
    let of_player = known.iter().filter(|event| event.did.is_of(who));
    for Known { did, .. } in of_player.filter(|event| counts(event)) {
        add("actions", 1);
        match TYPES[did.event_type] {
            "trade_buy" => {
                add("trades", 1);
                add("trade_volume", did.number);
            }
            "combat_attack" => add("combat_events", 1),
            "sector_move" if did.number > 0 => drop(sectors.insert(did.number.to_string())),
            _ => {}
        }
    }
    counters.retain(|_, amount| *amount > 0.0);
    (counters, sectors)
}

fn not_zero(counters: Vec<(String, f64)>) -> BTreeMap<String, f64> {
    let counters = counters.into_iter();
    counters.filter(|(_, amount)| *amount > 0.0).collect()
}

fn find(file: &Connection, (guild, player): (usize, usize)) -> Option<StoredPlayer<'_>> {
    let name = PlayerName::try_from(NAMES[player]).unwrap();
    StoredPlayer::find(file, RecentEvents::unknown(), GUILDS[guild], &name).unwrap()
}

fn in_file(file: &Connection, who: (usize, usize), first: i64, last: i64) -> Said {
    let Some(found) = find(file, who) else {
        return Default::default();
    };
    let day = |day| UtcDay(i32::try_from(day).unwrap());
    let days = (day(first), day(last));
    let counters = found.counters(days).unwrap();
    let sectors = found
        .collected("sectors", days, UnixSeconds(i64::MIN))
        .unwrap();
    (not_zero(counters), sectors.into_iter().collect())
}

fn forget(file: &Connection, player: usize) {
    move_recent(file).unwrap();
    let name = PlayerName::try_from(NAMES[player]).unwrap();
    for (guild, id) in players::of_name(file, &name).unwrap() {
        forgetting::delete_of_player(file, guild, id).unwrap();
        players::delete(file, id).unwrap();
    }
}

/// Asserts that the file says of a player what the list says.
fn compare(file: &Connection, known: &[Known], who: (usize, usize), now: i64, retention_days: i64) {
    let today = now.div_euclid(86_400);
    let check = |first: i64, last: i64| {
        let counts = |event: &Known| event.is_of_known_day && (first..=last).contains(&event.day());
        let expected = naive(known, who, counts);
        assert_eq!(
            in_file(file, who, first, last),
            expected,
            "{first} to {last}"
        );
    };
    check(today - 29, today);
    for ago in [0, 1, 6, 7, 8, 29, 30, retention_days, retention_days + 1] {
        check(today - ago, today - ago);
    }
    let found = find(file, who);
    let edge = now - 7 * 86_400;
    let listed = known
        .iter()
        .filter(|event| event.did.is_of(who) && event.at >= edge);
    let newest =
        |player: &StoredPlayer<'_>| player.newest_events(UnixSeconds(edge), 500).unwrap().len();
    assert_eq!(found.as_ref().map_or(0, newest), listed.count());
    for hours in [0, 100, 200, 300, 1_000] {
        let from = now - 3600 * hours;
        let since = |found: &StoredPlayer<'_>| found.session_counters(UnixSeconds(from)).unwrap();
        let in_file = not_zero(found.as_ref().map_or_else(Vec::new, since));
        let (expected, _) = naive(known, who, |event| {
            event.stay.is_some_and(|stay| stay >= from)
        });
        assert_eq!(in_file, expected, "the last {hours} hours");
    }
}

proptest! {
    #![proptest_config(model_cases(64))]

    #[test]
    fn counters_sectors_and_events_agree_with_a_list_of_all_events(
        steps in prop::collection::vec(step(), 0..10),
        retention_days in prop_oneof![Just(30_u16), 30..50_u16],
        max_recent in 1..40_u64,
    ) {
        let file = in_memory();
        let (mut now, mut known) = (NOON, Vec::new());
        let mut players = Players::default();
        for step in steps {
            match step {
                Step::Take(all) => take(&file, &mut players, now, &all, max_recent, &mut known),
                Step::Wait(hours) => {
                    now += 3600 * i64::from(hours);
                    players.clear();
                    let edges = Edges::at(UnixSeconds(now), retention_days);
                    sweep_all(&file, edges, UnixSeconds(now)).unwrap();
                    drop_expired(&mut known, now, i64::from(retention_days));
                }
                Step::Forget(player) => {
                    players.clear();
                    forget(&file, player);
                    known.retain(|event| event.did.player != player);
                }
            }
            for who in PLAYERS {
                compare(&file, &known, who, now, i64::from(retention_days));
            }
        }
    }
}

#[test]
fn after_four_hundred_days_nothing_is_left() {
    let file = in_memory();
    let mut known = Vec::new();
    let did = Did {
        guild: 0,
        player: 0,
        event_type: 2,
        number: 3,
        ago: 0,
        stay: Some(1),
    };
    let mut players = Players::default();
    take(&file, &mut players, NOON, &[did], 2, &mut known);

    let later = UnixSeconds(NOON).plus(Duration::from_secs(400 * 86_400));
    sweep_all(&file, Edges::at(later, 30), later).unwrap();

    for table in [
        "players",
        "events",
        "recent_events",
        "day_counters",
        "collected",
        "session_counters",
    ] {
        let sql = format!("SELECT count(*) FROM {table}");
        let rows: i64 = file.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}
