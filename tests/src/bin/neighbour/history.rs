//! A long history of one player, imported as if somebody moved to another Oxeye.

use anyhow::{Result, ensure};
use oxeye_tests::backend::Oxeye;
use oxeye_tests::raw::Request;
use serde_json::json;

/// The player who has all these stays.
pub(crate) const PLAYER: &str = "Regular";

/// Number of stays per request.
const PORTION: i64 = 25_000;

/// Seconds between the starts of two stays.
const EVERY: i64 = 2;

/// Imports `stays` short stays of one player into a local server. The last one ended a minute
/// before `now`. Returns when the first began.
pub(crate) async fn import(oxeye: &Oxeye, server: &str, stays: i64, now: i64) -> Result<i64> {
    let begin = now - 60 - stays * EVERY;
    for first in (0..stays).step_by(usize::try_from(PORTION)?) {
        let mut lines = format!("{}\n", json!({"oxeye": 1, "exported_at": now}));
        lines += &format!(
            "{}\n",
            json!({"type": "server", "guild_id": 0, "server": server})
        );
        for number in first..stays.min(first + PORTION) {
            let joined_at = begin + number * EVERY;
            let stay = json!({
                "type": "session", "guild_id": 0, "server": server, "player": PLAYER,
                "joined_at": joined_at, "left_at": joined_at + 1, "seen_at": joined_at + 1, "ended": "left",
            });
            lines += &format!("{stay}\n");
        }
        let request = Request::post("/api/import").body(lines);
        let answer = oxeye
            .operator(request.header("Content-Type", "application/x-ndjson"))
            .await;
        ensure!(answer.status == 200, "the import was refused: {answer}");
    }
    Ok(begin)
}
