//! `--picture FILE.png`: saves a picture of the running Oxeye to a file.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use clap::Args;
use oxeye_render::{Fonts, titled};
use oxeye_text::Text;

use super::backend::Backend;
use super::output_file::Output;
use crate::config::Config;
use crate::terminal::print_beside;

/// Where a picture goes, if one is wanted.
#[derive(Debug, Args)]
pub(crate) struct PictureArgs {
    /// Save the picture to this file, whose name ends in .png
    #[arg(long, value_name = "FILE.png")]
    picture: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "picture")]
    force: bool,
}

/// A file for a picture, which may be written.
pub(super) struct PictureFile<'a> {
    output: Output,
    text: Text,
    fonts: Arc<Fonts>,
    file: &'a Path,
}

impl PictureArgs {
    /// Returns the file for the picture, if one is wanted. Fails if that must not be written.
    pub(super) fn file(
        &self,
        config: &Config,
        text: Text,
    ) -> anyhow::Result<Option<PictureFile<'_>>> {
        let Some(file) = &self.picture else {
            return Ok(None);
        };
        let output = Output::new(config, text, self.force);
        output.check(file)?;
        if !is_named_png(file) {
            bail!(text.picture_is_png(&file.display().to_string()));
        }
        Ok(Some(PictureFile {
            output,
            text,
            fonts: Arc::clone(&config.fonts),
            file,
        }))
    }
}

impl PictureFile<'_> {
    /// Saves the picture at a path of the API, if there is anything to show, below a title.
    pub(super) async fn save(
        &self,
        backend: &Backend,
        path: &[&str],
        question: &[(&str, String)],
        title: &str,
    ) -> anyhow::Result<()> {
        let lang = ("lang", self.text.locale().tag().to_owned());
        let question = [question, &[lang]].concat();
        let answer = backend.find(path, &question).await?;
        let answer = answer.with_context(|| self.text.chart_unknown())?;
        self.write(&answer.bytes().await?, title).await
    }

    /// Saves a picture below a title.
    pub(super) async fn write(&self, png: &[u8], title: &str) -> anyhow::Result<()> {
        let with_title = titled(&self.fonts, title, png);
        let png = with_title.as_deref().unwrap_or(png);
        self.output.save_picture(png, self.file).await?;
        let path = self.file.display().to_string();
        Ok(print_beside(
            &self.text.file_written(&path, png.len() as u64),
        )?)
    }
}

fn is_named_png(file: &Path) -> bool {
    file.extension()
        .is_some_and(|extension| extension.eq_ignore_ascii_case("png"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_end_in_png_are_names_of_a_picture() {
        for name in ["status.png", "a.b/STATUS.PNG"] {
            assert!(is_named_png(Path::new(name)), "{name}");
        }
        for name in ["status", "status.jpg", ".png", "status.png.txt"] {
            assert!(!is_named_png(Path::new(name)), "{name}");
        }
    }
}
