//! Everything that Oxeye remembers.
//!
//! Open a [`Database`] once and clone it. Three kinds of callers use it:
//!
//! * A plugin's request carries an API key. [`Database::authenticate`] turns it into an
//!   [`AuthenticatedServer`], whose [`Reporter`] the reporting methods take.
//! * A question of a guild (a Discord community) names a server. [`Database::find_server`] turns it into a
//!   [`GuildServer`], which the methods that show or change a server take.
//! * Timers call the jobs, such as [`Database::close_stale_sessions`].
//!
//! A *roster* is who is online on a server now. *Last seen* lists players who left within a window. A
//! *session* or *stay* is one player on one server, from join to leave. "Both" in the tables below means
//! in memory and in the SQLite file; every answer about the present comes from memory.
//!
//! What other crates use, mostly as methods of [`Database`]:
//!
//! | module             | subject                                                          | kept in |
//! |--------------------|------------------------------------------------------------------|---------|
//! | `database`         | the handle to the store; opening and closing it                  | both    |
//! | `reporting`        | taking reports: join, leave, sync, heartbeat, disconnect         | both    |
//! | `batches`          | taking events in batches, exactly once                           | both    |
//! | `epochs`           | numbered events: which were taken, which epochs may continue     | SQLite  |
//! | `events`           | what a plugin reports: join, leave, sync, heartbeat              |         |
//! | `server_about`     | what a server says about itself                                  |         |
//! | `reporter`         | the right to report for a server                                 |         |
//! | `rate_limits`      | what one server may send                                         | memory  |
//! | `roster_losses`    | how often a plugin has to be made to send its roster again       | memory  |
//! | `links`            | codes that link a server to a guild, and API keys                | SQLite  |
//! | `rotation`         | replacing the key of a linked server while it reports            | both    |
//! | `skins`            | skins, one per picture, and the textures that lead to them       | both    |
//! | `looked_up_skins`  | skins that Mojang names, for players whose servers send none     | SQLite  |
//! | `watched`          | watched addresses: adding, removing, taking polls                | both    |
//! | `guild_server`     | a server that a guild may see and change, or all of them         | memory  |
//! | `status`           | servers, who is online, and who was online recently              | memory  |
//! | `last_seen_page`   | one page of those who were online recently                       | memory  |
//! | `occupancy`        | how many players are online, per server, per guild and in total  | memory  |
//! | `heads`            | the heads of the players on a server, one by one                 | both    |
//! | `picture`          | the picture of a roster, drawn once per change                   | memory  |
//! | `figure_pictures`  | the pictures of leaderboards and of single players               | memory  |
//! | `drawn`            | pictures of figures that were drawn lately                       | memory  |
//! | `chart_picture`    | the picture of the players over time                             | memory  |
//! | `boards`           | messages in Discord that stay up to date                         | SQLite  |
//! | `counters`         | Discord channels whose status or name shows a number             | SQLite  |
//! | `alerts`           | messages in Discord that say once what happens to a server       | SQLite  |
//! | `guild_settings`   | what guilds have set for themselves                              | both    |
//! | `notices`          | members who are told when a player comes on                      | SQLite  |
//! | `guilds`           | the guilds that the bot is in, and those that removed it         | SQLite  |
//! | `member_error`     | why a member was not linked to a player                          |         |
//! | `linked_member`    | the link between a member and a player                           |         |
//! | `members`          | members who are linked to players                                | both    |
//! | `hiding`           | members who hide from the others                                 | both    |
//! | `member_codes`     | codes that members type in the game to prove who they are        | memory  |
//! | `changes`          | the change feed: which servers look different now                | memory  |
//! | [`activity`]       | what players did: events in, figures out                         | SQLite  |
//! | [`presence`]       | what members do in Discord: sessions of those who joined         | both    |
//! | [`record`]         | the past: playtime, sessions, leaderboards, charts               | memory  |
//! | `staleness`        | closing the sessions of servers that fell silent                 | both    |
//! | `health`           | what operators monitor: open sessions, exceeded rate limits      | memory  |
//! | `recovery`         | recovering sessions on request                                   | both    |
//! | `backup`           | a copy of the file, made while everything runs                   | SQLite  |
//! | `portable`         | records that one store can give to another                       |         |
//! | `export`           | all of these records, as of one moment                           | SQLite  |
//! | `import`           | taking the records of another store, each once                   | both    |
//! | `forget`           | forgetting a player                                              | both    |
//! | `player_data`      | everything that is kept about one player in one guild            | both    |
//! | `renaming`         | renaming a server                                                | both    |
//! | `removal`          | removing a server with its history                               | both    |
//! | `retention`        | deleting what is too old                                         | both    |
//! | [`testing`]        | a store for tests and benchmarks (feature `testing`)             |         |
//!
//! What these are made of:
//!
//! | module             | subject                                                          | kept in |
//! |--------------------|------------------------------------------------------------------|---------|
//! | `memory`           | everything that is known without asking the file                 | memory  |
//! | `loading`          | reading the file into memory                                     | both    |
//! | `cache`            | one entry per linked server                                      | memory  |
//! | `server_state`     | one server: roster, last seen, history, and their rules          | memory  |
//! | `timeline`         | stays reconstructed from joins and leaves in any order           |         |
//! | `ledger`           | the changes of the file that follow from one report              |         |
//! | [`last_seen`]      | when each offline player was last seen, in time order            | memory  |
//! | [`history`]        | a server's closed sessions, column by column                     | memory  |
//! | `session`          | one stay of a player, and how its end is known                   |         |
//! | `board`            | a board, what happens to it, and why it is given up              |         |
//! | `counter`          | a counter, and what happens to it                                |         |
//! | `alert`            | an alert, what it has said and is about to say                   |         |
//! | `notice`           | a notice, and how often it may be given                          |         |
//! | `players`          | each player's name, once, under a number                         | memory  |
//! | `persons`          | whose a session is: one person, one history                      | memory  |
//! | `accounts`         | each account that Mojang authenticated, once, under a number     | memory  |
//! | `directory`        | the known players of each guild in the order of their names      | memory  |
//! | `visibility`       | which players the members of a guild see                         | memory  |
//! | `watched_address`  | a watched address, and what is known of it                       |         |
//! | `player_uuids`     | which accounts were reported under which name                    | memory  |
//! | `periods`          | when a server was up or down, one period after the other         | both    |
//! | `period`           | what is known of a game server at one time, and how              |         |
//! | `textures`         | which textures lead to a skin, and who was asked for it          | memory  |
//! | `pictures`         | the last picture of each server                                  | memory  |
//! | `store`            | the SQLite file: its schema and its rows                         | SQLite  |
//! | `wiping`           | overwriting what deleted rows leave behind in the files          | SQLite  |
//! | `file_wipe`        | the same for a file beside the store, which is rewritten         | SQLite  |
//! | `wal_truncation`   | truncating the write-ahead log after a player was forgotten      | SQLite  |
//! | `server_names`     | server names, unique in a guild regardless of case               | SQLite  |
//! | `ids`              | ids of guilds, members, servers and skins                        |         |
//!
//! Nothing here reads a clock: `now` is always an argument.

mod accounts;
pub mod activity;
mod alert;
mod alerts;
mod backup;
mod batches;
mod board;
mod boards;
mod cache;
mod changes;
mod chart_picture;
mod counter;
mod counters;
mod database;
mod directory;
mod drawn;
mod epochs;
mod events;
mod export;
mod figure_pictures;
mod file_wipe;
mod forget;
mod guild_server;
mod guild_settings;
mod guilds;
mod heads;
mod health;
mod hiding;
pub mod history;
mod ids;
mod import;
pub mod last_seen;
mod last_seen_page;
mod ledger;
mod linked_member;
mod links;
mod loading;
mod looked_up_skins;
mod member_codes;
mod member_error;
mod members;
mod memory;
mod notice;
mod notices;
mod occupancy;
mod period;
mod periods;
mod persons;
mod picture;
mod pictures;
mod player_data;
mod player_uuids;
mod players;
mod portable;
pub mod presence;
mod rate_limits;
pub mod record;
mod recovery;
mod removal;
mod renaming;
mod reporter;
mod reporting;
mod retention;
mod roster_losses;
mod rotation;
mod server_about;
mod server_names;
mod server_state;
mod session;
mod skins;
mod staleness;
mod status;
mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod textures;
mod timeline;
mod visibility;
mod wal_truncation;
mod watched;
mod watched_address;
mod wiping;

pub use accounts::AccountId;
pub use activity::ActivityOptions;
pub use activity::portable::{InvalidActivity, PortableActivity, PortableDeed};
pub use activity::report::{ActivityAnswer, ActivityReport, TakeActivityError};
pub use alert::{
    Alert, AlertEvent, AlertId, AlertMessage, AlertMessageId, AlertTopics, AlertUpdate,
    MOST_ALERTS, NewAlert, ServerPhase, ToldRecord,
};
pub use alerts::SetAlertError;
pub use backup::BackupError;
pub use batches::{BatchAnswer, EventBatch, ServerEvent, TakeEventsError};
pub use board::{Board, BoardId, BoardUpdate, NewBoard, StopReason, Stopped};
pub use boards::AddBoardError;
pub use changes::{Changes, FeedEvent, ServerChange};
pub use counter::{Counter, CounterUpdate, NewCounter};
pub use counters::SetCounterError;
pub use database::{Database, DatabaseOptions};
pub use directory::SuggestedPlayer;
pub use epochs::{EpochError, RefusedEvent};
pub use events::{DisconnectedBy, HeartbeatEvent, JoinEvent, LeaveEvent, SkinAnswer, SyncEvent};
pub use export::Export;
pub use figure_pictures::{PlayerWords, TopWords};
pub use forget::Forgotten;
pub use guild_server::{GuildServer, GuildServers};
pub use guild_settings::{ChangeSettingsError, GuildSettings, SettingChange, ShownToMembers};
pub use heads::Sight;
pub use health::{LimitedServer, ServerSessions, SessionHealth};
pub use hiding::Hiding;
pub use ids::{GuildId, InvalidGuildId, ServerId, SkinId, UserId};
pub use import::{EarlierPlaytime, Imported, RetentionLeftOut};
pub use last_seen_page::{LastSeenPage, PageStart};
pub use linked_member::LinkedMember;
pub use links::{IssueCodeError, IssuedCode, RedeemError, RedeemedCode};
pub use looked_up_skins::SkinlessAccount;
pub use member_codes::{IssuedMemberCode, MemberCodeOutcome};
pub use member_error::LinkMemberError;
pub use members::ForgottenAccount;
pub use notice::{NewNotice, Notice, NoticeId, NoticeLimit, NoticeOutcome, WatchedPlayer};
pub use notices::{AddNoticeError, WatchedRoster};
pub use occupancy::{DifferentPlayers, GuildOccupancy, Occupancy};
pub use oxeye_plugin_proto::{
    AboutText, ApiKey, BootId, LinkCode, MissingSkin, PlayerName, ServerName, SyncPlayer,
    TextureHash, UnixSeconds,
};
pub use oxeye_render::{ChartWords, Head, Icon, or_replacement};
pub use oxeye_sqlite::{LogThrottle, files_of};
pub use period::{KnownBy, Period, PeriodState};
pub use persons::{Person, Persons};
pub use player_data::{PlayerData, PlayerOnServer};
pub use player_uuids::{ReportedUuid, UuidKind};
pub use players::PlayerId;
pub use portable::{InvalidStay, Place, PortablePlaytime, PortableRecord, PortableStay};
pub use presence::Presence;
pub use presence::consenting::{Joined, Withdrawn};
pub use presence::figures::{PlayedTogether, PresenceFigure, PresenceSubject, PresenceTop};
pub use presence::key::{PresenceKey, VoicePlace};
pub use presence::kinds::{InvalidPresenceKind, PresenceKind, PresenceKinds};
pub use presence::observation::{AwayGuilds, MemberActivity, Observation, Shard, Track, Voice};
pub use presence::observing::Checkpointed;
pub use presence::questions::{InVoice, PresenceCounts, PresenceHealth, PresenceSummary};
pub use presence::session::{PresenceDetails, PresenceEnd, PresenceSession};
pub use rate_limits::{Limit, RateLimits, ServerLimits, TooManyNewPlayers};
pub use record::broken::ServerRecord;
pub use record::calendar::TimeZone;
pub use record::chart::Peak;
pub use record::range::Range;
pub use record::span::Span;
pub use record::steps::{Step, Steps, StepsError};
pub use recovery::{RecoveredSession, Recovery};
pub use removal::Removed;
pub use renaming::RenameError;
pub use reporter::{AuthenticatedServer, Reporter};
pub use reporting::{EventError, JoinError, SyncAnswer};
pub use retention::{ClockTrust, Expired};
pub use roster_losses::RosterLosses;
pub use rotation::RotateKeyError;
pub use server_about::{AboutEvent, ServerAbout};
pub use server_state::{LinkState, OfflinePlayerInfo, OnlinePlayer, SilenceLimits};
pub use session::{ClosedSession, SessionEnd, SessionId};
pub use skins::{NewSkin, StoreSkinError};
pub use staleness::StaleCleanUp;
pub use status::{OnlineNow, ServerStatus, ServerSummary};
pub use store::guilds::GuildChanges;
pub use store::{FileLoss, Inspection, LostFile, OpenError, StoreError, WriterLoad, inspect};
pub use uuid::Uuid;
pub use watched::{
    NewWatch, Poll, PolledPlayers, UnwatchError, WatchError, WatchLimits, WatchTarget, WatchedBy,
};
pub use watched_address::{Edition, POLL_INTERVAL, WatchedAddress, WatchedAs};
