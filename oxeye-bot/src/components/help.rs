//! The buttons that turn the pages of `/oxeye help`.

use serenity::all::ComponentInteraction;

use crate::answer::Answer;
use crate::bot::Bot;
use crate::commands::help;
use crate::error::BotError;

/// Shows another page of what the member who presses the button may use now.
pub(super) async fn turn(
    bot: &Bot,
    answer: &Answer<'_>,
    page: usize,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let page = help::page(bot, answer.private_text(), pressed.member.as_ref(), page);
    Ok(answer.show(&page).await?)
}
