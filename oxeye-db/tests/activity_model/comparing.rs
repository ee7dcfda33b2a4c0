//! Asks the store everything, and compares the answers with the naive list.

use std::collections::BTreeMap;

use oxeye_db::activity::day::UtcDay;
use oxeye_db::activity::figures::Counters;
use oxeye_db::testing::{TestStore, player};
use oxeye_db::{GuildId, UnixSeconds};
use serde_json::json;

use crate::naive::Naive;
use crate::play::{Session, on_days};
use crate::steps::{DAY, NAMES};

/// Days before today that are asked for one by one: of those the last 30 are in the summary, and of the last one only
/// the sweeps leave nothing.
const DAYS_AGO: [i64; 8] = [0, 1, 2, 6, 7, 29, 30, 31];

/// A player of a guild, whose records are compared.
struct Asked<'a> {
    store: &'a TestStore,
    naive: &'a Naive,
    guild: u64,
    name: &'static str,
    now: i64,
    sessions: Vec<Session>,
}

/// Asserts that the store says what the naive list says.
pub(crate) async fn compare(store: &TestStore, naive: &Naive, now: i64) {
    for guild in [7, 8] {
        for name in NAMES {
            let sessions = naive.sessions(guild, name, now);
            let asked = Asked {
                store,
                naive,
                guild,
                name,
                now,
                sessions,
            };
            asked.days().await;
            asked.summary().await;
            asked.session().await;
            asked.events().await;
        }
        let online = store.activity_online(GuildId(guild));
        let online: Vec<_> = online.iter().map(ToString::to_string).collect();
        assert!(online.iter().eq(naive.on_guild(guild).iter()), "{online:?}");
        ranking(store, naive, guild, now).await;
    }
}

fn not_zero(counters: &Counters) -> BTreeMap<String, f64> {
    let counters = counters.iter().filter(|(_, amount)| **amount != 0.0);
    counters
        .map(|(name, amount)| (name.clone(), *amount))
        .collect()
}

impl Asked<'_> {
    async fn days(&self) {
        let today = self.now.div_euclid(DAY);
        for ago in DAYS_AGO {
            let day = today - ago;
            let asked = UtcDay(i32::try_from(day).unwrap());
            let found = self.store.activity_day(
                GuildId(self.guild),
                player(self.name),
                asked,
                UnixSeconds(self.now),
            );
            let found = found.await.unwrap();
            let expected = self.naive.counters(self.guild, self.name, (day, day));
            assert_eq!(
                not_zero(&found.counters),
                expected,
                "{} {ago} days ago",
                self.name
            );
            // Before the days of the summary not all stays are looked at.
            if ago < 30 {
                let play = (found.sessions, found.playtime);
                assert_eq!(
                    play,
                    on_days(&self.sessions, day, day),
                    "{} {ago} days ago",
                    self.name
                );
            }
        }
    }

    async fn summary(&self) {
        let today = self.now.div_euclid(DAY);
        let first = today - 29;
        let found = self.store.activity_summary(
            GuildId(self.guild),
            player(self.name),
            UnixSeconds(self.now),
        );
        let found = found.await.unwrap();
        let expected = self.naive.counters(self.guild, self.name, (first, today));
        assert_eq!(not_zero(&found.counters), expected, "{}", self.name);
        assert_eq!(
            found.sectors,
            self.naive.sectors(self.guild, self.name, first, i64::MIN)
        );
        let play = (found.sessions, found.playtime);
        assert_eq!(play, on_days(&self.sessions, first, today), "{}", self.name);
        let by_day = (first..=today).map(|day| on_days(&self.sessions, day, day).1);
        assert_eq!(found.playtime, by_day.sum::<u64>());
        let left = self.sessions.last().map(Session::end);
        let last = left.max(self.naive.latest.get(&(self.guild, self.name)).copied());
        let last = last.filter(|at| at.div_euclid(DAY) >= first);
        assert_eq!(found.last_updated, last.map(UnixSeconds));
    }

    async fn session(&self) {
        let found = self.store.activity_session(
            GuildId(self.guild),
            player(self.name),
            UnixSeconds(self.now),
        );
        let found = found.await.unwrap();
        let open = self.sessions.last().filter(|session| session.is_open());
        let Some(begin) = open.map(Session::begin) else {
            assert_eq!((found.login_at, found.last_activity_at), (None, None));
            assert!(not_zero(&found.counters).is_empty() && found.sectors.is_empty());
            return;
        };
        let last = self.naive.latest.get(&(self.guild, self.name)).copied();
        assert_eq!(found.login_at, Some(UnixSeconds(begin)));
        assert_eq!(
            found.last_activity_at,
            Some(UnixSeconds(begin.max(last.unwrap_or(begin))))
        );
        let expected = self.naive.counters_since(self.guild, self.name, begin);
        assert_eq!(not_zero(&found.counters), expected, "{}", self.name);
        let sectors = self.naive.sectors(self.guild, self.name, i64::MIN, begin);
        assert_eq!(found.sectors, sectors, "{}", self.name);
    }

    async fn events(&self) {
        let edge = self.now - 7 * DAY;
        let found = self.store.activity_events(
            GuildId(self.guild),
            player(self.name),
            500,
            UnixSeconds(self.now),
        );
        let found = found.await.unwrap();
        assert!(found.is_sorted_by_key(|event| -event.at.0));
        let mut found: Vec<_> = found
            .into_iter()
            .map(|event| (event.at.0, event.event_type, event.details))
            .collect();
        let reported = self
            .naive
            .events
            .iter()
            .filter(|event| (event.guild, event.player) == (self.guild, self.name));
        let reported = reported
            .filter(|event| event.is_listed)
            .map(|event| (event.at, event.event_type.to_owned(), event.details()));
        let derived = self.sessions.iter().flat_map(|session| {
            let played =
                json!({"duration_seconds": session.seconds(session.begin(), session.end()) as f64});
            let login = (session.begin(), "login".to_owned(), "{}".to_owned());
            let logout = (session.end(), "logout".to_owned(), played.to_string());
            [Some(login), (!session.is_open()).then_some(logout)]
                .into_iter()
                .flatten()
        });
        let mut expected: Vec<_> = reported
            .chain(derived)
            .filter(|event| event.0 >= edge)
            .collect();
        found.sort();
        expected.sort();
        assert_eq!(found, expected, "{}", self.name);
    }
}

async fn ranking(store: &TestStore, naive: &Naive, guild: u64, now: i64) {
    let today = now.div_euclid(DAY);
    for days in [1, 30] {
        let found = store.activity_ranking(GuildId(guild), "actions", days, 10, UnixSeconds(now));
        let found = found.await.unwrap().standings.into_iter();
        let found: Vec<_> = found
            .map(|standing| (standing.player.to_string(), standing.amount))
            .collect();
        let first = today + 1 - i64::from(days);
        let all = NAMES.into_iter().filter_map(|name| {
            let actions = naive
                .counters(guild, name, (first, today))
                .get("actions")
                .copied()?;
            Some((name.to_owned(), actions))
        });
        let mut expected: Vec<_> = all.collect();
        expected.sort_by(|one, other| other.1.total_cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
        assert_eq!(found, expected);
    }
}
