use serde_json::{Value, json};
use serenity::all::PartialGuild;

use super::*;

const EVERYTHING: Permissions = Permissions::all();

/// Returns what the bot may do in a channel whose overwrites deny and allow these permissions to its
/// role, in a guild that gives that role everything but administration.
fn allowed(deny: Permissions, allow_member: Permissions) -> Access {
    let role = |id: &str, permissions: Permissions| {
        json!({"id": id, "name": "r", "color": 0, "colors": {"primary_color": 0}, "hoist": false,
               "position": 0, "managed": false, "mentionable": false, "flags": 0,
               "permissions": permissions})
    };
    let of_role = EVERYTHING - Permissions::ADMINISTRATOR;
    let guild: PartialGuild = parse(json!({
        "id": "7", "name": "g", "owner_id": "9", "afk_timeout": 300, "verification_level": 0,
        "default_message_notifications": 0, "explicit_content_filter": 0, "emojis": [],
        "roles": [role("7", Permissions::empty()), role("8", of_role)], "features": [],
        "mfa_level": 0, "system_channel_flags": 0, "premium_tier": 0, "preferred_locale": "en-US",
        "nsfw_level": 0, "stickers": [], "premium_progress_bar_enabled": false,
    }));
    let member = parse(json!({
        "user": {"id": "1", "username": "oxeye", "discriminator": "0000"}, "roles": ["8"],
        "joined_at": "2026-01-01T00:00:00Z", "deaf": false, "mute": false, "flags": 0,
        "guild_id": "7",
    }));
    let none = Permissions::empty();
    let channel: GuildChannel = parse(json!({
        "id": "5", "type": 0, "name": "lobby", "guild_id": "7", "position": 0,
        "permission_overwrites": [
            {"id": "8", "type": 0, "allow": none, "deny": deny},
            {"id": "1", "type": 1, "allow": allow_member, "deny": none},
        ],
    }));
    let allowed = guild.user_permissions_in(&channel, &member);
    Access { channel, allowed }
}

fn parse<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[test]
fn exactly_the_denied_permission_is_missing() {
    let needed = needed_by_board(ChannelType::Text, true).unwrap();
    for denied in needed.iter() {
        let access = allowed(denied, Permissions::empty());
        assert_eq!(access.missing(needed), denied);
        assert!(allowed(denied, denied).missing(needed).is_empty());
    }
}

#[track_caller]
fn check_needed(kind: ChannelType, more: Permissions) {
    let always =
        Permissions::VIEW_CHANNEL | Permissions::EMBED_LINKS | Permissions::READ_MESSAGE_HISTORY;
    assert_eq!(needed_by_board(kind, false), Some(always | more));
    assert_eq!(
        needed_by_board(kind, true),
        Some(always | more | Permissions::ATTACH_FILES)
    );
}

#[test]
fn each_kind_of_channel_needs_what_discord_wants_there() {
    check_needed(ChannelType::Text, Permissions::SEND_MESSAGES);
    check_needed(ChannelType::News, Permissions::SEND_MESSAGES);
    check_needed(
        ChannelType::Voice,
        Permissions::SEND_MESSAGES | Permissions::CONNECT,
    );
    check_needed(
        ChannelType::PublicThread,
        Permissions::SEND_MESSAGES_IN_THREADS,
    );
    check_needed(
        ChannelType::Forum,
        Permissions::SEND_MESSAGES | Permissions::SEND_MESSAGES_IN_THREADS,
    );
    assert_eq!(needed_by_board(ChannelType::Category, true), None);
}

#[test]
fn the_invite_link_asks_for_exactly_what_boards_alerts_and_counters_need() {
    let kinds = [
        ChannelType::Text,
        ChannelType::Voice,
        ChannelType::Forum,
        ChannelType::PublicThread,
    ];
    let boards = kinds
        .into_iter()
        .filter_map(|kind| needed_by_board(kind, true));
    let alerts = kinds.into_iter().filter_map(needed_by_alert);
    let counters = NEEDED_BY_COUNTER | Permissions::SET_VOICE_CHANNEL_STATUS;
    let needed = boards.chain(alerts).fold(counters, |all, one| all | one);
    assert_eq!(INVITED_WITH, needed);
}

#[test]
fn the_documents_have_the_invite_link() {
    let link = invite_link("YOUR_APP_ID");
    for document in [
        include_str!("../../../README.md"),
        include_str!("../../../docs/boards.md"),
    ] {
        assert!(document.contains(&link), "{link}");
    }
}

#[test]
fn only_a_thread_that_is_locked_for_the_bot_is_locked() {
    let lock = |mut access: Access| {
        access.channel.thread_metadata = Some(parse(json!({
            "archived": false, "locked": true, "auto_archive_duration": 10_080,
            "archive_timestamp": "2026-01-03T00:00:00Z",
        })));
        access
    };
    let open = allowed(Permissions::MANAGE_THREADS, Permissions::empty());
    assert!(!open.is_locked());
    assert!(lock(open).is_locked());
    assert!(!lock(allowed(Permissions::empty(), Permissions::empty())).is_locked());
}
