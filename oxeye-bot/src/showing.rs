//! Shows the status of one server with its picture. A picture that is slow or fails neither delays
//! nor prevents the text.

pub(crate) mod board;
pub(crate) mod chart;
pub(crate) mod player;
pub(crate) mod top;

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{Database, GuildServer, ServerStatus, StoreError};
use oxeye_text::{Facts, Heads, Text};
use tokio::time::timeout;

use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::failure::describe_error;
use crate::view::message::Message;
use crate::view::status::{Pictures, status_message};

/// How long after the text a picture may still be added.
const LATE_PICTURE: Duration = Duration::from_secs(30);
/// How long the heads in the text may take to read.
const HEADS_LIMIT: Duration = Duration::from_millis(300);
/// Largest picture that we send. Real ones are far smaller; Discord accepts 10 MiB per file.
const MAX_PICTURE_BYTES: usize = 8 * 1024 * 1024;

/// The status that a member asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct StatusRequest {
    pub(crate) server: GuildServer,
    /// Whether to show the menu that opens another server.
    pub(crate) with_menu: bool,
}

/// Shows the status with its picture if that is ready in time. Otherwise shows the text first and
/// adds the picture later.
pub(crate) async fn show_status(
    bot: &Bot,
    answer: &Answer<'_>,
    request: StatusRequest,
) -> Result<(), BotError> {
    // Fail before the answer is deferred: a deferred answer cannot become private.
    let status = status(bot, request)?;
    let picture = drawn(&bot.database, request.server, &status);
    let text = answer.text();
    let heads = heads(bot, request.server).await;
    show_with_picture(answer, picture, |pictures| {
        let heads = heads.clone();
        message(bot, text, request, Pictures { heads, ..pictures })
    })
    .await
}

/// Shows a message with its pictures, or without any if Discord refuses them or the roster's is late.
async fn show_with_picture(
    answer: &Answer<'_>,
    picture: impl Future<Output = Option<Arc<[u8]>>>,
    message: impl Fn(Pictures) -> Result<Message, BotError>,
) -> Result<(), BotError> {
    let with = |roster| Pictures {
        roster,
        with_icon: true,
        heads: Heads::none(),
    };
    let none = || Pictures {
        roster: None,
        with_icon: false,
        heads: Heads::none(),
    };
    let mut picture = pin!(picture);
    if let Some(picture) = answer.soon(&mut picture).await {
        let whole = message(with(picture))?;
        return match answer.show(&whole).await {
            Err(error) if whole.picture.is_some() || whole.icon.is_some() => {
                warn_of_picture(&error);
                Ok(answer.show(&message(none())?).await?)
            }
            shown => Ok(shown?),
        };
    }
    answer.defer(false).await?;
    answer.show(&message(none())?).await?;
    // The member has an answer now. If anything fails from here on, that answer stays.
    if let Ok(Some(picture)) = timeout(LATE_PICTURE, picture).await
        && let Ok(whole) = message(with(Some(picture)))
        && let Err(error) = answer.show(&whole).await
    {
        warn_of_picture(&error);
    }
    Ok(())
}

/// Returns the heads of those who are online, unless reading them takes long: the text does not wait.
async fn heads(bot: &Bot, server: GuildServer) -> Heads {
    let Some(heads) = &bot.heads else {
        return Heads::none();
    };
    let read = heads.of_server(&bot.database, server, Facts::MOST_WITH_TIMES);
    timeout(HEADS_LIMIT, read).await.unwrap_or_default()
}

/// Returns the picture of a figure, if there is anything to show and it can be drawn.
async fn drawn_if_possible(
    picture: impl Future<Output = Result<Option<Arc<[u8]>>, StoreError>>,
) -> Option<Arc<[u8]>> {
    picture.await.unwrap_or_else(|error| {
        tracing::warn!(%error, "could not draw the picture of a figure");
        None
    })
}

fn warn_of_picture(error: &serenity::Error) {
    let error = describe_error(error);
    tracing::warn!(
        error,
        "Discord did not accept a picture; showing the text alone"
    );
}

fn status(bot: &Bot, request: StatusRequest) -> Result<ServerStatus, BotError> {
    let status = bot
        .database
        .status(request.server, bot.last_seen_shown, bot.now());
    Ok(status.ok_or(Mistake::ServerGone)?)
}

fn message(
    bot: &Bot,
    text: Text,
    request: StatusRequest,
    pictures: Pictures,
) -> Result<Message, BotError> {
    let status = status(bot, request)?;
    let others = request
        .with_menu
        .then(|| bot.servers(request.server.guild()));
    Ok(status_message(
        text,
        &status,
        bot.now(),
        pictures,
        others.as_deref(),
    ))
}

/// Returns the picture of those who are online, if anybody is, heads are shown and it can be drawn.
async fn drawn(
    database: &Database,
    server: GuildServer,
    status: &ServerStatus,
) -> Option<Arc<[u8]>> {
    let shows_heads = database.guild_settings(server.guild()).shown.heads;
    if status.online.is_empty() || !shows_heads {
        return None;
    }
    match database.status_picture(server).await {
        Ok(picture) => picture.filter(|png| png.len() <= MAX_PICTURE_BYTES),
        Err(error) => {
            tracing::warn!(server = %status.id, %error, "could not draw the picture of a status");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use serenity::all::InteractionId;

    use super::*;
    use crate::answer::{DEFER_AFTER, Opening};
    use crate::fake_discord::discord;
    use crate::view::message::{PICTURE_FILE, Picture};

    /// Returns the method, the last part of the path, and what was attached.
    fn summary(request: &str) -> String {
        let line: Vec<_> = request.split(' ').take(2).collect();
        let place = line[1].rsplit('/').next().unwrap();
        let file = match (
            request.contains("THE PICTURE"),
            request.contains("THE ICON"),
        ) {
            (true, true) => " with both",
            (true, false) => " with the picture",
            (false, true) => " with the icon",
            (false, false) => "",
        };
        format!("{} {place}{file}", line[0])
    }

    fn shown(pictures: Pictures) -> Result<Message, BotError> {
        let alt = String::new();
        Ok(Message {
            content: "who is on".to_owned(),
            picture: pictures.roster.map(|png| Picture {
                file: PICTURE_FILE,
                png,
                alt,
            }),
            icon: pictures.with_icon.then(|| Arc::from(*b"THE ICON")),
            ..Message::default()
        })
    }

    fn png() -> Option<Arc<[u8]>> {
        Some(Arc::from(*b"THE PICTURE"))
    }

    async fn check(opening: Opening, slow: bool, statuses: &'static [u16], expected: &[&str]) {
        let (http, mut requests, _task) = discord(statuses).await;
        let sent = AtomicBool::new(false);
        let answer = Answer::for_tests(&http, InteractionId::new(1), "token", &sent, opening);
        let picture = async {
            if slow {
                tokio::time::sleep(DEFER_AFTER + Duration::from_millis(100)).await;
            }
            png()
        };

        show_with_picture(&answer, picture, shown).await.unwrap();

        let mut asked = Vec::new();
        while let Ok(request) = requests.try_recv() {
            asked.push(summary(&request));
        }
        assert_eq!(asked, expected);
    }

    #[tokio::test]
    async fn a_refused_picture_does_not_prevent_the_text() {
        for opening in [Opening::New, Opening::InPlace] {
            let expected = ["POST callback with both", "POST callback"];
            check(opening, false, &[413, 204], &expected).await;
        }
    }

    #[tokio::test]
    async fn a_late_picture_that_is_refused_leaves_the_text_in_place() {
        for opening in [Opening::New, Opening::InPlace] {
            let expected = [
                "POST callback",
                "PATCH @original",
                "PATCH @original with both",
            ];
            check(opening, true, &[204, 200, 400], &expected).await;
        }
    }
}
