//! One server as an embed: its state, who is online, and who was on recently.

use std::sync::Arc;

use oxeye_db::{LinkState, ServerStatus, ServerSummary, UnixSeconds};
use oxeye_text::{Facts, Heads, Text, capitalised, cut, dot, escape_markdown, isolate, width};
use serenity::builder::CreateEmbed;

use super::message::{ICON_FILE, Message, PICTURE_FILE, Picture};
use super::rows;

/// Longest description in UTF-16 units, well below Discord's limit of 4096.
pub(super) const DESCRIPTION_LIMIT: usize = 3_400;
/// Discord's limit for the alt text of an attachment.
const ALT_TEXT_LIMIT: usize = 1_024;

/// What is attached to a status.
#[derive(Debug, Clone)]
pub(crate) struct Pictures {
    /// The picture of those who are online, once it is drawn.
    pub(crate) roster: Option<Arc<[u8]>>,
    /// Whether to attach the server's icon, if it has one.
    pub(crate) with_icon: bool,
    /// The heads of those who are online, for lines of text.
    pub(crate) heads: Heads,
}

/// Makes the whole message: the embed, its picture if anybody is on it, the buttons, and the menu of
/// `others` if the message came from the overview.
pub(crate) fn status_message(
    text: Text,
    status: &ServerStatus,
    now: UnixSeconds,
    pictures: Pictures,
    others: Option<&[ServerSummary]>,
) -> Message {
    let picture = pictures.roster.filter(|_| !status.online.is_empty());
    let icon = status.about.icon.clone().filter(|_| pictures.with_icon);
    let menu = others.map(|servers| rows::open_menu(text, servers, Some(status.id)));
    let description = description(text, status, &pictures.heads, now);
    let buttons = rows::status(text, status.id, description.hides_last_seen);
    Message {
        embed: Some(embed(
            status,
            &description,
            picture.is_some(),
            icon.is_some(),
        )),
        rows: std::iter::once(buttons).chain(menu).collect(),
        picture: picture.map(|png| Picture {
            file: PICTURE_FILE,
            png,
            alt: alt_text(text, status),
        }),
        icon: icon.map(|icon| Arc::clone(icon.png())),
        ..Message::default()
    }
}

/// Makes the embed. The last arguments say whether the picture and the icon are attached to the message.
fn embed(
    status: &ServerStatus,
    description: &Description,
    with_picture: bool,
    with_icon: bool,
) -> CreateEmbed {
    let mut embed = CreateEmbed::new()
        .title(escape_markdown(status.name.as_str()))
        .colour(colour(status.state))
        .description(&description.text);
    if with_picture {
        embed = embed.attachment(PICTURE_FILE);
    }
    if with_icon {
        embed = embed.thumbnail(format!("attachment://{ICON_FILE}"));
    }
    embed
}

/// Returns the colour of the embed's edge.
pub(crate) fn colour(state: LinkState) -> u32 {
    match state {
        LinkState::Online => 0x3B_A5_5D,
        LinkState::Quiet => 0xE6_7E_22,
        LinkState::Stale | LinkState::Down => 0xED_42_45,
        LinkState::AwaitingSync | LinkState::Starting => 0xFA_A6_1A,
        LinkState::Disconnected => 0x74_7F_8D,
    }
}

/// Describes the picture for people who do not see it. Discord does not render markdown in alt text.
pub(super) fn alt_text(text: Text, status: &ServerStatus) -> String {
    let server = isolate(status.name.as_str());
    let names: Vec<_> = status
        .online
        .iter()
        .map(|online| isolate(online.player.as_str()))
        .collect();
    let players = text.list(&names);
    let count = names.len() + status.hidden_count;
    let alt = match status.state {
        LinkState::Online => text.picture_of_online(count, &server, &players),
        _ => text.picture_of_last_known(count, &server, &players),
    };
    cut(&alt, ALT_TEXT_LIMIT)
}

/// The text of the embed.
struct Description {
    text: String,
    /// Whether some of those who were seen recently are not named.
    hides_last_seen: bool,
}

fn description(text: Text, status: &ServerStatus, heads: &Heads, now: UnixSeconds) -> Description {
    let facts = Facts::in_discord(text);
    let top = std::iter::once(facts_line(text, status, now))
        .chain(explanation(text, status))
        .chain(facts.roster(status, heads, now));
    let mut description = top.collect::<Vec<_>>().join("\n");
    if status.last_seen.is_empty() {
        return Description {
            text: description,
            hides_last_seen: false,
        };
    }
    let heading = facts.last_seen_heading(status.window);
    description = format!("{description}\n\n{heading}\n");
    let lines = facts.last_seen(&status.last_seen, now);
    let left = DESCRIPTION_LIMIT - width(&description);
    let list = text.bullets(lines, status.last_seen_total, left);
    Description {
        text: description + &list.text,
        hides_last_seen: list.missing > 0,
    }
}

/// Returns the one line that says how the server is: its state with its dot, the number of players,
/// and when we heard of it or looked.
fn facts_line(text: Text, status: &ServerStatus, now: UnixSeconds) -> String {
    let facts = Facts::in_discord(text);
    let mut parts = facts.summary(status, now);
    parts[0] = format!("{} **{}**", dot(status.state), capitalised(&parts[0]));
    parts.extend(facts.software(status));
    parts.push(text.updated(&format!("<t:{}:R>", now.0)));
    parts.join(" · ")
}

/// Returns a second line for a state that does not speak for itself.
pub(super) fn explanation(text: Text, status: &ServerStatus) -> Option<String> {
    let meaning = text.meaning(status)?;
    Some(format!("*{}.*", capitalised(&meaning)))
}

#[cfg(test)]
mod tests;
