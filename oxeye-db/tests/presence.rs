//! What members who joined do in Discord, on real files.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

#[path = "presence/consent.rs"]
mod consent;
#[path = "presence/figures.rs"]
mod figures;
#[path = "presence/hiding.rs"]
mod hiding;
#[path = "presence/keeping.rs"]
mod keeping;
#[path = "presence/left.rs"]
mod left;
#[path = "presence/many.rs"]
mod many;
#[path = "presence/rights.rs"]
mod rights;
#[path = "presence/sessions.rs"]
mod sessions;
#[path = "presence/shards.rs"]
mod shards;
#[path = "presence/site.rs"]
mod site;
#[path = "presence/speed.rs"]
mod speed;
