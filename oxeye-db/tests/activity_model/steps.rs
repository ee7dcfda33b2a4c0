//! What may happen to servers that report what players do.

use oxeye_plugin_proto::{ActivityEvent, UnixSeconds};
use proptest::prelude::*;
use serde_json::{Value, json};

pub(crate) const DAY: i64 = 86_400;

/// 2026-11-28 12:00 UTC.
pub(crate) const START: i64 = 1_795_867_200;

/// The servers: guild and name.
pub(crate) const SERVERS: [(u64, &str); 3] = [(7, "survival"), (7, "creative"), (8, "lobby")];

pub(crate) const NAMES: [&str; 4] = ["Alex", "jeb_", "Bedrock Guy", crate::naive::IGNORED];

/// Types, some of which count something.
pub(crate) const TYPES: [&str; 7] = [
    "trade_buy",
    "trade_sell",
    "combat_attack",
    "sector_move",
    "kill",
    "mymod:ritual",
    "login",
];

/// When an event happened, seen from the moment at which it is first sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum When {
    /// It does not say.
    Unsaid,
    /// In seconds before now, or after if negative.
    Ago(i64),
    /// This many days before the last midnight, and this many seconds after that.
    Midnight(i64, i64),
    /// At this time.
    At(i64),
}

/// One event.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Did {
    pub(crate) player: usize,
    pub(crate) event_type: usize,
    /// A number for its details, or the number of the player whom they name. 7 makes a trade invalid.
    pub(crate) number: usize,
    pub(crate) when: When,
}

/// What happens to a batch on its way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Answered,
    /// It is taken or not, the sender does not learn which, and it is sent again.
    Lost,
    /// Likewise, and the backend restarts in between.
    LostAndRestarted,
}

/// A part of a server's log, as one batch.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sending {
    pub(crate) server: usize,
    /// How many epochs before the current one.
    pub(crate) epochs_ago: usize,
    pub(crate) from: usize,
    pub(crate) count: usize,
    pub(crate) fate: Fate,
}

#[derive(Debug, Clone)]
pub(crate) enum Step {
    Join(usize, usize),
    Leave(usize, usize),
    /// So many seconds pass.
    Wait(i64),
    /// It becomes this many seconds after the next midnight.
    Midnight(i64),
    /// Events get the next numbers of a server, and are sent as a batch unless they are held back.
    Did {
        server: usize,
        did: Vec<Did>,
        is_held: bool,
        fate: Fate,
    },
    /// Any part of the log is sent, for the first time or again.
    Send(Sending),
    NewEpoch(usize),
    Single {
        server: usize,
        did: Did,
        key: Option<u8>,
    },
    Sweep,
    Forget(usize),
    Restart,
    Ask,
}

pub(crate) fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 1..40)
}

fn step() -> impl Strategy<Value = Step> {
    let server = || 0..SERVERS.len();
    let who = || 0..NAMES.len();
    let wait = prop_oneof![
        4 => 25..35_i64,
        2 => 0..100_i64,
        2 => 0..50_000_i64,
        2 => (1..3_i64, -2..3_i64).prop_map(|(days, offset)| days * DAY + offset),
        1 => (6..45_i64, -2..3_i64).prop_map(|(days, offset)| days * DAY + offset),
    ];
    let events = (
        server(),
        prop::collection::vec(did(), 1..7),
        prop::bool::weighted(0.2),
        fate(),
    );
    let sending = (server(), 0..2_usize, 0..12_usize, 1..12_usize, fate());
    let single = (server(), did(), prop::option::of(0..3_u8));
    prop_oneof![
        5 => (server(), who()).prop_map(|(server, who)| Step::Join(server, who)),
        4 => (server(), who()).prop_map(|(server, who)| Step::Leave(server, who)),
        6 => wait.prop_map(Step::Wait),
        2 => (-2..3_i64).prop_map(Step::Midnight),
        6 => events.prop_map(|(server, did, is_held, fate)| Step::Did { server, did, is_held, fate }),
        5 => sending.prop_map(|(server, epochs_ago, from, count, fate)| {
            Step::Send(Sending { server, epochs_ago, from, count, fate })
        }),
        1 => server().prop_map(Step::NewEpoch),
        3 => single.prop_map(|(server, did, key)| Step::Single { server, did, key }),
        2 => Just(Step::Sweep),
        1 => who().prop_map(Step::Forget),
        1 => Just(Step::Restart),
        1 => Just(Step::Ask),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => Just(Fate::Answered),
        2 => Just(Fate::Lost),
        1 => Just(Fate::LostAndRestarted),
    ]
}

fn did() -> impl Strategy<Value = Did> {
    let when = prop_oneof![
        3 => Just(When::Unsaid),
        3 => (0..100_i64).prop_map(When::Ago),
        2 => (0..7 * DAY).prop_map(When::Ago),
        3 => (0..8_i64, -2..3_i64).prop_map(|(days, offset)| When::Midnight(days, offset)),
        1 => (-1..3_i64).prop_map(|offset| When::Ago(7 * DAY + offset)),
        1 => (-32..-28_i64).prop_map(When::Ago),
    ];
    (0..NAMES.len(), 0..TYPES.len(), 0..8_usize, when).prop_map(
        |(player, event_type, number, when)| Did {
            player,
            event_type,
            number,
            when,
        },
    )
}

impl Did {
    /// Fixes when it happened.
    pub(crate) fn at(self, now: i64) -> Self {
        let at = match self.when {
            When::Unsaid => return self,
            When::Ago(secs) => now - secs,
            When::Midnight(days, offset) => (now.div_euclid(DAY) - days) * DAY + offset,
            When::At(at) => at,
        };
        Self {
            when: When::At(at),
            ..self
        }
    }

    /// Returns the time that it says, if any.
    pub(crate) fn said(&self) -> Option<i64> {
        match self.when {
            When::At(at) => Some(at),
            _ => None,
        }
    }

    pub(crate) fn event(&self) -> ActivityEvent {
        let event_type = TYPES[self.event_type];
        let event = json!({
            "player": NAMES[self.player],
            "event_type": event_type,
            "details": details(event_type, self.number),
            "at": self.said().map(UnixSeconds),
        });
        serde_json::from_value(event).unwrap()
    }
}

pub(crate) fn details(event_type: &str, number: usize) -> Value {
    match event_type {
        "kill" => json!({"victim": NAMES[number % NAMES.len()]}),
        _ if number == 7 => json!({"total_value": -1, "sector_id": number}),
        _ => json!({"total_value": number, "sector_id": number}),
    }
}
