//! The buttons and the menu under our messages: one list of what can be pressed.

mod disconnect;
mod open;
mod refresh;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::AtomicBool;

use futures_util::FutureExt;
use serenity::all::{ComponentInteraction, Permissions};
use serenity::http::Http;

use crate::answer::{Answer, Opening};
use crate::bot::{Bot, guild_of};
use crate::custom_id::CustomId;
use crate::error::{BotError, Mistake};
use crate::on_error::{report, report_panic};
use crate::view::linking;

/// Answers a button or a menu, whatever happens.
pub(crate) async fn on_component(http: &Http, bot: &Bot, pressed: &ComponentInteraction) {
    let sent = AtomicBool::new(false);
    let answer = Answer::to_component(http, pressed, &sent);
    answered(
        &answer,
        &pressed.data.custom_id,
        dispatch(bot, &answer, pressed),
    )
    .await;
}

/// Reports what went wrong. A panic too: poise catches only those of commands.
async fn answered(
    answer: &Answer<'_>,
    what: &str,
    work: impl Future<Output = Result<(), BotError>>,
) {
    match AssertUnwindSafe(work).catch_unwind().await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => report(answer, what, error).await,
        Err(_) => report_panic(answer, what).await,
    }
}

async fn dispatch(
    bot: &Bot,
    answer: &Answer<'_>,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let guild = guild_of(pressed.guild_id)?;
    let id = pressed.data.custom_id.parse();
    match id.map_err(|_| Mistake::OldButton)? {
        CustomId::Refresh(server) => {
            refresh::server(bot, answer, guild, server, &pressed.message).await
        }
        CustomId::RefreshOverview => refresh::overview(bot, answer, guild, &pressed.message).await,
        CustomId::Open => open::open(bot, &open_as(answer, pressed), guild, pressed).await,
        CustomId::Disconnect(server) => {
            require_manage_server(pressed)?;
            disconnect::disconnect(bot, answer, guild, server).await
        }
        CustomId::Keep => Ok(answer.show(&linking::kept(answer.private_text())).await?),
    }
}

/// Whoever ran the command opens a server in place; others get one of their own, so that nobody
/// changes what somebody else is looking at.
fn open_as<'a>(answer: &Answer<'a>, pressed: &ComponentInteraction) -> Answer<'a> {
    let asked = pressed
        .message
        .interaction_metadata
        .as_deref()
        .and_then(open::who_asked);
    if asked.is_none_or(|user| user == pressed.user.id) {
        *answer
    } else {
        answer.opening(Opening::NewPrivate)
    }
}

/// A button carries no permission: it is checked again when it is pressed.
fn require_manage_server(pressed: &ComponentInteraction) -> Result<(), BotError> {
    let permissions = pressed
        .member
        .as_ref()
        .and_then(|member| member.permissions);
    let needed = Permissions::MANAGE_GUILD;
    if permissions
        .is_some_and(|has| has.contains(needed) || has.contains(Permissions::ADMINISTRATOR))
    {
        Ok(())
    } else {
        Err(Mistake::NeedsManageServer.into())
    }
}

#[cfg(test)]
mod tests {
    use serenity::all::InteractionId;

    use super::*;
    use crate::discord_in_tests::discord;

    #[tokio::test]
    async fn a_button_that_panics_is_answered() {
        let (http, mut requests, _task) = discord(&[204]).await;
        let sent = AtomicBool::new(false);
        let id = InteractionId::new(1);
        let answer = Answer::for_tests(&http, id, "token", &sent, Opening::InPlace);

        answered(&answer, "ox1:k", async { panic!("what nobody may know") }).await;

        let request = requests.try_recv().unwrap();
        assert!(request.contains("something went wrong"), "{request}");
        assert!(!request.contains("nobody may know"), "{request}");
    }
}
