//! `GET /api/export` and `POST /api/import`: what is known of players, as lines of JSON.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, once, try_unfold};
use futures_util::{StreamExt, TryStreamExt};
use oxeye_db::{Export, GuildId, Imported, InvalidGuildId, PortableRecord, StoreError};
use serde::Deserialize;

use super::app::App;
use super::error::{ApiError, json_response};
use super::lines::Lines;
use super::operator::Operator;
use super::question::as_text;
use crate::operator_messages::ImportAnswer;
use crate::portable_lines::{Header, Line, MAX_LINE_BYTES, Reading, VERSION, WITH_NUMBERS};

/// Records that are written at once, so that events do not wait long behind an import.
const PORTION: usize = 500;

#[derive(Debug, Deserialize)]
pub(crate) struct IntoGuild {
    #[serde(default, deserialize_with = "as_text")]
    guild_id: Option<GuildId>,
}

/// The first records are read before the answer begins, so that a store that cannot be read has a status.
pub(crate) async fn export(State(app): State<Arc<App>>, _: Operator) -> Result<Response, ApiError> {
    let permit = app.copy_permit().await?;
    let header = Header {
        oxeye: VERSION,
        exported_at: app.now(),
    };
    let mut export = app.database.export();
    let first = export.portion().await.transpose()?.unwrap_or_default();
    let text = once(async move { Ok(json_line(&header)) })
        .chain(once(text_of(first)))
        .chain(rest_of(export))
        .inspect(move |_| {
            let _until_the_last = &permit;
        });
    let headers = [
        (CONTENT_TYPE, "application/x-ndjson"),
        (CACHE_CONTROL, "no-store"),
    ];
    let body = Body::from_stream(text.map_ok(Bytes::from));
    Ok((headers, body).into_response())
}

fn rest_of(export: Export) -> impl Stream<Item = Result<Vec<u8>, StoreError>> {
    try_unfold(export, async |mut export| {
        let Some(records) = export.portion().await.transpose()? else {
            return Ok(None);
        };
        Ok(Some((text_of(records).await?, export)))
    })
}

/// Not on the thread that asks: the next portion and room in the socket are mostly there already, so one export would
/// keep that thread for a hundred portions, and all joins it serves would wait.
async fn text_of(records: Vec<PortableRecord>) -> Result<Vec<u8>, StoreError> {
    let writing = tokio::task::spawn_blocking(move || {
        let lines = records.into_iter().map(Line::from);
        lines.flat_map(|line| json_line(&line)).collect()
    });
    writing.await.map_err(|_| StoreError::Panicked)
}

/// Serialising our own structs cannot fail.
fn json_line(value: &impl serde::Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(value).unwrap_or_default();
    line.push(b'\n');
    line
}

/// A bad line ends it: what came before its portion is kept, and is skipped when all is sent again.
pub(crate) async fn import(
    State(app): State<Arc<App>>,
    _: Operator,
    guild: Result<Query<IntoGuild>, QueryRejection>,
    body: Body,
) -> Result<Response, ApiError> {
    let Query(IntoGuild { guild_id }) =
        guild.map_err(|_| ApiError::BadUrl(InvalidGuildId.to_string()))?;
    let mut lines = Lines::of(body, MAX_LINE_BYTES, app.request_timeout);
    let servers = app.database.all_servers(app.now());
    let reading = Reading {
        version: version(&mut lines).await?,
        into_guild: guild_id,
        known: servers.iter().map(|server| server.guild).collect(),
        now: app.now(),
    };
    let mut all = Imported::default();
    loop {
        let records = portion(&mut lines, &reading).await?;
        if records.is_empty() {
            break;
        }
        let part = app.database.import(records, guild_id, app.now()).await?;
        all.added += part.added;
        all.skipped += part.skipped;
        all.servers += part.servers;
    }
    Ok(json_response(StatusCode::OK, &ImportAnswer::from(all)))
}

/// The version that the first line names.
async fn version(lines: &mut Lines) -> Result<u32, ApiError> {
    let first = lines.next().await?.unwrap_or_default();
    match serde_json::from_slice::<Header>(&first) {
        Ok(header) if (WITH_NUMBERS..=VERSION).contains(&header.oxeye) => Ok(header.oxeye),
        Ok(header) => Err(ApiError::Invalid(format!(
            "these lines are of version {}, and this Oxeye reads versions {WITH_NUMBERS} to {VERSION}",
            header.oxeye
        ))),
        Err(_) => Err(ApiError::Invalid(
            "line 1 is not the first line of an Oxeye export".to_owned(),
        )),
    }
}

async fn portion(lines: &mut Lines, reading: &Reading) -> Result<Vec<PortableRecord>, ApiError> {
    let first = lines.number() + 1;
    let mut records = Vec::with_capacity(PORTION);
    while records.len() < PORTION
        && let Some(line) = lines.next().await?
    {
        let record = serde_json::from_slice::<Line>(&line)
            .map_err(|error| error.to_string())
            .and_then(|line| line.into_record(reading));
        records.push(record.map_err(|why| bad_line(lines.number(), first, &why))?);
    }
    Ok(records)
}

fn bad_line(number: usize, first: usize, why: &str) -> ApiError {
    let why: String = why.chars().take(400).collect();
    ApiError::Invalid(format!(
        "line {number}: {why}. Nothing from line {first} on was taken; put it right and import the whole file again: what was taken is skipped"
    ))
}
