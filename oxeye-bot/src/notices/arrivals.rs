//! Which players have come on; pure.
//!
//! Whoever is on a server when it is first heard after our start, or after a silence, was there already, and so was
//! whoever is on when somebody first asks about them.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use oxeye_db::{GuildId, ServerId, UnixSeconds, WatchedPlayer, WatchedRoster};

/// Whoever was off for less time has only reconnected, or changed the server.
const OFF_AT_LEAST: Duration = Duration::from_secs(120);
/// Whoever came on longer ago is no news: the report was late.
const NEWS_FOR: Duration = Duration::from_secs(600);

/// Who is on the servers, of the players about whom somebody asked.
#[derive(Debug, Default)]
pub(crate) struct Arrivals {
    servers: HashMap<ServerId, Roster>,
    /// When somebody left the last server of a guild on which they were.
    left: HashMap<(GuildId, WatchedPlayer), UnixSeconds>,
}

/// A server of which the whole roster is known.
#[derive(Debug)]
struct Roster {
    guild: GuildId,
    on: HashSet<WatchedPlayer>,
    /// About whom somebody had asked when we looked.
    asked: HashSet<WatchedPlayer>,
}

impl Arrivals {
    /// Takes note of who is on a server, of those about whom somebody asks now, and returns who has come on.
    pub(crate) fn look(
        &mut self,
        (guild, server): (GuildId, ServerId),
        asked: &HashSet<WatchedPlayer>,
        roster: WatchedRoster,
        now: UnixSeconds,
    ) -> Vec<WatchedPlayer> {
        let WatchedRoster::Known(roster) = roster else {
            self.forget(server);
            return Vec::new();
        };
        self.left
            .retain(|_, left| now.saturating_since(*left) < OFF_AT_LEAST);
        let known = Roster {
            guild,
            on: roster.iter().map(|(player, _)| player.clone()).collect(),
            asked: asked.clone(),
        };
        let mut come = Vec::new();
        let before = self.servers.remove(&server);
        if let Some(before) = &before {
            for (player, joined_at) in roster {
                let was_off = before.asked.contains(&player) && !before.on.contains(&player);
                let is_news = now.saturating_since(joined_at) < NEWS_FOR;
                let is_here =
                    self.is_on(guild, &player) || self.left.contains_key(&(guild, player.clone()));
                if was_off && is_news && !is_here {
                    come.push(player);
                }
            }
        }
        self.servers.insert(server, known);
        let gone = before.into_iter().flat_map(|before| before.on);
        // Whoever nobody asks about any more may still be there.
        for player in gone.filter(|player| asked.contains(player)) {
            if !self.is_on(guild, &player) {
                self.left.insert((guild, player), now);
            }
        }
        come
    }

    /// Notes that nothing is known of a server any more.
    pub(crate) fn forget(&mut self, server: ServerId) {
        self.servers.remove(&server);
    }

    /// Forgets everything about guilds in which nobody asks about anybody.
    pub(crate) fn keep(&mut self, is_kept: impl Fn(GuildId) -> bool) {
        self.servers.retain(|_, server| is_kept(server.guild));
        self.left.retain(|(guild, _), _| is_kept(*guild));
    }

    fn is_on(&self, guild: GuildId, player: &WatchedPlayer) -> bool {
        let mut servers = self.servers.values();
        servers.any(|server| server.guild == guild && server.on.contains(player))
    }
}

#[cfg(test)]
mod tests {
    use oxeye_db::testing::player;
    use rand::rngs::StdRng;
    use rand::{Rng as _, SeedableRng as _};

    use super::*;

    const GUILD: GuildId = GuildId(7);
    const T: i64 = 1_700_000_000;

    fn alex() -> WatchedPlayer {
        WatchedPlayer::Name(player("Alex"))
    }

    /// Looks at a server at a time, on which Alex is since a time, or not.
    fn look(arrivals: &mut Arrivals, server: i64, at: i64, since: Option<i64>) -> bool {
        let asked = HashSet::from([alex()]);
        let on = since.map(|since| (alex(), UnixSeconds(T + since)));
        let roster = WatchedRoster::Known(on.into_iter().collect());
        let now = UnixSeconds(T + at);
        let come = arrivals.look((GUILD, ServerId(server)), &asked, roster, now);
        !come.is_empty()
    }

    #[test]
    fn whoever_comes_on_is_news_once() {
        let mut arrivals = Arrivals::default();
        assert!(!look(&mut arrivals, 1, 0, None));
        assert!(look(&mut arrivals, 1, 10, Some(10)));
        assert!(!look(&mut arrivals, 1, 20, Some(10)));
    }

    #[test]
    fn whoever_is_on_when_a_server_is_first_heard_was_there_already() {
        let mut arrivals = Arrivals::default();
        assert!(!look(&mut arrivals, 1, 10, Some(10)));
        let (of, now) = ((GUILD, ServerId(1)), UnixSeconds(T + 20));
        arrivals.look(of, &HashSet::new(), WatchedRoster::Unknown, now);
        assert!(!look(&mut arrivals, 1, 30, Some(29)));
    }

    #[test]
    fn whoever_reconnects_or_changes_the_server_has_not_come_on() {
        let mut arrivals = Arrivals::default();
        look(&mut arrivals, 1, 0, Some(0));
        look(&mut arrivals, 2, 0, None);
        look(&mut arrivals, 1, 500, None);
        assert!(!look(&mut arrivals, 2, 510, Some(510)));
        look(&mut arrivals, 2, 600, None);
        assert!(!look(&mut arrivals, 1, 719, Some(719)));
        look(&mut arrivals, 1, 800, None);
        assert!(look(&mut arrivals, 1, 920, Some(920)));
    }

    #[test]
    fn a_late_report_is_no_news() {
        let mut arrivals = Arrivals::default();
        look(&mut arrivals, 1, 0, None);
        assert!(!look(&mut arrivals, 1, 700, Some(100)));
    }

    #[test]
    fn whoever_is_on_when_somebody_asks_was_there_already() {
        let mut arrivals = Arrivals::default();
        let (of, now) = ((GUILD, ServerId(1)), UnixSeconds(T));
        arrivals.look(of, &HashSet::new(), WatchedRoster::Known(vec![]), now);
        assert!(!look(&mut arrivals, 1, 10, Some(5)));
        look(&mut arrivals, 1, 500, None);
        assert!(look(&mut arrivals, 1, 700, Some(700)));
    }

    #[test]
    fn whoever_came_while_nobody_asked_was_there_already() {
        let mut arrivals = Arrivals::default();
        assert!(!look(&mut arrivals, 1, 0, None));
        // The last notice of the guild was removed, and another is added.
        arrivals.keep(|_| false);
        assert!(!look(&mut arrivals, 1, 60, Some(30)));
        look(&mut arrivals, 1, 100, None);
        assert!(look(&mut arrivals, 1, 300, Some(300)));
    }

    /// Number of schedules.
    fn schedules() -> u64 {
        let more = option_env!("OXEYE_MODEL_CASES").and_then(|cases| cases.parse().ok());
        more.unwrap_or(0).max(10_000)
    }

    #[test]
    fn on_a_model_of_random_schedules_everybody_who_comes_on_is_news_and_nobody_else() {
        let mut news = 0;
        for seed in 0..schedules() {
            let mut random = StdRng::seed_from_u64(seed);
            let mut arrivals = Arrivals::default();
            // What really happens: where Alex is, since when, and when they left, as far as we have heard.
            let (mut place, mut since, mut left_at) = (None::<i64>, 0, None::<i64>);
            let mut is_first = true;
            for step in 0..40 {
                let at = step * 50 + random.random_range(0..50);
                let was_on = place.is_some();
                match random.random_range(0..6) {
                    0 | 1 => (place, since) = (Some(random.random_range(1..3)), at),
                    2 | 3 => place = None,
                    4 => {
                        arrivals = Arrivals::default();
                        (is_first, left_at) = (true, None);
                    }
                    _ => {}
                }
                if was_on && place.is_none() {
                    left_at = Some(at);
                }
                let mut come = false;
                for server in [1, 2] {
                    let on = (place == Some(server)).then_some(since);
                    come |= look(&mut arrivals, server, at, on);
                }
                let was_away = left_at.is_none_or(|left| at - left >= 120);
                let expected = place.is_some() && !was_on && !is_first && was_away;
                assert_eq!(come, expected, "schedule {seed}, step {step}");
                news += u32::from(come);
                is_first = false;
            }
        }
        assert!(news > 10_000, "{news}");
    }
}
