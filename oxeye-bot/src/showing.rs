//! One server's status with its picture. The text never waits for a slow picture and never fails
//! with it.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use oxeye_db::{GuildServer, LinkState, ServerStatus};
use oxeye_text::Text;
use tokio::time::timeout;

use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::failure::describe;
use crate::view::message::Message;
use crate::view::status::{LAST_SEEN_LIMIT, status_message};

/// How long a picture may come after the text.
const LATE_PICTURE: Duration = Duration::from_secs(30);
/// Pictures are far smaller; Discord takes 10 MiB per file.
const MAX_PICTURE_BYTES: usize = 8 * 1024 * 1024;

/// Which status to show.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shown {
    pub(crate) server: GuildServer,
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
    let picture = picture(bot, shown.server, &status);
    let text = answer.text();
    show_with_picture(answer, picture, |picture| {
        message(bot, text, shown, picture)
    })
    .await
}

/// A picture that Discord does not take, or not in time, never takes the text with it.
async fn show_with_picture(
    answer: &Answer<'_>,
    picture: impl Future<Output = Option<Arc<[u8]>>>,
    message: impl Fn(Option<Arc<[u8]>>) -> Result<Message, BotError>,
) -> Result<(), BotError> {
    let mut picture = pin!(picture);
    if let Some(picture) = answer.soon(&mut picture).await {
        let whole = message(picture)?;
        return match answer.show(&whole).await {
            Err(error) if whole.picture.is_some() => {
                without_picture(&error);
                Ok(answer.show(&message(None)?).await?)
            }
            shown => Ok(shown?),
        };
    }
    answer.hold(false).await?;
    answer.show(&message(None)?).await?;
    // From here on the answer is given; whatever goes wrong, it stays as it is.
    if let Ok(Some(picture)) = timeout(LATE_PICTURE, picture).await
        && let Ok(whole) = message(Some(picture))
        && let Err(error) = answer.show(&whole).await
    {
        without_picture(&error);
    }
    Ok(())
}

fn without_picture(error: &serenity::Error) {
    let error = describe(error);
    tracing::warn!(
        error,
        "Discord did not take a picture; the text stands alone"
    );
}

fn status(bot: &Bot, shown: Shown) -> Result<ServerStatus, BotError> {
    let status = bot
        .database
        .status(shown.server, LAST_SEEN_LIMIT, bot.now());
    Ok(status.ok_or(Mistake::ServerGone)?)
}

fn message(
    bot: &Bot,
    text: Text,
    shown: Shown,
    picture: Option<Arc<[u8]>>,
) -> Result<Message, BotError> {
    let status = status(bot, shown)?;
    let others = shown.with_menu.then(|| bot.servers(shown.server.guild()));
    Ok(status_message(
        text,
        &status,
        bot.now(),
        picture,
        others.as_deref(),
    ))
}

async fn picture(bot: &Bot, server: GuildServer, status: &ServerStatus) -> Option<Arc<[u8]>> {
    // A picture that says "nobody online" would be a guess.
    if status.online.is_empty() && status.state != LinkState::Online {
        return None;
    }
    let drawn = bot.database.status_picture(server, bot.now());
    match drawn.await {
        Ok(picture) => picture.filter(|png| png.len() <= MAX_PICTURE_BYTES),
        Err(error) => {
            tracing::warn!(server = %status.id, %error, "no picture for this status");
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicBool;

    use serenity::all::InteractionId;

    use super::*;
    use crate::answer::{Opening, PATIENCE};
    use crate::discord_in_tests::discord;
    use crate::view::message::Picture;

    /// The method, the end of the path, and whether a file came with it.
    fn summary(request: &str) -> String {
        let line: Vec<_> = request.split(' ').take(2).collect();
        let place = line[1].rsplit('/').next().unwrap();
        let file = if request.contains("THE PICTURE") {
            " with a file"
        } else {
            ""
        };
        format!("{} {place}{file}", line[0])
    }

    fn shown(picture: Option<Arc<[u8]>>) -> Result<Message, BotError> {
        let alt = String::new();
        Ok(Message {
            content: "who is on".to_owned(),
            picture: picture.map(|png| Picture { png, alt }),
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
                tokio::time::sleep(PATIENCE + Duration::from_millis(100)).await;
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
    async fn a_picture_that_is_refused_does_not_cost_the_text() {
        for opening in [Opening::New, Opening::InPlace] {
            let expected = ["POST callback with a file", "POST callback"];
            check(opening, false, &[413, 204], &expected).await;
        }
    }

    #[tokio::test]
    async fn a_late_picture_that_is_refused_leaves_the_text_as_it_is() {
        for opening in [Opening::New, Opening::InPlace] {
            let expected = [
                "POST callback",
                "PATCH @original",
                "PATCH @original with a file",
            ];
            check(opening, true, &[204, 200, 400], &expected).await;
        }
    }
}
