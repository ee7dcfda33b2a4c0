//! Stories that span several crates, played with the real binary, a stand-in for Discord, and
//! plugins.
//!
//! There is one file per subject. Each story has its own folders, ports and processes, so all of
//! them run at the same time. A story waits for conditions, never for time to pass.

mod activity;
mod activity_command;
mod activity_days;
mod activity_exactly_once;
mod activity_input;
mod agent;
mod api;
mod architecture;
mod bad_input;
mod bad_requests;
mod bot_presence;
mod checking;
mod command_line;
mod connections;
mod counts;
mod crashes;
mod demo;
mod discord_trouble;
mod down;
mod error_bodies;
mod event_batches;
mod fabric_mod;
mod failed_starts;
mod front_page;
mod guild_ids;
mod guild_removal;
mod guilds;
mod half_sent_bodies;
mod health_command;
mod heartbeats;
mod keeping;
mod keys_and_codes;
mod last_seen_pages;
mod linking;
mod operator_address;
mod presence;
mod races;
mod reader_token;
mod redis_clients;
mod redis_mirror;
mod redis_mirror_at_size;
mod redis_python;
mod renamed_and_removed;
mod restarts;
mod reverse_proxies;
mod session_health;
mod settings;
mod skin_lookup;
mod skins;
mod status_in_discord;
mod stopping;
mod store_trouble;
