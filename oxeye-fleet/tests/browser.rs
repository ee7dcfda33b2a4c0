//! The dashboard and the client for game pages in a real browser. Needs Chromium; where there is none, the
//! tests say loudly that they did not run.

#![cfg(target_os = "linux")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test"
)]

#[path = "browser/chromium.rs"]
mod chromium;
#[path = "browser/dashboard.rs"]
mod dashboard;
#[path = "browser/game_pages.rs"]
mod game_pages;
#[allow(dead_code, reason = "each test needs a part of it")]
#[path = "program/running.rs"]
mod running;

use chromium::Page;

async fn open(url: &str) -> Option<Page> {
    open_in("en-GB", url).await
}

async fn open_in(language: &str, url: &str) -> Option<Page> {
    let page = Page::open(language, url).await;
    if page.is_none() {
        eprintln!("THE TESTS WITH A REAL BROWSER DID NOT RUN: CHROMIUM IS NOT INSTALLED.");
    }
    page
}
