//! Small made-up records, and the correct answers for them, counted second by second.

use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use proptest::prelude::*;

use super::{OpenSession, Record};
use crate::history::History;
use crate::players::PlayerId;
use crate::record::calendar::TimeZone;
use crate::record::span::Span;
use crate::session::{ClosedSession, SessionEnd, SessionId};

/// When the made-up records begin: 2018-11-02 22:50 UTC, a day before Brazil sets its clocks
/// forward across midnight.
pub(crate) const START: i64 = 1_541_199_000;

/// Length of the made-up records in seconds.
const LENGTH: i64 = 3 * 86_400;

const PLAYERS: u32 = 5;

pub(crate) fn cases(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

/// Returns the cases of a model whose number the nightly script raises.
pub(crate) fn model_cases(few: u32) -> ProptestConfig {
    let many = option_env!("OXEYE_MODEL_CASES").and_then(|cases| cases.parse().ok());
    cases(many.unwrap_or(few))
}

/// A server's sessions, in any order. Sessions of one player do not overlap.
#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) closed: Vec<ClosedSession>,
    pub(crate) open: Vec<OpenSession>,
    pub(crate) known_until: UnixSeconds,
}

/// Generates worlds that begin this many seconds after [`START`].
pub(crate) fn worlds(later: i64) -> impl Strategy<Value = World> {
    let gap = prop_oneof![2 => Just(0), 3 => 0..40_000_i64, 1 => 0..90_000_i64];
    let length = prop_oneof![1 => Just(0), 4 => 0..20_000_i64, 1 => 0..100_000_i64];
    let stays = prop::collection::vec((gap, length), 0..7);
    let player = (stays, prop::bool::weighted(0.3));
    let players = prop::collection::vec(player, PLAYERS as usize);
    (players, 0..LENGTH).prop_map(move |(players, known)| {
        let mut world = World {
            closed: Vec::new(),
            open: Vec::new(),
            known_until: UnixSeconds(START + later + known),
        };
        for (number, (stays, stays_on)) in (1..).zip(players) {
            world.add(PlayerId(number), START + later, &stays, stays_on);
        }
        // Some sessions became known late.
        let is_late = |session: &ClosedSession| session.id.0.is_multiple_of(5);
        world
            .closed
            .sort_by_key(|session| (is_late(session), session.left_at));
        world
    })
}

impl World {
    fn add(&mut self, player: PlayerId, from: i64, stays: &[(i64, i64)], stays_on: bool) {
        let mut at = from;
        for (row, (gap, length)) in stays.iter().enumerate() {
            let joined_at = UnixSeconds(at + gap);
            let id = SessionId((self.closed.len() + self.open.len()) as u32);
            at = joined_at.0 + length;
            if stays_on && row + 1 == stays.len() {
                self.open.push(OpenSession {
                    id,
                    player,
                    account: None,
                    joined_at,
                });
            } else {
                self.closed.push(ClosedSession {
                    id,
                    player,
                    account: None,
                    joined_at,
                    left_at: UnixSeconds(at),
                    seen_at: UnixSeconds(at - length / 3),
                    end: SessionEnd::Left,
                });
            }
        }
    }

    pub(crate) fn record(&self) -> Record {
        let history: History = self.closed.iter().copied().collect();
        Record::new(history, self.open.clone(), self.known_until)
    }

    pub(crate) fn players() -> impl Iterator<Item = PlayerId> {
        (1..=PLAYERS).map(PlayerId)
    }

    /// Returns a player's name. The names sort differently from the numbers, and one player was
    /// forgotten.
    pub(crate) fn name(player: PlayerId) -> Option<PlayerName> {
        let name = format!("Player{}", 9 - player.0.min(9));
        (player.0 != 4).then(|| PlayerName::try_from(name.as_str()).unwrap())
    }

    /// Returns all stays; an open one ends where knowledge ends.
    pub(crate) fn stays(&self) -> Vec<(PlayerId, Span)> {
        let closed = self.closed.iter().map(|session| {
            let (from, to) = (session.joined_at, session.left_at);
            (session.player, Span { from, to })
        });
        let open = self.open.iter().map(|open| {
            let (from, to) = (open.joined_at, self.known_until.max(open.joined_at));
            (open.player, Span { from, to })
        });
        closed.chain(open).collect()
    }

    pub(crate) fn stays_of(&self, player: PlayerId) -> Vec<Span> {
        let stays = self.stays().into_iter();
        let stays = stays.filter(|(of, _)| *of == player);
        stays.map(|(_, stay)| stay).collect()
    }

    /// Returns each second in which a player was online.
    pub(crate) fn seconds(&self, player: PlayerId) -> impl Iterator<Item = i64> {
        let stays = self.stays_of(player).into_iter();
        stays.flat_map(|stay| stay.from.0..stay.to.0)
    }

    /// Returns how many of these seconds lie in a span.
    pub(crate) fn seconds_of(&self, player: PlayerId, span: Span) -> u64 {
        let seconds = self.seconds(player);
        let seconds = seconds.filter(|second| span.contains(UnixSeconds(*second)));
        seconds.count() as u64
    }

    /// Returns how many players are online in each second of a span.
    pub(crate) fn online_per_second(&self, span: Span) -> Vec<u32> {
        let mut on = vec![0; span.seconds() as usize];
        for (_, stay) in self.stays() {
            let stay = stay.within(span);
            for second in stay.from.0..stay.to.0 {
                on[(second - span.from.0) as usize] += 1;
            }
        }
        on
    }
}

/// Generates time zones.
pub(crate) fn zones() -> impl Strategy<Value = TimeZone> {
    prop::sample::select(
        &[
            "UTC",
            "Europe/Berlin",
            "Asia/Kathmandu",
            "America/Sao_Paulo",
        ][..],
    )
    .prop_map(|name| name.parse().unwrap())
}

/// Generates how much later than [`START`] a record begins: around Brazil's missing midnight, or
/// around the nights in which Europe sets its clocks forward (2019-03-31) and back (2019-10-27).
pub(crate) fn seasons() -> impl Strategy<Value = i64> {
    prop::sample::select(&[0, 147 * 86_400, 357 * 86_400][..])
}
