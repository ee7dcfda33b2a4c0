//! What counts is what a member really did. A day is played second by second. Two shards tell of it, each while its
//! connection lasts, and of what is there when it comes back. Both see the games, and one sees the voice channels.

use std::collections::BTreeMap;

use oxeye_plugin_proto::UnixSeconds;
use proptest::prelude::*;

use crate::ids::UserId;
use crate::presence::observation::{AwayGuilds, MemberActivity, Observation, Shard, Voice};
use crate::presence::seen::tests::game;
use crate::presence::session::PresenceSession;
use crate::record::naive::model_cases;
use crate::record::span::Span;

use super::World;
use super::story::{GUILDS, Happening, SHARDS};

const ALEX: UserId = UserId(5);
const BEGIN: i64 = 1_700_000_000;
const GAMES: [&str; 2] = ["Factorio", "Celeste"];

#[derive(Debug, Clone)]
enum Act {
    /// Starts a game, or stops it.
    Game(usize),
    /// Goes to a voice channel, or leaves voice.
    Voice(Option<u64>),
    /// The connection of a shard is lost.
    Lose(usize),
    /// It is back: resumed, or a new one.
    ComeBack { shard: usize, is_resumed: bool },
    /// The process is killed and starts again without a connection.
    Kill,
}

fn act() -> impl Strategy<Value = Act> {
    prop_oneof![
        4 => (0..2_usize).prop_map(Act::Game),
        3 => prop::option::of(1..3_u64).prop_map(Act::Voice),
        3 => (0..2_usize).prop_map(Act::Lose),
        4 => (0..2_usize, any::<bool>())
            .prop_map(|(shard, is_resumed)| Act::ComeBack { shard, is_resumed }),
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
            is_afk_channel: false,
        })
    }

    /// What a shard tells when it changes; `None` for voice in another guild.
    fn update(&self, shard: usize, is_voice: bool) -> Option<Observation> {
        let (guild, user) = (GUILDS[shard], ALEX);
        match is_voice {
            true => (shard == 0).then(|| Observation::Voice {
                guild,
                user,
                voice: self.voice(),
            }),
            false => Some(Observation::Activities {
                guild,
                user,
                activities: self.activities(),
            }),
        }
    }

    /// What a shard tells of its guild when it is new.
    fn guild(&self, shard: usize) -> Observation {
        let voices = self.voice().filter(|_| shard == 0);
        Observation::Guild {
            guild: GUILDS[shard],
            voices: voices.map(|voice| (ALEX, voice)).into_iter().collect(),
            activities: Some(vec![(ALEX, self.activities())]),
        }
    }

    /// The names of what it is, as [`name_of`] has them, and whether a connected shard tells of them.
    fn names(&self, links: &[Link; 2]) -> Vec<(String, bool)> {
        let running = self.games.iter().zip(GAMES);
        let games = running.filter_map(|(since, name)| since.map(|_| name.to_owned()));
        let games_are_told = links.iter().any(|link| link.is_connected);
        let games = games.map(|name| (name, games_are_told));
        let voice = self.voice.map(|channel| channel.to_string());
        games
            .chain(voice.map(|name| (name, links[0].is_connected)))
            .collect()
    }
}

fn name_of(session: &PresenceSession) -> String {
    match session.key.place {
        Some(place) => place.channel.to_string(),
        None => session.about.name.clone(),
    }
}

/// The connection of a shard.
#[derive(Debug, Clone, Default)]
struct Link {
    is_connected: bool,
    /// Whether the process still knows the connection that was lost.
    may_resume: bool,
    /// What the gateway would tell if it was resumed.
    missed: Vec<Observation>,
    lost_at: i64,
}

/// A day as it really was.
struct Day {
    world: World,
    doing: Doing,
    now: i64,
    links: [Link; 2],
    /// Times in which a connection was lost that told afterwards what had changed, but not when.
    blurred: Vec<Span>,
    checkpoint_at: i64,
    /// For each second since the beginning, what the member did, and whether that was heard and not lost in a kill.
    seconds: Vec<Vec<(String, bool)>>,
}

impl Day {
    fn new() -> Self {
        let mut day = Self {
            world: World::new(),
            doing: Doing::default(),
            now: BEGIN,
            links: Default::default(),
            blurred: Vec::new(),
            checkpoint_at: BEGIN,
            seconds: Vec::new(),
        };
        for (shard, guild) in GUILDS[..2].iter().enumerate() {
            day.happens(&Happening::Join(*guild, ALEX));
            day.comes_back(shard, false);
        }
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
            self.seconds.push(self.doing.names(&self.links));
            self.now += 1;
        }
    }

    fn changes(&mut self, is_voice: bool) {
        for shard in 0..2 {
            let Some(update) = self.doing.update(shard, is_voice) else {
                continue;
            };
            match self.links[shard].is_connected {
                true => self.is_told(update),
                false => self.links[shard].missed.push(update),
            }
        }
    }

    fn loses(&mut self, shard: usize) {
        let link = &mut self.links[shard];
        if !link.is_connected {
            return;
        }
        *link = Link {
            is_connected: false,
            may_resume: true,
            missed: Vec::new(),
            lost_at: self.now,
        };
        let guilds = AwayGuilds::Lost(Shard::of(GUILDS[shard], SHARDS));
        self.is_told(Observation::Away { guilds });
    }

    fn comes_back(&mut self, shard: usize, is_resumed: bool) {
        let link = &mut self.links[shard];
        if link.is_connected {
            return;
        }
        link.is_connected = true;
        let missed = std::mem::take(&mut link.missed);
        let id = Shard::of(GUILDS[shard], SHARDS);
        if !is_resumed || !link.may_resume {
            let guilds = AwayGuilds::New(id);
            self.is_told(Observation::Away { guilds });
            return self.is_told(self.doing.guild(shard));
        }
        // What was missed is told first.
        if !missed.is_empty() {
            self.blurred.push(Span {
                from: UnixSeconds(link.lost_at),
                to: UnixSeconds(self.now),
            });
        }
        for what in missed {
            self.is_told(what);
        }
        self.is_told(Observation::Resumed(id));
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
            Act::Lose(shard) => self.loses(*shard),
            Act::ComeBack { shard, is_resumed } => self.comes_back(*shard, *is_resumed),
            Act::Kill => {
                let lost = usize::try_from(self.now - self.checkpoint_at).unwrap();
                let kept = self.seconds.len().saturating_sub(lost);
                let lost = self.seconds[kept..].iter_mut().flatten();
                lost.for_each(|(_, is_heard)| *is_heard = false);
                self.links = Default::default();
                self.happens(&Happening::Restart);
                // As a start does.
                self.checkpoint_at = self.now;
                self.happens(&Happening::Checkpoint);
            }
            Act::Voice(_) => {}
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
        let mut names = day.seconds[*second].iter();
        let at = UnixSeconds(BEGIN + i64::try_from(*second).unwrap());
        let is_blurred = day.blurred.iter().any(|span| span.contains(at));
        assert!(
            names.any(|(of, _)| of == name) || is_blurred,
            "{name} counts in second {second}, in which nobody did it"
        );
    }
    // The last minute may not be written yet.
    for (second, names) in day.seconds[..day.seconds.len() - 60].iter().enumerate() {
        for (name, _) in names.iter().filter(|(_, was_heard)| *was_heard) {
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
