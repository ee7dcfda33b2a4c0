//! Reads the bodies of answers that others give us, up to a limit.

use reqwest::Response;

/// Reads a body of at most `limit` bytes; returns `None` if it is longer.
pub(crate) async fn read(mut response: Response, limit: usize) -> reqwest::Result<Option<Vec<u8>>> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > limit {
            return Ok(None);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Some(body))
}
