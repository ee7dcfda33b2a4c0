//! Who has most of something, as an embed with buttons for other pages and ranges.

use std::sync::Arc;

use oxeye_db::record::leaderboard::{Leaderboard, RankedBy};
use oxeye_db::{Range, ServerId, TimeZone};
use oxeye_text::{Facts, Text, range_that_counts};
use serenity::builder::{CreateEmbed, CreateEmbedFooter};

use super::message::{Message, Picture, TOP_FILE};
use super::rows;
use crate::custom_id::{RankedById, TopId, TopPart};
use crate::showing::top::PAGE_LENGTH;

/// The colour of the embed's edge, which is that of a chart.
const COLOUR: u32 = 0x58_65_F2;

/// The ranges that the buttons show.
pub(crate) const RANGES: [Range; 4] = [Range::Today, Range::Week, Range::Month, Range::All];

/// What a leaderboard is about.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ShownTop<'a> {
    pub(crate) by: &'a RankedBy,
    pub(crate) range: Range,
    /// Id and name of the server; `None` for all servers together.
    pub(crate) server: Option<(ServerId, &'a str)>,
    pub(crate) zone: TimeZone,
    /// How many days the counters of activity are kept.
    pub(crate) days_kept: u16,
}

/// Makes the message that shows a page.
pub(crate) fn top_message(
    text: Text,
    shown: ShownTop<'_>,
    board: &Leaderboard,
    png: Option<Arc<[u8]>>,
) -> Message {
    let name = shown.server.map(|(_, name)| name);
    let facts = Facts::in_discord(text);
    let said = facts.top(shown.by, shown.range, name, shown.zone, board);
    let mut lines = said.lines;
    lines.extend(said.own.map(|own| format!("\n{own}")));
    let mut embed = CreateEmbed::new()
        .title(said.title)
        .colour(COLOUR)
        .description(lines.join("\n"))
        .footer(CreateEmbedFooter::new(said.zone));
    if png.is_some() {
        embed = embed.attachment(TOP_FILE);
    }
    let id = TopId {
        by: RankedById::of(shown.by),
        range: shown.range,
        server: shown.server.map(|(id, _)| id),
        part: TopPart::Nowhere,
    };
    let all = range_that_counts(shown.by, Range::All, shown.days_kept);
    let page = board.offset / PAGE_LENGTH;
    let pages = board.players.div_ceil(PAGE_LENGTH);
    let turning = (pages > 1).then(|| rows::top_pages(text, id, page, pages));
    Message {
        embed: Some(embed),
        picture: png.map(|png| Picture {
            file: TOP_FILE,
            png,
            alt: said.alt,
        }),
        rows: turning
            .into_iter()
            .chain([rows::top_ranges(text, id, &RANGES, all)])
            .collect(),
        ..Message::default()
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::record::leaderboard::Standing;
    use oxeye_db::testing::player;
    use oxeye_db::{Span, UnixSeconds};
    use oxeye_text::Locale;
    use serde_json::Value;

    use super::*;

    fn board(offset: usize, players: usize, name: &str) -> Leaderboard {
        let standing = |place| Standing {
            place,
            player: player(name),
            former_names: vec![player(name); 9],
            until: None,
            amount: 86_400.0 * 3_660.0,
            playtime: None,
            sessions: None,
        };
        Leaderboard {
            span: Span::ALL,
            offset,
            standings: (offset + 1..=players.min(offset + 10))
                .map(standing)
                .collect(),
            players,
            most: 1.0,
            own: Some(standing(players)),
        }
    }

    fn about<'a>(by: &'a RankedBy, range: Range, name: &'a str) -> ShownTop<'a> {
        ShownTop {
            by,
            range,
            server: Some((ServerId(i64::MAX), name)),
            zone: TimeZone::UTC,
            days_kept: 30,
        }
    }

    fn shown(offset: usize, players: usize, name: &str) -> Value {
        let about = about(&RankedBy::Playtime, Range::Week, name);
        let message = top_message(
            Text::of(Locale::German),
            about,
            &board(offset, players, name),
            None,
        );
        serde_json::to_value(message.to_new()).unwrap()
    }

    #[test]
    fn each_button_names_the_range_that_it_shows_whatever_is_shown_now() {
        let deaths = RankedBy::Counter("deaths".to_owned());
        for (by, locale, all) in [
            (&deaths, Locale::English, "30 days"),
            (&deaths, Locale::German, "30 Tage"),
            (&RankedBy::Visits, Locale::English, "All time"),
        ] {
            for range in RANGES {
                // The span is that of what is shown, which may be a single day.
                let board = Leaderboard {
                    span: range.span(TimeZone::UTC, UnixSeconds(1_795_893_300)),
                    ..board(0, 5, "Alex")
                };
                let message = top_message(Text::of(locale), about(by, range, "hub"), &board, None);
                let message = serde_json::to_value(message.to_new()).unwrap();
                let buttons = message["components"][0]["components"].as_array().unwrap();
                let last = buttons.last().unwrap();
                assert_eq!(last["label"], all, "{range}");
                let id = last["custom_id"].as_str().unwrap();
                assert!(id.contains(":all:"), "{id}");
            }
        }
    }

    #[test]
    fn a_page_of_the_longest_names_breaks_no_limit() {
        for name in ["🦀", "_", "@", "ش"] {
            let message = shown(100_000, 100_010, &name.repeat(32));
            let description = message["embeds"][0]["description"].as_str().unwrap();
            assert!(oxeye_text::width(description) <= 4_096, "{name}");
            let title = message["embeds"][0]["title"].as_str().unwrap();
            assert!(oxeye_text::width(title) <= 256, "{title}");
        }
    }

    #[test]
    fn buttons_that_lead_nowhere_are_disabled_and_no_two_have_the_same_id() {
        for (offset, players, disabled) in [
            (0, 25, vec!["Zurück", "1/3", "Diese Woche"]),
            (10, 25, vec!["2/3", "Diese Woche"]),
            (20, 25, vec!["3/3", "Weiter", "Diese Woche"]),
            (0, 10, vec!["Diese Woche"]),
        ] {
            let message = shown(offset, players, "Alex");
            let rows = message["components"].as_array().unwrap();
            let buttons: Vec<_> = rows
                .iter()
                .flat_map(|row| row["components"].as_array().unwrap())
                .collect();
            let mut ids: Vec<_> = buttons.iter().map(|one| one["custom_id"].clone()).collect();
            ids.sort_by_key(ToString::to_string);
            ids.dedup();
            assert_eq!(ids.len(), buttons.len());
            let off = buttons.iter().filter(|one| one["disabled"] == true);
            let off: Vec<_> = off.map(|one| one["label"].as_str().unwrap()).collect();
            assert_eq!(off, disabled);
        }
    }
}
