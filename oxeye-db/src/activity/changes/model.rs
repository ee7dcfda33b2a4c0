//! What the file says after any batches, sweeps and repetitions agrees with a naive list of all events.

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
use crate::activity::lifetimes::{Edges, SUMMARY_DAYS};
use crate::activity::store::rows::{collected, day_counters, events, players, words};
use crate::activity::store::tests::in_memory;
use crate::activity::sweep::sweep_all;
use crate::ids::GuildId;
use crate::record::naive::cases;

/// 2026-11-28 12:00 UTC.
const NOON: i64 = 1_795_867_200;
const GUILDS: [GuildId; 2] = [GuildId(0), GuildId(7)];
const NAMES: [&str; 3] = ["Alex", "jeb_", "Bedrock Guy"];
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
}

#[derive(Debug, Clone)]
enum Step {
    /// One transaction.
    Take(Vec<Did>),
    /// This many hours pass, then everything too old is deleted.
    Wait(u16),
}

fn did() -> impl Strategy<Value = Did> {
    // Events are never older than 7 days; many happen around a midnight.
    let ago = prop_oneof![
        0..604_800_u32,
        (0..7_u32, 0..4_u32).prop_map(|(day, s)| day * 86_400 + 43_198 + s)
    ];
    (0..2_usize, 0..3_usize, 0..4_usize, 0..6_u32, ago).prop_map(
        |(guild, player, event_type, number, ago)| Did {
            guild,
            player,
            event_type,
            number,
            ago: ago.min(604_800),
        },
    )
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(did(), 0..8).prop_map(Step::Take),
        1 => (0..400_u16).prop_map(Step::Wait),
    ]
}

/// Takes events in one transaction, and adds them to the naive list.
fn take(file: &Connection, kinds: &Kinds, now: i64, all: &[Did], known: &mut Vec<(Did, i64)>) {
    let mut changes = Changes::default();
    for did in all {
        let at = now - i64::from(did.ago);
        let event: ActivityEvent = serde_json::from_value(json!({
            "player": NAMES[did.player],
            "event_type": TYPES[did.event_type],
            "details": {"total_value": did.number, "sector_id": did.number},
        }))
        .unwrap();
        let counted = counted(kinds, &event.event_type, &event.details).unwrap();
        changes.add(GUILDS[did.guild], event, UnixSeconds(at), None, counted);
        known.push((did.clone(), at));
    }
    changes.write(file).unwrap();
}

/// What the naive list says of a player over some days: counters that are not 0, and sectors.
fn naive(
    known: &[(Did, i64)],
    guild: usize,
    player: usize,
    days: (UtcDay, UtcDay),
) -> (BTreeMap<String, f64>, BTreeSet<String>) {
    let (mut counters, mut sectors) = (BTreeMap::new(), BTreeSet::new());
    let mut add = |name: &str, amount: u32| {
        *counters.entry(name.to_owned()).or_insert(0.0) += f64::from(amount);
    };
    for (did, at) in known {
        let day = i32::try_from(at.div_euclid(86_400)).unwrap();
        if (did.guild, did.player) != (guild, player) || !(days.0.0..=days.1.0).contains(&day) {
            continue;
        }
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

fn in_file(
    file: &Connection,
    guild: usize,
    player: usize,
    days: (UtcDay, UtcDay),
) -> (BTreeMap<String, f64>, BTreeSet<String>) {
    let name = PlayerName::try_from(NAMES[player]).unwrap();
    let Some(found) = players::find(file, GUILDS[guild], &name).unwrap() else {
        return Default::default();
    };
    let counters = day_counters::of_player(file, GUILDS[guild], found.id, days).unwrap();
    let counters = counters.into_iter().filter(|(_, amount)| *amount > 0.0);
    let sectors = match words::find(file, "sectors").unwrap() {
        Some(word) => {
            collected::of_player(file, found.id, word, days, UnixSeconds(i64::MIN)).unwrap()
        }
        None => Vec::new(),
    };
    (counters.collect(), sectors.into_iter().collect())
}

proptest! {
    #![proptest_config(cases(64))]

    #[test]
    fn counters_sectors_and_events_agree_with_a_list_of_all_events(steps in prop::collection::vec(step(), 0..10)) {
        let file = in_memory();
        let kinds = Kinds::built_in();
        let (mut now, mut known) = (NOON, Vec::new());
        for step in steps {
            match step {
                Step::Take(all) => take(&file, &kinds, now, &all, &mut known),
                Step::Wait(hours) => {
                    now += 3600 * i64::from(hours);
                    let edges = Edges::at(UnixSeconds(now), SUMMARY_DAYS);
                    sweep_all(&file, edges, UnixSeconds(now)).unwrap();
                }
            }
            let today = UtcDay::of(UnixSeconds(now));
            for (guild, player) in [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2)] {
                let summary = today.and_before(SUMMARY_DAYS);
                let mut spans: Vec<_> = (summary.0.0..=summary.1.0).map(|day| (UtcDay(day), UtcDay(day))).collect();
                spans.push(summary);
                for days in spans {
                    prop_assert_eq!(in_file(&file, guild, player, days), naive(&known, guild, player, days));
                }
                let edge = now - 7 * 86_400;
                let expected = known.iter().filter(|(did, at)| (did.guild, did.player) == (guild, player) && *at >= edge).count();
                let name = PlayerName::try_from(NAMES[player]).unwrap();
                let found = players::find(&file, GUILDS[guild], &name).unwrap();
                let found = found.map(|found| events::newest(&file, found.id, UnixSeconds(edge), 500).unwrap());
                prop_assert_eq!(found.unwrap_or_default().len(), expected);
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
    };
    take(&file, &Kinds::built_in(), NOON, &[did], &mut known);

    let later = UnixSeconds(NOON).plus(Duration::from_secs(400 * 86_400));
    sweep_all(&file, Edges::at(later, SUMMARY_DAYS), later).unwrap();

    for table in [
        "players",
        "events",
        "day_counters",
        "collected",
        "session_counters",
    ] {
        let sql = format!("SELECT count(*) FROM {table}");
        let rows: i64 = file.query_row(&sql, [], |row| row.get(0)).unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}
