//! Saves a picture of the running Oxeye to a file.

use std::path::Path;

use anyhow::Context;
use oxeye_text::Text;

use super::backend::Backend;

/// Saves the picture at a path of the API, if there is anything to show.
pub(super) async fn save_picture(
    backend: &Backend,
    text: Text,
    path: &[&str],
    question: &[(&str, String)],
    file: &Path,
) -> anyhow::Result<()> {
    let answer = backend.find(path, question).await?;
    let png = answer
        .with_context(|| text.chart_unknown())?
        .bytes()
        .await?;
    let written = tokio::fs::write(file, &png).await;
    written.with_context(|| text.cannot_write(&file.display().to_string()))
}
