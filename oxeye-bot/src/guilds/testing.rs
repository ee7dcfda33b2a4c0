//! Guilds as Discord sends them, for tests.

use serde_json::{Value, json};

/// A guild as Discord sends it after an invitation, without members and channels.
pub(crate) fn created(guild: u64) -> Value {
    json!({
        "id": guild.to_string(), "name": "Guild", "icon": null, "splash": null, "discovery_splash": null,
        "owner_id": "9", "afk_channel_id": null, "afk_timeout": 300, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "roles": [], "emojis": [],
        "features": [], "mfa_level": 0, "application_id": null, "system_channel_id": null,
        "system_channel_flags": 0, "rules_channel_id": null, "vanity_url_code": null,
        "description": null, "banner": null, "premium_tier": 0, "preferred_locale": "en-US",
        "public_updates_channel_id": null, "nsfw_level": 0, "stickers": [],
        "premium_progress_bar_enabled": false, "joined_at": "2026-01-01T00:00:00Z", "large": false,
        "unavailable": false, "member_count": 1, "voice_states": [], "members": [], "channels": [],
        "threads": [], "presences": [], "stage_instances": [], "guild_scheduled_events": [],
        "safety_alerts_channel_id": null,
    })
}
