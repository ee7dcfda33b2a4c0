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

use anyhow::{Context as _, Result};
use oxeye_tests::chat;

#[tokio::main]
async fn main() -> Result<()> {
    let folder = std::env::args()
        .nth(1)
        .context("name a folder to write to")?;
    let answer = scene::play().await?;
    let page = PathBuf::from(folder).join("message.html");
    let html = chat::page(&answer)?;
    std::fs::write(&page, html).with_context(|| page.display().to_string())?;
    println!("{}", page.display());
    Ok(())
}
