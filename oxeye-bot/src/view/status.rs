//! One server as an embed: its state, who is on, who was here lately.

use oxeye_db::{LinkState, ServerStatus, ServerSummary, UnixSeconds};
use serenity::builder::CreateEmbed;
use std::sync::Arc;

use super::bullets::bullets;
use super::facts::{DISCORD, last_seen_heading};
use super::markdown::{cut, escape_markdown, isolate, width};
use super::message::{Message, PICTURE_FILE, Picture};
use super::{rows, state};
use crate::custom_id::CustomId;

/// The whole description stays under this, well below Discord's 4096.
const DESCRIPTION_LIMIT: usize = 3_400;
/// Online players leave this much for those who were here lately.
const KEPT_FOR_LAST_SEEN: usize = 1_200;
/// Discord's limit for the alt text of an attachment.
const ALT_TEXT_LIMIT: usize = 1_024;

/// The embed of a server's status; `with_picture` when `status.png` is attached beside it.
pub fn status_embed(status: &ServerStatus, now: UnixSeconds, with_picture: bool) -> CreateEmbed {
    let embed = CreateEmbed::new()
        .title(escape_markdown(status.name.as_str()))
        .colour(state::colour(status.state))
        .description(description(status, now));
    if with_picture {
        embed.attachment(PICTURE_FILE)
    } else {
        embed
    }
}

/// The whole message: the embed, its picture if there is one, a button to refresh it, and the menu
/// of `others` when the message came from the overview.
pub(crate) fn status_message(
    status: &ServerStatus,
    now: UnixSeconds,
    picture: Option<Arc<[u8]>>,
    others: Option<&[ServerSummary]>,
) -> Message {
    let menu = others.map(|servers| rows::open_menu(servers, Some(status.id)));
    Message {
        embed: Some(status_embed(status, now, picture.is_some())),
        rows: std::iter::once(rows::refresh(CustomId::Refresh(status.id)))
            .chain(menu)
            .collect(),
        picture: picture.map(|png| Picture {
            png,
            alt: alt_text(status),
        }),
        ..Message::default()
    }
}

/// What the picture shows, for those who do not see it. Alt text is not markdown.
pub(crate) fn alt_text(status: &ServerStatus) -> String {
    let name = isolate(status.name.as_str());
    if status.online.is_empty() {
        return format!("Nobody is online on {name}");
    }
    let names: Vec<_> = status
        .online
        .iter()
        .map(|online| isolate(online.player.as_str()))
        .collect();
    let count = state::players(names.len());
    let known = match status.state {
        LinkState::Online => "online",
        _ => "last known",
    };
    cut(
        &format!("{count} {known} on {name}: {}", names.join(", ")),
        ALT_TEXT_LIMIT,
    )
}

fn description(status: &ServerStatus, now: UnixSeconds) -> String {
    let summary = summary(status, now);
    let left = DESCRIPTION_LIMIT - width(&summary);
    let kept = if status.last_seen.is_empty() {
        0
    } else {
        KEPT_FOR_LAST_SEEN
    };
    let online = online_block(status, now, left - kept);
    let left = left - width(&online);
    summary + &online + &last_seen_block(status, now, left)
}

fn summary(status: &ServerStatus, now: UnixSeconds) -> String {
    let mut parts = DISCORD.summary(status.state, status.into(), status.heard_at, now);
    parts[0] = format!("{} **{}**", state::dot(status.state), parts[0]);
    parts.push(format!("updated <t:{}:R>", now.0));
    let summary = parts.join(" · ");
    match state::meaning(status.state, status.into()) {
        Some(meaning) => format!("{summary}\n*{meaning}*"),
        None => summary,
    }
}

fn online_block(status: &ServerStatus, now: UnixSeconds, budget: usize) -> String {
    let heading = state::roster_heading(status.state);
    let lines = DISCORD.online(status, now);
    block(heading, lines, status.online.len(), budget)
}

fn last_seen_block(status: &ServerStatus, now: UnixSeconds, budget: usize) -> String {
    let heading = last_seen_heading(status);
    let lines = DISCORD.last_seen(status, now);
    block(&heading, lines, status.last_seen_total, budget)
}

/// Nothing at all when there is nobody to name.
fn block(
    heading: &str,
    lines: impl Iterator<Item = String>,
    total: usize,
    budget: usize,
) -> String {
    if total == 0 {
        return String::new();
    }
    let list = bullets(lines, total, budget.saturating_sub(width(heading) + 3));
    format!("\n\n{heading}\n{list}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::plain::tests::{a_status, player};
    use oxeye_db::{OfflinePlayerInfo, OnlinePlayer};

    const NOW: UnixSeconds = UnixSeconds(100_000);

    #[test]
    fn a_status_names_who_is_on_and_who_was_here() {
        let mut status = a_status(
            &[("Alex", 92_800)],
            &[("jeb_", 98_200), ("Dinnerbone", 92_800)],
        );
        status.last_seen_total = 2;

        assert_eq!(
            description(&status, NOW),
            "🟢 **online** · 1 player online · updated <t:100000:R>\n\n\
             Online:\n• Alex (for 2h)\n\n\
             Last seen (within 24h):\n• jeb\\_ (30m ago)\n• Dinnerbone (2h ago)"
        );
    }

    #[test]
    fn what_is_not_known_is_said() {
        let mut status = a_status(&[], &[]);
        status.state = LinkState::AwaitingSync;
        status.heard_at = Some(UnixSeconds(99_000));

        let description = description(&status, NOW);

        assert!(
            description
                .starts_with("🟡 **waiting for the server to report** · no word since <t:99000:R>"),
            "{description}"
        );
        assert!(!description.contains("nobody"), "{description}");
    }

    #[test]
    fn a_server_that_tells_no_names_is_shown_with_its_count() {
        let mut status = a_status(&[], &[]);
        status.state = LinkState::AwaitingSync;
        status.heard_at = Some(UnixSeconds(99_990));
        status.reported_count = Some(7);

        assert_eq!(
            description(&status, NOW),
            "🟡 **7 players online** · the server has not told who · updated <t:100000:R>"
        );
    }

    #[test]
    fn a_silent_server_says_since_when() {
        let mut status = a_status(&[("Alex", 92_800)], &[]);
        status.heard_at = Some(UnixSeconds(99_000));
        status.state = LinkState::Quiet;
        let quiet = description(&status, NOW);
        status.state = LinkState::Stale;
        status.online.clear();
        let stale = description(&status, NOW);

        assert!(
            quiet.starts_with("🟠 **no word since <t:99000:R>** · 1 player last known · "),
            "{quiet}"
        );
        assert!(
            stale.starts_with("🔴 **no word since <t:99000:R> - nobody is shown as online** · "),
            "{stale}"
        );
    }

    #[test]
    fn the_worst_names_in_the_largest_number_stay_within_the_limit() {
        let worst = "🦀".repeat(16) + &"_".repeat(16);
        let mut status = a_status(&[], &[]);
        status.online = (0..1_000)
            .map(|n| OnlinePlayer {
                player: player(&worst),
                joined_at: UnixSeconds(n),
            })
            .collect();
        status.last_seen = (0..200)
            .map(|n| OfflinePlayerInfo {
                player_name: player(&worst),
                last_seen: UnixSeconds(n),
            })
            .collect();
        status.last_seen_total = 1_000_000;

        let description = description(&status, NOW);

        assert!(width(&description) < 3_500, "{}", width(&description));
        assert_eq!(description.matches("...and ").count(), 2);
        assert!(description.contains("Last seen (within 24h):\n• "));
        assert!(width(&alt_text(&status)) <= ALT_TEXT_LIMIT);
    }

    #[test]
    fn the_picture_is_shown_only_when_it_is_attached() {
        let json = |with_picture| {
            serde_json::to_value(status_embed(&a_status(&[], &[]), NOW, with_picture)).unwrap()
        };
        assert_eq!(json(true)["image"]["url"], "attachment://status.png");
        assert!(json(false)["image"].is_null());
    }

    #[test]
    fn the_title_is_escaped_and_the_alt_text_is_not() {
        let mut status = a_status(&[("a_b", 0)], &[]);
        status.name = oxeye_db::ServerName::try_from("s_1").unwrap();
        let json = serde_json::to_value(status_embed(&status, NOW, true)).unwrap();
        assert_eq!(json["title"], r"s\_1");
        assert_eq!(alt_text(&status), "1 player online on s_1: a_b");
    }
}
