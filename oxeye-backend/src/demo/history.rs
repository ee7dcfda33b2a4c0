//! Makes up four weeks of history. The result depends only on the moment and the time zone.

use std::time::Duration;

use oxeye_db::{TimeZone, UnixSeconds};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use super::players::{EVERYONE, Habits};

/// An arbitrary seed; another one gives another history.
const SEED: u64 = 0x0f_e1_1e;

/// Days of history: more than charts need to say what is usual.
const DAYS: u32 = 28;
const DAY: i64 = 24 * 3600;

/// Minutes since the first players of the list joined. They are always online when the demo starts.
const ONLINE_AT_THE_START: [i64; 4] = [72, 35, 14, 48];

/// A player who is never online when the demo starts, and the minutes since they joined and left: whatever the hour,
/// `oxeye status` shows somebody who was there lately.
const GONE_AT_THE_START: (usize, [i64; 2]) = (4, [63, 21]);

/// One stay of a made-up player.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stay {
    /// Index into [`EVERYONE`].
    pub(super) player: usize,
    /// Index into the servers of the demo.
    pub(super) server: usize,
    pub(super) joined_at: UnixSeconds,
    /// `None` while the player is still online.
    pub(super) left_at: Option<UnixSeconds>,
}

/// Returns all stays until `now`, player by player and in order of time.
pub(super) fn four_weeks(now: UnixSeconds, zone: TimeZone) -> Vec<Stay> {
    let everyone = EVERYONE.iter().enumerate();
    everyone
        .flat_map(|(player, made_up)| {
            let chance = StdRng::seed_from_u64(SEED + player as u64);
            let mut life = Life {
                player,
                habits: made_up.habits,
                chance,
                stays: Vec::new(),
            };
            for days_ago in (0..=DAYS).rev() {
                let ago = Duration::from_secs(u64::from(days_ago) * DAY.unsigned_abs());
                life.day(zone.day(now.minus(ago)).from, zone);
            }
            life.until(now)
        })
        .collect()
}

struct Life {
    player: usize,
    habits: Habits,
    chance: StdRng,
    stays: Vec<Stay>,
}

impl Life {
    /// Adds the stays of one day: usually one, often followed by a second, shorter one.
    fn day(&mut self, midnight: UnixSeconds, zone: TimeZone) {
        let (hour, _) = zone.hour_of_week(midnight);
        let is_weekend = hour.day >= 4;
        let bonus = if is_weekend { 25 } else { 0 };
        if !self
            .chance
            .random_ratio((self.habits.keenness + bonus).min(95), 100)
        {
            return;
        }
        let hour = self.habits.hour - if is_weekend { 2 } else { 0 };
        let come = midnight.0 + hour * 3600 + self.chance.random_range(-90..90) * 60;
        let gone = self.stay(come, self.habits.minutes);
        if self.chance.random_ratio(2, 5) {
            let pause = self.chance.random_range(3..50) * 60;
            self.stay(gone + pause, self.habits.minutes / 2);
        }
    }

    /// Adds a stay of about this many minutes and returns its end.
    fn stay(&mut self, come: i64, minutes: i64) -> i64 {
        let come = come.max(self.free_from()) + self.chance.random_range(0..60);
        let percent = self.chance.random_range(35..170);
        let left = come + minutes * 60 * percent / 100 + self.chance.random_range(0..60);
        let visits = self.chance.random_ratio(1, 5);
        let server = if visits {
            1 - self.habits.home
        } else {
            self.habits.home
        };
        self.stays.push(Stay {
            player: self.player,
            server,
            joined_at: UnixSeconds(come),
            left_at: Some(UnixSeconds(left)),
        });
        left
    }

    /// Returns when the player can join again, since nobody is on two servers at once.
    fn free_from(&self) -> i64 {
        let last = self.stays.last().and_then(|stay| stay.left_at);
        last.map_or(i64::MIN, |left_at| left_at.0 + 60)
    }

    /// Removes what lies after `now`. A stay that lasts beyond it has no end yet.
    fn until(mut self, now: UnixSeconds) -> Vec<Stay> {
        self.stays.retain(|stay| stay.joined_at < now);
        for stay in &mut self.stays {
            stay.left_at = stay.left_at.filter(|left_at| *left_at < now);
        }
        self.be_online_at_the_start(now);
        self.be_gone_at_the_start(now);
        self.stays
    }

    fn be_online_at_the_start(&mut self, now: UnixSeconds) {
        let Some(minutes) = ONLINE_AT_THE_START.get(self.player) else {
            return;
        };
        if let Some(last) = self.stays.last_mut().filter(|stay| stay.left_at.is_none()) {
            last.server = self.habits.home;
            return;
        }
        self.end_with(UnixSeconds(now.0 - minutes * 60), None);
    }

    fn be_gone_at_the_start(&mut self, now: UnixSeconds) {
        let (player, minutes) = GONE_AT_THE_START;
        if self.player == player {
            let [come, left] = minutes.map(|minutes| UnixSeconds(now.0 - minutes * 60));
            self.end_with(come, Some(left));
        }
    }

    /// Makes a stay on the player's own server the last one.
    fn end_with(&mut self, come: UnixSeconds, left_at: Option<UnixSeconds>) {
        self.stays
            .retain(|stay| stay.left_at.is_some_and(|left_at| left_at < come));
        self.stays.push(Stay {
            player: self.player,
            server: self.habits.home,
            joined_at: come,
            left_at,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Returns every hour of a week, from a Wednesday at midnight.
    fn moments() -> impl Iterator<Item = UnixSeconds> {
        (0..7 * 24).map(|hour| UnixSeconds(1_795_564_800 + hour * 3600))
    }

    fn seconds_of(player: usize, stays: &[Stay]) -> i64 {
        let stays = stays.iter().filter(|stay| stay.player == player);
        stays
            .map(|stay| {
                stay.left_at
                    .map_or(0, |left_at| left_at.0 - stay.joined_at.0)
            })
            .sum()
    }

    #[test]
    fn nobody_is_on_two_servers_at_once_or_in_the_future() {
        for now in moments() {
            let stays = four_weeks(now, TimeZone::UTC);
            for stay in &stays {
                assert!(stay.joined_at < now && stay.server < 2, "{stay:?}");
                let left_at = stay.left_at.unwrap_or(now);
                assert!(stay.joined_at < left_at && left_at <= now, "{stay:?}");
            }
            for pair in stays
                .windows(2)
                .filter(|pair| pair[0].player == pair[1].player)
            {
                let left_at = pair[0].left_at.expect("only the last stay has no end");
                assert!(left_at < pair[1].joined_at, "{pair:?}");
            }
        }
    }

    #[test]
    fn at_every_hour_both_servers_have_players_and_somebody_has_left_who_is_not_back() {
        for now in moments() {
            let stays = four_weeks(now, TimeZone::UTC);
            let on = |server| {
                let on = stays.iter().filter(move |stay| stay.left_at.is_none());
                on.filter(move |stay| stay.server == server).count()
            };
            let yesterday = now.minus(Duration::from_secs(24 * 3600));
            let is_on = |player| {
                let mut of_player = stays.iter().filter(|stay| stay.player == player);
                of_player.any(|stay| stay.left_at.is_none())
            };
            let has_left = |stay: &&Stay| {
                stay.left_at.is_some_and(|left_at| left_at > yesterday) && !is_on(stay.player)
            };
            let lately = stays
                .iter()
                .filter(|stay| stay.server == 0)
                .filter(has_left);
            assert!(on(0) >= 2 && on(1) >= 1 && lately.count() >= 1, "{now:?}");
        }
    }

    #[test]
    fn the_history_has_days_and_nights_and_regular_players() {
        let now = UnixSeconds(1_795_564_800);
        let stays = four_weeks(now, TimeZone::UTC);
        assert_eq!(stays, four_weeks(now, TimeZone::UTC));

        let begun = |hours: std::ops::Range<i64>| {
            let hour = |stay: &&Stay| hours.contains(&(stay.joined_at.0 % DAY / 3600));
            stays.iter().filter(hour).count()
        };
        assert!(
            begun(15..23) > 3 * begun(1..9),
            "{} {}",
            begun(15..23),
            begun(1..9)
        );
        let oldest = stays.iter().map(|stay| stay.joined_at).min();
        let age = now.0 - oldest.expect("there is a stay").0;
        assert!((26 * DAY..=29 * DAY).contains(&age), "{age}");
        let (keen, rare) = (
            seconds_of(0, &stays),
            seconds_of(EVERYONE.len() - 1, &stays),
        );
        assert!(keen > 4 * rare && keen < 28 * 8 * 3600, "{keen} {rare}");
    }
}
