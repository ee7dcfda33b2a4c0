//! Links that are deleted, alone or with a name.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::guild;
use crate::accounts::AccountId;
use crate::ids::GuildId;
use crate::players::PlayerId;
use crate::store::rows::accounts;

/// A link that was deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct DeletedLink {
    pub(crate) guild: GuildId,
    pub(crate) account: Option<AccountId>,
}

/// Deletes a member's link, and returns it.
pub(crate) fn delete(
    file: &Connection,
    guild: GuildId,
    user: u64,
) -> rusqlite::Result<Option<DeletedLink>> {
    file.prepare_cached(
        "DELETE FROM linked_members WHERE guild_id = ?1 AND user_id = ?2
         RETURNING guild_id, account",
    )?
    .query_row(params![guild.to_sql(), user.cast_signed()], deleted)
    .optional()
}

/// Deletes the links to a name of which no account is known, in one guild or in all guilds, and returns them.
pub(crate) fn delete_alone(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
) -> rusqlite::Result<Vec<DeletedLink>> {
    file.prepare_cached(
        "DELETE FROM linked_members
         WHERE player_id = ?1 AND (?2 IS NULL OR guild_id = ?2) AND account IS NULL
         RETURNING guild_id, account",
    )?
    .query_map(params![player.0, only.map(GuildId::to_sql)], deleted)?
    .collect()
}

/// Gives the owners of accounts that a name was forgotten of, of one account or of all, the newest of their other
/// names, and deletes the links of those who have none. Returns these.
pub(crate) fn take_name(
    file: &Connection,
    only: Option<GuildId>,
    player: PlayerId,
    account: Option<AccountId>,
) -> rusqlite::Result<Vec<DeletedLink>> {
    const USES: &str = "FROM player_uuids AS used JOIN accounts USING (uuid)
         WHERE used.guild_id = linked_members.guild_id AND accounts.id = linked_members.account";
    const OWNERS: &str = "player_id = ?1 AND (?2 IS NULL OR guild_id = ?2)
         AND iif(?3 IS NULL, account IS NOT NULL, account = ?3)";
    let owners = params![
        player.0,
        only.map(GuildId::to_sql),
        account.map(|account| account.0)
    ];
    let nameless = file
        .prepare_cached(&format!(
            "DELETE FROM linked_members WHERE {OWNERS} AND NOT EXISTS (SELECT 1 {USES})
             RETURNING guild_id, account"
        ))?
        .query_map(owners, deleted)?
        .collect::<rusqlite::Result<_>>()?;
    file.prepare_cached(&format!(
        "UPDATE linked_members SET player_id = (
             SELECT used.player_id {USES} ORDER BY last_reported_at DESC, used.player_id DESC LIMIT 1)
         WHERE {OWNERS}"
    ))?
    .execute(owners)?;
    Ok(nameless)
}

/// Deletes links of a guild, at most `limit`. Returns how many.
pub(crate) fn delete_some_of_guild(
    file: &Connection,
    guild: GuildId,
    limit: u32,
) -> rusqlite::Result<usize> {
    file.prepare_cached(
        "DELETE FROM linked_members WHERE guild_id = ?1 AND user_id IN (
             SELECT user_id FROM linked_members WHERE guild_id = ?1 LIMIT ?2)",
    )?
    .execute(params![guild.to_sql(), limit])
}

fn deleted(row: &Row<'_>) -> rusqlite::Result<DeletedLink> {
    Ok(DeletedLink {
        guild: guild(row)?,
        account: accounts::optional_id(row, 1)?,
    })
}

#[cfg(test)]
mod tests {
    use oxeye_plugin_proto::UnixSeconds;

    use super::*;
    use crate::store::rows::guilds;
    use crate::store::rows::linked_members::{IS_ALONE, MemberRow, insert, is_alone};
    use crate::testing::TestStore;

    const NOW: UnixSeconds = UnixSeconds(1_000_000);

    /// A file in which members of two guilds are linked to names, all but the first without an account.
    fn with_members(file: &Connection) {
        for guild in [GuildId(7), GuildId(8)] {
            guilds::ensure(file, guild, NOW).unwrap();
            for number in 1..=5_u32 {
                let member = MemberRow {
                    guild,
                    user: number.into(),
                    player: PlayerId(number),
                    linked_at: NOW,
                    confirmed_by: None,
                    hidden_since: None,
                };
                let account = AccountId::from_number((number == 1).then_some(9));
                assert!(insert(file, &member, account).unwrap());
            }
        }
    }

    #[test]
    fn the_links_of_one_guild_go_a_few_at_a_time() {
        let store = TestStore::new(NOW);
        let file = Connection::open(store.file()).unwrap();
        with_members(&file);

        let deleted = [2, 2, 2, 2].map(|limit| delete_some_of_guild(&file, GuildId(7), limit));

        assert_eq!(deleted.map(Result::unwrap), [2, 2, 1, 0]);
        let left: i64 = file
            .query_row(
                "SELECT count(*) FROM linked_members WHERE guild_id = 8",
                [],
                |row| row.get(0),
            )
            .unwrap();
        assert_eq!(left, 5);
    }

    #[test]
    fn whether_anybody_is_linked_to_a_name_is_looked_up_and_not_searched_for() {
        let store = TestStore::new(NOW);
        let file = Connection::open(store.file()).unwrap();
        with_members(&file);

        let linked = [1, 2, 6].map(|player| is_alone(&file, PlayerId(player)).unwrap());

        assert_eq!(linked, [false, true, false]);
        let mut plan = file
            .prepare(&format!("EXPLAIN QUERY PLAN {IS_ALONE}"))
            .unwrap();
        let steps = plan.query_map([1], |row| row.get::<_, String>("detail"));
        let steps: Vec<_> = steps.unwrap().map(Result::unwrap).collect();
        let by_player = "SEARCH linked_members USING INDEX linked_members_of_player (player_id=?)";
        assert_eq!(steps, [by_player]);
    }
}
