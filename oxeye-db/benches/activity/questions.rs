//! The questions, and how long the answers take.

use std::time::{Duration, Instant};

use oxeye_db::activity::day::UtcDay;
use oxeye_db::testing::{TestStore, player, who_played_most};
use oxeye_db::{GuildId, GuildServers, PlayerName, Range, TimeZone};

use super::community::{COUNTERS, Community, NOW};

/// Times that a question about one player is asked, each time about another one.
const PLAYERS: i64 = 2_000;
/// Times that a question about a guild is asked.
const TIMES: i64 = 20;

/// The longest that an answer may take, but for one in a hundred, and the first one.
const LIMIT: Duration = Duration::from_millis(150);

/// The questions that were answered too late.
#[derive(Default)]
struct Table {
    late: Vec<String>,
}

/// Asks all questions and prints how long the answers took. Returns the questions that were answered too late.
pub(crate) async fn ask(store: &TestStore, community: &Community) -> Vec<String> {
    let mut table = Table::default();
    let (guild, size) = community.large();
    println!(
        "{} players, {size} of them in the large guild",
        community.players
    );
    println!(
        "| question | asked | first ms | p50 ms | p99 ms | longest ms | processor ms: first | others, mean |"
    );
    println!("|---|---|---|---|---|---|---|---|");
    let in_large = |turn: i64| community.player(1 + turn * 7_919 % size);
    let anywhere = |turn: i64| community.player(1 + turn * 7_919 % community.players);
    about_players(&mut table, store, "the large guild", &in_large).await;
    about_players(&mut table, store, "any guild", &anywhere).await;
    rankings(&mut table, store, guild).await;
    lookups(&mut table, store, guild, &in_large).await;
    table
        .measure("players listed, as for DBSIZE", TIMES, async |_| {
            let listed = store.activity_listing(guild, NOW).await.unwrap();
            assert!(listed.len() as i64 >= size);
        })
        .await;
    table.late
}

async fn about_players(
    table: &mut Table,
    store: &TestStore,
    of: &str,
    pick: &impl Fn(i64) -> (GuildId, PlayerName),
) {
    table
        .measure(&format!("summary, {of}"), PLAYERS, async |turn| {
            let (guild, name) = pick(turn);
            let summary = store.activity_summary(guild, name, NOW).await.unwrap();
            assert_eq!(summary.sessions, 30);
            assert!(summary.counters["actions"] >= 30.0);
        })
        .await;
    table
        .measure(&format!("session, {of}"), PLAYERS, async |turn| {
            let (guild, name) = pick(turn);
            store.activity_session(guild, name, NOW).await.unwrap();
        })
        .await;
    table
        .measure(&format!("daily, {of}"), PLAYERS, async |turn| {
            let (guild, name) = pick(turn);
            let day = UtcDay(UtcDay::of(NOW).0 - (turn % 14) as i32);
            let day = store.activity_day(guild, name, day, NOW).await.unwrap();
            assert_eq!(day.sessions, 1);
        })
        .await;
    table
        .measure(&format!("events, {of}"), PLAYERS, async |turn| {
            let (guild, name) = pick(turn);
            let events = store.activity_events(guild, name, 50, NOW).await.unwrap();
            assert!(events.len() >= 5);
        })
        .await;
}

async fn rankings(table: &mut Table, store: &TestStore, guild: GuildId) {
    for (range, days) in [("day", 1), ("week", 7), ("month", 30)] {
        for counter in COUNTERS {
            table
                .measure(&format!("top by {counter}, {range}"), TIMES, async |_| {
                    let ranking = store.activity_ranking(guild, counter, days, 10, NOW).await;
                    assert_eq!(ranking.unwrap().standings.len(), 10);
                })
                .await;
        }
        table
            .measure(&format!("top by playtime, {range}"), TIMES, async |_| {
                let zone: TimeZone = "UTC".parse().unwrap();
                let servers = GuildServers::All(guild);
                let question = who_played_most(servers, Range::Days(days), 10, zone);
                let top = store.leaderboard(question, NOW);
                assert_eq!(top.await.unwrap().unwrap().standings.len(), 10);
            })
            .await;
    }
}

async fn lookups(
    table: &mut Table,
    store: &TestStore,
    guild: GuildId,
    pick: &impl Fn(i64) -> (GuildId, PlayerName),
) {
    table
        .measure("a name, as it is", PLAYERS, async |turn| {
            let (_, name) = pick(turn);
            let meant = store.activity_player_named(guild, name.clone()).await;
            assert_eq!(meant.unwrap(), Some(name));
        })
        .await;
    table
        .measure("a name, in another case", TIMES, async |turn| {
            let (_, name) = pick(turn);
            let asked = player(&name.as_str().to_uppercase());
            let meant = store.activity_player_named(guild, asked).await;
            assert_eq!(meant.unwrap(), Some(name));
        })
        .await;
    table
        .measure("a name that nobody has", TIMES, async |turn| {
            let asked = player(&format!("Nobody{turn}"));
            let meant = store.activity_player_named(guild, asked).await;
            assert_eq!(meant.unwrap(), None);
        })
        .await;
}

impl Table {
    async fn measure(&mut self, question: &str, times: i64, ask: impl AsyncFn(i64)) {
        let (mut took, before) = (Vec::new(), processor_millis());
        let mut processor_first = 0.0;
        for turn in 0..times {
            let begin = Instant::now();
            ask(turn).await;
            took.push(begin.elapsed());
            if turn == 0 {
                processor_first = processor_millis() - before;
            }
        }
        let processor = processor_millis() - before - processor_first;
        let first = millis(took[0]);
        took.sort_unstable();
        let at = |share: usize| millis(took[(took.len() - 1) * share / 100]);
        if at(99).max(first) > LIMIT.as_secs_f64() * 1000.0 {
            self.late.push(question.to_owned());
        }
        println!(
            "| {question} | {times} | {first:.2} | {:.2} | {:.2} | {:.2} | {processor_first:.0} | {:.2} |",
            at(50),
            at(99),
            at(100),
            processor / (times - 1) as f64
        );
    }
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}

/// Returns the processor time of this process so far, in milliseconds, in steps of 10: other programs on the machine
/// make answers slower, but they hardly change this. 0 on systems other than Linux.
fn processor_millis() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // Behind the name of the program, which may contain spaces: user and system time are fields 12 and 13.
    let fields = stat.rsplit_once(')').map_or("", |(_, fields)| fields);
    let ticks = fields.split_whitespace().skip(11).take(2);
    10.0 * ticks
        .filter_map(|field| field.parse::<f64>().ok())
        .sum::<f64>()
}
