//! What a plugin sees, how it sends it, and the stays that follow from a list of events sorted by
//! time.

use std::collections::BTreeMap;

use oxeye_db::{EventBatch, JoinEvent, LeaveEvent, PlayerName, ServerEvent, UnixSeconds};
use proptest::prelude::*;

pub(crate) const START: i64 = 1_000_000;
const PLAYERS: u8 = 4;

/// An event: the player, whether it is a join, and its time.
type Event = (u8, bool, i64);

/// What happens to one transmission of a batch.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    Answered,
    /// The batch is taken or not, and the sender does not learn which.
    AnswerLost,
    /// The store is closed and opened again before the batch is sent.
    AfterRestart,
}

/// The time of the join, and the time of the leave if the stay is over.
pub(crate) type Stay = (i64, Option<i64>);

/// The stays of each player, in order.
pub(crate) type Stays = BTreeMap<String, Vec<Stay>>;

#[derive(Debug, Clone)]
pub(crate) struct Story {
    events: Vec<Event>,
    /// Whether a batch is first sent after the ones before it, which is required if several events
    /// share a second.
    is_in_order: bool,
    /// The sizes of the batches.
    sizes: Vec<usize>,
    /// The batches that are sent, in this order, before the others.
    sendings: Vec<(usize, Fate)>,
}

/// Generates any events, ten seconds apart.
fn anything() -> impl Strategy<Value = Vec<Event>> {
    let events = prop::collection::vec((0..PLAYERS, any::<bool>()), 1..60);
    events.prop_map(|events| {
        let at = (0_i64..).map(|number| START + 10 * number);
        let events = at.zip(events);
        events.map(|(at, (who, joins))| (who, joins, at)).collect()
    })
}

/// Generates possible events, often several per second: a player who is online can only leave, one
/// who is offline can only join.
fn possible() -> impl Strategy<Value = Vec<Event>> {
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

    /// Returns the order in which batches are sent until each was answered.
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

    /// Returns the stays of each player that follow from walking through the sorted list.
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

fn event((who, is_join, at): Event) -> ServerEvent {
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
