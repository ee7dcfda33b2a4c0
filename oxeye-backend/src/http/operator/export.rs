//! Serves a copy of the store, and an export of everything known about players.

use std::sync::Arc;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{Stream, once, try_unfold};
use futures_util::{StreamExt, TryStreamExt};
use oxeye_db::{BackupError, Export, PortableRecord, StoreError};
use tokio::fs::File;
use tokio::sync::OwnedSemaphorePermit;

use crate::file_stream;
use crate::http::app::App;
use crate::http::authentication::Operator;
use crate::http::error::{ApiError, Unavailable};
use crate::portable_lines::{Header, Line, VERSION};

/// `GET /api/backup`: sends a copy of the store. The copy is complete before the response begins, so that an error
/// while making it still has a status. A request cannot name a path on this machine: the client decides where to save
/// it.
pub(crate) async fn backup(State(app): State<Arc<App>>, _: Operator) -> Result<Response, ApiError> {
    let permit = app.copy_permit().await?;
    let copy = app.database.backup().await?;
    send_copy(copy, permit).await
}

/// `GET /api/backup/activity`: sends such a copy of the file of activity, or 204 if nothing was ever reported.
pub(crate) async fn backup_activity(
    State(app): State<Arc<App>>,
    _: Operator,
) -> Result<Response, ApiError> {
    let permit = app.copy_permit().await?;
    match app.database.backup_activity().await? {
        Some(copy) => send_copy(copy, permit).await,
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

/// `GET /api/backup/presence`: sends such a copy of the file of what members do in Discord, or 204 if no guild was ever
/// set up.
pub(crate) async fn backup_presence(
    State(app): State<Arc<App>>,
    _: Operator,
) -> Result<Response, ApiError> {
    let permit = app.copy_permit().await?;
    match app.database.backup_presence().await? {
        Some(copy) => send_copy(copy, permit).await,
        None => Ok(StatusCode::NO_CONTENT.into_response()),
    }
}

async fn send_copy(
    copy: std::fs::File,
    permit: OwnedSemaphorePermit,
) -> Result<Response, ApiError> {
    let copy = File::from_std(copy);
    let bytes = copy
        .metadata()
        .await
        .map_err(|error| ApiError::Internal(error.to_string()))?
        .len();
    let headers = [
        (CONTENT_TYPE, "application/vnd.sqlite3".to_owned()),
        (CONTENT_LENGTH, bytes.to_string()),
        (CACHE_CONTROL, "no-store".to_owned()),
    ];
    let pieces = file_stream::of(copy).inspect(move |_| {
        let _until_the_last = &permit;
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}

impl From<BackupError> for ApiError {
    fn from(error: BackupError) -> ApiError {
        match error {
            BackupError::Copy(error) => Unavailable::StoreFails(format!("no copy: {error}")).into(),
            BackupError::Store(error) => error.into(),
        }
    }
}

/// `GET /api/export`: sends servers, settings of guilds, sessions, imported playtime, accounts and what players did, one line
/// of JSON each. The first records are read before the response begins, so that an error while reading the store still has a status.
pub(crate) async fn export(State(app): State<Arc<App>>, _: Operator) -> Result<Response, ApiError> {
    let permit = app.copy_permit().await?;
    let header = Header {
        oxeye: VERSION,
        exported_at: app.now(),
    };
    let mut export = app.database.export();
    let first = export.next_chunk().await.transpose()?.unwrap_or_default();
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
        let Some(records) = export.next_chunk().await.transpose()? else {
            return Ok(None);
        };
        Ok(Some((text_of(records).await?, export)))
    })
}

/// Writes records as text, on a blocking thread. The next records and room in the socket are usually available at
/// once, so an export would otherwise occupy an async worker for many portions, and joins would wait.
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
