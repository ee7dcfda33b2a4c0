//! Everything Oxeye remembers.
//!
//! | module           | fact                                                   | kept in |
//! |------------------|--------------------------------------------------------|---------|
//! | [`database`]     | the one handle; how it opens and closes                | both    |
//! | [`events`]       | what a plugin reports: join, leave, sync, disconnect   | memory  |
//! | [`links`]        | codes that link a server to a guild, and API keys      | SQLite  |
//! | [`skins`]        | skins, once per pixels, and which texture led to them  | SQLite  |
//! | [`status`]       | what people ask: servers, who is on, who was here      | memory  |
//! | [`picture`]      | the picture of a roster, drawn once per change         | memory  |
//! | [`cache`]        | one entry per linked server                            | memory  |
//! | [`server_state`] | one server: its roster and its last seen               | memory  |
//! | [`last_seen`]    | when each absent player was last seen, in time order   | memory  |
//! | [`store`]        | the SQLite file: writer, readers, migrations, lock     | SQLite  |
//! | [`ids`]          | guild, server and skin ids                             |         |
//!
//! Nothing here reads a clock: `now` is always an argument.

pub mod cache;
pub mod database;
pub mod events;
pub mod ids;
pub mod last_seen;
pub mod links;
pub mod picture;
pub mod server_state;
pub mod skins;
pub mod status;
pub mod store;

pub use database::{Database, DatabaseOptions};
pub use events::{EventError, JoinEvent, LeaveEvent, SkinAnswer};
pub use ids::{GuildId, ServerId, SkinId};
pub use links::{IssueCodeError, IssuedCode, LinkedServer, RedeemError};
pub use oxeye_plugin_proto::{
    ApiKey, BootId, LinkCode, MissingSkin, PlayerName, ServerName, SyncPlayer, TextureHash,
    UnixSeconds,
};
pub use oxeye_render::Head;
pub use server_state::{OfflinePlayerInfo, OnlinePlayer};
pub use skins::NewSkin;
pub use status::{LinkState, ServerStatus, ServerSummary};
pub use store::{Inspection, OpenError, StoreError, inspect};
