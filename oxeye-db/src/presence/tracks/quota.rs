//! How many sessions of a user may begin on one day. Programs choose what Discord shows of them, and one that changes the
//! name of its game every few seconds must not fill the file. Nor must moderators who move somebody from one voice channel
//! to another; and what happens in one guild must not cost sessions in another.

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;

use crate::ids::GuildId;
use crate::presence::key::PresenceKey;
use crate::presence::kinds::PresenceKind;

/// Maximum number of sessions of one kind of a user that begin on one day (UTC), for voice in one guild.
pub(crate) const MOST_PER_DAY: u16 = 1_000;

/// The sessions of a user that have begun on one day, by kind and guild.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quota {
    day: i64,
    begun: HashMap<(PresenceKind, Option<GuildId>), u16>,
}

impl Quota {
    /// Notes a session that has begun at a time, if that was today.
    pub(crate) fn note(&mut self, key: &PresenceKey, began_at: UnixSeconds, now: UnixSeconds) {
        if day_of(began_at) == day_of(now) {
            self.turn_to(now);
            let begun = self.begun_like(key);
            *begun = begun.saturating_add(1);
        }
    }

    /// Takes a session that is to begin now. Returns false if none like it may begin any more today.
    #[must_use]
    pub(super) fn take(&mut self, key: &PresenceKey, now: UnixSeconds) -> bool {
        self.turn_to(now);
        let begun = self.begun_like(key);
        let may_begin = *begun < MOST_PER_DAY;
        *begun += u16::from(may_begin);
        may_begin
    }

    fn begun_like(&mut self, key: &PresenceKey) -> &mut u16 {
        let guild = key.place.map(|place| place.guild);
        self.begun.entry((key.kind, guild)).or_default()
    }

    fn turn_to(&mut self, now: UnixSeconds) {
        if self.day != day_of(now) {
            *self = Self {
                day: day_of(now),
                ..Self::default()
            };
        }
    }
}

fn day_of(at: UnixSeconds) -> i64 {
    const DAY: i64 = 86_400;
    at.0.div_euclid(DAY)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOON: UnixSeconds = UnixSeconds(1_700_000_000 / 86_400 * 86_400 + 43_200);
    const MIDNIGHT: UnixSeconds = UnixSeconds(NOON.0 + 43_200);

    fn game() -> PresenceKey {
        PresenceKey::of_name(PresenceKind::Game, "Chess")
    }

    fn voice_in(guild: u64) -> PresenceKey {
        PresenceKey::of_voice(PresenceKind::Voice, GuildId(guild), 9)
    }

    /// Returns how many like this may begin.
    fn takes(quota: &mut Quota, key: &PresenceKey, now: UnixSeconds) -> usize {
        (0..5_000).filter(|_| quota.take(key, now)).count()
    }

    #[test]
    fn each_kind_may_begin_so_often_a_day_and_voice_in_each_guild() {
        let mut quota = Quota::default();

        assert_eq!(takes(&mut quota, &game(), NOON), 1_000);
        assert_eq!(takes(&mut quota, &game(), NOON), 0);
        for guild in [1, 2] {
            assert_eq!(takes(&mut quota, &voice_in(guild), NOON), 1_000);
        }
        assert_eq!(takes(&mut quota, &game(), MIDNIGHT), 1_000);
    }

    #[test]
    fn what_has_begun_before_a_restart_counts_if_it_was_today() {
        let mut quota = Quota::default();
        let yesterday = UnixSeconds(NOON.0 - 86_400);
        for began_at in [yesterday, NOON, UnixSeconds(NOON.0 + 5)] {
            quota.note(&game(), began_at, UnixSeconds(NOON.0 + 60));
        }

        assert_eq!(takes(&mut quota, &game(), NOON), 998);
    }
}
