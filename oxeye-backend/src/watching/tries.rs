//! How many addresses the members of a guild may try: each try makes Oxeye connect to an address that a stranger has
//! chosen, and the answer tells whether something listens there.

use std::collections::HashMap;
use std::num::NonZeroU32;

use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use oxeye_db::GuildId;
use parking_lot::Mutex;

/// Tries per minute in one guild: this many at once, then evenly.
const PER_MINUTE: NonZeroU32 = NonZeroU32::new(10).expect("not zero");

/// The most guilds that are remembered.
const MAX_GUILDS: usize = 4_096;

/// The tries of each guild. The mutex is held for one look-up, and never while waiting.
#[derive(Debug, Default)]
pub(crate) struct Tries(Mutex<HashMap<GuildId, DefaultDirectRateLimiter>>);

impl Tries {
    /// Returns whether a guild may try another address now, and counts the try.
    #[must_use]
    pub(crate) fn admit(&self, guild: GuildId) -> bool {
        let mut guilds = self.0.lock();
        if guilds.len() >= MAX_GUILDS && !guilds.contains_key(&guild) {
            guilds.clear();
        }
        let limiter = guilds
            .entry(guild)
            .or_insert_with(|| RateLimiter::direct(Quota::per_minute(PER_MINUTE)));
        limiter.check().is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_guild_has_its_own_tries_and_they_run_out() {
        let tries = Tries::default();

        let admitted = (0..50).filter(|_| tries.admit(GuildId(1))).count();

        assert!((10..15).contains(&admitted), "{admitted}");
        assert!(tries.admit(GuildId(2)));
    }
}
