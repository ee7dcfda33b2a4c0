//! The rows of the file of activity: plain functions over a connection, one file per table. All SQL that
//! knows these tables is here.
//!
//! | module             | rows                                                                      |
//! |--------------------|---------------------------------------------------------------------------|
//! | `words`            | names of counters and collections, under numbers                          |
//! | `players`          | players per guild, and how many events of each were stored                |
//! | `events`           | the newest events of each player                                          |
//! | `recent_events`    | the latest of all, with what they add to the other tables                 |
//! | `day_counters`     | amounts per player, UTC day and counter                                   |
//! | `session_counters` | amounts per player and stay                                               |
//! | `collected`        | values per player and UTC day                                             |
//! | `idempotency_keys` | keys of single events                                                     |
//! | `exporting`        | reads everything, for an export                                           |
//! | `expiry`           | deletes rows that are too old                                             |
//! | `forgetting`       | deletes everything about a player                                         |
//!
//! Which numbered events were taken is in a table like the store's, so `store::rows::event_ranges` reads
//! and writes it.

pub(crate) mod collected;
pub(crate) mod day_counters;
pub(crate) mod events;
pub(crate) mod expiry;
pub(crate) mod exporting;
pub(crate) mod forgetting;
pub(crate) mod idempotency_keys;
pub(crate) mod players;
pub(crate) mod recent_events;
pub(crate) mod session_counters;
pub(crate) mod words;
