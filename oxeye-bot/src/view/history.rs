//! Who was on at a moment, as an embed.

use oxeye_db::TimeZone;
use oxeye_db::record::past::PastMoment;
use oxeye_text::{Facts, Text};
use serenity::builder::CreateEmbed;

use super::message::Message;
use super::status::DESCRIPTION_LIMIT;

/// Makes the message about a moment in a time zone.
pub(crate) fn past_message(text: Text, past: &PastMoment, zone: TimeZone) -> Message {
    let said = Facts::in_discord(text).past(past, zone, DESCRIPTION_LIMIT);
    let embed = CreateEmbed::new().title(said.title).description(said.lines);
    Message {
        embed: Some(embed),
        ..Message::default()
    }
}
