//! Reads a file as a stream, so that it is never in memory as a whole.

use std::io;

use axum::body::Bytes;
use futures_util::stream::{Stream, try_unfold};
use tokio::fs::File;
use tokio::io::AsyncReadExt;

/// The largest piece, in bytes.
const PIECE: usize = 64 * 1024;

/// Returns the rest of the file as a stream.
pub(crate) fn of(file: File) -> impl Stream<Item = io::Result<Bytes>> + Send + Sync {
    try_unfold(file, async |mut file| {
        let mut piece = Vec::with_capacity(PIECE);
        let bytes = file.read_buf(&mut piece).await?;
        Ok((bytes > 0).then(|| (Bytes::from(piece), file)))
    })
}
