//! What is in the store from before a test begins.

use serde_json::json;

use super::Oxeye;
use crate::raw::Request;

impl Oxeye {
    /// Adds stays of the past on a server: each of a player, from and to a time.
    ///
    /// # Panics
    /// If they are not accepted.
    pub async fn had_stays(&self, guild: u64, server: &str, stays: &[(&str, i64, i64)]) {
        let header = json!({"oxeye": 5, "exported_at": 1});
        let guild = guild.to_string();
        let sessions = stays.iter().map(|(player, from, to)| {
            json!({"type": "session", "guild_id": guild, "server": server, "player": player,
                "joined_at": from, "left_at": to, "ended": "left", "seen_at": to})
        });
        let lines: Vec<_> = [header]
            .into_iter()
            .chain(sessions)
            .map(|line| format!("{line}\n"))
            .collect();
        let import = Request::post("/api/import").body(lines.concat());
        let answer = self.operator(import).await;
        assert_eq!(answer.status, 200, "{answer}");
    }
}
