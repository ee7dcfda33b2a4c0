//! `GET /api/backup`: a copy of the store, for who holds the operator token.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use oxeye_db::BackupError;
use tokio::fs::File;

use super::app::App;
use super::error::ApiError;
use super::operator::Operator;
use crate::pieces;

/// The copy is complete before the answer begins, so that what goes wrong while it is made has a status. No path is
/// named in the request: where a backup is kept is decided where the answer is written down.
pub(crate) async fn backup(State(app): State<Arc<App>>, _: Operator) -> Result<Response, ApiError> {
    let permit = app.copy_permit().await?;
    let copy = File::from_std(app.database.backup().await?);
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
    let pieces = pieces::of(copy).inspect(move |_| {
        let _until_the_last = &permit;
    });
    Ok((headers, Body::from_stream(pieces)).into_response())
}

impl From<BackupError> for ApiError {
    fn from(error: BackupError) -> ApiError {
        match error {
            BackupError::Copy(error) => ApiError::StoreFails(format!("no copy: {error}")),
            BackupError::Store(error) => error.into(),
        }
    }
}
