//! Of which players of a guild anything is known, and of which days, without reading what it is.

use hashbrown::HashMap;
use oxeye_plugin_proto::{PlayerName, UnixSeconds};
use rusqlite::Connection;

use super::accounts::by_id;
use super::day::UtcDay;
use super::figures::ActivityPlayer;
use super::kinds::ACTIONS;
use super::lifetimes::SUMMARY_DAYS;
use super::play::GuildStay;
use super::players::LISTED_DAYS;
use super::recent::of_guild::StoredGuild;
use super::store::rows::players::GuildPlayerId;
use super::store::rows::words;
use crate::accounts::AccountId;
use crate::database::Database;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::store::StoreError;

/// A player of whom something is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedPlayer {
    /// The player.
    pub player: ActivityPlayer,
    /// What is known.
    pub traces: Traces,
}

/// What is known of a player.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traces {
    /// Whether the player is on.
    pub is_on: bool,
    /// When the newest event happened, logins and logouts included.
    pub newest_event_at: Option<UnixSeconds>,
    /// When the player last did anything or was on, within the days of the summary.
    pub last_updated: Option<UnixSeconds>,
    /// Bit 0 stands for today, bit 1 for yesterday.
    days: u16,
}

impl Traces {
    /// Returns the listed days on which the player did anything or was on, today first.
    pub fn days(self, today: UtcDay) -> impl Iterator<Item = UtcDay> {
        let agos = (0..LISTED_DAYS).filter(move |ago| self.days & (1 << ago) != 0);
        agos.map(move |ago| UtcDay(today.0 - i32::from(ago)))
    }

    fn add_day(&mut self, day: UtcDay, today: UtcDay) {
        if let Ok(ago @ 0..LISTED_DAYS) = u16::try_from(today.0.saturating_sub(day.0)) {
            self.days |= 1 << ago;
        }
    }

    fn add_event(&mut self, at: UnixSeconds) {
        self.newest_event_at = self.newest_event_at.max(Some(at));
        self.last_updated = self.last_updated.max(Some(at));
    }

    fn add_stay(&mut self, stay: &GuildStay, today: UtcDay) {
        let span = stay.span;
        self.add_event(span.from);
        if stay.is_open {
            self.is_on = true;
            self.last_updated = self.last_updated.max(Some(span.to));
        } else {
            self.add_event(span.to);
        }
        // Midnight itself belongs to the next day.
        let end = UnixSeconds(span.to.0.saturating_sub(1)).max(span.from);
        let (first, last) = (UtcDay::of(span.from).0, UtcDay::of(end).0);
        let (listed, _) = today.and_before(LISTED_DAYS);
        (first.max(listed.0)..=last.min(today.0)).for_each(|day| self.add_day(UtcDay(day), today));
    }

    fn and(mut self, other: Self) -> Self {
        self.is_on |= other.is_on;
        self.newest_event_at = self.newest_event_at.max(other.newest_event_at);
        self.last_updated = self.last_updated.max(other.last_updated);
        self.days |= other.days;
        self
    }
}

impl Database {
    /// Returns the players of a guild of whom anything is known, each id once, in no order, without those who hide.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn activity_listing(
        &self,
        guild: GuildId,
        now: UnixSeconds,
    ) -> Result<Vec<ListedPlayer>, StoreError> {
        let today = UtcDay::of(now);
        let who_played = self.compute(move |database| database.traces_of_stays(guild, now));
        let read = move |file: &_, _: &_| traces_in_file(file, guild, today);
        let in_file = self.in_file().read(read);
        let reported = self.accounts_in(guild);
        let (mut who_played, in_file, reported) = tokio::try_join!(who_played, in_file, reported)?;
        let mut all = Vec::with_capacity(in_file.len() + who_played.len());
        let seen = self.seen_in(guild);
        for (id, mut listed) in in_file {
            let played = who_played.remove(&listed.player.name);
            if !seen.shows(&listed.player) {
                continue;
            }
            let did = listed.traces.newest_event_at.map(|at| (at, id));
            let evidence = reported.complete(&mut listed.player, did);
            listed.traces = listed.traces.and(played.unwrap_or_default());
            all.push((evidence, listed));
        }
        for (name, traces) in who_played {
            let mut player = ActivityPlayer { name, uuid: None };
            let evidence = reported.complete(&mut player, None);
            // Whoever has the name now may hide, and be the account for which it stands.
            if player.uuid.is_none() || seen.shows(&player) {
                all.push((evidence, ListedPlayer { player, traces }));
            }
        }
        let players: HashMap<_, _> = by_id(all, |listed| &listed.player).collect();
        let (first, _) = today.and_before(SUMMARY_DAYS);
        Ok(players
            .into_values()
            .filter(|listed| listed.traces.last_updated >= Some(first.begin()))
            .collect())
    }

    /// Returns what follows from the stays of everybody whom the members see. Blocks.
    fn traces_of_stays(&self, guild: GuildId, now: UnixSeconds) -> HashMap<PlayerName, Traces> {
        let today = UtcDay::of(now);
        let seen = self.seen_in(guild);
        let is_everybody = seen.is_everybody();
        // Most stays of a player are of the same account.
        let mut is_seen = HashMap::<(PlayerId, Option<AccountId>), bool>::new();
        let mut traces = HashMap::<PlayerId, Traces>::new();
        self.each_stay(guild, now, |(player, account), stay| {
            let shows = || {
                let name = self.name_of(player);
                name.is_some_and(|name| seen.shows_stay(&name, account))
            };
            if is_everybody || *is_seen.entry((player, account)).or_insert_with(shows) {
                traces.entry(player).or_default().add_stay(&stay, today);
            }
        });
        let named = traces.into_iter();
        let named = named.filter_map(|(player, traces)| Some((self.name_of(player)?, traces)));
        named.collect()
    }
}

/// Returns everybody in the file, and what follows from their counters.
fn traces_in_file(
    file: &Connection,
    guild: GuildId,
    today: UtcDay,
) -> rusqlite::Result<Vec<(GuildPlayerId, ListedPlayer)>> {
    let guild = StoredGuild::new(file, guild);
    let all = guild.players()?.into_iter();
    let mut listed: Vec<_> = all
        .map(|(id, player, at)| {
            let mut traces = Traces::default();
            traces.add_event(at);
            (id, ListedPlayer { player, traces })
        })
        .collect();
    listed.sort_unstable_by_key(|(id, _)| *id);
    let Some(counter) = words::find(file, ACTIONS)? else {
        return Ok(listed);
    };
    // The rows of each day are in the same order, so the next player is usually the one after the last.
    let mut next = 0;
    let days = today.and_before(LISTED_DAYS);
    guild.each_on_days(counter, days, |id, day| {
        if listed.get(next).is_none_or(|(other, _)| *other != id) {
            next = listed.partition_point(|(other, _)| *other < id);
        }
        if let Some((_, known)) = listed.get_mut(next).filter(|(other, _)| *other == id) {
            known.traces.add_day(day, today);
            next += 1;
        }
    })?;
    Ok(listed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::ServerId;
    use crate::record::span::Span;

    const DAY: i64 = 86_400;
    const TODAY: UtcDay = UtcDay(100);

    fn traces(stays: &[(i64, i64, bool)]) -> Traces {
        let mut traces = Traces::default();
        for &(from, to, is_open) in stays {
            let (from, to) = (UnixSeconds(from), UnixSeconds(to));
            let stay = GuildStay {
                server: ServerId(1),
                span: Span { from, to },
                is_open,
            };
            traces.add_stay(&stay, TODAY);
        }
        traces
    }

    #[track_caller]
    fn check_days(stays: &[(i64, i64, bool)], expected: &[i32]) {
        let days = traces(stays).days(TODAY).map(|day| day.0);
        assert_eq!(days.collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_stay_is_known_of_each_day_that_it_touches() {
        check_days(&[(99 * DAY, 99 * DAY + 5, false)], &[99]);
        check_days(&[(98 * DAY + 5, 100 * DAY + 5, true)], &[100, 99, 98]);
        check_days(&[(98 * DAY + 5, 99 * DAY, false)], &[98]);
        check_days(&[(99 * DAY, 99 * DAY, false)], &[99]);
        check_days(&[(80 * DAY, 86 * DAY + 1, false)], &[86]);
        check_days(&[(80 * DAY, 85 * DAY + 1, false)], &[]);
    }

    #[test]
    fn an_open_stay_has_a_login_but_no_logout() {
        let open = traces(&[(100 * DAY, 100 * DAY + 50, true)]);
        assert!(open.is_on);
        assert_eq!(open.newest_event_at, Some(UnixSeconds(100 * DAY)));
        assert_eq!(open.last_updated, Some(UnixSeconds(100 * DAY + 50)));

        let closed = traces(&[(100 * DAY, 100 * DAY + 50, false)]);
        assert!(!closed.is_on);
        assert_eq!(closed.newest_event_at, closed.last_updated);
    }
}
