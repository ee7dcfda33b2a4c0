//! Which guilds are heard, found by looking back, and what follows for sessions if they are not.

use super::{Lost, Naive, Row, Told};
use crate::ids::{GuildId, UserId};
use crate::presence::observation::{AwayGuilds, Observation, Shard};

impl Naive {
    /// Whether a guild is heard, as of the first `len` things that were told. A resumed connection takes back that it
    /// was lost.
    pub(super) fn hears(&self, guild: GuildId, len: usize) -> bool {
        let mut is_resumed = false;
        for told in self.told[..len].iter().rev() {
            match told {
                Told::Gateway(Observation::Resumed(shard)) if shard.has(guild) => is_resumed = true,
                Told::Gateway(Observation::Away {
                    guilds: AwayGuilds::Lost(shard),
                }) if is_resumed || !shard.has(guild) => {}
                Told::Gateway(Observation::Away { guilds }) if guilds.has(guild) => return false,
                Told::Gateway(
                    Observation::Guild { guild: of, .. }
                    | Observation::Activities { guild: of, .. }
                    | Observation::Voice { guild: of, .. },
                ) if *of == guild => return true,
                Told::Restart => return false,
                _ => {}
            }
        }
        false
    }

    pub(super) fn hears_row(&self, row: &Row, hears: impl Fn(GuildId) -> bool) -> bool {
        match row.key.place {
            Some(place) => hears(place.guild),
            None => {
                let mut guilds = self.guilds_of(row.user).into_iter();
                guilds.any(|guild| !self.has_left(guild, row.user) && hears(guild))
            }
        }
    }

    /// Whether a guild has last said of a user that they left it.
    pub(super) fn has_left(&self, guild: GuildId, user: UserId) -> bool {
        for told in self.told.iter().rev() {
            match told {
                Told::Gateway(Observation::Left {
                    guild: of,
                    user: who,
                }) if (*of, *who) == (guild, user) => {
                    return true;
                }
                Told::Withdrawn(of, who) if (*of, *who) == (guild, user) => return false,
                Told::Gateway(observation) if observation.named().contains(&(guild, user)) => {
                    return false;
                }
                Told::Restart => return false,
                _ => {}
            }
        }
        false
    }

    pub(super) fn take_leaving(&mut self, user: UserId) {
        let len = self.told.len();
        let is_nowhere = self
            .guilds_of(user)
            .into_iter()
            .all(|guild| self.has_left(guild, user));
        let mut rows = std::mem::take(&mut self.rows);
        let open = rows
            .iter_mut()
            .filter(|row| row.user == user && row.end.is_none());
        for row in open.filter(|row| row.key.place.is_none()) {
            let is_heard = self.hears_row(row, |guild| self.hears(guild, len));
            if is_nowhere {
                row.take_back();
                row.lost = Lost::No;
                row.end = Some((row.seen(), false));
            } else if row.lost == Lost::No && !is_heard {
                row.take_back();
                row.lost = match self.hears_row(row, |guild| self.may_hear(guild, len)) {
                    true => Lost::WithConnection,
                    false => Lost::ForGood,
                };
            }
        }
        self.rows = rows;
    }

    pub(super) fn take_out_of_voice(&mut self, guild: GuildId, user: UserId) {
        let rows = self.rows.iter_mut();
        let here = rows.filter(|row| row.key.place.is_some_and(|place| place.guild == guild));
        for row in here.filter(|row| row.user == user && row.end.is_none()) {
            row.take_back();
            row.lost = Lost::No;
            row.end = Some((row.seen(), true));
        }
    }

    pub(super) fn lose(&mut self, now: i64) {
        let len = self.told.len();
        let mut rows = std::mem::take(&mut self.rows);
        for row in &mut rows {
            let why = match self.hears_row(row, |guild| self.may_hear(guild, len)) {
                true => Lost::WithConnection,
                false => Lost::ForGood,
            };
            if row.lost == Lost::WithConnection {
                row.lost = why;
            }
            let goes_on = self.hears_row(row, |guild| self.hears(guild, len));
            if row.lost != Lost::No || row.end.is_some() || goes_on {
                continue;
            }
            if now - row.seen() < 300 {
                row.hear(now);
            }
            row.lost = why;
        }
        self.rows = rows;
    }

    /// Whether a guild would be heard again if the connection of its shard was resumed after the first `len` things that
    /// were told.
    fn may_hear(&self, guild: GuildId, len: usize) -> bool {
        for (place, told) in self.told[..len].iter().enumerate().rev() {
            match told {
                Told::Gateway(Observation::Away {
                    guilds: AwayGuilds::Lost(shard),
                }) if shard.has(guild) && self.hears(guild, place) => return true,
                Told::Gateway(Observation::Away {
                    guilds: AwayGuilds::Lost(_),
                }) => {}
                Told::Gateway(Observation::Away { guilds }) if guilds.has(guild) => return false,
                Told::Gateway(Observation::Resumed(shard)) if shard.has(guild) => return false,
                Told::Restart => return false,
                _ => {}
            }
        }
        false
    }

    pub(super) fn resume(&mut self, shard: Shard, before: usize, now: i64) {
        let mut rows = std::mem::take(&mut self.rows);
        for place in 0..rows.len() {
            let is_back = |guild| shard.has(guild) && self.may_hear(guild, before);
            let row = &rows[place];
            if row.lost != Lost::WithConnection || !self.hears_row(row, is_back) {
                continue;
            }
            let (user, key, seen) = (row.user, row.key.clone(), row.seen());
            let is_later = |(number, row): (usize, &Row)| {
                row.is_same_thing(user, &key) && (number > place || row.seen() > seen)
            };
            let is_over = rows.iter().enumerate().any(is_later);
            let row = &mut rows[place];
            if row.end.is_none() {
                row.lost = Lost::No;
                let last = row.parts.last_mut().unwrap();
                last.1 = last.1.max(now);
            } else if !is_over {
                row.lost = Lost::No;
                row.end = None;
                row.parts.push((now, now));
            }
        }
        self.rows = rows;
    }

    pub(super) fn pass_time(&mut self, now: i64) {
        let len = self.told.len();
        let mut rows = std::mem::take(&mut self.rows);
        for row in rows.iter_mut().filter(|row| row.end.is_none()) {
            if row.lost == Lost::No {
                match self.hears_row(row, |guild| self.hears(guild, len)) {
                    true => row.hear(now),
                    false => row.lost = Lost::ForGood,
                }
            }
            if row.lost != Lost::No && now - row.seen() >= 300 {
                row.end = Some((row.seen() + 120, true));
            }
        }
        self.rows = rows;
    }
}
