//! What the rules of activity may not know.

use oxeye_tests::binary;

use super::sources;

/// Words of storage, of the clock and of anything asynchronous.
const OUTSIDE_WORLD: [&str; 10] = [
    "rusqlite",
    "Connection",
    "tokio",
    "async ",
    ".await",
    "crate::database",
    "crate::store",
    "super::store",
    "Database",
    "::now()",
];

#[test]
fn the_rules_of_activity_know_no_store_no_clock_and_nothing_asynchronous() {
    let rules = binary::workspace().join("oxeye-db/src/activity/rules");
    let sources = sources(&rules);
    assert!(sources.len() >= 5, "{sources:?}");
    for path in sources {
        let code = std::fs::read_to_string(&path).expect("a source is text");
        for word in OUTSIDE_WORLD {
            assert!(!code.contains(word), "{} has {word}", path.display());
        }
    }
}
