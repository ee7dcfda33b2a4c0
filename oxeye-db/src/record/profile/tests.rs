use std::collections::BTreeMap;
use std::sync::LazyLock;

use chrono::{Datelike, NaiveDate, TimeZone as _};
use proptest::prelude::*;

use super::*;
use crate::persons::Persons;
use crate::players::PlayerId;
use crate::record::naive::{START, World, cases, seasons, worlds, zones};

/// Returns the local date, directly from the time zone database.
fn date(zone: TimeZone, second: i64) -> NaiveDate {
    let zone: chrono_tz::Tz = zone.to_string().parse().unwrap();
    zone.timestamp_opt(second, 0).unwrap().date_naive()
}

/// Returns the person of a name that no account ever used.
fn named(player: PlayerId) -> Person<'static> {
    static NOBODY: LazyLock<Persons> = LazyLock::new(Persons::default);
    NOBODY.called(player).remove(0)
}

/// Returns how many seconds a player was online on each date.
fn by_date(world: &World, player: PlayerId, zone: TimeZone) -> BTreeMap<NaiveDate, u64> {
    // In all tested zones, dates change on a quarter of an hour.
    let mut dates = BTreeMap::new();
    let mut played = BTreeMap::new();
    for second in world.seconds(player) {
        let quarter = second.div_euclid(900);
        let date = dates.entry(quarter).or_insert_with(|| date(zone, second));
        *played.entry(*date).or_default() += 1;
    }
    played
}

proptest! {
    #![proptest_config(cases(48))]

    /// None of the tested zones sets its clocks back across midnight in this period, so the local
    /// date says which day a second belongs to.
    #[test]
    fn playtime_is_cut_at_midnight(
        (later, world) in seasons().prop_flat_map(|later| (Just(later), worlds(later))),
        zone in zones(),
        after in 0..4 * 86_400_i64,
        days in 1..4_u16,
    ) {
        let now = UnixSeconds(START + later + after);
        let today = date(zone, now.0);
        let record = world.record();
        for player in World::players() {
            let played = by_date(&world, player, zone);
            let where_date = |holds: &dyn Fn(NaiveDate) -> bool| {
                let played = played.iter().filter(|(date, _)| holds(**date));
                Duration::from_secs(played.map(|(_, seconds)| seconds).sum())
            };
            let expected = Playtime {
                total: where_date(&|_| true),
                today: where_date(&|date| date == today),
                week: where_date(&|date| date.iso_week() == today.iso_week()),
                month: where_date(&|date| (date.year(), date.month()) == (today.year(), today.month())),
                last_days: (days, where_date(&|date| {
                    (0..i64::from(days)).contains(&(today - date).num_days())
                })),
            };
            prop_assert_eq!(record.playtime(&named(player), days, zone, now), expected);
        }
    }

    #[test]
    fn the_other_figures_follow_from_the_stays(world in worlds(0)) {
        let record = world.record();
        for player in World::players() {
            let name = PlayerName::try_from("Alex").unwrap();
            let person = named(player);
            let profile = record.profile(&person, name, record.playtime(&person, 1, TimeZone::UTC, UnixSeconds(START)));
            let stays = world.stays_of(player);
            let lengths: Vec<u64> = stays.iter().map(|stay| stay.seconds()).collect();
            let total: u64 = lengths.iter().sum();
            prop_assert_eq!(profile.sessions, stays.len());
            prop_assert_eq!(profile.first_seen, stays.iter().map(|stay| stay.from).min());
            prop_assert_eq!(profile.longest.as_secs(), lengths.iter().copied().max().unwrap_or(0));
            prop_assert_eq!(profile.average.as_secs(), total / (stays.len() as u64).max(1));
            prop_assert_eq!(profile.online_since, world.open.iter().find(|open| open.player == player).map(|open| open.joined_at));
            let seen = world.closed.iter().filter(|session| session.player == player).map(|session| session.seen_at);
            let open = profile.online_since.map(|joined_at| world.known_until.max(joined_at));
            prop_assert_eq!(profile.last_seen, seen.chain(open).max());
        }
    }
}
