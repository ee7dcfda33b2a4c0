//! Answering one interaction: the first answer within 3 seconds, then edits for 15 minutes.
//!
//! serenity retries neither 5xx nor broken connections, so each write is tried a few times here.

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use oxeye_text::Text;
use serenity::all::{CommandInteraction, ComponentInteraction, InteractionId};
use serenity::builder::{Builder, CreateInteractionResponse, CreateInteractionResponseMessage};
use serenity::http::Http;
use tokio::time::{Instant, sleep, timeout_at};

use crate::bot::{Context, Languages};
use crate::failure::{is_already_answered, is_passing};
use crate::view::message::Message;

/// Work that takes longer than this, from the arrival of the interaction, is announced first ("is
/// thinking").
pub(crate) const PATIENCE: Duration = Duration::from_secs(1);
/// Discord forgets an interaction that has no answer after 3 seconds (error 10062); some of them
/// are spent on the way.
const FIRST_ANSWER_WITHIN: Duration = Duration::from_millis(2_800);
/// One try of the first answer.
const FIRST_ANSWER_LIMIT: Duration = Duration::from_millis(1_200);
/// One try of a later one; rate limits are waited out in it.
const EDIT_LIMIT: Duration = Duration::from_secs(10);
const TRIES: u32 = 3;

tokio::task_local! {
    static ARRIVED: Instant;
}

/// Handles what has just arrived from Discord: the time for its first answer runs from here,
/// whoever gives it in the end.
pub(crate) async fn just_arrived<T>(handling: impl Future<Output = T>) -> T {
    ARRIVED.scope(Instant::now(), handling).await
}

fn arrived() -> Instant {
    ARRIVED
        .try_with(|arrived| *arrived)
        .unwrap_or_else(|_| Instant::now())
}

/// How the first answer appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// As a new message.
    New,
    /// As a new message for whoever asked only.
    NewPrivate,
    /// In place of the message whose button was pressed.
    InPlace,
}

/// The way to answer one interaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer<'a> {
    http: &'a Http,
    id: InteractionId,
    token: &'a str,
    sent: &'a AtomicBool,
    opening: Opening,
    languages: Languages,
    arrived: Instant,
}

impl<'a> Answer<'a> {
    /// For a slash command; shares with poise whether the first answer was sent.
    pub(crate) fn to_command(ctx: &Context<'a>) -> Self {
        Self {
            http: &ctx.framework.serenity_context.http,
            id: ctx.interaction.id,
            token: &ctx.interaction.token,
            sent: ctx.has_sent_initial_response,
            opening: Opening::New,
            languages: Languages::of_command(ctx.interaction),
            arrived: arrived(),
        }
    }

    /// For a command that poise could not find.
    pub(crate) fn to_interaction(
        http: &'a Http,
        interaction: &'a CommandInteraction,
        sent: &'a AtomicBool,
    ) -> Self {
        Self {
            http,
            id: interaction.id,
            token: &interaction.token,
            sent,
            opening: Opening::New,
            languages: Languages::of_command(interaction),
            arrived: arrived(),
        }
    }

    /// For a button or menu.
    pub(crate) fn to_component(
        http: &'a Http,
        interaction: &'a ComponentInteraction,
        sent: &'a AtomicBool,
    ) -> Self {
        Self {
            http,
            id: interaction.id,
            token: &interaction.token,
            sent,
            opening: Opening::InPlace,
            languages: Languages::of_component(interaction),
            arrived: arrived(),
        }
    }

    #[cfg(test)]
    pub(crate) fn for_tests(
        http: &'a Http,
        id: InteractionId,
        token: &'a str,
        sent: &'a AtomicBool,
        opening: Opening,
    ) -> Self {
        Self {
            http,
            id,
            token,
            sent,
            opening,
            languages: Languages::of("en-US", None),
            arrived: arrived(),
        }
    }

    /// The language of what [`Self::show`] shows: the guild's if everybody sees it.
    pub(crate) fn text(&self) -> Text {
        match self.opening {
            Opening::NewPrivate => self.languages.member,
            Opening::New | Opening::InPlace => self.languages.guild,
        }
    }

    /// The language of what only the member who asked sees.
    pub(crate) fn private_text(&self) -> Text {
        self.languages.member
    }

    /// The same with another opening.
    pub(crate) fn opening(self, opening: Opening) -> Self {
        Self { opening, ..self }
    }

    /// Shows a message: as the first answer, or in place of the one that was sent.
    pub(crate) async fn show(&self, message: &Message) -> Result<(), serenity::Error> {
        if self.sent.load(Ordering::SeqCst) {
            return self.edit(message).await;
        }
        self.first(|| match self.opening {
            Opening::New => CreateInteractionResponse::Message(message.to_new()),
            Opening::NewPrivate => {
                CreateInteractionResponse::Message(message.to_new().ephemeral(true))
            }
            Opening::InPlace => CreateInteractionResponse::UpdateMessage(message.to_update()),
        })
        .await
    }

    /// Tells something beside the message: for a button, the message stays as it is.
    pub(crate) async fn tell(&self, message: &Message) -> Result<(), serenity::Error> {
        match (self.sent.load(Ordering::SeqCst), self.opening) {
            (false, _) => {
                self.first(|| CreateInteractionResponse::Message(message.to_new()))
                    .await
            }
            (true, Opening::InPlace) => self.follow_up(message).await,
            (true, Opening::New | Opening::NewPrivate) => self.edit(message).await,
        }
    }

    /// What some work makes, if it is ready before Discord must be told that an answer comes.
    pub(crate) async fn soon<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        timeout_at(self.arrived + PATIENCE, work).await.ok()
    }

    /// Waits for some work; if it is slow, Discord is told that an answer comes.
    pub(crate) async fn holding<T>(
        &self,
        private: bool,
        work: impl Future<Output = T>,
    ) -> Result<T, serenity::Error> {
        let mut work = pin!(work);
        if let Some(done) = self.soon(&mut work).await {
            return Ok(done);
        }
        self.hold(private).await?;
        Ok(work.await)
    }

    /// Takes the time that Discord gives to a deferred answer. Whether only whoever asked will see
    /// it is decided here and cannot be changed later.
    pub(crate) async fn hold(&self, private: bool) -> Result<(), serenity::Error> {
        if self.sent.load(Ordering::SeqCst) {
            return Ok(());
        }
        let private = private || self.opening == Opening::NewPrivate;
        self.first(|| match self.opening {
            Opening::New | Opening::NewPrivate => CreateInteractionResponse::Defer(
                CreateInteractionResponseMessage::new().ephemeral(private),
            ),
            Opening::InPlace => CreateInteractionResponse::Acknowledge,
        })
        .await
    }

    async fn first(
        &self,
        response: impl Fn() -> CreateInteractionResponse,
    ) -> Result<(), serenity::Error> {
        let deadline = self.arrived + FIRST_ANSWER_WITHIN;
        persist(FIRST_ANSWER_LIMIT, Some(deadline), || {
            response().execute(self.http, (self.id, self.token))
        })
        .await?;
        self.sent.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn edit(&self, message: &Message) -> Result<(), serenity::Error> {
        persist(EDIT_LIMIT, None, || async {
            message
                .to_edit()
                .execute(self.http, self.token)
                .await
                .map(drop)
        })
        .await
    }

    async fn follow_up(&self, message: &Message) -> Result<(), serenity::Error> {
        persist(EDIT_LIMIT, None, || async {
            message
                .to_followup()
                .execute(self.http, (None, self.token))
                .await
                .map(drop)
        })
        .await
    }
}

/// Tries a write again when it may well succeed in a moment, and before the deadline if there is one.
async fn persist<F>(
    limit: Duration,
    deadline: Option<Instant>,
    attempt: impl Fn() -> F,
) -> Result<(), serenity::Error>
where
    F: Future<Output = Result<(), serenity::Error>>,
{
    let mut last = serenity::Error::Other("too late for an answer");
    for _ in 0..TRIES {
        let now = Instant::now();
        let until = deadline.map_or(now + limit, |deadline| deadline.min(now + limit));
        if until <= now {
            break;
        }
        last = match timeout_at(until, attempt()).await {
            Ok(Ok(())) => return Ok(()),
            // An earlier try was taken although its answer was lost.
            Ok(Err(error)) if is_already_answered(&error) => return Ok(()),
            Ok(Err(error)) if !is_passing(&error) => return Err(error),
            Ok(Err(error)) => error,
            Err(_) => serenity::Error::Other("no answer in time"),
        };
        sleep(Duration::from_millis(rand::random_range(150..350))).await;
    }
    Err(last)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_comes_is_given_up_after_a_few_tries() {
        let tries = AtomicU32::new(0);
        let result = persist(EDIT_LIMIT, None, || async {
            tries.fetch_add(1, Ordering::SeqCst);
            std::future::pending().await
        })
        .await;
        assert!(result.is_err());
        assert_eq!(tries.load(Ordering::SeqCst), TRIES);
    }

    #[tokio::test(start_paused = true)]
    async fn a_first_answer_is_not_tried_for_longer_than_discord_waits() {
        let started = Instant::now();
        let tries = AtomicU32::new(0);
        let deadline = started + FIRST_ANSWER_WITHIN;

        let result = persist(FIRST_ANSWER_LIMIT, Some(deadline), || async {
            tries.fetch_add(1, Ordering::SeqCst);
            std::future::pending().await
        })
        .await;
        let too_late = persist(FIRST_ANSWER_LIMIT, Some(started), || async {
            unreachable!("nobody listens any more")
        })
        .await;

        assert!(result.is_err() && too_late.is_err());
        assert!(started.elapsed() < Duration::from_millis(3_200));
        assert!(tries.load(Ordering::SeqCst) >= 2);
    }

    #[tokio::test(start_paused = true)]
    async fn the_time_for_an_answer_runs_from_its_arrival() {
        just_arrived(async {
            let started = Instant::now();
            sleep(Duration::from_secs(2)).await;
            assert_eq!(arrived(), started);
        })
        .await;
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_succeed_is_not_tried_again() {
        let tries = AtomicU32::new(0);
        let result = persist(EDIT_LIMIT, None, || async {
            tries.fetch_add(1, Ordering::SeqCst);
            Err(serenity::Error::Other("no"))
        })
        .await;
        assert!(result.is_err());
        assert_eq!(tries.load(Ordering::SeqCst), 1);
    }
}
