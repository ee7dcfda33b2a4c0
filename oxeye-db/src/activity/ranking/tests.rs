//! Rankings agree with a naive sum of all events, whatever changes between two questions.

use std::collections::BTreeMap;
use std::pin::pin;
use std::time::Duration;

use futures_util::future::poll_immediate;
use oxeye_plugin_proto::UnixSeconds;
use proptest::prelude::*;
use rusqlite::params;
use serde_json::json;

use crate::activity::day::UtcDay;
use crate::activity::recent::move_recent;
use crate::activity::report::ActivityReport;
use crate::ids::{GuildId, ServerId};
use crate::record::naive::cases;
use crate::testing::{TestStore, player};

const GUILD: GuildId = GuildId(7);
/// 2026-11-28 12:00 UTC.
const NOON: UnixSeconds = UnixSeconds(1_795_867_200);
const DAY: i64 = 86_400;
const NAMES: [&str; 4] = ["Alex", "jeb_", "Steve", "Zoe"];

#[derive(Debug, Clone)]
enum Step {
    /// A player dies, this many days ago.
    Death {
        player: usize,
        ago: i64,
    },
    /// Somebody asks for so many days, and so many players.
    Ask {
        days: u16,
        limit: usize,
    },
    /// The next day begins.
    Midnight,
    /// What is kept is made ready for the day.
    Renew,
    Forget {
        player: usize,
    },
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..4_usize, 0..7_i64).prop_map(|(player, ago)| Step::Death { player, ago }),
        4 => (1..4_u16, 1..6_usize).prop_map(|(days, limit)| Step::Ask { days, limit }),
        2 => (5..9_u16, 1..6_usize).prop_map(|(days, limit)| Step::Ask { days, limit }),
        2 => Just(Step::Midnight),
        1 => Just(Step::Renew),
        1 => (0..4_usize).prop_map(|player| Step::Forget { player }),
        1 => Just(Step::Restart),
    ]
}

/// A guild in which players die.
struct World {
    store: TestStore,
    server: ServerId,
    now: UnixSeconds,
    /// The player and the day of each death.
    deaths: Vec<(usize, UtcDay)>,
}

impl World {
    async fn new() -> Self {
        let store = TestStore::new(NOON);
        let (server, _) = store.link(GUILD, "survival", NOON).await;
        Self {
            store,
            server,
            now: NOON,
            deaths: Vec::new(),
        }
    }

    async fn death(&mut self, number: usize, ago: i64) {
        let at = UnixSeconds(self.now.0 - ago * DAY);
        let event = json!({"player": NAMES[number], "event_type": "death", "at": at});
        let report = ActivityReport::Single {
            event: serde_json::from_value(event).unwrap(),
            idempotency_key: None,
        };
        let taken = self
            .store
            .take_activity(self.server.into(), report, self.now);
        taken.await.unwrap();
        self.deaths.push((number, UtcDay::of(at)));
    }

    async fn ranking(&self, days: u16, limit: usize) -> (Vec<(String, f64)>, usize) {
        let ranking = self
            .store
            .activity_ranking(GUILD, "deaths", days, limit, self.now);
        let ranking = ranking.await.unwrap();
        let standings = ranking.standings.into_iter();
        let standings = standings.map(|standing| (standing.player.to_string(), standing.amount));
        (standings.collect(), ranking.players)
    }

    fn naive(&self, days: u16, limit: usize) -> (Vec<(String, f64)>, usize) {
        let (first, last) = UtcDay::of(self.now).and_before(days);
        let mut amounts = BTreeMap::<_, f64>::new();
        for (number, day) in &self.deaths {
            if (first..=last).contains(day) {
                *amounts.entry(NAMES[*number].to_owned()).or_default() += 1.0;
            }
        }
        let mut standings: Vec<_> = amounts.into_iter().collect();
        standings.sort_by(|(_, one), (_, other)| other.total_cmp(one));
        let players = standings.len();
        standings.truncate(limit);
        (standings, players)
    }

    async fn take(mut self, step: Step) -> Self {
        match step {
            Step::Death { player, ago } => self.death(player, ago).await,
            Step::Ask { days, limit } => {
                assert_eq!(self.ranking(days, limit).await, self.naive(days, limit));
            }
            Step::Midnight => self.now = self.now.plus(Duration::from_secs(86_400)),
            Step::Renew => self.store.renew_activity_rankings(self.now).await.unwrap(),
            Step::Forget { player: number } => {
                let forgotten = self.store.forget_player(player(NAMES[number]), self.now);
                forgotten.await.unwrap();
                self.deaths.retain(|(of, _)| *of != number);
            }
            Step::Restart => self.store = self.store.restarted(self.now).await,
        }
        self
    }
}

proptest! {
    #![proptest_config(cases(24))]

    #[test]
    fn rankings_agree_with_a_sum_of_all_events(steps in prop::collection::vec(step(), 0..30)) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async {
            let mut world = World::new().await;
            for step in steps {
                world = world.take(step).await;
            }
            assert_eq!(world.ranking(30, 9).await, world.naive(30, 9));
        });
    }
}

/// Deletes the counters of all days before today, which no other code does.
async fn delete_past(world: &World) {
    let today = UtcDay::of(world.now);
    let activity = world.store.inner.activity.as_ref().unwrap();
    let delete = move |file: &rusqlite::Connection| {
        move_recent(file)?;
        file.execute("DELETE FROM day_counters WHERE day < ?1", params![today.0])
    };
    let deleted = activity.file.existing().unwrap().write(delete, |_, _| ());
    deleted.await.unwrap();
}

#[tokio::test]
async fn the_rows_of_past_days_are_read_once_and_again_for_players_whose_days_change() {
    let mut world = World::new().await;
    for number in 0..2 {
        world.death(number, 0).await;
        world.death(number, 3).await;
    }
    let line = |name: &str, amount| (name.to_owned(), amount);
    let all = vec![line("Alex", 2.0), line("jeb_", 2.0)];
    assert_eq!(world.ranking(7, 9).await.0, all);

    delete_past(&world).await;
    assert_eq!(world.ranking(7, 9).await.0, all);

    for _ in 0..3 {
        world.death(0, 2).await;
    }
    let corrected = vec![line("Alex", 4.0), line("jeb_", 2.0)];
    assert_eq!(world.ranking(7, 9).await.0, corrected);
    world.death(1, 0).await;
    let more = vec![line("Alex", 4.0), line("jeb_", 3.0)];
    assert_eq!(world.ranking(7, 9).await.0, more);

    // The next day everything is read.
    world.now = world.now.plus(Duration::from_secs(86_400));
    let read = vec![line("Alex", 4.0), line("jeb_", 2.0)];
    assert_eq!(world.ranking(7, 9).await.0, read);
}

#[tokio::test]
async fn a_ranking_that_is_asked_for_is_ready_for_the_next_day() {
    let mut world = World::new().await;
    world.death(0, 3).await;
    world.death(0, 0).await;
    world.ranking(7, 9).await;
    world.now = world.now.plus(Duration::from_secs(86_400 - 1));

    world
        .store
        .renew_activity_rankings(world.now)
        .await
        .unwrap();

    delete_past(&world).await;
    assert_eq!(world.ranking(7, 9).await.0, [("Alex".to_owned(), 2.0)]);

    // Two days later nobody has asked any more.
    world.now = world.now.plus(Duration::from_secs(3 * 86_400));
    world
        .store
        .renew_activity_rankings(world.now)
        .await
        .unwrap();
    assert_eq!(world.ranking(7, 9).await, (Vec::new(), 0));
}

#[tokio::test]
async fn operators_ask_in_the_turn_of_the_guild() {
    let mut world = World::new().await;
    world.death(0, 0).await;
    let turns = &world.store.inner.memory.figures;
    let turn = turns.take(GUILD).await;
    let asking = world
        .store
        .activity_ranking(GUILD, "deaths", 1, 9, world.now);
    let mut asking = pin!(asking);
    assert!(poll_immediate(&mut asking).await.is_none());

    drop(turn);

    let next = poll_immediate(turns.take(GUILD)).await;
    assert!(next.is_none(), "the ranking was asked for first");
    assert_eq!(asking.await.unwrap().players, 1);
    assert!(poll_immediate(turns.take(GUILD)).await.is_some());
}
