//! The JSON that Discord would send, reduced to the fields that serenity needs and our bot reads.

use std::collections::BTreeMap;
use std::time::{Instant, SystemTime};

use serde_json::{Value, json};

use super::channels::ChannelState;
use super::gateway::{PRESENCES, VOICE_STATES};
use super::guilds::{GuildState, Role};
use super::world::{APPLICATION, Message, World};

/// Above this number of members, a guild comes without presences.
const MOST_MEMBERS_WITH_PRESENCES: u64 = 75_000;

/// The locale of people and guilds that have chosen none.
pub(super) const ENGLISH: &str = "en-US";

/// A channel as it appears in events and answers.
pub(super) fn channel(channel: &ChannelState) -> Value {
    let id = |id: Option<u64>| id.map(|id| id.to_string());
    let mut payload = json!({
        "id": channel.id.to_string(), "type": channel.kind.number(), "name": channel.name,
        "guild_id": id(channel.guild), "parent_id": id(channel.parent), "position": 0,
        "permission_overwrites": overwrites(channel), "flags": 0,
    });
    if let Some(recipient) = channel.recipient {
        payload = json!({"id": channel.id.to_string(), "type": 1, "recipients": [user(recipient)],
                         "last_message_id": null, "flags": 0});
    }
    if channel.kind.is_voice() {
        payload["bitrate"] = json!(64_000);
        payload["status"] = json!(channel.voice_status);
    }
    if let Some(thread) = channel.thread {
        payload["owner_id"] = json!(thread.owner.to_string());
        payload["thread_metadata"] = json!({
            "archived": thread.archived, "locked": thread.locked, "auto_archive_duration": 10_080,
            "archive_timestamp": "2026-01-03T00:00:00Z",
        });
    }
    payload
}

/// Members, such as the bot, have the type 1; roles have the type 0.
fn overwrites(channel: &ChannelState) -> Vec<Value> {
    let overwrites = channel.overwrites.iter();
    let overwrites = overwrites.map(|(id, overwrite)| {
        json!({"id": id.to_string(), "type": u64::from(*id == APPLICATION),
               "allow": overwrite.allow.0.to_string(), "deny": overwrite.deny.0.to_string()})
    });
    overwrites.collect()
}

/// A role.
pub(super) fn role(id: u64, role: &Role) -> Value {
    let colours = json!({"primary_color": 0, "secondary_color": null, "tertiary_color": null});
    json!({"id": id.to_string(), "name": role.name, "color": 0, "colors": colours, "hoist": false,
           "icon": null, "unicode_emoji": null, "position": 0, "managed": false,
           "mentionable": role.mentionable, "flags": 0, "permissions": role.permissions.0.to_string()})
}

/// All roles of a guild.
pub(super) fn roles(guild: &GuildState) -> Vec<Value> {
    guild.roles.iter().map(|(id, one)| role(*id, one)).collect()
}

/// The bot as a member of a guild.
pub(super) fn bot_member(guild: &GuildState) -> Value {
    let roles: Vec<_> = guild.bot_roles.iter().map(u64::to_string).collect();
    json!({"user": bot_user(), "nick": null, "avatar": null, "roles": roles, "deaf": false,
           "joined_at": "2026-01-01T00:00:00Z", "mute": false, "flags": 0, "pending": false})
}

/// A person.
pub(super) fn user(id: u64) -> Value {
    json!({"id": id.to_string(), "username": format!("user{id}"), "discriminator": "0",
           "global_name": "A Person", "avatar": null})
}

pub(super) fn bot_user() -> Value {
    json!({"id": APPLICATION.to_string(), "username": "oxeye", "discriminator": "0000",
           "global_name": null, "avatar": null, "bot": true})
}

pub(super) fn ready(address: &str, session: &str, guilds: &[u64]) -> Value {
    let guilds: Vec<_> = guilds
        .iter()
        .map(|id| json!({"id": id.to_string(), "unavailable": true}))
        .collect();
    json!({
        "v": 10, "user": bot_user(), "guilds": guilds, "session_id": session,
        "resume_gateway_url": format!("ws://{address}"), "shard": [0, 1],
        "application": {"id": APPLICATION.to_string(), "flags": 0},
    })
}

pub(super) fn guild(world: &World, guild: &GuildState) -> Value {
    let id = guild.id;
    let all = world.channels.values();
    let all = all.filter(|channel| channel.guild == Some(id) && !channel.deleted);
    let (threads, channels): (Vec<_>, Vec<_>) = all.partition(|channel| channel.thread.is_some());
    let shown = |channels: Vec<&ChannelState>| -> Vec<Value> {
        channels.into_iter().map(channel).collect()
    };
    let open = |thread: &&ChannelState| thread.thread.is_some_and(|thread| !thread.archived);
    let threads: Vec<_> = threads.into_iter().filter(open).collect();
    let asked_for = |intent: u64, all: &BTreeMap<u64, Value>| -> Vec<Value> {
        let is_too_large = intent == PRESENCES && guild.member_count > MOST_MEMBERS_WITH_PRESENCES;
        let is_sent = world.intents & intent != 0 && !is_too_large;
        all.values().filter(|_| is_sent).cloned().collect()
    };
    json!({
        "id": id.to_string(), "name": format!("Guild {id}"), "icon": null, "splash": null,
        "discovery_splash": null, "owner_id": "1100000000000000009", "afk_channel_id": null,
        "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "roles": roles(guild), "emojis": [], "features": [], "mfa_level": 0,
        "application_id": null, "system_channel_id": null, "system_channel_flags": 0,
        "rules_channel_id": null, "vanity_url_code": null, "description": null, "banner": null,
        "premium_tier": 0, "preferred_locale": guild.locale, "public_updates_channel_id": null,
        "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": false,
        "joined_at": "2026-01-01T00:00:00Z", "large": false, "unavailable": false,
        "member_count": guild.member_count, "members": [bot_member(guild)],
        "channels": shown(channels), "threads": shown(threads),
        "voice_states": asked_for(VOICE_STATES, &guild.voice_states),
        "presences": asked_for(PRESENCES, &guild.presences), "stage_instances": [], "guild_scheduled_events": [],
        "safety_alerts_channel_id": null,
    })
}

/// A member of a guild with these permissions, who does something.
pub(super) fn member(user: u64, permissions: u64) -> Value {
    json!({
        "user": self::user(user),
        "nick": null, "avatar": null, "roles": [], "joined_at": "2026-01-02T00:00:00Z",
        "deaf": false, "mute": false, "flags": 0, "permissions": permissions.to_string(),
    })
}

/// Who does what where.
pub(super) struct Asked<'a> {
    pub(super) channel: &'a ChannelState,
    /// 2 for a command, 3 for a component, 4 for autocomplete.
    pub(super) kind: u64,
    pub(super) member: &'a Value,
    pub(super) data: &'a Value,
}

/// An INTERACTION_CREATE.
pub(super) fn interaction(world: &World, id: u64, token: &str, asked: &Asked<'_>) -> Value {
    let mut place = channel(asked.channel);
    place["permissions"] = asked.member["permissions"].clone();
    let Some(guild) = asked.channel.guild else {
        return direct_interaction(id, token, asked);
    };
    let guild = guild.to_string();
    json!({
        "id": id.to_string(), "application_id": APPLICATION.to_string(), "type": asked.kind,
        "data": asked.data, "guild_id": guild, "channel": place,
        "channel_id": asked.channel.id.to_string(), "member": asked.member, "token": token,
        "version": 1, "locale": ENGLISH, "guild_locale": ENGLISH, "entitlements": [],
        "app_permissions": world.bot_permissions(asked.channel).0.to_string(),
        "authorizing_integration_owners": {"0": guild}, "context": 0,
        "attachment_size_limit": 10_485_760,
    })
}

/// What the bot receives about somebody who presses a button of a direct message.
fn direct_interaction(id: u64, token: &str, asked: &Asked<'_>) -> Value {
    let place = json!({"id": asked.channel.id.to_string(), "type": 1});
    json!({
        "id": id.to_string(), "application_id": APPLICATION.to_string(), "type": asked.kind,
        "data": asked.data, "channel": place, "channel_id": asked.channel.id.to_string(),
        "user": asked.member["user"], "token": token, "version": 1, "locale": ENGLISH,
        "entitlements": [], "app_permissions": "0", "authorizing_integration_owners": {},
        "context": 1, "attachment_size_limit": 10_485_760,
    })
}

/// A message as it appears in every answer that contains one.
pub(super) fn message(world: &World, id: u64, message: &Message) -> Value {
    let part = |name: &str, or: Value| message.body.get(name).cloned().unwrap_or(or);
    let attachments: Vec<_> = message
        .files
        .iter()
        .map(|file| {
            let url = format!(
                "http://{}/attachments/{}/{}",
                world.address, file.id, file.name
            );
            json!({"id": file.id.to_string(), "filename": file.name, "size": file.bytes.len(),
                   "url": url, "proxy_url": url, "content_type": "image/png",
                   "description": file.description})
        })
        .collect();
    let edited = message.written.iter().skip(1).last();
    let edited = edited.map(|version| version.at);
    let mut flags = if message.ephemeral { 64 } else { 0 };
    flags |= if message.thinking { 128 } else { 0 };
    let mut payload = json!({
        "id": id.to_string(), "channel_id": message.channel.to_string(), "author": bot_user(),
        "content": part("content", json!("")), "timestamp": written(Some(message.created)),
        "edited_timestamp": written(edited), "tts": false, "mention_everyone": false, "mentions": [],
        "mention_roles": [], "attachments": attachments, "embeds": embeds(part("embeds", json!([]))),
        "pinned": false, "type": 0, "flags": flags, "components": part("components", json!([])),
    });
    if let Some(person) = &message.asked_by {
        payload["type"] = json!(20);
        payload["application_id"] = json!(APPLICATION.to_string());
        payload["webhook_id"] = json!(APPLICATION.to_string());
        payload["interaction_metadata"] = json!({"id": id.to_string(), "type": 2, "user": person,
                                                 "authorizing_integration_owners": {}});
    }
    payload
}

/// A moment as Discord writes it.
#[expect(
    clippy::disallowed_methods,
    reason = "the stand-in has the same clock as the bot"
)]
fn written(at: Option<Instant>) -> Option<String> {
    let at = chrono::DateTime::<chrono::Utc>::from(SystemTime::now() - at?.elapsed());
    Some(at.to_rfc3339_opts(chrono::SecondsFormat::Micros, false))
}

/// Adds the kind of each embed, as Discord does and serenity expects.
fn embeds(mut embeds: Value) -> Value {
    for embed in embeds.as_array_mut().into_iter().flatten() {
        embed["type"] = json!("rich");
    }
    embeds
}

/// The commands as Discord returns them, with ids.
pub(super) fn commands(registered: &Value) -> Value {
    let mut commands = registered.clone();
    for (number, command) in commands.as_array_mut().into_iter().flatten().enumerate() {
        command["id"] = json!(command_id(number).to_string());
        command["application_id"] = json!(APPLICATION.to_string());
        command["version"] = json!("1");
        if command["type"].is_null() {
            command["type"] = json!(1);
        }
    }
    commands
}

/// The id of the command at this position of the registered list.
pub(super) fn command_id(number: usize) -> u64 {
    APPLICATION + 100 + u64::try_from(number).unwrap_or_default()
}
