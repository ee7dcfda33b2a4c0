//! What players did: taken exactly once, added up, found, forgotten and expired, on a real file.

#[path = "activity/figures.rs"]
mod figures;
#[path = "activity/hidden.rs"]
mod hidden;
#[path = "activity/keeping.rs"]
mod keeping;
#[path = "activity/known_players.rs"]
mod known_players;
#[path = "activity/moving.rs"]
mod moving;
#[path = "activity/names.rs"]
mod names;
#[path = "activity/plugin.rs"]
mod plugin;
#[path = "activity/renamed.rs"]
mod renamed;
#[path = "activity/shared_names.rs"]
mod shared_names;
#[path = "activity/taking.rs"]
mod taking;
