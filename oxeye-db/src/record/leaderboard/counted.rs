//! How much each person has of a counter of activity. Whoever was on no server has no place.

use hashbrown::HashMap;
use oxeye_plugin_proto::UnixSeconds;

use super::ranked::Score;
use crate::activity::day::UtcDay;
use crate::activity::doers::Doer;
use crate::activity::ranking::Counted;
use crate::database::Database;
use crate::persons::{PersonKey, Persons};
use crate::record::calendar::TimeZone;
use crate::record::range::Range;

/// Returns the UTC days of a range, first and last, of which at most `kept` are kept.
pub(super) fn utc_days(range: Range, kept: u16, now: UnixSeconds) -> (UtcDay, UtcDay) {
    let today = UtcDay::of(now);
    let all = today.and_before(kept);
    let first = match range {
        Range::Today => today,
        Range::Week => UtcDay::of(TimeZone::UTC.week(now).from),
        Range::Month => UtcDay::of(TimeZone::UTC.month(now).from),
        Range::Days(days) => today.and_before(days).0,
        Range::All => all.0,
    };
    (first.max(all.0), today)
}

/// Adds up what players have, by person. Whoever has nothing is left out.
pub(super) fn scores(
    database: &Database,
    persons: &Persons,
    counted: impl IntoIterator<Item = Counted>,
) -> Vec<Score> {
    let mut places: HashMap<PersonKey, usize> = HashMap::new();
    let mut scores: Vec<Score> = Vec::new();
    for Counted {
        doer,
        name,
        amount,
        last,
    } in counted
    {
        let Doer::Person(person) = doer else {
            continue;
        };
        let name = database.inner.memory.players.id(&name);
        let Some(name) = name.or_else(|| persons.newest_name(person)) else {
            continue;
        };
        let place = *places.entry(person).or_insert_with(|| {
            scores.push(Score {
                person,
                name,
                amount: 0.0,
                stays: None,
                last,
            });
            scores.len() - 1
        });
        scores[place].amount += amount;
        scores[place].last = scores[place].last.max(last);
    }
    scores.retain(|score| score.amount > 0.0);
    scores
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::activity::report::ActivityReport;
    use crate::events::JoinEvent;
    use crate::guild_server::GuildServers;
    use crate::ids::{GuildId, ServerId};
    use crate::record::leaderboard::RankedBy;
    use crate::testing::{TestStore, join, player, who_played_most};

    async fn dies(store: &TestStore, server: ServerId, name: &str, uuid: Option<Uuid>) {
        let event = json!({"player": name, "uuid": uuid, "event_type": "death"});
        let report = ActivityReport::Single {
            event: serde_json::from_value(event).unwrap(),
            idempotency_key: None,
        };
        let now = UnixSeconds(1_795_893_300);
        let taken = store.take_activity(server.into(), report, now).await;
        taken.unwrap();
    }

    #[tokio::test]
    async fn nobody_learns_here_whom_another_guild_knows() {
        let now = UnixSeconds(1_795_893_300);
        let store = TestStore::new(now);
        let (here, elsewhere) = (GuildId(7), GuildId(8));
        let (server, _) = store.link(here, "survival", now).await;
        let (other, _) = store.link(elsewhere, "survival", now).await;
        let account = Uuid::from_u128(0x853c_80ef_3c37_49fd_aa49_938b_674a_dae6);
        let kim = JoinEvent {
            uuid: Some(account),
            ..join("Kim")
        };
        let joins = [(other, kim), (other, join("Robin")), (server, join("Alex"))];
        for (server, event) in joins {
            store.player_join(server, event, now).await.unwrap();
        }

        for name in ["Alex", "Robin", "Stranger"] {
            dies(&store, server, name, None).await;
        }
        dies(&store, server, "Kim", Some(account)).await;
        dies(&store, server, "Robin", Some(account)).await;

        let zone = TimeZone::UTC;
        let mut question = who_played_most(GuildServers::All(here), Range::All, 10, zone);
        question.by = RankedBy::Counter("deaths".to_owned());
        let board = store.leaderboard(question, now).await.unwrap().unwrap();
        let names: Vec<_> = board.standings.into_iter().map(|one| one.player).collect();
        assert_eq!(names, [player("Alex")]);
    }

    #[track_caller]
    fn check(range: Range, first: &str) {
        // Saturday, 28 November 2026, 19:15 UTC.
        let now = UnixSeconds(1_795_893_300);
        let (from, to) = utc_days(range, 30, now);
        assert_eq!(
            (from.to_string().as_str(), to.to_string().as_str()),
            (first, "2026-11-28")
        );
    }

    #[test]
    fn a_range_of_a_counter_has_whole_utc_days_as_far_as_they_are_kept() {
        check(Range::Today, "2026-11-28");
        check(Range::Week, "2026-11-23");
        check(Range::Month, "2026-11-01");
        check(Range::Days(2), "2026-11-27");
        check(Range::Days(3_660), "2026-10-30");
        check(Range::All, "2026-10-30");
    }
}
