//! What is known of one player, as an embed.

use std::sync::Arc;

use oxeye_db::UnixSeconds;
use oxeye_db::record::person_figures::PersonFigures;
use oxeye_text::{Facts, Text};
use serenity::builder::{CreateEmbed, CreateEmbedFooter};

use super::message::{Message, PLAYER_FILE, Picture};
use super::rows;

/// The colour of the embed's edge, which is that of a chart.
const COLOUR: u32 = 0x58_65_F2;

/// The buttons below what is known of a player.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PlayerButtons {
    /// Shows who has most playtime.
    pub(crate) top: bool,
    /// Has the member told when the player comes on.
    pub(crate) notify: bool,
}

/// Makes the message about a player.
pub(crate) fn player_message(
    text: Text,
    figures: &PersonFigures,
    (now, buttons): (UnixSeconds, PlayerButtons),
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
        rows: rows::of_player(text, &figures.player, buttons)
            .into_iter()
            .collect(),
        ..Message::default()
    }
}
