//! A board: one server, or all servers of a guild, in a message that stays up to date.
//!
//! Nothing in it depends on the time at which it is made: no "updated", and no time that moves with each
//! report. So a board is edited only when something that people see has changed. Discord keeps the
//! relative times up to date.

use oxeye_db::{DifferentPlayers, LinkState, ServerStatus, ServerSummary, UnixSeconds};
use oxeye_text::{Facts, Heads, Standing, Text, capitalised, cut, dot, escape_markdown, width};
use serenity::builder::CreateEmbed;

use super::channel_message::ChannelMessage;
use super::message::{ICON_FILE, PICTURE_FILE, Picture};
use super::status::{DESCRIPTION_LIMIT, Pictures, alt_text, colour, explanation};
use super::{overview, rows};

/// Discord's limit for the embeds of a message. A guild with more servers gets one line for each.
pub(crate) const MAX_EMBEDS: usize = 10;
/// Longest text of all embeds together in UTF-16 units; Discord's limit is 6000.
const TOTAL_LIMIT: usize = 5_600;
/// Room for those who are online on the board of one server, in UTF-16 units.
const ONLINE_LIMIT: usize = 2_200;
/// The least room in which those who were seen recently are worth a line.
const LAST_SEEN_ROOM: usize = 150;
/// Longest line of those who were seen recently on the board of several servers.
const LAST_SEEN_LIMIT: usize = 400;
/// Stands for the present. A moment after the present would be shown as the present, and a board must
/// not depend on when it is made.
const ALWAYS: UnixSeconds = UnixSeconds(i64::MAX);

/// What a board shows.
#[derive(Debug, Clone)]
pub(crate) enum BoardContent {
    /// One server.
    One(Box<ServerStatus>, Pictures),
    /// All servers of a guild, without pictures.
    All {
        /// The servers, sorted by name.
        servers: Vec<ServerSummary>,
        /// The same servers in detail, or nothing if they are too many.
        statuses: Vec<ServerStatus>,
        /// The number of different players on all of them.
        different: DifferentPlayers,
        /// The heads of those who are online, for lines of text.
        heads: Heads,
    },
}

impl BoardContent {
    /// Returns the same content without pictures, for when Discord refuses them.
    pub(crate) fn without_pictures(self) -> Self {
        match self {
            Self::One(status, Pictures { heads, .. }) => {
                let none = Pictures {
                    roster: None,
                    with_icon: false,
                    heads,
                };
                Self::One(status, none)
            }
            all @ Self::All { .. } => all,
        }
    }

    /// Returns the content as it is if every server has reported its roster.
    pub(crate) fn if_reported(mut self) -> Self {
        match &mut self {
            Self::One(status, _) => reported(&mut status.state),
            Self::All {
                servers,
                statuses,
                different,
                ..
            } => {
                servers.iter_mut().for_each(|one| reported(&mut one.state));
                statuses.iter_mut().for_each(|one| reported(&mut one.state));
                different.online += std::mem::take(&mut different.awaiting_sync);
            }
        }
        self
    }
}

/// Shows a server as online that has not reported since the start.
fn reported(state: &mut LinkState) {
    if *state == LinkState::AwaitingSync {
        *state = LinkState::Online;
    }
}

/// Makes the message of a board.
pub(crate) fn board_message(text: Text, content: &BoardContent) -> ChannelMessage {
    match content {
        BoardContent::One(status, pictures) => one(text, status, pictures),
        BoardContent::All { servers, .. } if servers.is_empty() => nothing_linked(text),
        BoardContent::All {
            servers,
            statuses,
            different,
            heads,
        } => all(text, servers, statuses, *different, heads),
    }
}

fn one(text: Text, status: &ServerStatus, pictures: &Pictures) -> ChannelMessage {
    let roster = pictures.roster.clone();
    let picture = roster.filter(|_| !status.online.is_empty());
    let icon = status.about.icon.as_ref().filter(|_| pictures.with_icon);
    let (description, hides_last_seen) = description(text, status, &pictures.heads);
    let mut embed = embed(status, description);
    if picture.is_some() {
        embed = embed.attachment(PICTURE_FILE);
    }
    if icon.is_some() {
        embed = embed.thumbnail(format!("attachment://{ICON_FILE}"));
    }
    let show_all = hides_last_seen.then(|| rows::show_all(text, status.id));
    ChannelMessage {
        embeds: vec![embed],
        rows: show_all.into_iter().collect(),
        picture: picture.map(|png| Picture {
            file: PICTURE_FILE,
            png,
            alt: alt_text(text, status),
        }),
        icon: icon.map(|icon| icon.png().clone()),
        ..ChannelMessage::default()
    }
}

fn all(
    text: Text,
    servers: &[ServerSummary],
    statuses: &[ServerStatus],
    different: DifferentPlayers,
    heads: &Heads,
) -> ChannelMessage {
    let online = overview::online(text, servers, different);
    let rows = vec![rows::board_menu(text, servers)];
    if statuses.is_empty() {
        let lines = servers.iter().map(|server| line(text, server));
        let list = text.bullets(lines, servers.len(), overview::LIST_LIMIT);
        let parts: Vec<_> = online.into_iter().chain([list.text]).collect();
        let embed = plain(text, parts.join("\n\n"));
        return ChannelMessage {
            embeds: vec![embed],
            rows,
            ..ChannelMessage::default()
        };
    }
    let room = TOTAL_LIMIT / statuses.len();
    let embeds = statuses.iter().take(MAX_EMBEDS);
    // One look for the whole message: if the heads of one server do not fit, none are shown.
    let none = Heads::none();
    let all_fit = embeds
        .clone()
        .all(|status| has_room_for_heads(text, status, heads, room));
    let heads = if all_fit { heads } else { &none };
    ChannelMessage {
        content: online.unwrap_or_default(),
        embeds: embeds
            .map(|status| small(text, status, heads, room))
            .collect(),
        rows,
        ..ChannelMessage::default()
    }
}

fn nothing_linked(text: Text) -> ChannelMessage {
    ChannelMessage {
        embeds: vec![plain(text, text.board_empty())],
        ..ChannelMessage::default()
    }
}

fn plain(text: Text, description: String) -> CreateEmbed {
    CreateEmbed::new()
        .title(text.overview_title())
        .colour(overview::COLOUR)
        .description(description)
}

fn embed(status: &ServerStatus, description: String) -> CreateEmbed {
    CreateEmbed::new()
        .title(title(status))
        .colour(colour(status.state))
        .description(description)
}

fn title(status: &ServerStatus) -> String {
    escape_markdown(status.name.as_str())
}

/// Returns the description of the only server, and whether it leaves out some of those who were seen
/// recently.
fn description(text: Text, status: &ServerStatus, heads: &Heads) -> (String, bool) {
    let facts = Facts::in_discord(text);
    let mut description = top(text, status);
    if !status.online.is_empty() {
        let list = facts.online_players(&status.online, heads, ALWAYS, ONLINE_LIMIT);
        description = format!("{description}\n{}", list.text);
    }
    if status.last_seen.is_empty() {
        return (description, false);
    }
    description = format!("{description}\n\n{}\n", text.board_last_seen());
    let left = DESCRIPTION_LIMIT - width(&description);
    let players = facts.last_seen(&status.last_seen, ALWAYS);
    let list = text.bullets(players, status.last_seen_total, left);
    (description + &list.text, list.missing > 0)
}

/// Returns the room for the description of one of several servers, in UTF-16 units.
fn description_room(status: &ServerStatus, room: usize) -> usize {
    room.saturating_sub(width(&title(status)))
}

/// Returns the room for those who are online below the first lines of a description.
fn online_room(description_room: usize, top: &str) -> usize {
    description_room.saturating_sub(width(top) + 1)
}

/// Whether everybody who is on one of several servers fits with their head.
fn has_room_for_heads(text: Text, status: &ServerStatus, heads: &Heads, room: usize) -> bool {
    let facts = Facts::in_discord(text);
    let left = online_room(description_room(status, room), &top(text, status));
    let line = facts.online_with_heads(&status.online, heads, ALWAYS);
    line.is_some_and(|line| width(&line) <= left)
}

/// Makes the embed of one of several servers, with at most `room` UTF-16 units of text.
fn small(text: Text, status: &ServerStatus, heads: &Heads, room: usize) -> CreateEmbed {
    let facts = Facts::in_discord(text);
    let room = description_room(status, room);
    let mut description = top(text, status);
    if !status.online.is_empty() {
        let left = online_room(room, &description);
        let players = facts.online_within(&status.online, heads, ALWAYS, left);
        description = format!("{description}\n{players}");
    }
    let heading = text.board_last_seen();
    let left = room.saturating_sub(width(&description) + width(&heading) + 2);
    if !status.last_seen.is_empty() && left >= LAST_SEEN_ROOM {
        let left = left.min(LAST_SEEN_LIMIT);
        let players = facts.last_seen_within(&status.last_seen, ALWAYS, left);
        description = format!("{description}\n{heading} {players}");
    }
    embed(status, cut(&description, room))
}

/// Returns the state of a server with its dot, the number of players and the software, and on a second
/// line what the state means if it does not speak for itself.
fn top(text: Text, status: &ServerStatus) -> String {
    let facts = Facts::in_discord(text);
    let mut parts = facts.summary(standing(status), ALWAYS);
    parts[0] = format!("{} **{}**", dot(status.state), capitalised(&parts[0]));
    parts.extend(facts.software(status));
    let line = parts.join(" · ");
    match explanation(text, status) {
        Some(explanation) => format!("{line}\n{explanation}"),
        None => line,
    }
}

fn line(text: Text, server: &ServerSummary) -> String {
    let facts = Facts::in_discord(text);
    let name = facts.name(server.name.as_str());
    let summary = facts.summary(standing(server), ALWAYS);
    format!("{} **{name}** · {}", dot(server.state), summary.join(" · "))
}

/// Returns the state of a server. When it was last heard from is part of that only while it is silent:
/// otherwise each report would change the board.
fn standing(server: impl Into<Standing>) -> Standing {
    let standing = server.into();
    let is_silent = match standing.state {
        LinkState::Quiet | LinkState::Stale | LinkState::Disconnected => true,
        LinkState::Online | LinkState::Starting | LinkState::Down | LinkState::AwaitingSync => {
            false
        }
    };
    Standing {
        heard_at: standing.heard_at.filter(|_| is_silent),
        ..standing
    }
}

#[cfg(test)]
mod tests;
