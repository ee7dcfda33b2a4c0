//! Deletes everything about a player, on the way through all tables, or what is of some days.

pub(crate) mod days;

use rusqlite::{Connection, params};
use uuid::Uuid;

use super::players::GuildPlayerId;
use crate::ids::GuildId;

/// Deletes what the tables know of a guild's player who has no recent events, but for the player's own row.
pub(crate) fn delete_of_player(
    file: &Connection,
    guild: GuildId,
    player: GuildPlayerId,
) -> rusqlite::Result<()> {
    for table in ["events", "session_counters", "collected"] {
        file.execute(
            &format!("DELETE FROM {table} WHERE player_id = ?1"),
            [player.0],
        )?;
    }
    file.execute(
        "DELETE FROM day_counters WHERE guild_id = ?1 AND player_id = ?2",
        params![guild.to_sql(), player.0],
    )?;
    Ok(())
}

/// Deletes some rows of a guild, at most a number of them. Returns how many.
pub(crate) type DeleteOfGuild = fn(&Connection, GuildId, usize) -> rusqlite::Result<usize>;

/// Deletes counters of a guild's days, at most `limit`. Returns how many.
pub(crate) fn delete_days_of_guild(
    file: &Connection,
    guild: GuildId,
    limit: usize,
) -> rusqlite::Result<usize> {
    file.execute(
        "DELETE FROM day_counters WHERE (guild_id, counter_id, day, player_id) IN (
             SELECT guild_id, counter_id, day, player_id FROM day_counters
             WHERE guild_id = ?1 LIMIT ?2)",
        params![guild.to_sql(), to_sql(limit)],
    )
}

/// Deletes players of a guild whose days are deleted and who have no recent events, at most `limit`. Returns how many.
pub(crate) fn delete_players_of_guild(
    file: &Connection,
    guild: GuildId,
    limit: usize,
) -> rusqlite::Result<usize> {
    let players: Vec<i64> = file
        .prepare_cached("SELECT id FROM players WHERE guild_id = ?1 LIMIT ?2")?
        .query_map(params![guild.to_sql(), to_sql(limit)], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    for player in &players {
        for table in ["events", "session_counters", "collected"] {
            let sql = format!("DELETE FROM {table} WHERE player_id = ?1");
            file.prepare_cached(&sql)?.execute([player])?;
        }
        file.prepare_cached("DELETE FROM players WHERE id = ?1")?
            .execute([player])?;
    }
    Ok(players.len())
}

const EVENTS: &str = "DELETE FROM events WHERE instr(details, ?1) > 0";
const EVENTS_OF_GUILD: &str = "DELETE FROM events WHERE instr(details, ?1) > 0
     AND player_id IN (SELECT id FROM players WHERE guild_id = ?2)";
const COLLECTED: &str = "DELETE FROM collected WHERE value = ?1";
const COLLECTED_OF_GUILD: &str = "DELETE FROM collected WHERE value = ?1
     AND player_id IN (SELECT id FROM players WHERE guild_id = ?2)";

/// Whether the details of an event, recent or not, have this name as a value, or a collected value is this name.
pub(crate) fn has_mentions(file: &Connection, name: &str) -> rusqlite::Result<bool> {
    let quoted = serde_json::Value::from(name).to_string();
    file.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM events WHERE instr(details, ?1) > 0)
             OR EXISTS (SELECT 1 FROM recent_events
                        WHERE instr(details, ?1) > 0 OR instr(collected, ?1) > 0)
             OR EXISTS (SELECT 1 FROM collected WHERE value = ?2)",
    )?
    .query_row([quoted.as_str(), name], |row| row.get(0))
}

/// Deletes the events, none of them recent, whose details have a text as a value or as a key, whoever's they are, and the
/// collected values that are this text, of players of one guild, or of all. Returns how many there were. With a guild,
/// looks at the rows of its players alone.
pub(crate) fn delete_mentions(
    file: &Connection,
    only: Option<GuildId>,
    text: &str,
) -> rusqlite::Result<usize> {
    let quoted = serde_json::Value::from(text).to_string();
    let Some(guild) = only.map(GuildId::to_sql) else {
        return Ok(file.execute(EVENTS, [quoted])? + file.execute(COLLECTED, [text])?);
    };
    let events = file
        .prepare_cached(EVENTS_OF_GUILD)?
        .execute(params![quoted, guild])?;
    let collected = file
        .prepare_cached(COLLECTED_OF_GUILD)?
        .execute(params![text, guild])?;
    Ok(events + collected)
}

/// Deletes what names an account of a guild by its UUID, with dashes or without, as [`delete_mentions`] does.
pub(crate) fn delete_mentions_of_account(
    file: &Connection,
    guild: GuildId,
    account: Uuid,
) -> rusqlite::Result<usize> {
    let with_dashes = delete_mentions(file, Some(guild), &account.hyphenated().to_string())?;
    let without = delete_mentions(file, Some(guild), &account.simple().to_string())?;
    Ok(with_dashes + without)
}

/// Rewrites the pages with players' names, because the unused part of a page that was split keeps old copies.
pub(crate) fn rewrite_players(file: &Connection) -> rusqlite::Result<()> {
    crate::store::rows::rewriting::rewrite_players(file)
}

fn to_sql(limit: usize) -> i64 {
    i64::try_from(limit).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::{COLLECTED_OF_GUILD, EVENTS_OF_GUILD};
    use crate::activity::store::tests::in_memory;

    #[test]
    fn what_names_a_player_of_one_guild_is_looked_for_among_its_players_alone() {
        let file = in_memory();
        for (table, sql) in [
            ("events", EVENTS_OF_GUILD),
            ("collected", COLLECTED_OF_GUILD),
        ] {
            let mut plan = file.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let steps = plan.query_map(["Alex", "7"], |row| row.get::<_, String>("detail"));
            let steps: Vec<_> = steps.unwrap().map(Result::unwrap).collect();

            let by_key = format!("SEARCH {table} USING PRIMARY KEY (player_id=?)");
            assert!(steps.contains(&by_key), "{steps:?}");
            assert!(
                steps.iter().all(|step| !step.starts_with("SCAN")),
                "{steps:?}"
            );
        }
    }
}
