//! What an event of the gateway says about members who want to be observed.
//!
//! serenity refuses a whole presence, and a whole guild, for one field of an unexpected type. Such an
//! event arrives as [`Event::Unknown`] and is read as leniently as the others.

use oxeye_db::{AwayGuilds, GuildId, MemberActivity, Observation, UserId, Voice};
use serde::Serialize;
use serde_json::Value;
use serenity::all::{Event, Guild};

use super::activity::activities;
use super::chunk::Chunk;
use super::fields::{flag, id, list};
use super::links::Links;
use super::places::Places;

/// Above this number of members, Discord sends no presences with a guild.
const MOST_MEMBERS_WITH_PRESENCES: u64 = 75_000;

/// Which members are observed.
pub(super) trait Consent {
    /// Returns whether a guild keeps anything of anybody.
    fn is_set_up(&self, guild: GuildId) -> bool;
    /// Returns whether anything of a member of a guild is kept.
    fn keeps(&self, guild: GuildId, user: UserId) -> bool;
}

/// Reads the events of one shard.
#[derive(Debug)]
pub(super) struct Reading<'a, C> {
    pub(super) consent: &'a C,
    pub(super) places: &'a Places,
    pub(super) links: &'a Links,
    pub(super) shard: u32,
    /// Whether Discord sends us activities.
    pub(super) sees_activities: bool,
    /// Number of activities, presences and voice states that were skipped.
    pub(super) skipped: u64,
}

impl<C: Consent> Reading<'_, C> {
    /// Returns what is observed by an event.
    pub(super) fn read(&mut self, event: &Event) -> Vec<Observation> {
        match event {
            Event::PresenceUpdate(event) => {
                let presence = &event.presence;
                let guild = presence.guild_id.map(|guild| GuildId(guild.get()));
                let user = UserId(presence.user.id.get());
                self.presence_of(guild, Some(user), || value(presence))
            }
            Event::VoiceStateUpdate(event) => {
                let state = &event.voice_state;
                let guild = state.guild_id.map(|guild| GuildId(guild.get()));
                let user = UserId(state.user_id.get());
                self.voice_of(guild, Some(user), || value(state))
            }
            Event::GuildCreate(event) => self.guild(&event.guild),
            Event::GuildMembersChunk(event) => self.chunk(&value(event)),
            Event::GuildDelete(event) => {
                let guild = GuildId(event.guild.id.get());
                if !event.guild.unavailable {
                    self.places.forget_guild(guild);
                }
                self.away(guild)
            }
            Event::GuildUpdate(event) => {
                let afk = event.guild.afk_metadata.as_ref();
                let afk = afk.map(|afk| afk.afk_channel_id.get());
                self.places.learn_afk(GuildId(event.guild.id.get()), afk);
                Vec::new()
            }
            Event::ChannelCreate(event) => {
                self.places.learn_channel(&event.channel);
                Vec::new()
            }
            Event::ChannelUpdate(event) => {
                self.places.learn_channel(&event.channel);
                Vec::new()
            }
            Event::ChannelDelete(event) => {
                self.places.forget_channel(&event.channel);
                Vec::new()
            }
            Event::Ready(_) => self.ready(),
            Event::Resumed(_) => self.resumed(),
            Event::Unknown(event) => self.unknown(&event.kind, &event.value),
            _ => Vec::new(),
        }
    }

    fn unknown(&mut self, kind: &str, payload: &Value) -> Vec<Observation> {
        let guild = || id(payload, "guild_id").map(GuildId);
        match kind {
            "PRESENCE_UPDATE" => {
                let user = id(&payload["user"], "id").map(UserId);
                self.presence_of(guild(), user, || payload.clone())
            }
            "VOICE_STATE_UPDATE" => {
                let user = id(payload, "user_id").map(UserId);
                self.voice_of(guild(), user, || payload.clone())
            }
            "GUILD_CREATE" => self.odd_guild(payload),
            "GUILD_MEMBERS_CHUNK" => self.chunk(payload),
            _ => Vec::new(),
        }
    }

    /// Reads a presence, unless nothing of this member is kept.
    fn presence_of(
        &mut self,
        guild: Option<GuildId>,
        user: Option<UserId>,
        payload: impl FnOnce() -> Value,
    ) -> Vec<Observation> {
        let Some((guild, user)) = self.kept(guild, user) else {
            return Vec::new();
        };
        let activities = self.activities(&payload());
        vec![Observation::Activities {
            guild,
            user,
            activities,
        }]
    }

    /// Reads a voice state, unless nothing of this member is kept.
    fn voice_of(
        &mut self,
        guild: Option<GuildId>,
        user: Option<UserId>,
        payload: impl FnOnce() -> Value,
    ) -> Vec<Observation> {
        let Some((guild, user)) = self.kept(guild, user) else {
            return Vec::new();
        };
        let voice = self.places.voice(guild, &payload());
        vec![Observation::Voice { guild, user, voice }]
    }

    /// Reads what is to be seen in a guild now.
    fn guild(&mut self, found: &Guild) -> Vec<Observation> {
        self.places.learn_guild(found);
        let guild = GuildId(found.id.get());
        if !self.consent.is_set_up(guild) {
            return Vec::new();
        }
        let voices = found.voice_states.values().filter_map(|state| {
            let user = UserId(state.user_id.get());
            let voice = self.keeps((guild, user)).then(|| value(state))?;
            Some((user, self.places.voice(guild, &voice)?))
        });
        let voices: Vec<(UserId, Voice)> = voices.collect();
        let presences = found.presences.values().filter_map(|presence| {
            let user = UserId(presence.user.id.get());
            Some((user, self.keeps((guild, user)).then(|| value(presence))?))
        });
        let presences: Vec<_> = presences.collect();
        let activities = self.of_all(found.member_count, presences);
        vec![Observation::Guild {
            guild,
            voices,
            activities,
        }]
    }

    /// Reads what is to be seen in a guild that serenity does not understand.
    fn odd_guild(&mut self, payload: &Value) -> Vec<Observation> {
        let Some(guild) = id(payload, "id").map(GuildId) else {
            return Vec::new();
        };
        if flag(payload, "unavailable") {
            return self.away(guild);
        }
        self.places.learn(guild, payload);
        if !self.consent.is_set_up(guild) {
            return Vec::new();
        }
        let states = list(payload, "voice_states");
        let states = self.with_users(states, |state| id(state, "user_id"));
        let voices = states.into_iter().filter_map(|(user, state)| {
            let kept = Some(state).filter(|_| self.keeps((guild, user)))?;
            Some((user, self.places.voice(guild, kept)?))
        });
        let voices: Vec<(UserId, Voice)> = voices.collect();
        let presences = list(payload, "presences");
        let presences = self.with_users(presences, |presence| id(&presence["user"], "id"));
        let presences = presences.into_iter().filter_map(|(user, presence)| {
            Some((user, self.keeps((guild, user)).then(|| presence.clone())?))
        });
        let presences: Vec<_> = presences.collect();
        let members = payload["member_count"].as_u64().unwrap_or_default();
        let activities = self.of_all(members, presences);
        vec![Observation::Guild {
            guild,
            voices,
            activities,
        }]
    }

    /// Returns what all of these do; `None` if Discord does not tell us of everybody.
    fn of_all(
        &mut self,
        members: u64,
        presences: Vec<(UserId, Value)>,
    ) -> Option<Vec<(UserId, Vec<MemberActivity>)>> {
        let tells_all = self.sees_activities && members <= MOST_MEMBERS_WITH_PRESENCES;
        let all = presences.into_iter();
        tells_all.then(|| {
            all.map(|(user, one)| (user, self.activities(&one)))
                .collect()
        })
    }

    /// Reads what members do about whom we have asked.
    fn chunk(&mut self, payload: &Value) -> Vec<Observation> {
        let Some(chunk) = Chunk::of(payload).filter(|_| self.sees_activities) else {
            return Vec::new();
        };
        let guild = chunk.guild;
        let mut observations = Vec::new();
        for (user, presence) in chunk.members {
            if self.keeps((guild, user)) {
                let activities = presence.map_or_else(Vec::new, |one| self.activities(one));
                observations.push(Observation::Activities {
                    guild,
                    user,
                    activities,
                });
            }
        }
        let left = chunk.left.into_iter();
        let left = left.filter(|user| self.keeps((guild, *user)));
        observations.extend(left.map(|user| Observation::Left { guild, user }));
        observations
    }

    fn activities(&mut self, presence: &Value) -> Vec<MemberActivity> {
        let found = activities(presence);
        self.skipped += found.skipped;
        found.kept
    }

    /// A new session: nothing is known of any guild of the shard until Discord has sent it.
    fn ready(&self) -> Vec<Observation> {
        self.links.up(self.shard);
        let guilds = AwayGuilds::New(self.links.shard(self.shard));
        vec![Observation::Away { guilds }]
    }

    /// Discord has sent what was missed of the shard's guilds.
    fn resumed(&self) -> Vec<Observation> {
        self.links.up(self.shard);
        vec![Observation::Resumed(self.links.shard(self.shard))]
    }

    fn away(&self, guild: GuildId) -> Vec<Observation> {
        let guilds = AwayGuilds::One(guild);
        match self.consent.is_set_up(guild) {
            true => vec![Observation::Away { guilds }],
            false => Vec::new(),
        }
    }

    /// Returns whom an event is about, unless nothing of them is kept. Skips it if it does not say.
    fn kept(&mut self, guild: Option<GuildId>, user: Option<UserId>) -> Option<(GuildId, UserId)> {
        let who = guild.zip(user);
        self.skipped += u64::from(who.is_none());
        who.filter(|who| self.keeps(*who))
    }

    /// Returns the entries of a list that say which user they are about. Skips the others.
    fn with_users<'v>(
        &mut self,
        entries: &'v [Value],
        user: impl Fn(&Value) -> Option<u64>,
    ) -> Vec<(UserId, &'v Value)> {
        let named = entries.iter();
        let named = named.filter_map(|entry| Some((UserId(user(entry)?), entry)));
        let named: Vec<_> = named.collect();
        self.skipped += u64::try_from(entries.len() - named.len()).unwrap_or(u64::MAX);
        named
    }

    fn keeps(&self, (guild, user): (GuildId, UserId)) -> bool {
        self.consent.keeps(guild, user)
    }
}

/// Returns the payload from which serenity made a value, as far as it has understood it.
fn value(read: &impl Serialize) -> Value {
    serde_json::to_value(read).unwrap_or_default()
}

#[cfg(test)]
mod tests;
