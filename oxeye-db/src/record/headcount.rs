//! Headcount: how many players were online, step by step, as a chart shows it.

mod groups;
mod played;
mod transitions;

use oxeye_plugin_proto::UnixSeconds;

use super::Record;
use crate::database::Database;
use crate::guild_server::GuildServer;
use crate::players::PlayerId;
use crate::record::span::Span;
use crate::record::steps::Steps;
use crate::store::StoreError;
use groups::Groups;
use played::PlayedSeconds;
use transitions::{Transition, TransitionCounter};

/// The headcount of one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Headcount {
    /// The step.
    pub span: Span,
    /// Number of players online, averaged over the seconds of the step.
    pub average: f64,
    /// The largest number of players online in one second.
    pub peak: u32,
    /// Number of different players who were online, for however short a time.
    pub players: u32,
}

/// The headcount of a server over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The steps, in time order.
    pub steps: Vec<Headcount>,
    /// The time after which nothing is known.
    pub known_until: UnixSeconds,
}

/// Collects what each stay adds to the steps.
#[derive(Debug)]
struct Tally<'a> {
    steps: &'a Steps,
    played: PlayedSeconds<'a>,
    /// Who joined or left, and in which step.
    transitions: Vec<(u32, Transition)>,
}

impl Tally<'_> {
    fn add(&mut self, player: PlayerId, stay: Span) {
        let (first, last) = self.played.add(stay);
        let mut transition = |step: usize, at: UnixSeconds, change| {
            let second = (at.0 - self.steps.at(step).from.0) as u32;
            self.transitions
                .push((step as u32, Transition::new(player, second, change)));
        };
        if stay.seconds() == 0 {
            transition(first, stay.from, 0);
        } else {
            transition(first, stay.from, 1);
            transition(last, stay.to, -1);
        }
    }
}

/// Returns the headcount of each step, on the servers of all records together. Sessions that ended before
/// the first step cost nothing. Of several records, `players` counts some players more than once.
pub(super) fn headcount_of(records: &[Record], steps: &Steps) -> Vec<Headcount> {
    let span = steps.span();
    let sessions = records
        .iter()
        .map(|record| record.history.len_in(span) + record.open.len());
    let mut tally = Tally {
        steps,
        played: PlayedSeconds::new(steps),
        transitions: Vec::with_capacity(2 * sessions.sum::<usize>()),
    };
    for record in records {
        record
            .stays_in(span)
            .for_each(|(player, stay)| tally.add(player, stay.within(span)));
    }
    let mut transitions = Groups::of(steps.count(), &tally.transitions);
    let mut counter = TransitionCounter::default();
    let steps = steps.iter().zip(transitions.each()).zip(0..);
    let steps = steps.zip(tally.played.throughout_and_seconds());
    steps
        .map(
            |(((span, transitions), number), (throughout, played))| Headcount {
                span,
                average: played as f64 / span.seconds() as f64,
                peak: counter.peak(transitions, span.seconds() as u32),
                // The stays of a player do not overlap, so a player who is online throughout a
                // step neither joins nor leaves in it.
                players: throughout + counter.different(transitions, number),
            },
        )
        .collect()
}

impl Record {
    /// Returns the headcount of each step. Sessions that ended before the first step cost nothing.
    #[must_use]
    pub fn headcount(&self, steps: &Steps) -> Vec<Headcount> {
        headcount_of(std::slice::from_ref(self), steps)
    }
}

impl Database {
    /// Returns the headcount of a server over time; `None` if it was removed.
    ///
    /// # Errors
    /// When the store is closed.
    pub async fn headcount(
        &self,
        server: GuildServer,
        steps: Steps,
        now: UnixSeconds,
    ) -> Result<Option<Chart>, StoreError> {
        let server = server.id();
        self.compute(move |database| {
            let record = database.record(server, now)?;
            Some(Chart {
                steps: record.headcount(&steps),
                known_until: record.known_until(),
            })
        })
        .await
    }
}

#[cfg(test)]
mod tests;
