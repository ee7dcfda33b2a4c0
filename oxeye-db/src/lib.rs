//! Everything Oxeye remembers.
//!
//! What others ask for, on [`Database`]:
//!
//! | module             | fact                                                   | kept in |
//! |--------------------|--------------------------------------------------------|---------|
//! | [`database`]       | the one handle; how it opens and closes                | both    |
//! | [`reporting`]      | how a report is taken: join, leave, sync, disconnect   | both    |
//! | [`batches`]        | events delivered later, in batches, exactly once       | both    |
//! | [`links`]          | codes that link a server to a guild, and API keys      | SQLite  |
//! | `changes`          | the change feed: which servers look different now      | memory  |
//! | `time_changes`     | what time alone changes in it                          | memory  |
//! | [`rate_limits`]    | what one server may send                               | memory  |
//! | `limited_servers`  | which servers were refused something                   | memory  |
//! | [`skins`]          | skins, once per pixels, and which texture led to them  | both    |
//! | [`guild_server`]   | a server that a guild may see and change               | memory  |
//! | [`status`]         | which servers there are, who is on, who was here       | memory  |
//! | [`picture`]        | the picture of a roster, drawn once per change         | memory  |
//! | [`occupancy`]      | how many are on now, per server, guild and over all    | memory  |
//! | [`record`]         | the past: playtime, sessions, leaderboards, charts     | memory  |
//! | [`staleness`]      | what is done about servers that fell silent            | both    |
//! | [`session_health`] | how the sessions are doing, for who watches            | memory  |
//! | [`recovery`]       | sessions put in order by hand                          | both    |
//! | [`backup`]         | a copy of the file, made while everything runs         | SQLite  |
//! | [`portable`]       | what one store can give to another                     |         |
//! | [`export`]         | all of that, as it is at one moment                    | SQLite  |
//! | [`import`]         | what another store has given, taken once               | both    |
//! | [`forget`]         | a player who is to be forgotten                        | both    |
//! | [`renaming`]       | a server that gets another name                        | both    |
//! | [`removal`]        | a server that is removed with its history              | both    |
//! | `retention`        | what is not kept for ever                              | both    |
//!
//! What they are made of:
//!
//! | module             | fact                                                   | kept in |
//! |--------------------|--------------------------------------------------------|---------|
//! | `memory`           | all that is known without asking the file              | memory  |
//! | `loading`          | the file brought into memory                           | both    |
//! | `cache`            | one entry per linked server                            | memory  |
//! | [`server_state`]   | one server: its roster, its last seen, and their rules | memory  |
//! | [`last_seen`]      | when each absent player was last seen, in time order   | memory  |
//! | [`history`]        | a server's past sessions, column by column             | memory  |
//! | [`players`]        | each player's name once, under a number                | memory  |
//! | [`events`]         | what a plugin reports: join, leave, sync, heartbeat    |         |
//! | [`textures`]       | which textures lead to a skin, and who was asked       | memory  |
//! | `pictures`         | the last picture of each server                        | memory  |
//! | `player_uuids`     | which accounts are known to have gone under which name | memory  |
//! | [`reporter`]       | who speaks for a server: whoever has its key, or Oxeye itself |  |
//! | [`session`]        | one stay, and how its end is known                     |         |
//! | `timeline`         | stays put together from joins and leaves in any order  |         |
//! | [`ledger`]         | what a report changes in the file                      |         |
//! | `store`            | the SQLite file: its schema and its rows               | SQLite  |
//! | `wal_truncation`   | the log truncated after somebody was forgotten         | SQLite  |
//! | `server_names`     | names, unique in a guild without regard to case        | SQLite  |
//! | [`ids`]            | guild, server and skin ids                             |         |
//! | `testing`          | a store for tests and benchmarks (feature `testing`)   |         |
//!
//! Nothing here reads a clock: `now` is always an argument.

pub mod backup;
pub mod batches;
mod cache;
mod changes;
pub mod database;
pub mod events;
pub mod export;
pub mod forget;
pub mod guild_server;
pub mod history;
pub mod ids;
pub mod import;
pub mod last_seen;
pub mod ledger;
mod limited_servers;
pub mod links;
mod loading;
mod memory;
pub mod occupancy;
pub mod picture;
mod pictures;
mod player_uuids;
pub mod players;
pub mod portable;
pub mod rate_limits;
pub mod record;
pub mod recovery;
pub mod removal;
pub mod renaming;
pub mod reporter;
pub mod reporting;
mod retention;
mod server_names;
pub mod server_state;
pub mod session;
pub mod session_health;
pub mod skins;
pub mod staleness;
pub mod status;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod textures;
mod time_changes;
mod timeline;
mod wal_truncation;

pub use backup::BackupError;
pub use batches::{BatchAnswer, EventBatch, RefusedEvent, ServerEvent, TakeEventsError};
pub use changes::{Changes, FeedEvent, ServerChange};
pub use database::{Database, DatabaseOptions};
pub use events::{DisconnectedBy, HeartbeatEvent, JoinEvent, LeaveEvent, SkinAnswer, SyncEvent};
pub use export::Export;
pub use forget::Forgotten;
pub use guild_server::GuildServer;
pub use ids::{GuildId, InvalidGuildId, ServerId, SkinId};
pub use import::Imported;
pub use limited_servers::LimitedServer;
pub use links::{IssueCodeError, IssuedCode, RedeemError};
pub use occupancy::{GuildOccupancy, Occupancy};
pub use oxeye_plugin_proto::{
    ApiKey, BootId, LinkCode, MissingSkin, PlayerName, ServerName, SyncPlayer, TextureHash,
    UnixSeconds,
};
pub use oxeye_render::Head;
pub use oxeye_sqlite::Occasional;
pub use player_uuids::{ReportedUuid, UuidKind};
pub use players::PlayerId;
pub use portable::{InvalidStay, Place, PortableRecord, PortableStay};
pub use rate_limits::{Limit, RateLimits, ServerLimits, TooManyNewPlayers};
pub use record::calendar::TimeZone;
pub use record::range::Range;
pub use record::span::Span;
pub use record::steps::{Step, Steps, StepsError};
pub use recovery::{RecoveredSession, Recovery};
pub use removal::Removed;
pub use renaming::RenameError;
pub use reporter::{AuthenticatedServer, Reporter};
pub use reporting::{EventError, JoinError, SyncAnswer};
pub use retention::{ClockTrust, Expired};
pub use server_state::{LinkState, OfflinePlayerInfo, OnlinePlayer, SilenceLimits};
pub use session::{ClosedSession, SessionEnd, SessionId};
pub use session_health::{ServerSessions, SessionHealth};
pub use skins::{NewSkin, StoreSkinError};
pub use staleness::StaleCleanUp;
pub use status::{ServerStatus, ServerSummary};
pub use store::{FileLoss, Inspection, LostFile, OpenError, StoreError, WriterLoad, inspect};
pub use uuid::Uuid;
