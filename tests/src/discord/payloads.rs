//! The JSON that Discord would send, reduced to the fields that serenity needs and our bot reads.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::world::{APPLICATION, Message, World};

/// The locale of people and guilds that have chosen none.
pub(super) const ENGLISH: &str = "en-US";

/// The channel of every story. Its id is the guild's, as in old guilds.
pub(super) fn channel(guild: u64) -> Value {
    json!({"id": guild.to_string(), "type": 0, "name": "general", "permissions": "8"})
}

pub(super) fn bot_user() -> Value {
    json!({"id": APPLICATION.to_string(), "username": "oxeye", "discriminator": "0000",
           "global_name": null, "avatar": null, "bot": true})
}

pub(super) fn ready(address: &str, session: &str, guilds: &BTreeSet<u64>) -> Value {
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

pub(super) fn guild(id: u64) -> Value {
    json!({
        "id": id.to_string(), "name": format!("Guild {id}"), "icon": null, "splash": null,
        "discovery_splash": null, "owner_id": "1100000000000000009", "afk_channel_id": null,
        "afk_timeout": 300, "verification_level": 0, "default_message_notifications": 0,
        "explicit_content_filter": 0, "roles": [], "emojis": [], "features": [], "mfa_level": 0,
        "application_id": null, "system_channel_id": null, "system_channel_flags": 0,
        "rules_channel_id": null, "vanity_url_code": null, "description": null, "banner": null,
        "premium_tier": 0, "preferred_locale": ENGLISH, "public_updates_channel_id": null,
        "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": false,
        "joined_at": "2026-01-01T00:00:00Z", "large": false, "unavailable": false,
        "member_count": 3, "voice_states": [], "members": [], "channels": [], "threads": [],
        "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        "safety_alerts_channel_id": null,
    })
}

/// A member of a guild with these permissions, who does something.
pub(super) fn member(user: u64, permissions: u64) -> Value {
    json!({
        "user": {"id": user.to_string(), "username": format!("user{user}"),
                 "discriminator": "0", "global_name": "A Person", "avatar": null},
        "nick": null, "avatar": null, "roles": [], "joined_at": "2026-01-02T00:00:00Z",
        "deaf": false, "mute": false, "flags": 0, "permissions": permissions.to_string(),
    })
}

/// An INTERACTION_CREATE; `kind` is 2 for a command, 3 for a component, 4 for autocomplete.
pub(super) fn interaction(
    id: u64,
    token: &str,
    kind: u64,
    guild: u64,
    member: &Value,
    data: &Value,
) -> Value {
    json!({
        "id": id.to_string(), "application_id": APPLICATION.to_string(), "type": kind,
        "data": data, "guild_id": guild.to_string(), "channel": channel(guild),
        "channel_id": guild.to_string(), "member": member, "token": token, "version": 1,
        "app_permissions": "2147534848", "locale": ENGLISH, "guild_locale": ENGLISH,
        "entitlements": [], "authorizing_integration_owners": {"0": guild.to_string()},
        "context": 0, "attachment_size_limit": 10_485_760,
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
    let mut flags = if message.ephemeral { 64 } else { 0 };
    flags |= if message.thinking { 128 } else { 0 };
    json!({
        "id": id.to_string(), "channel_id": message.channel.to_string(), "author": bot_user(),
        "content": part("content", json!("")), "timestamp": "2026-01-03T00:00:00Z",
        "edited_timestamp": null, "tts": false, "mention_everyone": false, "mentions": [],
        "mention_roles": [], "attachments": attachments, "embeds": embeds(part("embeds", json!([]))),
        "pinned": false, "type": 20, "flags": flags, "components": part("components", json!([])),
        "application_id": APPLICATION.to_string(), "webhook_id": APPLICATION.to_string(),
        "interaction_metadata": {"id": id.to_string(), "type": 2, "user": message.asked_by,
                                 "authorizing_integration_owners": {}},
    })
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
