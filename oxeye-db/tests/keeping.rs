//! What a [`Database`] on a real file guarantees about stored data: backups, exports, imports, retention,
//! forgetting, and the change feed.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "keeping/accounts.rs"]
mod accounts;
#[path = "keeping/backup.rs"]
mod backup;
#[path = "keeping/boards.rs"]
mod boards;
#[path = "keeping/changes.rs"]
mod changes;
#[path = "keeping/clock.rs"]
mod clock;
#[path = "keeping/forget.rs"]
mod forget;
#[path = "keeping/guild_settings.rs"]
mod guild_settings;
#[path = "keeping/guilds.rs"]
mod guilds;
#[path = "keeping/last_worn.rs"]
mod last_worn;
#[path = "keeping/lately.rs"]
mod lately;
#[path = "keeping/looked_up_skins.rs"]
mod looked_up_skins;
#[path = "keeping/members.rs"]
mod members;
#[path = "keeping/members_kept.rs"]
mod members_kept;
#[path = "keeping/moved_links.rs"]
mod moved_links;
#[path = "keeping/moved_settings.rs"]
mod moved_settings;
#[path = "keeping/namesakes.rs"]
mod namesakes;
#[path = "keeping/person_figures.rs"]
mod person_figures;
#[path = "keeping/persons.rs"]
mod persons;
#[path = "keeping/places.rs"]
mod places;
#[path = "keeping/playtime.rs"]
mod playtime;
#[path = "keeping/portable.rs"]
mod portable;
#[path = "keeping/retention.rs"]
mod retention;
#[path = "keeping/rotation.rs"]
mod rotation;
#[path = "keeping/rotation_model.rs"]
mod rotation_model;
#[path = "keeping/servers.rs"]
mod servers;
#[path = "keeping/site.rs"]
mod site;
#[path = "keeping/uuids.rs"]
mod uuids;
