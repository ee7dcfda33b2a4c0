//! The voice channels of the guilds, by name: a voice state names only an id.

use std::collections::HashMap;
use std::sync::Arc;

use oxeye_db::{GuildId, Observation, Voice};
use parking_lot::Mutex;
use serde_json::Value;
use serenity::all::{ChannelType, GuildChannel};
use sha2::{Digest, Sha256};
use tokio::task::Id;

use super::fields::{flag, id, list, text};

const VOICE: u64 = 2;
const STAGE: u64 = 13;

/// The voice channels of one guild.
#[derive(Debug, Default)]
struct Place {
    names: HashMap<u64, Name>,
    /// Where Discord moves members who do nothing.
    afk: Option<u64>,
}

/// The name of a channel, and the task that has read it.
#[derive(Debug)]
struct Name {
    text: String,
    order: Option<Id>,
}

impl Name {
    fn of(text: String) -> Self {
        let order = tokio::task::try_id();
        Self { text, order }
    }
}

/// The voice channels of all guilds. Clones are cheap and refer to the same channels.
#[derive(Debug, Clone, Default)]
pub(crate) struct Places(Arc<Mutex<HashMap<GuildId, Place>>>);

impl Places {
    /// Learns the channels of a guild from the payload of `GUILD_CREATE`.
    pub(super) fn learn(&self, guild: GuildId, payload: &Value) {
        let channels = list(payload, "channels").iter();
        let voice =
            channels.filter(|channel| matches!(channel["type"].as_u64(), Some(VOICE | STAGE)));
        let names = voice.filter_map(|channel| Some((id(channel, "id")?, text(channel, "name")?)));
        self.replace(guild, names, id(payload, "afk_channel_id"));
    }

    /// Learns the channels of a guild that serenity has read.
    pub(super) fn learn_guild(&self, guild: &serenity::all::Guild) {
        let voice = guild.channels.values().filter(|channel| is_voice(channel));
        let names = voice.map(|one| (one.id.get(), one.name.clone()));
        let afk = guild.afk_metadata.as_ref();
        let afk = afk.map(|afk| afk.afk_channel_id.get());
        self.replace(GuildId(guild.id.get()), names, afk);
    }

    /// Replaces the channels of a guild, except for those of which a later event has told: tasks may run
    /// in another order than that of their events.
    fn replace(
        &self,
        guild: GuildId,
        names: impl Iterator<Item = (u64, String)>,
        afk: Option<u64>,
    ) {
        let names: HashMap<_, _> = names.map(|(id, text)| (id, Name::of(text))).collect();
        let order = tokio::task::try_id();
        let mut guilds = self.0.lock();
        let place = guilds.entry(guild).or_default();
        place.afk = afk;
        place.names.retain(|_, name| name.order > order);
        for (id, name) in names {
            place.names.entry(id).or_insert(name);
        }
    }

    pub(super) fn learn_afk(&self, guild: GuildId, afk: Option<u64>) {
        if let Some(place) = self.0.lock().get_mut(&guild) {
            place.afk = afk;
        }
    }

    pub(super) fn learn_channel(&self, channel: &GuildChannel) {
        if is_voice(channel) {
            let mut guilds = self.0.lock();
            let place = guilds.entry(GuildId(channel.guild_id.get())).or_default();
            let name = Name::of(channel.name.clone());
            place.names.insert(channel.id.get(), name);
        }
    }

    pub(super) fn forget_channel(&self, channel: &GuildChannel) {
        let guild = GuildId(channel.guild_id.get());
        if let Some(place) = self.0.lock().get_mut(&guild) {
            place.names.remove(&channel.id.get());
        }
    }

    pub(super) fn forget_guild(&self, guild: GuildId) {
        self.0.lock().remove(&guild);
    }

    /// Names the channels that were not known yet when their observations were made: the events of a new
    /// channel and of somebody who enters it at once are read at the same time.
    pub(super) fn name_channels(&self, observations: &mut [Observation]) {
        for observation in observations {
            if let Observation::Voice {
                guild,
                voice: Some(voice),
                ..
            } = observation
                && voice.channel_name.is_none()
            {
                voice.channel_name = self.name(*guild, voice.channel);
            }
        }
    }

    fn name(&self, guild: GuildId, channel: u64) -> Option<String> {
        let guilds = self.0.lock();
        Some(guilds.get(&guild)?.names.get(&channel)?.text.clone())
    }

    /// Reads a voice state; `None` if it says that somebody is in no channel.
    pub(crate) fn voice(&self, guild: GuildId, state: &Value) -> Option<Voice> {
        let channel = id(state, "channel_id")?;
        let channel_name = self.name(guild, channel);
        let afk = self.0.lock().get(&guild).and_then(|place| place.afk);
        Some(Voice {
            channel,
            channel_name,
            connection: connection(state["session_id"].as_str().unwrap_or_default()),
            shares_screen: flag(state, "self_stream"),
            has_camera: flag(state, "self_video"),
            is_afk_channel: afk == Some(channel),
        })
    }
}

fn is_voice(channel: &GuildChannel) -> bool {
    matches!(channel.kind, ChannelType::Voice | ChannelType::Stage)
}

/// Returns what tells one voice connection from another. The id of its session itself is not kept.
fn connection(session: &str) -> [u8; 8] {
    let hash = Sha256::digest(session);
    std::array::from_fn(|at| hash[at])
}

#[cfg(test)]
mod tests {
    use oxeye_db::UserId;
    use serde_json::json;

    use super::*;

    const GUILD: GuildId = GuildId(1);

    fn places() -> Places {
        let places = Places::default();
        let channels = json!([
            {"id": "7", "type": 2, "name": "Lounge"}, {"id": "8", "type": 0, "name": "general"},
            {"id": "9", "type": 13, "name": "Stage"}, {"id": null, "type": 2}, 5,
        ]);
        places.learn(GUILD, &json!({"channels": channels, "afk_channel_id": "9"}));
        places
    }

    #[test]
    fn a_voice_state_is_read_with_the_name_of_its_channel() {
        let state = json!({"channel_id": "7", "session_id": "a", "self_stream": true, "self_video": null,
                           "self_deaf": false, "deaf": true});

        let voice = places().voice(GUILD, &state).unwrap();

        assert_eq!(voice.channel_name.as_deref(), Some("Lounge"));
        assert!(voice.shares_screen && !voice.has_camera && !voice.is_afk_channel);
        let afk = json!({"channel_id": 9});
        assert!(places().voice(GUILD, &afk).unwrap().is_afk_channel);
    }

    #[test]
    fn a_channel_that_is_known_a_moment_later_is_named_then() {
        let places = places();
        let state = json!({"channel_id": "10", "session_id": "a"});
        let voice = places.voice(GUILD, &state);
        assert_eq!(voice.as_ref().unwrap().channel_name, None);
        let mut observations = [Observation::Voice {
            guild: GUILD,
            user: UserId(3),
            voice,
        }];
        places.learn(
            GUILD,
            &json!({"channels": [{"id": "10", "type": 2, "name": "Alex's room"}]}),
        );

        places.name_channels(&mut observations);

        let [
            Observation::Voice {
                voice: Some(voice), ..
            },
        ] = observations
        else {
            panic!("{observations:?}")
        };
        assert_eq!(voice.channel_name.as_deref(), Some("Alex's room"));
    }

    #[test]
    fn somebody_who_is_in_no_channel_has_no_voice() {
        for state in [
            json!({"channel_id": null}),
            json!({}),
            json!({"channel_id": "x"}),
            json!(5),
        ] {
            assert_eq!(places().voice(GUILD, &state), None, "{state}");
        }
    }

    #[test]
    fn a_connection_is_recognised_and_its_session_is_not_kept() {
        let of = |session: &str| {
            let state = json!({"channel_id": "7", "session_id": session});
            places().voice(GUILD, &state).unwrap().connection
        };
        assert_eq!(of("abcdefgh"), of("abcdefgh"));
        assert_ne!(of("abcdefgh"), of("abcdefgi"));
        assert_ne!(of("abcdefgh"), *b"abcdefgh");
    }

    #[test]
    fn a_channel_of_a_guild_that_is_gone_has_no_name() {
        let places = places();
        places.forget_guild(GUILD);
        let voice = places.voice(GUILD, &json!({"channel_id": "7"})).unwrap();
        assert_eq!((voice.channel_name, voice.is_afk_channel), (None, false));
    }

    #[tokio::test]
    async fn a_guild_that_is_read_late_hides_no_newer_channel() {
        let places = places();
        let (told, later) = tokio::sync::oneshot::channel();
        let mut tasks = tokio::task::JoinSet::new();
        let of_guild = places.clone();
        tasks.spawn(async move {
            later.await.unwrap();
            of_guild.learn(
                GUILD,
                &json!({"channels": [{"id": "7", "type": 2, "name": "Old"}]}),
            );
        });
        let of_channel = places.clone();
        tasks.spawn(async move {
            for (id, name) in [("7", "New"), ("8", "Lobby")] {
                let channel = json!({"id": id, "type": 2, "name": name, "guild_id": "1", "position": 0,
                                     "permission_overwrites": [], "bitrate": 64_000});
                of_channel.learn_channel(&serde_json::from_value(channel).unwrap());
            }
            told.send(()).unwrap();
        });
        while let Some(ended) = tasks.join_next().await {
            ended.unwrap();
        }

        for (id, name) in [("7", "New"), ("8", "Lobby")] {
            let voice = places.voice(GUILD, &json!({"channel_id": id})).unwrap();
            assert_eq!(voice.channel_name.as_deref(), Some(name));
        }
    }
}
