use std::collections::{BTreeMap, BTreeSet};

use oxeye_db::Voice;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};

use super::*;

const SHARD: Shard = Shard { id: 0, count: 1 };

fn voice(channel: u64) -> Voice {
    Voice {
        channel,
        channel_name: None,
        connection: [0; 8],
        shares_screen: false,
        has_camera: false,
        is_afk_channel: false,
    }
}

fn enters(user: u64, channel: u64) -> Observation {
    Observation::Voice {
        guild: GuildId(1),
        user: UserId(user),
        voice: Some(voice(channel)),
    }
}

#[tokio::test(start_paused = true)]
async fn observations_are_taken_in_the_order_of_discord_and_not_of_their_arrival() {
    let mut waiting = Waiting::default();
    let start = Instant::now();
    waiting.push(2, start, enters(5, 2));
    waiting.push(3, start + SETTLED_AFTER, enters(5, 3));
    assert!(waiting.take_settled(start).is_empty());
    waiting.push(1, start + SETTLED_AFTER, enters(5, 1));

    let first = waiting.take_settled(start + SETTLED_AFTER);

    assert_eq!(first, [enters(5, 1), enters(5, 2)]);
    assert_eq!(waiting.take_all(), [enters(5, 3)]);
    assert!(waiting.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_takes_nothing_costs_no_more_memory_than_there_are_members() {
    let mut waiting = Waiting::default();
    let now = Instant::now();
    for order in 0..200_000_u64 {
        waiting.push(order, now, enters(order % 50, order));
    }

    assert!(waiting.entries.len() <= COMPACT_ABOVE);
    let left = waiting.take_all();
    assert_eq!(left.last(), Some(&enters(199_999 % 50, 199_999)));
}

/// What is known of everybody after some observations, in a naive way.
#[derive(Debug, Default, PartialEq, Eq)]
struct Known {
    voices: BTreeMap<(u64, u64), u64>,
    activities: BTreeMap<(u64, u64), usize>,
    left: BTreeSet<(u64, u64)>,
}

impl Known {
    fn after(observations: &[Observation]) -> Self {
        let mut known = Self::default();
        for observation in observations {
            known.take(observation);
        }
        known
    }

    fn take(&mut self, observation: &Observation) {
        match observation {
            Observation::Voice { guild, user, voice } => {
                self.voices.remove(&(guild.0, user.0));
                let channel = voice.as_ref().map(|voice| voice.channel);
                self.voices
                    .extend(channel.map(|channel| ((guild.0, user.0), channel)));
            }
            Observation::Activities {
                guild,
                user,
                activities,
            } => {
                self.left.remove(&(guild.0, user.0));
                self.activities.insert((guild.0, user.0), activities.len());
            }
            Observation::Guild {
                guild,
                voices,
                activities,
            } => {
                self.voices.retain(|(of, _), _| *of != guild.0);
                let there = voices
                    .iter()
                    .map(|(user, voice)| ((guild.0, user.0), voice.channel));
                self.voices.extend(there);
                if let Some(activities) = activities {
                    self.activities.retain(|(of, _), _| *of != guild.0);
                    let all = activities.iter();
                    self.activities
                        .extend(all.map(|(user, all)| ((guild.0, user.0), all.len())));
                }
            }
            Observation::Left { guild, user } => {
                self.left.insert((guild.0, user.0));
            }
            Observation::OutOfVoice { guild, user } => {
                self.voices.remove(&(guild.0, user.0));
            }
            Observation::Away { .. } | Observation::Resumed(_) => {}
        }
    }
}

fn any(random: &mut StdRng) -> Observation {
    let guild = GuildId(random.random_range(1..=2));
    let user = UserId(random.random_range(1..=3));
    let channel = random.random_range(1..=1_000);
    match random.random_range(0..12) {
        11 => Observation::OutOfVoice { guild, user },
        10 => Observation::Left { guild, user },
        0 => Observation::Away {
            guilds: AwayGuilds::Lost(SHARD),
        },
        1 => Observation::Away {
            guilds: AwayGuilds::One(guild),
        },
        2 => Observation::Resumed(SHARD),
        3 => Observation::Guild {
            guild,
            voices: vec![(user, voice(channel))],
            activities: None,
        },
        4 => Observation::Guild {
            guild,
            voices: Vec::new(),
            activities: Some(vec![(user, Vec::new())]),
        },
        5 => Observation::Voice {
            guild,
            user,
            voice: None,
        },
        6 | 7 => Observation::Activities {
            guild,
            user,
            activities: Vec::new(),
        },
        _ => Observation::Voice {
            guild,
            user,
            voice: Some(voice(channel)),
        },
    }
}

#[tokio::test(start_paused = true)]
async fn dropping_what_is_replaced_never_changes_what_is_true_in_the_end() {
    let now = Instant::now();
    for seed in 0..5_000 {
        let mut random = StdRng::seed_from_u64(seed);
        let all: Vec<_> = (0..random.random_range(0..40))
            .map(|_| any(&mut random))
            .collect();
        let mut waiting = Waiting::default();
        for (order, observation) in all.iter().enumerate() {
            waiting.push(order, now, observation.clone());
        }

        waiting.compact();
        let left = waiting.take_all();

        assert_eq!(Known::after(&left), Known::after(&all), "{all:#?}");
        let ended_away = |all: &[Observation]| {
            let last = |wanted: &Observation| all.iter().rposition(|one| one == wanted);
            let away = Observation::Away {
                guilds: AwayGuilds::Lost(SHARD),
            };
            last(&away) > last(&Observation::Resumed(SHARD))
        };
        assert_eq!(ended_away(&left), ended_away(&all), "{all:#?}");
    }
}
