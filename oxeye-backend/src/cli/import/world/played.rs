//! The playtime in a statistics file.
//!
//! Source: <https://minecraft.wiki/w/Statistics>.

use std::path::Path;

use oxeye_text::Text;
use serde_json::Value;

use super::files::{read_file, without_byte_order_mark};

/// The unit of the statistic in every version, whatever its name says.
pub(super) const TICKS_PER_SECOND: u64 = 20;

/// The largest number that the game can count to: it uses Java's `int`.
const MAX_TICKS: u64 = i32::MAX as u64;

/// The name of the statistic since 1.17, and before.
const NAMES: [&str; 2] = ["minecraft:play_time", "minecraft:play_one_minute"];

/// The name of the statistic until 1.12, when the file was a flat object.
const OLD_NAME: &str = "stat.playOneMinute";

/// Returns the playtime in a file of any version since 1.7, in ticks, or the reason why the file cannot be used.
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
        // The player was never on for long, or the game has not counted anything yet.
        return Ok(0);
    };
    match whole_number(played) {
        Some(ticks) if ticks <= MAX_TICKS => Ok(ticks),
        _ => Err(Text::no_playtime),
    }
}

/// Reads a whole number. Some editors of these files write `72000.0`.
fn whole_number(number: &Value) -> Option<u64> {
    let as_float = || {
        let float = number.as_f64()?;
        let is_whole = float.fract() == 0.0 && (0.0..=MAX_TICKS as f64).contains(&float);
        is_whole.then_some(float as u64)
    };
    number.as_u64().or_else(as_float)
}
