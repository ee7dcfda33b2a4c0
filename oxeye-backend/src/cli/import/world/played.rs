//! The playtime in a file of statistics.
//!
//! Source: <https://minecraft.wiki/w/Statistics>.

use std::path::Path;

use oxeye_text::Text;
use serde_json::Value;

use super::files::{read_file, without_byte_order_mark};

/// The game counts in ticks, whatever the statistic is called.
pub(super) const TICKS_PER_SECOND: u64 = 20;

/// The game counts in Java's `int`.
const MAX_TICKS: u64 = i32::MAX as u64;

/// What the statistic is called: from 1.17 on, and before.
const NAMES: [&str; 2] = ["minecraft:play_time", "minecraft:play_one_minute"];

/// What it was called until 1.12, when all of them stood beside each other.
const OLD_NAME: &str = "stat.playOneMinute";

/// The playtime in a file of any version since 1.7, in ticks; else why it cannot be used.
pub(super) fn ticks(text: Text, file: &Path) -> Result<u64, String> {
    let bytes = read_file(text, file)?;
    let stats: Value =
        serde_json::from_slice(without_byte_order_mark(&bytes)).map_err(|_| text.not_json())?;
    in_stats(&stats).map_err(|why| why(text))
}

fn in_stats(stats: &Value) -> Result<u64, fn(Text) -> String> {
    let Some(fields) = stats.as_object() else {
        return Err(Text::no_statistics);
    };
    let custom = fields
        .get("stats")
        .and_then(|all| all.get("minecraft:custom"));
    let played = NAMES
        .iter()
        .find_map(|name| custom?.get(name))
        .or_else(|| fields.get(OLD_NAME));
    let Some(played) = played else {
        // Somebody who has never played for long, or a file in which nothing was counted yet.
        return Ok(0);
    };
    match whole(played) {
        Some(ticks) if ticks <= MAX_TICKS => Ok(ticks),
        _ => Err(Text::no_playtime),
    }
}

/// Tools that edit such files write `72000.0`.
fn whole(number: &Value) -> Option<u64> {
    let as_float = || {
        let float = number.as_f64()?;
        let is_whole = float.fract() == 0.0 && (0.0..=MAX_TICKS as f64).contains(&float);
        is_whole.then_some(float as u64)
    };
    number.as_u64().or_else(as_float)
}
