//! A simulated day of a server and its agent: whatever happens, people see the right state within the
//! promised time, and never that a server is down which is not.

mod agent;
mod chance;
mod game;

use oxeye_plugin_proto::GameServerState::{self, Down, Starting, Up};

use self::agent::{Agent, Reach};
use self::chance::Chance;
use self::game::{Game, Trouble};

const DAY: i64 = 24 * 60 * 60;

/// The longest time in which a stop or crash that the log records must be seen, in seconds.
const RECORDED_WITHIN: i64 = 5;

/// The longest time in which a killed process must be seen, in seconds.
const KILLED_WITHIN: i64 = 10;

/// The longest time in which a boot or a start must be seen, in seconds.
const ALIVE_WITHIN: i64 = 2;

/// What a day contained, so that no day passes because nothing happened in it.
#[derive(Debug, Default)]
struct Seen {
    recorded: u32,
    killed: u32,
    starts: u32,
    agent_restarts: u32,
    slowest_recorded: i64,
    slowest_killed: i64,
}

/// Compares what people see with the truth, second by second.
struct Watcher {
    truth: GameServerState,
    /// Since when the server has been in this state while an agent was running.
    since: i64,
    is_seen: bool,
    seen: Seen,
}

impl Watcher {
    fn new(now: i64) -> Self {
        Self {
            truth: Up,
            since: now,
            is_seen: false,
            seen: Seen::default(),
        }
    }

    /// Notes the truth. An agent that has just started has as much time as after a change.
    fn note(&mut self, truth: GameServerState, has_agent: bool, agent_started: bool, now: i64) {
        if truth != self.truth || !has_agent || agent_started {
            self.since = now;
            self.is_seen = false;
        }
        self.truth = truth;
        self.seen.agent_restarts += u32::from(agent_started);
    }

    /// Checks what people see, while an agent is running.
    fn check(&mut self, shown: Option<GameServerState>, game: &Game, reach: Reach, now: i64) {
        let age = now - self.since;
        if shown == Some(self.truth) {
            self.count(game, age);
            return;
        }
        let limit = match self.truth {
            Up | Starting => Some(ALIVE_WITHIN),
            Down if !game.killed => Some(RECORDED_WITHIN),
            // The port of a server that was killed before it opened was dead before.
            Down if reach == Reach::Checked && game.port_was_open => Some(KILLED_WITHIN),
            Down => None,
        };
        let is_false_down = shown == Some(Down) && age > ALIVE_WITHIN;
        // An agent that starts waits for the first check of the port.
        let is_late = limit.is_some_and(|limit| age > limit.max(agent::FIRST_CHECK));
        assert!(
            !is_false_down && !is_late,
            "{shown:?} is shown {age} s after the server became {:?} at second {} ({reach:?}, last: {:?})",
            self.truth,
            self.since - game::START,
            game.last,
        );
    }

    fn count(&mut self, game: &Game, age: i64) {
        if std::mem::replace(&mut self.is_seen, true) {
            return;
        }
        let seen = &mut self.seen;
        match self.truth {
            Up => seen.starts += 1,
            Starting => {}
            Down if game.killed => {
                seen.killed += 1;
                seen.slowest_killed = seen.slowest_killed.max(age);
            }
            Down => {
                seen.recorded += 1;
                seen.slowest_recorded = seen.slowest_recorded.max(age);
            }
        }
    }
}

fn simulate(seed: u64, reach: Reach) -> Seen {
    let mut chance = Chance::seeded(seed);
    let mut game = Game::started(&mut chance);
    let mut agent = Agent::beside(&game, reach);
    let mut watcher = Watcher::new(game.now);
    for _ in 0..DAY {
        game.now += 1;
        game.act(&mut chance);
        let agent_started = agent.is_started_or_killed(&game, &mut chance);
        watcher.note(game.truth(), agent.is_running(), agent_started, game.now);
        if agent.is_running() {
            agent.work(&game);
            watcher.check(agent.shown(), &game, reach, game.now);
        }
    }
    println!("day {seed}, port {reach:?}: {:?}", watcher.seen);
    watcher.seen
}

#[test]
fn a_server_that_is_down_is_seen_in_time_and_no_other_server_is_ever_shown_as_down() {
    for seed in 1..=4 {
        let seen = simulate(seed, Reach::Checked);

        assert!(seen.recorded >= 10 && seen.killed >= 5, "{seen:?}");
        assert!(seen.starts >= 15 && seen.agent_restarts >= 10, "{seen:?}");
        assert!(seen.slowest_recorded <= RECORDED_WITHIN, "{seen:?}");
        assert!(seen.slowest_killed <= KILLED_WITHIN, "{seen:?}");
    }
}

#[test]
fn a_port_that_is_unknown_or_out_of_reach_never_makes_a_server_down() {
    for (seed, reach) in [(5, Reach::Unknown), (6, Reach::Refused), (7, Reach::Silent)] {
        let seen = simulate(seed, reach);

        assert!(seen.recorded >= 10 && seen.starts >= 15, "{seen:?}");
    }
}

// A day in which the worst of each kind of trouble happens all the time, and the server runs.
#[test]
fn a_server_in_trouble_is_not_down() {
    for trouble in Trouble::ALL {
        let mut chance = Chance::seeded(8);
        let mut game = Game::started(&mut chance);
        let mut agent = Agent::beside(&game, Reach::Checked);
        let mut watcher = Watcher::new(game.now);
        for _ in 0..DAY / 12 {
            game.now += 1;
            game.suffers(trouble, &mut chance);
            watcher.note(game.truth(), true, false, game.now);
            agent.work(&game);
            watcher.check(agent.shown(), &game, Reach::Checked, game.now);
        }
        assert_eq!(game.truth(), Up);
    }
}
