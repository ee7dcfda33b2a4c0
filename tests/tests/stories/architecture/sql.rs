//! Where SQL is allowed, and who gets a connection to the store.

use std::path::Path;

use oxeye_tests::binary;

use super::{dependencies, sources};

/// Where SQL is allowed: the layer that knows our tables, and the crate that knows SQLite but no
/// table.
const SQL_LAYERS: [&str; 8] = [
    "oxeye-db/src/activity/store.rs",
    "oxeye-db/src/activity/store",
    "oxeye-db/src/presence/store.rs",
    "oxeye-db/src/presence/store",
    "oxeye-db/src/store.rs",
    "oxeye-db/src/store",
    "oxeye-sqlite/src",
    "oxeye-fleet/src/store",
];

/// Tests that look into a file, change it without the store, or hold its writer.
const TESTS_OF_THE_FILE: [&str; 8] = [
    "oxeye-db/src/activity/changes/model.rs",
    "oxeye-db/src/activity/forget/tests.rs",
    "oxeye-db/src/activity/ranking/tests.rs",
    "oxeye-db/src/forget/tests.rs",
    "oxeye-db/src/forget/tests",
    "oxeye-db/src/reporting/failing_store.rs",
    "oxeye-db/src/reporting/failing_store",
    "oxeye-db/src/retention/tests.rs",
];

/// The modules of the presence store that get a connection only to pass it on to the functions of the
/// layer: jobs of the writer and steps of reports, which change memory and file together, and what
/// reads the whole file. All others call a function of the layer and never see a connection.
const PASS_A_CONNECTION_ON: [&str; 23] = [
    "activity.rs",
    "batches.rs",
    "epochs.rs",
    "export.rs",
    "file_wipe.rs",
    "forget/job.rs",
    "forget/rows.rs",
    "guilds/job.rs",
    "import/parts.rs",
    "import/playtime.rs",
    "loading.rs",
    "loading/sessions.rs",
    "persons/of_guilds.rs",
    "recovery.rs",
    "removal/job.rs",
    "reporting/job.rs",
    "reporting/step.rs",
    "retention/accounts.rs",
    "retention/orphans.rs",
    "skins.rs",
    "staleness.rs",
    "wal_truncation.rs",
    "wiping.rs",
];

/// Patterns of SQL in a source file, and of closures that would let it in.
const SQL: [&str; 14] = [
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "UPDATE ",
    "DELETE FROM ",
    "PRAGMA ",
    ".prepare(",
    ".prepare_cached(",
    ".execute_batch(",
    ".query_row(",
    ".query_map(",
    "file.execute(",
    "(&Connection)",
    "(&Connection, ",
];

#[test]
fn sql_lives_in_one_layer() {
    let workspace = binary::workspace();
    let all = dependencies();
    let sources = all
        .keys()
        .flat_map(|name| sources(&workspace.join(name).join("src")));
    let outside: Vec<_> = sources
        .filter(|path| !is_in_sql_layer(path) && !is_test_of_the_file(path))
        .filter(|path| is_sql(&std::fs::read_to_string(path).expect("a source is text")))
        .collect();
    assert!(outside.is_empty(), "SQL outside its layer: {outside:?}");
}

#[test]
fn only_jobs_and_steps_get_a_connection() {
    let store = binary::workspace().join("oxeye-db/src");
    let passing: Vec<_> = sources(&store)
        .into_iter()
        .filter(|path| !is_in_sql_layer(path) && !is_test_of_the_file(path))
        .filter(|path| !path.starts_with(store.join("activity")))
        .filter(|path| !path.starts_with(store.join("presence")))
        .filter(|path| {
            let code = code_of(path);
            let calls: String = code.split_whitespace().collect();
            for closure in [".store.write(", ".store.read("] {
                assert!(
                    !calls.contains(closure),
                    "{} has a closure over a connection",
                    path.display()
                );
            }
            code.contains("Connection")
        })
        .collect();
    let mut passing: Vec<_> = passing
        .iter()
        .map(|path| {
            path.strip_prefix(&store)
                .expect("it is below")
                .to_str()
                .expect("a name")
        })
        .collect();
    passing.sort_unstable();
    assert_eq!(passing, PASS_A_CONNECTION_ON);
}

#[test]
fn sql_is_recognised() {
    let statement = "file.execute(\"DELETE FROM players WHERE id = ?1\", [player.0])?;";
    let rows =
        std::fs::read_to_string(binary::workspace().join("oxeye-db/src/store/rows/players.rs"));

    assert!(is_sql(statement));
    assert!(is_sql(&rows.expect("a source is text")));
    assert!(!is_sql(
        "/// `DELETE /api/players/{player}`: a player is forgotten."
    ));
    assert!(!is_sql("response().execute(self.http, token)"));
    assert!(is_sql("FnOnce(&Connection) -> rusqlite::Result<T>"));
    assert!(!is_sql("Fn(&ConnectionState) -> bool"));
}

fn is_in_sql_layer(path: &Path) -> bool {
    let workspace = binary::workspace();
    let mut places = SQL_LAYERS.iter();
    places.any(|place| path.starts_with(workspace.join(place)))
}

fn is_test_of_the_file(path: &Path) -> bool {
    let workspace = binary::workspace();
    let mut places = TESTS_OF_THE_FILE.iter();
    places.any(|place| path.starts_with(workspace.join(place)))
}

/// Whether a source contains SQL outside its own tests.
fn is_sql(source: &str) -> bool {
    let code = without_tests(source);
    SQL.iter().any(|words| code.contains(words))
}

fn code_of(path: &Path) -> String {
    let source = std::fs::read_to_string(path).expect("a source is text");
    without_tests(&source).to_owned()
}

fn without_tests(source: &str) -> &str {
    let code = source.split("#[cfg(test)]\nmod tests {").next();
    code.unwrap_or_default()
}
