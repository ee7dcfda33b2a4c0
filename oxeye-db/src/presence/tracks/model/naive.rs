//! The model. It remembers all that was ever told, and every session as the times that count in it. Whether a guild is
//! heard, it finds out by reading what was told backwards.

use crate::ids::{GuildId, UserId};
use crate::presence::key::PresenceKey;
use crate::presence::kinds::PresenceKind;
use crate::presence::observation::{AwayGuilds, Observation};
use crate::presence::seen::{Seen, in_activities, in_voice};

use super::Facts;
use super::story::GUILDS;

/// Something that was told.
#[derive(Debug, Clone)]
pub(super) enum Told {
    Gateway(Observation),
    Checkpoint,
    Restart,
}

/// Whether a session is heard of.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Lost {
    No,
    /// With the connection.
    WithConnection,
    ForGood,
}

#[derive(Debug, Clone)]
struct Row {
    user: UserId,
    key: PresenceKey,
    connection: Option<[u8; 8]>,
    /// The times that count, in order. The end of the last one is the last evidence.
    parts: Vec<(i64, i64)>,
    end: Option<(i64, bool)>,
    lost: Lost,
}

#[derive(Debug, Default)]
pub(super) struct Naive {
    told: Vec<Told>,
    joined: Vec<(GuildId, UserId, i64)>,
    rows: Vec<Row>,
}

impl Row {
    fn seen(&self) -> i64 {
        self.parts.last().unwrap().1
    }

    fn until(&self) -> i64 {
        self.end.map_or(self.seen(), |(at, _)| at)
    }

    fn hear(&mut self, now: i64) {
        let last = self.parts.last_mut().unwrap();
        match now - last.1 >= 300 {
            true => self.parts.push((now, now)),
            false => last.1 = last.1.max(now),
        }
    }

    fn is_proven_by(&self, seen: &Seen) -> bool {
        match self.key.place {
            Some(_) => self.connection == seen.about.connection,
            None => seen.since.is_none_or(|since| since.0 - 1 <= self.seen()),
        }
    }

    fn is_same_thing(&self, user: UserId, key: &PresenceKey) -> bool {
        let both_tracks = self.key.kind == PresenceKind::Spotify && key.kind == self.key.kind;
        self.user == user && (self.key == *key || both_tracks)
    }

    /// Cuts off what lies before a time. Returns whether anything is left.
    fn cut(&mut self, from: i64) -> bool {
        if self.end.is_some() && self.until() <= from {
            return false;
        }
        if self.parts[0].0 < from {
            let seen = self.seen().max(from);
            self.parts.retain(|(_, to)| *to > from);
            for part in &mut self.parts {
                part.0 = part.0.max(from);
            }
            if self.parts.first().is_none_or(|(begin, _)| *begin > from) {
                self.parts.insert(0, (from, from));
            }
            if self.seen() < seen {
                self.parts.push((seen, seen));
            }
        }
        true
    }
}

impl Naive {
    pub(super) fn join(&mut self, guild: GuildId, user: UserId, now: i64) {
        if self.since_in(guild, user, PresenceKind::Voice).is_none() {
            self.joined.push((guild, user, now));
        }
    }

    pub(super) fn leave(&mut self, guild: GuildId, user: UserId) {
        self.joined
            .retain(|(of, who, _)| (*of, *who) != (guild, user));
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain_mut(|row| {
            row.user != user || self.since(user, &row.key).is_some_and(|from| row.cut(from))
        });
        self.rows = rows;
    }

    /// Memory is lost. The last evidence of what is open is that of the file.
    pub(super) fn restart(&mut self, in_file: &[Facts]) {
        self.told.push(Told::Restart);
        for row in &mut self.rows {
            row.lost = Lost::ForGood;
            if row.end.is_some() {
                continue;
            }
            let key = format!("{:?}", row.key);
            let is_it = |facts: &&Facts| facts.0 == row.user && facts.1 == key;
            let saved = in_file.iter().find(is_it).unwrap().3;
            let last = row.parts.last_mut().unwrap();
            assert!(last.0 <= saved && saved <= last.1, "{saved} {last:?}");
            last.1 = saved;
        }
    }

    fn since_in(&self, guild: GuildId, user: UserId, kind: PresenceKind) -> Option<i64> {
        let is_kept =
            guild == GUILDS[0] || matches!(kind, PresenceKind::Voice | PresenceKind::Game);
        let mut joined = self.joined.iter().filter(|_| is_kept);
        joined
            .find(|of| (of.0, of.1) == (guild, user))
            .map(|of| of.2)
    }

    fn since(&self, user: UserId, key: &PresenceKey) -> Option<i64> {
        let guilds = GUILDS.into_iter();
        let guilds = guilds.filter(|guild| key.place.is_none_or(|place| place.guild == *guild));
        guilds
            .filter_map(|guild| self.since_in(guild, user, key.kind))
            .min()
    }

    fn guilds_of(&self, user: UserId) -> Vec<GuildId> {
        let joined = self.joined.iter().filter(|of| of.1 == user);
        joined.map(|of| of.0).collect()
    }

    /// Whether a guild is heard, as of the first `len` things that were told. A resumed connection takes back that it
    /// was lost, and losses before that between which no guild showed itself.
    fn hears(&self, guild: GuildId, len: usize) -> bool {
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

    fn hears_row(&self, row: &Row, hears: impl Fn(GuildId) -> bool) -> bool {
        match row.key.place {
            Some(place) => hears(place.guild),
            None => self.guilds_of(row.user).into_iter().any(hears),
        }
    }

    /// The place of the loss of the connection that a resumed one would take back first: the last one, or the first of
    /// several between which no guild showed itself.
    fn first_loss(&self) -> usize {
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

    pub(super) fn tell(&mut self, told: Told, now: i64) {
        if let Told::Gateway(
            Observation::Activities { guild, user, .. } | Observation::Voice { guild, user, .. },
        ) = &told
            && !self.guilds_of(*user).contains(guild)
        {
            return;
        }
        let before = self.told.len();
        self.told.push(told.clone());
        match told {
            Told::Gateway(Observation::Activities {
                user, activities, ..
            }) => {
                self.take(user, None, in_activities(&activities), now);
            }
            Told::Gateway(Observation::Voice { guild, user, voice }) => {
                let seen = voice.map_or_else(Vec::new, |voice| in_voice(guild, &voice));
                self.take(user, Some(guild), seen, now);
            }
            Told::Gateway(Observation::Guild {
                guild,
                voices,
                activities,
            }) => {
                for (_, user, _) in self.joined.clone().into_iter().filter(|of| of.0 == guild) {
                    let voice = voices.iter().find(|(who, _)| *who == user);
                    let seen = voice.map_or_else(Vec::new, |(_, voice)| in_voice(guild, voice));
                    self.take(user, Some(guild), seen, now);
                    let Some(all) = &activities else { continue };
                    match all.iter().find(|(who, _)| *who == user) {
                        Some((_, list)) => self.take(user, None, in_activities(list), now),
                        None if self.may_be_absent(user) => self.take(user, None, Vec::new(), now),
                        None => {}
                    }
                }
            }
            Told::Gateway(Observation::Away { guilds }) => self.lose(guilds, before, now),
            Told::Gateway(Observation::Resumed) => self.resume(now),
            Told::Checkpoint => self.pass_time(now),
            Told::Restart => {}
        }
    }

    fn may_be_absent(&self, user: UserId) -> bool {
        let guilds = self.guilds_of(user);
        let len = self.told.len();
        let mut rows = self
            .rows
            .iter()
            .filter(|row| row.user == user && row.key.place.is_none());
        let is_heard_of = rows.any(|row| row.end.is_none() && row.lost == Lost::No);
        guilds.iter().all(|guild| self.hears(*guild, len)) && (guilds.len() == 1 || !is_heard_of)
    }

    fn lose(&mut self, guilds: AwayGuilds, before: usize, now: i64) {
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
    fn was_heard(&self, guild: GuildId, first_loss: usize) -> bool {
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

    fn resume(&mut self, now: i64) {
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

    fn pass_time(&mut self, now: i64) {
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

    fn take(&mut self, user: UserId, voice_of: Option<GuildId>, seen: Vec<Seen>, now: i64) {
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
                    row.connection = seen.about.connection;
                    stays.push(seen.key);
                }
                Some(row) if row.is_proven_by(&seen) => {
                    row.parts.push((now, now));
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
            row.user == user && row.end.is_none() && is_asked && !stays.contains(&row.key)
        }) {
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

    fn start(&self, user: UserId, seen: &Seen, since: i64, now: i64) -> i64 {
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

    fn begin(&mut self, user: UserId, seen: Seen, start: i64, now: i64) {
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
                return;
            }
        }
        self.rows.push(Row {
            user,
            key: seen.key,
            connection: seen.about.connection,
            parts: vec![(start, now)],
            end: None,
            lost: Lost::No,
        });
    }

    pub(super) fn facts(&self) -> Vec<Facts> {
        let facts = self.rows.iter().map(|row| {
            let mut known: Vec<(i64, i64)> = Vec::new();
            let grace = row.end.map(|(at, _)| (row.seen(), at));
            for (from, to) in row
                .parts
                .iter()
                .copied()
                .chain(grace)
                .filter(|(from, to)| from < to)
            {
                match known.last_mut() {
                    Some(last) if last.1 == from => last.1 = to,
                    _ => known.push((from, to)),
                }
            }
            (
                row.user,
                format!("{:?}", row.key),
                row.parts[0].0,
                row.seen(),
                row.end,
                known,
            )
        });
        facts.collect()
    }
}
