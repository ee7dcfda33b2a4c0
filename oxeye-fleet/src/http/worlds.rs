//! Players' worlds, for operators. The disk is read and written on threads of its own.

use std::io::{self, Write};
use std::sync::Arc;

use axum::Json;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::HeaderValue;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use tokio::sync::mpsc;
use tokio::task::spawn_blocking;

use super::app::App;
use super::body::Fields;
use super::error::ApiError;
use super::messages::Success;
use super::operators::{Named, Operator};
use crate::ids::{WorkerName, WorldName};
use crate::operator_messages::WorldStatus;
use crate::worlds::{World, WorldError};

/// How many pieces of an archive may wait for a client that reads slowly.
const WAITING_PIECES: usize = 4;

/// The size of a piece of an archive in bytes.
const PIECE: usize = 64 * 1024;

/// `GET /api/fleet/worlds`: all worlds.
pub(crate) async fn list(
    _: Operator,
    State(app): State<Arc<App>>,
) -> Result<Json<Vec<WorldStatus>>, ApiError> {
    let Ok(worlds) = app.worlds() else {
        return Ok(Json(of_workers(&app).await?));
    };
    let listed = on_a_thread(move || Ok(worlds.list()?)).await?;
    Ok(Json(listed.iter().map(status).collect()))
}

/// Returns the worlds of all workers, by name.
async fn of_workers(app: &App) -> Result<Vec<WorldStatus>, ApiError> {
    let by_worker = app.fleet.worlds().await?;
    let view = app.fleet.look().await.ok_or(ApiError::NotKnownYet)?;
    let slot_of = |world: &WorldName, worker: &WorkerName| {
        let mut slots = view.slots.iter();
        let slot = slots.find(|slot| slot.world == *world && slot.worker == *worker);
        slot.map(|slot| slot.id)
    };
    let mut worlds = Vec::new();
    for (worker, names) in &by_worker {
        worlds.extend(names.iter().map(|world| WorldStatus {
            name: world.to_string(),
            worker: Some(worker.to_string()),
            bytes: None,
            changed_at: None,
            slot: slot_of(world, worker),
        }));
    }
    worlds.sort_by(|a, b| (&a.name, &a.worker).cmp(&(&b.name, &b.worker)));
    Ok(worlds)
}

/// `GET /api/fleet/worlds/{name}/backup`: a world as a tar archive. An archive that breaks off is not
/// complete.
pub(crate) async fn back_up(
    _: Operator,
    State(app): State<Arc<App>>,
    Named(name): Named,
) -> Result<Response, ApiError> {
    let name = world_name(&name)?;
    let worlds = app.worlds()?;
    let (sender, mut pieces) = mpsc::channel(WAITING_PIECES);
    let failed = sender.clone();
    app.tasks.spawn(async move {
        let archive = on_a_thread(move || {
            let mut archive = io::BufWriter::with_capacity(PIECE, Pieces(sender));
            worlds.back_up(&name, &mut archive)?;
            Ok(archive.flush()?)
        });
        if let Err(error) = archive.await {
            // The client has gone if nobody receives this.
            let _ = failed.send(Err(error)).await;
        }
    });
    // A world that does not exist is an error before it is an archive.
    let first = pieces.recv().await.transpose()?;
    let rest = stream::unfold(pieces, async |mut pieces| {
        Some((pieces.recv().await?, pieces))
    });
    let first = stream::iter(first.map(Ok));
    let body = Body::from_stream(futures_util::StreamExt::chain(first, rest));
    let kind = HeaderValue::from_static("application/x-tar");
    Ok(([(CONTENT_TYPE, kind)], body).into_response())
}

/// `DELETE /api/fleet/worlds/{name}`: deletes a world that no slot has.
pub(crate) async fn delete(
    _: Operator,
    State(app): State<Arc<App>>,
    Named(name): Named,
) -> Result<Json<Success>, ApiError> {
    let name = world_name(&name)?;
    let worlds = app.worlds()?;
    on_a_thread(move || worlds.delete(&name)).await?;
    Ok(Json(Success::ANSWER))
}

/// `POST /api/fleet/worlds/{name}/bind`: binds a world to another worker.
pub(crate) async fn bind(
    _: Operator,
    State(app): State<Arc<App>>,
    Named(name): Named,
    fields: Fields,
) -> Result<Json<Success>, ApiError> {
    let name = world_name(&name)?;
    let worker = fields.worker()?;
    let worker = worker.ok_or_else(|| ApiError::Malformed("worker must be a string".to_owned()))?;
    app.fleet.bind_world(name, worker).await?;
    Ok(Json(Success::ANSWER))
}

fn world_name(text: &str) -> Result<WorldName, ApiError> {
    let name = text.parse::<WorldName>();
    name.map_err(|invalid| ApiError::Malformed(invalid.to_string()))
}

fn status(world: &World) -> WorldStatus {
    WorldStatus {
        name: world.name.to_string(),
        worker: None,
        bytes: Some(world.bytes),
        changed_at: Some(world.last_used.0),
        slot: world.slot,
    }
}

async fn on_a_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, WorldError> + Send + 'static,
) -> Result<T, ApiError> {
    let done = spawn_blocking(work).await;
    let done = done.map_err(|_panic| ApiError::Internal)?;
    done.map_err(|error| match error {
        WorldError::Unknown(_) => ApiError::UnknownWorld,
        WorldError::InUse { .. } | WorldError::Unusable { .. } => {
            ApiError::WorldConflict(error.to_string())
        }
        WorldError::Disk(error) => {
            tracing::error!(%error, "a world cannot be read or deleted");
            ApiError::Internal
        }
    })
}

/// Passes an archive on in pieces, at the speed of its reader.
struct Pieces(mpsc::Sender<Result<Bytes, ApiError>>);

impl Write for Pieces {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let piece = Bytes::copy_from_slice(bytes);
        let sent = self.0.blocking_send(Ok(piece));
        sent.map_err(|_gone| io::Error::from(io::ErrorKind::BrokenPipe))?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
