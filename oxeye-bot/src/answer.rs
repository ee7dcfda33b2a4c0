//! Answers one interaction: the first answer within 3 seconds, then edits for 15 minutes.
//!
//! serenity retries neither 5xx responses nor broken connections, so we retry each write here.

mod arrival;
mod retry;

use std::future::Future;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use oxeye_text::Text;
use serenity::all::{CommandInteraction, ComponentInteraction, InteractionId, ModalInteraction};
use serenity::builder::{
    Builder, CreateInteractionResponse, CreateInteractionResponseMessage, CreateModal,
};
use serenity::http::Http;
use tokio::time::{Instant, timeout_at};

use self::arrival::arrived_at;
pub(crate) use self::arrival::on_arrival;
use self::retry::{Repeated, retrying};
use crate::bot::{Bot, Context, Languages};
use crate::view::message::Message;

/// How long after the arrival of an interaction we defer its answer, so that Discord shows that the
/// bot "is thinking": early enough for it to arrive within a second.
pub(crate) const DEFER_AFTER: Duration = Duration::from_millis(800);
/// Discord forgets an interaction that has no answer after 3 seconds (error 10062). Part of that
/// time passes on the network.
const FIRST_ANSWER_WITHIN: Duration = Duration::from_millis(2_800);
/// Time limit of one attempt to send the first answer.
const FIRST_ATTEMPT_LIMIT: Duration = Duration::from_millis(1_200);
/// Time limit of one attempt to send a later one, which includes waiting for rate limits.
const EDIT_ATTEMPT_LIMIT: Duration = Duration::from_secs(10);
/// Where the first answer appears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Opening {
    /// As a new message.
    New,
    /// As a new message that only the member who asked can see.
    NewPrivate,
    /// In place of the message whose button was pressed.
    InPlace,
}

/// Answers one interaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Answer<'a> {
    http: &'a Http,
    id: InteractionId,
    token: &'a str,
    sent: &'a AtomicBool,
    opening: Opening,
    languages: Languages,
    arrived_at: Instant,
}

impl<'a> Answer<'a> {
    /// Answers a slash command. poise and we share the flag that says whether the first answer was
    /// sent.
    pub(crate) fn to_command(ctx: &Context<'a>) -> Self {
        Self {
            http: &ctx.framework.serenity_context.http,
            id: ctx.interaction.id,
            token: &ctx.interaction.token,
            sent: ctx.has_sent_initial_response,
            opening: Opening::New,
            languages: Languages::of_command_in(ctx.framework.user_data, ctx.interaction),
            arrived_at: arrived_at(),
        }
    }

    /// Answers a command that poise does not know.
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
            arrived_at: arrived_at(),
        }
    }

    /// Answers a button or menu.
    pub(crate) fn to_component(
        http: &'a Http,
        bot: &Bot,
        interaction: &'a ComponentInteraction,
        sent: &'a AtomicBool,
    ) -> Self {
        Self {
            http,
            id: interaction.id,
            token: &interaction.token,
            sent,
            opening: Opening::InPlace,
            languages: Languages::of_component(bot, interaction),
            arrived_at: arrived_at(),
        }
    }

    /// Answers a modal, in place of the message whose menu has opened it.
    pub(crate) fn to_modal(
        http: &'a Http,
        interaction: &'a ModalInteraction,
        sent: &'a AtomicBool,
    ) -> Self {
        let opening = match interaction.message {
            Some(_) => Opening::InPlace,
            None => Opening::NewPrivate,
        };
        Self {
            http,
            id: interaction.id,
            token: &interaction.token,
            sent,
            opening,
            languages: Languages::of(&interaction.locale, None),
            arrived_at: arrived_at(),
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
            arrived_at: arrived_at(),
        }
    }

    /// Returns the language for [`Self::show`]: the guild's, unless only the member sees the answer.
    pub(crate) fn text(&self) -> Text {
        match self.opening {
            Opening::NewPrivate => self.languages.member,
            Opening::New | Opening::InPlace => self.languages.guild,
        }
    }

    /// Returns the language for messages that only the member who asked sees.
    pub(crate) fn private_text(&self) -> Text {
        self.languages.member
    }

    /// Returns the same answer with another opening.
    pub(crate) fn with_opening(self, opening: Opening) -> Self {
        Self { opening, ..self }
    }

    /// Shows a message, as the first answer or in place of the previous one.
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

    /// Asks with a modal. It must be the first answer.
    pub(crate) async fn ask(&self, modal: &CreateModal) -> Result<(), serenity::Error> {
        self.first(|| CreateInteractionResponse::Modal(modal.clone()))
            .await
    }

    /// Shows a message without replacing the one whose button was pressed.
    pub(crate) async fn show_beside(&self, message: &Message) -> Result<(), serenity::Error> {
        match (self.sent.load(Ordering::SeqCst), self.opening) {
            (false, _) => {
                self.first(|| CreateInteractionResponse::Message(message.to_new()))
                    .await
            }
            (true, Opening::InPlace) => self.follow_up(message).await,
            (true, Opening::New | Opening::NewPrivate) => self.edit(message).await,
        }
    }

    /// Returns the result of `work` if it is ready before the answer must be deferred.
    pub(crate) async fn soon<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        timeout_at(self.arrived_at + DEFER_AFTER, work).await.ok()
    }

    /// Waits for `work`, and defers the answer if the work is slow.
    pub(crate) async fn deferring<T>(
        &self,
        private: bool,
        work: impl Future<Output = T>,
    ) -> Result<T, serenity::Error> {
        let mut work = pin!(work);
        if let Some(done) = self.soon(&mut work).await {
            return Ok(done);
        }
        self.defer(private).await?;
        Ok(work.await)
    }

    /// Defers the answer, unless one was already sent. Whether only the member who asked will see
    /// it is decided here: Discord does not let us change that later.
    pub(crate) async fn defer(&self, private: bool) -> Result<(), serenity::Error> {
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
        let deadline = self.arrived_at + FIRST_ANSWER_WITHIN;
        retrying(
            FIRST_ATTEMPT_LIMIT,
            Some(deadline),
            Repeated::ChangesNothing,
            || response().execute(self.http, (self.id, self.token)),
        )
        .await?;
        self.sent.store(true, Ordering::SeqCst);
        Ok(())
    }

    async fn edit(&self, message: &Message) -> Result<(), serenity::Error> {
        retrying(
            EDIT_ATTEMPT_LIMIT,
            None,
            Repeated::ChangesNothing,
            || async {
                message
                    .to_edit()
                    .execute(self.http, self.token)
                    .await
                    .map(drop)
            },
        )
        .await
    }

    async fn follow_up(&self, message: &Message) -> Result<(), serenity::Error> {
        retrying(EDIT_ATTEMPT_LIMIT, None, Repeated::PostsTwice, || async {
            message
                .to_followup()
                .execute(self.http, (None, self.token))
                .await
                .map(drop)
        })
        .await
    }
}
