//! One server as an embed: its state, who is online, and who was on recently.

use std::sync::Arc;

use oxeye_db::{LinkState, ServerStatus, ServerSummary, UnixSeconds};
use oxeye_text::{Facts, Text, cut, dot, escape_markdown, isolate, width};
use serenity::builder::CreateEmbed;

use super::message::{Message, PICTURE_FILE, Picture};
use super::rows;
use crate::custom_id::CustomId;

/// Longest description in UTF-16 units, well below Discord's limit of 4096.
const DESCRIPTION_LIMIT: usize = 3_400;
/// Part of the description that is reserved for last seen, in UTF-16 units.
const RESERVED_FOR_LAST_SEEN: usize = 1_200;
/// Discord's limit for the alt text of an attachment.
const ALT_TEXT_LIMIT: usize = 1_024;

/// Largest number of last-seen players to read from the store. More never fit into an embed.
pub(crate) const LAST_SEEN_LIMIT: usize = 200;

/// Makes the whole message: the embed, its picture if there is one, a Refresh button, and the menu
/// of `others` if the message came from the overview.
pub(crate) fn status_message(
    text: Text,
    status: &ServerStatus,
    now: UnixSeconds,
    picture: Option<Arc<[u8]>>,
    others: Option<&[ServerSummary]>,
) -> Message {
    let menu = others.map(|servers| rows::open_menu(text, servers, Some(status.id)));
    Message {
        embed: Some(embed(text, status, now, picture.is_some())),
        rows: std::iter::once(rows::refresh(text, CustomId::Refresh(status.id)))
            .chain(menu)
            .collect(),
        picture: picture.map(|png| Picture {
            png,
            alt: alt_text(text, status),
        }),
        ..Message::default()
    }
}

/// Makes the embed. `with_picture` says that `status.png` is attached to the message.
fn embed(text: Text, status: &ServerStatus, now: UnixSeconds, with_picture: bool) -> CreateEmbed {
    let embed = CreateEmbed::new()
        .title(escape_markdown(status.name.as_str()))
        .colour(colour(status.state))
        .description(description(text, status, now));
    if with_picture {
        embed.attachment(PICTURE_FILE)
    } else {
        embed
    }
}

/// Returns the colour of the embed's edge.
fn colour(state: LinkState) -> u32 {
    match state {
        LinkState::Online => 0x3B_A5_5D,
        LinkState::Quiet => 0xE6_7E_22,
        LinkState::Stale => 0xED_42_45,
        LinkState::AwaitingSync => 0xFA_A6_1A,
        LinkState::Disconnected => 0x74_7F_8D,
    }
}

/// Describes the picture for people who do not see it. Discord does not render markdown in alt text.
fn alt_text(text: Text, status: &ServerStatus) -> String {
    let server = isolate(status.name.as_str());
    if status.online.is_empty() {
        return text.picture_of_nobody(&server);
    }
    let names: Vec<_> = status
        .online
        .iter()
        .map(|online| isolate(online.player.as_str()))
        .collect();
    let players = text.list(&names);
    let alt = match status.state {
        LinkState::Online => text.picture_of_online(names.len(), &server, &players),
        _ => text.picture_of_last_known(names.len(), &server, &players),
    };
    cut(&alt, ALT_TEXT_LIMIT)
}

fn description(text: Text, status: &ServerStatus, now: UnixSeconds) -> String {
    let facts = Facts::in_discord(text);
    let summary = summary(text, status, now);
    let left = DESCRIPTION_LIMIT - width(&summary);
    let reserved = if status.last_seen.is_empty() {
        0
    } else {
        RESERVED_FOR_LAST_SEEN
    };
    let online = Block {
        heading: text.roster_heading_of(status.state),
        lines: facts.online(status, now),
        total: status.online.len(),
    };
    let online = online.text(text, left - reserved);
    let last_seen = Block {
        heading: facts.last_seen_heading(status),
        lines: facts.last_seen(status, now),
        total: status.last_seen_total,
    };
    let last_seen = last_seen.text(text, left - width(&online));
    summary + &online + &last_seen
}

fn summary(text: Text, status: &ServerStatus, now: UnixSeconds) -> String {
    let facts = Facts::in_discord(text);
    let mut parts = facts.summary(status.state, status.into(), status.heard_at, now);
    parts[0] = format!("{} **{}**", dot(status.state), parts[0]);
    parts.push(text.updated(&format!("<t:{}:R>", now.0)));
    let summary = parts.join(" · ");
    match text.meaning(status.state, status.into()) {
        Some(meaning) => format!("{summary}\n*{meaning}*"),
        None => summary,
    }
}

/// A heading and the players below it.
struct Block<Lines> {
    heading: String,
    lines: Lines,
    total: usize,
}

impl<Lines: Iterator<Item = String>> Block<Lines> {
    /// Returns the block as text, or nothing if there are no players.
    fn text(self, text: Text, budget: usize) -> String {
        if self.total == 0 {
            return String::new();
        }
        let budget = budget.saturating_sub(width(&self.heading) + 3);
        let list = text.bullets(self.lines, self.total, budget);
        format!("\n\n{}\n{list}", self.heading)
    }
}

#[cfg(test)]
mod tests;
