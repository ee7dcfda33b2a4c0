//! Two audiences: what the user did wrong is explained to them; what we did wrong is logged under a
//! short reference and replaced by one friendly sentence that names it.

use std::sync::atomic::AtomicBool;

use poise::{ApplicationContext, CommandInteractionType, FrameworkError};
use serenity::builder::{CreateAutocompleteResponse, CreateInteractionResponse};

use crate::answer::Answer;
use crate::bot::{Bot, Context};
use crate::error::{BotError, Mistake};
use crate::failure::describe;
use crate::view::message::Message;

/// What poise calls when a command did not succeed.
pub(crate) async fn on_error(error: FrameworkError<'_, Bot, BotError>) {
    match error {
        FrameworkError::EventHandler { error, event, .. } => {
            tracing::error!(event = event.snake_case_name(), %error, "an event was not handled");
        }
        FrameworkError::UnknownInteraction {
            framework,
            interaction,
            ..
        } => {
            let sent = AtomicBool::new(false);
            let http = &framework.serenity_context.http;
            let answer = Answer::to_interaction(http, interaction, &sent);
            say(&answer, answer.private_text().old_command()).await;
        }
        error => match error.ctx() {
            Some(poise::Context::Application(ctx)) => on_command_error(ctx, error).await,
            _ => tracing::error!(%error, "the bot failed outside of a command"),
        },
    }
}

async fn on_command_error(ctx: Context<'_>, error: FrameworkError<'_, Bot, BotError>) {
    if ctx.interaction_type == CommandInteractionType::Autocomplete {
        return no_choices(ctx).await;
    }
    let answer = Answer::to_command(&ctx);
    let command = &*ctx.command().qualified_name;
    match error {
        FrameworkError::Command { error, .. } => report(&answer, command, error).await,
        FrameworkError::MissingUserPermissions { .. } => {
            let text = answer.private_text().command_needs_manage_server(command);
            say(&answer, text).await;
        }
        FrameworkError::GuildOnly { .. } => {
            report(&answer, command, Mistake::OutsideGuild.into()).await;
        }
        FrameworkError::CommandPanic { .. } => report_panic(&answer, command).await,
        other => report_ours(&answer, command, &other.to_string()).await,
    }
}

/// Tells the member who asked what went wrong, and the log if it was our fault.
pub(crate) async fn report(answer: &Answer<'_>, what: &str, error: BotError) {
    match error {
        BotError::Mistake(mistake) => say(answer, mistake.sentence(answer.private_text())).await,
        ours => report_ours(answer, what, &ours.to_string()).await,
    }
}

/// The same for a panic. Its text may quote data, so it is not repeated; its place is in the log.
pub(crate) async fn report_panic(answer: &Answer<'_>, what: &str) {
    report_ours(answer, what, "it panicked").await;
}

async fn report_ours(answer: &Answer<'_>, what: &str, error: &str) {
    let reference = reference();
    tracing::error!(command = what, reference, error, "a command failed");
    say(answer, answer.private_text().our_fault(&reference)).await;
}

async fn say(answer: &Answer<'_>, text: String) {
    if let Err(error) = answer.tell(&Message::private(text)).await {
        tracing::warn!(error = describe(&error), "Discord did not take an answer");
    }
}

/// An autocomplete cannot show a sentence; no choices is the honest answer.
async fn no_choices(ctx: ApplicationContext<'_, Bot, BotError>) {
    let none = CreateInteractionResponse::Autocomplete(CreateAutocompleteResponse::new());
    if let Err(error) = ctx
        .interaction
        .create_response(ctx.framework.serenity_context, none)
        .await
    {
        tracing::debug!(
            error = describe(&error),
            "Discord did not take an autocomplete"
        );
    }
}

/// Six letters and digits that nobody confuses when reading them aloud.
fn reference() -> String {
    const ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstvwxyz";
    (0..6)
        .map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_short_and_not_the_same_twice() {
        assert_eq!(reference().len(), 6);
        assert_ne!(reference(), reference());
    }
}
