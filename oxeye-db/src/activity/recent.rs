//! Recent events: those that were reported since events were last moved. They lie in a table of their own, behind one
//! another, and the other tables learn what they add when they are moved. A report then changes few pages of the file,
//! however many players it is about.
//!
//! | module      | subject                                                             |
//! |-------------|---------------------------------------------------------------------|
//! | `sums`      | what recent events add to the other tables: pure                    |
//! | `moving`    | moves all of them into the other tables                             |
//! | `places`    | where in the table the events of each player are, kept in memory    |
//! | `of_player` | what the file says of one player, recent events included            |
//! | `of_guild`  | what the file says of all players of a guild, recent events included |
//!
//! Whatever reads the file adds the recent events to what the tables say. What deletes, renumbers or imports moves them
//! first, and then has to do with the other tables alone.

mod moving;
pub(super) mod of_guild;
pub(super) mod of_player;
pub(super) mod places;
pub(super) mod sums;

pub(super) use moving::move_recent;

/// When there are this many recent events, the job that added the last of them moves them. That takes about 0.1 s, and
/// each ranking reads all of them. Tests move them often.
pub(super) const MAX_RECENT: u64 = if cfg!(debug_assertions) { 50 } else { 16_384 };
