//! Follows the events of the gateway for members' sessions.

use oxeye_db::{AwayGuilds, Database, GuildId, Observation, UserId};
use serde_json::{Value, json};
use serenity::all::{Context, Event, FullEvent, Guild, GuildCreateEvent, RawEventHandler};

use super::asking::Asking;
use super::links::Links;
use super::places::Places;
use super::queue::Queue;
use super::reading::{Consent, Reading};
use super::{MemberPresence, Sessions};
use crate::followers::Followers;
use crate::health::BotHealth;

/// The lists of a guild that nothing but members' sessions needs, and that are most likely to hold what
/// serenity does not understand.
const UNNEEDED: [&str; 6] = [
    "presences",
    "voice_states",
    "members",
    "stage_instances",
    "guild_scheduled_events",
    "soundboard_sounds",
];

impl Consent for Database {
    fn is_set_up(&self, guild: GuildId) -> bool {
        !self.presence().kinds_of(guild).is_empty()
    }

    fn keeps(&self, guild: GuildId, user: UserId) -> bool {
        self.presence().keeps(guild, user)
    }
}

/// What follows the events of one connection.
pub(crate) struct Follower {
    queue: Queue,
    places: Places,
    asking: Asking,
    links: Links,
    sees_activities: bool,
    health: BotHealth,
    followers: Followers,
}

impl Follower {
    /// Follows the events of a connection with so many shards.
    pub(crate) fn new(
        sessions: &Sessions,
        mode: MemberPresence,
        followers: Followers,
        health: BotHealth,
        links: Links,
    ) -> Self {
        Self {
            queue: sessions.queue.clone(),
            places: sessions.places.clone(),
            asking: sessions.asking.clone(),
            links,
            sees_activities: mode == MemberPresence::On,
            health,
            followers,
        }
    }

    fn read(&self, shard: u32, event: &Event) -> Vec<Observation> {
        let mut reading = Reading {
            consent: &self.followers.database,
            places: &self.places,
            links: &self.links,
            shard,
            sees_activities: self.sees_activities,
            skipped: 0,
        };
        let observations = reading.read(event);
        self.health.count_skipped_activities(reading.skipped);
        observations
    }

    /// Asks about all members of a guild that is too large for Discord to send what they do.
    fn ask_about(&self, observations: &[Observation]) {
        for observation in observations {
            if let Observation::Guild {
                guild,
                activities: None,
                ..
            } = observation
                && self.sees_activities
            {
                let members = self.followers.database.presence().members(*guild);
                members
                    .into_iter()
                    .for_each(|user| self.asking.ask(*guild, user));
            }
        }
    }

    /// Has everything else follow a guild that serenity does not understand.
    async fn follow_odd_guild(&self, ctx: &Context, payload: Value) {
        let id = GuildId(super::fields::id(&payload, "id").unwrap_or_default());
        let Some(guild) = without_odd_lists(payload) else {
            tracing::warn!(guild = %id, "could not read what Discord sends of a guild");
            return;
        };
        let event = FullEvent::GuildCreate {
            guild,
            is_new: None,
        };
        if let Err(error) = self.followers.follow(&event, &ctx.http).await {
            tracing::error!(guild = %id, %error, "could not handle a guild");
        }
    }
}

#[serenity::async_trait]
impl RawEventHandler for Follower {
    async fn raw_event(&self, ctx: Context, event: Event) {
        let observations = self.read(ctx.shard_id.0, &event);
        self.ask_about(&observations);
        self.queue.push(observations);
        if let Event::Unknown(event) = event
            && event.kind == "GUILD_CREATE"
        {
            self.follow_odd_guild(&ctx, event.value).await;
        }
    }
}

/// Returns what Discord sends of a guild, without what serenity may not understand and nobody needs.
fn without_odd_lists(mut payload: Value) -> Option<Guild> {
    let guild = payload.as_object_mut()?;
    for list in UNNEEDED {
        if guild.contains_key(list) {
            guild.insert(list.to_owned(), json!([]));
        }
    }
    let event: GuildCreateEvent = serde_json::from_value(payload).ok()?;
    Some(event.guild)
}

/// Takes note of the shards that have just lost their connection: what members do in their guilds is not
/// known until these are heard again.
pub(crate) fn lose(queue: &Queue, links: &Links, lost: &[u32]) {
    let lost = lost.iter().map(|id| AwayGuilds::Lost(links.shard(*id)));
    queue.push(lost.map(|guilds| Observation::Away { guilds }).collect());
}
