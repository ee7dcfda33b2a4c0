//! Every limit that plugins and the backend must agree on.

use std::time::Duration;

/// Largest number of different players in one sync. A sync with more is refused as a whole.
pub const MAX_PLAYERS_PER_SYNC: usize = 1000;

/// Largest number of events in one batch. A batch with more is refused as a whole.
pub const MAX_EVENTS_PER_BATCH: usize = 500;

/// Largest body of a batch in bytes. A sync of [`MAX_PLAYERS_PER_SYNC`] players fits even if all of
/// them have the longest possible names, though not always with all skins and accounts.
pub const MAX_EVENTS_BATCH_BYTES: usize = 256 * 1024;

/// Largest body in bytes of an activity batch: [`MAX_EVENTS_PER_BATCH`] events with the largest details fit.
pub const MAX_ACTIVITY_BATCH_BYTES: usize = 768 * 1024;

/// Largest number of characters in the type of an activity event.
pub const MAX_EVENT_TYPE_CHARS: usize = 64;

/// Largest number of keys in an activity event's details.
pub const MAX_DETAILS_KEYS: usize = 16;

/// Largest number of bytes in an activity event's details, written as JSON without blanks.
pub const MAX_DETAILS_BYTES: usize = 1024;

/// Number of levels to which lists and objects may be nested in an activity event's details.
pub const MAX_DETAILS_DEPTH: usize = 4;

/// How long the backend remembers the `Idempotency-Key` of a single activity event.
pub const IDEMPOTENCY_KEY_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// Largest number of characters in an `Idempotency-Key`; all of them are visible ASCII.
pub const MAX_IDEMPOTENCY_KEY_CHARS: usize = 128;

/// How far ahead of the backend's clock an epoch may be. One that is further ahead comes from a wrong
/// clock and would make every later epoch look old.
pub const MAX_EPOCH_AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// Largest length of the reason why an event of a batch was refused.
pub const MAX_REASON_CHARS: usize = 200;

/// Largest length of a player name in Unicode scalar values. Vanilla's own limit is 16; Bedrock
/// gamertags need more.
pub const MAX_PLAYER_NAME_CHARS: usize = 32;

/// Largest length of a trimmed server name in Unicode scalar values.
pub const MAX_SERVER_NAME_CHARS: usize = 64;

/// Largest PNG of a skin in bytes. An honest 64x64 RGBA skin has at most 16 KiB of pixels.
pub const MAX_SKIN_PNG_BYTES: usize = 64 * 1024;

/// Length of [`MAX_SKIN_PNG_BYTES`] in padded base64.
pub const MAX_SKIN_BASE64_CHARS: usize = MAX_SKIN_PNG_BYTES.div_ceil(3) * 4;

/// Largest number of characters in a text that a server says about itself. A longer one is cut.
pub const MAX_ABOUT_TEXT_CHARS: usize = 256;

/// Largest PNG of a server's icon in bytes. It has 64x64 pixels, 16 KiB before compression.
pub const MAX_ICON_PNG_BYTES: usize = 64 * 1024;

/// Length of [`MAX_ICON_PNG_BYTES`] in padded base64.
pub const MAX_ICON_BASE64_CHARS: usize = MAX_ICON_PNG_BYTES.div_ceil(3) * 4;

/// How long after it was issued a link code can be redeemed.
pub const LINK_CODE_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How long after it was issued a code that a member types in the game counts.
pub const MEMBER_CODE_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How old an event may be. An older one counts as this old.
pub const LATE_EVENT_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How old an event of a batch may be. An older one counts as this old. This is more than
/// [`LATE_EVENT_LIMIT`], since a batch may have waited for an unreachable backend.
pub const MAX_LATE_BATCH_EVENT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// Longest time that a server may let pass until its next message, if it promises one at all.
pub const MAX_HEARTBEAT: Duration = Duration::from_secs(60 * 60);

/// How far in the future an event may be, since clocks differ. A later one counts as this late.
pub const EARLY_EVENT_LIMIT: Duration = Duration::from_secs(30);

/// Name of the header, in lower case, with the [`BootId`](crate::BootId) in every answer.
pub const BOOT_ID_HEADER: &str = "x-boot-id";
