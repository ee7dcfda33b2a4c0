//! The families of servers. Servers of one family print the same lines.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A family of servers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// Mojang's server and everything built on it, in all versions.
    Java,
    /// The proxy Velocity.
    Velocity,
    /// The proxies BungeeCord and Waterfall.
    Bungeecord,
    /// Mojang's Bedrock Dedicated Server, and its mod loaders LeviLamina and Endstone.
    Bedrock,
    /// PocketMine-MP, Nukkit and their forks.
    Pocketmine,
    /// Geyser as a standalone program, not as a plugin.
    Geyser,
    /// Pumpkin.
    Pumpkin,
}

/// All family names that users can give.
const NAMES: [(&str, Family); 27] = [
    ("java", Family::Java),
    ("vanilla", Family::Java),
    ("fabric", Family::Java),
    ("quilt", Family::Java),
    ("forge", Family::Java),
    ("neoforge", Family::Java),
    ("craftbukkit", Family::Java),
    ("spigot", Family::Java),
    ("paper", Family::Java),
    ("purpur", Family::Java),
    ("folia", Family::Java),
    ("floodgate", Family::Java),
    ("velocity", Family::Velocity),
    ("bungeecord", Family::Bungeecord),
    ("waterfall", Family::Bungeecord),
    ("bedrock", Family::Bedrock),
    ("bds", Family::Bedrock),
    ("levilamina", Family::Bedrock),
    ("endstone", Family::Bedrock),
    ("pocketmine", Family::Pocketmine),
    ("pmmp", Family::Pocketmine),
    ("nukkit", Family::Pocketmine),
    ("nukkit-mot", Family::Pocketmine),
    ("powernukkit", Family::Pocketmine),
    ("powernukkitx", Family::Pocketmine),
    ("geyser", Family::Geyser),
    ("pumpkin", Family::Pumpkin),
];

impl Family {
    /// Returns all names that users can give. Some families have several.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        NAMES.iter().map(|(name, _)| *name)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = NAMES.iter().find(|(_, family)| family == self);
        f.write_str(name.map_or("", |(name, _)| name))
    }
}

/// An unknown family name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the family of servers must be one of {}", Family::names().collect::<Vec<_>>().join(", "))]
pub struct UnknownFamily;

impl FromStr for Family {
    type Err = UnknownFamily;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = NAMES
            .iter()
            .find(|(known, _)| known.eq_ignore_ascii_case(name));
        known.map(|(_, family)| *family).ok_or(UnknownFamily)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_server_has_a_family_and_every_family_a_name() {
        assert_eq!("Paper".parse(), Ok(Family::Java));
        assert_eq!("waterfall".parse(), Ok(Family::Bungeecord));
        assert_eq!("Endstone".parse(), Ok(Family::Bedrock));
        assert_eq!("nukkit".parse(), Ok(Family::Pocketmine));
        for (_, family) in NAMES {
            assert_eq!(family.to_string().parse(), Ok(family));
            assert_eq!(serde_json::to_value(family).unwrap(), family.to_string());
        }
    }

    #[test]
    fn the_error_about_an_unknown_family_lists_the_known_ones() {
        let refused = "hytale".parse::<Family>().unwrap_err().to_string();
        assert!(refused.starts_with("the family of servers must be one of java, vanilla, "));
    }
}
