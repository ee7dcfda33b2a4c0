//! What an outbox can hold, and what its log lines say about it.

use oxeye_plugin_client::{SpoolLimits, Spooled};
use oxeye_plugin_proto::{ActivityEvent, Event, PlayerName};

/// An event that an outbox delivers.
pub(crate) trait Outgoing: Spooled + Send + 'static {
    /// What one is called in log lines, with its article.
    const ONE: &'static str;
    /// What several are called in log lines.
    const SEVERAL: &'static str;
    /// Whether a backend may do without them, because it is older or its operator turned them off.
    const IS_OPTIONAL: bool;

    /// Returns how many may wait.
    fn limits() -> SpoolLimits;

    /// Returns the kind of the event.
    fn kind(&self) -> &str;

    /// Whether a text contains the name of a player of this event.
    fn is_named_in(&self, text: &str) -> bool;
}

impl Outgoing for Event {
    const ONE: &'static str = "an event";
    const SEVERAL: &'static str = "events";
    const IS_OPTIONAL: bool = false;

    fn limits() -> SpoolLimits {
        SpoolLimits::default()
    }

    fn kind(&self) -> &str {
        match self {
            Self::Join { .. } => "join",
            Self::Leave { .. } => "leave",
            Self::Sync { .. } => "sync",
            Self::Heartbeat { .. } => "heartbeat",
            Self::About { .. } => "about",
        }
    }

    fn is_named_in(&self, text: &str) -> bool {
        let names = |player: &PlayerName| text.contains(player.as_str());
        match self {
            Self::Join { player, .. } | Self::Leave { player, .. } => names(player),
            Self::Sync { players, .. } => players.valid.iter().any(|named| names(&named.player)),
            Self::Heartbeat { .. } | Self::About { .. } => false,
        }
    }
}

impl Outgoing for ActivityEvent {
    const ONE: &'static str = "an activity event";
    const SEVERAL: &'static str = "activity events";
    const IS_OPTIONAL: bool = true;

    fn limits() -> SpoolLimits {
        SpoolLimits::of_activity()
    }

    fn kind(&self) -> &str {
        self.event_type.as_str()
    }

    fn is_named_in(&self, text: &str) -> bool {
        text.contains(self.player.as_str())
    }
}
