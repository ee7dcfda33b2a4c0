//! Rewriting a table changes none of its rows.

use rusqlite::types::Value;

use super::*;
use crate::testing::TestStore;
use oxeye_plugin_proto::UnixSeconds;

const ROWS: &str = "INSERT INTO guilds (id, created_at) VALUES (7, 1), (8, 1);
    INSERT INTO players VALUES (3, 'Alex'), (1, 'Steve'), (9, 'Kim');
    INSERT INTO accounts VALUES (4, x'853c80ef3c3749fdaa49938b674adae6'),
        (2, x'069a79f444e94726a5befca90e38aaf5');
    INSERT INTO player_uuids VALUES (3, 7, x'853c80ef3c3749fdaa49938b674adae6', 1, 2),
        (1, 7, x'069a79f444e94726a5befca90e38aaf5', 3, 3),
        (3, 8, x'069a79f444e94726a5befca90e38aaf5', 1, 4);
    INSERT INTO linked_members (guild_id, user_id, player_id, account, linked_at)
        VALUES (7, 22, 1, 2, 5), (7, 21, 3, 4, 5), (8, 21, 3, NULL, 6);
    INSERT INTO notices (guild_id, user_id, player_id, account, locale, created_at)
        VALUES (7, 22, 1, 2, 'en', 5), (7, 22, 3, 4, 'de', 6), (8, 21, 9, NULL, 'en', 7);
    INSERT INTO looked_up_skins VALUES (x'853c80ef3c3749fdaa49938b674adae6', NULL, 9),
        (x'069a79f444e94726a5befca90e38aaf5', NULL, 8);";

fn rows(file: &Connection, table: Table) -> Vec<Vec<Value>> {
    let mut all = file
        .prepare(&format!("SELECT * FROM {} ORDER BY 1, 2", table.name()))
        .unwrap();
    let columns = all.column_count();
    let read = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
    let rows = all.query_map([], read).unwrap();
    rows.collect::<rusqlite::Result<_>>().unwrap()
}

/// Returns the file of a store that is closed, with rows in each table, and what deletes it in the end.
async fn file_with_rows() -> (TestStore, Connection) {
    let store = TestStore::new(UnixSeconds(1_000));
    let path = store.file().to_path_buf();
    store.close().await;
    let file = Connection::open(path).unwrap();
    file.pragma_update(None, "foreign_keys", true).unwrap();
    file.execute_batch(ROWS).unwrap();
    (store, file)
}

fn text(file: &Connection, sql: &str) -> String {
    let value: Value = file.query_row(sql, [], |row| row.get(0)).unwrap();
    match value {
        Value::Integer(number) => number.to_string(),
        Value::Text(text) => text,
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn each_table_is_rewritten_alone_and_has_the_same_rows_and_indexes_afterwards() {
    let (_store, file) = file_with_rows().await;
    file.execute_batch("DELETE FROM notices WHERE id = 3")
        .unwrap();
    let schema = "SELECT group_concat(sql, ';') FROM sqlite_schema";
    let last_notice = "SELECT seq FROM main.sqlite_sequence WHERE name = 'notices'";
    let before = Table::ALL.map(|table| rows(&file, table));
    let made = text(&file, schema);
    assert!(before.iter().all(|rows| rows.len() >= 2), "{before:?}");
    for table in Table::ALL {
        require(&file, table).unwrap();
        require(&file, table).unwrap();
    }

    for _ in Table::ALL {
        assert!(rewrite_next(&file).unwrap());
    }

    assert!(!rewrite_next(&file).unwrap());
    assert!(!is_required(&file).unwrap());
    assert_eq!(Table::ALL.map(|table| rows(&file, table)), before);
    assert_eq!(text(&file, schema), made);
    assert_eq!(text(&file, "PRAGMA integrity_check"), "ok");
    assert_eq!(text(&file, "PRAGMA foreign_keys"), "1");
    let left = "SELECT count(*) FROM sqlite_temp_schema WHERE tbl_name <> 'sqlite_sequence'";
    assert_eq!(text(&file, left), "0");
    assert_eq!(text(&file, last_notice), "3", "no id is given twice");
}

#[tokio::test]
async fn a_table_that_cannot_be_rewritten_keeps_its_rows_and_is_rewritten_the_next_time() {
    let (_store, file) = file_with_rows().await;
    require(&file, Table::Players).unwrap();
    let before = rows(&file, Table::Players);
    file.execute_batch(
        "CREATE TRIGGER refuses BEFORE INSERT ON players BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .unwrap();

    rewrite_next(&file).expect_err("the file refuses the rows");

    assert_eq!(rows(&file, Table::Players), before);
    assert_eq!(text(&file, "PRAGMA foreign_keys"), "1");
    file.execute_batch("DROP TRIGGER refuses").unwrap();
    assert!(rewrite_next(&file).unwrap());
    assert_eq!(rows(&file, Table::Players), before);
    assert!(!is_required(&file).unwrap());
}

#[tokio::test]
async fn a_table_that_cannot_be_rewritten_keeps_no_other_from_it() {
    let (_store, file) = file_with_rows().await;
    for table in [Table::Accounts, Table::Players] {
        require(&file, table).unwrap();
    }
    file.execute_batch(
        "CREATE TRIGGER refuses BEFORE INSERT ON accounts BEGIN SELECT RAISE(ABORT, 'no'); END",
    )
    .unwrap();

    assert!(rewrite_next(&file).unwrap());

    let left = "SELECT group_concat(name) FROM tables_to_rewrite";
    assert_eq!(text(&file, left), "accounts");
    rewrite_next(&file).expect_err("the file refuses the rows");
}
