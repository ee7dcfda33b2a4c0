//! Answering one interaction: the first answer within 3 seconds, then edits for 15 minutes.
//!
//! serenity retries neither 5xx nor broken connections, so each write is tried a few times here.

use serenity::all::{CommandInteraction, ComponentInteraction, InteractionId};
use serenity::builder::{Builder, CreateInteractionResponse, CreateInteractionResponseMessage};
use serenity::http::Http;
use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio::time::{sleep, timeout};

use crate::bot::Context;
use crate::failure::{is_already_answered, is_passing};
use crate::view::message::Message;

/// Work that takes longer than this is announced first ("is thinking"): half of the 3 seconds that
/// Discord gives.
pub(crate) const PATIENCE: Duration = Duration::from_millis(1_500);
/// One try of the first answer.
const FIRST_ANSWER_LIMIT: Duration = Duration::from_millis(1_500);
/// One try of a later one; rate limits are waited out in it.
const EDIT_LIMIT: Duration = Duration::from_secs(10);
const TRIES: u32 = 3;

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
        }
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

    /// Waits for some work; if it is slow, Discord is told that an answer comes.
    pub(crate) async fn holding<T>(
        &self,
        private: bool,
        work: impl Future<Output = T>,
    ) -> Result<T, serenity::Error> {
        let mut work = pin!(work);
        if let Ok(done) = timeout(PATIENCE, &mut work).await {
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
        persist(FIRST_ANSWER_LIMIT, || {
            response().execute(self.http, (self.id, self.token))
        })
        .await?;
        self.sent.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn edit(&self, message: &Message) -> Result<(), serenity::Error> {
        persist(EDIT_LIMIT, || async {
            message
                .to_edit()
                .execute(self.http, self.token)
                .await
                .map(drop)
        })
        .await
    }

    async fn follow_up(&self, message: &Message) -> Result<(), serenity::Error> {
        persist(EDIT_LIMIT, || async {
            message
                .to_followup()
                .execute(self.http, (None, self.token))
                .await
                .map(drop)
        })
        .await
    }
}

/// Tries a write again when it may well succeed in a moment.
async fn persist<F>(limit: Duration, attempt: impl Fn() -> F) -> Result<(), serenity::Error>
where
    F: Future<Output = Result<(), serenity::Error>>,
{
    let mut tries_left = TRIES;
    loop {
        tries_left -= 1;
        let (error, again) = match timeout(limit, attempt()).await {
            Ok(Ok(())) => return Ok(()),
            // An earlier try was taken although its answer was lost.
            Ok(Err(error)) if is_already_answered(&error) => return Ok(()),
            Ok(Err(error)) => {
                let again = is_passing(&error);
                (error, again)
            }
            Err(_) => (serenity::Error::Other("no answer in time"), true),
        };
        if !again || tries_left == 0 {
            return Err(error);
        }
        sleep(Duration::from_millis(rand::random_range(300..700))).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicU32;

    #[tokio::test(start_paused = true)]
    async fn an_answer_that_never_comes_is_given_up_after_a_few_tries() {
        let tries = AtomicU32::new(0);
        let result = persist(EDIT_LIMIT, || async {
            tries.fetch_add(1, Ordering::SeqCst);
            std::future::pending().await
        })
        .await;
        assert!(result.is_err());
        assert_eq!(tries.load(Ordering::SeqCst), TRIES);
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_succeed_is_not_tried_again() {
        let tries = AtomicU32::new(0);
        let result = persist(EDIT_LIMIT, || async {
            tries.fetch_add(1, Ordering::SeqCst);
            Err(serenity::Error::Other("no"))
        })
        .await;
        assert!(result.is_err());
        assert_eq!(tries.load(Ordering::SeqCst), 1);
    }
}
