//! What a [`Database`](oxeye_db::Database) on a real file guarantees about watched addresses.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "watched/adding.rs"]
mod adding;
#[path = "watched/feed.rs"]
mod feed;
#[path = "watched/linking.rs"]
mod linking;
#[path = "watched/polls.rs"]
mod polls;
#[path = "watched/removing.rs"]
mod removing;
#[path = "watched/site.rs"]
mod site;
