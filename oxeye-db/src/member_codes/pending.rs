//! The codes that can still be typed: which member of which guild has asked for each, and which player has
//! to type it.

use std::collections::HashMap;
use std::fmt;

use oxeye_plugin_proto::{PlayerName, UnixSeconds};

use crate::ids::GuildId;

/// Codes that one guild may have at a time. Beyond that, the oldest no longer counts.
const MOST_PER_GUILD: usize = 1_000;

/// A member's claim to be a player.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Claim<T> {
    pub(super) guild: GuildId,
    pub(super) user: u64,
    pub(super) player: PlayerName,
    pub(super) expires_at: UnixSeconds,
    /// The way to whoever waits for the outcome.
    pub(super) told: T,
}

/// The claims, by the SHA-256 of their codes.
pub(super) struct Pending<T>(HashMap<[u8; 32], Claim<T>>);

impl<T> Pending<T> {
    /// Adds a claim, which replaces an earlier one of the same member.
    pub(super) fn add(&mut self, hash: [u8; 32], claim: Claim<T>, now: UnixSeconds) {
        let (guild, user) = (claim.guild, claim.user);
        self.0.retain(|_, other| {
            now < other.expires_at && (other.guild, other.user) != (guild, user)
        });
        let of_guild = self.0.iter().filter(|(_, other)| other.guild == guild);
        let count = of_guild.clone().count();
        let oldest = of_guild.min_by_key(|(_, other)| other.expires_at);
        if let Some((oldest, _)) = oldest.filter(|_| count >= MOST_PER_GUILD) {
            let oldest = *oldest;
            self.0.remove(&oldest);
        }
        self.0.insert(hash, claim);
    }

    /// Removes and returns the claim of a code that this player typed on a server of this guild. A code that
    /// another player typed, or that was typed in another guild, still counts for the right one.
    pub(super) fn take(
        &mut self,
        hash: &[u8; 32],
        guild: GuildId,
        player: &PlayerName,
        now: UnixSeconds,
    ) -> Option<Claim<T>> {
        let claim = self.0.get(hash)?;
        let is_right = claim.guild == guild && claim.player == *player && now < claim.expires_at;
        is_right.then(|| self.0.remove(hash))?
    }
}

impl<T> Default for Pending<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

/// Leaves out the hashes, from which a code could be computed while it counts.
impl<T> fmt::Debug for Pending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pending({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::player;

    const GUILD: GuildId = GuildId(7);

    fn claim(user: u64, name: &str, expires_at: i64) -> Claim<()> {
        Claim {
            guild: GUILD,
            user,
            player: player(name),
            expires_at: UnixSeconds(expires_at),
            told: (),
        }
    }

    fn hash(number: u16) -> [u8; 32] {
        let mut hash = [0; 32];
        hash[..2].copy_from_slice(&number.to_be_bytes());
        hash
    }

    #[track_caller]
    fn check(pending: &mut Pending<()>, code: u16, name: &str, at: i64, expected: Option<u64>) {
        let taken = pending.take(&hash(code), GUILD, &player(name), UnixSeconds(at));
        assert_eq!(taken.map(|claim| claim.user), expected);
    }

    #[test]
    fn a_code_counts_once_for_its_player_in_its_guild_in_time() {
        let mut pending = Pending::default();
        pending.add(hash(1), claim(1, "Alex", 600), UnixSeconds(0));

        check(&mut pending, 2, "Alex", 1, None);
        check(&mut pending, 1, "Steve", 1, None);
        check(&mut pending, 1, "alex", 1, None);
        let elsewhere = pending.take(&hash(1), GuildId(8), &player("Alex"), UnixSeconds(1));
        assert_eq!(elsewhere, None);
        check(&mut pending, 1, "Alex", 600, None);
        check(&mut pending, 1, "Alex", 599, Some(1));
        check(&mut pending, 1, "Alex", 599, None);
    }

    #[test]
    fn a_member_has_one_code_and_two_members_may_claim_one_player() {
        let mut pending = Pending::default();
        pending.add(hash(1), claim(1, "Alex", 600), UnixSeconds(0));
        pending.add(hash(2), claim(2, "Alex", 600), UnixSeconds(0));
        pending.add(hash(3), claim(1, "Steve", 601), UnixSeconds(1));

        check(&mut pending, 1, "Alex", 2, None);
        check(&mut pending, 2, "Alex", 2, Some(2));
        check(&mut pending, 3, "Steve", 2, Some(1));
    }

    #[test]
    fn a_guild_has_a_limited_number_of_codes_and_takes_none_from_another() {
        let mut pending = Pending::default();
        let other = Claim {
            guild: GuildId(8),
            ..claim(1, "Alex", 1)
        };
        pending.add(hash(u16::MAX), other, UnixSeconds(0));
        for user in 0..=1_000 {
            let claim = claim(user.into(), "Alex", 600 + i64::from(user));
            pending.add(hash(user), claim, UnixSeconds(0));
        }

        check(&mut pending, 0, "Alex", 0, None);
        check(&mut pending, 1, "Alex", 0, Some(1));
        check(&mut pending, 1_000, "Alex", 0, Some(1_000));
        let other = pending.take(&hash(u16::MAX), GuildId(8), &player("Alex"), UnixSeconds(0));
        assert_eq!(other.map(|claim| claim.user), Some(1));
    }

    #[test]
    fn codes_that_have_expired_are_forgotten_with_the_next_one() {
        let mut pending = Pending::default();
        pending.add(hash(1), claim(1, "Alex", 600), UnixSeconds(0));
        pending.add(hash(2), claim(2, "Alex", 1200), UnixSeconds(600));
        assert_eq!(format!("{pending:?}"), "Pending(1)");
    }
}
