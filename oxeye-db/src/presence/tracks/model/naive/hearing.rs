//! Which guilds are heard, found by looking back, and what follows for sessions if they are not.

use super::{Lost, Naive, Row, Told};
use crate::ids::GuildId;
use crate::presence::observation::{AwayGuilds, Observation};

impl Naive {
    /// Whether a guild is heard, as of the first `len` things that were told. A resumed connection takes back that it
    /// was lost, and losses before that between which no guild showed itself.
    pub(super) fn hears(&self, guild: GuildId, len: usize) -> bool {
        let (mut is_resumed, mut takes_back) = (false, false);
        for told in self.told[..len].iter().rev() {
            match told {
                Told::Gateway(Observation::Resumed) => is_resumed = true,
                Told::Gateway(Observation::Away {
                    guilds: AwayGuilds::All,
                }) => {
                    if !is_resumed && !takes_back {
                        return false;
                    }
                    (is_resumed, takes_back) = (false, true);
                }
                Told::Gateway(Observation::Away {
                    guilds: AwayGuilds::One(of),
                }) if *of == guild => {
                    return false;
                }
                Told::Gateway(Observation::Guild { guild: of, .. }) => {
                    if *of == guild {
                        return true;
                    }
                    takes_back = false;
                }
                Told::Gateway(
                    Observation::Activities { guild: of, .. }
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
            None => self.guilds_of(row.user).into_iter().any(hears),
        }
    }

    /// The place of the loss of the connection that a resumed one would take back first: the last one, or the first of
    /// several between which no guild showed itself.
    pub(super) fn first_loss(&self) -> usize {
        let mut first = self.told.len();
        for (place, told) in self.told.iter().enumerate().rev() {
            match told {
                Told::Gateway(Observation::Away {
                    guilds: AwayGuilds::All,
                }) => first = place,
                Told::Gateway(Observation::Guild { .. } | Observation::Resumed) | Told::Restart
                    if first < self.told.len() =>
                {
                    break;
                }
                _ => {}
            }
        }
        first
    }

    pub(super) fn lose(&mut self, guilds: AwayGuilds, before: usize, now: i64) {
        let earlier = &self.told[..before];
        let is_new = earlier.iter().rev().find_map(|told| match told {
            Told::Gateway(Observation::Guild { .. }) => Some(true),
            Told::Gateway(
                Observation::Resumed
                | Observation::Away {
                    guilds: AwayGuilds::All,
                },
            ) => Some(false),
            Told::Restart => Some(false),
            _ => None,
        });
        let len = self.told.len();
        let first_loss = self.first_loss();
        let mut rows = std::mem::take(&mut self.rows);
        for row in &mut rows {
            let all = guilds == AwayGuilds::All;
            if row.lost == Lost::WithConnection && all && is_new == Some(true) {
                row.lost = Lost::ForGood;
            }
            if row.lost == Lost::No {
                if row.end.is_some() || self.hears_row(row, |guild| self.hears(guild, len)) {
                    continue;
                }
                if now - row.seen() < 300 {
                    row.hear(now);
                }
                row.lost = if all {
                    Lost::WithConnection
                } else {
                    Lost::ForGood
                };
            } else if row.lost == Lost::WithConnection {
                let was_heard = |guild| self.was_heard(guild, first_loss);
                if !self.hears_row(row, was_heard) {
                    row.lost = Lost::ForGood;
                }
            }
        }
        self.rows = rows;
    }

    /// Whether a guild was heard when the connection was lost, and had no outage of its own since. Between two losses,
    /// single reports may have told of more guilds.
    pub(super) fn was_heard(&self, guild: GuildId, first_loss: usize) -> bool {
        let since = self.told.iter().enumerate().skip(first_loss);
        let mut was_heard = false;
        for (place, told) in since {
            if let Told::Gateway(Observation::Away { guilds }) = told {
                match guilds {
                    AwayGuilds::All => was_heard |= self.hears(guild, place),
                    AwayGuilds::One(of) => was_heard &= *of != guild,
                }
            }
        }
        was_heard
    }

    pub(super) fn resume(&mut self, now: i64) {
        let mut rows = std::mem::take(&mut self.rows);
        for place in 0..rows.len() {
            if rows[place].lost != Lost::WithConnection {
                continue;
            }
            let (user, key, seen) = (
                rows[place].user,
                rows[place].key.clone(),
                rows[place].seen(),
            );
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
