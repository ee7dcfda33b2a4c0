//! Everybody who was seen on a server recently, in pages.

use oxeye_db::{LastSeenPage, PageStart, ServerId, UnixSeconds};
use oxeye_text::{Facts, Text, escape_markdown};
use serenity::builder::{CreateEmbed, CreateEmbedFooter};

use super::message::Message;
use super::{rows, status};

/// Number of players on one page.
pub(crate) const PAGE_SIZE: usize = 30;

/// Makes the message with one page, and the buttons that lead to those around it.
pub(crate) fn page_message(
    text: Text,
    server: ServerId,
    page: &LastSeenPage,
    now: UnixSeconds,
) -> Message {
    let facts = Facts::in_discord(text);
    let mut lines = vec![facts.last_seen_heading(page.window)];
    lines.extend(facts.last_seen(&page.players, now));
    if page.players.is_empty() {
        lines.push(text.last_seen_nobody());
    }
    let embed = CreateEmbed::new()
        .title(escape_markdown(page.name.as_str()))
        .colour(status::colour(page.state))
        .description(lines.join("\n"));
    let last = page.position + page.players.len();
    let is_whole = page.position == 0 && last >= page.total;
    let mut message = Message {
        embed: Some(embed),
        ephemeral: true,
        ..Message::default()
    };
    if !is_whole {
        let numbers = text.page_of(page.position + 1, last, page.total);
        message.embed = message
            .embed
            .map(|embed| embed.footer(CreateEmbedFooter::new(numbers)));
        message.rows = vec![rows::pages(text, server, previous(page), next(page))];
    }
    message
}

/// Returns where the page before this one begins.
fn previous(page: &LastSeenPage) -> Option<PageStart> {
    (page.position > 0).then(|| PageStart {
        position: page.position.saturating_sub(PAGE_SIZE),
        after: None,
    })
}

/// Returns where the page after this one begins.
fn next(page: &LastSeenPage) -> Option<PageStart> {
    let position = page.position + page.players.len();
    (position < page.total).then(|| PageStart {
        position,
        after: page.players.last().map(|player| player.last_seen),
    })
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use oxeye_db::testing::{player, server_name};
    use oxeye_db::{LinkState, OfflinePlayerInfo};
    use oxeye_text::{Locale, width};
    use serde_json::{Value, json};

    use super::*;

    const NOW: UnixSeconds = UnixSeconds(100_000);

    /// Makes the page from `position` on of `total` players with this name.
    fn page(name: &str, position: usize, total: usize) -> LastSeenPage {
        let on_page = position..total.min(position + PAGE_SIZE);
        let seen = |number: usize| OfflinePlayerInfo {
            player_name: player(name),
            last_seen: UnixSeconds(NOW.0 - i64::try_from(number).unwrap()),
        };
        LastSeenPage {
            name: server_name("sur_vival"),
            state: LinkState::Online,
            window: Duration::from_secs(86_400),
            position,
            players: on_page.map(seen).collect(),
            total,
        }
    }

    fn shown(locale: Locale, page: &LastSeenPage) -> Value {
        let message = page_message(Text::of(locale), ServerId(7), page, NOW);
        serde_json::to_value(message.to_new()).unwrap()
    }

    #[test]
    fn a_page_in_the_middle_leads_to_both_sides() {
        let json = shown(Locale::English, &page("jeb_", 30, 155));

        let embed = &json["embeds"][0];
        assert_eq!(embed["title"], r"sur\_vival");
        let description = embed["description"].as_str().unwrap();
        let start = "Last seen (within 24h):\n• jeb\\_ (<t:99970:R>)\n• jeb\\_ (<t:99969:R>)\n";
        assert!(description.starts_with(start), "{description}");
        assert_eq!(description.lines().count(), 31);
        assert_eq!(embed["footer"]["text"], "31–60 of 155");
        assert_eq!(json["flags"], 64);
        assert_eq!(
            json["components"][0]["components"],
            json!([
                {"type": 2, "style": 2, "label": "Previous", "custom_id": "ox1:p:7:0",
                 "disabled": false},
                {"type": 2, "style": 2, "label": "Next", "custom_id": "ox1:p:7:60:99941",
                 "disabled": false},
            ])
        );
    }

    #[test]
    fn the_first_page_has_none_before_it_and_the_last_none_behind_it() {
        let disabled = |position| {
            let json = shown(Locale::German, &page("Alex", position, 60));
            let buttons = json["components"][0]["components"].clone();
            assert_eq!(buttons[0]["label"], "Zurück");
            assert_ne!(buttons[0]["custom_id"], buttons[1]["custom_id"]);
            [0, 1].map(|button: usize| buttons[button]["disabled"] == true)
        };
        assert_eq!(disabled(0), [true, false]);
        assert_eq!(disabled(30), [false, true]);
    }

    #[test]
    fn a_list_of_one_page_has_no_buttons() {
        let json = shown(Locale::English, &page("Alex", 0, 30));
        assert!(json["components"].is_null(), "{json}");
        assert!(json["embeds"][0]["footer"].is_null(), "{json}");
    }

    #[test]
    fn an_empty_list_says_so() {
        let json = shown(Locale::English, &page("Alex", 0, 0));
        assert_eq!(
            json["embeds"][0]["description"],
            "Last seen (within 24h):\nNobody."
        );
        assert!(json["components"].is_null(), "{json}");
    }

    #[test]
    fn a_page_of_the_worst_names_stays_within_the_limit() {
        let worst = "🦀".repeat(16) + &"_".repeat(16);
        let page = page(&worst, 99_930, 100_000);
        for locale in Locale::ALL {
            let json = shown(locale, &page);
            let description = json["embeds"][0]["description"].as_str().unwrap();
            assert!(width(description) < 3_000, "{}", width(description));
        }
    }
}
