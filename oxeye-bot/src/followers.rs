//! Everything that follows the events of the gateway, besides commands and members' sessions.

use oxeye_db::{Database, StoreError, UnixSeconds};
use serenity::all::FullEvent;
use serenity::http::Http;

use crate::alerts::Alerts;
use crate::boards::Boards;
use crate::counters::{Nudge, Nudges};
use crate::guilds::Guilds;

/// The boards, the counters, the alerts and the list of guilds. Clones are cheap and refer to the same ones.
#[derive(Debug, Clone)]
pub(crate) struct Followers {
    pub(crate) database: Database,
    pub(crate) clock: fn() -> UnixSeconds,
    pub(crate) guilds: Guilds,
    pub(crate) counters: Nudges,
    pub(crate) boards: Boards,
    pub(crate) alerts: Alerts,
}

impl Followers {
    /// Has each of them follow an event.
    pub(crate) async fn follow(&self, event: &FullEvent, http: &Http) -> Result<(), StoreError> {
        if let Some(nudge) = Nudge::of(event) {
            // It fails only while the program stops.
            let _ = self.counters.send(nudge);
        }
        self.boards.follow(event);
        self.alerts.follow(event);
        let now = (self.clock)();
        self.guilds.follow(event, http, &self.database, now).await
    }
}
