//! Every number that plugins and the backend must agree on.

use std::time::Duration;

/// Different players one sync may name; a sync with more is refused whole.
pub const MAX_PLAYERS_PER_SYNC: usize = 1000;

/// Events that one batch may hold; a batch with more is refused whole.
pub const MAX_EVENTS_PER_BATCH: usize = 500;

/// Bytes of a batch's body. A sync of [`MAX_PLAYERS_PER_SYNC`] players fits in even if each has the
/// longest name there can be, though not always with all skins and accounts.
pub const MAX_EVENTS_BATCH_BYTES: usize = 256 * 1024;

/// How far an epoch may lie ahead of the backend's clock, as Unix seconds. One that lies further
/// ahead was made by a clock that was wrong, and would make every later one seem old.
pub const MAX_EPOCH_AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// Length of the sentence that says why an event of a batch was refused.
pub const MAX_REASON_CHARS: usize = 200;

/// Length of a player name in Unicode scalar values. Vanilla's own limit is 16; Bedrock gamertags
/// need more.
pub const MAX_PLAYER_NAME_CHARS: usize = 32;

/// Length of a server name in Unicode scalar values, after trimming.
pub const MAX_SERVER_NAME_CHARS: usize = 64;

/// Bytes of a skin's PNG. The largest honest 64x64 RGBA skin has 16 KiB of pixels.
pub const MAX_SKIN_PNG_BYTES: usize = 64 * 1024;

/// Characters of a skin's PNG in padded base64: what [`MAX_SKIN_PNG_BYTES`] come to.
pub const MAX_SKIN_BASE64_CHARS: usize = MAX_SKIN_PNG_BYTES.div_ceil(3) * 4;

/// How long a link code can be redeemed after it was issued.
pub const LINK_CODE_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How far in the past the `at` of an event may lie; an older one counts as this old.
pub const LATE_EVENT_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How far in the past an event of a batch keeps its original time; an older one counts as this
/// old. Longer than [`LATE_EVENT_LIMIT`], since a batch may have waited for a backend that was away.
pub const MAX_LATE_BATCH_EVENT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The longest time within which a server can promise to be heard again.
pub const MAX_HEARTBEAT: Duration = Duration::from_secs(60 * 60);

/// How far in the future the `at` of an event may lie, since clocks differ; a later one counts as
/// this late.
pub const EARLY_EVENT_LIMIT: Duration = Duration::from_secs(30);

/// The header, in lower case, in which every answer carries the [`BootId`](crate::BootId).
pub const BOOT_ID_HEADER: &str = "x-boot-id";
