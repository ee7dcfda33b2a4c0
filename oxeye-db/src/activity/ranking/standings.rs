//! The players with the largest amounts.

use hashbrown::{HashMap, HashSet};
use rusqlite::Connection;

use super::amounts::Amounts;
use crate::activity::figures::CounterStanding;
use crate::activity::store::rows::players::{self, GuildPlayerId};
use crate::ids::GuildId;

/// The most names that are looked up one by one; beyond it, we read the guild's names in their order.
const LOOKED_UP: usize = 5_000;

/// Returns the players with the largest amounts who are not hidden, the largest first and by name where amounts are
/// equal, and how many players have any, hidden or not.
pub(super) fn standings(
    file: &Connection,
    guild: GuildId,
    amounts: &Amounts,
    (hidden, limit): (&HashSet<GuildPlayerId>, usize),
) -> rusqlite::Result<(Vec<CounterStanding>, usize)> {
    let mut ranked: Vec<_> = amounts.iter().filter(|(_, amount)| *amount > 0.0).collect();
    let players = ranked.len();
    ranked.retain(|(player, _)| !hidden.contains(player));
    // All who have as much as the last one in the ranking may be in it: names decide.
    if let Some(last) = limit.checked_sub(1).filter(|last| *last < ranked.len()) {
        let largest_first = |(_, one): &(_, f64), (_, other): &(_, f64)| other.total_cmp(one);
        let (_, (_, least), _) = ranked.select_nth_unstable_by(last, largest_first);
        let least = *least;
        ranked.retain(|(_, amount)| *amount >= least);
        if ranked.len() > LOOKED_UP {
            let largest = ranked.iter().filter(|(_, amount)| *amount > least);
            let missing = limit - largest.count();
            return Ok((
                named_in_order(file, guild, &ranked, least, missing)?,
                players,
            ));
        }
    }
    let mut standings = named(file, ranked)?;
    standings.truncate(limit);
    Ok((standings, players))
}

/// Looks up the names.
fn named(
    file: &Connection,
    ranked: impl IntoIterator<Item = (GuildPlayerId, f64)>,
) -> rusqlite::Result<Vec<CounterStanding>> {
    let mut standings = Vec::new();
    for (player, amount) in ranked {
        if let Some(player) = players::name(file, player)? {
            standings.push(CounterStanding { player, amount });
        }
    }
    standings.sort_by(|one, other| {
        let by_amount = other.amount.total_cmp(&one.amount);
        by_amount.then_with(|| one.player.cmp(&other.player))
    });
    Ok(standings)
}

/// Names the players with more than the least amount, and of the very many who have exactly that, the first ones by
/// name.
fn named_in_order(
    file: &Connection,
    guild: GuildId,
    ranked: &[(GuildPlayerId, f64)],
    least: f64,
    missing: usize,
) -> rusqlite::Result<Vec<CounterStanding>> {
    let amounts: HashMap<_, _> = ranked.iter().copied().collect();
    let has_least = |player: GuildPlayerId| amounts.get(&player) == Some(&least);
    let largest = ranked.iter().copied().filter(|(_, amount)| *amount > least);
    let mut standings = named(file, largest)?;
    let first = players::first_by_name(file, guild, has_least, missing)?.into_iter();
    standings.extend(first.map(|player| CounterStanding {
        player,
        amount: least,
    }));
    Ok(standings)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activity::day::UtcDay;
    use crate::activity::ranking::amounts::over_days;
    use crate::activity::store::rows::{day_counters, words};
    use crate::activity::store::tests::in_memory;
    use oxeye_plugin_proto::{PlayerName, UnixSeconds};

    const GUILD: GuildId = GuildId(7);

    #[test]
    fn names_decide_however_many_have_the_same_amount() {
        let file = in_memory();
        let counter = words::number(&file, "deaths").unwrap();
        let count = LOOKED_UP + 100;
        for number in 0..count {
            // The later a player came, the earlier the name.
            let name = format!("Player{:05}", 99_999 - number);
            let name = PlayerName::try_from(name.as_str()).unwrap();
            let player = players::add(&file, GUILD, &name, UnixSeconds(0)).unwrap();
            let amount = if number < 2 { 5.0 } else { 1.0 };
            let mut days = day_counters::AddToDay::prepare(&file).unwrap();
            days.add(GUILD, player.id, UtcDay(3), counter, amount)
                .unwrap();
        }
        let amounts = over_days(&file, GUILD, "deaths", (UtcDay(0), UtcDay(9))).unwrap();
        let ranking = |limit| {
            let (standings, players) =
                standings(&file, GUILD, &amounts, (&HashSet::new(), limit)).unwrap();
            assert_eq!(players, count);
            let line = |of: CounterStanding| (of.player.to_string(), of.amount);
            standings.into_iter().map(line).collect::<Vec<_>>()
        };

        let all = ranking(count);
        assert_eq!(all.len(), count);
        assert_eq!(all[0], ("Player99998".to_owned(), 5.0));
        assert_eq!(all[2], (format!("Player{:05}", 100_000 - count), 1.0));
        for limit in [1, 2, 3, 50] {
            assert_eq!(ranking(limit), all[..limit], "{limit}");
        }
        assert_eq!(ranking(0), []);
    }
}
