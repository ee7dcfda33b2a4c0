//! What a plugin sees and how it sends that, and what a list sorted by time makes of it.

use oxeye_db::{EventBatch, JoinEvent, LeaveEvent, PlayerName, ServerEvent, UnixSeconds};
use proptest::prelude::*;
use std::collections::BTreeMap;

pub(crate) const START: i64 = 1_000_000;
const PLAYERS: u8 = 4;

/// What happened to a player: a join, or else a leave; and when.
type Happened = (u8, bool, i64);

/// What becomes of one sending of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Answered,
    /// It is taken or not, and the sender does not learn which.
    AnswerLost,
    /// The store is closed and opened before it is sent.
    AfterRestart,
}

/// A joined time, and the time left if that is over.
pub(crate) type Stay = (i64, Option<i64>);

/// The stays of each player, in order.
pub(crate) type Stays = BTreeMap<String, Vec<Stay>>;

#[derive(Debug, Clone)]
pub(crate) struct Story {
    events: Vec<Happened>,
    /// Several events share a second, so a batch is sent first after those before it.
    is_in_order: bool,
    /// Where the events are cut into batches.
    sizes: Vec<usize>,
    /// Which batches are sent, in this order; those that are not named come last.
    sendings: Vec<(usize, Fate)>,
}

/// Anything, the events ten seconds apart.
fn anything() -> impl Strategy<Value = Vec<Happened>> {
    let events = prop::collection::vec((0..PLAYERS, any::<bool>()), 1..60);
    events.prop_map(|events| {
        let at = (0_i64..).map(|number| START + 10 * number);
        let events = at.zip(events);
        events.map(|(at, (who, joins))| (who, joins, at)).collect()
    })
}

/// What can happen, often more than once in a second: who is on can only leave, and who is not can
/// only join.
fn possible() -> impl Strategy<Value = Vec<Happened>> {
    let events = prop::collection::vec((0..PLAYERS, 0..3_i64), 1..60);
    events.prop_map(|events| {
        let (mut on, mut at) = (BTreeMap::new(), START);
        let happened = events.into_iter().map(|(who, gap)| {
            at += gap / 2;
            let is_on = on.entry(who).or_insert(false);
            *is_on = !*is_on;
            (who, *is_on, at)
        });
        happened.collect()
    })
}

pub(crate) fn story() -> impl Strategy<Value = Story> {
    let fate = prop_oneof![
        6 => Just(Fate::Answered),
        2 => Just(Fate::AnswerLost),
        1 => Just(Fate::AfterRestart),
    ];
    (
        prop_oneof![
            anything().prop_map(|events| (events, false)),
            possible().prop_map(|events| (events, true)),
        ],
        prop::collection::vec(1..9_usize, 60),
        prop::collection::vec((0..20_usize, fate), 0..20),
    )
        .prop_map(|((events, is_in_order), sizes, sendings)| Story {
            events,
            is_in_order,
            sizes,
            sendings,
        })
}

fn player(number: u8) -> PlayerName {
    PlayerName::try_from(format!("Player{number}")).unwrap()
}

impl Story {
    pub(crate) fn batches(&self) -> Vec<EventBatch> {
        let mut rest: Vec<_> = self.events.iter().copied().enumerate().collect();
        let mut batches = Vec::new();
        for size in &self.sizes {
            let batch: Vec<_> = rest.drain(..rest.len().min(*size)).collect();
            let Some((first, _)) = batch.first() else {
                break;
            };
            batches.push(EventBatch {
                epoch: 1,
                first_seq: *first as u64 + 1,
                events: batch.iter().map(|(_, happened)| event(*happened)).collect(),
            });
        }
        batches
    }

    /// Which batches are sent in which order, until each was sent and answered.
    pub(crate) fn order(&self, batches: usize) -> Vec<(usize, Fate)> {
        let mut sent = 0;
        let mut order = Vec::new();
        for (number, fate) in &self.sendings {
            let number = match self.is_in_order {
                true => (*number).min(sent),
                false => *number,
            };
            sent += usize::from(number == sent);
            order.push((number, *fate));
        }
        let all = (0..batches).map(|number| (number, Fate::Answered));
        match self.is_in_order {
            true => order.extend(all),
            false => order.extend(all.rev()),
        }
        order.retain(|(number, _)| *number < batches);
        order
    }

    /// The stays of each player, as a walk through the sorted list gives them.
    pub(crate) fn naive(&self) -> Stays {
        let mut stays = Stays::new();
        for (who, is_join, at) in &self.events {
            let of_player = stays.entry(player(*who).to_string()).or_default();
            match of_player.last_mut() {
                Some((_, end @ None)) if !is_join => *end = Some(*at),
                Some((_, None)) => {}
                _ if *is_join => of_player.push((*at, None)),
                _ => {}
            }
        }
        stays.retain(|_, stays| !stays.is_empty());
        stays
    }
}

fn event((who, is_join, at): Happened) -> ServerEvent {
    let (player, at) = (player(who), Some(UnixSeconds(at)));
    if is_join {
        ServerEvent::Join(JoinEvent {
            player,
            texture_hash: None,
            uuid: None,
            at,
        })
    } else {
        ServerEvent::Leave(LeaveEvent { player, at })
    }
}
