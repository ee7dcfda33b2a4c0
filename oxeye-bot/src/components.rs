//! The buttons and menus under our messages, and the modals that they open: one list of everything that can be pressed.

mod chart;
mod help;
mod last_seen;
mod linking;
mod members;
mod notices;
mod settings;
mod status;
mod top;

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::AtomicBool;

use futures_util::FutureExt;
use oxeye_db::UserId;
use serenity::all::{ComponentInteraction, ModalInteraction};
use serenity::http::Http;
use tokio::time::Instant;

use crate::answer::Answer;
use crate::bot::{Bot, guild_of};
use crate::custom_id::CustomId;
use crate::error::{BotError, Mistake};
use crate::on_error::{report, report_panic};

/// Handles a pressed button or a choice in a menu. The member always gets an answer.
pub(crate) async fn on_component(http: &Http, bot: &Bot, pressed: &ComponentInteraction) {
    let sent = AtomicBool::new(false);
    let answer = Answer::to_component(http, bot, pressed, &sent);
    report_failure(
        &answer,
        &pressed.data.custom_id,
        dispatch(bot, &answer, pressed),
    )
    .await;
}

/// Handles a modal that somebody has filled in. The member always gets an answer.
pub(crate) async fn on_modal(http: &Http, bot: &Bot, submitted: &ModalInteraction) {
    let sent = AtomicBool::new(false);
    let answer = Answer::to_modal(http, submitted, &sent);
    let handling = dispatch_modal(bot, &answer, submitted);
    report_failure(&answer, &submitted.data.custom_id, handling).await;
}

async fn dispatch_modal(
    bot: &Bot,
    answer: &Answer<'_>,
    submitted: &ModalInteraction,
) -> Result<(), BotError> {
    let guild = guild_of(submitted.guild_id)?;
    match submitted.data.custom_id.parse() {
        Ok(CustomId::AskedSetting(setting)) => {
            settings::typed(bot, answer, guild, setting, submitted).await
        }
        _ => Err(Mistake::OldButton.into()),
    }
}

/// Runs a handler and reports its error or panic. poise catches panics of commands only.
async fn report_failure(
    answer: &Answer<'_>,
    custom_id: &str,
    handling: impl Future<Output = Result<(), BotError>>,
) {
    match AssertUnwindSafe(handling).catch_unwind().await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => report(answer, custom_id, error).await,
        Err(_) => report_panic(answer, custom_id).await,
    }
}

async fn dispatch(
    bot: &Bot,
    answer: &Answer<'_>,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    let id = pressed.data.custom_id.parse();
    let id = id.map_err(|_| Mistake::OldButton)?;
    if let CustomId::EndNotice(notice) = id {
        return notices::end(bot, answer, notice, pressed).await;
    }
    let guild = guild_of(pressed.guild_id)?;
    let message = &pressed.message;
    match id {
        // It belongs to no guild, and was handled above.
        CustomId::EndNotice(_) => Ok(()),
        CustomId::Refresh(server) => {
            status::refresh_server(bot, answer, guild, server, message).await
        }
        CustomId::RefreshOverview => status::refresh_overview(bot, answer, guild, message).await,
        CustomId::Open => status::open(bot, answer, guild, pressed).await,
        CustomId::OpenBeside => status::open_beside(bot, answer, guild, pressed).await,
        CustomId::ShowAll(server) => last_seen::show_all(bot, answer, guild, server).await,
        CustomId::Page(server, start) => {
            last_seen::turn_page(bot, answer, guild, server, start, message).await
        }
        CustomId::Chart(server, range) => {
            chart::show_range(bot, answer, guild, (server, range), pressed).await
        }
        CustomId::Top(id) => top::show_part(bot, answer, guild, id, pressed).await,
        CustomId::Notify(player) => notices::add(bot, answer, guild, player, pressed).await,
        CustomId::Disconnect(server) => {
            linking::disconnect(bot, answer, guild, server, pressed).await
        }
        CustomId::RotateKey(server) => {
            linking::rotate_key(bot, answer, guild, server, pressed).await
        }
        CustomId::Setting(setting) => settings::choose(bot, answer, guild, setting, pressed).await,
        CustomId::KeepDays(days) => {
            settings::keep_days(bot, answer, guild, days, pressed.member.as_ref()).await
        }
        CustomId::ShowSettings => settings::show(bot, answer, guild, pressed).await,
        // Only a modal has this id.
        CustomId::AskedSetting(_) => Err(Mistake::OldButton.into()),
        CustomId::Help(page) => help::turn(bot, answer, (guild, page), pressed).await,
        CustomId::Keep => linking::keep(answer).await,
        CustomId::ConfirmMember(request) => {
            members::confirm(bot, answer, guild, request, pressed).await
        }
        CustomId::AskModerators(player) => {
            members::ask_moderators(bot, answer, guild, player, pressed).await
        }
        CustomId::RejectMember(user) => members::reject(bot, answer, guild, user, pressed).await,
        CustomId::ForgetMe(named) => members::forget(bot, answer, guild, named, pressed).await,
    }
}

/// Fails if the member who presses a button has pressed one of the same message a moment ago. Others may.
fn check_turn(bot: &Bot, pressed: &ComponentInteraction) -> Result<(), BotError> {
    let turn = (pressed.message.id, UserId(pressed.user.id.get()));
    match bot.turns.try_begin(turn, Instant::now()) {
        true => Ok(()),
        false => Err(Mistake::TurnedTooFast.into()),
    }
}

#[cfg(test)]
mod tests {
    use serenity::all::InteractionId;

    use super::*;
    use crate::answer::Opening;
    use crate::fake_discord::discord;

    #[tokio::test]
    async fn a_button_whose_handler_panics_is_answered() {
        let (http, mut requests, _task) = discord(&[204]).await;
        let sent = AtomicBool::new(false);
        let id = InteractionId::new(1);
        let answer = Answer::for_tests(&http, id, "token", &sent, Opening::InPlace);

        report_failure(&answer, "ox1:k", async { panic!("private details") }).await;

        let request = requests.try_recv().unwrap();
        assert!(request.contains("something went wrong"), "{request}");
        assert!(!request.contains("private details"), "{request}");
    }
}
