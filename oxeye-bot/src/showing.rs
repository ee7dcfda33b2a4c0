//! One server's status with its picture. The text never waits for a slow picture and never fails
//! with it.

use oxeye_db::{GuildId, LinkState, ServerId, ServerStatus};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::timeout;

use crate::answer::{Answer, PATIENCE};
use crate::bot::Bot;
use crate::error::BotError;
use crate::view;
use crate::view::linking::GONE;
use crate::view::message::Message;
use crate::view::status::status_message;

/// How long a picture may come after the text.
const LATE_PICTURE: Duration = Duration::from_secs(30);
/// Pictures are far smaller; Discord takes 10 MiB per file.
const MAX_PICTURE_BYTES: usize = 8 * 1024 * 1024;

/// Which status to show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) guild: GuildId,
    pub(crate) server: ServerId,
    /// With the menu to open another one.
    pub(crate) with_menu: bool,
}

/// Shows it: with the picture if that is ready in time, else the text first and the picture later.
pub(crate) async fn show_status(
    bot: &Bot,
    answer: &Answer<'_>,
    shown: Shown,
) -> Result<(), BotError> {
    // What is not there is said before the answer is held: a held answer cannot become private.
    let status = status(bot, shown)?;
    let mut picture = pin!(picture(bot, &status));
    if let Ok(picture) = timeout(PATIENCE, &mut picture).await {
        return Ok(answer.show(&message(bot, shown, picture)?).await?);
    }
    answer.hold(false).await?;
    answer.show(&message(bot, shown, None)?).await?;
    if let Ok(Some(picture)) = timeout(LATE_PICTURE, picture).await {
        answer.show(&message(bot, shown, Some(picture))?).await?;
    }
    Ok(())
}

fn status(bot: &Bot, shown: Shown) -> Result<ServerStatus, BotError> {
    let limit = view::LAST_SEEN_LIMIT;
    let status = bot
        .database
        .status(shown.guild, shown.server, limit, bot.now());
    status.ok_or_else(|| BotError::User(GONE.to_owned()))
}

fn message(bot: &Bot, shown: Shown, picture: Option<Arc<[u8]>>) -> Result<Message, BotError> {
    let status = status(bot, shown)?;
    let others = shown.with_menu.then(|| bot.servers(shown.guild));
    Ok(status_message(
        &status,
        bot.now(),
        picture,
        others.as_deref(),
    ))
}

async fn picture(bot: &Bot, status: &ServerStatus) -> Option<Arc<[u8]>> {
    // A picture that says "nobody online" would be a guess.
    if status.online.is_empty() && status.state != LinkState::Online {
        return None;
    }
    let drawn = bot
        .database
        .status_picture(status.guild, status.id, bot.now());
    match drawn.await {
        Ok(picture) => picture.filter(|png| png.len() <= MAX_PICTURE_BYTES),
        Err(error) => {
            tracing::warn!(server = %status.id, %error, "no picture for this status");
            None
        }
    }
}
