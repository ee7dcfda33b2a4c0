//! What a report makes of the sessions of a user.

use super::{Lost, Naive, Row};
use crate::ids::{GuildId, UserId};
use crate::presence::kinds::PresenceKind;
use crate::presence::seen::Seen;

impl Naive {
    pub(super) fn take(
        &mut self,
        user: UserId,
        voice_of: Option<GuildId>,
        seen: Vec<Seen>,
        now: i64,
    ) {
        let kept = seen
            .into_iter()
            .filter_map(|seen| Some((self.since(user, &seen.key)?, seen)));
        let kept: Vec<_> = kept.collect();
        let mut new = Vec::new();
        let mut stays = Vec::new();
        for (since, seen) in kept {
            let open = self
                .rows
                .iter_mut()
                .find(|row| row.user == user && row.key == seen.key && row.end.is_none());
            match open {
                Some(row) if row.lost == Lost::No => {
                    row.hear(now);
                    row.told = row.told.max(now);
                    row.connection = seen.about.connection;
                    stays.push(seen.key);
                }
                Some(row) if row.is_proven_by(&seen) => {
                    row.parts.push((now, now));
                    row.told = row.told.max(now);
                    row.lost = Lost::No;
                    stays.push(seen.key);
                }
                _ => new.push((self.start(user, &seen, since, now), seen)),
            }
        }
        for row in self.rows.iter_mut().filter(|row| {
            let is_asked = match (voice_of, row.key.place) {
                (None, None) => true,
                (Some(guild), Some(place)) => place.guild == guild,
                _ => false,
            };
            row.user == user && is_asked && !stays.contains(&row.key)
        }) {
            if row.end.is_some() {
                if row.lost == Lost::WithConnection {
                    row.lost = Lost::ForGood;
                }
                continue;
            }
            if row.lost == Lost::No {
                let next = new
                    .iter()
                    .find(|(_, seen)| row.is_same_thing(user, &seen.key));
                row.hear(next.map_or(now, |(start, _)| *start));
            }
            row.lost = Lost::No;
            row.end = Some((row.seen(), false));
        }
        for (start, seen) in new {
            self.begin(user, seen, start, now);
        }
    }

    pub(super) fn start(&self, user: UserId, seen: &Seen, since: i64, now: i64) -> i64 {
        let rows = self
            .rows
            .iter()
            .filter(|row| row.is_same_thing(user, &seen.key));
        let before = rows.map(Row::seen).max().unwrap_or(i64::MIN);
        match seen.since {
            Some(claim) if claim.0 > before && claim.0 <= now && claim.0 >= now - 86_400 => {
                claim.0.max(since)
            }
            _ => now,
        }
    }

    pub(super) fn begin(&mut self, user: UserId, seen: Seen, start: i64, now: i64) {
        for row in self
            .rows
            .iter_mut()
            .filter(|row| row.is_same_thing(user, &seen.key))
        {
            row.end = row.end.map(|(at, is_estimated)| match is_estimated {
                true => (at.min(start), true),
                false => (at, false),
            });
        }
        let same = self
            .rows
            .iter()
            .filter(|row| row.is_same_thing(user, &seen.key));
        let latest = same.map(Row::seen).max();
        let pause = if seen.key.kind == PresenceKind::Spotify {
            10
        } else {
            60
        };
        let mut same = self.rows.iter_mut().rev();
        let last = same.find(|row| row.is_same_thing(user, &seen.key));
        let last = last.filter(|row| row.key == seen.key && Some(row.seen()) == latest);
        if let Some(row) = last {
            let is_estimated = row.end.is_some_and(|(_, is_estimated)| is_estimated);
            let from = match () {
                () if is_estimated && row.is_proven_by(&seen) => Some(now),
                () if now - row.seen() <= pause => Some(start),
                () => None,
            };
            if let Some(from) = from {
                row.end = None;
                row.lost = Lost::No;
                row.connection = seen.about.connection;
                row.parts.push((from, now));
                row.told = row.told.max(now);
                return;
            }
        }
        self.rows.push(Row {
            user,
            key: seen.key,
            connection: seen.about.connection,
            parts: vec![(start, now)],
            told: now,
            end: None,
            lost: Lost::No,
        });
    }
}
