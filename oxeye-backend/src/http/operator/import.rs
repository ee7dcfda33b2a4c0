//! Imports an export, or playtime from before Oxeye.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use oxeye_db::{EarlierPlaytime, GuildId, Imported, InvalidGuildId, PortableRecord};
use serde::Deserialize;

use super::lines::Lines;
use super::parameters::{NamedServer, as_text};
use crate::api_messages::refusal::Why;
use crate::api_messages::stored_data::{ImportAnswer, PlaytimeAnswer, PlaytimeOrder};
use crate::http::app::App;
use crate::http::authentication::Operator;
use crate::http::body::Json;
use crate::http::error::{ApiError, RequestError, json_response};
use crate::portable_lines::{
    BadLine, Header, ImportRefusal, Line, MAX_LINE_BYTES, NUMERIC_IDS_VERSION, ReadContext, VERSION,
};

/// The number of records written at once. It is small, so that events do not wait long behind an import.
const PORTION: usize = 500;

#[derive(Debug, Deserialize)]
pub(crate) struct IntoGuild {
    #[serde(default, deserialize_with = "as_text")]
    guild_id: Option<GuildId>,
}

/// `POST /api/import?guild_id=`: imports the lines of an export. A bad line ends the import. The portions before it
/// stay imported and are skipped when the file is sent again.
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    _: Operator,
    guild: Result<Query<IntoGuild>, QueryRejection>,
    body: Body,
) -> Result<Response, ApiError> {
    let Query(IntoGuild { guild_id }) =
        guild.map_err(|_| RequestError::BadUrl(InvalidGuildId.to_string().into()))?;
    let mut lines = Lines::of(body, MAX_LINE_BYTES, app.request_timeout);
    let servers = app.database.all_servers(app.now());
    let context = ReadContext {
        version: version(&mut lines).await?,
        into_guild: guild_id,
        known: servers.iter().map(|server| server.guild).collect(),
        now: app.now(),
    };
    let mut all = Imported::default();
    loop {
        let records = portion(&mut lines, &context).await?;
        if records.is_empty() {
            break;
        }
        all += app.database.import(records, guild_id, app.now()).await?;
    }
    Ok(json_response(StatusCode::OK, &ImportAnswer::from(all)))
}

/// Reads the version in the header.
async fn version(lines: &mut Lines) -> Result<u32, ApiError> {
    let first = lines.next().await?.unwrap_or_default();
    match serde_json::from_slice::<Header>(&first) {
        Ok(header) if (NUMERIC_IDS_VERSION..=VERSION).contains(&header.oxeye) => Ok(header.oxeye),
        Ok(header) => Err(ImportRefusal::UnknownVersion(header.oxeye).into()),
        Err(_) => Err(ImportRefusal::NotAnExport.into()),
    }
}

async fn portion(
    lines: &mut Lines,
    context: &ReadContext,
) -> Result<Vec<PortableRecord>, ApiError> {
    let first_line = lines.number() + 1;
    let mut records = Vec::with_capacity(PORTION);
    while records.len() < PORTION
        && let Some(line) = lines.next().await?
    {
        let record = serde_json::from_slice::<Line>(&line)
            .map_err(|error| BadLine::from(Why::of_json(&error)))
            .and_then(|line| line.into_record(context));
        records.push(record.map_err(|why| ImportRefusal::BadLine {
            line: lines.number(),
            first_line,
            why,
        })?);
    }
    Ok(records)
}

/// `POST /api/servers/{guild_id}/{server}/imported-playtime`: imports the playtime of players from before Oxeye. It
/// replaces what was imported for these players before.
pub(crate) async fn import_playtime(
    State(app): State<Arc<App>>,
    _: Operator,
    NamedServer { server, .. }: NamedServer,
    Json(order): Json<PlaytimeOrder>,
) -> Result<Response, ApiError> {
    let now = app.now();
    let lines = order.players.into_iter();
    let players = lines.map(|line| EarlierPlaytime {
        player: line.player,
        seconds: line.playtime_secs,
        account: line.account.map(|account| (account, line.seen_at)),
    });
    let players: Vec<_> = players.collect();
    let changed = app.database.import_playtime(server, &players, now).await?;
    let answer = PlaytimeAnswer {
        player_count: players.len(),
        changed_count: changed,
    };
    Ok(json_response(StatusCode::OK, &answer))
}
