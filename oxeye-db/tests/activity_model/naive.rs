//! A list of everything that happened, and what the rules say of it in words.

use std::collections::{BTreeMap, BTreeSet};

use crate::play::{Session, Stay, sessions};
use crate::steps::{DAY, Did, NAMES, SERVERS, TYPES, details};

/// A player whom every server ignores.
pub(crate) const IGNORED: &str = "Ghost";

/// What must become of an event that is sent alone.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Taken {
    Yes,
    Refused,
}

/// An event that counts.
pub(crate) struct Counted {
    pub(crate) guild: u64,
    pub(crate) player: &'static str,
    pub(crate) event_type: &'static str,
    pub(crate) number: usize,
    pub(crate) at: i64,
    /// When the player's open stay began, or the session before it, if the event happened in it and that is still known.
    stay: Option<i64>,
    /// Whether it is listed: not if it names somebody who was forgotten.
    pub(crate) is_listed: bool,
}

impl Counted {
    /// Returns the details as they were sent.
    pub(crate) fn details(&self) -> String {
        details(self.event_type, self.number).to_string()
    }
}

#[derive(Default)]
pub(crate) struct Naive {
    stays: Vec<(usize, &'static str, Stay)>,
    pub(crate) events: Vec<Counted>,
    /// The latest event of each player of a guild of whom anything is known.
    pub(crate) latest: BTreeMap<(u64, &'static str), i64>,
    keys: BTreeMap<(usize, u8), i64>,
    /// Days before it are gone.
    pub(crate) first_day: i64,
}

fn ignores(server: usize, name: &str) -> bool {
    name == IGNORED || (SERVERS[server].1 == "creative" && name == "jeb_")
}

/// Says what becomes of an event, as far as it depends on the event alone.
pub(crate) fn alone(server: usize, did: &Did) -> Taken {
    let (event_type, name) = (TYPES[did.event_type], NAMES[did.player]);
    let is_debt = event_type.starts_with("trade") && did.number == 7;
    match event_type == "login" || (is_debt && !ignores(server, name)) {
        true => Taken::Refused,
        false => Taken::Yes,
    }
}

impl Naive {
    pub(crate) fn is_on(&self, server: usize, name: &str) -> bool {
        self.on_server(server).contains(name)
    }

    pub(crate) fn on_server(&self, server: usize) -> BTreeSet<&'static str> {
        let open = self
            .stays
            .iter()
            .filter(|(of, _, stay)| *of == server && stay.to.is_none());
        open.map(|(_, name, _)| *name).collect()
    }

    pub(crate) fn on_guild(&self, guild: u64) -> BTreeSet<&'static str> {
        let servers = (0..SERVERS.len()).filter(|server| SERVERS[*server].0 == guild);
        servers.flat_map(|server| self.on_server(server)).collect()
    }

    pub(crate) fn joins_or_leaves(
        &mut self,
        server: usize,
        name: &'static str,
        at: i64,
        joins: bool,
    ) {
        if joins {
            let stay = Stay {
                server,
                from: at,
                to: None,
            };
            self.stays.push((server, name, stay));
            return;
        }
        let mut stays = self.stays.iter_mut();
        let open = stays.find(|(of, who, stay)| (*of, *who) == (server, name) && stay.to.is_none());
        open.unwrap().2.to = Some(at);
    }

    fn stays_of<'a>(&'a self, guild: u64, name: &'a str) -> impl Iterator<Item = Stay> + 'a {
        let of = self
            .stays
            .iter()
            .filter(move |(server, who, _)| (SERVERS[*server].0, *who) == (guild, name));
        of.map(|(_, _, stay)| *stay)
    }

    /// The sessions of a player as far as they follow from the stays of the last 31 days.
    pub(crate) fn sessions(&self, guild: u64, name: &str, now: i64) -> Vec<Session> {
        let edge = (now.div_euclid(DAY) - 30) * DAY;
        let stays = self.stays_of(guild, name);
        sessions(
            stays
                .filter(|stay| stay.to.is_none_or(|to| to > edge))
                .collect(),
            now,
        )
    }

    pub(crate) fn takes(&mut self, server: usize, did: &Did, now: i64) -> Taken {
        let (guild, name) = (SERVERS[server].0, NAMES[did.player]);
        let at = did.said().unwrap_or(now);
        if at < now - 7 * DAY || at > now + 30 || alone(server, did) == Taken::Refused {
            return Taken::Refused;
        }
        if ignores(server, name) {
            return Taken::Yes;
        }
        let at = at.min(now);
        let open = self.stays_of(guild, name).filter(|stay| stay.to.is_none());
        let stay = open.map(|stay| stay.from).min().filter(|from| *from <= at);
        let session = self.sessions(guild, name, now).pop();
        let goes_on = |session: &Session| session.is_open() || now - session.end() <= 30;
        let session = session.filter(goes_on).map(|session| session.begin());
        let stay = stay.or(session.filter(|from| *from <= at));
        self.events.push(Counted {
            guild,
            player: name,
            event_type: TYPES[did.event_type],
            number: did.number,
            at,
            stay,
            is_listed: true,
        });
        let latest = self.latest.entry((guild, name)).or_insert(at);
        *latest = at.max(*latest);
        Taken::Yes
    }

    pub(crate) fn takes_single(
        &mut self,
        server: usize,
        did: &Did,
        key: Option<u8>,
        now: i64,
    ) -> Taken {
        let at = did.said().unwrap_or(now);
        let key = key.map(|key| (server, key));
        let used = key
            .and_then(|key| self.keys.get(&key))
            .is_some_and(|used| now - used <= DAY);
        let is_in_time = now - 7 * DAY <= at && at <= now + 30;
        if used && is_in_time {
            return alone(server, did);
        }
        let taken = self.takes(server, did, now);
        if let Some(key) = key.filter(|_| taken == Taken::Yes) {
            self.keys.insert(key, now);
        }
        taken
    }

    /// What a player did on some days, as amounts that are not 0.
    pub(crate) fn counters(
        &self,
        guild: u64,
        name: &str,
        days: (i64, i64),
    ) -> BTreeMap<String, f64> {
        let days = days.0.max(self.first_day)..=days.1;
        self.sum(|event| {
            (event.guild, event.player) == (guild, name) && days.contains(&event.at.div_euclid(DAY))
        })
    }

    /// What a player did in stays that began at a time or later.
    pub(crate) fn counters_since(
        &self,
        guild: u64,
        name: &str,
        from: i64,
    ) -> BTreeMap<String, f64> {
        self.sum(|event| {
            (event.guild, event.player) == (guild, name)
                && event.stay.is_some_and(|stay| stay >= from)
        })
    }

    fn sum(&self, counts: impl Fn(&Counted) -> bool) -> BTreeMap<String, f64> {
        let mut counters = BTreeMap::new();
        let mut add = |name: &str, amount: usize| {
            *counters.entry(name.to_owned()).or_insert(0.0) += amount as f64;
        };
        for event in self.events.iter().filter(|event| counts(event)) {
            add("actions", 1);
            match event.event_type {
                "trade_buy" | "trade_sell" => {
                    add("trades", 1);
                    add("trade_volume", event.number);
                }
                "combat_attack" => add("combat_events", 1),
                "kill" => add("kills", 1),
                _ => {}
            }
        }
        counters.retain(|_, amount| *amount > 0.0);
        counters
    }

    /// The sectors that a player visited from some day and some second on, the latest last: of those of one second
    /// the one that was taken last.
    pub(crate) fn sectors(&self, guild: u64, name: &str, first_day: i64, from: i64) -> Vec<String> {
        let mut latest = BTreeMap::new();
        for (place, event) in self.events.iter().enumerate() {
            let is_his = (event.guild, event.player) == (guild, name);
            let is_known =
                event.at.div_euclid(DAY) >= first_day.max(self.first_day) && event.at >= from;
            if is_his && is_known && event.event_type == "sector_move" && event.number > 0 {
                let taken = (event.at, place);
                let last = latest.entry(event.number.to_string()).or_insert(taken);
                *last = taken.max(*last);
            }
        }
        let mut sectors: Vec<_> = latest
            .into_iter()
            .map(|(sector, last)| (last, sector))
            .collect();
        sectors.sort();
        sectors.into_iter().map(|(_, sector)| sector).collect()
    }

    /// Drops what is kept no longer: days before the last 31, stays that began 8 days ago unless they are the latest
    /// with an event, and players who did nothing in these 31 days.
    pub(crate) fn sweep(&mut self, now: i64) {
        self.first_day = now.div_euclid(DAY) - 30;
        let first_second = self.first_day * DAY;
        self.latest.retain(|_, at| *at >= first_second);
        let mut last_stays = BTreeMap::new();
        for event in &self.events {
            let last = last_stays
                .entry((event.guild, event.player))
                .or_insert(event.stay);
            *last = event.stay.max(*last);
        }
        for event in &mut self.events {
            let of = (event.guild, event.player);
            let is_kept = |stay: &i64| *stay >= now - 8 * DAY || Some(*stay) == last_stays[&of];
            event.stay = event
                .stay
                .filter(is_kept)
                .filter(|_| self.latest.contains_key(&of));
        }
    }

    pub(crate) fn forget(&mut self, name: &str) {
        self.stays.retain(|(_, who, _)| *who != name);
        self.events.retain(|event| event.player != name);
        self.latest.retain(|(_, who), _| *who != name);
        for event in &mut self.events {
            let names = event.event_type == "kill" && NAMES[event.number % NAMES.len()] == name;
            event.is_listed &= !names;
        }
    }
}
