//! What is known of one player, as an embed.

use std::sync::Arc;

use oxeye_db::UnixSeconds;
use oxeye_db::record::person_figures::PersonFigures;
use oxeye_text::{Facts, Text};
use serenity::builder::{CreateEmbed, CreateEmbedFooter};

use super::message::{Message, PLAYER_FILE, Picture};

/// The colour of the embed's edge, which is that of a chart.
const COLOUR: u32 = 0x58_65_F2;

/// Makes the message about a player.
pub(crate) fn player_message(
    text: Text,
    figures: &PersonFigures,
    now: UnixSeconds,
    png: Option<Arc<[u8]>>,
) -> Message {
    let said = Facts::in_discord(text).person(figures, now);
    let mut embed = CreateEmbed::new()
        .title(said.title)
        .colour(COLOUR)
        .description(said.lines.join("\n"))
        .footer(CreateEmbedFooter::new(said.zone));
    if png.is_some() {
        embed = embed.attachment(PLAYER_FILE);
    }
    Message {
        embed: Some(embed),
        picture: png.map(|png| Picture {
            file: PLAYER_FILE,
            png,
            alt: said.alt,
        }),
        ..Message::default()
    }
}
