//! The players over time, as an embed with buttons for other ranges.

use std::sync::Arc;

use oxeye_db::record::chart::PlayerChart;
use oxeye_db::{Range, ServerId};
use oxeye_text::{Facts, Text};
use serenity::builder::CreateEmbed;

use super::message::{CHART_FILE, Message, Picture};
use super::rows;

/// The colour of the embed's edge, which is that of the chart.
const COLOUR: u32 = 0x58_65_F2;

/// The ranges that the buttons show.
const RANGES: [Range; 6] = [
    Range::Today,
    Range::Days(7),
    Range::Days(30),
    Range::Days(90),
    Range::Days(365),
    Range::All,
];

/// Buttons in a row: the six ranges do not fit into one.
const OF_ROW: usize = 3;

/// Makes the message about a server with this id and name, or about all servers together, with its
/// picture if there is one.
pub(crate) fn chart_message(
    text: Text,
    (id, name): (Option<ServerId>, Option<&str>),
    chart: &PlayerChart,
    png: Option<Arc<[u8]>>,
) -> Message {
    let said = Facts::in_discord(text).chart(name, chart);
    let mut embed = CreateEmbed::new()
        .title(said.title)
        .colour(COLOUR)
        .description(said.lines.join("\n"));
    if png.is_some() {
        embed = embed.attachment(CHART_FILE);
    }
    Message {
        embed: Some(embed),
        picture: png.map(|png| Picture {
            file: CHART_FILE,
            png,
            alt: said.alt,
        }),
        rows: RANGES
            .chunks(OF_ROW)
            .map(|ranges| rows::chart_ranges(text, id, ranges, chart.range))
            .collect(),
        ..Message::default()
    }
}
