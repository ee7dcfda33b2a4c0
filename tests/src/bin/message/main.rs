//! Draws `/oxeye status` as Discord shows it, from the message that the real bot sends.
//!
//! `docs/draw-message` runs this program and takes a photograph of its page with a browser. Alone:
//! `cargo run -p oxeye-tests --bin message -- FOLDER` writes `FOLDER/message.html`.
//!
//! | module    | subject                                                          |
//! |-----------|------------------------------------------------------------------|
//! | [`scene`] | a server with players and visitors, and what the bot says of it  |
//! | [`faces`] | the players' skins, drawn by us                                  |

#![expect(clippy::print_stdout, reason = "a program for people")]

mod faces;
mod scene;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use oxeye_tests::arguments::{self, unknown};
use oxeye_tests::chat;

/// What `--help` prints.
const USAGE: &str = "\
Draws /oxeye status as Discord shows it, as FOLDER/message.html.

  FOLDER   where to write it";

#[tokio::main]
async fn main() -> Result<ExitCode> {
    let folder = match arguments::read(USAGE, folder) {
        Ok(folder) => folder,
        Err(end) => return Ok(end),
    };
    let answer = scene::play().await?;
    let page = folder.join("message.html");
    let html = chat::page(&answer)?;
    std::fs::write(&page, html).with_context(|| page.display().to_string())?;
    println!("{}", page.display());
    Ok(ExitCode::SUCCESS)
}

fn folder(mut arguments: impl Iterator<Item = String>) -> Result<PathBuf> {
    let folder = arguments.next().context("name a folder to write to")?;
    if folder.starts_with("--") {
        return Err(unknown(&folder));
    }
    match arguments.next() {
        Some(other) => Err(unknown(&other)),
        None => Ok(folder.into()),
    }
}
