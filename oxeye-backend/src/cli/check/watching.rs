//! Says how many addresses the running Oxeye watches, and which it may ask.

use oxeye_text::Text;

use super::running::{Finding, Running};
use crate::api_messages::health::AllowedWord;
use crate::config::Config;

/// Returns what the running Oxeye says or, without one, what is set here.
#[expect(clippy::unnecessary_wraps, reason = "all findings have one type")]
pub(super) fn finding(config: &Config, text: Text, running: &Running) -> Finding {
    let watching = running.health().map(|health| &health.watching);
    let allowed = watching.map_or(AllowedWord::of(config.watch.as_ref()), |watching| {
        watching.allowed
    });
    let allowed = match allowed {
        AllowedWord::Off => return Ok(text.watching_off()),
        AllowedWord::Public => text.watching_public(),
        AllowedWord::Any => text.watching_any(),
    };
    Ok(match watching {
        Some(line) => {
            let limit = |limit: Option<usize>| limit.unwrap_or_default();
            let (total, in_guild) = (limit(line.total_limit), limit(line.guild_limit));
            text.watching_allowed(line.watched_count, total, in_guild, &allowed)
        }
        None => text.watching_not_running(&allowed),
    })
}
