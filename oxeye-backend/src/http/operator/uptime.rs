//! How much of the time a server was up.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::Span;
use serde::Deserialize;

use super::parameters::{NamedServer, PageLimit, Parameters, as_number, as_text};
use crate::api_messages::uptime::UptimeReport;
use crate::http::app::App;
use crate::http::authentication::Reader;
use crate::http::error::{ApiError, RequestError, json_response};

/// The number of days if `days` is not given.
const DEFAULT_DAYS: u16 = 30;
/// The largest number of days, about ten years.
const MAX_DAYS: u16 = 3_660;
/// The number of outages and of gaps if `limit` is not given.
const DEFAULT_LIMIT: PageLimit = PageLimit(10);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct UptimeParameters {
    #[serde(default, deserialize_with = "as_number")]
    days: Option<u16>,
    #[serde(default, deserialize_with = "as_text")]
    limit: Option<PageLimit>,
}

/// `GET /api/servers/{guild_id}/{server}/uptime?days=&limit=`: how much of the last days the server was up.
pub(crate) async fn uptime(
    State(app): State<Arc<App>>,
    _: Reader,
    NamedServer { server, name }: NamedServer,
    Parameters(parameters): Parameters<UptimeParameters>,
) -> Result<Response, ApiError> {
    let days = parameters.days.unwrap_or(DEFAULT_DAYS);
    if !(1..=MAX_DAYS).contains(&days) {
        let why = format!("days is a whole number from 1 to {MAX_DAYS}, not {days}");
        return Err(RequestError::BadUrl(why.into()).into());
    }
    let PageLimit(limit) = parameters.limit.unwrap_or(DEFAULT_LIMIT);
    let now = app.now();
    let span = Span {
        from: now.minus(Duration::from_secs(u64::from(days) * 24 * 3600)),
        to: now,
    };
    let uptime = app
        .database
        .uptime(server, span, limit, now)
        .ok_or_else(|| app.unknown_server(server.guild()))?;
    let report = UptimeReport::new(server.guild(), name, days, &uptime);
    Ok(json_response(StatusCode::OK, &report))
}
