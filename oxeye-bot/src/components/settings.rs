//! The menus of the panel of `/oxeye settings`, and the modals that they open. The permission is checked again each
//! time: anyone may have had it when the panel was opened.

use oxeye_db::{ChangeSettingsError, GuildId, SettingChange};
use oxeye_text::{Setting, ShownPart};
use serenity::all::{
    ActionRowComponent, ComponentInteraction, ComponentInteractionDataKind, Member,
    ModalInteraction,
};

use super::linking::require_manage_server;
use crate::answer::Answer;
use crate::bot::Bot;
use crate::error::{BotError, Mistake};
use crate::view::settings::{self, DEFAULT, FIELD, OTHER, Panel};

/// Shows the settings of a guild, in place of a question about them.
pub(super) async fn show(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    require_manage_server(pressed.member.as_ref())?;
    show_panel(bot, answer, guild).await
}

/// Takes what was chosen from a menu.
pub(super) async fn choose(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    setting: Setting,
    pressed: &ComponentInteraction,
) -> Result<(), BotError> {
    require_manage_server(pressed.member.as_ref())?;
    let ComponentInteractionDataKind::StringSelect { values } = &pressed.data.kind else {
        return Err(Mistake::OldButton.into());
    };
    let text = answer.private_text();
    let limits = bot.setting_limits();
    let change = match (setting, values.first().map(String::as_str)) {
        (Setting::Shown, _) => {
            let parts = ShownPart::of_keys(values.iter().map(String::as_str));
            SettingChange::Shown(parts.map_err(|_| Mistake::OldButton)?)
        }
        (Setting::TimeZone | Setting::RetentionDays, Some(OTHER)) => {
            let settings = bot.database.guild_settings(guild);
            let panel = Panel {
                settings: &settings,
                limits,
            };
            return Ok(answer.ask(&settings::modal(text, setting, panel)).await?);
        }
        (_, Some(DEFAULT)) => limits.read(setting, "").map_err(Mistake::from)?,
        (_, Some(value)) => limits.read(setting, value).map_err(Mistake::from)?,
        (_, None) => return Err(Mistake::OldButton.into()),
    };
    ask_or_change(bot, answer, guild, change).await
}

/// Takes what was typed into a modal.
pub(super) async fn typed(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    setting: Setting,
    submitted: &ModalInteraction,
) -> Result<(), BotError> {
    require_manage_server(submitted.member.as_ref())?;
    let value = value(submitted).ok_or(Mistake::OldButton)?;
    let change = bot.setting_limits().read(setting, value);
    ask_or_change(bot, answer, guild, change.map_err(Mistake::from)?).await
}

/// Keeps fewer days of sessions, once somebody has confirmed that the others are deleted.
pub(super) async fn keep_days(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    days: u16,
    member: Option<&Member>,
) -> Result<(), BotError> {
    require_manage_server(member)?;
    let days = bot.setting_limits().days(days.into());
    let days = days.map_err(Mistake::from)?;
    change(bot, answer, guild, SettingChange::RetentionDays(Some(days))).await
}

/// Changes a setting, or asks first if sessions are kept for fewer days with it.
async fn ask_or_change(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    to: SettingChange,
) -> Result<(), BotError> {
    if let SettingChange::RetentionDays(Some(days)) = to {
        let settings = bot.database.guild_settings(guild);
        if bot.setting_limits().keeps_less(&settings, Some(days)) {
            let older = bot.database.sessions_older_than(guild, days, bot.now());
            let older = answer.deferring(true, older).await??;
            let question = settings::ask_fewer_days(answer.private_text(), days, older);
            return Ok(answer.show(&question).await?);
        }
    }
    change(bot, answer, guild, to).await
}

async fn change(
    bot: &Bot,
    answer: &Answer<'_>,
    guild: GuildId,
    to: SettingChange,
) -> Result<(), BotError> {
    // Whoever chooses what is set already, perhaps many times a second, has nothing written.
    if !bot.database.guild_settings(guild).has(&to) {
        let changing = bot
            .database
            .change_guild_settings(guild, vec![to], bot.now());
        let changed = answer.deferring(true, changing).await?;
        changed.map_err(|error| match error {
            ChangeSettingsError::BotRemoved => Mistake::BotRemoved.into(),
            ChangeSettingsError::Store(error) => BotError::Store(error),
        })?;
        tracing::info!(%guild, "a setting was changed in Discord");
    }
    show_panel(bot, answer, guild).await
}

async fn show_panel(bot: &Bot, answer: &Answer<'_>, guild: GuildId) -> Result<(), BotError> {
    let settings = bot.database.guild_settings(guild);
    let panel = Panel {
        settings: &settings,
        limits: bot.setting_limits(),
    };
    let message = settings::panel_message(answer.private_text(), panel);
    Ok(answer.show(&message).await?)
}

/// Returns the text in the only field of a modal.
fn value(submitted: &ModalInteraction) -> Option<&str> {
    let rows = submitted.data.components.iter();
    rows.flat_map(|row| &row.components)
        .find_map(|component| match component {
            ActionRowComponent::InputText(field) if field.custom_id == FIELD => {
                Some(field.value.as_deref().unwrap_or_default())
            }
            _ => None,
        })
}
