//! What it costs to follow an account to another name. It is counted in steps of SQLite.

use rusqlite::StatementStatus;

use super::*;
use crate::store::rows::linked_members::{MemberRow, insert};
use crate::testing::TestStore;

const GUILD: GuildId = GuildId(7);
const NOW: UnixSeconds = UnixSeconds(1_000_000);
const ACCOUNT: Uuid = Uuid::from_u64_pair(0x4111, 1);

/// Names of the account, the last one the newest.
const NAMES: u32 = 5_000;

/// Steps that one search by a key, and one update, may take.
const FEW: i32 = 300;

fn name_of_member(file: &Connection) -> u32 {
    let sql = "SELECT player_id FROM linked_members";
    file.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn following_an_account_to_another_name_does_not_look_at_all_its_names() {
    let database = TestStore::new(NOW);
    let (server, _) = database.link(GUILD, "survival", NOW).await;
    let file = Connection::open(database.file()).unwrap();
    file.execute("INSERT INTO accounts VALUES (1, ?1)", [ACCOUNT.as_bytes()])
        .unwrap();
    let add = |player: u32, at: i64| {
        let sql = "INSERT OR REPLACE INTO player_uuids VALUES (?1, ?2, ?3, ?4, ?4)";
        let row = params![player, GUILD.to_sql(), ACCOUNT.as_bytes(), at];
        file.prepare_cached(sql).unwrap().execute(row).unwrap();
    };
    file.execute_batch("BEGIN").unwrap();
    (1..=NAMES).for_each(|player| add(player, player.into()));
    file.execute_batch("COMMIT").unwrap();
    let member = MemberRow {
        guild: GUILD,
        user: 1,
        player: PlayerId(NAMES),
        linked_at: NOW,
        confirmed_by: None,
        hidden_since: None,
    };
    assert!(insert(&file, &member, AccountId::from_number(Some(1))).unwrap());

    // An old name, reported late, and then one that is newer.
    for (player, at, expected) in [(3, 4, NAMES), (NAMES + 1, 6_000, NAMES + 1)] {
        add(player, at);
        follow(&file, server, PlayerId(player), ACCOUNT).unwrap();
        assert_eq!(name_of_member(&file), expected);
    }

    let steps = file.prepare_cached(TAKE_NEWER).unwrap();
    let steps = steps.get_status(StatementStatus::VmStep);
    assert!((1..2 * FEW).contains(&steps), "{steps} steps");
}

#[tokio::test]
async fn a_member_whose_account_becomes_known_has_its_newest_name() {
    let database = TestStore::new(NOW);
    let (server, _) = database.link(GUILD, "survival", NOW).await;
    let file = Connection::open(database.file()).unwrap();
    file.execute("INSERT INTO accounts VALUES (1, ?1)", [ACCOUNT.as_bytes()])
        .unwrap();
    for (player, at) in [(1, 10), (2, 20)] {
        let row = params![player, GUILD.to_sql(), ACCOUNT.as_bytes(), at];
        file.execute("INSERT INTO player_uuids VALUES (?1, ?2, ?3, ?4, ?4)", row)
            .unwrap();
    }
    let member = MemberRow {
        guild: GUILD,
        user: 1,
        player: PlayerId(1),
        linked_at: NOW,
        confirmed_by: None,
        hidden_since: None,
    };
    assert!(insert(&file, &member, None).unwrap());

    follow(&file, server, PlayerId(1), ACCOUNT).unwrap();

    assert_eq!(name_of_member(&file), 2);
}
