//! What the bot shows as its own presence.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::limits;
use super::world::World;

/// A presence that the bot has shown.
#[derive(Debug, Clone, PartialEq)]
pub struct Presence {
    /// When it arrived.
    pub at: Instant,
    /// What people read under the bot's name.
    pub text: String,
    /// Its status, such as `online`.
    pub status: String,
}

impl World {
    /// Takes an update of the bot's presence (op 3).
    pub(super) fn shows(&mut self, update: &Value) {
        let found = limits::presence_violations(update);
        found.into_iter().for_each(|rule| self.violated(rule));
        let lately = Duration::from_secs(20);
        let shown = self.presences.iter();
        let shown = shown.filter(|shown| shown.at.elapsed() < lately).count();
        if shown >= 5 {
            self.violated("the presence was changed more than 5 times in 20 s");
        }
        let activity = &update["activities"][0];
        // A custom activity (type 4) shows its state, the others their name.
        let text = if activity["type"] == 4 {
            &activity["state"]
        } else {
            &activity["name"]
        };
        self.presences.push(Presence {
            at: Instant::now(),
            text: text.as_str().unwrap_or_default().to_owned(),
            status: update["status"].as_str().unwrap_or_default().to_owned(),
        });
    }
}
