//! Every number that plugins and the backend must agree on.

use std::time::Duration;

/// The most different players that one sync may name. A larger sync is refused as a whole.
pub const MAX_PLAYERS_PER_SYNC: usize = 1000;

/// The most events in one batch. A larger batch is refused as a whole.
pub const MAX_EVENTS_PER_BATCH: usize = 500;

/// The most bytes in a batch's body. A sync of [`MAX_PLAYERS_PER_SYNC`] players fits even if all
/// have the longest possible name, though not always with all skins and accounts.
pub const MAX_EVENTS_BATCH_BYTES: usize = 256 * 1024;

/// How far ahead of the backend's clock an epoch may be, as Unix seconds. A larger one was made by
/// a clock that was wrong, and would make every later epoch seem old.
pub const MAX_EPOCH_AHEAD: Duration = Duration::from_secs(24 * 60 * 60);

/// The longest sentence that says why an event of a batch was refused, in characters.
pub const MAX_REASON_CHARS: usize = 200;

/// The longest player name in Unicode scalar values. Vanilla's own limit is 16; Bedrock gamertags
/// need more.
pub const MAX_PLAYER_NAME_CHARS: usize = 32;

/// The longest server name in Unicode scalar values, after trimming.
pub const MAX_SERVER_NAME_CHARS: usize = 64;

/// The most bytes in a skin's PNG. An uncompressed 64x64 RGBA skin has 16 KiB of pixels.
pub const MAX_SKIN_PNG_BYTES: usize = 64 * 1024;

/// The most characters in a skin's PNG in padded base64, which follows from [`MAX_SKIN_PNG_BYTES`].
pub const MAX_SKIN_BASE64_CHARS: usize = MAX_SKIN_PNG_BYTES.div_ceil(3) * 4;

/// How long a link code can be redeemed.
pub const LINK_CODE_LIFETIME: Duration = Duration::from_secs(10 * 60);

/// How far in the past the `at` of an event may be. An older event counts as this old.
pub const LATE_EVENT_LIMIT: Duration = Duration::from_secs(24 * 60 * 60);

/// How far in the past an event of a batch keeps its original time. An older event counts as this
/// old. The limit is longer than [`LATE_EVENT_LIMIT`], since a batch may have waited for a backend
/// that was away.
pub const MAX_LATE_BATCH_EVENT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The longest time between two signs of life that a server can promise.
pub const MAX_HEARTBEAT: Duration = Duration::from_secs(60 * 60);

/// How far in the future the `at` of an event may be, since clocks differ. A later event counts as
/// this far ahead.
pub const EARLY_EVENT_LIMIT: Duration = Duration::from_secs(30);

/// The header, in lower case, that carries the [`BootId`](crate::BootId) in every answer.
pub const BOOT_ID_HEADER: &str = "x-boot-id";
