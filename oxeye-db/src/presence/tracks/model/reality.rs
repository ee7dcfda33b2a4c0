//! What counts is what a member really did. A day is played second by second; the gateway tells of it while the
//! connection lasts, and what is there when it comes back.

use std::collections::BTreeMap;

use oxeye_plugin_proto::UnixSeconds;
use proptest::prelude::*;

use crate::ids::UserId;
use crate::presence::observation::{AwayGuilds, MemberActivity, Observation, Voice};
use crate::presence::seen::tests::game;
use crate::presence::session::PresenceSession;
use crate::record::naive::model_cases;
use crate::record::span::Span;

use super::World;
use super::story::{GUILDS, Happening};

const ALEX: UserId = UserId(5);
const BEGIN: i64 = 1_700_000_000;
const GAMES: [&str; 2] = ["Factorio", "Celeste"];

#[derive(Debug, Clone)]
enum Act {
    /// Starts a game, or stops it.
    Game(usize),
    /// Goes to a voice channel, or leaves voice.
    Voice(Option<u64>),
    /// The connection to the gateway is lost.
    Lose,
    /// It is back: resumed, or a new one.
    ComeBack { is_resumed: bool },
    /// The process is killed and starts again without a connection.
    Kill,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..2_usize).prop_map(Act::Game),
        3 => prop::option::of(1..3_u64).prop_map(Act::Voice),
        2 => Just(Act::Lose),
        3 => any::<bool>().prop_map(|is_resumed| Act::ComeBack { is_resumed }),
        1 => Just(Act::Kill),
    ]
}

/// What the member does at a moment.
#[derive(Debug, Clone, Default)]
struct Doing {
    /// Since when each game runs.
    games: [Option<i64>; 2],
    voice: Option<u64>,
    /// Which connection to voice it is.
    connection: u8,
}

impl Doing {
    fn activities(&self) -> Vec<MemberActivity> {
        let running = self.games.iter().zip(GAMES);
        let running = running.filter_map(|(since, name)| {
            Some(MemberActivity {
                created_at: Some(UnixSeconds((*since)?)),
                ..game(name)
            })
        });
        running.collect()
    }

    fn voice(&self) -> Option<Voice> {
        self.voice.map(|channel| Voice {
            channel,
            channel_name: None,
            connection: [self.connection; 8],
            shares_screen: false,
            has_camera: false,
            is_deafened: false,
            is_afk_channel: false,
        })
    }

    /// What the gateway tells when it changes.
    fn update(&self, is_voice: bool) -> Observation {
        let (guild, user) = (GUILDS[0], ALEX);
        match is_voice {
            true => Observation::Voice {
                guild,
                user,
                voice: self.voice(),
            },
            false => Observation::Activities {
                guild,
                user,
                activities: self.activities(),
            },
        }
    }

    /// The names of what it is, as [`name_of`] has them.
    fn names(&self) -> Vec<String> {
        let games = self
            .games
            .iter()
            .zip(GAMES)
            .filter(|(since, _)| since.is_some());
        let games = games.map(|(_, name)| name.to_owned());
        games
            .chain(self.voice.map(|channel| channel.to_string()))
            .collect()
    }
}

fn name_of(session: &PresenceSession) -> String {
    match session.key.place {
        Some(place) => place.channel.to_string(),
        None => session.about.name.clone(),
    }
}

/// A day as it really was.
struct Day {
    world: World,
    doing: Doing,
    now: i64,
    is_connected: bool,
    /// Whether the process still knows the connection that was lost.
    may_resume: bool,
    /// What the gateway would tell a connection that is resumed.
    missed: Vec<Observation>,
    lost_at: i64,
    /// Times in which a connection was lost that told afterwards what had changed, but not when.
    blurred: Vec<Span>,
    checkpoint_at: i64,
    /// For each second since the beginning, what the member did, and whether that was heard and not lost in a kill.
    seconds: Vec<(Vec<String>, bool)>,
}

impl Day {
    fn new() -> Self {
        let mut day = Self {
            world: World::new(),
            doing: Doing::default(),
            now: BEGIN,
            is_connected: false,
            may_resume: false,
            missed: Vec::new(),
            lost_at: BEGIN,
            blurred: Vec::new(),
            checkpoint_at: BEGIN,
            seconds: Vec::new(),
        };
        day.happens(&Happening::Join(GUILDS[0], ALEX));
        day.act(&Act::ComeBack { is_resumed: false });
        day
    }

    fn happens(&mut self, what: &Happening) {
        self.world.happen(what, UnixSeconds(self.now));
    }

    fn is_told(&mut self, what: Observation) {
        self.happens(&Happening::Told(what));
    }

    fn wait(&mut self, secs: u16) {
        for _ in 0..secs {
            if self.now - self.checkpoint_at >= 60 {
                self.checkpoint_at = self.now;
                self.happens(&Happening::Checkpoint);
            }
            self.seconds.push((self.doing.names(), self.is_connected));
            self.now += 1;
        }
    }

    fn changes(&mut self, is_voice: bool) {
        let update = self.doing.update(is_voice);
        match self.is_connected {
            true => self.is_told(update),
            false => self.missed.push(update),
        }
    }

    fn act(&mut self, act: &Act) {
        match act {
            Act::Game(number) => {
                let since = &mut self.doing.games[*number];
                *since = match since {
                    Some(_) => None,
                    None => Some(self.now),
                };
                self.changes(false);
            }
            Act::Voice(channel) if *channel != self.doing.voice => {
                if self.doing.voice.is_none() {
                    self.doing.connection = self.doing.connection.wrapping_add(1);
                }
                self.doing.voice = *channel;
                self.changes(true);
            }
            Act::Lose if self.is_connected => {
                self.is_connected = false;
                self.may_resume = true;
                self.missed.clear();
                self.lost_at = self.now;
                let guilds = AwayGuilds::All;
                self.is_told(Observation::Away { guilds });
            }
            Act::ComeBack { is_resumed } if !self.is_connected => {
                self.is_connected = true;
                if *is_resumed && self.may_resume {
                    // What was missed is told first.
                    if !self.missed.is_empty() {
                        self.blurred.push(Span {
                            from: UnixSeconds(self.lost_at),
                            to: UnixSeconds(self.now),
                        });
                    }
                    for what in std::mem::take(&mut self.missed) {
                        self.is_told(what);
                    }
                    return self.is_told(Observation::Resumed);
                }
                let voices = self.doing.voice().map(|voice| (ALEX, voice));
                self.is_told(Observation::Guild {
                    guild: GUILDS[0],
                    voices: voices.into_iter().collect(),
                    activities: Some(vec![(ALEX, self.doing.activities())]),
                });
            }
            Act::Kill => {
                let lost = usize::try_from(self.now - self.checkpoint_at).unwrap();
                let kept = self.seconds.len().saturating_sub(lost);
                self.seconds[kept..]
                    .iter_mut()
                    .for_each(|second| second.1 = false);
                (self.is_connected, self.may_resume) = (false, false);
                self.happens(&Happening::Restart);
                // As a start does.
                self.checkpoint_at = self.now;
                self.happens(&Happening::Checkpoint);
            }
            Act::Voice(_) | Act::Lose | Act::ComeBack { .. } => {}
        }
    }

    /// For each second and name how often it counts, without what is marked as an estimate.
    fn counted(&self) -> BTreeMap<(usize, String), u32> {
        let mut counted = BTreeMap::new();
        for session in self.world.sessions() {
            let evidence = Span {
                from: session.started_at,
                to: session.seen_at,
            };
            for part in session.known_within(evidence) {
                for second in part.from.0..part.to.0 {
                    let second = usize::try_from(second - BEGIN).unwrap();
                    *counted.entry((second, name_of(&session))).or_default() += 1;
                }
            }
        }
        counted
    }
}

fn check(acts: &[(u16, Act)]) {
    let mut day = Day::new();
    for (pause, act) in acts {
        day.wait(*pause);
        day.act(act);
    }
    day.wait(61);
    let counted = day.counted();
    for ((second, name), times) in &counted {
        assert_eq!(*times, 1, "{name} counts more than once in second {second}");
        let (names, _) = &day.seconds[*second];
        let at = UnixSeconds(BEGIN + i64::try_from(*second).unwrap());
        let is_blurred = day.blurred.iter().any(|span| span.contains(at));
        assert!(
            names.contains(name) || is_blurred,
            "{name} counts in second {second}, in which nobody did it"
        );
    }
    // The last minute may not be written yet.
    for (second, (names, was_heard)) in day.seconds[..day.seconds.len() - 60].iter().enumerate() {
        for name in names.iter().filter(|_| *was_heard) {
            let counts = counted.contains_key(&(second, name.clone()));
            assert!(
                counts,
                "{name} does not count in second {second}, in which it was heard of"
            );
        }
    }
}

proptest! {
    #![proptest_config(model_cases(256))]

    #[test]
    fn what_counts_is_what_the_member_did_and_what_was_heard_of_counts(
        acts in prop::collection::vec((prop_oneof![3 => 0..100_u16, 1 => 0..600_u16], act()), 0..25)
    ) {
        check(&acts);
    }
}
