//! Reports errors to two audiences. A member is told what they did wrong. What we did wrong is logged
//! under a short reference, and the member gets one friendly sentence with that reference.

use std::sync::atomic::AtomicBool;

use poise::{ApplicationContext, CommandInteractionType, FrameworkError};
use serenity::builder::{CreateAutocompleteResponse, CreateInteractionResponse};

use crate::answer::Answer;
use crate::bot::{Bot, Context};
use crate::commands::names::as_read;
use crate::error::{BotError, Mistake};
use crate::failure::describe_error;
use crate::view::message::Message;

/// Handles every error of poise.
pub(crate) async fn on_error(error: FrameworkError<'_, Bot, BotError>) {
    match error {
        FrameworkError::EventHandler { error, event, .. } => {
            tracing::error!(event = event.snake_case_name(), %error, "could not handle an event");
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
        return send_no_choices(ctx).await;
    }
    let answer = Answer::to_command(&ctx);
    let command = &*ctx.command().qualified_name;
    match error {
        FrameworkError::Command { error, .. } => report(&answer, command, error).await,
        FrameworkError::MissingUserPermissions { .. } => {
            let text = answer.private_text();
            let command = as_read(command, text.locale());
            say(&answer, text.command_needs_manage_server(&command)).await;
        }
        FrameworkError::GuildOnly { .. } => {
            report(&answer, command, Mistake::OutsideGuild.into()).await;
        }
        // Discord offers only what is possible, so this is the form of another version.
        FrameworkError::ArgumentParse { .. } | FrameworkError::CommandStructureMismatch { .. } => {
            say(&answer, answer.private_text().old_command()).await;
        }
        FrameworkError::CommandPanic { .. } => report_panic(&answer, command).await,
        other => report_our_fault(&answer, command, &other.to_string()).await,
    }
}

/// Tells the member who asked what went wrong, and logs it if it was our fault.
pub(crate) async fn report(answer: &Answer<'_>, command: &str, error: BotError) {
    match error {
        BotError::Mistake(mistake) => say(answer, mistake.sentence(answer.private_text())).await,
        ours => report_our_fault(answer, command, &ours.to_string()).await,
    }
}

/// Reports a panic. Its message may quote data, so it is not repeated here; the panic hook has
/// already logged where it happened.
pub(crate) async fn report_panic(answer: &Answer<'_>, command: &str) {
    report_our_fault(answer, command, "it panicked").await;
}

async fn report_our_fault(answer: &Answer<'_>, command: &str, error: &str) {
    let reference = random_reference();
    tracing::error!(command, reference, error, "a command failed");
    say(answer, answer.private_text().our_fault(&reference)).await;
}

async fn say(answer: &Answer<'_>, text: String) {
    if let Err(error) = answer.show_beside(&Message::private(text)).await {
        tracing::warn!(
            error = describe_error(&error),
            "Discord did not accept an answer"
        );
    }
}

/// Answers an autocomplete request with no choices, since Discord cannot show an error there.
async fn send_no_choices(ctx: ApplicationContext<'_, Bot, BotError>) {
    let none = CreateInteractionResponse::Autocomplete(CreateAutocompleteResponse::new());
    if let Err(error) = ctx
        .interaction
        .create_response(ctx.framework.serenity_context, none)
        .await
    {
        tracing::debug!(
            error = describe_error(&error),
            "Discord did not accept an autocomplete answer"
        );
    }
}

/// Returns six letters and digits that are not easily confused when read aloud.
fn random_reference() -> String {
    const ALPHABET: &[u8] = b"23456789abcdefghjkmnpqrstvwxyz";
    (0..6)
        .map(|_| char::from(ALPHABET[rand::random_range(0..ALPHABET.len())]))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_short_and_differ() {
        assert_eq!(random_reference().len(), 6);
        assert_ne!(random_reference(), random_reference());
    }
}
