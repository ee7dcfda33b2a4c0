//! The buttons that turn the pages of `/oxeye help`.

use oxeye_db::GuildId;
use serenity::all::ComponentInteraction;

use crate::answer::Answer;
use crate::bot::Bot;
use crate::commands::help;
use crate::error::BotError;

/// Shows another page of what the member who presses the button may use now.
pub(super) async fn turn(
    bot: &Bot,
    answer: &Answer<'_>,
    (guild, page): (GuildId, usize),
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let who = (guild, pressed.member.as_ref());
    let page = help::page(bot, answer.private_text(), who, page);
    Ok(answer.show(&page).await?)
}
