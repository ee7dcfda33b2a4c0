//! The backend's answers about the players, from its operator API.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::backend::Oxeye;
use crate::raw::Request;

/// Number of sessions or players per request: small, so that there is more than one page.
const PAGE: usize = 100;

/// One stay as the backend reports it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Session {
    pub(super) joined_at: i64,
    /// `None` while it lasts.
    pub(super) left_at: Option<i64>,
    /// How the end is known.
    pub(super) ended: String,
}

/// Each player's stays, oldest first.
pub(super) type Found = BTreeMap<String, Vec<Session>>;

/// Asks about everybody who has ever been on a local server.
pub(super) async fn read(oxeye: &Oxeye, server: &str) -> Result<Found> {
    let path = format!("/api/servers/0/{server}/players");
    let mut found = Found::new();
    for line in all_pages(oxeye, &path, "players", "after").await? {
        let player = line["player"].as_str().context("a player has a name")?;
        let path = format!("{path}/{player}/sessions");
        let sessions = all_pages(oxeye, &path, "sessions", "before").await?;
        let sessions: Result<Vec<_>> = sessions.iter().rev().map(session).collect();
        found.insert(player.to_owned(), sessions?);
    }
    Ok(found)
}

/// Reads page after page until there are no more.
async fn all_pages(oxeye: &Oxeye, path: &str, what: &str, from: &str) -> Result<Vec<Value>> {
    let mut all = Vec::new();
    let mut next = String::new();
    loop {
        let answer = oxeye
            .operator(Request::get(format!("{path}?limit={PAGE}{next}")))
            .await;
        ensure!(answer.status == 200, "{path}: {answer}");
        let mut page = answer.json();
        let lines = page[what].as_array_mut().context("a page has lines")?;
        all.append(lines);
        match page["next"].as_str() {
            Some(place) => next = format!("&{from}={place}"),
            None => return Ok(all),
        }
    }
}

fn session(line: &Value) -> Result<Session> {
    Ok(Session {
        joined_at: line["joined_at"]
            .as_i64()
            .context("a session has a start")?,
        left_at: line["left_at"].as_i64(),
        ended: line["ended"].as_str().unwrap_or("lasts").to_owned(),
    })
}
