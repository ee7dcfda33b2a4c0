//! What a guild has set for itself.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{ChangeSettingsError, GuildId, SettingChange, ShownToMembers};
use oxeye_text::{Facts, Locale, Setting, SettingError, ShownPart, Text};

use super::parameters::NamedGuild;
use crate::api_messages::settings::{Ordered, SettingsOrder, SettingsReport};
use crate::http::app::App;
use crate::http::authentication::{Operator, Reader};
use crate::http::body::Json;
use crate::http::error::{ApiError, RequestError, json_response};

/// `GET /api/guilds/{guild_id}/settings`: what the guild has set, and what it may.
pub(crate) async fn of_guild(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedGuild(guild): NamedGuild,
) -> Response {
    report(&app, guild)
}

/// `PATCH /api/guilds/{guild_id}/settings`: changes what the body names.
pub(crate) async fn change(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedGuild(guild): NamedGuild,
    Json(order): Json<SettingsOrder>,
) -> Result<Response, ApiError> {
    let changes = changes(&app, &order)?;
    if !order.delete_sessions {
        check_deletes_nothing(&app, guild, &changes).await?;
    }
    let changed = app
        .database
        .change_guild_settings(guild, changes, app.now());
    changed.await.map_err(|error| match error {
        ChangeSettingsError::BotRemoved => ApiError::from(oxeye_text::WatchRefusal::BotRemoved),
        ChangeSettingsError::Store(error) => error.into(),
    })?;
    tracing::info!(%guild, "settings of a guild were changed by the operator");
    Ok(report(&app, guild))
}

fn report(app: &App, guild: GuildId) -> Response {
    let settings = app.database.guild_settings(guild);
    let report = SettingsReport::new(guild, &settings, app.setting_limits);
    json_response(StatusCode::OK, &report)
}

/// Fewer days of sessions are kept than before only if the operator knows what that deletes.
async fn check_deletes_nothing(
    app: &App,
    guild: GuildId,
    changes: &[SettingChange],
) -> Result<(), ApiError> {
    let settings = app.database.guild_settings(guild);
    for change in changes {
        if let SettingChange::RetentionDays(Some(days)) = change
            && app.setting_limits.keeps_less(&settings, Some(*days))
        {
            let older = app.database.sessions_older_than(guild, *days, app.now());
            return Err(ApiError::DeletesSessions(older.await?));
        }
    }
    Ok(())
}

fn changes(app: &App, order: &SettingsOrder) -> Result<Vec<SettingChange>, SettingError> {
    let limits = app.setting_limits;
    let mut changes = Vec::new();
    for (setting, text) in [
        (Setting::TimeZone, &order.time_zone),
        (Setting::Language, &order.language),
    ] {
        match text {
            Ordered::Keep => {}
            Ordered::Reset => changes.push(limits.read(setting, "")?),
            Ordered::Set(text) => changes.push(limits.read(setting, text)?),
        }
    }
    match order.last_seen_hours {
        Ordered::Keep => {}
        Ordered::Reset => changes.push(SettingChange::LastSeen(None)),
        Ordered::Set(hours) => {
            changes.push(SettingChange::LastSeen(Some(limits.window(hours)?)));
        }
    }
    match order.retention_days {
        Ordered::Keep => {}
        Ordered::Reset => changes.push(SettingChange::RetentionDays(None)),
        Ordered::Set(days) => changes.push(SettingChange::RetentionDays(Some(limits.days(days)?))),
    }
    match &order.shown {
        Ordered::Keep => {}
        Ordered::Reset => changes.push(SettingChange::Shown(ShownToMembers::default())),
        Ordered::Set(parts) => {
            let shown = ShownPart::of_keys(parts.iter().map(String::as_str))?;
            changes.push(SettingChange::Shown(shown));
        }
    }
    Ok(changes)
}

impl From<SettingError> for ApiError {
    fn from(error: SettingError) -> ApiError {
        let english = Facts::in_terminal(Text::of(Locale::English));
        RequestError::Invalid(english.setting_error(&error).into()).into()
    }
}
