//! Ids of guilds and members (assigned by Discord), and of servers and skins (assigned by us).

use std::fmt;
use std::str::FromStr;

use oxeye_plugin_proto::hex;

/// The id of a Discord community. Discord's snowflakes fit in 63 bits until the year 2084.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GuildId(pub u64);

impl GuildId {
    /// The guild of servers that are linked from the command line, without Discord.
    pub const LOCAL: Self = Self(0);

    pub(crate) fn to_sql(self) -> i64 {
        self.0.cast_signed()
    }

    pub(crate) fn from_sql(value: i64) -> Self {
        Self(value.cast_unsigned())
    }
}

/// The error for a text that is not a guild id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a guild id is a number such as 123456789012345678, or 0 for local servers")]
pub struct InvalidGuildId;

impl FromStr for GuildId {
    type Err = InvalidGuildId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // `u64::from_str` would also accept a plus sign.
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(InvalidGuildId);
        }
        text.parse().map(Self).map_err(|_| InvalidGuildId)
    }
}

impl fmt::Display for GuildId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of a Discord account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(pub u64);

impl UserId {
    pub(crate) fn to_sql(self) -> i64 {
        self.0.cast_signed()
    }

    pub(crate) fn from_sql(value: i64) -> Self {
        Self(value.cast_unsigned())
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of a Minecraft server. It is never reused for another server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ServerId(pub i64);

impl ServerId {
    /// Returns the number that identifies the server as a lane of the writer and in the change feed.
    pub(crate) fn to_key(self) -> u64 {
        self.0.cast_unsigned()
    }

    pub(crate) fn from_key(key: u64) -> Self {
        Self(key.cast_signed())
    }
}

impl fmt::Display for ServerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The id of a skin: the SHA-256 of its RGBA pixels, so that a skin has one id however many texture
/// hashes lead to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SkinId(pub [u8; 32]);

impl fmt::Display for SkinId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        hex::write_lower(&self.0, f)
    }
}

/// The error for a text that is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a skin id is 64 lower-case hexadecimal digits")]
pub struct InvalidSkinId;

impl FromStr for SkinId {
    type Err = InvalidSkinId;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        // Each head has one URL only, so that it is cached once.
        if text.bytes().any(|digit| digit.is_ascii_uppercase()) {
            return Err(InvalidSkinId);
        }
        hex::parse_32_bytes(text).map(Self).ok_or(InvalidSkinId)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guild_id_consists_of_digits_only() {
        let largest = GuildId(u64::MAX);
        assert_eq!(largest.to_string().parse(), Ok(largest));
        assert_eq!("0".parse(), Ok(GuildId::LOCAL));
        for text in [
            "",
            "+7",
            "-7",
            " 7",
            "7.0",
            "1e3",
            "x",
            "18446744073709551616",
        ] {
            assert_eq!(text.parse::<GuildId>(), Err(InvalidGuildId), "{text:?}");
        }
    }

    #[test]
    fn a_skin_id_parses_what_it_prints_and_nothing_else() {
        let id = SkinId([0x5a; 32]);
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!("5a".parse::<SkinId>(), Err(InvalidSkinId));
        assert_eq!("5A".repeat(32).parse::<SkinId>(), Err(InvalidSkinId));
        assert_eq!("../".repeat(21).parse::<SkinId>(), Err(InvalidSkinId));
    }
}
